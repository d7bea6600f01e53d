"""Data sets by name: what ships with the course, what it can download, and any CSV of your own.

A data set is looked for in ``COURSE_DATA_DIR`` first (a relative path counts from the course's folder), then in
``datasets/cache/``, as a folder of its files or as the archive that was published; then it is downloaded, where that
is allowed.
"""

import csv
import difflib
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from course_lib import downloads, storage
from course_lib.errors import DataError, UnknownId
from course_lib.films import Films, film_table
from course_lib.movielens import title_and_year, whole_years
from course_lib.published import REGISTRY, Card
from course_lib.ratings import Ratings
from course_lib.tables import CORRECT, read_names, read_table

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "datasets" / "matinee"
CACHE = ROOT / "datasets" / "cache"
GET_COURSE_AGAIN = "Restore the file with git checkout, or get the course again."
_LISTS = ("genres", "directors", "cast", "keywords", "tags")


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
    """

    name: str
    is_shipped: bool
    ratings: Ratings
    films: Films
    card: Card
    truth: object

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
        who = ratings.note or "real members"
        return f"{self.name}: {len(ratings):,} ratings of {ratings.n_items:,} films by {ratings.n_users:,} {who}"


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
        return _load_matinee(SHIPPED if folder is None else Path(folder))
    if name not in REGISTRY:
        near = difflib.get_close_matches(str(name), names(), 1, cutoff=0.4)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise UnknownId(
            f"There is no data set {name!r}.{hint} There are {', '.join(names())}. datasets.read_csv reads a file of "
            "your own."
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
        return all((SHIPPED / file).is_file() for file in ("films.csv", "ratings.csv"))
    if name not in REGISTRY:
        return False
    published = REGISTRY[name]
    return bool(_folder_of(published, _places(published)) or _archive_of(published, _roots()))


def load_graded():
    """Load the films that were graded by hand, for the first lessons.

    Returns
    -------
    Films
        Indexed by movieId: title, year, and how much Sci-Fi, Action and Drama, each from 0 to 10 (float64).

    Raises
    ------
    DataError
        When the file is damaged.
    """
    dtypes = {"movieId": "int64", "title": str, "year": "int64", "Sci-Fi": float, "Action": float, "Drama": float}
    bounds = dict.fromkeys(("Sci-Fi", "Action", "Drama"), (0.0, 10.0))
    return film_table(_shipped_table(SHIPPED / "graded.csv", dtypes, bounds), "the graded films")


def read_csv(path, films=None, columns=None, scale=(0.5, 5.0), keep=None):
    """Read ratings of your own.

    Parameters
    ----------
    path : path
        A text file with a line of names: userId, movieId, rating, timestamp. Values are parted by commas, semicolons
        or tabs.
    films : DataFrame or path, default=None
        The film table, or a CSV of it (movieId, title; genres and other lists with "|" between several). None makes
        one of the ids.
    columns : dict, default=None
        Your names for the columns, such as {"userId": "member", "timestamp": None}; None says there are no times.
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
    _refuse_absent(path)
    if films is not None and not isinstance(films, pd.DataFrame):
        films = _read_films(Path(films), path.stem)
    first_line = read_names(path, "\n")
    separator = max(",;\t", key=first_line[0].count) if first_line else ","
    wanted = {ours: (columns or {}).get(ours, ours) for ours in ("userId", "movieId", "rating", "timestamp", "watched")}
    there = read_names(path, separator)
    types = {"rating": "float32", "watched": "float32", "timestamp": "int64"}
    dtypes = {theirs: types.get(ours) for ours, theirs in wanted.items() if theirs in there}
    stars = {wanted["rating"]: scale} if wanted["rating"] in there else {}
    frame = read_table(path, dtypes, separator=separator, bounds=stars, remedy=CORRECT) if dtypes else pd.DataFrame(
        columns=there
    )
    try:
        ratings = Ratings.from_frame(frame, films, columns=columns, scale=scale, keep=keep)
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    card = Card(f"A file of your own: {path.name}", "Whatever you were given it under.")
    return Dataset(path.stem, False, ratings, ratings.films, card, Unknown())
