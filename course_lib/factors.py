"""What models with P, Q and biases have in common, however these are learned: loss, stars, reasons, newcomers."""

import numpy as np

from course_lib import splits
from course_lib.biases import Biased
from course_lib.errors import DataError
from course_lib.low_rank import signs_of


def objective(ratings, mean, user_bias, item_bias, P, Q, regularization, bias_regularization=None, weighted=True):
    r"""Compute what the learning of factors makes small.

    .. math::

        \sum_{(u,i)} (r_{ui} - \mu - b_u - b_i - p_u \cdot q_i)^2
        + \sum_u w_u (\lambda \lVert p_u \rVert^2 + \lambda_b b_u^2)
        + \sum_i w_i (\lambda \lVert q_i \rVert^2 + \lambda_b b_i^2)

    Parameters
    ----------
    ratings : Ratings
    mean : float
        :math:`\mu`, in stars.
    user_bias, item_bias : ndarray of shape (n_users,) and (n_items,)
        In stars.
    P, Q : ndarray of shape (n_users, n_factors) and (n_items, n_factors)
    regularization : float
        :math:`\lambda`.
    bias_regularization : float, optional
        :math:`\lambda_b`; the same as `regularization` when not given.
    weighted : bool, default=True
        With :math:`w_u` and :math:`w_i` the numbers of ratings, which is what gradient descent does that shrinks a
        row at each of its ratings; with 1 otherwise.

    Returns
    -------
    float
        In stars squared, summed over the ratings.

    References
    ----------
    Koren, Bell & Volinsky (2009), eq. 5; weighted: Zhou, Wilkinson, Schreiber & Pan (2008), eq. 4.
    """
    lam_bias = regularization if bias_regularization is None else bias_regularization
    total = squared_error(ratings, mean, user_bias, item_bias, P, Q)
    for rows, bias, of_rating in ((P, user_bias, ratings.users), (Q, item_bias, ratings.items)):
        weight = np.bincount(of_rating, minlength=len(rows)) if weighted else np.ones(len(rows))
        total += weight @ (regularization * (rows**2).sum(axis=1) + lam_bias * bias**2)
    return float(total)


def squared_error(ratings, mean, user_bias, item_bias, P, Q):
    """Add up the squared errors over all ratings.

    Parameters
    ----------
    ratings : Ratings
    mean, user_bias, item_bias, P, Q
        As in `objective`.

    Returns
    -------
    float
    """
    from course_lib._kernels.sgd import sum_of_squares

    return float(sum_of_squares(ratings._users, ratings._items, ratings._values, mean, user_bias, item_bias, P, Q))


def random_start(ratings, n_factors, init_scale, rng):
    """Draw the factors that learning begins with.

    Parameters
    ----------
    ratings : Ratings
    n_factors : int
    init_scale : float
        Standard deviation of each number.
    rng : numpy.random.Generator

    Returns
    -------
    P, Q : ndarray of shape (n_users, n_factors) and (n_items, n_factors)
        Zero for members and films without ratings: nothing will be learned about them.
    """
    P = init_scale * rng.standard_normal((ratings.n_users, n_factors))
    Q = init_scale * rng.standard_normal((ratings.n_items, n_factors))
    P[np.bincount(ratings.users, minlength=ratings.n_users) == 0] = 0
    Q[np.bincount(ratings.items, minlength=ratings.n_items) == 0] = 0
    return P, Q


def main_axes(vectors, which, n=2):
    """Turn vectors so that the first numbers of each tell most: principal component analysis (PCA).

    Parameters
    ----------
    vectors : ndarray of shape (n_items, k)
    which : ndarray of bool of shape (n_items,)
        The vectors whose spread decides what the axes are.
    n : int, default=2
        How many axes to keep.

    Returns
    -------
    ndarray of shape (n_items, n)
        Counted from the mean of those vectors. An axis has no sign of its own: the largest of the numbers that mix it
        is made positive.
    """
    centred = vectors - vectors[which].mean(axis=0)
    axes = np.linalg.svd(centred[which], full_matrices=False)[2][:n].T
    return centred @ (axes * signs_of(axes))


def held_out(model, ratings):
    """Cut off a part of the ratings that a model watches to find out when to stop.

    Parameters
    ----------
    model : Recommender
        With `validation_fraction` and `random_state`.
    ratings : Ratings

    Returns
    -------
    Split or None
        train and test; None when a handful of ratings leaves nothing to choose by.

    Raises
    ------
    DataError
        When `validation_fraction` is no share.
    """
    if not 0 < model.validation_fraction < 1:
        raise DataError(
            f"{type(model).__name__} has validation_fraction={model.validation_fraction!r}. Give a share of the "
            "ratings such as 0.1."
        )
    split = splits.random_split(ratings, test=model.validation_fraction, seed=model.random_state)
    return split if len(split.test) and len(split.train) else None


class Factors(Biased):
    r"""The half of a model that adds the dot product of P's and Q's rows to the baseline.

    .. math:: \hat r_{ui} = \mu + b_u + b_i + p_u \cdot q_i

    It goes in front of `Recommender` among a model's parents. The model sets `mean_`, `user_bias_`, `item_bias_`,
    `user_factors_` and `item_factors_`.
    """

    def _predict(self, users, items):
        products = np.einsum("nf,nf->n", self.user_factors_[users], self.item_factors_[items])
        return self.mean_ + self.user_bias_[users] + self.item_bias_[items] + products

    def _scores(self, users):
        return self._baseline(self.user_bias_[users, np.newaxis]) + self.user_factors_[users] @ self.item_factors_.T

    def _item_vectors(self):
        return self.item_factors_

    def _explain(self, user, item):
        parts = self.user_factors_[user] * self.item_factors_[item]
        return self._baseline_reasons(user, item) + [(f"factor {f}", part) for f, part in enumerate(parts, start=1)]


class LearnedFactors(Factors):
    """Factors and biases that are learned together, from the ratings that exist; has `objective` and fold-in.

    The model has `regularization`, `bias_regularization` and `_weighted`.
    """

    _weighted = True

    def objective(self, ratings):
        """Compute what this model makes small, on the ratings that it was fitted on or on others.

        Parameters
        ----------
        ratings : Ratings
            Of the same members and films.

        Returns
        -------
        float
            See `course_lib.factors.objective`.

        Raises
        ------
        DataError
            When there are other members or films.
        NotFitted
            When `fit` has not been called.
        """
        known = self._fitted_on()
        if (ratings.n_users, ratings.n_items) != (known.n_users, known.n_items):
            raise DataError("These ratings are of other members or films. Take parts of one split.")
        return objective(ratings, *self._learned(), self.regularization, self._lam_bias(), self._weighted)

    def _learned(self):
        return self.mean_, self.user_bias_, self.item_bias_, self.user_factors_, self.item_factors_

    def _lam_bias(self):
        return self.regularization if self.bias_regularization is None else self.bias_regularization

    def _check_bias_regularization(self, least=0):
        value = self.bias_regularization
        if value is not None and not (isinstance(value, int | float | np.number) and value >= least):
            raise DataError(
                f"{type(self).__name__} has bias_regularization={value!r}. Give a number of at least {least}, or None "
                "for the same as regularization."
            )

    def _fold_in(self, items, values):
        """Solve for p_u and b_u with the films as they are: the smallest objective that this member can have."""
        items, values = items[np.argsort(items)], values[np.argsort(items)]  # the same sums in whatever order they came
        columns = np.column_stack([self.item_factors_[items], np.ones(len(items))])
        target = values - self.mean_ - self.item_bias_[items]
        penalty = np.append(np.full(self.item_factors_.shape[1], self.regularization), self._lam_bias())
        penalty = np.sqrt(penalty * (len(items) if self._weighted else 1))
        # A ridge regression is a plain one with a row more for each number that is to stay small.
        columns, target = np.vstack([columns, np.diag(penalty)]), np.append(target, np.zeros(len(penalty)))
        *p_u, b_u = np.linalg.lstsq(columns, target)[0]
        return self.mean_ + b_u + self.item_bias_ + self.item_factors_ @ np.array(p_u)
