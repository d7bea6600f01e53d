"""What any recommender has to beat: means, biases and popularity (lesson 04)."""

import numpy as np

from course_lib.biases import Biased, damped_mean, fit_biases
from course_lib.recommender import Recommender


class GlobalMean(Recommender):
    r"""Every rating is the mean of all ratings.

    .. math:: \hat r_{ui} = \mu

    Attributes
    ----------
    mean_ : float
        :math:`\mu`, in stars.
    """

    def _fit(self, ratings):
        self.mean_ = ratings.values.mean(dtype=np.float64)

    def _predict(self, users, items):
        return np.full(len(users), self.mean_)

    def _fold_in(self, items, values):
        return np.full(self.ratings_.n_items, self.mean_)

    def _explain(self, user, item):
        return [("the mean of all ratings", self.mean_)]


class ItemMean(Recommender):
    r"""A rating is the film's mean, drawn towards the mean of all ratings where few have rated it.

    .. math:: \hat r_{ui} = \mu + \frac{\sum_{v} (r_{vi} - \mu)}{n_i + \lambda}

    A film without ratings gets :math:`\mu`.

    Parameters
    ----------
    damping : float, default=5.0
        :math:`\lambda`, in ratings: each film is credited with that many ratings at the mean.

    Attributes
    ----------
    mean_ : float
        :math:`\mu`, in stars.
    item_mean_ : ndarray of shape (n_items,)
        In stars.
    """

    def __init__(self, damping=5.0):
        self.damping = damping

    def _fit(self, ratings):
        self._require(damping=0)
        self.mean_ = ratings.values.mean(dtype=np.float64)
        centred = ratings.values - self.mean_
        self.item_mean_ = self.mean_ + damped_mean(centred, ratings.items, ratings.n_items, self.damping)

    def _predict(self, users, items):
        return self.item_mean_[items]

    def _scores(self, users):
        return np.tile(self.item_mean_, (len(users), 1))

    def _fold_in(self, items, values):
        return self.item_mean_.copy()

    def _explain(self, user, item):
        return [("the mean of all ratings", self.mean_), ("this film", self.item_mean_[item] - self.mean_)]


class UserMean(Recommender):
    r"""A rating is the member's mean, drawn towards the mean of all ratings where the member has given few.

    .. math:: \hat r_{ui} = \mu + \frac{\sum_{j} (r_{uj} - \mu)}{n_u + \lambda}

    A member without ratings gets :math:`\mu`. It says the same about every film: a rung of the ladder, not a list.

    Parameters
    ----------
    damping : float, default=5.0
        :math:`\lambda`, in ratings: each member is credited with that many ratings at the mean.

    Attributes
    ----------
    mean_ : float
        :math:`\mu`, in stars.
    user_mean_ : ndarray of shape (n_users,)
        In stars.
    """

    def __init__(self, damping=5.0):
        self.damping = damping

    def _fit(self, ratings):
        self._require(damping=0)
        self.mean_ = ratings.values.mean(dtype=np.float64)
        centred = ratings.values - self.mean_
        self.user_mean_ = self.mean_ + damped_mean(centred, ratings.users, ratings.n_users, self.damping)

    def _predict(self, users, items):
        return self.user_mean_[users]

    def _scores(self, users):
        return np.tile(self.user_mean_[users, np.newaxis], (1, self.ratings_.n_items))

    def _predict_unknown_item(self, users):
        return np.where(users >= 0, self.user_mean_[users], self.mean_)

    def _fold_in(self, items, values):
        above = damped_mean(values - self.mean_, np.zeros(len(values), dtype=int), 1, self.damping)
        return np.full(self.ratings_.n_items, self.mean_ + above[0])

    def _explain(self, user, item):
        return [("the mean of all ratings", self.mean_), ("this member", self.user_mean_[user] - self.mean_)]


class BiasModel(Biased, Recommender):
    r"""A rating is the mean, plus how kind the member is, plus how good the film is.

    .. math:: \hat r_{ui} = \mu + b_u + b_i

    The biases minimise :math:`\sum (r_{ui} - \hat r_{ui})^2 + \lambda (\sum b_u^2 + \sum b_i^2)`.

    Members and films without ratings have the bias 0.

    Parameters
    ----------
    damping : float, default=5.0
        :math:`\lambda`, in ratings: each member and film is credited with that many ratings at the
        mean, so that a film with one five-star rating does not lead the list.
    n_sweeps : int, default=50
        How often films and members take turns at most; the biases stop moving long before.

    Attributes
    ----------
    mean_ : float
        :math:`\mu`, in stars.
    item_bias_ : ndarray of shape (n_items,)
        :math:`b_i`, in stars above the mean.
    user_bias_ : ndarray of shape (n_users,)
        :math:`b_u`, in stars above what the member's films get from others.

    References
    ----------
    Koren (2008), "Factorization Meets the Neighborhood", section 2.1, eq. 1.
    """

    def __init__(self, damping=5.0, n_sweeps=50):
        self.damping = damping
        self.n_sweeps = n_sweeps

    def _fit(self, ratings):
        self._require(damping=0, n_sweeps=1)
        self.mean_, self.user_bias_, self.item_bias_ = fit_biases(ratings, self.damping, self.n_sweeps)

    def _predict(self, users, items):
        return self.mean_ + self.user_bias_[users] + self.item_bias_[items]

    def _scores(self, users):
        return self._baseline(self.user_bias_[users, np.newaxis])

    def _fold_in(self, items, values):
        return self._baseline(self._newcomer_bias(items, values))

    def _explain(self, user, item):
        return self._baseline_reasons(user, item)


class Popularity(Recommender):
    """A film's score is the number of its ratings, the same for everybody.

    Attributes
    ----------
    n_ratings_ : ndarray of shape (n_items,), int64
        How many members rated the film; after `Ratings.liked`, how many liked it.
    """

    predicts_stars = False

    def _fit(self, ratings):
        self.n_ratings_ = np.bincount(ratings.items, minlength=ratings.n_items)

    def _scores(self, users):
        return np.tile(self.n_ratings_, (len(users), 1))

    def _fold_in(self, items, values):
        return self.n_ratings_.copy()

    def _explain(self, user, item):
        return [("ratings of this film", self.n_ratings_[item])]
