"""The best n of each row of scores, most of which are looked at once."""

import numpy as np

from course_lib._kernels import parallel_kernel, prange


@parallel_kernel
def best_of_rows(bits, sign, largest, least, size, items):
    """Write where the best scores of each row stand, best first, equal ones in the order of positions.

    The scores come as the whole numbers that have their bits, because many of these are compared at a time. Read so,
    numbers from 0 on are in order, and negative ones in the wrong order until all bits but the sign are turned:
    ``sign`` is where it stands, ``largest`` all bits but the sign. A score of ``least`` (-inf) is never listed.

    A row is cut into pieces of `size` scores, of which the best are found first. The one that is n-th among these
    bounds the list from below: only pieces that reach it are looked into. `items` comes filled with -1.
    """
    n_items, n = bits.shape[1], items.shape[1]
    n_pieces = (n_items + size - 1) // size
    minus_zero = ~largest
    for row in prange(len(bits)):
        own, place = bits[row], items[row]
        best_of_piece, best = np.empty(n_pieces, bits.dtype), np.full(n, least)
        for piece in range(n_pieces):
            part = own[piece * size : min(piece * size + size, n_items)]
            top = least
            for at in range(len(part)):
                x = part[at]
                x = x ^ ((x >> sign) & largest) if x != minus_zero else x ^ x
                top = max(top, x)
            best_of_piece[piece] = top
            if top > best[n - 1]:
                to = n - 1
                while to > 0 and best[to - 1] < top:
                    best[to] = best[to - 1]
                    to -= 1
                best[to] = top
        bound = best[n - 1]
        best[:] = least
        for piece in range(n_pieces):
            if best_of_piece[piece] < bound or best_of_piece[piece] <= best[n - 1]:
                continue
            for at in range(piece * size, min(piece * size + size, n_items)):
                x = own[at]
                x = x ^ ((x >> sign) & largest) if x != minus_zero else x ^ x
                if x < bound or x <= best[n - 1]:
                    continue
                to = n - 1
                while to > 0 and best[to - 1] < x:
                    best[to], place[to] = best[to - 1], place[to - 1]
                    to -= 1
                best[to], place[to] = x, at
