"""How good lists of films are, for all members at once.

Lists come as positions, as `Recommender.recommend_all` gives them. Their order is the list's own: by score, and
equal scores by the film's position. Each measure gives one value a member, from 0 to 1, 1 being best, and leaves out
members without relevant films: nobody can find what is not there, and a 0 would be a judgement.
"""

import numpy as np
import pandas as pd

from course_lib.auc import auc
from course_lib.errors import DataError
from course_lib.list_hits import checked_k, find_hits

__all__ = [
    "MEASURES", "at_k", "auc", "average_precision_at_k", "coverage", "gini", "hit_rate_at_k", "ndcg_at_k",
    "precision_at_k", "recall_at_k", "reciprocal_rank_at_k",
]  # fmt: skip


def precision_at_k(items, relevant, k=20):
    r"""Find which share of the first `k` places holds a relevant film.

    .. math:: \frac{1}{k} \sum_{j=1}^{k} rel_j, \quad rel_j = 1 \text{ where place } j \text{ holds a relevant film,
        else } 0

    Parameters
    ----------
    items : array_like of shape (n_users, n), int
        Positions of films, best first; -1 is an empty place. Where fewer than `k` films are left for a member, the
        empty places count as wrong.
    relevant : Ratings, or tuple (users, items) or (users, items, gains) of array_like of shape (n_relevant,)
        The films that each member turned out to want. Of Ratings every row counts: give ``held_out.liked()``. In
        a tuple, positions; gains say how much a film is wanted, where 0 is not at all, and only NDCG uses them.
    k : int, default=20
        At most n. May be more than the catalogue has: the lists are then filled up with -1.

    Returns
    -------
    Series of float
        One value a member, by userId or, where relevant is a tuple, by position; only members with relevant films.
        Somebody with fewer than `k` of them cannot reach 1.

    Raises
    ------
    DataError
        When lists have fewer than `k` places or name a film twice, positions are out of bounds, a gain is not a
        number, or nobody has a relevant film.

    References
    ----------
    Herlocker, Konstan, Terveen & Riedl (2004), "Evaluating Collaborative Filtering Recommender Systems".
    """
    return at_k(items, relevant, k, ["precision"])["precision"].rename(f"precision at {k}")


def recall_at_k(items, relevant, k=20):
    r"""Find which share of the relevant films stands in the first `k` places.

    .. math:: \frac{1}{|relevant|} \sum_{j=1}^{k} rel_j

    Parameters
    ----------
    items, relevant, k
        As in `precision_at_k`.

    Returns
    -------
    Series of float
        As `precision_at_k`. Somebody with more than `k` relevant films cannot reach 1; with a single one it is 0 or 1.

    Raises
    ------
    DataError
        As in `precision_at_k`.

    References
    ----------
    Herlocker, Konstan, Terveen & Riedl (2004), "Evaluating Collaborative Filtering Recommender Systems".
    """
    return at_k(items, relevant, k, ["recall"])["recall"].rename(f"recall at {k}")


def hit_rate_at_k(items, relevant, k=20):
    r"""Find whether any relevant film stands in the first `k` places: 1 or 0. Its mean is the hit rate.

    .. math:: \max_{j \le k} rel_j

    Parameters
    ----------
    items, relevant, k
        As in `precision_at_k`.

    Returns
    -------
    Series of float
        As `precision_at_k`. Members with many relevant films get it easily.

    Raises
    ------
    DataError
        As in `precision_at_k`.
    """
    return at_k(items, relevant, k, ["hit_rate"])["hit_rate"].rename(f"hit rate at {k}")


def average_precision_at_k(items, relevant, k=20):
    r"""Average the precision at the place of each relevant film; those beyond place `k` count as 0.

    .. math:: \frac{1}{|relevant|} \sum_{j=1}^{k} rel_j \cdot \frac{1}{j} \sum_{l=1}^{j} rel_l

    Parameters
    ----------
    items, relevant, k
        As in `precision_at_k`.

    Returns
    -------
    Series of float
        As `precision_at_k`; its mean is called MAP. It divides by all relevant films, as trec_eval does, so that
        somebody with more than `k` of them cannot reach 1. Some libraries divide by `k` in that case.

    Raises
    ------
    DataError
        As in `precision_at_k`.

    References
    ----------
    Krichene & Rendle (2020), "On Sampled Metrics for Item Recommendation".
    """
    values = at_k(items, relevant, k, ["average_precision"])["average_precision"]
    return values.rename(f"average precision at {k}")


def reciprocal_rank_at_k(items, relevant, k=20):
    r"""Divide 1 by the place of the first relevant film: 1, 1/2, 1/3 and so on, and 0 beyond place `k`.

    .. math:: \max_{j \le k} \frac{rel_j}{j}

    Parameters
    ----------
    items, relevant, k
        As in `precision_at_k`.

    Returns
    -------
    Series of float
        As `precision_at_k`; its mean is called MRR. What follows the first hit does not count.

    Raises
    ------
    DataError
        As in `precision_at_k`.
    """
    return at_k(items, relevant, k, ["reciprocal_rank"])["reciprocal_rank"].rename(f"reciprocal rank at {k}")


def ndcg_at_k(items, relevant, k=20):
    r"""Add up what the listed films are worth, later places less, and divide by the same of the best possible list.

    .. math:: \frac{DCG}{DCG_{best}}, \quad DCG = \sum_{j=1}^{k} \frac{gain_j}{\log_2(j + 1)}

    Parameters
    ----------
    items, relevant, k
        As in `precision_at_k`. Without gains each relevant film is worth 1.

    Returns
    -------
    Series of float
        As `precision_at_k`. The best possible list has the films with the largest gains first, at most `k` of
        them, so that everybody can reach 1, unless they have fewer candidates than relevant films.

    Raises
    ------
    DataError
        As in `precision_at_k`.

    References
    ----------
    Järvelin & Kekäläinen (2002), "Cumulated Gain-Based Evaluation of IR Techniques". They divide by log2(j) from
    place 2 on, so that places 1 and 2 count the same; log2(j + 1) became usual later and is what trec_eval takes.
    """
    return at_k(items, relevant, k, ["ndcg"])["ndcg"].rename(f"NDCG at {k}")


def _average_precision(found):
    places = np.arange(1, found.hits.shape[1] + 1)
    return (np.cumsum(found.hits, axis=1) / places * found.hits).sum(axis=1) / found.n_relevant


def _ndcg(found):
    discounts = 1 / np.log2(np.arange(2, found.hits.shape[1] + 2))
    return (found.gains @ discounts) / (found.best_gains @ discounts)


MEASURES = {
    "precision": lambda found: found.hits.mean(axis=1),
    "recall": lambda found: found.hits.sum(axis=1) / found.n_relevant,
    "hit_rate": lambda found: found.hits.any(axis=1).astype(np.float64),
    "average_precision": _average_precision,
    "reciprocal_rank": lambda found: found.hits.any(axis=1) / (found.hits.argmax(axis=1) + 1.0),
    "ndcg": _ndcg,
}
"""The measures of a list's first `k` places, each from what `find_hits` found."""


def at_k(items, relevant, k=20, measures=tuple(MEASURES)):
    """Tabulate several measures of the same lists; the hits are looked for once.

    Parameters
    ----------
    items, relevant, k
        As in `precision_at_k`.
    measures : iterable of str, default=all
        Of `MEASURES`.

    Returns
    -------
    DataFrame
        A row a member with relevant films, a column a measure.

    Raises
    ------
    DataError
        When there is no such measure, or as in `precision_at_k`.
    """
    unknown = [name for name in measures if name not in MEASURES]
    if unknown:
        raise DataError(f"There is no measure {unknown[0]!r} of a list. There are {', '.join(MEASURES)}.")
    found = find_hits(items, relevant, checked_k(k))
    return pd.DataFrame({name: MEASURES[name](found) for name in measures}, index=found.index)


def coverage(items, n_items):
    """Find which share of the catalogue is recommended to anybody.

    Parameters
    ----------
    items : array_like of shape (n_users, n), int
        As in `precision_at_k`; all n places count.
    n_items : int
        Films in the catalogue.

    Returns
    -------
    float
        From 0 to 1: 1 when each film is in somebody's list.

    Raises
    ------
    DataError
        When a list holds a film outside of the catalogue.

    References
    ----------
    Herlocker, Konstan, Terveen & Riedl (2004), "Evaluating Collaborative Filtering Recommender Systems".
    """
    return float((_times_listed(items, n_items) > 0).mean())


def gini(items, n_items):
    r"""Measure how unevenly the places of all lists are shared out among the films of the catalogue.

    .. math:: \frac{\sum_{i=1}^{n} (2i - n - 1)\, x_i}{n \sum x_i}, \quad x_1 \le x_2 \le \dots \text{ how often each
        film is listed}

    Parameters
    ----------
    items, n_items
        As in `coverage`.

    Returns
    -------
    float
        0 when all films are listed equally often, (n - 1) / n when one film has all places.

    Raises
    ------
    DataError
        When a list holds a film outside of the catalogue, or no list holds any.
    """
    times = np.sort(_times_listed(items, n_items))
    if not times.any():
        raise DataError("All places of all lists are empty, so there is nothing to share out. Check what was seen.")
    return float((2 * np.arange(1, n_items + 1) - n_items - 1) @ times / (n_items * times.sum()))


def _times_listed(items, n_items):
    items = np.asarray(items)
    if items.dtype.kind not in "iu" or items.max(initial=-1) >= n_items:
        raise DataError(f"items has to hold positions from 0 to {n_items - 1:,}, and -1 for an empty place.")
    return np.bincount(items[items >= 0], minlength=n_items)
