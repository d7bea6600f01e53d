"""The inside of a model: what its author writes, in positions, and what is the same for all models."""

import numpy as np
import pandas as pd

from course_lib.errors import CourseError, DataError, NotFitted
from course_lib.hyperparameters import Hyperparameters


class Model(Hyperparameters):
    """The inside of a `Recommender`, where users and items are positions (integer arrays), not ids.

    A model is a subclass of `Recommender` with a constructor that stores its arguments under their names, and

    - ``_fit(ratings)``, which sets what is learned, in attributes that end in an underscore;
    - ``_predict(users, items)``, the stars of each pair, not clipped; or, where `predicts_stars` is False,
      ``_scores(users)``;
    - ``_fold_in(items, values)``, scores of shape (n_items,) for somebody with these ratings, perhaps none.

    The other methods below have a default, to be replaced where a model can do better; so do ``_state()`` and
    ``_restore(state)``, for a model that learns something else than arrays, numbers and text.
    """

    predicts_stars = True

    def _fit(self, ratings):
        raise NotImplementedError(f"{type(self).__name__} has to say how it learns: _fit(self, ratings).")

    def _predict(self, users, items):
        raise NotImplementedError(f"{type(self).__name__} has to say how it predicts: _predict(self, users, items).")

    def _fold_in(self, items, values):
        raise NotImplementedError(f"{type(self).__name__} has to know somebody new: _fold_in(self, items, values).")

    def _scores(self, users):
        """Scores of all films for these users, in a new array of shape (len(users), n_items)."""
        n_items = self.ratings_.n_items
        every_item = np.tile(np.arange(n_items), len(users))
        return self._predict(np.repeat(users, n_items), every_item).reshape(len(users), n_items)

    def _predict_unknown_item(self, users):
        """Stars for films that are not in the catalogue; a user is -1 where unknown as well."""
        return np.full(len(users), self.ratings_.values.mean(dtype=np.float64))

    def _item_vectors(self):
        """Vectors of shape (n_items, k) whose directions say how alike films are, or None."""
        return None

    def _similarities(self, item):
        """How alike each film is to one of them, in an array of shape (n_items,)."""
        vectors = self._item_vectors()
        if vectors is None:
            raise CourseError(f"{type(self).__name__} does not compare films. Ask a model that has film vectors.")
        lengths = np.linalg.norm(vectors, axis=1)
        directions = vectors / np.where(lengths > 0, lengths, 1)[:, np.newaxis]
        return directions @ directions[item]

    def _explain(self, user, item):
        """Reasons for a score, as pairs of a text and a number; the numbers add up to the score."""
        raise CourseError(f"{type(self).__name__} gives no reasons. Ask a model whose score is a sum of parts.")

    def _fitted_on(self):
        if not hasattr(self, "ratings_"):
            raise NotFitted(f"This {type(self).__name__} has not learned anything yet. Call fit(ratings) first.")
        return self.ratings_

    def _stars(self, users, items):
        """Stars for pairs of positions, where -1 is unknown."""
        known_user, known_item = users >= 0, items >= 0
        known, newcomer = known_user & known_item, ~known_user & known_item
        stars = np.empty(len(users))
        if known.any():
            stars[known] = self._predict(users[known], items[known])
        if newcomer.any():
            stars[newcomer] = self._newcomer()[items[newcomer]]
        if not known_item.all():
            stars[~known_item] = self._predict_unknown_item(users[~known_item])
        return self._numbers(stars)

    def _score_rows(self, users):
        """Scores of all films for some users, -1 being unknown, as float32 that may be written to."""
        known = users >= 0
        if known.all():
            return self._numbers(np.require(self._scores(users), np.float32, "W"))
        scores = np.empty((len(users), self.ratings_.n_items), dtype=np.float32)
        scores[~known] = self._newcomer()
        if known.any():
            scores[known] = self._scores(users[known])
        return self._numbers(scores)

    def _newcomer(self):
        """Scores for somebody without ratings."""
        return self._fold_in(np.empty(0, dtype=np.int32), np.empty(0))

    def _numbers(self, scores):
        """Return the scores, unless the model has lost its numbers: it must not go on as if it had any."""
        if np.isnan(scores.min(initial=np.inf)):  # one nan makes the minimum nan
            raise CourseError(
                f"The scores of this {type(self).__name__} are not numbers any more: its training has gone "
                "wrong. Fit it again with smaller steps (learning_rate) or more regularization."
            )
        return scores

    def _hide_seen(self, scores, users):
        """Mark what these users, all known, have seen, so that it is not listed."""
        seen, first, last = self.ratings_.seen._csr, users[0], users[-1]
        if len(users) > 1 and not (np.diff(users) == 1).all():
            seen, first, last = seen[users], 0, len(users) - 1
        starts = seen.indptr[first : last + 2]  # of members who follow each other: no need to copy their rows
        scores[np.repeat(np.arange(len(users)), np.diff(starts)), seen.indices[starts[0] : starts[-1]]] = -np.inf

    def _listed(self, items, name, values):
        """Make the table of some films that a public method returns; items of -1 are left out."""
        ratings, there = self.ratings_, items >= 0
        items, values = items[there], values[there]
        titles = ratings.films["title"].to_numpy()[items]
        return pd.DataFrame({"title": titles, name: values}, index=pd.Index(ratings.item_ids[items], name="movieId"))

    def _item_position(self, item):
        position = one(self.ratings_.item_index(item), "film")
        if position < 0:
            raise self.ratings_.films.unknown_id(item)
        return position


def one(positions, what):
    """Return a single position as an int.

    Parameters
    ----------
    positions : ndarray of int
    what : str
        What it is a position of, for the sentence of the error.

    Returns
    -------
    int

    Raises
    ------
    DataError
        When there are several positions, or none.
    """
    if positions.size != 1:
        raise DataError(f"This takes the id of one {what}, and got {positions.size}. Ask for one at a time.")
    return int(positions.item())


def at_least_one(n, name="n", of="films to list"):
    """Return a number of things when it is a positive whole number.

    Parameters
    ----------
    n : int
    name : str, default="n"
        The argument's name, for the sentence of the error.
    of : str, default="films to list"
        What is counted, for the same.

    Returns
    -------
    int

    Raises
    ------
    DataError
        When it is anything else.
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise DataError(f"{name} is {n!r}. Say how many {of}: a whole number from 1 on.")
    return int(n)
