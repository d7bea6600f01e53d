"""The loop of `bpr_epoch`, made fast: float32, block after block, films not seen drawn on the way, on several cores."""

import numpy as np

from course_lib._kernels import fast_kernel, parallel_kernel, prange

ATTEMPTS = 64
"""Whoever has seen so many drawn films in a row is passed over this time."""


@fast_kernel
def mark_seen(seen_start, seen_items, new_item, bit_start, bits):
    """Set a bit for each film that somebody has seen, in as many bits as follow the member's own start."""
    for u in range(len(seen_start) - 1):
        mask = np.uint64(bit_start[u + 1] - bit_start[u] - 1)
        for at in range(seen_start[u], seen_start[u + 1]):
            place = np.uint64(bit_start[u]) + (np.uint64(new_item[seen_items[at]]) * np.uint64(11400714819323198485)
                                               >> np.uint64(32) & mask)  # fmt: skip
            bits[np.intp(place >> np.uint64(6))] |= np.uint64(1) << (place & np.uint64(63))


@parallel_kernel
def bpr_epoch_by_blocks(
    visits, starts, users, items, seeds, items_a_group, n_in_group, cumulative, old_user, old_item,
    seen_start, seen_items, bit_start, bits, b_item, P, Q, learning_rate, lam, loss, n_pairs, drawn,
):  # fmt: skip
    """Visit every chosen film once, draw another of its group, and take one step; `loss` gets the sums of -ln σ(x).

    ``visits[s, g]`` lists the blocks that g works on in round s. In no round do two of them share a member or a group
    of films: the numbers are the same whoever comes first. `cumulative` is empty where all films are drawn alike.
    `drawn` is filled with the films drawn where it has room.
    """
    k = P.shape[1]
    kept, one = np.float32(1) - learning_rate * lam, np.float32(1)
    loss[:] = 0.0
    n_pairs[:] = 0
    for s in range(visits.shape[0]):
        for g in prange(visits.shape[1]):
            state, total, product, n = seeds[s, g], 0.0, 1.0, 0
            for block in visits[s, g]:
                begin, end = starts[block], starts[block + 1]
                us, its = users[begin:end], items[begin:end]
                for at in range(len(us)):
                    u, i = np.intp(us[at]), np.intp(its[at])
                    group = i // items_a_group
                    first = group * items_a_group
                    known, found, j = old_user[u], False, 0
                    bit_0 = np.uint64(bit_start[known])
                    mask = np.uint64(bit_start[known + 1]) - bit_0 - np.uint64(1)
                    for _ in range(ATTEMPTS):
                        # xorshift64*, of which the upper 32 bits are used
                        state ^= state >> np.uint64(12)
                        state ^= state << np.uint64(25)
                        state ^= state >> np.uint64(27)
                        x = (state * np.uint64(2685821657736338717)) >> np.uint64(32)
                        if len(cumulative):
                            j = first + np.searchsorted(
                                cumulative[first : first + n_in_group[group]], x / 4294967296.0, side="right"
                            )
                        else:
                            j = first + np.intp((x * np.uint64(n_in_group[group])) >> np.uint64(32))
                        # Most films that were not seen have no bit: one look, and they are taken.
                        place = bit_0 + (np.uint64(j) * np.uint64(11400714819323198485) >> np.uint64(32) & mask)
                        if not (bits[np.intp(place >> np.uint64(6))] >> (place & np.uint64(63))) & np.uint64(1):
                            found = True
                            break
                        low, high, film = seen_start[known], seen_start[known + 1], old_item[j]
                        while low < high:
                            middle = (low + high) // 2
                            if seen_items[middle] < film:
                                low = middle + 1
                            else:
                                high = middle
                        if low == seen_start[known + 1] or seen_items[low] != film:
                            found = True
                            break
                    if len(drawn):
                        drawn[begin + at] = j if found else -1
                    if not found:
                        continue
                    p_u, q_i, q_j = P[u], Q[i], Q[j]
                    dot = np.float32(0)
                    for f in range(k):
                        dot += p_u[f] * (q_i[f] - q_j[f])
                    x_uij = b_item[i] - b_item[j] + dot
                    small = np.exp(-abs(x_uij))  # of an argument that cannot overflow
                    total += max(-x_uij, np.float32(0))
                    product *= one + small  # the logarithm of a product is the sum of logarithms: one for 64 pairs
                    n += 1
                    if n % 64 == 0:
                        total += np.log(product)
                        product = 1.0
                    step = learning_rate * ((small if x_uij > 0 else one) / (one + small))
                    b_item[i] = kept * b_item[i] + step
                    b_item[j] = kept * b_item[j] - step
                    for f in range(k):
                        p_uf, q_if, q_jf = p_u[f], q_i[f], q_j[f]
                        p_u[f] = kept * p_uf + step * (q_if - q_jf)
                        q_i[f] = kept * q_if + step * p_uf
                        q_j[f] = kept * q_jf - step * p_uf
            loss[g] += total + np.log(product)
            n_pairs[g] += n
