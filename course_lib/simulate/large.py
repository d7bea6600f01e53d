"""Ratings by the same law in any number, for benchmarks: whole arrays at a time, films without names.

Not byte-stable, without the order of films within a session, and with fame spread wider than in the core of
480 well-known films, because a big catalogue is mostly tail.
"""

import math

import numpy as np

from course_lib.simulate.films import HIDDEN, N_AXES
from course_lib.simulate.law import Law
from course_lib.simulate.members import FILMS_A_SESSION, ONBOARDING, calendar
from course_lib.simulate.opinions import stars

PAIRS_AT_ONCE = 1 << 20
FAME_SPREAD = 1.1
CERTAIN = 100.0
# Who chooses among many films finds more that please; this keeps the mean near 3.7 stars all the same.
SPOILT = 0.35
FILMS_WITH_A_STAR, FILMS_PER_STAR = 0.3, 7


def simulate_large(n_users, n_items, n_ratings, seed=0, law=None):
    """Simulate many ratings quickly.

    Parameters
    ----------
    n_users, n_items : int
    n_ratings : int
        Between 12 and a third of the films a member on average.
    seed : int, default=0
    law : Law, optional

    Returns
    -------
    dict of ndarray
        userId (int32, from 1), movieId (int32, from 1), rating (float32, stars), timestamp (int64, seconds
        since 1970); by member, then by time.

    Raises
    ------
    ValueError
        If so many members cannot give so many ratings to so many films.
    """
    law = law or Law()
    rng = np.random.default_rng(seed)
    activity = _activity(n_users, n_items, n_ratings, rng, law)
    films = _films(n_items, rng, law)
    ends = np.cumsum(activity)
    parts, first = [], 0
    while first < n_users:
        done = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + PAIRS_AT_ONCE / law.shown_per_film)))
        parts.append(_ratings_of(first, activity[first:last], films, rng, law))
        first = last
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _activity(n_users, n_items, n_ratings, rng, law):
    """Share the ratings out: log-normal, at least 12, at most three quarters of the films."""
    least, most = law.fewest_ratings, int(0.75 * n_items)
    if not least * n_users <= n_ratings <= n_users * n_items / 3:
        raise ValueError(
            f"{n_users} members cannot give {n_ratings} ratings to {n_items} films: each gives {least} or"
            f" more, and a third of the films on average at most."
            f" Ask for {least * n_users} to {n_users * n_items // 3} ratings."
        )
    bell = np.exp(rng.standard_normal(n_users))
    low, high = 0.0, float(n_items)
    for _ in range(60):
        median = (low + high) / 2
        low, high = (median, high) if np.clip(median * bell, least, most).sum() < n_ratings else (low, median)
    activity = np.clip(median * bell, least, most).astype(np.int64)
    missing = n_ratings - int(activity.sum())
    while missing:
        can = np.flatnonzero(activity < most) if missing > 0 else np.flatnonzero(activity > least)
        chosen = rng.permutation(can)[: abs(missing)]
        activity[chosen] += 1 if missing > 0 else -1
        missing = n_ratings - int(activity.sum())
    return activity


def _films(n_items, rng, law):
    """Draw the films: factors and their visible part, quality, fame, star."""
    scale = law.taste / math.sqrt(N_AXES)
    visible = math.sqrt(1 - HIDDEN) * rng.standard_normal((n_items, N_AXES))
    hidden = math.sqrt(HIDDEN) * rng.standard_normal((n_items, N_AXES))
    quality = rng.standard_normal(n_items)
    fame = FAME_SPREAD * (0.3 * quality + math.sqrt(0.91) * rng.standard_normal(n_items))
    n_stars = max(1, int(FILMS_WITH_A_STAR * n_items / FILMS_PER_STAR))
    star = np.where(rng.random(n_items) < FILMS_WITH_A_STAR, rng.integers(n_stars, size=n_items), -1)
    return {
        "visible": (scale * visible).astype(np.float32),
        "factors": (scale * (visible + hidden)).astype(np.float32),
        "bias": (law.film_bias * quality).astype(np.float32),
        "fame": fame,
        "star": star,
        "n_stars": n_stars,
    }


def _ratings_of(first, activity, films, rng, law):
    """Let some members be shown films, choose and rate."""
    n = len(activity)
    strength = law.least_strength + law.more_strength * rng.random(n) ** 2
    taste = (strength[:, None] * rng.standard_normal((n, N_AXES))).astype(np.float32)
    mildness = law.member_bias * rng.standard_normal(n)
    rare = math.sqrt(min(1.0, law.star_films / FILMS_PER_STAR))
    likings = law.star_liking * rare * rng.standard_normal((n, films["n_stars"]), dtype=np.float32)
    users, items = _shown(activity, films, rng, law)
    liking = np.where(films["star"][items] >= 0, likings[users, films["star"][items]], 0.0)
    wish = law.taste_when_chosen / law.taste * (taste[users] * films["visible"][items]).sum(axis=1)
    wish += law.quality_when_chosen / law.film_bias * films["bias"][items]
    wish += law.luck_when_chosen * rng.standard_normal(len(users), dtype=np.float32)
    # The first films of a member are chosen without taste: about ten of those shown, whatever they are.
    n_shown = np.bincount(users, minlength=n)
    wish[rng.random(len(users), dtype=np.float32) * n_shown[users] < ONBOARDING] = CERTAIN
    order = np.argsort(users * 1000.0 - wish)
    starts = np.searchsorted(users[order], np.arange(n))
    rank = np.arange(len(order)) - starts[users[order]]
    chosen = order[rank < activity[users[order]]]
    users, items, liking = users[chosen], items[chosen], liking[chosen]
    times, x = _times(users, activity, rng, law)
    felt = law.center - SPOILT + law.trend * x + mildness[users] + films["bias"][items] + liking
    felt += (taste[users] * films["factors"][items]).sum(axis=1)
    felt += math.hypot(law.noise, law.mood) * rng.standard_normal(len(users))
    given = stars(felt, (rng.random(n) < law.whole_stars_only)[users], law)
    order = np.lexsort((times, users))
    return {
        "userId": (first + 1 + users[order]).astype(np.int32),
        "movieId": (items[order] + 1).astype(np.int32),
        "rating": given[order].astype(np.float32),
        "timestamp": times[order],
    }


def _shown(activity, films, rng, law):
    """Draw what each member is shown by fame: pairs of member and film, each once, sorted by member."""
    n_items = len(films["fame"])
    places = np.minimum((law.shown_per_film * activity).astype(np.int64) + 3, n_items)
    many = places > n_items / 4
    # A few from many: draw with replacement and drop what came twice.
    cumulative = np.cumsum(np.exp(films["fame"]))
    users = np.repeat(np.flatnonzero(~many), places[~many])
    items = np.searchsorted(cumulative, cumulative[-1] * rng.random(len(users)), side="right")
    pairs = [np.unique(users * n_items + np.minimum(items, n_items - 1))]
    # Many: rank all films by fame and luck (the Gumbel trick), which is the same draw without replacement.
    rows = np.flatnonzero(many)
    for some in np.array_split(rows, max(1, len(rows) * n_items // PAIRS_AT_ONCE)) if len(rows) else []:
        luck = rng.gumbel(size=(len(some), n_items))
        ranked = np.argsort(-(films["fame"] + luck), axis=1)
        take = np.arange(n_items) < places[some][:, None]
        pairs.append((some[:, None] * n_items + ranked)[take])
    return np.divmod(np.sort(np.concatenate(pairs)), n_items)


def _times(users, activity, rng, law):
    """Spread a member's ratings over sessions between joining and the end of the period."""
    start, period = calendar(law)
    n = len(activity)
    joined = 0.9 * np.sqrt(rng.random(n))
    n_sessions = np.maximum(1, activity // FILMS_A_SESSION)
    offset = np.concatenate([[0], np.cumsum(n_sessions)])
    moments = rng.random(offset[-1])
    session = offset[users] + (rng.random(len(users)) * n_sessions[users]).astype(np.int64)
    place = joined[users] + (0.999 - joined[users]) * moments[session]
    return start + (place * period).astype(np.int64) + rng.integers(0, 3600, len(users)), place - 0.5
