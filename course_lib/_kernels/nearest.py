"""The nearest few of each film, or member, without a table of all pairs: on several cores, with the same numbers.

A table comes twice: a row an x (`x_start`, `x_others`, `x_values`) and a row a y, as in `_kernels.neighbors`. What x
has in common with all others is added up in one row of sums, which stays near the processor; of each x only the k
best are kept, best first, equal ones in the order of their numbers. The sums are taken in the order of the plain
loops, so that they have the same bits.
"""

import numpy as np

from course_lib._kernels import exact_parallel_kernel, kernel, prange

PARTS = 64
"""Rows are dealt out into so many parts, each of which has one row of sums."""


@kernel
def insert(found, values, sizes, other, value, size, n):
    """Put a value into a list that has the largest size first, if it belongs there; returns how many are in it."""
    k = len(found)
    if n == k:
        if size <= sizes[k - 1]:
            return n
        n -= 1
    at = n
    while at > 0 and sizes[at - 1] < size:
        found[at], values[at], sizes[at] = found[at - 1], values[at - 1], sizes[at - 1]
        at -= 1
    found[at], values[at], sizes[at] = other, value, size
    return n + 1


@exact_parallel_kernel
def nearest_by_count(x_start, x_others, y_start, y_others, length, shrinkage, found, alike, counts):
    """Compare all x by how many y they share: n_ij / (|i| |j|), shrunk; only what is above 0 counts."""
    n_x, k = found.shape
    for part in prange(min(PARTS, n_x)):
        both, sizes = np.zeros(n_x, np.int32), np.empty(k, np.float32)
        for x in range(part, n_x, PARTS):
            for p in range(x_start[x], x_start[x + 1]):
                y = x_others[p]
                for q in range(y_start[y], y_start[y + 1]):
                    both[np.intp(np.uint32(y_others[q]))] += np.int32(1)  # never below 0: no index from the end
            n = 0
            for other in range(n_x):
                if both[other] and other != x:
                    value = both[other] / length[x] / length[other]
                    if shrinkage:
                        value *= both[other] / (both[other] + shrinkage)
                    single = np.float32(value)
                    if n < k or single > sizes[k - 1]:
                        n = insert(found[x], alike[x], sizes, other, single, single, n)
            counts[x] = n
            both[:] = 0


@exact_parallel_kernel
def nearest_by_stars(
    x_start, x_others, x_values, y_start, y_others, y_values, n_x, correlate, least, shrinkage, positive_only, own,
    found, similarity, counts,
):  # fmt: skip
    """Compare all x by the cosine of the values that both have, or by their correlation, shrunk."""
    n_rows, k = found.shape
    for part in prange(min(PARTS, n_rows)):
        sums, sizes = np.zeros((n_x, 8 if correlate else 4), np.float64), np.empty(k, np.float64)
        for x in range(part, n_rows, PARTS):
            for p in range(x_start[x], x_start[x + 1]):
                y, v = x_others[p], x_values[p]
                begin, end = y_start[y], y_start[y + 1]
                others, values = y_others[begin:end], y_values[begin:end]
                for q in range(len(others)):
                    s, w = sums[np.intp(np.uint32(others[q]))], values[q]
                    s[0] += 1.0
                    s[1] += v * w
                    s[2] += v * v
                    s[3] += w * w
                if correlate:
                    for q in range(len(others)):
                        s = sums[np.intp(np.uint32(others[q]))]
                        s[4] += v
                        s[5] += values[q]
            n = 0
            for other in range(n_x):
                common, vw, vv, ww = sums[other, 0], sums[other, 1], sums[other, 2], sums[other, 3]
                if common < least or other == own + x or common == 0.0:
                    continue
                if correlate:
                    v_sum, w_sum = sums[other, 4], sums[other, 5]
                    v_spread, w_spread = common * vv - v_sum * v_sum, common * ww - w_sum * w_sum
                    if not v_spread * w_spread > 0.0:
                        continue
                    value = (common * vw - v_sum * w_sum) / np.sqrt(v_spread * w_spread)
                else:
                    norm = np.sqrt(vv * ww)
                    if not norm > 0.0:
                        continue
                    value = vw / norm
                if shrinkage:
                    value = value * ((common - 1.0) / (common - 1.0 + shrinkage))
                if value > 0.0 or (value != 0.0 and not positive_only):
                    n = insert(found[x], similarity[x], sizes, other, value, abs(value), n)
            counts[x] = n
            sums[:, :] = 0.0
