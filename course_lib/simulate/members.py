"""What is true of the members: taste, mildness, habits; and when they sit down to watch."""

import datetime
import math
from dataclasses import dataclass

import numpy as np

from course_lib.simulate.films import N_AXES
from course_lib.simulate.stream import Stream, dot, standardized, total

DAY = 86400
ONBOARDING = 10
FILMS_A_SESSION = 12
PERSONA = 1
PERSONA_TASTE = {"Sci-Fi": 8.0, "Action": 5.0, "Drama": 7.0}
PERSONA_DIRECTOR = "Christopher Nolan"
PERSONA_HAS_SEEN, PERSONA_HAS_NOT_SEEN = "Interstellar (2014)", "Inception (2010)"
PERSONA_RATINGS, PERSONA_ONBOARDING, PERSONA_STRENGTH = 60, 24, 1.5


@dataclass(frozen=True)
class Members:
    """The members' side of the world; arrays have one row a member, ids count from 1.

    Attributes
    ----------
    ids : ndarray of shape (n_members,), int64
    core : ndarray of shape (n_members,), bool
        The others are the light members, with three to eight core films each.
    strength : ndarray of shape (n_members,)
        How far a member's taste reaches: P is this times five standard normals.
    factors : ndarray of shape (n_members, 5)
        P in the middle of the period.
    drift : ndarray of shape (n_members, 5)
        What P gains until the end of the period; it had lost as much at the beginning.
    bias : ndarray of shape (n_members,)
        b_u: how mild the member is, in stars.
    star_likings : ndarray of shape (n_members, n_stars)
        What an actor in the lead is worth to the member, in stars.
    whole_only : ndarray of shape (n_members,), bool
        Who gives whole stars only.
    n_ratings : ndarray of shape (n_members,), int64
        How many core films they rate.
    joined : ndarray of shape (n_members,), int64
        Seconds since 1970.
    one_day : ndarray of shape (n_members,), bool
        Who comes on a single day.
    """

    ids: np.ndarray
    core: np.ndarray
    strength: np.ndarray
    factors: np.ndarray
    drift: np.ndarray
    bias: np.ndarray
    star_likings: np.ndarray
    whole_only: np.ndarray
    n_ratings: np.ndarray
    joined: np.ndarray
    one_day: np.ndarray


def make_members(catalogue, films, seed, law):
    """Draw what is true of each member, and put in the one of the article.

    Parameters
    ----------
    catalogue : list of dict
    films : Films
    seed : int
    law : Law

    Returns
    -------
    Members
    """
    ids = np.arange(1, law.n_members + law.n_light_members + 1)
    core = ids <= law.n_members
    even, bell = [], []
    for member in ids.tolist():
        stream = Stream(seed, "member", member)
        even.append(stream.uniforms(5))
        bell.append(stream.normals(2 * N_AXES + 2 + len(films.stars)))
    even, bell = np.stack(even), np.stack(bell)
    strength = law.least_strength + law.more_strength * even[:, 0] * even[:, 0]
    busy = bell[:, -1]
    mild = law.strictness_of_the_busy
    bias = law.member_bias * (math.sqrt(1 - mild * mild) * bell[:, -2] - mild * busy)
    films_of = np.bincount(films.star[films.core & (films.star >= 0)], minlength=len(films.stars))
    rare = np.sqrt(np.minimum(1.0, law.star_films / films_of))
    # math.exp may differ in the last bit between machines: rounded to a whole number at once.
    activity = [round(law.median_ratings * math.exp(z)) for z in busy.tolist()]
    n_ratings = np.clip(np.array(activity, dtype=np.int64), law.fewest_ratings, law.most_ratings)
    start, period = calendar(law)
    members = Members(
        ids=ids,
        core=core,
        strength=np.round(strength, 6),
        factors=np.round(strength[:, None] * bell[:, :N_AXES], 6),
        drift=np.round(law.taste_drift * bell[:, N_AXES : 2 * N_AXES], 6),
        bias=np.round(bias, 6),
        star_likings=np.round(law.star_liking * rare * bell[:, 2 * N_AXES : -2], 6),
        whole_only=even[:, 1] < law.whole_stars_only,
        n_ratings=np.where(core, n_ratings, 3 + (6 * even[:, 4]).astype(np.int64)),
        joined=start + (0.9 * np.sqrt(even[:, 2]) * period).astype(np.int64),
        one_day=(even[:, 3] < law.one_day_only) | ~core,
    )
    _put_in_persona(members, catalogue, films, law)
    return members


def calendar(law):
    """Give the first second of the period and its length.

    Parameters
    ----------
    law : Law

    Returns
    -------
    tuple of int
    """
    first = datetime.date.fromisoformat(law.first_day)
    last = first.replace(year=first.year + law.n_years)
    return (first - datetime.date(1970, 1, 1)).days * DAY, (last - first).days * DAY


def position(times, law):
    """Say where in the period a time lies: -0.5 at its beginning, 0.5 at its end.

    Parameters
    ----------
    times : int or ndarray of int
        Seconds since 1970.
    law : Law

    Returns
    -------
    float or ndarray
    """
    start, period = calendar(law)
    return (times - start) / period - 0.5


def sessions(members, row, seed, law):
    """Give a member's sessions.

    Parameters
    ----------
    members : Members
    row : int
    seed : int
    law : Law

    Returns
    -------
    sizes : list of int
        Films in each session.
    starts : list of int
        Seconds since 1970.
    n_untasted : int
        How many of the sessions are chosen without taste: the first one, for those who joined properly.
    """
    n, joined = int(members.n_ratings[row]), int(members.joined[row])
    if not members.core[row]:
        return [n], [joined], 0
    stream = Stream(seed, "sessions", int(members.ids[row]))
    first = PERSONA_ONBOARDING if members.ids[row] == PERSONA else ONBOARDING
    count = max(1, round(n / FILMS_A_SESSION))
    weights = stream.uniforms(count) + 0.4
    ends = np.rint(np.cumsum(weights) / total(weights) * (n - first)).astype(np.int64)
    sizes = [first] + np.diff(ends, prepend=0).tolist()
    start, period = calendar(law)
    left = start + period - joined - DAY
    if members.one_day[row]:
        gaps = 1200 + (1800 * stream.uniforms(count)).astype(np.int64)
        starts = joined + np.cumsum(gaps)
    else:
        starts = np.sort(joined + DAY + (left * stream.uniforms(count)).astype(np.int64), kind="stable")
    return sizes, [joined] + starts.tolist(), 1


def _put_in_persona(members, catalogue, films, law):
    """Give member 1 the article's taste: [Sci-Fi 8, Action 5, Drama 7], and a liking for Nolan's films."""
    wish = [math.fsum(PERSONA_TASTE.get(genre, 0.0) for genre in film["genres"]) for film in catalogue]
    wish = standardized(np.array(wish), films.core)
    genres = np.array([total((films.factors[:, axis] * wish)[films.core]) for axis in range(N_AXES)])
    his = np.array([PERSONA_DIRECTOR in film["directors"] for film in catalogue])
    director = np.array([total(films.factors[his, axis]) for axis in range(N_AXES)])
    taste = _unit(_unit(genres) + 1.2 * _unit(director))
    row = PERSONA - 1
    members.strength[row] = PERSONA_STRENGTH
    members.factors[row] = np.round(PERSONA_STRENGTH * math.sqrt(N_AXES) * taste, 6)
    members.drift[row] = 0.0
    members.bias[row] = 0.0
    members.star_likings[row] = 0.0
    members.whole_only[row] = False
    members.one_day[row] = False
    members.n_ratings[row] = PERSONA_RATINGS
    start, period = calendar(law)
    members.joined[row] = start + period // 2


def _unit(vector):
    return vector / math.sqrt(float(dot(vector, vector)))
