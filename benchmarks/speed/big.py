"""Ratings in any number, for measuring how cost grows: whole data sets in seconds, from a seed.

Films have a power law of fame, members a log-normal number of ratings, and each member prefers some of 20 groups of
films. Stars are a baseline, plus the dot product of 16 factors, plus noise. That two models fit these equally well is
all that accuracy on them can say: they are no people.
"""

from dataclasses import dataclass

import numpy as np

from course_lib._kernels import kernel

N_GROUPS, N_FACTORS = 20, 16
FEWEST = 20
"""Ratings a member gives at least, as in MovieLens."""
SPREAD = 1.1
"""Standard deviation of the logarithm of a member's number of ratings."""
FAME = 1.3
"""The chance of a film falls with its rank to this power, beyond the first few."""
AT_HOME = 0.35
"""How likely a film of another group is taken when it is met; one of the member's own groups always is."""
NOISE = 0.85


@dataclass(frozen=True)
class Shape:
    """How large a data set is."""

    n_users: int
    n_items: int
    n_ratings: int


SHAPES = {
    "sim-1m": Shape(6_040, 3_706, 1_000_209),
    "sim-10m": Shape(69_878, 10_677, 10_000_054),
    "sim-25m": Shape(162_541, 59_047, 25_000_095),
    "sim-100m": Shape(480_189, 17_770, 100_480_507),
}
"""With the shapes of MovieLens-1M, -10M and -25M, and of the Netflix Prize."""


def generate(shape, seed=0):
    """Draw a data set.

    Parameters
    ----------
    shape : Shape
    seed : int, default=0

    Returns
    -------
    users, items : ndarray of shape (n_ratings,), int32
        Positions, by member and then by film; no pair is there twice.
    values : ndarray of shape (n_ratings,), float32
        Half stars from 0.5 to 5.
    """
    rng = np.random.default_rng(seed)
    n_of_user = activity(shape, rng)
    rank = rng.permutation(shape.n_items)  # a film's position says nothing about its fame
    fame = (rank + 50.0) ** -FAME
    group = rng.integers(N_GROUPS, size=shape.n_items).astype(np.int32)
    own = rng.integers(N_GROUPS, size=(shape.n_users, 2)).astype(np.int32)
    center = rng.standard_normal((N_GROUPS, N_FACTORS))
    Q = (0.7 * center[group] + 0.7 * rng.standard_normal((shape.n_items, N_FACTORS))).astype(np.float32)
    P = 0.35 * (center[own[:, 0]] + center[own[:, 1]]) + 0.5 * rng.standard_normal((shape.n_users, N_FACTORS))
    P = (0.55 / np.sqrt(N_FACTORS) * P).astype(np.float32)
    b_user = (3.65 + 0.42 * rng.standard_normal(shape.n_users)).astype(np.float32)
    b_item = (0.35 * rng.standard_normal(shape.n_items) - 0.06 * np.log1p(rank / 50)).astype(np.float32)
    starts = np.concatenate(([0], np.cumsum(n_of_user)))
    items, values = np.empty(shape.n_ratings, np.int32), np.empty(shape.n_ratings, np.float32)
    cumulated = np.cumsum(fame) / fame.sum()
    watch(starts, cumulated, group, own, np.uint64(seed), items)
    rate(starts, items, P, Q, b_user, b_item, np.uint64(seed), values)
    return np.repeat(np.arange(shape.n_users, dtype=np.int32), n_of_user), items, values


def activity(shape, rng):
    """Share the ratings out among members: log-normal, at least 20, at most a sixth of the films."""
    bell, most = np.exp(SPREAD * rng.standard_normal(shape.n_users)), max(FEWEST, shape.n_items // 6)
    if not FEWEST * shape.n_users <= shape.n_ratings <= most * shape.n_users:
        raise ValueError(f"{shape}: a member gives {FEWEST} to {most} ratings.")
    low, high = 0.0, float(shape.n_items)
    for _ in range(60):
        median = (low + high) / 2
        low, high = (median, high) if np.clip(median * bell, FEWEST, most).sum() < shape.n_ratings else (low, median)
    counts = np.clip(low * bell, FEWEST, most).astype(np.int64)
    while missing := shape.n_ratings - int(counts.sum()):
        can = rng.permutation(np.flatnonzero((counts < most) if missing > 0 else (counts > FEWEST)))[: abs(missing)]
        counts[can] += np.sign(missing)
    return counts


@kernel
def watch(starts, cumulated, group, own, seed, items):
    """Choose each member's films: the more famous the likelier, mostly of the member's groups, none twice."""
    n_users, n_items = len(starts) - 1, len(cumulated)
    seen = np.zeros(n_items, np.bool_)
    for u in range(n_users):
        state = (np.uint64(u) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) ^ (seed * np.uint64(0xBF58476D1CE4E5B9))
        at, tries = starts[u], 0
        while at < starts[u + 1]:
            state ^= state << np.uint64(13)
            state ^= state >> np.uint64(7)
            state ^= state << np.uint64(17)
            low, high, chance = 0, n_items - 1, (state >> np.uint64(11)) * (1.0 / 9007199254740992.0)
            while low < high:
                middle = (low + high) // 2
                if cumulated[middle] < chance:
                    low = middle + 1
                else:
                    high = middle
            tries += 1
            if tries > 40 * (starts[u + 1] - starts[u]):  # nearly all famous films are seen: the next one will do
                while seen[low]:
                    low = (low + 1) % n_items
            if seen[low]:
                continue
            at_home = group[low] == own[u, 0] or group[low] == own[u, 1]
            if not at_home and (state & np.uint64(1023)) > np.uint64(1023 * AT_HOME):
                continue
            seen[low], items[at] = True, low
            at += 1
        items[starts[u] : starts[u + 1]].sort()
        for row in range(starts[u], starts[u + 1]):
            seen[items[row]] = False


@kernel
def rate(starts, items, P, Q, b_user, b_item, seed, values):
    """Give stars: baseline, taste and noise, to the nearest half star."""
    state = seed + np.uint64(0x9E3779B97F4A7C15)
    for u in range(len(starts) - 1):
        for row in range(starts[u], starts[u + 1]):
            i = items[row]
            stars = b_user[u] + b_item[i]
            for f in range(P.shape[1]):
                stars += P[u, f] * Q[i, f]
            noise = -6.0  # the sum of twelve uniform numbers, less 6, is nearly normal
            for _ in range(12):
                state ^= state << np.uint64(13)
                state ^= state >> np.uint64(7)
                state ^= state << np.uint64(17)
                noise += (state >> np.uint64(11)) * (1.0 / 9007199254740992.0)
            values[row] = min(max(np.round(2 * (stars + NOISE * noise)) / 2, 0.5), 5.0)
