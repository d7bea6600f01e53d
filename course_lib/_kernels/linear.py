"""Counting pairs of films, and turning an inverse into weights, in place (lesson 12)."""

import numpy as np

from course_lib._kernels import kernel, parallel_kernel, prange


@parallel_kernel
def count_pairs(column_start, rows, row_start, columns, G):
    """Add to the lower half of G how many rows have both of two columns.

    The same table comes column by column and row by row, both in order. One row of G is filled at a time, so that it
    stays near the processor, and each is filled by one core.
    """
    n = len(G)
    for turn in prange(n):
        i = turn // 2 if turn % 2 == 0 else n - 1 - turn // 2  # short and long ones mixed: each core gets as much
        g = G[i]
        for at in range(column_start[i], column_start[i + 1]):
            row = rows[at]
            for other in range(row_start[row], row_start[row + 1]):
                j = np.intp(np.uint32(columns[other]))  # never below 0: no index from the end to look for
                if j > i:
                    break
                g[j] += G.dtype.type(1)


@kernel
def weights_from_inverse(P, diagonal):
    """Put -P_ij / P_jj in place of each P_ij, and 0 on the diagonal; P holds its lower half only."""
    n = len(P)
    for i in range(n):
        diagonal[i] = P[i, i]
        P[i, i] = 0.0
    for i in range(n):
        for j in range(i):
            p_ij = P[i, j]
            P[i, j] = -p_ij / diagonal[j]
            P[j, i] = -p_ij / diagonal[i]
