"""Half steps of alternating least squares on many ratings: the fast way of `ImplicitALS` and `ExplicitALS`."""

import numpy as np

from course_lib._kernels import at_most_threads
from course_lib.blocks import zeros

N_PARTS = 16
"""Rows are shared out in so many parts of about the same cost."""


class Side:
    """The rows of one side, members or films, with what each has watched or rated.

    Parameters
    ----------
    matrix : scipy.sparse array
        In csr for members, in csc for films; float32.
    width : int
        Numbers a row, filled up with zeros.
    n_threads : int or None
        How many cores may be used at most. The numbers are the same whatever it is.
    """

    def __init__(self, matrix, width, n_threads):
        self.parts = matrix.indptr, matrix.indices, matrix.data
        self.lengths, self.n_threads = np.diff(matrix.indptr), n_threads
        order = np.random.default_rng(0).permutation(len(self.lengths))  # long and short rows mixed
        self.order = order[self.lengths[order] > 0]
        cost = np.cumsum(4 * self.lengths[self.order] + width)
        self.ends = np.searchsorted(cost, cost[-1] * np.arange(1, N_PARTS + 1) / N_PARTS, side="left") + 1
        self.ends = np.minimum(self.ends, len(self.order))

    def implicit(self, Y, X, regularization, n_steps):
        """Improve the rows X while Y stays as it is.

        Parameters
        ----------
        Y, X : ndarray of shape (n, width), float32
        regularization : float
        n_steps : int
            Of the conjugate gradient method; 0 solves the equations.

        Returns
        -------
        float
            The sum of φ: the loss over all cells, without the confidence of what was watched and the penalty of Y.
        """
        from threadpoolctl import threadpool_limits

        from course_lib._kernels.als_fast import implicit_half_step

        phi = np.zeros(len(self.ends))
        # The matrix products of BLAS get one core: several loops call it at a time, and its sums stay the same.
        with at_most_threads(self.n_threads), threadpool_limits(1, "blas"):
            G = widened(Y.T @ Y, Y.shape[1])
            G.flat[:: len(G) + 1] += np.float32(regularization)
            implicit_half_step(self.order, self.ends, *self.parts, G, Y, X, n_steps, phi)
        return float(phi.sum())

    def explicit(self, Y, X, bias, mean, penalty, penalty_bias, n_steps):
        """Improve the rows X, factors and after them the bias, while Y stays as it is.

        Parameters
        ----------
        Y, X : ndarray of shape (n, width), float32
        bias : int
            The column of the bias; those before it are factors.
        mean : float
        penalty, penalty_bias : ndarray
            One number a row of X.
        n_steps : int
            Of the conjugate gradient method.

        Returns
        -------
        float
            The objective without the penalties of Y.
        """
        from course_lib._kernels.als_fast import explicit_half_step

        phi, penalties = np.zeros(len(self.ends)), (penalty.astype(np.float32), penalty_bias.astype(np.float32))
        with at_most_threads(self.n_threads):
            explicit_half_step(
                self.order, self.ends, *self.parts, np.float32(mean), *penalties, bias, Y, X, n_steps, phi
            )  # fmt: skip
        return float(phi.sum())


def widened(rows, width):
    """Return the rows in float32, filled up with zeros.

    Parameters
    ----------
    rows : ndarray of shape (n, k)
    width : int
        At least k.

    Returns
    -------
    ndarray of shape (n, width)
    """
    wide = zeros((len(rows), width))
    wide[:, : rows.shape[1]] = rows
    return wide
