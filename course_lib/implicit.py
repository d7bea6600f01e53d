"""P and Q learned from what was watched and what was not: preference and confidence (lesson 10)."""

import numpy as np

from course_lib.blocks import padded
from course_lib.errors import DataError
from course_lib.factors import random_start
from course_lib.feedback import WATCHED_UNKNOWN, confidence, liked_from
from course_lib.half_steps import Side, widened
from course_lib.rating_arrays import refuse
from course_lib.recommender import Recommender
from course_lib.solvers import is_fast, threads_for
from course_lib.waiting import waiting

SMALLEST = 1e-6
"""Smaller penalties are lost in rounding."""
START = 0.1
"""Standard deviation of the random numbers that P starts with."""
NOTHING = 1e-3
"""Where no number of Q is larger, the penalty has won: the factors are on their way to 0."""


class ImplicitALS(Recommender):
    r"""A member prefers a film (1) or does not (0), and some of these are surer than others.

    .. math:: \hat p_{ui} = x_u \cdot y_i, \qquad p_{ui} = 1 \text{ where something was watched}, 0 \text{ elsewhere},
        \qquad c_{ui} = 1 + \alpha r_{ui}

    The loss runs over *all* cells, watched or not:

    .. math:: \sum_{u, i} c_{ui} (p_{ui} - x_u \cdot y_i)^2
        + \lambda \Big( \sum_u \lVert x_u \rVert^2 + \sum_i \lVert y_i \rVert^2 \Big)

    :math:`r_{ui}` is the share of the film that was watched, and 1 where the ratings do not know it (`note_` then
    says so). While the films stay as they are, the best :math:`x_u` of each member solves k equations,

    .. math:: \Big( Y^T Y + \lambda I + \sum_{i \in u} (c_{ui} - 1) y_i y_i^T \Big) x_u = \sum_{i \in u} c_{ui} y_i,

    in which the sum over all films, :math:`Y^T Y`, is the same for all members and made once. Films and members take
    turns. Members come last and are always solved exactly: each score is then a sum over the films that the member
    has watched, which is what `explain` shows.

    What counts as watched is every row of the ratings that `fit` gets, whatever its stars: all of them, or those that
    ``ratings.liked(4)`` keeps. Somebody without any is scored as the mean of all members, which is nearly the order
    of popularity.

    Parameters
    ----------
    n_factors : int, default=16
        k, the length of each :math:`x_u` and :math:`y_i`.
    alpha : float, default=5.0
        :math:`\alpha`: how much more a film that was watched whole counts than one that was not watched. With 0 all
        cells count the same.
    regularization : float, default=50.0
        :math:`\lambda`, the same for each row, and above 0. The larger `alpha`, the larger it has to be. A table of a
        few members needs far less (0.1): the default would shrink all its factors to 0.
    n_iterations : int, default=15
        How often films and members take turns.
    solver : {"cg", "exact"}, default="cg"
        "cg" takes `cg_steps` steps of the conjugate gradient method from the row's last numbers, "exact" solves the
        equations.
    cg_steps : int, default=3
    random_state : int, default=0
        Seed of the start.
    engine : {"auto", "plain", "fast"}, default="auto"
        "plain" are the loops of the lesson. "fast" does the same with numbers of half the length, many at a time and on
        several cores, with the same result for any number of them. "auto" is fast from a million ratings on.

    Attributes
    ----------
    user_factors_, item_factors_ : ndarray of shape (n_users, n_factors) and (n_items, n_factors), float32
        P with a row :math:`x_u` a member, Q with a row :math:`y_i` a film. Members who watched nothing have `typical_`,
        films that nobody watched have zeros.
    typical_ : ndarray of shape (n_factors,), float32
        The mean of :math:`x_u` over the members who watched something.
    confidence_ : scipy.sparse.csr_array of shape (n_users, n_items), float32
        :math:`c_{ui}` where something was watched.
    loss_curve_ : ndarray of shape (n_iterations,)
        The loss after each iteration.
    liked_from_ : float
        The lowest stars among the ratings it learned from. `fold_in` counts what has less as not watched.
    note_ : str
        What a reader has to know: that the share watched is not known, that all factors have shrunk to 0. Else empty.

    References
    ----------
    Hu, Koren & Volinsky (2008), "Collaborative Filtering for Implicit Feedback Datasets", eq. 3-5 and section 5;
    conjugate gradient as in the ``implicit`` library, whose input is :math:`c_{ui}` itself.
    """

    predicts_stars = False

    def __init__(
        self, n_factors=16, alpha=5.0, regularization=50.0, n_iterations=15, solver="cg", cg_steps=3, random_state=0,
        engine="auto",
    ):  # fmt: skip
        self.n_factors = n_factors
        self.alpha = alpha
        self.regularization = regularization
        self.n_iterations = n_iterations
        self.solver = solver
        self.cg_steps = cg_steps
        self.random_state = random_state
        self.engine = engine

    def _fit(self, ratings):
        self._require(n_factors=1, alpha=0, regularization=SMALLEST, n_iterations=1, cg_steps=1, random_state=0)
        if self.solver not in ("cg", "exact"):
            raise DataError(f'{type(self).__name__} has solver={self.solver!r}. Choose "cg" or "exact".')
        self.liked_from_ = liked_from(ratings)
        self.confidence_ = confidence(ratings, self.alpha)
        P, Q = random_start(ratings, self.n_factors, START, np.random.default_rng(self.random_state))
        Q[:] = 0  # the first turn is theirs
        take_turns = self._fast_turns if is_fast(self, ratings, "engine") else self._plain_turns
        P, Q = take_turns(P, Q, threads_for(ratings))
        watched_something = np.diff(self.confidence_.indptr) > 0
        self.typical_ = P[watched_something].mean(axis=0, dtype=np.float64).astype(np.float32)
        P[~watched_something] = self.typical_
        self.user_factors_, self.item_factors_ = P, Q
        notes = [WATCHED_UNKNOWN] if ratings.watched is None else []
        if np.abs(Q).max() < NOTHING:
            notes.append(f"All factors have shrunk to 0: lower regularization, which is {self.regularization:g}.")
        self.note_ = " ".join(notes)

    def _plain_turns(self, P, Q, n_threads):
        P, Q = P.astype(np.float32), Q.astype(np.float32)
        of_items, curve = self.confidence_.tocsc(), []
        for iteration in waiting(range(self.n_iterations), type(self).__name__):
            self._half_step(of_items, P, Q, self.solver)
            last = iteration == self.n_iterations - 1
            self._half_step(self.confidence_, Q, P, "exact" if last else self.solver)
            curve.append(self._loss(P, Q))
        self.loss_curve_ = np.array(curve)
        return P, Q

    def _fast_turns(self, P, Q, n_threads):
        width = padded(self.n_factors)
        P, Q = widened(P, width), widened(Q, width)
        users = Side(self.confidence_, width, n_threads)
        items, curve = Side(self.confidence_.tocsc(), width, n_threads), []
        n_steps, constant = self.cg_steps * (self.solver == "cg"), self.confidence_.data.sum(dtype=np.float64)
        for iteration in waiting(range(self.n_iterations), type(self).__name__):
            items.implicit(P, Q, self.regularization, n_steps)
            last = iteration == self.n_iterations - 1
            loss = users.implicit(Q, P, self.regularization, 0 if last else n_steps)
            curve.append(loss + constant + self.regularization * np.einsum("if,if->", Q, Q, dtype=np.float64))
        self.loss_curve_ = np.array(curve)
        return P[:, : self.n_factors].copy(), Q[:, : self.n_factors].copy()

    def _half_step(self, matrix, others, rows, solver):
        from course_lib._kernels import implicit as kernels

        parts, G = (matrix.indptr, matrix.indices, matrix.data), self._gram(others, self.regularization)
        if solver == "exact":
            kernels.exact_half_step(*parts, G, others, rows)
        else:
            kernels.conjugate_gradient_half_step(*parts, G.astype(np.float32), others, rows, self.cg_steps)

    def _gram(self, others, penalty=0.0):
        from course_lib._kernels.implicit import gram

        G = np.empty((self.n_factors, self.n_factors))
        gram(others, float(penalty), G)
        return G

    def _loss(self, P, Q):
        """Compute the loss over all cells without visiting them: the sum of all (x y)² is the trace of PᵀP QᵀQ."""
        from course_lib._kernels.implicit import watched_part_of_loss

        parts = self.confidence_.indptr, self.confidence_.indices, self.confidence_.data
        of_users, of_items = self._gram(P), self._gram(Q)
        penalty = self.regularization * (np.trace(of_users) + np.trace(of_items))
        return watched_part_of_loss(*parts, P, Q) + (of_users * of_items).sum() + penalty

    def fold_in_watched(self, items, watched):
        """Score every film for somebody new, of whom it is known how much of each film they watched.

        Parameters
        ----------
        items : array_like of ids of shape (n,)
            Films that are not known are passed over.
        watched : array_like of shape (n,)
            The share of each film, from 0 to 1. (`fold_in` takes stars and counts each film as watched whole.)

        Returns
        -------
        ndarray of shape (n_items,), float32
            Exactly the scores of a member with these films.

        Raises
        ------
        DataError
            When there is not one share a film, a film is there twice, or a share is no number from 0 to 1.
        NotFitted
            When `fit` has not been called.
        """
        positions = np.atleast_1d(self._fitted_on().item_index(items))
        watched = np.atleast_1d(watched).astype(np.float64)
        if positions.shape != watched.shape:
            raise DataError(f"There are {positions.size} films and {watched.size} shares. Give one share a film.")
        refuse(~((watched >= 0) & (watched <= 1)), watched, "A share is not between 0 and 1", "Correct it.")
        positions, watched = positions[positions >= 0], watched[positions >= 0]
        if len(np.unique(positions)) < len(positions):
            raise DataError("A film is there twice. Give each film one share.")
        return (self.item_factors_ @ self._solve(positions, watched)).astype(np.float32)

    def _scores(self, users):
        return self.user_factors_[users] @ self.item_factors_.T

    def _fold_in(self, items, values):
        items = items[values >= self.liked_from_]
        return self.item_factors_ @ self._solve(items, np.ones(len(items)))

    def _solve(self, items, watched):
        """Return x of a member who watched these films, some of them, perhaps none."""
        if not len(items):
            return self.typical_
        order = np.argsort(items)  # the same sums in whatever order they came
        c = 1.0 + self.alpha * watched[order]
        return np.linalg.solve(self._equations(items[order], c), c @ self.item_factors_[items[order]])

    def _equations(self, items, c):
        """Return A of a member who watched these films: YᵀY + λI + sum of (c - 1) y yᵀ."""
        Y = self.item_factors_[items].astype(np.float64)
        return self._gram(self.item_factors_, self.regularization) + (Y.T * (c - 1)) @ Y

    def _item_vectors(self):
        return self.item_factors_

    def _explain(self, user, item):
        own = slice(*self.confidence_.indptr[user : user + 2])
        items, c = self.confidence_.indices[own], self.confidence_.data[own].astype(np.float64)
        if not len(items):
            return [("what members watch on the average", float(self.typical_ @ self.item_factors_[item]))]
        # The score y A⁻¹ b is a sum over the films that b is a sum over.
        weights = np.linalg.solve(self._equations(items, c), self.item_factors_[item].astype(np.float64))
        parts = c * (self.item_factors_[items] @ weights)
        order, titles = np.argsort(-parts, kind="stable"), self.ratings_.films["title"].to_numpy()
        return [(f"because you watched {titles[items[at]]}", parts[at]) for at in order]
