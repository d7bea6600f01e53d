"""How well scores tell relevant films from the others, over the whole catalogue and not only at the top."""

import numpy as np
import pandas as pd

from course_lib.errors import DataError
from course_lib.list_hits import read_relevant

SCORES_AT_ONCE = 2_000_000
"""How many scores are compared at a time: 8 MB."""


def auc(scores, relevant):
    r"""Find how often a relevant film scores above a film that is not relevant, over all such pairs.

    .. math:: \frac{1}{|relevant| \cdot |others|} \sum_{i \in relevant} \sum_{j \in others} [s_i > s_j] +
        \tfrac{1}{2} [s_i = s_j]

    Parameters
    ----------
    scores : array_like of shape (n_users, n_items), float
        -inf marks a film that is no candidate, such as one that the member has seen.
    relevant : Ratings, or tuple (users, items) of array_like of shape (n_relevant,)
        As in `list_metrics.precision_at_k`; gains do not count.

    Returns
    -------
    Series of float
        From 0 to 1; equal scores count half, so that guessing has 1/2. Only members with relevant films and with
        others. The pair at the end of the catalogue counts as much as the pair at the top.

    Raises
    ------
    DataError
        When a score is not a number, a relevant film is no candidate, or as in `list_metrics.precision_at_k`.

    References
    ----------
    Krichene & Rendle (2020), "On Sampled Metrics for Item Recommendation"; Herlocker et al. (2004).
    """
    scores = np.asarray(scores)
    if scores.ndim != 2:
        raise DataError(f"scores has the shape {scores.shape}. Give a row a member and a column a film.")
    if np.isnan(scores).any():
        row, column = np.argwhere(np.isnan(scores))[0]
        raise DataError(f"The score of film {column} for member {row} is not a number. Mark what is no candidate -inf.")
    users, items, _, index = read_relevant(relevant, len(scores), scores.shape[1])
    if items.max() >= scores.shape[1]:
        raise DataError(f"There are scores of {scores.shape[1]:,} films, and film {items.max():,} is relevant.")
    mine = scores[users, items]
    if (mine == -np.inf).any():
        raise DataError(
            "A relevant film has the score -inf: it was seen, or is no candidate. Take both from one split."
        )
    if len(np.unique(users * scores.shape[1] + items)) < len(users):
        raise DataError("The same film is relevant to the same member twice. Give each pair once.")
    above = np.empty(len(users))
    size = max(1, SCORES_AT_ONCE // scores.shape[1])
    for start in range(0, len(scores), size):
        rows = np.sort(scores[start : start + size], axis=1)
        now = np.flatnonzero((users >= start) & (users < start + size))
        of = users[now] - start, mine[now]
        above[now] = (_count(rows, *of, np.less) + _count(rows, *of, np.less_equal) - 1) / 2
    n_relevant, n_hidden = np.bincount(users, minlength=len(scores)), (scores == -np.inf).sum(axis=1)
    # Among themselves n relevant films make n (n - 1) / 2 pairs, whatever their order.
    wins = np.bincount(users, above - n_hidden[users], len(scores)) - n_relevant * (n_relevant - 1) / 2
    n_pairs = n_relevant * (scores.shape[1] - n_hidden - n_relevant)
    there = n_pairs > 0
    return pd.Series(wins[there] / n_pairs[there], index=index[there], name="AUC")


def _count(ascending, rows, values, is_before):
    """Count how many entries of each value's row come before it, by halving the steps (a binary search)."""
    n = ascending.shape[1]
    counts = np.zeros(len(rows), dtype=np.int64)
    for step in 2 ** np.arange(int(n).bit_length())[::-1]:
        further = counts + step
        inside = further <= n
        counts[inside & is_before(ascending[rows, np.minimum(further, n) - 1], values)] += step
    return counts
