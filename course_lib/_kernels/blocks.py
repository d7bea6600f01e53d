"""Ratings sorted into blocks, and put into a random order within each: the layout behind the fast descents."""

import numpy as np

from course_lib._kernels import fast_kernel


@fast_kernel
def sort_into_blocks(users, items, values, block_of_user, block_of_item, new_user, new_item, starts, u, i, v):
    """Write all ratings block after block, under the new numbers of members and films.

    The two parts of a block's number are added: the member's and the film's. `starts` gets where each block begins,
    and where the last one ends. Without values, v stays as it is.
    """
    starts[:] = 0
    for row in range(len(users)):
        starts[block_of_user[users[row]] + block_of_item[items[row]] + 1] += 1
    for block in range(len(starts) - 1):
        starts[block + 1] += starts[block]
    free = starts.copy()
    for row in range(len(users)):
        block = block_of_user[users[row]] + block_of_item[items[row]]
        at = free[block]
        free[block] += 1
        u[at], i[at] = new_user[users[row]], new_item[items[row]]
        if len(values):
            v[at] = values[row]


@fast_kernel
def shuffle_blocks(starts, u, i, v, seed):
    """Put the ratings of each block into a random order: a swap with one before it, from the last to the first."""
    state = np.uint64(seed) * np.uint64(2) + np.uint64(1)
    for block in range(len(starts) - 1):
        begin = starts[block]
        for at in range(starts[block + 1] - 1, begin, -1):
            # xorshift64*, of which the upper 32 bits are scaled to 0 ... at - begin
            state ^= state >> np.uint64(12)
            state ^= state << np.uint64(25)
            state ^= state >> np.uint64(27)
            drawn = (state * np.uint64(2685821657736338717)) >> np.uint64(32)
            other = begin + np.int64((drawn * np.uint64(at - begin + 1)) >> np.uint64(32))
            u[at], u[other] = u[other], u[at]
            i[at], i[other] = i[other], i[at]
            if len(v):
                v[at], v[other] = v[other], v[at]
