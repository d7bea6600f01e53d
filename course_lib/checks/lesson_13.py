"""The questions of lesson 13, honest evaluation."""

import numpy as np

from course_lib.checks import Choice, Fix, Function, Value
from course_lib.checks.same import Same, close, exactly


def _letters(value):
    return [_letters(one) for one in value] if isinstance(value, tuple) else str(value).strip().lower()


letters = Same("letter by letter", lambda got, expected, slack: _letters(got) == _letters(expected))


def _latest(users, times, n):
    hidden = np.zeros(len(users), dtype=bool)
    for user in np.unique(users):
        mine = np.flatnonzero(users == user)
        if len(mine) > n:
            hidden[mine[np.argsort(times[mine])[-n:]]] = True
    return hidden


def _latest_by_rank(users, times, n):
    order = np.lexsort((-times, users))
    first = np.searchsorted(users[order], users[order])
    hidden = np.zeros(len(users), dtype=bool)
    hidden[order] = np.arange(len(users)) - first < n
    return hidden & (np.bincount(users)[users] > n)


def _latest_by_counting(users, times, n):
    later = ((users[:, None] == users) & (times > times[:, None])).sum(axis=1)
    return (later < n) & ((users[:, None] == users).sum(axis=1) > n)


def _earliest(users, times, n):
    return _latest(users, -times, n)


def _latest_of_all(users, times, n):
    hidden = np.zeros(len(users), dtype=bool)
    hidden[np.argsort(times)[-n:]] = True
    return hidden


def _one_each(users, times, n):
    return _latest(users, times, 1)


def _everything_of_some(users, times, n):
    later = ((users[:, None] == users) & (times > times[:, None])).sum(axis=1)
    return later < n


def _all_of_exactly_n(users, times, n):
    return _latest(users, times, n) | (np.bincount(users)[users] == n)


def _last_rows(users, times, n):
    return _latest(users, np.arange(len(users)), n)


def _history(rng):
    users = np.sort(np.concatenate([np.repeat(np.arange(4), 3), rng.integers(0, 4, 9)]))
    return users, rng.permutation(1000)[: len(users)], 2


def _among(places, n_others, n, k):
    return float(np.mean(1 + n * (places - 1) / n_others <= k))


def _within(places, n_others, n, k):
    asked = 1 + (k - 1) * n_others / n
    return sum(place <= asked for place in places) / len(places)


def _some_places(rng):
    return rng.integers(1, 1001, 200), 1000, 100, 10


def _honest(chosen_by, fresh):
    return fresh[np.argmax(chosen_by)]


def _honest_in_a_loop(chosen_by, fresh):
    best = 0
    for model in range(len(chosen_by)):
        if chosen_by[model] > chosen_by[best]:
            best = model
    return float(fresh[best])


def _weighted(errors, chances):
    return np.sqrt(np.average(np.square(errors), weights=1 / chances))


def _weighted_by_sums(errors, chances):
    return (sum(e * e / p for e, p in zip(errors, chances, strict=True)) / sum(1 / p for p in chances)) ** 0.5


def _some_errors(rng):
    return rng.normal(0, 1, 12), rng.uniform(0.05, 0.9, 12)


q1 = Value(
    "pipeline_1, pipeline_2 and pipeline_3",
    stub="pipeline_1 = ...\npipeline_2 = ...\npipeline_3 = ...",
    answer=("a", "d", "b"),
    same=letters,
    mistakes={
        "Pipeline 1: where does the film's mean come from? It was taken before the split, so hidden stars are in it.":
            ("d", ..., ...),
        "Pipeline 1 chooses nothing. Look at what is computed before the split.": ("b", ..., ...),
        "Pipeline 1 leaves all that it knows out of the list. Look at what is computed before the split.":
            ("c", ..., ...),
        "Pipeline 2 takes its mean from known ratings alone. It is clean.": (..., "a", ...),
        "Pipeline 2 chooses on validation, and reports the test. That is what the parts are for.": (..., "b", ...),
        "Pipeline 2 leaves the known films out of its lists, as it should.": (..., "c", ...),
        "Pipeline 3 computes nothing before the split. Look at which part it chooses by, and which it reports.":
            (..., ..., "a"),
        "Pipeline 3 leaves the known films out. Look at which part it chooses by, and which it reports.":
            (..., ..., "c"),
        "Pipeline 3 is not clean: it reports the number by which it chose.": (..., ..., "d"),
    },
    also_right=[("A", "D", "B"), (" a", "d ", "b")],
    shows="One leak before the split, one clean pipeline, one number that was chosen by itself.",
)  # fmt: skip

q2 = Function(
    "latest_hidden(users, times, n)",
    stub="...",
    answer=_latest,
    probes=[
        (np.array([0, 0, 0, 1, 1]), np.array([30, 10, 20, 5, 7]), 1),
        (np.array([0, 0, 0, 1, 1, 1, 2, 3, 3]), np.array([1, 9, 5, 80, 70, 90, 3, 40, 30]), 2),
    ],
    more_probes=_history,
    same=exactly,
    mistakes={
        "Those are the earliest. The future is what has to be hidden.": _earliest,
        "That hides the n latest rows of the whole table. Each member hides n of her own.": _latest_of_all,
        "You hid one row a member. It should be n.": _one_each,
        "Somebody with n rows or fewer keeps all of them: there would be nothing left to learn from.":
            _everything_of_some,
        "Somebody with exactly n rows keeps all of them too: hide only if there are more than n.": _all_of_exactly_n,
        "You took the last rows as they stand. Rows need not be sorted by time: look at times.": _last_rows,
    },
    also_right=[_latest_by_rank, _latest_by_counting],
    shows="What is hidden is later than all that is known of the same member.",
)  # fmt: skip

q3 = Function(
    "hits_among(places, n_others, n, k)",
    stub="...",
    answer=_among,
    probes=[
        ([1, 5, 40, 80, 300], 900, 100, 10),
        ([1, 50, 82, 83, 900], 900, 100, 10),
        ([1, 85, 86, 87, 400], 955, 100, 10),
        ([2, 10, 20, 91, 140], 900, 20, 3),
    ],
    more_probes=_some_places,
    mistakes={
        "That is the share in the first k of all films. Find each film's place among the n sampled ones first.":
            lambda places, n_others, n, k: float(np.mean(places <= k)),
        "Place k itself is still among the first k: use <=.":
            lambda places, n_others, n, k: float(np.mean(1 + n * (places - 1) / n_others < k)),
        "You found the share n / n_others of the place itself. Only the films above it can be drawn above it: "
        "1 + n (j - 1) / N.":
            lambda places, n_others, n, k: float(np.mean(n * places / n_others <= k - 1)),
        "N and n have changed places: there are n sampled films of N others.":
            lambda places, n_others, n, k: float(np.mean(1 + n_others * (places - 1) / n <= k)),
        "The film itself takes a place too: count the films above it, then add 1.":
            lambda places, n_others, n, k: float(np.mean(n * (places - 1) / n_others <= k)),
        "That is how many. Return the share, from 0 to 1.":
            lambda places, n_others, n, k: float(np.sum(1 + n * (places - 1) / n_others <= k)),
    },
    also_right=[_within, lambda places, n_others, n, k: ((places - 1) * n <= (k - 1) * n_others).mean()],
    shows="Film 82 of 901 is a hit among 100 sampled films, since only 81 of 900 stand above it.",
)  # fmt: skip

q4 = Fix(
    "report(chosen_by, fresh)",
    stub="def report(chosen_by, fresh):\n    return chosen_by.max()",
    symptom="fifty models that draw lots are still reported as better than one",
    answer=_honest,
    probes=[
        ([0.031, 0.0603, 0.044], [0.051, 0.0364, 0.062]),
        ([0.20, 0.21, 0.19], [0.22, 0.215, 0.18]),
    ],
    more_probes=lambda rng: (rng.uniform(0.02, 0.07, 50), rng.uniform(0.02, 0.07, 50)),
    mistakes={
        "That chooses by the fresh ratings, and then they are not fresh. Choose by chosen_by, report fresh.":
            lambda chosen_by, fresh: fresh.max(),
        "That is the mean of all fifty. Report the one that was chosen.": lambda chosen_by, fresh: fresh.mean(),
        "You averaged both numbers. The one that it was chosen by still flatters.":
            lambda chosen_by, fresh: (chosen_by.max() + fresh[chosen_by.argmax()]) / 2,
        "You took the lower of the two numbers. Report fresh, whichever way it falls.":
            lambda chosen_by, fresh: min(chosen_by.max(), fresh[chosen_by.argmax()]),
        "That is the position of the best model, not what it reaches.": lambda chosen_by, fresh: chosen_by.argmax(),
    },
    also_right=[_honest_in_a_loop, lambda chosen_by, fresh: fresh[chosen_by == chosen_by.max()][0]],
    shows="The luck of the choice stays where the choice was made.",
)  # fmt: skip

q5 = Function(
    "weighted_rmse(errors, chances)",
    stub="...",
    answer=_weighted,
    probes=[
        ([0.5, 0.5, 0.5, 0.5, 0.5, -1.5], [0.5, 0.5, 0.5, 0.5, 0.5, 0.1]),
        ([1.0, -2.0], [0.8, 0.2]),
    ],
    more_probes=_some_errors,
    same=close(1e-6),
    mistakes={
        "You weighted by the chances. What is rarely there stands for more: weight by 1 / chance.":
            lambda errors, chances: np.sqrt(np.average(errors**2, weights=chances)),
        "Without weights that is the score that we have.": lambda errors, chances: np.sqrt(np.mean(errors**2)),
        "Divide by the sum of the weights, not by how many ratings there are.":
            lambda errors, chances: np.sqrt(np.mean(errors**2 / chances)),
        "That weight stands for films without a rating. For all films, rated or not, it is 1 / chance.":
            lambda errors, chances: np.sqrt(np.average(errors**2, weights=(1 - chances) / chances)),
        "The root is missing: that is in squared stars.":
            lambda errors, chances: np.average(errors**2, weights=1 / chances),
        "Square the errors first. Errors up and down cancel here.":
            lambda errors, chances: np.sqrt(np.abs(np.average(errors, weights=1 / chances))),
    },
    also_right=[
        _weighted_by_sums,
        lambda errors, chances: np.sqrt((errors**2 / chances).sum() / (1 / chances).sum()),
    ],
    shows="One error of 1.5 with a chance of 1 in 10 counts like ten.",
)  # fmt: skip

q6 = Choice(
    "Which plan compares fairly?",
    answer="c",
    wrong={
        "a": "The rival has no settings to choose from, and yours has 60. Equal care: the same number tried, on the "
             "same validation part.",
        "b": "The better of two test scores was chosen by the test scores. The test part is read once, for what is "
             "already chosen.",
        "d": "Among 100 sampled films the order may be another one than among all, and the page shows all.",
    },
    shows="Equal care, choices on validation, one look at the test, all films, and the interval of a difference.",
)  # fmt: skip
