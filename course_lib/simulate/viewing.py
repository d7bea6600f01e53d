"""What a member is shown, chooses from it, and in which order."""

from dataclasses import dataclass

import numpy as np

from course_lib.simulate.members import PERSONA, PERSONA_HAS_NOT_SEEN, PERSONA_HAS_SEEN, position, sessions
from course_lib.simulate.stream import Stream, dot

YEAR = 365 * 86400
YEARS_NEW = 3
PAUSE = 1200
ORDER_AT_FIRST = 0.3


@dataclass(frozen=True)
class Viewing:
    """What one member watched and was shown.

    Attributes
    ----------
    films : ndarray of shape (n,), int64
        Rows of the film table, in the order of watching.
    times : ndarray of shape (n,), int64
        Seconds since 1970.
    session : ndarray of shape (n,), int64
        Which of the member's sessions it was.
    shown : list of ndarray
        For each session the films that were shown, the most prominent first.
    starts : list of int
        When each session began.
    """

    films: np.ndarray
    times: np.ndarray
    session: np.ndarray
    shown: list
    starts: list


def watch(members, row, films, seed, law):
    """Let one member live through the sessions.

    Parameters
    ----------
    members : Members
    row : int
        Which member.
    films : Films
    seed : int
    law : Law

    Returns
    -------
    Viewing
    """
    stream = Stream(seed, "viewing", int(members.ids[row]))
    sizes, starts, n_untasted = sessions(members, row, seed, law)
    n_films = len(films.ids)
    open_to = films.core.copy()
    must = -1
    if members.ids[row] == PERSONA:
        open_to[films.titles.index(PERSONA_HAS_NOT_SEEN)] = False
        must = films.titles.index(PERSONA_HAS_SEEN)
    watched, times, session, shown_lists = [], [], [], []
    for number, (size, start) in enumerate(zip(sizes, starts, strict=True)):
        luck = stream.quick_normals(2 * n_films).reshape(2, n_films)
        shown = show(films, open_to, start, size, luck[0], law)
        wish = law.luck_when_chosen * luck[1]
        tasted = number >= n_untasted
        if tasted:
            now = members.factors[row] + 2 * position(start, law) * members.drift[row]
            wish = wish + law.taste_when_chosen / law.taste * dot(films.visible, now)
            wish = wish + law.quality_when_chosen / law.film_bias * films.bias
        first, order = must if number == 0 else -1, 1.0 if tasted else ORDER_AT_FIRST
        chosen = choose(films, shown, wish, watched, size, first, order, law)
        # Ratings are given nearly in the order of watching, not quite.
        places = np.arange(size) + law.disorder * stream.quick_normals(size)
        chosen = chosen[np.argsort(places, kind="stable")]
        begins = max(start, times[-1] + PAUSE) if times else start
        clock = begins + np.cumsum(15 + (120 * stream.uniforms(size)).astype(np.int64))
        watched += chosen.tolist()
        times += clock.tolist()
        session += [number] * size
        shown_lists.append(shown)
        open_to[chosen] = False
    return Viewing(np.array(watched, dtype=np.int64), np.array(times, dtype=np.int64),
                   np.array(session, dtype=np.int64), shown_lists, starts)  # fmt: skip


def show(films, open_to, start, size, luck, law):
    """Choose what the home page shows: famous and new films, and some luck.

    Parameters
    ----------
    films : Films
    open_to : ndarray of shape (n_films,), bool
        What the member has not seen yet.
    start : int
        Seconds since 1970.
    size : int
        How many films the member will take.
    luck : ndarray of shape (n_films,)
    law : Law

    Returns
    -------
    ndarray of int64
        Rows of the film table, the most prominent first; about four for each that is taken.
    """
    newness = np.maximum(0.0, 1.0 - (start - films.released) / (YEARS_NEW * YEAR))
    prominence = law.fame_when_shown * films.fame + law.newness_when_shown * newness
    prominence = prominence + law.luck_when_shown * luck
    can = open_to & (films.released <= start)
    prominence = np.where(can, prominence, -np.inf)
    places = min(max(size + 3, int(law.shown_per_film * size)), int(can.sum()))
    return np.argsort(-prominence, kind="stable")[:places]


def choose(films, shown, wish, watched, size, must, order, law):
    """Take films one after another: the wish for each, and how well it follows the one before.

    Parameters
    ----------
    films : Films
    shown : ndarray of int64
    wish : ndarray of shape (n_films,)
        What the member expects of each film.
    watched : list of int
        What was watched in earlier sessions.
    size : int
    must : int
        A film that comes first whatever is shown; -1 for none.
    order : float
        How much the film before counts.
    law : Law

    Returns
    -------
    ndarray of shape (size,), int64
    """
    wish = _sequels_wait(films, wish, watched, law)
    left = np.full(len(wish), -np.inf)
    left[shown] = wish[shown]
    if must >= 0:
        left[must] = np.inf
    chosen, after = [], 0.0
    for _ in range(size):
        film = int((left + after).argmax())
        left[film] = -np.inf
        if films.sequel[film] >= 0:
            left[films.sequel[film]] += law.order * (law.sequel_after_first - law.sequel_without_first)
        after = order * films.follows[film]
        chosen.append(film)
    return np.array(chosen, dtype=np.int64)


def _sequels_wait(films, wish, watched, law):
    """Make sequels wait for the film before them, and wanted once that has been seen."""
    seen = np.zeros(len(wish) + 1, dtype=bool)
    seen[watched] = True
    is_sequel = films.first >= 0
    bonus = np.where(seen[films.first], law.sequel_after_first, law.sequel_without_first)
    return wish + law.order * np.where(is_sequel, bonus, 0.0)
