"""SVD on ratings: what to write into the holes first (lesson 07)."""

import numpy as np

from course_lib.biases import damped_mean, fit_biases
from course_lib.errors import DataError
from course_lib.factors import Factors
from course_lib.recommender import Recommender
from course_lib.sparse_svd import leading_factors

FILLS = ("zero", "film_mean", "biases")


class _FactorsOfATable(Factors, Recommender):
    """What both models share: the baseline, and factors that come out of an SVD of a full table."""

    def _predict_unknown_item(self, users):  # the mean of the ratings, also where the baseline is 0
        return Recommender._predict_unknown_item(self, users) + np.where(users >= 0, self.user_bias_[users], 0)

    def _item_vectors(self):
        # Cosines of the fitted table's columns, so that they depend neither on signs nor on how P and Q share Sigma.
        return self.item_factors_ * self.singular_values_

    def _check_n_factors(self, ratings):
        self._require(n_factors=1)
        most = min(ratings.n_users, ratings.n_items)
        if self.n_factors > most:
            raise DataError(
                f"{type(self).__name__} has n_factors={self.n_factors!r}, and a table of {ratings.n_users:,} members "
                f"and {ratings.n_items:,} films has {most:,} at most. Give a whole number from 1 to {most:,}."
            )

    def _set_biases(self, biases):
        self.mean_, self.user_bias_, self.item_bias_ = biases

    def _set_factors(self, left, values, right):
        self.user_factors_, self.singular_values_, self.item_factors_ = left * values, values, right


class FilledSVD(_FactorsOfATable):
    r"""Write something into the holes, then take the truncated SVD of the full table.

    .. math:: \hat R = B + U_k \Sigma_k V_k^\mathsf{T}, \qquad P = U_k \Sigma_k, \quad Q = V_k

    - ``fill="zero"``: a hole is 0 stars. B is 0.
    - ``fill="film_mean"``: a hole is the film's mean. B is 0.
    - ``fill="biases"``: :math:`B_{ui} = \mu + b_u + b_i` is subtracted from the ratings, a hole is 0, that is: no
      better and no worse than expected. B is added back at the end.

    Only the ratings are stored: the filled table is a sparse part plus at most one outer product.

    Parameters
    ----------
    n_factors : int, default=5
        k, at most. There are fewer where the ratings have a lower rank; `singular_values_` says how many.
    fill : {"biases", "film_mean", "zero"}, default="biases"
    damping : float, default=5.0
        In ratings: how far films' means and the biases are drawn towards the mean of all ratings.

    Attributes
    ----------
    mean_ : float
        :math:`\mu`, in stars; 0 where B is 0, as are the biases.
    user_bias_ : ndarray of shape (n_users,)
        :math:`b_u`, in stars.
    item_bias_ : ndarray of shape (n_items,)
        :math:`b_i`, in stars.
    fill_ : ndarray of shape (n_items,)
        What was written into each film's holes, in stars above B.
    user_factors_ : ndarray of shape (n_users, k)
        P, in stars.
    item_factors_ : ndarray of shape (n_items, k)
        Q: columns of length 1 at right angles to each other. In each, the entry furthest from 0 is positive.
    singular_values_ : ndarray of shape (k,)
        How long the columns of P are, in stars, largest first.

    Notes
    -----
    `fold_in` fills the newcomer's row in the same way and projects it: :math:`p = x Q`. For a member of the
    training ratings this is the member's row of P.

    `similar` compares columns of :math:`P Q^\mathsf{T}`.

    References
    ----------
    Eckart & Young (1936), "The approximation of one matrix by another of lower rank".
    """

    def __init__(self, n_factors=5, fill="biases", damping=5.0):
        self.n_factors = n_factors
        self.fill = fill
        self.damping = damping

    def _fit(self, ratings):
        self._require(damping=0)
        if self.fill not in FILLS:
            raise DataError(f"FilledSVD has fill={self.fill!r}. Give one of {', '.join(map(repr, FILLS))}.")
        self._check_n_factors(ratings)
        users, items, values = ratings.users, ratings.items, ratings.values.astype(np.float64)
        self._set_biases((0.0, np.zeros(ratings.n_users), np.zeros(ratings.n_items)))
        self.fill_ = np.zeros(ratings.n_items)
        if self.fill == "film_mean":
            mean = values.mean()
            self.fill_ = mean + damped_mean(values - mean, items, ratings.n_items, self.damping)
        elif self.fill == "biases":
            biases = fit_biases(ratings, self.damping)
            self._set_biases(biases)
            values = values - biases.of(users, items)
        rated = sparse_table(values - self.fill_[items], ratings)
        everywhere = ()  # what each row holds before its ratings, as an outer product
        if self.fill_.any():
            everywhere = np.ones((ratings.n_users, 1)), self.fill_[:, np.newaxis]
        self._set_factors(*leading_factors(rated, self.n_factors, *everywhere))

    def _fold_in(self, items, values):
        row = self.fill_.copy()
        user_bias = self._newcomer_bias(items, values) if self.fill == "biases" else 0.0
        baseline = self._baseline(user_bias)
        row[items] = values - baseline[items]
        return baseline + (row @ self.item_factors_) @ self.item_factors_.T


class SoftImpute(_FactorsOfATable):
    r"""Let the holes be filled by the model itself, again and again, and shrink what it learns each time.

    With the biases subtracted from the ratings, Z is what is to be learned. It starts as 0. In each iteration the
    holes get what Z says, the rated cells what was rated; then comes the SVD of this full table, and each singular
    value loses :math:`\lambda`, as far as it has so much. The iterations end at the smallest value of

    .. math:: \tfrac12 \sum_{\text{rated}} (r_{ui} - b_{ui} - Z_{ui})^2 + \lambda \sum_f d_f

    where :math:`d_f` are the singular values of Z. The objective falls in each iteration.

    Parameters
    ----------
    regularization : float, default=12.0
        :math:`\lambda`, in stars, as the singular values are. More of them leave fewer factors.
    n_factors : int, default=5
        The most factors to keep. Where the shrinking leaves fewer, this has no influence on the result.
    n_iterations : int, default=300
        At most.
    tolerance : float, default=1e-3
        The iterations end when Z changes by less than this share of its length (both by the root of the sum of
        squares).
    damping : float, default=5.0
        Of the biases, in ratings.

    Attributes
    ----------
    mean_, user_bias_, item_bias_
        As in `FilledSVD`.
    user_factors_ : ndarray of shape (n_users, k)
        P, in stars.
    item_factors_ : ndarray of shape (n_items, k)
        Q: columns of length 1 at right angles to each other. In each, the entry furthest from 0 is positive.
    singular_values_ : ndarray of shape (k,)
        :math:`d_f`, in stars, after the shrinking, largest first.
    objective_ : ndarray of shape (n_iterations_,)
        The objective after each iteration, in squared stars.
    change_ : float
        By which share of its length Z moved last. Above `tolerance`, more iterations would move it further.
    n_iterations_ : int
        How many there were.

    Notes
    -----
    At the end a member's row of P solves a small ridge regression on the member's ratings, in which factor f has
    the penalty :math:`\lambda / d_f`. `fold_in` solves the same one for somebody new.

    `similar` compares columns of :math:`P Q^\mathsf{T}`.

    References
    ----------
    Mazumder, Hastie & Tibshirani (2010), "Spectral Regularization Algorithms for Learning Large Incomplete
    Matrices", algorithm 1, here on what is left of the ratings without their biases.
    """

    def __init__(self, regularization=12.0, n_factors=5, n_iterations=300, tolerance=1e-3, damping=5.0):
        self.regularization = regularization
        self.n_factors = n_factors
        self.n_iterations = n_iterations
        self.tolerance = tolerance
        self.damping = damping

    def _fit(self, ratings):
        self._require(regularization=0, n_iterations=1, tolerance=0, damping=0)
        self._check_n_factors(ratings)
        users, items = ratings.users, ratings.items
        biases = fit_biases(ratings, self.damping)
        self._set_biases(biases)
        known = ratings.values - biases.of(users, items)
        rated = sparse_table(known, ratings)
        in_order = np.argsort(ratings.cells, kind="stable")  # as the entries of a CSR matrix stand
        users, items, known = users[in_order], items[in_order], known[in_order]
        p, q = np.zeros((ratings.n_users, 1)), np.zeros((ratings.n_items, 1))
        predicted, objective = np.zeros(len(known)), []
        for _ in range(self.n_iterations):
            rated.data = known - predicted  # together with P Q^T: what was rated, and elsewhere what Z says
            left, values, right = leading_factors(rated, self.n_factors, p, q)
            shrunk = values - self.regularization
            keep = shrunk > 0
            before = p, q
            p, q, values = left[:, keep] * shrunk[keep], right[:, keep], shrunk[keep]
            predicted = np.einsum("nk,nk->n", p[users], q[items])
            objective.append(((known - predicted) ** 2).sum() / 2 + self.regularization * values.sum())
            self.change_ = _change(p, q, *before)
            if self.change_ < self.tolerance:
                break
        self._set_factors(left[:, keep], values, q)
        self.objective_, self.n_iterations_ = np.array(objective), len(objective)

    def _fold_in(self, items, values):
        user_bias = self._newcomer_bias(items, values)
        baseline = self._baseline(user_bias)
        q = self.item_factors_[items]
        penalty = np.diag(self.regularization / self.singular_values_)
        p = np.linalg.lstsq(q.T @ q + penalty, q.T @ (values - baseline[items]))[0]
        return baseline + self.item_factors_ @ p


def sparse_table(values, ratings):
    """Put one number a rating into a sparse table.

    Parameters
    ----------
    values : ndarray of shape (n,)
        In the order of the ratings.
    ratings : Ratings

    Returns
    -------
    scipy.sparse.csr_array of shape (n_users, n_items), float64
        By member, then by film. A 0 is stored as well.
    """
    from scipy import sparse

    table = sparse.csr_array((values, (ratings.users, ratings.items)), shape=(ratings.n_users, ratings.n_items))
    table.sort_indices()
    return table


def _change(p, q, p_before, q_before):
    """Return the length of P Q^T minus what it was, as a share of its length, without making either table."""
    gram = (p.T @ p) * (q.T @ q), (p_before.T @ p_before) * (q_before.T @ q_before)
    across = (p.T @ p_before) * (q.T @ q_before)
    length = gram[0].sum()
    moved = max(length + gram[1].sum() - 2 * across.sum(), 0.0)  # rounding can make it negative
    return float(np.sqrt(moved / length)) if length else 0.0
