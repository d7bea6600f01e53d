"""The half steps of both kinds of alternating least squares, made fast: float32, on several cores.

A row x makes φ(x) = x A x - 2 b x small, with A = G + sum of w y yᵀ and b = sum of t y over the rows y of the other
side that belong to it. Beside the new rows, each half step gives the sum of φ: the loss without what does not depend
on x.

Rows come in parts that cost about the same, ``order[ends[part - 1] : ends[part]]``; each part is worked on by one core.
Widths are a multiple of 16, filled up with zeros.
"""

import numpy as np

from course_lib._kernels import fast_kernel, parallel_kernel, prange


@fast_kernel
def rows_of_floats(n, k):
    """Return room for n rows that begin where the processor fetches 64 bytes from."""
    room = np.empty(n * k + 16, np.float32)
    begin = (-room.ctypes.data % 64) // 4
    return room[begin : begin + n * k].reshape((n, k))


@fast_kernel
def descend(own, w, t, n, G, penalty, x, r, v, Av, n_steps):
    """Take steps of the conjugate gradient method from x and return φ; `own` has n rows, a multiple of four.

    Where there is no G, the penalties stand for its diagonal. Where x is longer than a row, it goes on with a bias: the
    factor of a column of ones, which is not stored.
    """
    k = own.shape[1]
    has_bias = len(x) > k
    for f in range(k):
        v[f] = x[f]
    x_b = x[k] if has_bias else np.float32(0)
    v_b, r_b, Av_b = x_b, np.float32(0), np.float32(0)
    phi, residual = 0.0, 0.0
    for step in range(n_steps + 1):
        # Av becomes A v; at first b - A x, in the same pass over the rows.
        if len(G):
            Av[:] = 0.0
            for f in range(0, k, 4):  # four rows at a time: Av is fetched and stored a quarter as often
                v_0, v_1, v_2, v_3 = v[f], v[f + 1], v[f + 2], v[f + 3]
                g_0, g_1, g_2, g_3 = G[f], G[f + 1], G[f + 2], G[f + 3]
                for g in range(k):
                    Av[g] += v_0 * g_0[g] + v_1 * g_1[g] + v_2 * g_2[g] + v_3 * g_3[g]
        else:
            for f in range(k):
                Av[f] = penalty[f] * v[f]
        Av_b = penalty[k] * v_b if has_bias else np.float32(0)
        if step == 0:
            Av_b = -Av_b
            for f in range(k):
                Av[f] = -Av[f]
        for at in range(0, n, 4):
            y_0, y_1, y_2, y_3 = own[at], own[at + 1], own[at + 2], own[at + 3]
            d_0, d_1, d_2, d_3 = v_b, v_b, v_b, v_b
            for f in range(k):
                d_0 += y_0[f] * v[f]
                d_1 += y_1[f] * v[f]
                d_2 += y_2[f] * v[f]
                d_3 += y_3[f] * v[f]
            if step == 0:
                phi -= t[at] * d_0 + t[at + 1] * d_1 + t[at + 2] * d_2 + t[at + 3] * d_3
                d_0, d_1 = t[at] - w[at] * d_0, t[at + 1] - w[at + 1] * d_1
                d_2, d_3 = t[at + 2] - w[at + 2] * d_2, t[at + 3] - w[at + 3] * d_3
            else:
                d_0, d_1, d_2, d_3 = w[at] * d_0, w[at + 1] * d_1, w[at + 2] * d_2, w[at + 3] * d_3
            if has_bias:
                Av_b += d_0 + d_1 + d_2 + d_3
            for f in range(k):
                Av[f] += d_0 * y_0[f] + d_1 * y_1[f] + d_2 * y_2[f] + d_3 * y_3[f]
        if step == 0:
            r_b = v_b = Av_b
            phi -= r_b * x_b
            residual += r_b * r_b
            for f in range(k):
                r[f] = Av[f]
                phi -= r[f] * x[f]
                v[f] = r[f]
                residual += r[f] * r[f]
        else:
            slope = np.float64(v_b * Av_b)
            for f in range(k):
                slope += v[f] * Av[f]
            if slope <= 0.0:  # there already, as near as these numbers can say
                break
            phi -= residual / slope * residual
            length, before = np.float32(residual / slope), residual
            x_b, r_b = x_b + length * v_b, r_b - length * Av_b
            residual = np.float64(r_b * r_b)
            for f in range(k):
                x[f] += length * v[f]
                r[f] -= length * Av[f]
                residual += r[f] * r[f]
            turn = np.float32(residual / before)
            v_b = r_b + turn * v_b
            for f in range(k):
                v[f] = r[f] + turn * v[f]
        if residual < 1e-20:
            break
    if has_bias:
        x[k] = x_b
    return phi


@fast_kernel
def solve(own, weighted, w, t, n, A, x):
    """Solve A x = b by Cholesky, where A comes as G, and return φ."""
    k = len(x)
    x[:] = 0.0
    for at in range(n):
        y, z = own[at], weighted[at]
        for f in range(k):
            z[f] = w[at] * y[f]
            x[f] += t[at] * y[f]
    A += np.dot(weighted[:n].T, own[:n])
    # A = RᵀR in place, row after row: 16 columns at a time from the one before the diagonal, four rows above at a time.
    # What that leaves under the diagonal is never read again.
    for f in range(k):
        whole = f // 16 * 16
        a_f = A[f, whole:]
        for h in range(0, f - 3, 4):
            a_0, a_1, a_2, a_3 = A[h, whole:], A[h + 1, whole:], A[h + 2, whole:], A[h + 3, whole:]
            w_0, w_1, w_2, w_3 = A[h, f], A[h + 1, f], A[h + 2, f], A[h + 3, f]
            for g in range(len(a_f)):
                a_f[g] -= w_0 * a_0[g] + w_1 * a_1[g] + w_2 * a_2[g] + w_3 * a_3[g]
        for h in range(f // 4 * 4, f):
            a_h, w_h = A[h, whole:], A[h, f]
            for g in range(len(a_f)):
                a_f[g] -= w_h * a_h[g]
        scale = np.float32(1) / np.sqrt(A[f, f])
        for g in range(len(a_f)):
            a_f[g] *= scale
    # Rᵀ y = b forwards, where y y = -φ, and R x = y backwards.
    phi = 0.0
    for f in range(k):
        a_f = A[f]
        x[f] /= a_f[f]
        phi -= x[f] * x[f]
        for g in range(f + 1, k):
            x[g] -= a_f[g] * x[f]
    for f in range(k - 1, -1, -1):
        a_f, rest = A[f], np.float32(0)
        for g in range(f + 1, k):
            rest += a_f[g] * x[g]
        x[f] = (x[f] - rest) / a_f[f]
    return phi


@parallel_kernel
def implicit_half_step(order, ends, indptr, indices, confidence, G, Y, X, n_steps, phi):
    """Improve each row of X by steps, or solve for it where `n_steps` is 0; ``phi[part]`` gets the sum of φ."""
    k = X.shape[1]
    no_penalty = np.empty(0, np.float32)
    for part in prange(len(ends)):
        rows = order[(ends[part - 1] if part else 0) : ends[part]]
        longest = 0
        for row in rows:
            longest = max(longest, indptr[row + 1] - indptr[row])
        room = (longest + 3) // 4 * 4
        own, w, t = rows_of_floats(room, k), np.empty(room, np.float32), np.empty(room, np.float32)
        weighted, A, vectors = rows_of_floats(0 if n_steps else room, k), rows_of_floats(k, k), rows_of_floats(3, k)
        r, v, Av = vectors[0], vectors[1], vectors[2]
        total = 0.0
        for row in rows:
            begin, n = indptr[row], indptr[row + 1] - indptr[row]
            for at in range(n):
                y, z = Y[np.intp(np.uint32(indices[begin + at]))], own[at]
                for f in range(k):  # one by one: three times as fast as own[at] = y
                    z[f] = y[f]
                w[at], t[at] = confidence[begin + at] - np.float32(1), confidence[begin + at]
            while n % 4:  # filled up with rows that weigh nothing
                own[n] = 0.0
                w[n], t[n] = 0.0, 0.0
                n += 1
            if n_steps:
                total += descend(own, w, t, n, G, no_penalty, X[row], r, v, Av, n_steps)
            else:
                A[:] = G
                total += solve(own, weighted, w, t, n, A, X[row])
        phi[part] = total


@parallel_kernel
def explicit_half_step(order, ends, indptr, indices, stars, mean, penalty, penalty_bias, bias, Y, X, n_steps, phi):
    """Improve each row of X, factors and in column `bias` the bias; ``phi[part]`` gets the loss of the rows."""
    k = bias
    no_G = np.empty((0, 0), np.float32)
    for part in prange(len(ends)):
        rows = order[(ends[part - 1] if part else 0) : ends[part]]
        longest = 0
        for row in rows:
            longest = max(longest, indptr[row + 1] - indptr[row])
        room = (longest + 3) // 4 * 4
        own, w, t = rows_of_floats(room, k), np.empty(room, np.float32), np.empty(room, np.float32)
        vectors, diagonal, total = rows_of_floats(3, k), np.empty(k + 1, np.float32), 0.0
        r, v, Av = vectors[0], vectors[1], vectors[2]
        for row in rows:
            begin, n = indptr[row], indptr[row + 1] - indptr[row]
            for at in range(n):
                y, z = Y[np.intp(np.uint32(indices[begin + at]))], own[at]
                for f in range(k):
                    z[f] = y[f]
                w[at], t[at] = 1.0, stars[begin + at] - mean - y[bias]
                total += t[at] * t[at]
            while n % 4:
                own[n] = 0.0
                w[n], t[n] = 0.0, 0.0
                n += 1
            diagonal[:] = penalty[row]
            diagonal[bias] = penalty_bias[row]
            total += descend(own, w, t, n, no_G, diagonal, X[row], r, v, Av, n_steps)
        phi[part] = total
