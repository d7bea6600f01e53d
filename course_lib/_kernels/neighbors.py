"""Neighbours: who agrees with whom, and what the neighbours' ratings say (lesson 05).

One side is compared, the other is what they are compared on: x and y. Films (x) are compared on the members (y) who
rated both; members (x) on the films (y) that both rated. ``x_start, x_others, x_values`` are the rows of a sparse
matrix, a row an x, and ``y_start, y_others, y_values`` the same matrix with a row a y.
"""

import numpy as np

from course_lib._kernels import kernel


@kernel
def cosines(begin, end, x_start, x_others, x_values, y_start, y_others, y_values, least, own, found, cosine, n_common):
    """Compare rows begin to end with all x that share a y: the cosine over the ys that both have.

    Row `begin` is the x number `own` itself, the next one `own` + 1; nobody is compared with itself.
    The pairs are written to `found`, `cosine` and `n_common`, one row after the other; returns where each row ends.
    """
    n_x = len(n_common) // (end - begin)
    sums = np.empty((n_x, 4))  # a pair's four sums side by side: they are fetched from memory together
    row_ends = np.empty(end - begin, np.int64)
    at = 0
    for x in range(begin, end):
        sums[:, :] = 0.0
        for p in range(x_start[x], x_start[x + 1]):
            y, v = x_others[p], x_values[p]
            for q in range(y_start[y], y_start[y + 1]):
                other, w = y_others[q], y_values[q]
                sums[other, 0] += 1.0
                sums[other, 1] += v * w
                sums[other, 2] += v * v
                sums[other, 3] += w * w
        for other in range(n_x):
            norm = np.sqrt(sums[other, 2] * sums[other, 3])
            if sums[other, 0] >= least and norm > 0.0 and other != own + x - begin:
                found[at] = other
                cosine[at] = sums[other, 1] / norm
                n_common[at] = sums[other, 0]
                at += 1
        row_ends[x - begin] = at
    return row_ends


@kernel
def correlations(begin, end, x_start, x_others, x_values, y_start, y_others, y_values, least, own, found, r, n_common):
    """Compare as `cosines` does, by Pearson's correlation over the ys that both have."""
    n_x = len(n_common) // (end - begin)
    sums = np.empty((n_x, 6))
    row_ends = np.empty(end - begin, np.int64)
    at = 0
    for x in range(begin, end):
        sums[:, :] = 0.0
        for p in range(x_start[x], x_start[x + 1]):
            y, v = x_others[p], x_values[p]
            for q in range(y_start[y], y_start[y + 1]):
                other, w = y_others[q], y_values[q]
                sums[other, 0] += 1.0
                sums[other, 1] += v * w
                sums[other, 2] += v * v
                sums[other, 3] += w * w
                sums[other, 4] += v
                sums[other, 5] += w
        for other in range(n_x):
            n, v_sum, w_sum = sums[other, 0], sums[other, 4], sums[other, 5]
            v_spread, w_spread = n * sums[other, 2] - v_sum * v_sum, n * sums[other, 3] - w_sum * w_sum
            if n >= least and v_spread * w_spread > 0.0 and other != own + x - begin:
                found[at] = other
                r[at] = (n * sums[other, 1] - v_sum * w_sum) / np.sqrt(v_spread * w_spread)
                n_common[at] = n
                at += 1
        row_ends[x - begin] = at
    return row_ends


@kernel
def mean_of_pairs(xs, ys, s_start, s_others, s_values, y_start, y_others, deviations, k, least, pull, means):
    """Take the mean deviation of y's ratings, over the k nearest neighbours of x among them, for pairs of x and y.

    The rows of s have the nearest neighbour first. Pairs with the same y should follow each other.
    """
    n_x = len(s_start) - 1
    rated_by, deviation = np.full(n_x, -1), np.empty(n_x)
    for pair in range(len(xs)):
        x, y = xs[pair], ys[pair]
        if pair == 0 or y != ys[pair - 1]:
            for p in range(y_start[y], y_start[y + 1]):  # spread out once for all pairs of this y: then a neighbour
                rated_by[y_others[p]] = y  # is looked up in one step
                deviation[y_others[p]] = deviations[p]
        n, total, weight = 0, 0.0, pull
        for q in range(s_start[x], s_start[x + 1]):
            other = s_others[q]
            if rated_by[other] == y:
                total += s_values[q] * deviation[other]
                weight += abs(s_values[q])
                n += 1
                if n == k:
                    break
        means[pair] = total / weight if n >= least else 0.0


@kernel
def mean_of_rows(xs, s_start, s_others, s_values, x_start, x_others, deviations, k, least, pull, means):
    """Do the same for some x and every y: `means` has a row an x and a column a y."""
    n_y = means.shape[1]
    n, weight = np.empty(n_y, np.int64), np.empty(n_y)
    for row in range(len(xs)):
        n[:] = 0
        weight[:] = pull
        means[row, :] = 0.0
        for q in range(s_start[xs[row]], s_start[xs[row] + 1]):
            other, s = s_others[q], s_values[q]
            for p in range(x_start[other], x_start[other + 1]):
                y = x_others[p]
                if n[y] < k:  # the nearest come first: when k are there, the others do not count
                    n[y] += 1
                    weight[y] += abs(s)
                    means[row, y] += s * deviations[p]
        for y in range(n_y):
            means[row, y] = means[row, y] / weight[y] if n[y] >= least else 0.0
