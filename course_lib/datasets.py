"""Data sets by name: what ships with the course, what it can download, and any CSV of your own.

A data set is looked for in ``COURSE_DATA_DIR`` first (a relative path counts from the course's folder), then
in ``datasets/cache/``, as a folder of its files or as the archive that was published; then it is downloaded,
where that is allowed.
"""

import difflib
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from course_lib import locate, matinee, storage
from course_lib.errors import DataError, UnknownId
from course_lib.film_files import explained, read_films
from course_lib.films import Films, film_table
from course_lib.published import REGISTRY, Card
from course_lib.rating_arrays import check_scale
from course_lib.ratings import Ratings
from course_lib.tables import CORRECT, first_line, read_names, read_table

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "datasets" / "cache"


class Unknown:
    """What stands in for the truth where nobody knows it: false, and its floor draws nothing."""

    floor = np.nan

    def __bool__(self):
        return False

    def __getattr__(self, name):
        raise AttributeError(
            f"Real members come without their true {name}. Only simulated data has it: datasets.load('matinee').truth."
        )

    def __repr__(self):
        return "Unknown()"


@dataclass(frozen=True, repr=False)
class Dataset:
    """Ratings, the films that were rated, and where both come from.

    Parameters
    ----------
    name : str
    is_shipped : bool
        True for what comes with the course.
    ratings : Ratings
    films : Films
        One row an item, in the order of the ratings' items.
    card : Card
    truth : object
        What the simulator knows about its members; `Unknown`, which is false, for real ones.
    opened : DataFrame, default=None
        Films that were opened and not rated: userId, movieId, watched (share of the film). None where nobody
        recorded that.
    """

    name: str
    is_shipped: bool
    ratings: Ratings
    films: Films
    card: Card
    truth: object
    opened: pd.DataFrame | None = None

    def film(self, title):
        """Return the id of a film by its title, as ``films.id_of``.

        Parameters
        ----------
        title : str
            With the year: "Interstellar (2014)".

        Returns
        -------
        int or str

        Raises
        ------
        UnknownId
            When there is no such film; the message names close titles.
        """
        return self.films.id_of(title)

    def __repr__(self):
        ratings = self.ratings
        who = f"{ratings.n_users:,} {ratings.note or 'real members'}"
        return f"{self.name}: {len(ratings):,} ratings of {ratings.n_items:,} films by {who}"


def names():
    """List the data sets that `load` knows.

    Returns
    -------
    list of str
    """
    return ["matinee", *REGISTRY]


def load(name=None, folder=None):
    """Load a data set.

    Parameters
    ----------
    name : str, default=None
        One of `names`. None takes the one that ``COURSE_DATASET`` names, else the shipped one.
    folder : path, default=None
        Where its files are. None looks in ``COURSE_DATA_DIR`` and ``datasets/cache/``, then downloads.

    Returns
    -------
    Dataset

    Raises
    ------
    UnknownId
        When there is no such data set.
    DataError
        When its files are not there, are incomplete or cannot be read.
    DownloadError
        When it cannot be downloaded, or an archive is damaged.
    StorageError
        When a download cannot be written.
    """
    name = name or os.environ.get("COURSE_DATASET") or "matinee"
    if name == "matinee":
        folder = matinee.SHIPPED if folder is None else Path(folder)
        ratings, truth = matinee.ratings_of(folder), matinee.SimulatedTruth()
        return Dataset(name, True, ratings, ratings.films, matinee.CARD, truth, matinee.opened_of(folder))
    if name not in REGISTRY:
        near = difflib.get_close_matches(str(name), names(), 1, cutoff=0.4)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise UnknownId(
            f"There is no data set {name!r}.{hint} There are {', '.join(names())}. datasets.read_csv reads "
            "a file of your own."
        )
    return _load_published(REGISTRY[name], folder)


def available(name):
    """Tell whether a data set can be loaded without a network.

    Parameters
    ----------
    name : str

    Returns
    -------
    bool
        False for an unknown name too.
    """
    if name == "matinee":
        return all((matinee.SHIPPED / file).is_file() for file in matinee.FILES)
    if name not in REGISTRY:
        return False
    published = REGISTRY[name]
    return bool(locate.find(published, None, CACHE) or locate.archive(published, None, CACHE))


def load_graded():
    """Load the films that were graded by hand, for the first lessons.

    Returns
    -------
    Films
        Indexed by movieId: title, year, and how much Sci-Fi, Action and Drama, each from 0 to 10 (int64).

    Raises
    ------
    DataError
        When the file is damaged.
    """
    grades = ("Sci-Fi", "Action", "Drama")
    dtypes = {"movieId": "int64", "title": str, "year": "int64"} | dict.fromkeys(grades, "int64")
    bounds = dict.fromkeys(grades, (0.0, 10.0))
    path = matinee.SHIPPED / "graded.csv"
    if not path.is_file():
        raise DataError(f"There is no {path}. {matinee.GET_COURSE_AGAIN}")
    return film_table(read_table(path, dtypes, bounds=bounds, remedy=matinee.GET_COURSE_AGAIN), "the graded films")


def read_csv(path, films=None, columns=None, scale=(0.5, 5.0), keep=None):
    """Read ratings of your own.

    Parameters
    ----------
    path : path
        A text file with a line of names: userId, movieId, rating, timestamp. Values are parted by commas,
        semicolons or tabs.
    films : DataFrame or path, default=None
        The film table, or a CSV of it (movieId, title; genres and other lists with "|" between several). None
        makes one of the ids.
    columns : dict, default=None
        Your names for the columns, such as {"userId": "member", "timestamp": None}; None says there are no
        times.
    scale : (lowest, highest), default=(0.5, 5.0)
        Stars.
    keep : {"first", "last"}, default=None
        Which rating to keep of a film that somebody rated twice; None refuses such a file.

    Returns
    -------
    Dataset
        Named as the file.

    Raises
    ------
    DataError
        When the file cannot be read; the message names the line.
    """
    path = Path(path)
    if films is not None and not isinstance(films, pd.DataFrame):
        films = read_films(Path(films), path.stem, CORRECT)
    separator = max(",;\t", key=first_line(path).count)
    there = read_names(path, separator)
    ours = ("userId", "movieId", "rating", "timestamp", "watched")
    named = {name: (columns or {}).get(name, name) for name in ours}
    needed = [name for name in named.values() if name is not None and name != "watched"]
    if named["rating"] in there and set(needed) <= set(there):
        dtypes = dict.fromkeys(name for name in named.values() if name in there)
        dtypes[named["rating"]] = "float32"
        bounds = {named["rating"]: check_scale(scale)}
        frame = read_table(path, dtypes, separator=separator, bounds=bounds, remedy=CORRECT)
    else:
        frame = pd.DataFrame(columns=there)  # enough for the sentence on what is missing
    ratings = explained(path, Ratings.from_frame, frame, films, columns=columns, scale=scale, keep=keep)
    card = Card(f"A file of your own, {path.name}.", "What you may do with it, you know best.")
    return Dataset(path.stem, False, ratings, ratings.films, card, Unknown())


def _load_published(published, folder):
    """Load a data set of the registry from where it is, or download it."""
    place = locate.find(published, folder, CACHE) or locate.get(published, folder, CACHE)
    films = published.files.read_films(place, published.name)
    cache = CACHE / published.name / "parsed"
    universe = {"films": films, "scale": published.scale}

    def parse(columns):
        published.files.read_ratings(place, films, published.scale, columns)

    columns, is_cached = storage.parsed(cache, published.files.sources(place), parse)
    try:
        ratings = Ratings.from_arrays(**columns, **universe)
    except DataError:
        if not is_cached:
            raise
        storage.forget(cache)  # the disk, not the data, is to blame: the reader has checked the data
        columns, is_cached = storage.parsed(cache, published.files.sources(place), parse)
        ratings = Ratings.from_arrays(**columns, **universe)
    notes = () if is_cached else (f"Read without a cache, because {cache.parent} could not be written.",)
    card = replace(published.card, notes=notes)
    return Dataset(published.name, False, ratings, ratings.films, card, Unknown())
