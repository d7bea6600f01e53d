"""A full table as the product of two narrow ones: rank one, SVD, and the best table of a rank (lesson 06).

Everything here wants a table without holes. What to do about holes is lesson 07's question.
"""

import numpy as np

from course_lib.errors import DataError

TIE = 1e-6  # entries this near to the largest share its place, so that rounding does not choose the sign


def rank_one(p, q):
    r"""Multiply each number of one list by each number of another: a table of rank one.

    .. math:: R_{ui} = p_u \, q_i, \qquad R = p \, q^T

    Parameters
    ----------
    p : array_like of shape (n_users,)
        One number a row.
    q : array_like of shape (n_items,)
        One number a column.

    Returns
    -------
    ndarray of shape (n_users, n_items)
        The outer product. Each row is a multiple of `q`, each column a multiple of `p`.

    Raises
    ------
    DataError
        When `p` or `q` is not one list of numbers.
    """
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    if p.ndim != 1 or q.ndim != 1:
        raise DataError(f"An outer product takes two lists of numbers. These have the shapes {p.shape} and {q.shape}.")
    return p[:, None] * q


def signs_of(vectors):
    """Say which columns to turn round so that the largest entry of each is positive.

    Parameters
    ----------
    vectors : ndarray of shape (n, k)

    Returns
    -------
    ndarray of shape (k,)
        1.0 or -1.0. Of entries as large as the largest, but for rounding, the first one counts.
    """
    if not vectors.size:
        return np.ones(vectors.shape[1])
    sizes = np.abs(vectors)
    first = np.argmax(sizes >= (1 - TIE) * sizes.max(axis=0), axis=0)
    return np.where(vectors[first, np.arange(vectors.shape[1])] < 0, -1.0, 1.0)


def truncated_svd(matrix, k):
    r"""Give the two narrow tables whose product is the nearest of rank k to a full table.

    .. math:: R = U \Sigma V^T, \qquad P = U_k \Sigma_k, \quad Q = V_k

    Signs come in pairs: a column of P and the same column of Q may both be turned round. Here the largest entry of
    each column of Q is positive (the first of them where several are as large), so that outputs repeat.

    Parameters
    ----------
    matrix : array_like of shape (n_users, n_items)
        :math:`R`, without holes.
    k : int
        How many columns P and Q have: from 1 to the shorter side of the table.

    Returns
    -------
    (ndarray of shape (n_users, k), ndarray of shape (n_items, k))
        P, in the unit of the table, and Q, whose columns have length 1. Columns are perpendicular to each other in
        both, the strongest first; the length of a column of P is its singular value.

    Raises
    ------
    DataError
        When the table has holes, or `k` is not among its ranks.

    References
    ----------
    Eckart & Young (1936), "The approximation of one matrix by another of lower rank".
    """
    matrix = _full(matrix)
    _check_rank(matrix, k)
    u, sigma, v = np.linalg.svd(matrix, full_matrices=False)
    p, q = u[:, :k] * sigma[:k], v[:k].T
    signs = signs_of(q)
    return p * signs, q * signs


def singular_values(matrix):
    r"""Give the strength of each column of the SVD, the largest first.

    Parameters
    ----------
    matrix : array_like of shape (n_users, n_items)
        Without holes.

    Returns
    -------
    ndarray of shape (min(n_users, n_items),)
        :math:`\sigma_1 \ge \sigma_2 \ge \dots \ge 0`, in the unit of the table. Their squares add up to the sum of
        all squared entries.

    Raises
    ------
    DataError
        When the table has holes.
    """
    return np.linalg.svd(_full(matrix), compute_uv=False)


def energy(matrix):
    r"""Say how much of a table the first 1, 2, 3, ... columns of its SVD hold.

    .. math:: E_k = \frac{\sum_{f \le k} \sigma_f^2}{\sum_f \sigma_f^2}

    Parameters
    ----------
    matrix : array_like of shape (n_users, n_items)
        Without holes, and not all zeros.

    Returns
    -------
    ndarray of shape (min(n_users, n_items),)
        Shares of the sum of squares, rising to 1. What is missing to 1 is the squared error of that rank.

    Raises
    ------
    DataError
        When the table has holes, or nothing but zeros.
    """
    squares = singular_values(matrix) ** 2
    if squares[0] == 0:
        raise DataError("The table is all zeros: there is nothing that could be held. Give one with numbers in it.")
    return np.cumsum(squares) / squares.sum()


def power_iteration(matrix, n_steps=100, seed=0):
    """Find the nearest table of rank one, p times q, by going back and forth.

    From any q, each member's number is a dot product of the row with q; from these, each film's number is a dot
    product of the column with them. Each round makes the strongest direction stronger against the others, by the
    square of the ratio of their singular values.

    Parameters
    ----------
    matrix : array_like of shape (n_users, n_items)
        Without holes.
    n_steps : int, default=100
        Rounds.
    seed : int, default=0
        Of the first q.

    Returns
    -------
    (ndarray of shape (n_users,), ndarray of shape (n_items,))
        p and q, as the one column of ``truncated_svd(matrix, 1)``, sign included. For a table of zeros, p is zero.

    Raises
    ------
    DataError
        When the table has holes.
    """
    matrix = _full(matrix)
    q = np.random.default_rng(seed).normal(size=matrix.shape[1])
    q /= np.linalg.norm(q)
    for _ in range(n_steps):
        towards = matrix.T @ (matrix @ q)
        length = np.linalg.norm(towards)
        if length == 0:
            break
        q = towards / length
    q = q * signs_of(q[:, None])[0]
    return matrix @ q, q


def alternating_least_squares_full(matrix, k, seed, n_sweeps=100, on_sweep=None):
    r"""Find P and Q from a random start: with Q held, the best P; with P held, the best Q; and again.

    .. math:: \min_{P, Q} \sum_{u, i} (r_{ui} - p_u \cdot q_i)^2

    Each half is an ordinary least-squares problem, so the error never rises.

    Parameters
    ----------
    matrix : array_like of shape (n_users, n_items)
        Without holes.
    k : int
    seed : int
        Of the first Q.
    n_sweeps : int, default=100
        How often P and Q are renewed.
    on_sweep : callable, optional
        Called with P and Q after each sweep, to watch.

    Returns
    -------
    (ndarray of shape (n_users, k), ndarray of shape (n_items, k))
        P and Q. Their product is the nearest table of rank k; by themselves they depend on the start.

    Raises
    ------
    DataError
        When the table has holes, or `k` is not among its ranks.
    """
    matrix = _full(matrix)
    _check_rank(matrix, k)
    q = np.random.default_rng(seed).normal(size=(matrix.shape[1], k))
    for _ in range(n_sweeps):
        p = np.linalg.lstsq(q, matrix.T)[0].T
        q = np.linalg.lstsq(p, matrix)[0].T
        if on_sweep is not None:
            on_sweep(p, q)
    return p, q


def _full(matrix):
    matrix = np.asarray(matrix, dtype=float)
    if matrix.ndim != 2 or 0 in matrix.shape:
        raise DataError(f"This needs a table with rows and columns. What came has the shape {matrix.shape}.")
    holes = np.count_nonzero(~np.isfinite(matrix))
    if holes:
        raise DataError(
            f"{holes} of {matrix.size} cells hold no number, and SVD knows no holes. Fill them first (lesson 07)."
        )
    return matrix


def _check_rank(matrix, k):
    if k not in range(1, min(matrix.shape) + 1):
        raise DataError(
            f"k is {k!r}. A table of {matrix.shape[0]} x {matrix.shape[1]} has the ranks 1 to {min(matrix.shape)}."
        )
