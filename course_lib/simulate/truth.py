"""What a simulated data set holds: ratings, and the truth that no real data set knows."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from course_lib.simulate.films import Films
from course_lib.simulate.law import Law
from course_lib.simulate.members import Members
from course_lib.simulate.opinions import Expectation, opinion
from course_lib.simulate.viewing import watch


@dataclass(frozen=True, repr=False)
class World:
    """A simulated data set and the truth behind it.

    Attributes
    ----------
    ratings : dict of ndarray
        userId, movieId, rating (stars), timestamp (seconds since 1970), watched (share of the film); by
        member, then by time. Core, light members and tail together: `truth` says which is which.
    opened : dict of ndarray
        userId, movieId, watched: films that were opened and not rated.
    truth : Truth
    """

    ratings: dict
    opened: dict
    truth: "Truth"

    def __repr__(self):
        """Say what this is, and that nobody real is in it."""
        members, films = self.truth.members, self.truth.films
        return (
            f"World({len(self.ratings['rating'])} ratings of {len(films.ids)} films"
            f" by {len(members.ids)} simulated members, seed {self.truth.seed})"
        )


@dataclass(frozen=True, repr=False)
class Truth:
    """What no real data set knows.

    Arrays have a row a member (id - 1) or a row a film (in the catalogue's order).

    Attributes
    ----------
    films : Films
    members : Members
    law : Law
    seed : int
    floor : float
        Smallest RMSE that any model can reach on core ratings, not knowing the mood of the day.
    floor_day_known : float
        The same, knowing the mood.
    uniform_test : dict of ndarray
        userId, movieId, rating, timestamp: ten core films a core member, drawn evenly from those released and
        unrated, rated at the member's last time. It asks about the films that the member did not choose.
    floor_uniform : float
        Smallest RMSE on `uniform_test`.
    """

    films: Films
    members: Members
    law: Law
    seed: int
    floor: float
    floor_day_known: float
    uniform_test: dict
    floor_uniform: float

    @property
    def item_factors(self):
        """Q, (n_items, 5)."""
        return self.films.factors

    @property
    def visible_factors(self):
        """The part of Q that can be told from the catalogue, (n_items, 5)."""
        return self.films.visible

    @property
    def item_bias(self):
        """b_i, in stars, (n_items,)."""
        return self.films.bias

    @property
    def user_factors(self):
        """P in the middle of the period, (n_users, 5)."""
        return self.members.factors

    @property
    def user_drift(self):
        """What P gains from the middle to the end of the period, (n_users, 5)."""
        return self.members.drift

    @property
    def user_bias(self):
        """b_u, in stars, (n_users,)."""
        return self.members.bias

    @property
    def star_likings(self):
        """What an actor in the lead is worth to a member, in stars, (n_users, n_stars)."""
        return self.members.star_likings

    @property
    def taste_strength(self):
        """How far each member's taste reaches, (n_users,): "clear taste" is the top quarter of the core."""
        return self.members.strength

    @property
    def is_core_user(self):
        """Who is not one of the light members, (n_users,)."""
        return self.members.core

    @property
    def is_core_item(self):
        """Which films are not in the tail, (n_items,)."""
        return self.films.core

    @cached_property
    def _expectation(self):
        return Expectation(math.hypot(self.law.noise, self.law.mood), self.law)

    def opinion(self, users, items, timestamps):
        """Give the opinion behind a rating, before mood, noise and rounding.

        Parameters
        ----------
        users, items : array_like of int
            Ids.
        timestamps : array_like of int
            Seconds since 1970.

        Returns
        -------
        ndarray
        """
        rows, columns = rows_of(users, self.members.ids, "members"), rows_of(items, self.films.ids, "films")
        times = np.asarray(timestamps, dtype=np.int64)
        return opinion(self.members, rows, self.films, columns, times, self.law)

    def mean_rating(self, users, items, timestamps):
        """Give the rating to be expected, in stars: the best possible guess.

        Parameters
        ----------
        users, items : array_like of int
            Ids.
        timestamps : array_like of int
            Seconds since 1970.

        Returns
        -------
        ndarray
        """
        whole = self.members.whole_only[rows_of(users, self.members.ids, "members")]
        return self._expectation.mean(self.opinion(users, items, timestamps), whole)

    def shown(self, user):
        """Give all that one member was shown. It is made again from the seed.

        Parameters
        ----------
        user : int
            Id.

        Returns
        -------
        list of tuple
            For each session: when it began (seconds since 1970) and the movieIds shown, the most prominent
            first.
        """
        row = int(rows_of(user, self.members.ids, "members"))
        viewing = watch(self.members, row, self.films, self.seed, self.law)
        shown = [self.films.ids[rows] for rows in viewing.shown]
        return list(zip(viewing.starts, shown, strict=True))

    def exposure(self):
        """Give who was ever shown what. It takes as long as the whole simulation.

        Returns
        -------
        ndarray of shape (n_users, n_items), bool
        """
        seen = np.zeros((len(self.members.ids), len(self.films.ids)), dtype=bool)
        for row in range(len(seen)):
            seen[row, np.concatenate(watch(self.members, row, self.films, self.seed, self.law).shown)] = True
        return seen


def rows_of(wanted, ids, what):
    """Find the rows that ids stand in.

    Parameters
    ----------
    wanted : int or array_like of int
    ids : ndarray of int
    what : str
        What the ids are of, for the error.

    Returns
    -------
    ndarray of int

    Raises
    ------
    ValueError
        If there is no such id.
    """
    wanted = np.asarray(wanted, dtype=np.int64)
    order = np.argsort(ids, kind="stable")
    rows = order[np.minimum(np.searchsorted(ids[order], wanted), len(ids) - 1)]
    unknown = np.unique(wanted[ids[rows] != wanted])
    if len(unknown):
        raise ValueError(
            f"There are no {what} with the ids {unknown[:5].tolist()}. Take ids from {ids.min()} to {ids.max()}."
        )
    return rows


def ratings_text(ratings):
    """Write ratings as they are stored: CSV, stars with one digit, shares with two, line feeds.

    Parameters
    ----------
    ratings : dict of ndarray
        `World.ratings` or `World.opened`.

    Returns
    -------
    str
        ASCII; to be written in binary.
    """
    form = {"rating": "{:.1f}", "watched": "{:.2f}"}
    line = ",".join(form.get(name, "{}") for name in ratings)
    rows = zip(*(column.tolist() for column in ratings.values()), strict=True)
    return "\n".join([",".join(ratings), *(line.format(*row) for row in rows)]) + "\n"
