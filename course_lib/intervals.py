"""How sure a mean is: intervals by drawing the members again (the bootstrap)."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from course_lib.errors import DataError

DRAWS_AT_ONCE = 4_000_000
"""How many members are drawn at a time: 32 MB."""


class Interval(NamedTuple):
    """A value, and between which bounds it would lie with other members of the same kind.

    Attributes
    ----------
    value, low, high : float
        In the unit of what was measured.
    """

    value: float
    low: float
    high: float

    def __str__(self):
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def mean_interval(values, seed=0, n_resamples=2000, level=0.95):
    """Find the mean of one value a member, and an interval for it.

    As many members as there are get drawn with replacement, `n_resamples` times; the interval holds the middle
    share `level` of the means.

    Parameters
    ----------
    values : array_like of shape (n_members,)
    seed : int, default=0
    n_resamples : int, default=2000
    level : float, default=0.95

    Returns
    -------
    Interval

    Raises
    ------
    DataError
        When there are no values, or one is not a number.

    References
    ----------
    scipy.stats.bootstrap with method="percentile", which does the same.
    """
    values = _checked(values)
    return ratio_interval(values, np.ones(len(values)), seed, n_resamples, level)


def difference_interval(values, others, seed=0, n_resamples=2000, level=0.95):
    """Find how much larger one mean is than another of the same members, and an interval for that.

    Members are drawn as pairs of values: what makes a member easy or hard for both models alike then cancels out.

    Parameters
    ----------
    values, others : array_like of shape (n_members,)
        Of the same members in the same order; two Series need the same index.
    seed, n_resamples, level
        As in `mean_interval`.

    Returns
    -------
    Interval
        Of values - others. When 0 lies outside of it, the difference is more than luck with the members.

    Raises
    ------
    DataError
        When the members are not the same, or a value is not a number.
    """
    if isinstance(values, pd.Series) and isinstance(others, pd.Series) and not values.index.equals(others.index):
        raise DataError("These values are of different members. Measure both models on the same held-out part.")
    values, others = _checked(values), _checked(others)
    if len(values) != len(others):
        raise DataError(f"There are {len(values):,} and {len(others):,} values. Give two for each member, in order.")
    return mean_interval(values - others, seed, n_resamples, level)


def ratio_interval(totals, counts, seed=0, n_resamples=2000, level=0.95):
    """Find the mean over all ratings when each member brings several, and an interval for it.

    Members are drawn, not ratings: the ratings of one member are not independent of each other.

    Parameters
    ----------
    totals : array_like of shape (n_members,)
        Sum of each member's values.
    counts : array_like of shape (n_members,)
        How many they are.
    seed, n_resamples, level
        As in `mean_interval`.

    Returns
    -------
    Interval
        Of sum(totals) / sum(counts).

    Raises
    ------
    DataError
        When there are no values, or one is not a number.
    """
    totals, counts = _checked(totals), _checked(counts)
    drawn = np.concatenate(list(_drawn(totals[np.newaxis], counts, seed, n_resamples, level)), axis=1)[0]
    low, high = np.quantile(drawn, _ends(level))
    return Interval(float(totals.sum() / counts.sum()), float(low), float(high))


def paired_ratio_intervals(totals, counts, reference, transform=np.asarray, seed=0, n_resamples=2000, level=0.95):
    """Find the means over all ratings of several models, and how far each is from one of them.

    The same members are drawn for all models.

    Parameters
    ----------
    totals : ndarray of shape (n_models, n_members)
        Sum of each member's values.
    counts : ndarray of shape (n_members,)
        How many they are.
    reference : int
        The model that the others are compared with.
    transform : callable, default=numpy.asarray
        Applied to the means, such as ``numpy.sqrt`` for the RMSE.
    seed, n_resamples, level
        As in `mean_interval`.

    Returns
    -------
    values, differences : ndarray of shape (n_models, 3)
        Value, lower and upper bound of each model, and of each model minus the reference.

    Raises
    ------
    DataError
        When there are no values, or one is not a number.
    """
    totals, counts = np.array([_checked(row) for row in totals]), _checked(counts)
    drawn = transform(np.concatenate(list(_drawn(totals, counts, seed, n_resamples, level)), axis=1))
    means = transform(totals.sum(axis=1) / counts.sum())
    values = np.column_stack([means, *np.quantile(drawn, _ends(level), axis=1)])
    apart = np.quantile(drawn - drawn[reference], _ends(level), axis=1)
    return values, np.column_stack([means - means[reference], *apart])


def _drawn(totals, counts, seed, n_resamples, level):
    """Yield means over ratings for batches of drawn members, each of shape (n_models, n_in_batch)."""
    if not 0 < level < 1 or n_resamples < 1:
        raise DataError(f"level={level!r} and n_resamples={n_resamples!r}: give a share such as 0.95, and 1 or more.")
    rng = np.random.default_rng(seed)
    n = len(counts)
    size = max(1, DRAWS_AT_ONCE // n)
    for start in range(0, n_resamples, size):
        members = rng.integers(n, size=(min(size, n_resamples - start), n))
        yield np.stack([row[members].sum(axis=1) for row in totals]) / counts[members].sum(axis=1)


def _ends(level):
    return [(1 - level) / 2, (1 + level) / 2]


def _checked(values):
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1 or not values.size or not np.isfinite(values).all():
        raise DataError(
            f"An interval needs one number a member, and this has the shape {values.shape} and "
            f"{np.count_nonzero(~np.isfinite(values)):,} gaps. Leave out members without a value: dropna()."
        )
    return values
