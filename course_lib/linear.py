"""One matrix of weights: each film predicted from all others (lesson 12)."""

import numpy as np

from course_lib.errors import DataError
from course_lib.feedback import history, liked_from
from course_lib.recommender import Recommender

SMALLEST = 1e-6
"""Smaller penalties are lost in rounding."""
TYPES = ("float64", "float32")
SOLVERS = ("auto", "direct", "woodbury")


class EASE(Recommender):
    r"""Whether a member chose a film is predicted from the other films that the member chose.

    .. math:: s_{uj} = \sum_{i \in u} B_{ij}

    X has a row a member and a column a film: 1 where the member chose the film, 0 elsewhere. The weights are those
    that make the squared error small, where no film may predict itself:

    .. math:: \min_B \lVert X - X B \rVert^2 + \lambda \lVert B \rVert^2, \qquad B_{jj} = 0

    There is one answer, in closed form, with :math:`P = (X^T X + \lambda I)^{-1}`:

    .. math:: B_{ij} = -\frac{P_{ij}}{P_{jj}} \quad (i \neq j)

    What counts as chosen is every row of the ratings that `fit` gets: all of them, or those that ``ratings.liked(4)``
    keeps. Somebody without any is scored as the mean of all members, which is nearly the order of popularity.

    Parameters
    ----------
    regularization : float, default=500.0
        :math:`\lambda`, in members: above 0. With more, films that few members chose get smaller weights.
    solver : {"auto", "direct", "woodbury"}, default="auto"
        "direct" inverts a matrix of films by films. "woodbury" gives the same answer from a matrix of members by
        members (Woodbury's identity):

        .. math:: P = \frac{1}{\lambda} (I - V V^T), \qquad V = X^T L^{-T}, \qquad L L^T = X X^T + \lambda I,

        and keeps V, never B. "auto" takes it when films outnumber members.
    dtype : {"float64", "float32"}, default="float64"
        Of the numbers in between and of `item_weights_` or `item_vectors_`. The memory needed is one matrix of n_items
        times n_items, or three of n_items times n_users: 8 bytes a number, or 4 with "float32", which is quicker and
        moves the weights by about 1e-6 (more where `regularization` is small beside the most popular film's count).

    Attributes
    ----------
    item_weights_ : ndarray of shape (n_items, n_items), or None
        B: row i, column j holds how much film i speaks for film j. None with "woodbury".
    item_vectors_ : ndarray of shape (n_items, n_users), or None
        V, with "woodbury": :math:`B_{ij} = v_i \cdot v_j / (1 - \lVert v_j \rVert^2)`.
    history_ : scipy.sparse.csr_array of shape (n_users, n_items), float32
        X.
    typical_ : ndarray of shape (n_items,), float32
        The mean of the scores over all members who chose something.
    liked_from_ : float
        The lowest stars among the ratings it learned from. `fold_in` counts what has less as not chosen.

    References
    ----------
    Steck (2019), "Embarrassingly Shallow Autoencoders for Sparse Data", eq. 1-8.
    """

    predicts_stars = False

    def __init__(self, regularization=500.0, solver="auto", dtype="float64"):
        self.regularization = regularization
        self.solver = solver
        self.dtype = dtype

    def _fit(self, ratings):
        self._require(regularization=SMALLEST)
        for name, allowed in (("solver", SOLVERS), ("dtype", TYPES)):
            if getattr(self, name) not in allowed:
                choices = ", ".join(map(repr, allowed))
                raise DataError(f"{type(self).__name__} has {name}={getattr(self, name)!r}. Choose one of {choices}.")
        self.history_, self.liked_from_ = history(ratings), liked_from(ratings)
        self.item_weights_ = self.item_vectors_ = None
        outnumbered = self.solver == "auto" and ratings.n_items > ratings.n_users
        if outnumbered or self.solver == "woodbury":
            self.item_vectors_ = self._vectors()
        else:
            self.item_weights_ = self._weights()
        n_members = np.count_nonzero(np.diff(self.history_.indptr))
        self.typical_ = self._apply(self.history_.sum(axis=0)[np.newaxis] / n_members)[0].astype(np.float32)

    def _weights(self):
        """Return B, made in the memory of XᵀX."""
        from scipy.linalg import lapack

        from course_lib._kernels.linear import weights_from_inverse

        G = self._pairs(self.history_.tocsc(), self.history_)
        potri = lapack.dpotri if self.dtype == "float64" else lapack.spotri
        # LAPACK has columns where numpy has rows: its upper half of the transpose is our lower half.
        _, failed = potri(self._cholesky(G), lower=0, overwrite_c=1)
        if failed:
            raise DataError(self._too_small())
        weights_from_inverse(G, np.empty(len(G), dtype=self.dtype))
        return G

    def _vectors(self):
        """Return V."""
        from scipy.linalg import blas

        L_transposed = self._cholesky(self._pairs(self.history_, self.history_.tocsc()))
        trsm = blas.dtrsm if self.dtype == "float64" else blas.strsm
        V_transposed = np.asfortranarray(self.history_.toarray(), dtype=self.dtype)
        return trsm(1.0, L_transposed, V_transposed, lower=0, trans_a=1, overwrite_b=1).T

    def _pairs(self, table, turned):
        """Return XᵀX + λI of X in csc and in csr, or X Xᵀ + λI of X in csr and in csc; the lower half only."""
        from course_lib._kernels.linear import count_pairs

        n = len(table.indptr) - 1
        G = np.zeros((n, n), dtype=self.dtype)
        count_pairs(table.indptr, table.indices, turned.indptr, turned.indices, G)
        G.flat[:: n + 1] += self.regularization
        return G

    def _cholesky(self, G):
        """Return the transpose of L, where G = L Lᵀ, in the memory of G."""
        from scipy.linalg import lapack

        potrf = lapack.dpotrf if self.dtype == "float64" else lapack.spotrf
        factor, failed = potrf(G.T, lower=0, overwrite_a=1, clean=0)
        if failed:
            raise DataError(self._too_small())
        return factor

    def _too_small(self):
        return (
            f"{type(self).__name__} has regularization={self.regularization!r}, which is lost in the rounding of "
            f'{self.dtype}: the matrix cannot be inverted. Give a larger one, or dtype="float64".'
        )

    def weights(self, item):
        """List what every other film says about one.

        Parameters
        ----------
        item : id

        Returns
        -------
        DataFrame
            title and weight, largest first, indexed by movieId; without the film itself. A member who chose the other
            film gets its weight added to the score. Weights below 0 push away.

        Raises
        ------
        NotFitted
            When `fit` has not been called.
        UnknownId
            When there is no such film.
        """
        self._fitted_on()
        position = self._item_position(item)
        weights = self._column(position).astype(np.float32)
        order = np.argsort(-weights, kind="stable")
        order = order[order != position]
        return self._listed(order, "weight", weights[order])

    def _column(self, item):
        """Return B_ij of all films i, for one film j."""
        if self.item_weights_ is not None:
            return self.item_weights_[:, item].copy()
        own = self.item_vectors_[item]
        column = self.item_vectors_ @ own / (1 - own @ own)
        column[item] = 0
        return column

    def _apply(self, X):
        """Return X B, for a few rows X in a dense or csr array."""
        if self.item_weights_ is not None:
            return X @ self.item_weights_
        V = self.item_vectors_
        lengths = np.einsum("iu,iu->i", V, V)
        products = (X @ V) @ V.T
        if hasattr(X, "indptr"):  # without the film itself: X V Vᵀ has it in, B has a 0 there
            rows = np.repeat(np.arange(X.shape[0]), np.diff(X.indptr))
            products[rows, X.indices] -= X.data * lengths[X.indices]
        else:
            products -= X * lengths
        products /= 1 - lengths
        return products

    def _scores(self, users):
        scores = self._apply(self.history_[users])
        scores[np.diff(self.history_.indptr)[users] == 0] = self.typical_
        return scores

    def _fold_in(self, items, values):
        from scipy import sparse

        items = np.sort(items[values >= self.liked_from_])
        if not len(items):
            return self.typical_.copy()
        ones, shape = np.ones(len(items), dtype=np.float32), (1, len(self.typical_))
        return self._apply(sparse.csr_array((ones, items, np.array([0, len(items)])), shape=shape))[0]

    def _similarities(self, item):
        return self._column(item)

    def _explain(self, user, item):
        own = self.history_.indices[slice(*self.history_.indptr[user : user + 2])]
        if not len(own):
            return [("what members choose on the average", self.typical_[item])]
        own = own[own != item]
        parts, titles = self._column(item)[own], self.ratings_.films["title"].to_numpy()
        order = np.argsort(-parts, kind="stable")
        return [(f"because you chose {titles[own[at]]}", parts[at]) for at in order]
