"""P and Q learned from pairs: what a member chose should stand before what was left (lesson 11)."""

import numpy as np

from course_lib.blocked_pairs import BlockedPairs
from course_lib.errors import CourseError, DataError
from course_lib.factors import random_start
from course_lib.feedback import history, liked_from
from course_lib.recommender import Recommender
from course_lib.sampling import NegativeSampler
from course_lib.solvers import is_fast
from course_lib.waiting import waiting

START = 0.1
"""Standard deviation of the random numbers that the factors start with."""
LOST = 20.0
"""Training has gone wrong when the mean loss of a pair is so large. Drawing lots gives ln 2, about 0.69."""
LEAST = 1e-4
"""Regularization when somebody is folded in: without any, a taste that orders all pairs rightly would grow for ever."""
NEWTON_STEPS = 50
PAIRS_AT_ONCE = 500_000
"""How many pairs are compared at a time when somebody is folded in: about 20 MB."""
NO_PAIRS = (
    "Every member here has seen every film that could be drawn, so nothing is left that a film could be preferred to. "
    "Give ratings of more films, or negatives='uniform'."
)


class BPR(Recommender):
    r"""A film that the member chose should get a higher score than one that the member has not seen.

    .. math:: s_{ui} = b_i + p_u \cdot q_i, \qquad x_{uij} = s_{ui} - s_{uj}

    :math:`\sigma(x_{uij})`, with :math:`\sigma(x) = 1 / (1 + e^{-x})`, is read as the chance that u prefers i to j.
    Training makes :math:`-\ln \sigma(x_{uij})` small over pairs of a chosen film i and a film j that is drawn among
    those not seen. In each epoch every chosen film is visited once, in a random order, with a j drawn anew, and one
    step is taken:

    .. math::

        e = \sigma(-x_{uij}), \qquad p_u \leftarrow p_u + \eta (e (q_i - q_j) - \lambda p_u), \qquad
        q_i \leftarrow q_i + \eta (e\, p_u - \lambda q_i), \qquad b_i \leftarrow b_i + \eta (e - \lambda b_i),

    and for j the same with :math:`-e`.

    What counts as chosen is every row of the ratings that `fit` gets: all of them, or those that ``ratings.liked(4)``
    keeps. Somebody without any has :math:`p_u = 0`, and is scored by the films' biases: nearly the order of
    popularity. `fold_in` finds the :math:`p_u` of somebody new for which the expected loss is smallest while the films
    stay as they are; a member of the training ratings gets nearly the numbers that the steps had found.

    Parameters
    ----------
    n_factors : int, default=32
        k, the length of each :math:`p_u` and :math:`q_i`.
    learning_rate : float, default=0.05
        :math:`\eta`, the size of the steps.
    regularization : float, default=0.03
        :math:`\lambda`: how strongly each visit draws factors and biases towards 0.
    n_epochs : int, default=30
        How often each chosen film is visited.
    negatives : {"uniform", "popularity"}, default="uniform"
        How j is drawn: see `NegativeSampler`.
    power : float, default=0.5
        For "popularity": the chance of a film grows with the number of its rows to this power.
    random_state : int, default=0
        Seed of the start, of the order of visits and of the films drawn. A model of fewer epochs is what one of more
        epochs was on its way.
    solver : {"auto", "plain", "fast"}, default="auto"
        "plain" is the loop of the lesson. "fast" takes the same steps with numbers of half the length, block by block
        (`course_lib.blocks`), and draws j from the quarter of the catalogue that i is in; the result is the same for
        any number of cores. "auto" is fast from a million rows on.

    Attributes
    ----------
    user_factors_, item_factors_ : ndarray of shape (n_users, n_factors) and (n_items, n_factors), float32
        P and Q; zeros for members who chose nothing.
    item_bias_ : ndarray of shape (n_items,), float32
        :math:`b_i`.
    loss_curve_ : ndarray of shape (n_epochs,)
        The mean of :math:`-\ln \sigma(x_{uij})` over the pairs of each epoch, each before its step. Drawing lots
        gives :math:`\ln 2`, 0.693.
    chances_ : ndarray of shape (n_items,)
        How likely each film is to be drawn for somebody who has seen nothing.
    liked_from_ : float
        The lowest stars among the ratings it learned from. `fold_in` counts what has less as seen, not as chosen.

    References
    ----------
    Rendle, Freudenthaler, Gantner & Schmidt-Thieme (2009), "BPR: Bayesian Personalized Ranking from Implicit
    Feedback", section 4 and 5.1.
    """

    predicts_stars = False

    def __init__(
        self, n_factors=32, learning_rate=0.05, regularization=0.03, n_epochs=30, negatives="uniform", power=0.5,
        random_state=0, solver="auto",
    ):  # fmt: skip
        self.n_factors = n_factors
        self.learning_rate = learning_rate
        self.regularization = regularization
        self.n_epochs = n_epochs
        self.negatives = negatives
        self.power = power
        self.random_state = random_state
        self.solver = solver

    def _fit(self, ratings):
        self._require(n_factors=0, learning_rate=0, regularization=0, n_epochs=1, power=0, random_state=0)
        sampler, rng = NegativeSampler(ratings, self.negatives, self.power), np.random.default_rng(self.random_state)
        self.liked_from_, self.chances_ = liked_from(ratings), sampler.probabilities()
        P, Q = (start.astype(np.float32) for start in random_start(ratings, self.n_factors, START, rng))
        epochs = self._fast_epochs if is_fast(self, ratings) else self._plain_epochs
        with np.errstate(over="ignore"):  # a step that is too large even for a number is found after one epoch
            sizes, curve = (np.float32(self.learning_rate), np.float32(self.regularization)), []
        for epoch, (loss, n_pairs) in enumerate(epochs(ratings, P, Q, sampler, sizes, rng)):
            if not n_pairs:
                raise DataError(NO_PAIRS)
            self._stop_if_lost(loss / n_pairs, epoch)
            curve.append(loss / n_pairs)
        self.loss_curve_ = np.array(curve)

    def _plain_epochs(self, ratings, P, Q, sampler, sizes, rng):
        """Train epoch by epoch, and give the sum of losses and the number of pairs of each."""
        from course_lib._kernels.pairs import bpr_epoch

        chosen = history(ratings)
        users = np.repeat(np.arange(ratings.n_users, dtype=np.int32), np.diff(chosen.indptr))
        b_item = np.zeros(ratings.n_items, dtype=np.float32)
        self.user_factors_, self.item_factors_, self.item_bias_ = P, Q, b_item
        for _ in waiting(range(self.n_epochs), type(self).__name__):
            negatives = sampler.draw(users, rng)
            n_pairs = np.count_nonzero(negatives >= 0)
            order = rng.permutation(len(users))
            yield bpr_epoch(order, users, chosen.indices, negatives, b_item, P, Q, *sizes), n_pairs

    def _fast_epochs(self, ratings, P, Q, sampler, sizes, rng):
        """Do the same by blocks."""
        chances = None if self.negatives == "uniform" else self.chances_
        descent = BlockedPairs(ratings, chances, P, Q, rng)
        self.user_factors_, self.item_factors_, self.item_bias_ = descent.P, descent.Q, descent.b_item
        for _ in waiting(range(self.n_epochs), type(self).__name__):
            yield descent.epoch(*sizes)
        self.user_factors_, self.item_factors_, self.item_bias_ = descent.learned()

    def _stop_if_lost(self, loss, epoch):
        learned = self.user_factors_, self.item_factors_, self.item_bias_
        if loss <= LOST and all(np.isfinite(array).all() for array in learned):
            return
        advice = f"Lower learning_rate, which is {self.learning_rate:g}, for example to {self.learning_rate / 10:g}"
        if self.learning_rate * self.regularization >= 1:
            advice += f", or regularization, which is {self.regularization:g}"
        raise CourseError(
            f"The training went out of bounds in epoch {epoch + 1}: each step overshoots, and the error grows instead "
            f"of shrinking. {advice}."
        )

    def _scores(self, users):
        return self.user_factors_[users] @ self.item_factors_.T + self.item_bias_

    def _fold_in(self, items, values):
        items, values = items[np.argsort(items)], values[np.argsort(items)]  # the same sums in whatever order they came
        chances = self.chances_.copy()
        chances[items] = 0
        chosen = items[values >= self.liked_from_]
        if not len(chosen) or not chances.any():
            return self.item_bias_.copy()
        p_u = best_taste(self.item_factors_, self.item_bias_, chosen, chances / chances.sum(), self.regularization)
        return self.item_bias_ + self.item_factors_ @ p_u

    def _item_vectors(self):
        return self.item_factors_

    def _explain(self, user, item):
        parts = self.user_factors_[user] * self.item_factors_[item]
        return [("this film", self.item_bias_[item]), *((f"factor {f}", part) for f, part in enumerate(parts, start=1))]


def best_taste(Q, item_bias, chosen, chances, regularization):
    r"""Find the taste of one member, while the films stay as they are.

    .. math:: p = \arg\min \sum_{i} \Big( \sum_j \pi_j \ln(1 + e^{-x_{ij}})
        + \tfrac{\lambda}{2} \lVert p \rVert^2 \Big), \qquad x_{ij} = b_i - b_j + p \cdot (q_i - q_j)

    It is convex: Newton's method, with steps halved until they lead down, ends at the one minimum there is.

    Parameters
    ----------
    Q : ndarray of shape (n_items, n_factors)
    item_bias : ndarray of shape (n_items,)
    chosen : ndarray of int
        Positions of the films i.
    chances : ndarray of shape (n_items,)
        :math:`\pi_j`: how likely each film is to be drawn; adds up to 1, and is 0 for what has been seen.
    regularization : float
        :math:`\lambda`; `LEAST` when it is smaller.

    Returns
    -------
    ndarray of shape (n_factors,), float64
    """
    Q, item_bias, lam = Q.astype(np.float64), item_bias.astype(np.float64), max(float(regularization), LEAST)
    p = np.zeros(Q.shape[1])
    loss, gradient, hessian = _expected(p, Q, item_bias, chosen, chances, lam)
    for _ in range(NEWTON_STEPS):
        step = np.linalg.solve(hessian, gradient)
        promised = gradient @ step  # twice what the step would gain if the loss were a parabola
        if promised <= 1e-12 * len(chosen):
            break
        size, now = 1.0, _expected(p - step, Q, item_bias, chosen, chances, lam)
        while now[0] > loss - 1e-4 * size * promised and size > 1e-6:
            size /= 2
            now = _expected(p - size * step, Q, item_bias, chosen, chances, lam)
        p = p - size * step
        loss, gradient, hessian = now
    return p


def _expected(p, Q, item_bias, chosen, chances, lam):
    """Return the expected loss of a taste, its gradient and its matrix of second derivatives."""
    from scipy.special import expit

    drawn = np.flatnonzero(chances)
    pi, Q_j, scores = chances[drawn], Q[drawn], item_bias + Q @ p
    n, k = len(chosen), len(p)
    loss, gradient, hessian = n * lam / 2 * p @ p, n * lam * p, n * lam * np.eye(k)
    size = max(1, PAIRS_AT_ONCE // len(drawn))
    for start in range(0, n, size):
        block = chosen[start : start + size]
        Q_i, x = Q[block], scores[block, np.newaxis] - scores[drawn]
        e = expit(-x)
        loss += (np.logaddexp(0, -x) @ pi).sum()
        gradient = gradient - Q_i.T @ (e @ pi) + Q_j.T @ (pi * e.sum(axis=0))
        curvature = e * (1 - e) * pi
        across = Q_i.T @ curvature @ Q_j
        hessian = hessian + (Q_i.T * curvature.sum(axis=1)) @ Q_i + (Q_j.T * curvature.sum(axis=0)) @ Q_j
        hessian = hessian - across - across.T
    return loss, gradient, hessian
