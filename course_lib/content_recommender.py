"""Recommend films by what is written about them: who made them, who plays, what they are about (lesson 03)."""

import numbers

import numpy as np
import pandas as pd

from course_lib.errors import DataError
from course_lib.features import SINGULAR, tfidf_block, words_of
from course_lib.films import Films
from course_lib.model import one
from course_lib.recommender import Recommender

FIELDS = {
    "genres": 0.5, "directors": 1.0, "cast": 1.0, "keywords": 0.5, "star": 1.0, "franchise": 1.0, "decade": 0.25,
    "tags": 1.0,
}  # fmt: skip
"""What describes a film, and how much each field weighs: people and series 1, what it is about a half, its time less.

Chosen on validation parts, of the shipped data and for tags of ml-latest-small; nearby weights do about as well.
"""


class ContentRecommender(Recommender):
    r"""A film fits a member when it has what the member's liked films have, and lacks what the disliked ones have.

    .. math:: p_u = \sum_{j \in u} (r_{uj} - m_u + c)(v_j - \bar v), \qquad s_{ui} = p_u \cdot v_i

    :math:`v_i` is the film's vector: for each field a block of TF-IDF weights of length 1, times the field's
    weight. :math:`\bar v` is the mean of all films, so that a profile says what the member's films have more of
    than the catalogue has. :math:`m_u` is the mean of the member's ratings, drawn towards the mean :math:`\mu` of
    all ratings: :math:`m_u = (\sum_j r_{uj} + \lambda \mu) / (n_u + \lambda)`.

    The score is a dot product, not a cosine: it is not in stars, and has no largest value. Dividing by the length of
    the profile would not change the order of a member's list. A member without ratings has the profile 0 and
    all scores 0: the list is then in the order of the film table.

    Parameters
    ----------
    fields : dict of str to float, optional
        The columns of the film table to read, and what each weighs; "decade" is made of the year. `FIELDS` when
        not given. A field that the table does not have is left out, and listed in `missing_fields_`.
    choice : float, default=1.0
        :math:`c`: what it says that a member chose the film at all, in stars. A film that was rated this much
        below the member's mean says nothing; one further below pushes away. With 0 the rating alone speaks.
    damping : float, default=5.0
        :math:`\lambda`, in ratings: each member's mean is credited with that many ratings at the mean of all,
        so that a single rating says something.

    Attributes
    ----------
    item_vectors_ : scipy.sparse.csr_array of shape (n_items, n_features)
        :math:`v_i`.
    typical_ : ndarray of shape (n_features,)
        :math:`\bar v`.
    opinions_ : scipy.sparse.csr_array of shape (n_users, n_items)
        :math:`r_{uj} - m_u + c`, in stars.
    mean_ : float
        :math:`\mu`, in stars.
    vocabulary_ : dict of str to list of str
        The words of each field, in the order of the columns of `item_vectors_`.
    idf_ : ndarray of shape (n_features,)
        What each word weighs by itself.
    field_weights_ : dict of str to float
        What each field weighs that the film table has.
    missing_fields_ : list of str
        Fields that the film table does not have.
    note_ : str
        The same in a sentence; empty when nothing is missing.

    References
    ----------
    scikit-learn's TfidfVectorizer, which makes the blocks.
    """

    predicts_stars = False

    def __init__(self, fields=None, choice=1.0, damping=5.0):
        self.fields = fields
        self.choice = choice
        self.damping = damping

    def _fit(self, ratings):
        from scipy import sparse

        self._require(choice=0, damping=0)
        self._learn_fields(ratings.films)
        self.typical_ = np.asarray(self.item_vectors_.mean(axis=0)).ravel()
        self.mean_ = float(ratings.values.mean(dtype=np.float64))
        stars = ratings.csr.astype(np.float64)
        stars.sort_indices()  # sums are then the same in whatever order the ratings came
        n = np.diff(stars.indptr)
        user_means = np.full(ratings.n_users, self.mean_)
        total = np.add.reduceat(np.append(stars.data, 0.0), stars.indptr[:-1]) * (n > 0)
        np.divide(total + self.damping * self.mean_, n + self.damping, out=user_means, where=n + self.damping > 0)
        opinions = stars.data - np.repeat(user_means, n) + self.choice
        self.opinions_ = sparse.csr_array((opinions, stars.indices, stars.indptr), shape=stars.shape)

    def _learn_fields(self, films):
        from scipy import sparse

        weights = self._weights()
        words = {field: words_of(films, field) for field in weights}
        self.missing_fields_ = [field for field in weights if words[field] is None]
        self.note_ = _note(films, self.missing_fields_)
        self.field_weights_ = {field: weights[field] for field in weights if words[field] is not None}
        if not self.field_weights_:
            raise DataError(
                f"{self.note_} There is nothing to compare films by. Its columns are {', '.join(map(str, films))}: "
                'name those with words, as in ContentRecommender(fields={"genres": 1.0}).'
            )
        blocks, idfs, self.vocabulary_ = [], [], {}
        for field, weight in self.field_weights_.items():
            block, self.vocabulary_[field], idf = tfidf_block(words[field])
            blocks.append(block * weight)
            idfs.append(idf)
        self.item_vectors_, self.idf_ = sparse.csr_array(sparse.hstack(blocks)), np.concatenate(idfs)

    def _weights(self):
        """Return the weights of the fields, or say what is wrong with them."""
        weights = FIELDS if self.fields is None else self.fields
        sound = isinstance(weights, dict) and all(
            isinstance(weight, numbers.Real) and 0 <= weight < np.inf for weight in weights.values()
        )
        if not sound or not any(weights.values()):
            raise DataError(
                f"ContentRecommender has fields={weights!r}. Give each field a weight that is not negative, and one "
                'at least that is not 0: {"genres": 0.5, "directors": 1.0}.'
            )
        return {field: float(weight) for field, weight in weights.items() if weight}

    def profile(self, user):
        """Say what a member's films have more of, and less of, than the catalogue.

        Parameters
        ----------
        user : id

        Returns
        -------
        DataFrame
            feature and weight, largest first, one row a feature; all 0 for a member who is not known.

        Raises
        ------
        DataError
            When there is more than one user.
        NotFitted
            When `fit` has not been called.
        """
        weights = self._profile_of(user)
        return self._sorted(np.arange(len(weights)), weights, ("feature", "weight"))

    def shared(self, item, other):
        """Say what makes two films alike.

        Parameters
        ----------
        item, other : id

        Returns
        -------
        DataFrame
            reason and contribution, largest first: what both films have. The contributions add up to the cosine
            of their vectors, as `similar` gives it.

        Raises
        ------
        NotFitted
            When `fit` has not been called.
        UnknownId
            When there is no such film.
        """
        self._fitted_on()
        first, second = (self.item_vectors_[[self._item_position(film)]] for film in (item, other))
        both = (first * second).tocoo()
        lengths = np.sqrt(first.power(2).sum() * second.power(2).sum())
        return self._sorted(both.coords[1], both.data / (lengths or 1.0))

    def score_new(self, films, users):
        """Score films that were not in the catalogue, from their description alone.

        Parameters
        ----------
        films : DataFrame
            One row a film, with the columns of the film table as far as they are known. Words that no film of the
            catalogue has are passed over.
        users : id or array_like of ids

        Returns
        -------
        ndarray of shape (n, n_films), float32
            On the same scale as `scores`.

        Raises
        ------
        DataError
            When the table has none of the fields.
        NotFitted
            When `fit` has not been called.
        """
        profiles = self._profiles(self._fitted_on().user_index(users).ravel())
        return (self._new_vectors(films) @ profiles.T).T.astype(np.float32)

    def explain_new(self, film, user):
        """Say what the score of a film is made of that was not in the catalogue.

        Parameters
        ----------
        film : DataFrame of one row
            As in `score_new`.
        user : id

        Returns
        -------
        DataFrame
            reason and contribution, largest first; the contributions add up to the score.

        Raises
        ------
        DataError
            When there is not one film or not one user, or the table has none of the fields.
        NotFitted
            When `fit` has not been called.
        """
        profile = self._profile_of(user)
        if len(film) != 1:
            raise DataError(f"This explains one film at a time, and got {len(film)}. Take a row: films.iloc[[0]].")
        return self._products(profile, self._new_vectors(film))

    def _profiles(self, users):
        """Profiles of shape (len(users), n_features); a user is -1 where unknown."""
        opinions = self.opinions_[np.maximum(users, 0)]
        profiles = (opinions @ self.item_vectors_).toarray() - np.outer(opinions.sum(axis=1), self.typical_)
        profiles[users < 0] = 0
        return profiles

    def _profile_of(self, user):
        return self._profiles(np.array([one(self._fitted_on().user_index(user), "member")]))[0]

    def _scores(self, users):
        return (self.item_vectors_ @ self._profiles(users).T).T

    def _fold_in(self, items, values):
        n = len(values)
        mean = (values.sum() + self.damping * self.mean_) / (n + self.damping) if n else self.mean_
        opinions = values - mean + self.choice
        return self.item_vectors_ @ (self.item_vectors_[items].T @ opinions - opinions.sum() * self.typical_)

    def _explain(self, user, item):
        return self._products(self._profiles(np.array([user]))[0], self.item_vectors_[[item]])

    def _similarities(self, item):
        lengths = np.sqrt(np.asarray(self.item_vectors_.power(2).sum(axis=1)).ravel())
        lengths[lengths == 0] = 1.0
        products = self.item_vectors_ @ self.item_vectors_[[item]].toarray().ravel()
        return products / lengths / lengths[item]

    def _new_vectors(self, films):
        from scipy import sparse

        words = {field: words_of(films, field) for field in self.vocabulary_}
        if all(entries is None for entries in words.values()):
            raise DataError(
                f"These films have none of the fields {', '.join(words)}, by which this model knows films. "
                "Give what is known of them under the names of the film table."
            )
        blocks, ends = [], np.cumsum([len(known) for known in self.vocabulary_.values()])
        for field, idf in zip(words, np.split(self.idf_, ends[:-1]), strict=True):
            entries = words[field] or [()] * len(films)
            block, _, _ = tfidf_block(entries, self.vocabulary_[field], idf)
            blocks.append(block * self.field_weights_[field])
        return sparse.csr_array(sparse.hstack(blocks))

    def _products(self, profile, vector):
        """Parts of the dot product of a profile and one film's vector."""
        return self._sorted(vector.indices, profile[vector.indices] * vector.data)

    def _sorted(self, features, values, columns=("reason", "contribution")):
        """Name some features and their values, the largest value first."""
        names = [f"{SINGULAR.get(own, own)}: {word}" for own, words in self.vocabulary_.items() for word in words]
        order = np.lexsort((features, -values))
        return pd.DataFrame(
            {columns[0]: [names[feature] for feature in features[order]], columns[1]: values[order]}, columns=columns
        )


def _note(films, missing):
    """Say in a sentence which fields a film table does not have."""
    if not missing:
        return ""
    catalog = f" ({films.catalog})" if isinstance(films, Films) and films.catalog else ""
    *others, last = missing
    return f"This film table{catalog} has no {', '.join(others) + ' or ' if others else ''}{last}."
