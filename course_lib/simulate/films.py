"""What is true of the films: their place on five axes of taste, quality, fame, and who stars in them."""

import datetime
import math
from dataclasses import dataclass

import numpy as np

from course_lib.simulate.stream import Stream, dot, orthogonalized, standardized

# An axis of taste and what pulls a film to its right end (above 0) or its left end. Genres and keywords count
# alike; beyond that, each of the keywords listed for an axis counts KEYWORD, two of them at most.
AXES = {
    "spectacle": {
        "Action": 1.0, "Adventure": 0.9, "Fantasy": 0.5, "Sci-Fi": 0.5, "War": 0.4, "Western": 0.3,
        "Drama": -0.9, "Romance": -0.9, "biography": -0.5, "Comedy": -0.4,
    },
    "dark": {
        "Horror": 1.0, "Crime": 0.8, "Thriller": 0.8, "Film-Noir": 0.8, "Mystery": 0.6, "War": 0.5,
        "Children": -0.9, "Comedy": -0.8, "Musical": -0.6, "Animation": -0.5, "Romance": -0.4,
    },
    "speculative": {
        "Sci-Fi": 1.2, "Fantasy": 0.9, "Horror": 0.3,
        "Crime": -0.6, "biography": -0.6, "history": -0.5, "Drama": -0.4, "sport": -0.4, "Romance": -0.3,
    },
    "funny": {
        "Comedy": 1.3, "Animation": 0.3, "music": 0.2,
        "Drama": -0.7, "War": -0.4, "Thriller": -0.4, "biography": -0.3, "Horror": -0.3,
    },
    "classic": {},
}  # fmt: skip
KEYWORDS = {
    "spectacle": ("chase", "gunfight", "martial arts", "quest", "superhero", "apocalypse"),
    "dark": (
        "murder", "serial killer", "revenge", "organized crime", "madness", "haunting", "undead", "hitman",
    ),
    "speculative": (
        "space", "aliens", "robots", "time travel", "artificial intelligence", "dystopia", "magic",
        "mind-bending",
    ),
    "funny": ("satire", "slapstick", "black comedy", "con artist", "disguise"),
    "classic": (),
}  # fmt: skip
KEYWORD = 0.8
N_AXES = len(AXES)
# How much of a factor's variance comes from what the film is about, its directors, its cast, and from
# nothing that the catalogue shows.
CONTENT, DIRECTORS, CAST, HIDDEN = 0.55, 0.12, 0.06, 0.27
# How closely quality and fame follow the grades of the catalogue (0.9 of the standard deviation).
GRADE, GRADE_LUCK = 0.9, 0.436
FILMS_OF_A_STAR = 4


@dataclass(frozen=True)
class Films:
    """The films' side of the world; arrays have one row a film, in the catalogue's order.

    Attributes
    ----------
    ids : ndarray of shape (n_films,), int64
    titles : tuple of str
    core : ndarray of shape (n_films,), bool
        The well-known films; the others are the catalogue's tail.
    factors : ndarray of shape (n_films, 5)
        Q: place on the axes of taste. Standard deviation ``taste / sqrt(5)``, in stars for a member of
        strength 1.
    visible : ndarray of shape (n_films, 5)
        The part of Q that genres, keywords, directors, cast and year give away before one has seen the film.
    bias : ndarray of shape (n_films,)
        b_i: how good the film is, in stars.
    drift : ndarray of shape (n_films,)
        How much better it is found at the end of the period than in the middle, in stars.
    fame : ndarray of shape (n_films,)
    released : ndarray of shape (n_films,), int64
        Seconds since 1970.
    star : ndarray of shape (n_films,), int64
        Index into `stars` of the first-billed actor, -1 if that is nobody with four core films.
    stars : tuple of str
    first : ndarray of shape (n_films,), int64
        Index of the film that this one continues, -1 if none.
    sequel : ndarray of shape (n_films,), int64
        Index of the film that continues this one, -1 if none.
    follows : ndarray of shape (n_films, n_films)
        How readily the film of the column is watched after the film of the row.
    """

    ids: np.ndarray
    titles: tuple
    core: np.ndarray
    factors: np.ndarray
    visible: np.ndarray
    bias: np.ndarray
    drift: np.ndarray
    fame: np.ndarray
    released: np.ndarray
    star: np.ndarray
    stars: tuple
    first: np.ndarray
    sequel: np.ndarray
    follows: np.ndarray


def make_films(catalogue, seed, law, n_core=480):
    """Draw what is true of each film.

    Parameters
    ----------
    catalogue : list of dict
        As `read_catalogue` gives it.
    seed : int
    law : Law
    n_core : int, default=480
        The first so many films are the core.

    Returns
    -------
    Films
    """
    ids = np.array([film["movieId"] for film in catalogue], dtype=np.int64)
    core = np.arange(len(ids)) < n_core
    draws = np.stack([Stream(seed, "film", film["title"]).normals(N_AXES + 3) for film in catalogue])
    factors, visible = _factors(catalogue, core, draws[:, :N_AXES], seed)
    scale = law.taste / math.sqrt(N_AXES)
    star, stars = _stars(catalogue, core)
    first, series = _series(catalogue)
    sequel = np.full(len(first), -1, dtype=np.int64)
    sequel[first[first >= 0]] = np.flatnonzero(first >= 0)
    return Films(
        ids=ids,
        titles=tuple(film["title"] for film in catalogue),
        core=core,
        factors=np.round(scale * factors, 6),
        visible=np.round(scale * visible, 6),
        bias=np.round(law.film_bias * _graded(catalogue, "acclaim", draws[:, N_AXES], core), 6),
        drift=np.round(law.film_drift * draws[:, N_AXES + 1], 6),
        fame=np.round(_graded(catalogue, "fame", draws[:, N_AXES + 2], core), 6),
        released=_release_dates(catalogue, seed),
        star=star,
        stars=stars,
        first=first,
        sequel=sequel,
        follows=_follows(catalogue, np.round(factors, 6), star, series, law),
    )


def read_catalogue(table):
    """Bring a film table into one form: a list of dicts in which several values are tuples.

    Parameters
    ----------
    table : list of dict, or DataFrame
        Columns movieId, title, year, genres, directors, cast, keywords, franchise, franchise_order, fame,
        acclaim, star. Several values in one field are separated by ``|`` or already a list.

    Returns
    -------
    list of dict
    """
    rows = table.reset_index().to_dict("records") if hasattr(table, "to_dict") else table
    catalogue = []
    for row in rows:
        film = {field: _several(row[field]) for field in ("genres", "directors", "cast", "keywords")}
        film |= {field: int(row[field]) for field in ("movieId", "year", "fame", "acclaim")}
        film |= {field: _text(row[field]) for field in ("title", "franchise", "star")}
        film["franchise_order"] = int(float(row["franchise_order"])) if film["franchise"] else 0
        catalogue.append(film)
    return catalogue


def _several(value):
    if isinstance(value, str):
        return tuple(part for part in value.split("|") if part)
    return tuple(value) if isinstance(value, list | tuple) else ()


def _text(value):
    return value if isinstance(value, str) else ""


def _factors(catalogue, core, hidden, seed):
    """Mix content, directors, cast and a hidden part into Q; also give Q without the hidden part."""
    content = orthogonalized(_content(catalogue), core)
    directors = np.stack([_people(film["directors"], "director", seed) for film in catalogue])
    cast = np.stack([_people(film["cast"][:3], "actor", seed) for film in catalogue])
    cast = np.stack([standardized(column, core) for column in cast.T], axis=1)
    visible = math.sqrt(CONTENT) * content + math.sqrt(DIRECTORS) * directors + math.sqrt(CAST) * cast
    return _mixed(visible, math.sqrt(HIDDEN) * hidden, core)


def _mixed(visible, hidden, core):
    """Make the columns of visible + hidden orthogonal, doing to the visible part what is done to the sum."""
    whole, part = [], []
    for axis in range(N_AXES):
        column, seen = visible[:, axis] + hidden[:, axis], visible[:, axis]
        count = int(core.sum())
        mean = math.fsum(column[core].tolist()) / count
        column, seen = column - mean, seen - mean
        for other, other_seen in zip(whole, part, strict=True):
            weight = math.fsum((column * other)[core].tolist()) / count
            column, seen = column - weight * other, seen - weight * other_seen
        scale = math.sqrt(math.fsum((column * column)[core].tolist()) / count)
        whole.append(column / scale)
        part.append(seen / scale)
    return np.stack(whole, axis=1), np.stack(part, axis=1)


def _content(catalogue):
    """Say from genres, keywords and year alone where a film stands on each axis."""
    rows = []
    for film in catalogue:
        words = film["genres"] + film["keywords"]
        row = []
        for axis, weights in AXES.items():
            told = sum(word in KEYWORDS[axis] for word in film["keywords"])
            row.append(math.fsum(weights.get(word, 0.0) for word in words) + KEYWORD * min(2, told))
        row[-1] = -float(min(max(film["year"], 1960), 2010))
        rows.append(row)
    return np.array(rows)


def _people(names, role, seed):
    """Add up what each person brings to the axes."""
    brought = sum(Stream(seed, role, name).normals(N_AXES) for name in names)
    return brought / math.sqrt(max(1, len(names)))


def _graded(catalogue, field, luck, core):
    """Turn a grade from 1 to 5 into a number of variance 1 that mostly follows it."""
    grades = standardized(np.array([float(film[field]) for film in catalogue]), core)
    return standardized(GRADE * grades + GRADE_LUCK * luck, core)


def _release_dates(catalogue, seed):
    """Give each film a day within its year."""
    days = []
    for film in catalogue:
        first = (datetime.date(film["year"], 1, 1) - datetime.date(1970, 1, 1)).days
        days.append(first + int(Stream(seed, "release", film["title"]).uniforms(1)[0] * 365))
    return np.array(days, dtype=np.int64) * 86400


def _stars(catalogue, core):
    """Find the first-billed actors with at least four core films."""
    counts = {}
    for film, is_core in zip(catalogue, core.tolist(), strict=True):
        counts[film["star"]] = counts.get(film["star"], 0) + is_core
    stars = tuple(sorted(name for name, count in counts.items() if name and count >= FILMS_OF_A_STAR))
    index = {name: number for number, name in enumerate(stars)}
    return np.array([index.get(film["star"], -1) for film in catalogue], dtype=np.int64), stars


def _series(catalogue):
    """Find each film's predecessor, and which films belong together."""
    names = sorted({film["franchise"] for film in catalogue if film["franchise"]})
    series = np.array([names.index(film["franchise"]) if film["franchise"] else -1 for film in catalogue])
    at = {(film["franchise"], film["franchise_order"]): row for row, film in enumerate(catalogue)}
    first = [at.get((film["franchise"], film["franchise_order"] - 1), -1) if film["franchise"] else -1
             for film in catalogue]  # fmt: skip
    return np.array(first, dtype=np.int64), series


def _follows(catalogue, places, star, series, law):
    """Say for each pair of films how readily one is watched after the other."""
    directed = {}
    for row, film in enumerate(catalogue):
        for name in film["directors"]:
            directed.setdefault(name, []).append(row)
    same_director = np.zeros((len(catalogue), len(catalogue)))
    for rows in directed.values():
        same_director[np.ix_(rows, rows)] = 1.0
    same_star = (star[:, None] == star) & (star >= 0)
    same_series = (series[:, None] == series) & (series >= 0)
    apart = places[:, None, :] - places[None, :, :]
    pull = law.same_director * same_director + law.same_series * same_series + law.same_star * same_star
    return np.round(law.order * (pull - law.unlike * dot(apart, apart)), 6)
