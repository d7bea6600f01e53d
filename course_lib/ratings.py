"""Who rated what, and how: the one table that every model learns from."""

from functools import cached_property

import numpy as np
import pandas as pd

from course_lib.errors import DataError
from course_lib.films import film_table
from course_lib.ids import Ids, as_ids, read_only
from course_lib.rating_arrays import check_rows, check_scale, once_a_cell, read_arrays, refuse
from course_lib.rating_table import read_table
from course_lib.universe import Universe

COLUMNS = ("users", "items", "values", "timestamps", "watched")


class Ratings(Universe):
    """Ratings of films by members, as arrays that say the same thing in every part of a split.

    Make them with `from_frame` or `from_arrays`. They never change: `rows` and `liked` make new ones, of the
    same users, items and films, so that position 7 is the same film in training and test.

    What a `Universe` has they have as well: `user_ids`, `item_ids`, `films`, `scale`, `note`.

    Attributes
    ----------
    users, items : ndarray of shape (n,), int32
        Positions in `user_ids` and `item_ids`.
    values : ndarray of shape (n,), float32
        Stars.
    timestamps : ndarray of shape (n,), int64, or None
        Seconds since 1970-01-01 UTC.
    watched : ndarray of shape (n,), float32, or None
        Share of the film that was watched, from 0 to 1.
    seen : Ratings
        The rows that count as seen: these ones, except after `liked`.

    Notes
    -----
    The arrays are read-only views. Numba compiles a kernel a second time for read-only arrays, so kernels
    take the same memory under ``_users``, ``_items``, ``_values``, ``_csr`` and ``_csc``, and only read it.
    """

    def __init__(self, columns, universe, seen=None):
        # Reached through from_frame, from_arrays, rows and liked, which have checked everything.
        super().__init__(**universe)
        for name, array in zip(COLUMNS, columns, strict=True):
            self.__dict__[f"_{name}"] = array
            self.__dict__[name] = None if array is None else read_only(array)
        self.__dict__["seen"] = self if seen is None else seen

    @classmethod
    def from_frame(
        cls, frame, films=None, *, columns=None, scale=(0.5, 5.0), user_ids=None, keep=None, now=None, note=""
    ):
        """Make ratings of a table with one row a rating.

        Parameters
        ----------
        frame : DataFrame
            With userId, movieId, rating, timestamp and, where known, watched.
        films : DataFrame, optional
            The film table (see `film_table`); made of the ids that occur when not given.
        columns : dict, optional
            Other names that the columns have: ``{"userId": "member", "timestamp": None}``, where None says
            that there are no times.
        scale : tuple of float, default=(0.5, 5.0)
            Lowest and highest rating, in stars.
        user_ids : array_like, optional
            All members there are, when some of them rated nothing.
        keep : {"first", "last"}, optional
            Which of several ratings of a film by one member to keep: by time, then by the order of rows.
        now : callable, optional
            Returns the time in seconds since 1970; the machine's clock when not given.
        note : str, default=""
            What a reader has to know about the members.

        Returns
        -------
        Ratings
            In the order of the rows.

        Raises
        ------
        DataError
            When something is missing, impossible or there twice. The sentence names the first such row.
        """
        scale = check_scale(scale)
        table = read_table(frame, columns, scale, now)
        members, movies = table["userId"], table["movieId"]
        if films is None:
            rated = np.sort(pd.unique(movies))
            films = pd.DataFrame({"title": [str(one) for one in rated]}, index=rated)
        films = film_table(films)
        known_users = Ids(np.sort(pd.unique(members if user_ids is None else as_ids(user_ids, "user_ids"))))
        known_items = Ids(as_ids(films.index, "movieId"))
        users, items = known_users.positions(members), known_items.positions(movies)
        advice = "Add the member, or leave user_ids out."
        refuse(users < 0, members, "A rating is by a member who is not in user_ids", advice)
        advice = "Add the film, or leave these rows out."
        if movies.dtype != known_items.array.dtype:
            advice = "One table has numbers as film ids and the other text: convert one with astype."
        refuse(items < 0, movies, "A rating is of a film that is not in the film table", advice)
        arrays = users, items, table["rating"], table["timestamp"], table["watched"]
        universe = dict(users=known_users, items=known_items, films=films, scale=scale, note=note)
        return once_a_cell(cls(arrays, universe), keep)

    @classmethod
    def from_arrays(
        cls,
        users,
        items,
        values,
        *,
        user_ids,
        films,
        timestamps=None,
        watched=None,
        scale=(0.5, 5.0),
        note="",
    ):
        """Make ratings of arrays that already hold positions.

        Parameters
        ----------
        users, items : array_like of shape (n,)
            Positions in `user_ids` and in the rows of `films`.
        values : array_like of shape (n,)
            Stars.
        user_ids : array_like of shape (n_users,)
            Ascending.
        films : DataFrame
            The film table (see `film_table`).
        timestamps, watched : array_like of shape (n,), optional
            Seconds since 1970-01-01 UTC; share of the film that was watched, from 0 to 1.
        scale : tuple of float, default=(0.5, 5.0)
            Lowest and highest rating, in stars.
        note : str, default=""
            What a reader has to know about the members.

        Returns
        -------
        Ratings
            Writable arrays of the right type are not copied: do not change them afterwards. A memory-mapped
            one is writable, and its file safe, when it was opened with ``mmap_mode="c"``.

        Raises
        ------
        DataError
            When a position or a value is out of bounds, lengths differ, or a rating is there twice.
        """
        scale, films, user_ids = check_scale(scale), film_table(films), as_ids(user_ids, "user_ids")
        if not (user_ids[:-1] < user_ids[1:]).all():
            raise DataError("user_ids is not ascending, or has an id twice. Sort it, and number users anew.")
        sizes = {"n_users": len(user_ids), "n_items": len(films)}
        arrays = read_arrays(users, items, values, timestamps, watched, **sizes, scale=scale)
        known_users, known_items = Ids(user_ids), Ids(as_ids(films.index, "movieId"))
        universe = dict(users=known_users, items=known_items, films=films, scale=scale, note=note)
        return once_a_cell(cls(arrays, universe), keep=None)

    def rows(self, which):
        """Take some of the ratings, of the same users, items and films.

        Parameters
        ----------
        which : array_like of bool of shape (n,), or array_like of int
            A mask, or positions without repetition.

        Returns
        -------
        Ratings
            Rows that are dropped do not count as seen any more; what `liked` set aside still does.

        Raises
        ------
        DataError
            When the mask has another length, or positions are out of bounds or repeated.
        """
        which = check_rows(which, len(self))
        if self.seen is self:
            return self._take(which)
        dropped = np.delete(self.cells, which)
        return self._take(which, seen=self.seen.rows(~np.isin(self.seen.cells, dropped)))

    def liked(self, at_least=4.0):
        """Keep the ratings of films that were liked; the others still count as seen.

        Parameters
        ----------
        at_least : float, default=4.0
            In stars.

        Returns
        -------
        Ratings
        """
        return self._take(self.values >= at_least, seen=self.seen)

    def join(self, others):
        """Put two parts of the same ratings together, as training and validation before the test.

        Parameters
        ----------
        others : Ratings
            Of the same users and films, none of whose cells is here already.

        Returns
        -------
        Ratings

        Raises
        ------
        DataError
            When users or films differ, or a rating is in both.
        """
        if not (np.array_equal(self.user_ids, others.user_ids) and np.array_equal(self.item_ids, others.item_ids)):
            raise DataError("These ratings are of other users or films. Join parts that come from one split.")
        pairs = zip(self._columns(), others._columns(), strict=True)
        columns = [None if a is None or b is None else np.concatenate([a, b]) for a, b in pairs]
        seen = None
        if self.seen is not self or others.seen is not others:
            new = ~np.isin(others.seen.cells, self.seen.cells)
            seen = self.seen.join(others.seen.rows(new))
        return once_a_cell(Ratings(columns, self._universe(), seen), keep=None)

    def to_frame(self):
        """Return the ratings as a table.

        Returns
        -------
        DataFrame
            userId, movieId, rating (float64) and, where known, timestamp and watched.
        """
        frame = pd.DataFrame({"userId": self.user_ids[self.users], "movieId": self.item_ids[self.items]})
        frame["rating"] = self.values.astype(np.float64)  # so that means are taken in full precision
        extra = {"timestamp": self.timestamps, "watched": self.watched}
        return frame.assign(**{name: column for name, column in extra.items() if column is not None})

    @property
    def cells(self):
        """Which cells of the user-item matrix hold the ratings: users * n_items + items, int64."""
        return self.users.astype(np.int64) * self.n_items + self.items

    @property
    def density(self):
        """Share of the cells of the user-item matrix that hold a rating, from 0 to 1."""
        return len(self) / max(self.n_users * self.n_items, 1)

    @property
    def csr(self):
        """The ratings as a `scipy.sparse.csr_array` of shape (n_users, n_items), float32, read-only."""
        return _read_only_matrix(self._csr)

    @property
    def csc(self):
        """The ratings as a `scipy.sparse.csc_array` of shape (n_users, n_items), float32, read-only."""
        return _read_only_matrix(self._csc)

    @cached_property
    def _csr(self):
        from scipy import sparse  # here, because importing it takes as long as pandas

        cells = self._values, (self._users, self._items)
        return sparse.csr_array(cells, shape=(self.n_users, self.n_items))

    @cached_property
    def _csc(self):
        return self._csr.tocsc()

    def __len__(self):
        return len(self.values)

    def __repr__(self):
        note = f"; {self.note}" if self.note else ""
        return (
            f"<Ratings: {len(self):,} by {self.n_users:,} members of {self.n_items:,} films, "
            f"density {self.density:.3g}{note}>"
        )

    def __reduce__(self):
        return Ratings, (self._columns(), self._universe(), None if self.seen is self else self.seen)

    def _columns(self):
        return [self.__dict__[f"_{name}"] for name in COLUMNS]

    def _take(self, which, seen=None):
        columns = [None if one is None else one[which] for one in self._columns()]
        return Ratings(columns, self._universe(), seen)


def _read_only_matrix(matrix):
    parts = tuple(read_only(part) for part in (matrix.data, matrix.indices, matrix.indptr))
    return type(matrix)(parts, shape=matrix.shape)
