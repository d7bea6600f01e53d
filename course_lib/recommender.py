"""What people call on a model: ids go in, stars, scores and lists of films come out."""

import numpy as np
import pandas as pd

from course_lib.errors import CourseError, DataError, UnknownId
from course_lib.model import Model, at_least_one, one
from course_lib.model_files import Stored
from course_lib.rating_arrays import on_scale, refuse
from course_lib.ratings import Ratings
from course_lib.top_n import top_n
from course_lib.waiting import waiting

SCORES_AT_ONCE = 2_000_000
"""How many scores `recommend_all` makes at a time: 8 MB, which stays near the processor."""


class Recommender(Model, Stored):
    """A model that is fitted on ratings, and then predicts and recommends.

    Public methods take ids. A member who is not known is somebody with an empty history; a film that is not
    known gets a fallback. Scores are float32 everywhere, and equal scores are ordered by the film's position.

    Each model is a subclass; `Model` says what it has to hold.

    Attributes
    ----------
    predicts_stars : bool
        Whether scores are stars, so that `predict` works.
    ratings_ : Ratings
        What the model was fitted on.
    """

    def fit(self, ratings):
        """Learn from ratings.

        Parameters
        ----------
        ratings : Ratings

        Returns
        -------
        Recommender
            Itself.

        Raises
        ------
        DataError
            When these are no ratings, or there are none, or a hyperparameter is out of bounds.
        """
        if not isinstance(ratings, Ratings):
            raise DataError(
                f"fit() takes Ratings, and this is of type {type(ratings).__name__}. Use Ratings.from_frame()."
            )
        if not len(ratings):
            raise DataError("There are no ratings to learn from. Check the split or filter that made them.")
        self.ratings_ = ratings
        try:
            self._fit(ratings)
        except BaseException:  # an interrupt as well: half a model must not look like a fitted one
            del self.ratings_
            raise
        return self

    def predict(self, users, items):
        """Predict the stars that members give to films.

        Parameters
        ----------
        users, items : id or array_like of ids
            They broadcast: one member with many films, many pairs, or a single pair.

        Returns
        -------
        float or ndarray of float64
            Clipped to the scale. A member who is not known gets what somebody without ratings gets, a film
            that is not known the mean of the training ratings where the model knows nothing better.

        Raises
        ------
        CourseError
            When the model orders films without predicting stars.
        DataError
            When users and items do not fit together.
        NotFitted
            When `fit` has not been called.
        """
        ratings = self._fitted_on()
        if not self.predicts_stars:
            raise CourseError(f"{type(self).__name__} orders films but predicts no stars. Use scores() or recommend().")
        users, items = ratings.user_index(users), ratings.item_index(items)
        try:
            users, items = np.broadcast_arrays(users, items)
        except ValueError:
            raise DataError(
                f"There are {users.size} users and {items.size} items. Give equally many, or one of either."
            ) from None
        stars = self._stars(users.ravel(), items.ravel()).reshape(users.shape).clip(*ratings.scale)
        return stars if stars.ndim else float(stars)

    def scores(self, users):
        """Score every film for each of some members.

        Parameters
        ----------
        users : id or array_like of ids

        Returns
        -------
        ndarray of shape (n, n_items), float32
            Not clipped; higher is better. A member who is not known is somebody without ratings.

        Raises
        ------
        NotFitted
            When `fit` has not been called.
        """
        return self._score_rows(self._fitted_on().user_index(users).ravel())

    def recommend(self, user, n=10, exclude_seen=True, candidates=None):
        """List the films with the highest scores for a member.

        Parameters
        ----------
        user : id
        n : int, default=10
            Fewer rows come back where fewer films are left.
        exclude_seen : bool, default=True
            Leave out what the member has seen.
        candidates : array_like of ids, optional
            List only these films; those that are not known are passed over.

        Returns
        -------
        DataFrame
            title and score, best first, indexed by movieId.

        Raises
        ------
        DataError
            When `n` is not a positive whole number, or there is more than one user.
        NotFitted
            When `fit` has not been called.
        """
        ratings, n = self._fitted_on(), at_least_one(n)
        users = np.array([one(ratings.user_index(user), "member")])
        scores = self._score_rows(users)
        if candidates is not None:
            left_out = np.ones(ratings.n_items + 1, dtype=bool)  # one more, for the -1 of unknown films
            left_out[ratings.item_index(candidates)] = False
            scores[0, left_out[:-1]] = -np.inf
        if exclude_seen and users[0] >= 0:
            self._hide_seen(scores, users)
        items, best = top_n(scores, n)
        return self._listed(items[0], "score", best[0])

    def recommend_all(self, n=10, exclude_seen=True):
        """List the films with the highest scores for every member.

        Parameters
        ----------
        n : int, default=10
        exclude_seen : bool, default=True
            Leave out what each member has seen.

        Returns
        -------
        items : ndarray of shape (n_users, n), int32
            Positions of films, best first; -1 where fewer are left.
        scores : ndarray of shape (n_users, n), float32
            nan where fewer are left.

        Raises
        ------
        DataError
            When `n` is not a positive whole number.
        NotFitted
            When `fit` has not been called.
        """
        ratings, n = self._fitted_on(), at_least_one(n)
        items = np.empty((ratings.n_users, n), dtype=np.int32)
        best = np.empty((ratings.n_users, n), dtype=np.float32)
        size = max(1, SCORES_AT_ONCE // max(ratings.n_items, 1))
        for start in waiting(range(0, ratings.n_users, size), "recommend_all"):
            users = np.arange(start, min(start + size, ratings.n_users), dtype=np.int32)
            scores = self._score_rows(users)
            if exclude_seen:
                self._hide_seen(scores, users)
            items[users], best[users] = top_n(scores, n)
        return items, best

    def similar(self, item, n=10):
        """List the films that are most like one.

        Parameters
        ----------
        item : id
        n : int, default=10

        Returns
        -------
        DataFrame
            title and similarity, most alike first, indexed by movieId; without the film itself.

        Raises
        ------
        CourseError
            When the model does not compare films.
        DataError
            When `n` is not a positive whole number.
        NotFitted
            When `fit` has not been called.
        UnknownId
            When there is no such film.
        """
        self._fitted_on()
        position, n = self._item_position(item), at_least_one(n)
        similarities = np.array(self._similarities(position), dtype=np.float32)[np.newaxis]
        similarities[0, position] = -np.inf
        items, best = top_n(similarities, n)
        return self._listed(items[0], "similarity", best[0])

    def explain(self, user, item):
        """Say what a score is made of.

        Parameters
        ----------
        user, item : id

        Returns
        -------
        DataFrame
            reason and contribution; the contributions add up to the score.

        Raises
        ------
        CourseError
            When the model cannot give reasons.
        NotFitted
            When `fit` has not been called.
        UnknownId
            When there is no such member or film.
        """
        user_position = one(self._fitted_on().user_index(user), "member")
        if user_position < 0:
            raise UnknownId(
                f"There is no member {user!r} among the {self.ratings_.n_users:,} that the model was fitted "
                "on, so no score to explain. fold_in(items, values) scores films for somebody new."
            )
        reasons = self._explain(user_position, self._item_position(item))
        return pd.DataFrame(reasons, columns=["reason", "contribution"])

    def fold_in(self, items, values):
        """Score every film for somebody who is new, without fitting again.

        Parameters
        ----------
        items : array_like of ids of shape (n,)
            What this person has rated; may be empty. Films that are not known are passed over.
        values : array_like of shape (n,)
            The ratings, in stars.

        Returns
        -------
        ndarray of shape (n_items,), float32
            Not clipped; higher is better.

        Raises
        ------
        DataError
            When there is not one rating a film, or a rating is off the scale.
        NotFitted
            When `fit` has not been called.
        """
        ratings = self._fitted_on()
        positions, values = np.atleast_1d(ratings.item_index(items)), np.atleast_1d(values).astype(np.float64)
        if positions.shape != values.shape:
            raise DataError(f"There are {positions.size} films and {values.size} ratings. Give one rating a film.")
        complaint = f"A rating is off the scale from {ratings.scale[0]:g} to {ratings.scale[1]:g} stars"
        refuse(~on_scale(values, ratings.scale), values, complaint, "Correct it.")
        known = positions >= 0
        positions, values = positions[known], values[known]
        if len(np.unique(positions)) < len(positions):
            raise DataError("A film is there twice. Give each film one rating, the latest one.")
        return self._numbers(np.asarray(self._fold_in(positions, values), dtype=np.float32))
