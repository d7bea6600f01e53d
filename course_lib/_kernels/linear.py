"""Counting pairs of films, and turning an inverse into weights, in place (lesson 12)."""

from course_lib._kernels import kernel


@kernel
def count_pairs(indptr, indices, G):
    """Add to the lower half of G how many rows have both of two columns; the columns of each row are in order."""
    for row in range(len(indptr) - 1):
        for at in range(indptr[row], indptr[row + 1]):
            i = indices[at]
            for other in range(indptr[row], at + 1):
                G[i, indices[other]] += 1.0


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
