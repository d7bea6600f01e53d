"""Negatives: films that a member has not seen, drawn to be compared with those that the member chose (lesson 11)."""

import numpy as np

from course_lib.errors import DataError

KINDS = ("uniform", "popularity")


class NegativeSampler:
    r"""Draw films that a member has not seen.

    .. math:: \pi_u(j) \propto n_j^{\,\beta} \quad \text{for each film } j \text{ that } u \text{ has not seen}

    Parameters
    ----------
    ratings : Ratings
        ``ratings.seen`` says what has been seen; after `Ratings.liked` that is more than what was liked.
    negatives : {"uniform", "popularity"}, default="uniform"
        Each film alike (:math:`\beta = 0`), or popular films more often.
    power : float, default=0.5
        :math:`\beta` for "popularity": with 1, twice the ratings are twice the chance; with less, the rare films get
        a larger share. :math:`n_j` counts the rows of `ratings`; films without any are then never drawn.

    Raises
    ------
    DataError
        When there is no such kind of negatives, or `power` is not a number from 0 on.

    Notes
    -----
    A member who has seen every film that can be drawn gets -1. Films that are drawn and seen are thrown away and
    drawn again, which leaves the others their right frequencies.

    References
    ----------
    Rendle, Freudenthaler, Gantner & Schmidt-Thieme (2009), "BPR", section 4.2, for the uniform one.
    """

    def __init__(self, ratings, negatives="uniform", power=0.5):
        if negatives not in KINDS:
            raise DataError(f"negatives is {negatives!r}. Choose one of {', '.join(map(repr, KINDS))}.")
        if not 0 <= power < np.inf:
            raise DataError(f"power is {power!r}. Give a number from 0 on, such as 0.5.")
        counts = np.bincount(ratings.items, minlength=ratings.n_items).astype(np.float64)
        weights = counts**power * (counts > 0) if negatives == "popularity" else np.ones(ratings.n_items)
        if not weights.any():
            raise DataError("There are no films to draw. Give ratings with at least one row, or negatives='uniform'.")
        self._seen = ratings.seen._csr
        self._cumulative = np.cumsum(weights)
        self._cumulative /= self._cumulative[-1]
        starts = np.arange(ratings.n_items) / ratings.n_items
        self._first = np.searchsorted(self._cumulative, starts, side="right")

    def draw(self, users, rng):
        """Draw one film for each entry.

        Parameters
        ----------
        users : array_like of int of shape (n,)
            Positions of members, each as often as negatives are wanted. Quickest when equal ones are together.
        rng : numpy.random.Generator or int
            A generator is used up a little, so that the next draw differs; a seed gives the same films each time.

        Returns
        -------
        ndarray of shape (n,), int32
            Positions of films; -1 for a member who has nothing left to see.

        Raises
        ------
        DataError
            When a position is out of bounds.
        """
        from course_lib._kernels.sampling import draw_unseen

        users = np.atleast_1d(users).astype(np.int32)
        if len(users) and not 0 <= users.min() <= users.max() < self._seen.shape[0]:
            raise DataError(
                f"users has a position out of bounds: there are {self._seen.shape[0]:,} members, counted from 0. "
                "Ids become positions with ratings.user_index()."
            )
        drawn = np.empty(len(users), dtype=np.int32)
        parts = self._seen.indptr, self._seen.indices, self._cumulative, self._first
        draw_unseen(users, *parts, np.random.default_rng(rng), drawn)
        return drawn

    def probabilities(self, seen=()):
        """Say how likely each film is to be drawn for somebody who has seen some.

        Parameters
        ----------
        seen : array_like of int
            Positions of films.

        Returns
        -------
        ndarray of shape (n_items,)
            Adds up to 1; 0 for what has been seen. All 0 when nothing is left.
        """
        chances = np.diff(self._cumulative, prepend=0.0)
        chances[np.asarray(seen, dtype=np.intp)] = 0.0
        return chances / (chances.sum() or 1.0)
