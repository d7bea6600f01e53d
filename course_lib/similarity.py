"""How alike two films are, or two members, by the ratings that they have in common (lesson 05)."""

import numpy as np

from course_lib._kernels import nearest
from course_lib._kernels import neighbors as kernels
from course_lib.errors import DataError

SIMILARITIES = {
    "cosine": (kernels.cosines, 1),
    "adjusted_cosine": (kernels.cosines, 1),
    "pearson": (kernels.correlations, 2),
    "pearson_baseline": (kernels.cosines, 2),
}
"""Each with its loop, and from how many common ratings on it says anything."""

PAIRS_AT_ONCE = 1_000_000
"""How many pairs are compared at a time: with what sorting them takes, under 50 MB."""


def shrink(similarity, n_common, shrinkage):
    r"""Draw similarities towards 0 where there is little to go by.

    .. math:: s' = \frac{n - 1}{n - 1 + \lambda_s} \, s

    Parameters
    ----------
    similarity : float or ndarray
    n_common : int or ndarray of int
        n: how many ratings two films, or two members, have in common.
    shrinkage : float
        :math:`\lambda_s`: with so many common ratings and one more, half of the similarity is left.

    Returns
    -------
    float or ndarray
        Unchanged without shrinkage.

    References
    ----------
    Surprise's ``pearson_baseline``, which shrinks in this way.
    """
    if not shrinkage:
        return similarity
    return similarity * ((n_common - 1) / (n_common - 1 + shrinkage))


def compare(rows, columns, similarity, shrinkage=0.0, min_support=1, positive_only=True, n_kept=None, own=0):
    """Compare some films, or members, with all, and put the most similar first.

    Two of them are compared on what both have a value for. The values are stars or deviations, as the similarity asks;
    its formula is the cosine of the common values, or for "pearson" their correlation.

    Parameters
    ----------
    rows : scipy.sparse.csr_array of shape (n, n_on), float64
        Those to be compared, by what they are compared on; indices in order.
    columns : scipy.sparse.csr_array of shape (n_on, n_all), float64
        All that they are compared with, a column each.
    similarity : str
        One of `SIMILARITIES`.
    shrinkage : float, default=0.0
        As in `shrink`.
    min_support : int, default=1
        Pairs with fewer common values are not similar.
    positive_only : bool, default=True
        Leave out pairs that disagree; without it, the strongest similarities of either sign come first.
    n_kept : int, optional
        Keep only so many of each row's nearest; all when not given.
    own : int, default=0
        Which column the first row is itself, the next row being the next column: nothing is its own neighbour.
        With a negative number and a single row, it is none of them.

    Returns
    -------
    scipy.sparse.csr_array of shape (n, n_all), float64
        Similarities; in each row the largest first, equal ones in the order of columns. Memory beside it: under 50 MB,
        or what a single row takes.

    Raises
    ------
    DataError
        When there is no such similarity.
    """
    if similarity not in SIMILARITIES:
        raise DataError(f"similarity is {similarity!r}. Take one of {', '.join(SIMILARITIES)}.")
    loop, at_least = SIMILARITIES[similarity]
    (n, _), n_all = rows.shape, columns.shape[1]
    matrices = rows.indptr, rows.indices, rows.data, columns.indptr, columns.indices, columns.data
    if n_kept is not None and n:
        shape, counts = (n, min(n_kept, n_all)), np.zeros(n, dtype=np.int64)
        found, values = np.zeros(shape, dtype=np.int32), np.zeros(shape)
        options = n_all, similarity == "pearson", max(min_support, at_least), float(shrinkage), bool(positive_only), own
        nearest.nearest_by_stars(*matrices, *options, found, values, counts)
        return rows_of_lists(counts, found, values, n_all)
    size = max(1, PAIRS_AT_ONCE // max(n_all, 1))
    found, values = np.empty(size * n_all, dtype=np.int32), np.empty(size * n_all)
    n_common = np.empty(size * n_all, dtype=np.int32)
    indices, data, counts = np.empty(0, dtype=np.int32), np.empty(0), np.zeros(n + 1, dtype=np.int64)
    for begin in range(0, n, size):
        end = min(begin + size, n)
        room = (end - begin) * n_all
        ends = loop(begin, end, *matrices, max(min_support, at_least), own + begin, found[:room], values[:room],
                    n_common[:room])  # fmt: skip
        row = np.repeat(np.arange(begin, end), np.diff(ends, prepend=0))
        s = shrink(values[: len(row)], n_common[: len(row)], shrinkage)
        kept = np.flatnonzero(s > 0 if positive_only else s != 0)
        order = kept[np.lexsort((-np.abs(s[kept]), row[kept]))]  # stable: equal ones stay in the order of columns
        row, s, other = row[order], s[order], found[order]
        counts[begin + 1 : end + 1] = np.bincount(row - begin, minlength=end - begin)
        so_far = len(data)
        for array, more in ((indices, other), (data, s)):
            array.resize(so_far + len(more), refcheck=False)  # in place: no second copy of all that is kept
            array[so_far:] = more
    return _table(counts.cumsum(), indices, data, n_all)


def rows_of_lists(counts, found, values, n_all):
    """Make a sparse matrix whose rows are lists.

    Parameters
    ----------
    counts : ndarray of shape (n,), int
        How many entries of each list count.
    found, values : ndarray of shape (n, k)
        Columns and values.
    n_all : int
        How many columns there are.

    Returns
    -------
    scipy.sparse.csr_array of shape (n, n_all)
        The entries of each row in the order of its list.
    """
    there = np.arange(found.shape[1]) < counts[:, np.newaxis]
    return _table(np.append(0, counts.cumsum()), found[there], values[there], n_all)


def _table(starts, indices, data, n_all):
    from scipy import sparse

    if starts[-1] <= np.iinfo(np.int32).max:
        starts = starts.astype(np.int32)  # scipy would make all indices as wide as these
    return sparse.csr_array((data, indices, starts), shape=(len(starts) - 1, n_all))


def pairs_in_common(ratings, at_least):
    """List the pairs of members who have films in common.

    Parameters
    ----------
    ratings : Ratings
    at_least : int
        Of how many films both have to have rated.

    Returns
    -------
    ndarray of shape (n_pairs, 2), int
        Positions of members, each pair once.
    """
    rated = ratings.csr.astype(bool).astype(np.float32)
    return np.argwhere(np.triu((rated @ rated.T).toarray() >= at_least, 1))


def correlations_on_some(ratings, pairs, n_common, rng, part=slice(None)):
    """Correlate the stars of pairs of members on only a few of the films that both have rated.

    Parameters
    ----------
    ratings : Ratings
    pairs : array_like of shape (n_pairs, 2), int
        Positions of members.
    n_common : int or None
        On how many films, drawn at random; all of them when None.
    rng : numpy.random.Generator
    part : slice, optional
        Which of the pair's common films to draw from, in the order of the film table; slice(0, None, 2) is every other.

    Returns
    -------
    ndarray of shape (n_pairs,)
        0 where somebody gave all of these films the same stars, so that there is no correlation.
    """
    stars, found = ratings.csr.toarray().astype(np.float64), np.zeros(len(pairs))
    for place, (one, other) in enumerate(pairs):
        common = np.flatnonzero((stars[one] > 0) & (stars[other] > 0))[part]
        films = common if n_common is None else rng.choice(common, n_common, replace=False)
        a, b = stars[one, films], stars[other, films]
        if np.ptp(a) and np.ptp(b):
            found[place] = np.corrcoef(a, b)[0, 1].round(9)  # or two ones would differ by a rounding error
    return found


def order_right(alike, unlike):
    """Tell how often a similarity is larger for a pair that is alike than for one that is not.

    Parameters
    ----------
    alike, unlike : array_like of shape (n,) and (m,)
        The similarities of pairs of both kinds.

    Returns
    -------
    float
        A share from 0 to 1 of all n m comparisons; equal ones count half, as a coin would decide them.
    """
    alike, unlike = np.asarray(alike)[:, np.newaxis], np.asarray(unlike)
    return float((alike > unlike).mean() + (alike == unlike).mean() / 2)
