"""The film table: one row a film, indexed by the film's id."""

import difflib
import re

import pandas as pd

from course_lib.errors import DataError, UnknownId
from course_lib.ids import as_ids


class Films(pd.DataFrame):
    """A DataFrame of films that says so in a sentence when a column or a title is not there.

    The index holds the films' ids and is named "movieId". Columns where known: title (str), year, and tuples
    of str for genres, directors, cast and keywords. Make one with `film_table`, which checks what it is
    given; slices, copies and pickles stay film tables.

    Attributes
    ----------
    catalog : str
        Where the films come from, such as "ml-latest-small"; empty where nobody said.
    """

    _metadata = ["catalog"]  # pandas hands these attributes on to slices and copies
    catalog = ""

    @property
    def _constructor(self):
        return Films

    def __getitem__(self, key):
        """Return a column, or what else pandas returns for `key`.

        Raises
        ------
        UnknownId
            When there is no such column; the sentence names those there are.
        """
        try:
            return super().__getitem__(key)
        except KeyError:
            asked = key if isinstance(key, list) else [key]
            missing = [name for name in asked if isinstance(name, str) and name not in self.columns]
            if not missing:
                raise
            columns = ", ".join(map(str, self.columns))
            raise UnknownId(
                f"This film table{self._in_brackets()} has no column {missing[0]!r}; it has {columns}."
            ) from None

    def id_of(self, title):
        """Find the id of the film with this title.

        Parameters
        ----------
        title : str
            As it stands in the table, with the year: "Interstellar (2014)".

        Returns
        -------
        int or str
            The film's id.

        Raises
        ------
        UnknownId
            When no film, or more than one, has this title.
        """
        ids = self.index[self["title"] == title].tolist()
        if len(ids) == 1:
            return ids[0]
        if ids:
            raise UnknownId(
                f"{len(ids)} films are called {title!r}: their ids are {', '.join(map(repr, ids))}. "
                "Use the id of the one you mean."
            )
        near = self.near_titles(title) if isinstance(title, str) else []
        if near:
            advice = f"Did you mean {' or '.join(map(repr, near))}?"
        else:
            advice = 'Look for a part of it: films[films["title"].str.contains("Star")].'
        raise UnknownId(f"No film in this film table{self._in_brackets()} is called {title!r}. {advice}")

    def near_titles(self, title, n=3):
        """List titles that somebody who typed `title` may have meant.

        Parameters
        ----------
        title : str
        n : int, default=3
            At most so many.

        Returns
        -------
        list of str
            Nearest first; those that hold the words of `title` come before those that look like it.
        """
        plain = {known: _plain(known) for known in self["title"]}
        asked = _plain(title)
        near = [known for known, text in plain.items() if asked and asked in text]
        near.sort(key=lambda known: len(plain[known]))
        if len(near) < n:
            alike = set(difflib.get_close_matches(asked, set(plain.values()), n, cutoff=0.7))
            others = [known for known, text in plain.items() if text in alike and known not in near]
            near += sorted(others, key=lambda known: -_likeness(asked, plain[known]))
        return near[:n]

    def unknown_id(self, item):
        """Make the error for an id that no film has.

        Parameters
        ----------
        item : object
            What was asked for.

        Returns
        -------
        UnknownId
            To be raised. When `item` is a film's title, the sentence gives its id.
        """
        if isinstance(item, str):
            ids = self.index[self["title"] == item].tolist()
            if ids:
                return UnknownId(f"{item!r} is a title, and films are asked for by id: this one is {ids[0]!r}.")
        known = ", ".join(map(repr, self.index[:3].tolist()))
        return UnknownId(
            f"No film in this film table{self._in_brackets()} has the id {item!r}; its ids are like {known}. "
            "films.id_of(title) finds the id of a title."
        )

    def _in_brackets(self):
        return f" ({self.catalog})" if self.catalog else ""


def film_table(frame, catalog=""):
    """Make a film table of a DataFrame.

    Parameters
    ----------
    frame : DataFrame
        One row a film, with a column "title", and the films' ids in the index or in a column "movieId".
    catalog : str, default=""
        Where the films come from; error sentences name it. A film table that has one keeps it.

    Returns
    -------
    Films
        In the order of `frame`.

    Raises
    ------
    DataError
        When there is no title, or ids are missing, mixed or used twice.
    """
    if not isinstance(frame, pd.DataFrame):
        raise DataError(f"A film table is made of a pandas DataFrame, and this is of type {type(frame).__name__}.")
    if "movieId" in frame.columns:
        frame = frame.set_index("movieId")
    if "title" not in frame.columns:
        columns = ", ".join(map(str, frame.columns)) or "no columns"
        raise DataError(
            f"The film table has no column 'title'; it has {columns}. "
            'Rename the one with the titles: frame.rename(columns={"name": "title"}).'
        )
    ids = pd.Index(as_ids(frame.index, "movieId"), name="movieId")
    if not ids.is_unique:
        raise DataError(
            f"Two films of the film table have the same id, {ids[ids.duplicated()].tolist()[0]!r}. "
            'Keep one row a film: frame.drop_duplicates("movieId").'
        )
    if frame["title"].isna().any():
        raise DataError(
            f"The film with the id {ids[frame['title'].isna()].tolist()[0]!r} has no title. "
            'Give it one: frame["title"] = frame["title"].fillna("untitled").'
        )
    films = Films(frame.set_axis(ids, axis="index"))
    films.catalog = catalog or getattr(frame, "catalog", "")
    return films


def _plain(title):
    """Reduce a title to what people remember: "Matrix, The (1999)" becomes "the matrix"."""
    title = re.sub(r"\s*\(\d{4}\)\s*$", "", title).casefold()
    return re.sub(r"^(.*), (the|an?)$", r"\2 \1", title)


def _likeness(a, b):
    return difflib.SequenceMatcher(None, a, b).ratio()
