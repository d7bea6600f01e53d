"""P and Q learned from the ratings that exist, all members at once and then all films (lesson 10)."""

import numpy as np

from course_lib.blocks import padded
from course_lib.factors import LearnedFactors, objective, random_start
from course_lib.half_steps import Side, widened
from course_lib.recommender import Recommender
from course_lib.solvers import is_fast, threads_for
from course_lib.waiting import waiting

SMALLEST = 1e-9
"""Smaller penalties are lost in rounding."""


class ExplicitALS(LearnedFactors, Recommender):
    r"""The model of `MatrixFactorization`, learned by alternating least squares.

    .. math:: \hat r_{ui} = \mu + b_u + b_i + p_u \cdot q_i

    While the films stay as they are, the best :math:`(p_u, b_u)` of each member is the solution of a small ridge
    regression. So films and members take turns, and the objective (`course_lib.factors.objective`) falls at each turn.
    Members come last: `fold_in` gives a member of the training ratings exactly the member's own scores again.

    Members and films without ratings have zeros.

    Parameters
    ----------
    n_factors : int, default=5
        k, the length of each :math:`p_u` and :math:`q_i`.
    regularization : float, default=0.08
        :math:`\lambda`, above 0: with less, a member with fewer ratings than factors has no unique answer.
    n_iterations : int, default=30
        How often films and members take turns.
    weighted : bool, default=True
        Multiply :math:`\lambda` with the number of ratings of the member or film, which is the objective of
        `MatrixFactorization`; otherwise each row has the same penalty.
    bias_regularization : float, optional
        :math:`\lambda_b`, the same for biases; equal to `regularization` when not given.
    init_scale : float, default=0.1
        Standard deviation of the random numbers that P starts with.
    random_state : int, default=0
        Seed of the start.
    solver : {"auto", "exact", "cg"}, default="auto"
        "exact" is the loop of the lesson. "cg" takes `cg_steps` steps of the conjugate gradient method from where each
        row stood, with numbers of half the length and on several cores (the result is the same for any number of
        them). "auto" is "cg" from a million ratings on.
    cg_steps : int, default=3

    Attributes
    ----------
    mean_ : float
        :math:`\mu`, in stars.
    user_bias_, item_bias_ : ndarray of shape (n_users,) and (n_items,)
        :math:`b_u` and :math:`b_i`, in stars.
    user_factors_, item_factors_ : ndarray of shape (n_users, n_factors) and (n_items, n_factors)
        P and Q.
    loss_curve_ : ndarray of shape (2 * n_iterations,)
        The objective after each turn: films, members, films, members and so on.

    References
    ----------
    Zhou, Wilkinson, Schreiber & Pan (2008), "Large-Scale Parallel Collaborative Filtering for the Netflix Prize",
    section 3.
    """

    def __init__(
        self,
        n_factors=5,
        regularization=0.08,
        n_iterations=30,
        weighted=True,
        bias_regularization=None,
        init_scale=0.1,
        random_state=0,
        solver="auto",
        cg_steps=3,
    ):
        self.n_factors = n_factors
        self.regularization = regularization
        self.n_iterations = n_iterations
        self.weighted = weighted
        self.bias_regularization = bias_regularization
        self.init_scale = init_scale
        self.random_state = random_state
        self.solver = solver
        self.cg_steps = cg_steps

    @property
    def _weighted(self):
        return self.weighted

    def _fit(self, ratings):
        self._require(n_factors=0, n_iterations=1, init_scale=0, random_state=0, cg_steps=1, regularization=SMALLEST)
        self._check_bias_regularization(SMALLEST)
        self.mean_ = float(ratings.values.mean(dtype=np.float64))
        self.user_bias_, self.item_bias_ = np.zeros(ratings.n_users), np.zeros(ratings.n_items)
        rng = np.random.default_rng(self.random_state)
        self.user_factors_, self.item_factors_ = random_start(ratings, self.n_factors, self.init_scale, rng)
        take_turns = self._fast_turns if is_fast(self, ratings, fast="cg", plain="exact") else self._exact_turns
        self.loss_curve_ = np.array(take_turns(ratings, waiting(range(self.n_iterations), type(self).__name__)))

    def _exact_turns(self, ratings, turns):
        curve = []
        for _ in turns:
            self._improve_items(ratings)
            curve.append(self._loss(ratings))
            self._improve_users(ratings)
            curve.append(self._loss(ratings))
        return curve

    def _fast_turns(self, ratings, turns):
        """Do the same with rows of both factors and bias, and each loss from the half step that led to it."""
        k, bias, n_threads = self.n_factors, padded(self.n_factors), threads_for(ratings)
        width = bias + 16  # so that each row still begins at a multiple of 64 bytes
        P, Q = widened(self.user_factors_, width), widened(self.item_factors_, width)
        users, items, curve = Side(ratings._csr, width, n_threads), Side(ratings._csc, width, n_threads), []
        of_users, of_items = self._penalties(ratings._csr), self._penalties(ratings._csc)
        for _ in turns:
            for side, others, rows, own, of_others in (
                (items, P, Q, of_items, of_users), (users, Q, P, of_users, of_items)
            ):  # fmt: skip
                loss = side.explicit(others, rows, bias, self.mean_, *own, self.cg_steps)
                penalty = of_others[0] @ np.einsum("if,if->i", others[:, :k], others[:, :k])
                curve.append(loss + penalty + of_others[1] @ others[:, bias].astype(np.float64) ** 2)
        self.user_factors_, self.user_bias_ = P[:, :k].copy(), P[:, bias].copy()
        self.item_factors_, self.item_bias_ = Q[:, :k].copy(), Q[:, bias].copy()
        return curve

    def _improve_users(self, ratings):
        users = self.user_factors_, self.user_bias_
        self._half_step(ratings._csr, self.item_factors_, self.item_bias_, *users)

    def _improve_items(self, ratings):
        items = self.item_factors_, self.item_bias_
        self._half_step(ratings._csc, self.user_factors_, self.user_bias_, *items)

    def _half_step(self, matrix, others, b_others, rows, b_rows):
        from course_lib._kernels.als import als_half_step

        penalty, penalty_bias = self._penalties(matrix)
        parts = matrix.indptr, matrix.indices, matrix.data
        als_half_step(*parts, self.mean_, others, b_others, rows, b_rows, penalty, penalty_bias)

    def _penalties(self, matrix):
        """Return λ and λ_b of each row."""
        lengths = np.diff(matrix.indptr)
        weight = lengths if self.weighted else np.ones(len(lengths))
        return weight * float(self.regularization), weight * float(self._lam_bias())

    def _loss(self, ratings):
        return objective(ratings, *self._learned(), self.regularization, self._lam_bias(), self.weighted)
