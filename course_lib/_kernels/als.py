"""Alternating least squares on ratings: one ridge regression a member, or a film (lesson 10)."""

import numpy as np

from course_lib._kernels import kernel


@kernel
def als_half_step(indptr, indices, values, mean, others, b_others, rows, b_rows, penalty, penalty_bias):
    """Give each row the factors and the bias that are best while the other side stays as it is.

    `rows` are members and `others` films, or the other way round; `penalty` has one number a row.
    """
    k = others.shape[1]
    A, x, z = np.empty((k + 1, k + 1)), np.empty(k + 1), np.ones(k + 1)
    for row in range(len(indptr) - 1):
        if indptr[row] == indptr[row + 1]:
            rows[row, :] = 0.0
            b_rows[row] = 0.0
            continue
        # The normal equations A x = y, of which only the lower half of A is filled in. x begins as y.
        A[:, :] = 0.0
        x[:] = 0.0
        for f in range(k):
            A[f, f] = penalty[row]
        A[k, k] = penalty_bias[row]
        for at in range(indptr[row], indptr[row + 1]):
            other = indices[at]
            z[:k] = others[other]  # z ends in a 1: the bias is the factor of a column of ones
            target = values[at] - mean - b_others[other]
            for f in range(k + 1):
                x[f] += target * z[f]
                for g in range(f + 1):
                    A[f, g] += z[f] * z[g]
        # Cholesky: A = L Lᵀ in place, then L y = x forwards and Lᵀ x = y backwards.
        for f in range(k + 1):
            for g in range(f + 1):
                rest = A[f, g]
                for h in range(g):
                    rest -= A[f, h] * A[g, h]
                A[f, g] = rest / A[g, g] if g < f else np.sqrt(rest)
        for f in range(k + 1):
            for g in range(f):
                x[f] -= A[f, g] * x[g]
            x[f] /= A[f, f]
        for f in range(k, -1, -1):
            for g in range(f + 1, k + 1):
                x[f] -= A[g, f] * x[g]
            x[f] /= A[f, f]
        rows[row] = x[:k]
        b_rows[row] = x[k]
