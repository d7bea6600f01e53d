"""Lesson 06 on real members: a corner of their table without holes, and what a low rank says of hidden cells."""

import numpy as np
import pandas as pd

from course_lib import full_tables, low_rank
from course_lib.biases import fit_biases
from course_lib.ratings import Ratings

N_DRAWS = 20
RANKS = (1, 2, 5, 10)
BOTH = "biases, and rank 1 of the rest"
NAMES = ("one number", "biases", *(f"rank {k}" for k in RANKS), BOTH)


def figures(data):
    """Compute what lesson 06 says of real members.

    Parameters
    ----------
    data : Dataset

    Returns
    -------
    dict of str to float
        The shape of the fullest corner, RMSE in stars on the fifth of its cells that was hidden (means over the
        draws), and in how many of the draws one way was nearer than another.
    """
    corner = full_tables.full_corner(data.ratings).to_numpy()
    errors = np.array([_hidden_errors(corner, seed) for seed in range(N_DRAWS)])
    found = {f"hidden: {name}": value for name, value in zip(NAMES, errors.mean(axis=0), strict=True)}
    found["draws"] = N_DRAWS
    column = dict(zip(NAMES, errors.T, strict=True))
    for name, rival in (("rank 2", "one number"), ("rank 2", "rank 10"), ("rank 2", "biases"), (BOTH, "biases")):
        found[f"draws: {name} nearer than {rival}"] = (column[name] < column[rival]).sum()
    return found | {"members": corner.shape[0], "films": corner.shape[1]}


def _hidden_errors(table, seed):
    hidden = np.random.default_rng(seed).random(table.shape) < 0.2
    middle, biases = table[~hidden].mean(), _biases(table, hidden)
    p, q = low_rank.truncated_svd(np.where(hidden, middle, table), max(RANKS))
    rest = low_rank.rank_one(*(part[:, 0] for part in low_rank.truncated_svd(np.where(hidden, 0, table - biases), 1)))
    guesses = [np.full_like(table, middle), biases, *(p[:, :k] @ q[:, :k].T for k in RANKS), biases + rest]
    return [np.sqrt(np.mean((guess - table)[hidden] ** 2)) for guess in guesses]


def _biases(table, hidden):
    """Give what lesson 04's biases, fitted to the visible cells, say of every cell."""
    users, items = np.nonzero(~hidden)
    visible = pd.DataFrame({"userId": users, "movieId": items, "rating": table[users, items]})
    biases = fit_biases(Ratings.from_frame(visible, columns={"timestamp": None}))
    return biases.of(np.arange(table.shape[0])[:, None], np.arange(table.shape[1]))
