"""Measure lists among a few sampled films instead of all: quick, common, and able to change which model is best."""

import numpy as np
import pandas as pd

from course_lib.errors import DataError
from course_lib.list_hits import Hits, checked_k
from course_lib.list_measures import compare_members, liked_part, measures_of, reference_of
from course_lib.list_metrics import MEASURES
from course_lib.recommender import SCORES_AT_ONCE


def rank_sampled(
    models, split, n=100, k=10, part="validation", at_least=4.0, measures=("recall", "ndcg"), seed=0, against=None
):
    """Tabulate measures of lists in which each film to be found stands among `n` sampled ones only.

    Every film that a member turned out to like is ordered by its score among `n` films that the member has neither
    seen nor turned out to like, drawn evenly and without repetition, the same ones for all models. ``n=None`` takes
    all of them: the measure that the sampled one stands in for. Being in the first 10 of 101 is much easier than in
    the first 10 of the catalogue, and it rewards models for other things: with few sampled films every measure
    comes to resemble the AUC.

    Parameters
    ----------
    models, split, part, at_least, against
        As in `list_measures.rank`.
    n : int or None, default=100
        How many films are sampled for each film to be found; fewer where fewer are left.
    k : int, default=10
        How many places count.
    measures : iterable of str, default=("recall", "ndcg")
        Of `list_metrics.MEASURES`, of a list with a single relevant film: recall is the hit rate, the average
        precision is the reciprocal rank. And "auc", the only one that sampling leaves in the same place on average.
    seed : int, default=0
        Of the sample.

    Returns
    -------
    DataFrame
        As `list_measures.rank`. A member's value is the mean over the films that the member liked.

    Raises
    ------
    DataError
        When `n` or `k` is not a positive whole number, there is no such measure, models have not seen the same
        ratings, or as in `list_measures.rank`.

    References
    ----------
    Krichene & Rendle (2020), "On Sampled Metrics for Item Recommendation".
    """
    against, measures, k = reference_of(models, against), measures_of(measures), checked_k(k)
    ranks, n_others = sampled_ranks(models, split, n, part, at_least, seed)
    tables = {}
    for name, places in ranks.items():
        hits = places.to_numpy()[:, np.newaxis] == np.arange(1, k + 1)
        best = np.broadcast_to(np.arange(k) == 0, hits.shape).astype(np.float64)
        found = Hits(hits, np.ones(len(hits)), hits.astype(np.float64), best, ranks.index)
        values = {measure: MEASURES[measure](found) for measure in measures if measure != "auc"}
        values["auc"] = 1 - (places - 1) / n_others.where(n_others > 0)  # nobody is above or below where none is left
        tables[name] = pd.DataFrame(values, index=ranks.index)[measures].groupby(level="userId").mean()
    return compare_members(tables, against)


def sampled_ranks(models, split, n=100, part="validation", at_least=4.0, seed=0):
    """Find the place of each liked film among `n` sampled ones, by each model.

    Parameters
    ----------
    models, split, n, part, at_least, seed
        As in `rank_sampled`.

    Returns
    -------
    ranks : DataFrame of int
        From 1 on, by userId and movieId, a column a model. Equal scores are ordered by the film's position.
    n_others : Series of int
        Among how many others that was.

    Raises
    ------
    DataError
        As in `rank_sampled`.
    """
    reference_of(models, None)
    if n is not None and (isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1):
        raise DataError(f"n is {n!r}. Say how many films to sample, from 1 on, or None for all of them.")
    liked = [liked_part(model, split, part, at_least) for model in models.values()][0]
    order = np.lexsort((liked.items, liked.users))  # so that the sample depends on who liked what, not on the rows
    users, items = liked.users[order], liked.items[order]
    seen, rng = next(iter(models.values())).ratings_.seen, np.random.default_rng(seed)
    ranks, n_others = np.empty((len(users), len(models)), dtype=np.int64), np.empty(len(users), dtype=np.int64)
    size = max(1, SCORES_AT_ONCE // liked.n_items)
    for start in range(0, len(users), size):
        now = slice(start, start + size)
        mine, rows = np.unique(users[now], return_inverse=True)
        others = np.ones((len(mine), liked.n_items), dtype=bool)
        for known in (seen.csr[mine], liked.csr[mine]):
            others[np.repeat(np.arange(len(mine)), np.diff(known.indptr)), known.indices] = False
        drawn, is_there = _draw(others[rows], n, rng)
        n_others[now] = is_there.sum(axis=1)
        for column, model in enumerate(models.values()):
            scores, wanted = model.scores(liked.user_ids[mine]), items[now, np.newaxis]
            own, theirs = scores[rows[:, np.newaxis], wanted], scores[rows[:, np.newaxis], drawn]
            is_before = (theirs > own) | ((theirs == own) & (drawn < wanted))
            ranks[now, column] = 1 + (is_before & is_there).sum(axis=1)
    index = pd.MultiIndex.from_arrays([liked.user_ids[users], liked.item_ids[items]], names=["userId", "movieId"])
    return pd.DataFrame(ranks, index=index, columns=list(models)), pd.Series(n_others, index=index, name="n_others")


def _draw(others, n, rng):
    """Draw `n` of the films marked in each row, evenly and without repetition: positions, and whether they count."""
    if n is None or n >= others.shape[1]:
        return np.broadcast_to(np.arange(others.shape[1]), others.shape), others
    keys = rng.random(others.shape)
    keys[~others] = 2.0  # behind all that can be drawn
    drawn = np.argpartition(keys, n - 1, axis=1)[:, :n]
    return drawn, np.take_along_axis(others, drawn, axis=1)
