"""The best n of many scores, in one fixed order."""

import importlib.util

import numpy as np

MANY_SCORES = 1_500_000
"""From so many on they are gone through by a kernel, which has to be loaded first."""
SHORT_LIST = 128
"""Longer lists are too dear for it: each new entry moves those behind it."""


def top_n(scores, n):
    """Find the `n` highest scores of each row.

    Parameters
    ----------
    scores : ndarray of shape (n_rows, n_items), float
        Never nan; -inf marks an item that must not be listed.
    n : int
        At least 1; may be larger than n_items.

    Returns
    -------
    items : ndarray of shape (n_rows, n), int32
        Highest score first, equal scores by position; -1 where no item is left.
    best : ndarray of shape (n_rows, n), float32
        Their scores; nan where no item is left.
    """
    length = min(n, scores.shape[1])
    if scores.size >= MANY_SCORES and length <= SHORT_LIST and importlib.util.find_spec("numba"):
        return _in_one_pass(np.ascontiguousarray(scores), n)
    order = _few_candidates(scores, length)
    if order is None:
        order = np.argsort(-scores, axis=1, kind="stable")[:, :length]
    items = np.full((len(scores), n), -1, dtype=np.int32)
    best = np.full((len(scores), n), np.nan, dtype=np.float32)
    items[:, :length] = order
    best[:, :length] = np.take_along_axis(scores, order, axis=1)
    left_out = best == -np.inf
    items[left_out], best[left_out] = -1, np.nan
    return items, best


def _in_one_pass(scores, n):
    from course_lib._kernels.top_n import best_of_rows

    scores = scores if scores.dtype == np.float32 else scores.astype(np.float64, copy=False)
    number = np.dtype(f"i{scores.itemsize}").type
    largest = np.iinfo(number).max
    least = np.array(-np.inf, dtype=scores.dtype).view(number) ^ largest
    size = min(64, max(16, scores.shape[1] // (4 * n) // 16 * 16))  # as below: four pieces a place in the list
    items = np.full((len(scores), n), -1, dtype=np.int32)
    best_of_rows(scores.view(number), number(8 * scores.itemsize - 1), number(largest), number(least), size, items)
    best = np.take_along_axis(scores, np.maximum(items, 0), axis=1).astype(np.float32)
    best[items < 0] = np.nan
    return items, best


def _few_candidates(scores, length):
    """Do what a stable sort does by sorting only what can be among the first; None when that is too much.

    A row is cut into groups, of which the best scores are found first. The item that is `length`-th among
    these bounds the list from below: nothing under it can be listed. Few items are left, equal ones included.
    """
    n_rows, n_items = scores.shape
    n_groups = 4 * length  # fewer make a loose bound, more make it dear
    if n_items < 2 * n_groups or not length:
        return None
    size = n_items // n_groups
    best = scores[:, :n_groups].copy()
    for start in range(n_groups, size * n_groups, n_groups):
        np.maximum(best, scores[:, start : start + n_groups], out=best)
    bound = np.partition(best, n_groups - length, axis=1)[:, [n_groups - length]]
    rows, items = np.nonzero(scores >= bound)
    if len(rows) > 8 * n_rows * n_groups:  # most scores are equal
        return None
    order = np.lexsort((items, -scores[rows, items], rows))
    first = np.searchsorted(rows, np.arange(n_rows))
    return items[order[first[:, np.newaxis] + np.arange(length)]]
