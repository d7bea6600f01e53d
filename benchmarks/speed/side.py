"""What a side of a comparison has to be able to do, ours and a peer's alike."""

import functools

import numpy as np

from course_lib.list_metrics import at_k

UNIT_PAIRS, UNIT_MEMBERS = 10_000, 1_000
"""Predicting is measured for so many pairs, recommending for so many members."""
JUDGED = 1_000_000
"""By so many pairs at most."""


class Side:
    """One library's model with its hyperparameters.

    `form` brings the data into the form that the library itself keeps them in, `fit` and `use` are measured, and
    `judge` says how well it went. `use` may return None where there is nothing to measure.
    """

    by = "?"
    of_unit = 1.0

    def __init__(self, settings, threads):
        self.s, self.threads = settings, threads

    def form(self, data):
        raise NotImplementedError

    def fit(self, form, seed):
        raise NotImplementedError

    def use(self, model, data):
        return None

    def judge(self, model, used, data, other):
        return getattr(self.use, "judge", lambda used, data: None)(used, data)


def rmse(used, data):
    """Return the root mean squared error of predicted stars, clipped to the scale."""
    stars = np.clip(np.asarray(used, dtype=np.float64), *data.test.scale)
    return float(np.sqrt(np.mean((stars - data.test.values[: len(stars)]) ** 2)))


def recall(used, data):
    """Return the mean recall at 20 of lists of the first members."""
    there = data.relevant.users < len(used)
    return float(at_k(used, (data.relevant.users[there], data.relevant.items[there]), 20, ("recall",))["recall"].mean())


def per_pairs(use):
    """Mark a function that predicts stars of pairs: it is judged by RMSE, its time given for 10,000 of them."""
    return _marked(use, rmse, lambda used: len(used) / UNIT_PAIRS)


def per_members(use):
    """Mark a function that lists films: it is judged by recall, its time given for 1,000 members."""
    return _marked(use, recall, lambda used: len(used) / UNIT_MEMBERS)


def _marked(use, judge, units):
    @functools.wraps(use)
    def marked(*arguments):
        return use(*arguments)

    marked.judge, marked.units = judge, units
    return marked
