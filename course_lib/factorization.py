"""P and Q learned from the ratings that exist, one rating at a time (lesson 08)."""

import numpy as np

from course_lib.blocked_sgd import BlockedDescent
from course_lib.errors import CourseError
from course_lib.factors import LearnedFactors, held_out, random_start, squared_error
from course_lib.recommender import Recommender
from course_lib.solvers import is_fast
from course_lib.waiting import waiting

LOST = 10
"""Training has gone wrong when the RMSE is so many times the width of the scale."""


class MatrixFactorization(LearnedFactors, Recommender):
    r"""A rating is the mean, plus both biases, plus the dot product of a member's and a film's factors.

    .. math:: \hat r_{ui} = \mu + b_u + b_i + p_u \cdot q_i

    Stochastic gradient descent visits the ratings in a random order. At each one it looks at the error
    :math:`e_{ui} = r_{ui} - \hat r_{ui}` and takes a small step that makes it smaller:

    .. math::

        b_u \leftarrow b_u + \eta (e_{ui} - \lambda_b b_u), \qquad
        p_u \leftarrow p_u + \eta (e_{ui} q_i - \lambda p_u),

    and the same for :math:`b_i` and :math:`q_i`. Together these steps make
    :math:`\sum_{(u,i)} e_{ui}^2 + \lambda (\lVert p_u \rVert^2 + \lVert q_i \rVert^2) + \lambda_b (b_u^2 + b_i^2)`
    small, summed over the ratings that exist (`course_lib.factors.objective`). It has many minima: the result depends
    a little on the random start, which `random_state` fixes.

    Members and films without ratings keep zeros. `fold_in` finds :math:`p_u` and :math:`b_u` of somebody new that
    make this sum smallest while the films stay as they are (a ridge regression); a member of the training ratings gets
    nearly the numbers that the steps had found.

    Parameters
    ----------
    n_factors : int, default=5
        k, the length of each :math:`p_u` and :math:`q_i`; 0 leaves the biases alone.
    n_epochs : int, default=80
        How often each rating is visited; with early stopping, at most.
    learning_rate : float, default=0.04
        :math:`\eta`, the size of the first steps.
    learning_rate_decay : float, default=0.02
        In epoch t, counted from 0, the size is ``learning_rate / (1 + learning_rate_decay * t)``.
    regularization : float, default=0.08
        :math:`\lambda`: how strongly each visit draws factors towards 0.
    bias_regularization : float, optional
        :math:`\lambda_b`, the same for biases; equal to `regularization` when not given.
    init_scale : float, default=0.1
        Standard deviation of the random numbers that the factors start with.
    early_stopping : bool, default=False
        First train without a part of the ratings, watch the error on that part, and note the epoch in which it was
        smallest; then train on all of them for so many epochs.
    validation_fraction : float, default=0.1
        The size of that part.
    patience : int, default=10
        The search ends when the error has not become smaller for so many epochs.
    random_state : int, default=0
        Seed of the start, of the order of visits and of the part held out.
    solver : {"auto", "plain", "fast"}, default="auto"
        "plain" is the loop of the lesson. "fast" takes the same steps with numbers of half the length and in another
        random order, block by block (`course_lib.blocks`), which is many times quicker and may use several cores; the
        result is the same for any number of them. "auto" is fast from a million ratings on.

    Attributes
    ----------
    mean_ : float
        :math:`\mu`, in stars.
    user_bias_, item_bias_ : ndarray of shape (n_users,) and (n_items,)
        :math:`b_u` and :math:`b_i`, in stars.
    user_factors_, item_factors_ : ndarray of shape (n_users, n_factors) and (n_items, n_factors)
        P and Q.
    loss_curve_ : ndarray of shape (n_epochs,)
        RMSE on the training ratings after each epoch, in stars; with the fast solver over the epoch, each error taken
        before its step, which saves a second visit.
    validation_curve_ : ndarray
        With early stopping, RMSE on the part held out after each epoch of the search, in stars; else empty.
    best_epoch_ : int
        How many epochs the model was trained for.

    References
    ----------
    Funk (2006), "Netflix Update: Try This at Home"; Koren, Bell & Volinsky (2009), "Matrix Factorization Techniques for
    Recommender Systems", eq. 5.
    """

    def __init__(
        self,
        n_factors=5,
        n_epochs=80,
        learning_rate=0.04,
        learning_rate_decay=0.02,
        regularization=0.08,
        bias_regularization=None,
        init_scale=0.1,
        early_stopping=False,
        validation_fraction=0.1,
        patience=10,
        random_state=0,
        solver="auto",
    ):
        self.n_factors = n_factors
        self.n_epochs = n_epochs
        self.learning_rate = learning_rate
        self.learning_rate_decay = learning_rate_decay
        self.regularization = regularization
        self.bias_regularization = bias_regularization
        self.init_scale = init_scale
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.random_state = random_state
        self.solver = solver

    def _fit(self, ratings):
        self._require(n_factors=0, n_epochs=1, learning_rate=0, learning_rate_decay=0, regularization=0)
        self._require(init_scale=0, patience=1, random_state=0)
        self._check_bias_regularization()
        self.best_epoch_, self.validation_curve_ = self.n_epochs, np.empty(0)
        if self.early_stopping:
            self._find_best_epoch(ratings)
        curve = [np.sqrt(loss / len(ratings)) for loss in self._descend(ratings, self.best_epoch_)]
        self.loss_curve_ = np.array(curve)

    def _find_best_epoch(self, ratings):
        split = held_out(self, ratings)
        if split is None:
            return
        curve = []
        for _ in self._descend(split.train, self.n_epochs):
            curve.append(np.sqrt(squared_error(split.test, *self._learned()) / len(split.test)))
            if len(curve) - np.argmin(curve) > self.patience:
                break
        self.validation_curve_, self.best_epoch_ = np.array(curve), int(np.argmin(curve)) + 1

    def _descend(self, ratings, n_epochs):
        """Start anew, train epoch by epoch, and give the sum of squared errors of each."""
        rng = np.random.default_rng(self.random_state)
        self.mean_ = float(ratings.values.mean(dtype=np.float64))
        self.user_bias_, self.item_bias_ = np.zeros(ratings.n_users), np.zeros(ratings.n_items)
        self.user_factors_, self.item_factors_ = random_start(ratings, self.n_factors, self.init_scale, rng)
        epoch_by = self._fast_epochs if is_fast(self, ratings) else self._plain_epochs
        rates = self.learning_rate / (1 + self.learning_rate_decay * np.arange(n_epochs))
        for epoch, loss in enumerate(epoch_by(ratings, waiting(rates, type(self).__name__), rng)):
            self._stop_if_lost(loss, ratings, epoch)
            yield loss

    def _plain_epochs(self, ratings, rates, rng):
        from course_lib._kernels.sgd import sgd_epoch

        arrays = ratings._users, ratings._items, ratings._values
        for rate in rates:
            order = rng.permutation(len(ratings))
            sgd_epoch(order, *arrays, *self._learned(), rate, float(self.regularization), float(self._lam_bias()))
            yield squared_error(ratings, *self._learned())

    def _fast_epochs(self, ratings, rates, rng):
        start = self.mean_, self.user_factors_, self.item_factors_
        descent = BlockedDescent(ratings, *start, self.regularization, self._lam_bias(), rng)
        for rate in rates:
            loss = descent.epoch(rate)
            if self.early_stopping:  # whoever stops early looks at each epoch
                self._take(descent)
            yield loss
        self._take(descent)

    def _take(self, descent):
        self.user_bias_, self.item_bias_, self.user_factors_, self.item_factors_ = descent.learned()

    def _stop_if_lost(self, loss, ratings, epoch):
        width = ratings.scale[1] - ratings.scale[0]
        if not np.sqrt(loss / len(ratings)) <= LOST * width:  # nan is not either
            raise CourseError(
                f"The training went out of bounds in epoch {epoch + 1}: each step overshoots, and the error grows "
                f"instead of shrinking. Lower learning_rate, which is {self.learning_rate:g}, for example to "
                f"{self.learning_rate / 10:g}."
            )
