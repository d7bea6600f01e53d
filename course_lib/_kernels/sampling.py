"""Films that a member has not seen, drawn at random (lesson 11)."""

import numpy as np

from course_lib._kernels import kernel

ATTEMPTS = 64
"""After so many seen films in a row it is quicker to look at all films that are left."""


@kernel
def draw_unseen(users, seen_start, seen_items, cumulative, first, rng, drawn):
    """Draw a film for each member in `users`, who should come grouped; -1 where there is none left.

    `cumulative` has the probability that a film or one before it is drawn, and ends in 1; ``first[k]`` is the first
    film at which it lies above k / n_items.
    """
    n_items, n_left = len(cumulative), 0
    seen_by = np.full(n_items, -1)
    for row in range(len(users)):
        u = users[row]
        if row == 0 or u != users[row - 1]:  # marked once for all draws of this member
            n_left = 0
            for at in range(seen_start[u], seen_start[u + 1]):
                seen_by[seen_items[at]] = u
            for j in range(n_items):
                possible = cumulative[j] > (cumulative[j - 1] if j > 0 else 0.0)
                if possible and seen_by[j] != u:
                    n_left += 1
        drawn[row] = -1
        if n_left == 0:
            continue
        for _ in range(ATTEMPTS):
            x = rng.random()
            j = first[int(x * n_items)]  # begins near the right place: one or two steps on the average
            while cumulative[j] <= x:
                j += 1
            if seen_by[j] != u:
                drawn[row] = j
                break
        if drawn[row] < 0:  # almost everything was seen: add up what is left, and draw among that
            left = 0.0
            for j in range(n_items):
                if seen_by[j] != u:
                    left += cumulative[j] - (cumulative[j - 1] if j > 0 else 0.0)
            x = rng.random() * left
            for j in range(n_items):
                share = cumulative[j] - (cumulative[j - 1] if j > 0 else 0.0)
                if seen_by[j] != u and share > 0.0:
                    drawn[row] = j
                    x -= share
                    if x < 0.0:
                        break
