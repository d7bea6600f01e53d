"""The largest singular values of a table that is never written out: a sparse part plus a few outer products."""

from typing import NamedTuple

import numpy as np

from course_lib.low_rank import signs_of

SMALL = 64
"""Tables with fewer rows or columns are written out, and numpy decomposes them whole."""
NOTHING = 1e-9
"""A singular value below this moves no entry of the table by more; it is left out."""


class SVD(NamedTuple):
    r"""The first factors of a table: :math:`U \Sigma V^\mathsf{T}`, largest first.

    Attributes
    ----------
    left : ndarray of shape (n_rows, k)
        U: columns of length 1 at right angles to each other.
    values : ndarray of shape (k,)
        The diagonal of Sigma, in the table's unit.
    right : ndarray of shape (n_columns, k)
        V, of the same kind as U.
    """

    left: np.ndarray
    values: np.ndarray
    right: np.ndarray


def leading_factors(sparse, k, left=None, right=None):
    r"""Find the `k` largest singular values, and their vectors, of ``sparse + left @ right.T``.

    The sum has a number in every cell, so it is not made: the Lanczos method asks only for its products with vectors,
    which cost one operation for each stored entry.

    Parameters
    ----------
    sparse : scipy.sparse array of shape (n_rows, n_columns)
    k : int
        Fewer come back where the table has a lower rank.
    left : ndarray of shape (n_rows, r), optional
    right : ndarray of shape (n_columns, r), optional
        Both or neither.

    Returns
    -------
    SVD
        In each column of V the entry furthest from 0 (the first of equals) is positive, so that the signs repeat.

    References
    ----------
    Mazumder, Hastie & Tibshirani (2010), "Spectral Regularization Algorithms for Learning Large Incomplete
    Matrices", on tables that are sparse plus low rank.
    """
    # Lanczos finds few of many: where most are wanted, or all are few, the whole table is as fast.
    if min(sparse.shape) < max(SMALL, 3 * k):
        table = sparse.toarray().astype(np.float64)
        if left is not None:
            table += left @ right.T
        u, values, vt = np.linalg.svd(table, full_matrices=False)
    else:
        u, values, vt = _lanczos(sparse.astype(np.float64), k, left, right)
    order = np.argsort(-values, kind="stable")[:k]
    order = order[values[order] > NOTHING]
    u, values, v = u[:, order], values[order], vt[order].T
    signs = signs_of(v)
    return SVD(u * signs, values, v * signs)


def _lanczos(sparse, k, left, right):
    from scipy.sparse.linalg import LinearOperator, svds

    has_outer = left is not None and left.any() and right.any()
    if not has_outer and not sparse.data.any():  # the method cannot start on a table of zeros
        n_rows, n_columns = sparse.shape
        return np.zeros((n_rows, 0)), np.zeros(0), np.zeros((0, n_columns))
    table = sparse
    if has_outer:
        transposed = sparse.T.tocsr()
        table = LinearOperator(
            sparse.shape,
            matvec=lambda x: sparse @ x + left @ (right.T @ x),
            rmatvec=lambda x: transposed @ x + right @ (left.T @ x),
            dtype=np.float64,
        )
    # Any start that is not at right angles to a factor will do; a fixed one gives the same numbers each time.
    start = np.random.default_rng(0).normal(size=min(sparse.shape))
    return svds(table, k, v0=start)
