"""Alternating least squares on everything that was watched and everything that was not (lesson 10).

A row x is a member and the others y are films, or the other way round. Each row makes c (p - x y)², summed over all
others, plus λ x x as small as it can. Its equations are A x = b with A = YᵀY + λI + sum of (c - 1) y yᵀ and b = sum of
c y. Both sums run over what was watched; G = YᵀY + λI runs over all others, and is made once for all rows.
"""

import numpy as np

from course_lib._kernels import kernel


@kernel
def gram(Y, penalty, G):
    """Add up y yᵀ over all rows of Y, and add the penalty on the diagonal."""
    k = Y.shape[1]
    y = np.empty(k)  # in float64, so that a sum over a million rows keeps its digits
    G[:, :] = 0.0
    for row in range(len(Y)):
        y[:] = Y[row]
        for f in range(k):
            for g in range(f + 1):
                G[f, g] += y[f] * y[g]
    for f in range(k):
        G[f, f] += penalty
        for g in range(f):
            G[g, f] = G[f, g]


@kernel
def exact_half_step(indptr, indices, confidence, G, Y, X):
    """Give each row of X the numbers that are best while Y stays as it is."""
    k = Y.shape[1]
    A, x, y = np.empty((k, k)), np.empty(k), np.empty(k)
    for row in range(len(X)):
        if indptr[row] == indptr[row + 1]:
            X[row, :] = 0.0
            continue
        # Only the upper half of A is used. x begins as b.
        A[:, :] = G
        x[:] = 0.0
        for at in range(indptr[row], indptr[row + 1]):
            c = confidence[at]
            y[:] = Y[indices[at]]
            for f in range(k):
                x[f] += c * y[f]
                weight = (c - 1.0) * y[f]
                for g in range(f, k):
                    A[f, g] += weight * y[g]
        # Cholesky: A = RᵀR in place, row after row.
        for f in range(k):
            a_f = A[f]
            for h in range(0, f - 3, 4):  # four rows above at a time: row f is fetched and stored a quarter as often
                a_0, a_1, a_2, a_3 = A[h], A[h + 1], A[h + 2], A[h + 3]
                w_0, w_1, w_2, w_3 = a_0[f], a_1[f], a_2[f], a_3[f]
                for g in range(f, k):
                    a_f[g] -= w_0 * a_0[g] + w_1 * a_1[g] + w_2 * a_2[g] + w_3 * a_3[g]
            for h in range(f // 4 * 4, f):
                for g in range(f, k):
                    a_f[g] -= A[h, f] * A[h, g]
            root = np.sqrt(a_f[f])
            for g in range(f, k):
                a_f[g] /= root
        # Rᵀy = x forwards, R x = y backwards.
        for f in range(k):
            x[f] /= A[f, f]
            for g in range(f + 1, k):
                x[g] -= A[f, g] * x[f]
        for f in range(k - 1, -1, -1):
            for g in range(f + 1, k):
                x[f] -= A[f, g] * x[g]
            x[f] /= A[f, f]
        X[row] = x


@kernel
def conjugate_gradient_half_step(indptr, indices, confidence, G, Y, X, n_steps):
    """Take a few steps from each row of X towards the numbers that `exact_half_step` finds; A itself is never made."""
    k = Y.shape[1]
    k_4 = (k + 3) // 4 * 4  # with zeros up to a multiple of four
    longest = 0
    for row in range(len(X)):
        longest = max(longest, indptr[row + 1] - indptr[row])
    G_4, own, dots = np.zeros((k_4, k), Y.dtype), np.zeros((k_4, longest), Y.dtype), np.empty(longest, Y.dtype)
    r, v, Av = np.empty(k, Y.dtype), np.zeros(k_4, Y.dtype), np.empty(k, Y.dtype)
    G_4[:k] = G
    for row in range(len(X)):
        start, n, x = indptr[row], indptr[row + 1] - indptr[row], X[row]
        if n == 0:
            x[:] = 0.0
            continue
        for t in range(n):
            y = Y[indices[start + t]]
            for f in range(k):
                own[f, t] = y[f]  # turned, so that the dot products below are added up side by side
        v[:k] = x
        residual = 0.0
        for step in range(n_steps + 1):
            # A v = G v + sum of (c - 1) (y v) y
            Av[:] = 0.0
            dots[:n] = 0.0
            for f in range(0, k_4, 4):  # four at a time: Av and dots are fetched and stored a quarter as often
                v_0, v_1, v_2, v_3 = v[f], v[f + 1], v[f + 2], v[f + 3]
                a_0, a_1, a_2, a_3 = G_4[f], G_4[f + 1], G_4[f + 2], G_4[f + 3]
                for g in range(k):
                    Av[g] += v_0 * a_0[g] + v_1 * a_1[g] + v_2 * a_2[g] + v_3 * a_3[g]
                a_0, a_1, a_2, a_3 = own[f], own[f + 1], own[f + 2], own[f + 3]
                for t in range(n):
                    dots[t] += v_0 * a_0[t] + v_1 * a_1[t] + v_2 * a_2[t] + v_3 * a_3[t]
            for t in range(n):
                weight = (confidence[start + t] - np.float32(1)) * dots[t]
                y = Y[indices[start + t]]
                for f in range(k):
                    Av[f] += weight * y[f]
            if step == 0:  # v is the start: the residual is b - A x, and the first direction
                r[:] = 0.0
                for t in range(n):
                    c, y = confidence[start + t], Y[indices[start + t]]
                    for f in range(k):
                        r[f] += c * y[f]
                for f in range(k):
                    r[f] -= Av[f]
                    v[f] = r[f]
                    residual += r[f] * r[f]
            else:
                slope = 0.0
                for f in range(k):
                    slope += v[f] * Av[f]
                if slope <= 0.0:  # there already, as near as these numbers can say
                    break
                length, before, residual = np.float32(residual / slope), residual, 0.0
                for f in range(k):
                    x[f] += length * v[f]
                    r[f] -= length * Av[f]
                    residual += r[f] * r[f]
                turn = np.float32(residual / before)
                for f in range(k):
                    v[f] = r[f] + turn * v[f]
            if residual < 1e-20:
                break


@kernel
def watched_part_of_loss(indptr, indices, confidence, X, Y):
    """Add up c (1 - x y)² - (x y)² over what was watched: what the loss has there beside the sum over all cells."""
    total = 0.0
    for row in range(len(X)):
        for at in range(indptr[row], indptr[row + 1]):
            score = 0.0
            for f in range(X.shape[1]):
                score += X[row, f] * Y[indices[at], f]
            total += confidence[at] * (1.0 - score) ** 2 - score**2
    return total
