"""How kind a member is and how good a film: the biases on which most models of ratings stand."""

from typing import NamedTuple

import numpy as np

from course_lib.errors import DataError

STILL = 1e-10
"""In stars: when no bias moves further in a sweep, the sweeps end."""


class Biases(NamedTuple):
    r"""The mean of all ratings, and what members and films add to it.

    Attributes
    ----------
    mean : float
        :math:`\mu`, in stars.
    user_bias : ndarray of shape (n_users,), float64
        :math:`b_u`, in stars.
    item_bias : ndarray of shape (n_items,), float64
        :math:`b_i`, in stars.
    """

    mean: float
    user_bias: np.ndarray
    item_bias: np.ndarray

    def of(self, users, items):
        r"""Return the stars that the biases give to pairs: :math:`b_{ui} = \mu + b_u + b_i`.

        Parameters
        ----------
        users, items : ndarray of int
            Positions; they broadcast.

        Returns
        -------
        ndarray of float64
        """
        return self.mean + self.user_bias[users] + self.item_bias[items]


def damped_mean(values, groups, n_groups, damping):
    r"""Mean of each group, drawn towards 0 where there is little to go by.

    .. math:: m_g = \frac{\sum_{j \in g} v_j}{n_g + \lambda}

    Parameters
    ----------
    values : ndarray of shape (n,)
    groups : ndarray of shape (n,), int
        The group of each value, from 0 to n_groups - 1.
    n_groups : int
    damping : float
        :math:`\lambda`: so many values of 0 are added to each group.

    Returns
    -------
    ndarray of shape (n_groups,), float64
        0 for a group without values.

    Raises
    ------
    DataError
        When `damping` is negative.
    """
    if not damping >= 0:
        raise DataError(f"damping is {damping!r}. It counts ratings: give 0 or more.")
    total = np.bincount(groups, weights=values, minlength=n_groups)
    weight = np.bincount(groups, minlength=n_groups) + damping
    return np.divide(total, weight, out=np.zeros(n_groups), where=weight > 0)


def fit_biases(ratings, damping=5.0, n_sweeps=50):
    r"""Find the biases that predict the ratings best.

    They minimise :math:`\sum (r_{ui} - \mu - b_u - b_i)^2 + \lambda (\sum b_u^2 + \sum b_i^2)`, by taking turns:
    with the members' biases fixed, the best bias of a film is a damped mean, and the other way round.

    Parameters
    ----------
    ratings : Ratings
    damping : float, default=5.0
        :math:`\lambda`, in ratings.
    n_sweeps : int, default=50
        How often films and members take turns at most.

    Returns
    -------
    Biases
        0 for members and films without ratings.

    Raises
    ------
    DataError
        When `damping` is negative.

    References
    ----------
    Koren (2008), "Factorization Meets the Neighborhood", section 2.1, eq. 1.
    """
    users, items = ratings.users, ratings.items
    mean = ratings.values.mean(dtype=np.float64)
    centred = ratings.values - mean
    item_bias, user_bias = np.zeros(ratings.n_items), np.zeros(ratings.n_users)
    n_biases = np.count_nonzero(np.bincount(users)) + np.count_nonzero(np.bincount(items))
    for _ in range(n_sweeps):
        # Stars can move from all films to all members without a change in any prediction. Taking turns alone
        # moves them only a little each time; the penalty is least when both kinds of bias add up to the same.
        before = user_bias
        shift = (item_bias.sum() - user_bias.sum()) / n_biases
        item_bias = damped_mean(centred - (user_bias + shift)[users], items, ratings.n_items, damping)
        user_bias = damped_mean(centred - item_bias[items], users, ratings.n_users, damping)
        if np.abs(user_bias - before).max() < STILL:
            break
    return Biases(mean, user_bias, item_bias)


class Biased:
    r"""The half of a model whose predictions start from a mean and biases.

    .. math:: b_{ui} = \mu + b_u + b_i

    It goes in front of `Recommender` among a model's parents. The model sets `mean_`, `user_bias_` and `item_bias_`,
    and has `damping` where it asks for a newcomer's bias.
    """

    def _baseline(self, user_bias):
        """Return the baselines of all films, for one bias or a column of them."""
        return self.mean_ + user_bias + self.item_bias_

    def _newcomer_bias(self, items, values):
        """Return what `fit_biases` gives to somebody with these ratings while the films' biases stay as they are."""
        above = values - self.mean_ - self.item_bias_[items]
        return damped_mean(above, np.zeros(len(above), dtype=int), 1, self.damping)[0]

    def _predict_unknown_item(self, users):
        return self.mean_ + np.where(users >= 0, self.user_bias_[users], 0)

    def _baseline_reasons(self, user, item):
        """Return what the baseline is made of, as pairs of a text and a number."""
        return [
            ("the mean of all ratings", self.mean_),
            ("this member", self.user_bias_[user]),
            ("this film", self.item_bias_[item]),
        ]
