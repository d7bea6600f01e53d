"""Simulated members who watch and rate real films; the data set ``matinee``.

The films are facts. The members, their taste and their ratings are made here, from a seed, and stand for
nobody.
"""

import math

import numpy as np

from course_lib.simulate.films import make_films, read_catalogue
from course_lib.simulate.law import Law
from course_lib.simulate.members import PERSONA, make_members, position
from course_lib.simulate.opinions import Expectation, opinion, share_watched, stars
from course_lib.simulate.stream import Stream, dot
from course_lib.simulate.truth import Truth, World
from course_lib.simulate.viewing import watch

SEED = 1172
N_CORE = 480
TESTED_FILMS = 10
TAIL_ASKED = 40


def simulate(table, seed=SEED, law=None, n_core=N_CORE):
    """Simulate a service: who is shown, watches and rates what.

    Parameters
    ----------
    table : list of dict, or DataFrame
        The catalogue, see `read_catalogue`.
    seed : int
    law : Law, optional
        Every number of the world; the data set's own by default.
    n_core : int, default=480
        The first so many films are the core, the others its tail.

    Returns
    -------
    World
    """
    films, members, law = inhabit(table, seed, law, n_core)
    parts, opened, tests, last_times = [], [], [], []
    for row in range(len(members.ids)):
        viewing = watch(members, row, films, seed, law)
        parts.append(_rate(members, row, films, viewing, seed, law))
        opened.append(_opened(members, row, films, viewing, seed, law))
        last_times.append(int(viewing.times[-1]))
        if members.core[row]:
            tests.append(_uniform_test(members, row, films, viewing, seed, law))
    core = _joined(parts)
    last_times = np.array(last_times, dtype=np.int64)
    tail = _joined(_tail(members, films, last_times, seed, law))
    ratings = {name: np.concatenate([core[name], tail[name]]) for name in tail}
    order = np.lexsort((ratings["timestamp"], ratings["userId"]))
    uniform = _joined(tests)
    day_known, floor, floor_uniform = _floors(members, films, core, uniform, law)
    columns = ("userId", "movieId", "rating", "timestamp", "watched")
    truth = Truth(
        films=films, members=members, law=law, seed=seed, floor=floor, floor_day_known=day_known,
        uniform_test={name: uniform[name] for name in columns[:-1]}, floor_uniform=floor_uniform,
    )  # fmt: skip
    return World({name: ratings[name][order] for name in columns}, _joined(opened), truth)


def inhabit(table, seed=SEED, law=None, n_core=N_CORE):
    """Make films and members, before anybody watches anything.

    Parameters
    ----------
    table, seed, law, n_core
        As in `simulate`.

    Returns
    -------
    films : Films
    members : Members
    law : Law
    """
    law = law or Law()
    catalogue = read_catalogue(table)
    films = make_films(catalogue, seed, law, n_core)
    return films, make_members(catalogue, films, seed, law), law


def _rate(members, row, films, viewing, seed, law):
    """Let a member rate what was watched."""
    stream = Stream(seed, "rating", int(members.ids[row]))
    n = len(viewing.films)
    mood = law.mood * stream.quick_normals(len(viewing.starts))[viewing.session]
    noise, luck = law.noise * stream.normals(n), stream.normals(n)
    users = np.full(n, row)
    opinions = opinion(members, users, films, viewing.films, viewing.times, law)
    table = _table(members, users, films, viewing.films, viewing.times, opinions, mood + noise, luck, law)
    return table | {"mood": mood}


def _table(members, users, films, items, times, opinions, felt, luck, law):
    return {
        "userId": members.ids[users],
        "movieId": films.ids[items],
        "rating": stars(opinions + felt, members.whole_only[users], law),
        "timestamp": times,
        "watched": share_watched(opinions, luck, law.watched_if_rated, law),
        "opinion": opinions,
    }


def _opened(members, row, films, viewing, seed, law):
    """Pick films that were shown, opened, and not rated."""
    stream = Stream(seed, "opened", int(members.ids[row]))
    left = np.setdiff1d(np.concatenate(viewing.shown), viewing.films)
    items = np.sort(left[stream.sample(len(left), int(law.opened_per_rating * len(viewing.films)))])
    users = np.full(len(items), row)
    opinions = opinion(members, users, films, items, np.full(len(items), viewing.times[-1]), law)
    share = share_watched(opinions, stream.normals(len(items)), law.watched_if_not_rated, law)
    return {"userId": members.ids[users], "movieId": films.ids[items], "watched": share}


def _uniform_test(members, row, films, viewing, seed, law):
    """Ask a member about films drawn evenly from those that were there and not rated."""
    stream = Stream(seed, "uniform test", int(members.ids[row]))
    there = films.core & (films.released <= viewing.times[-1])
    there[viewing.films] = False
    there = np.flatnonzero(there)
    items = np.sort(there[stream.sample(len(there), TESTED_FILMS)])
    users, times = np.full(len(items), row), np.full(len(items), viewing.times[-1])
    opinions = opinion(members, users, films, items, times, law)
    felt = law.noise * stream.normals(len(items)) + law.mood * stream.quick_normals(1)
    return _table(members, users, films, items, times, opinions, felt, felt, law)


def _tail(members, films, last_times, seed, law):
    """Give each film of the tail one to fifteen raters, those of forty members whom it suits best."""
    n_rated = np.zeros(len(members.ids), dtype=np.int64)
    for item in np.flatnonzero(~films.core).tolist():
        stream = Stream(seed, "tail", films.titles[item])
        u = stream.uniforms(1)[0]
        n = 1 + int(law.tail_most * u * math.sqrt(u))
        can = np.flatnonzero((last_times >= films.released[item]) & (members.ids != PERSONA))
        asked = can[stream.sample(len(can), TAIL_ASKED)]
        now = members.factors[asked] + 2 * position(last_times[asked], law)[:, None] * members.drift[asked]
        wish = law.taste_when_chosen / law.taste * dot(now, films.visible[item])
        wish = wish + law.luck_when_chosen * stream.quick_normals(len(asked))
        users = np.sort(asked[np.argsort(-wish, kind="stable")[:n]])
        n_rated[users] += 1
        items, times = np.full(len(users), item), last_times[users] + 90 * n_rated[users]
        opinions = opinion(members, users, films, items, times, law)
        felt = law.noise * stream.normals(len(users)) + law.mood * stream.quick_normals(len(users))
        yield _table(members, users, films, items, times, opinions, felt, stream.normals(len(users)), law)


def _floors(members, films, core, uniform, law):
    """Give the smallest RMSE there can be: day known, day unknown, and on the uniform test."""
    day_known, unknown = Expectation(law.noise, law), Expectation(math.hypot(law.noise, law.mood), law)
    core_user = members.core[core["userId"] - 1]
    whole = members.whole_only[core["userId"] - 1]
    known = day_known.variance(core["opinion"] + core["mood"], whole)[core_user]
    floor = unknown.variance(core["opinion"], whole)[core_user]
    even = unknown.variance(uniform["opinion"], members.whole_only[uniform["userId"] - 1])
    return tuple(round(math.sqrt(math.fsum(part.tolist()) / len(part)), 4) for part in (known, floor, even))


def _joined(tables):
    tables = list(tables)
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
