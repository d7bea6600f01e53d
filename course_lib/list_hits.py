"""Where the relevant films of all members stand in their lists: what every measure of a list is made of."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from course_lib.errors import DataError
from course_lib.model import at_least_one
from course_lib.ratings import Ratings

TABLE_CELLS = 200_000_000
"""Up to how many cells a table of what is relevant may have, a byte a cell; beyond that, cells are sorted."""


class Hits(NamedTuple):
    """Which places of which lists hold a relevant film.

    Attributes
    ----------
    hits : ndarray of shape (n_members, k), bool
        Only members who have relevant films.
    n_relevant : ndarray of shape (n_members,), int
        How many films are relevant to them, listed or not.
    gains : ndarray of shape (n_members, k), float64
        What the film in each place is worth: 0 where it is not relevant, 1 where it is and nothing else is known.
    best_gains : ndarray of shape (n_members, k), float64
        The same for the best list there could be.
    index : Index
        Who the members are: ids, or positions where no ids are known.
    """

    hits: np.ndarray
    n_relevant: np.ndarray
    gains: np.ndarray
    best_gains: np.ndarray
    index: pd.Index


def find_hits(items, relevant, k):
    """Look for the relevant films in the first `k` places of each list.

    Parameters
    ----------
    items : array_like of shape (n_users, n), int
        Positions of films, best first, as `Recommender.recommend_all` gives them; -1 is an empty place.
    relevant : Ratings, or tuple (users, items) or (users, items, gains) of array_like of shape (n_relevant,)
        As in `list_metrics.precision_at_k`.
    k : int
        At most n.

    Returns
    -------
    Hits

    Raises
    ------
    DataError
        As in `list_metrics.precision_at_k`.
    """
    items = _lists(items, k)
    users, films, gains, index = read_relevant(relevant, len(items), items.max(initial=-1) + 1)
    counts = np.bincount(users, minlength=len(items))
    rows = np.flatnonzero(counts)
    # A cell is a member and a film in one number. An empty place, -1, falls into a column that nobody's film is in.
    row_of, width = np.cumsum(counts > 0) - 1, max(items.max(initial=-1), films.max()) + 2
    wanted = row_of[users] * width + films + 1
    listed = np.arange(len(rows))[:, np.newaxis] * width + items[rows] + 1
    hits, n_wanted = _is_in(listed, wanted, len(rows) * width)
    if n_wanted < len(wanted):
        raise DataError("The same film is relevant to the same member twice. Give each pair once.")
    found = np.sort(listed[hits])
    if (found[1:] == found[:-1]).any():
        raise DataError("A list holds the same film twice, which would count twice. Give each film one place.")
    n_relevant = counts[rows]
    if gains is None:
        best_gains = np.arange(k) < n_relevant[:, np.newaxis]
        return Hits(hits, n_relevant, hits.astype(np.float64), best_gains.astype(np.float64), index[rows])
    gain_of_place, order = np.zeros(hits.shape), np.argsort(wanted)
    gain_of_place[hits] = gains[order[np.searchsorted(wanted, listed[hits], sorter=order)]]
    return Hits(hits, n_relevant, gain_of_place, _best_gains(row_of[users], gains, n_relevant, k), index[rows])


def read_relevant(relevant, n_users, n_items):
    """Read which films are relevant to whom, and refuse what cannot be.

    Parameters
    ----------
    relevant : Ratings, or tuple of array_like
        As in `list_metrics.precision_at_k`.
    n_users : int
        How many members there are lists or scores of.
    n_items : int
        How many films these know at least.

    Returns
    -------
    users, items : ndarray of shape (n_relevant,), int64
    gains : ndarray of shape (n_relevant,), float64, or None
        Above 0.
    index : Index of length n_users

    Raises
    ------
    DataError
        As in `list_metrics.precision_at_k`.
    """
    if isinstance(relevant, Ratings):
        if relevant.n_users != n_users or relevant.n_items < n_items:
            raise DataError(
                f"The lists are of {n_users:,} members and {n_items:,} films or more, the relevant films of "
                f"{relevant.n_users:,} members and {relevant.n_items:,} films. Take both from one split."
            )
        users, items, gains, index = relevant.users, relevant.items, None, pd.Index(relevant.user_ids, name="userId")
    else:
        if not isinstance(relevant, tuple | list) or len(relevant) not in (2, 3):
            raise DataError(
                f"relevant is of type {type(relevant).__name__}. Give Ratings of what was liked, such as "
                "split.validation.liked(), or a tuple of arrays (users, items) or (users, items, gains)."
            )
        users, items, gains = _pairs(*relevant, n_users=n_users)
        index = pd.RangeIndex(n_users, name="user")
    if not len(users):
        raise DataError("Nobody has a relevant film, so there is nothing to find. Lower what counts as liked.")
    return users.astype(np.int64), items.astype(np.int64), gains, index


def checked_k(k):
    """Return the number of places that are looked at when it is a positive whole number.

    Parameters
    ----------
    k : int

    Returns
    -------
    int

    Raises
    ------
    DataError
        When it is anything else.
    """
    return at_least_one(k, "k", "places of each list count")


def _lists(items, k):
    items, k = np.asarray(items), checked_k(k)
    if items.ndim != 2 or items.dtype.kind not in "iu":
        raise DataError(
            f"items has the shape {items.shape} and the type {items.dtype}. Give whole numbers, a row a member: the "
            "positions that recommend_all(k) gives first, not its scores."
        )
    items = items.astype(np.int64)
    if items.shape[1] < k:
        raise DataError(
            f"The lists have {items.shape[1]} places and k is {k}. Make them with recommend_all({k}); where fewer "
            "films are left it fills up with -1."
        )
    if items.min(initial=-1) < -1:
        raise DataError(f"items holds {items.min()}. Positions of films count from 0, and -1 is an empty place.")
    return items[:, :k]


def _pairs(users, items, gains=None, *, n_users):
    users, items = np.asarray(users), np.asarray(items)
    if users.ndim != 1 or users.shape != items.shape or (gains is not None and np.shape(gains) != users.shape):
        raise DataError("users, items and gains of what is relevant have to be equally long. Give one of each a film.")
    if len(users) and not (users.dtype.kind in "iu" and items.dtype.kind in "iu"):
        raise DataError("users and items of what is relevant have to be positions, whole numbers. Use user_index().")
    if len(users) and (users.min() < 0 or users.max() >= n_users or items.min() < 0):
        raise DataError(
            f"A relevant film has a member outside of 0 to {n_users - 1:,} or a film below 0. Give positions, not ids."
        )
    if gains is None:
        return users, items, None
    gains = np.asarray(gains, dtype=np.float64)
    if not (np.isfinite(gains).all() and (gains >= 0).all()):
        raise DataError("A gain is negative or not a number. Give 0 for what is not relevant, and more for the rest.")
    return users[gains > 0], items[gains > 0], gains[gains > 0]


def _is_in(listed, wanted, n_cells):
    """Say which of the listed cells are wanted, and how many different cells that are wanted there are."""
    if n_cells <= TABLE_CELLS:
        table = np.zeros(n_cells, dtype=bool)
        table[wanted] = True
        return table[listed], np.count_nonzero(table)
    wanted = np.unique(wanted)
    return wanted[np.minimum(np.searchsorted(wanted, listed), len(wanted) - 1)] == listed, len(wanted)


def _best_gains(rows, gains, n_relevant, k):
    order = np.lexsort((-gains, rows))
    rows, gains = rows[order], gains[order]
    place = np.arange(len(rows)) - (np.cumsum(n_relevant) - n_relevant)[rows]
    best = np.zeros((len(n_relevant), k))
    best[rows[place < k], place[place < k]] = gains[place < k]
    return best
