"""Predict from neighbours: films that were rated alike, or members who rate alike (lesson 05)."""

import numpy as np

from course_lib._kernels import neighbors as kernels
from course_lib.biases import Biased, damped_mean, fit_biases
from course_lib.errors import DataError
from course_lib.recommender import Recommender
from course_lib.similarity import compare


class _KNN(Biased, Recommender):
    """What both kinds of neighbours share: the baseline, the deviations from it, and their weighted mean."""

    def __init__(
        self,
        n_neighbors=40,
        similarity="pearson_baseline",
        shrinkage=100.0,
        min_support=1,
        min_neighbors=1,
        neighbor_damping=0.2,
        positive_only=True,
        n_kept=None,
        damping=5.0,
    ):
        self.n_neighbors = n_neighbors
        self.similarity = similarity
        self.shrinkage = shrinkage
        self.min_support = min_support
        self.min_neighbors = min_neighbors
        self.neighbor_damping = neighbor_damping
        self.positive_only = positive_only
        self.n_kept = n_kept
        self.damping = damping

    def _fit(self, ratings):
        self._require(n_neighbors=1, shrinkage=0, min_support=1, min_neighbors=1, neighbor_damping=0, damping=0)
        if not (self.n_kept is None or isinstance(self.n_kept, int | np.integer) and self.n_kept >= 1):
            raise DataError(f"{type(self).__name__} has n_kept={self.n_kept!r}. Give a whole number of at least 1.")
        self._learn(ratings, fit_biases(ratings, self.damping))

    def _learn(self, ratings, biases):
        """Find deviations and neighbours, given the baseline."""
        self.mean_, self.user_bias_, self.item_bias_ = biases
        stars = ratings._csr.astype(np.float64)
        stars.sort_indices()  # sums are then the same in whatever order the ratings came
        users = np.repeat(np.arange(ratings.n_users), np.diff(stars.indptr))
        self.deviations_ = _with_values(stars, stars.data - biases.of(users, stars.indices))
        self._find_neighbors(stars)

    def _compare(self, rows, columns, own=0):
        options = self.shrinkage, self.min_support, self.positive_only, self.n_kept
        return compare(rows, columns, self.similarity, *options, own=own)

    def _counting(self):
        return int(self.n_neighbors), int(self.min_neighbors), float(self.neighbor_damping)

    def _mean_of_pairs(self, xs, ys, of_y):
        """Weighted mean deviations for pairs, where `of_y` has the deviations in a row a y."""
        order = np.argsort(ys, kind="stable")
        xs, ys, means = xs[order].astype(np.int32), ys[order].astype(np.int32), np.empty(len(xs))
        kernels.mean_of_pairs(xs, ys, *_parts(self.neighbors_), *_parts(of_y), *self._counting(), means)
        in_place = np.empty(len(means))
        in_place[order] = means
        return in_place

    def _mean_of_rows(self, xs, neighbors, of_x):
        """Weighted mean deviations for some x and every y, where `of_x` has the deviations in a row an x."""
        means = np.empty((len(xs), of_x.shape[1]))
        xs = xs.astype(np.int32)
        kernels.mean_of_rows(xs, *_parts(neighbors), *_parts(of_x), *self._counting(), means)
        return means

    def _explain(self, user, item):
        reasons = self._baseline_reasons(user, item)
        x, deviations = self._known_to(user, item)
        own = slice(*self.neighbors_.indptr[x : x + 2])
        others, s = self.neighbors_.indices[own], self.neighbors_.data[own]
        chosen = np.flatnonzero(~np.isnan(deviations[others]))[: self.n_neighbors]
        if len(chosen) < self.min_neighbors:
            return reasons
        others, s = others[chosen], s[chosen]
        parts = s * deviations[others] / (self.neighbor_damping + np.abs(s).sum())
        order = np.argsort(-np.abs(parts), kind="stable")
        return reasons + [(self._because(user, item, others[place]), parts[place]) for place in order]

    def _stars_of(self, user, item):
        """Return the rating behind a deviation, as text."""
        row = self.deviations_[[user]].toarray()[0]
        return f"{round(row[item] + self._baseline(self.user_bias_[user])[item], 2):g}"


class ItemKNN(_KNN):
    r"""A rating is the baseline, plus what the member thought of the most similar films, above their baselines.

    .. math:: \hat r_{ui} = b_{ui} + \frac{\sum_j s_{ij} (r_{uj} - b_{uj})}{\lambda_k + \sum_j |s_{ij}|}, \qquad
        b_{ui} = \mu + b_u + b_i

    The sum runs over the :math:`k` films :math:`j` that are most similar to :math:`i` among those that the member has
    rated, other than :math:`i` itself; films of equal similarity count in the order of the film table. With fewer than
    `min_neighbors` of them the prediction is the baseline.

    Two films are compared on the members who rated both. The similarity is

    - "cosine": of the stars as they are;
    - "adjusted_cosine": of the stars above the member's mean;
    - "pearson": the correlation of the stars over these members;
    - "pearson_baseline": the cosine of the deviations :math:`r_{ui} - b_{ui}`,

    times :math:`(n - 1) / (n - 1 + \lambda_s)` for :math:`n` such members.

    For `UserKNN` read it with members and films exchanged ("adjusted_cosine": stars above the film's mean).

    Parameters
    ----------
    n_neighbors : int, default=40
        :math:`k`: how many neighbours count at most.
    similarity : {"cosine", "adjusted_cosine", "pearson", "pearson_baseline"}, default="pearson_baseline"
    shrinkage : float, default=100.0
        :math:`\lambda_s`, in ratings: how strongly similarities with little support are drawn towards 0.
    min_support : int, default=1
        Pairs with fewer common ratings are not similar; both Pearson similarities ask for at least 2.
    min_neighbors : int, default=1
        With fewer neighbours than that the prediction is the baseline.
    neighbor_damping : float, default=0.2
        :math:`\lambda_k`: the baseline itself counts as a neighbour of this similarity, so that a few weak neighbours
        do not carry the prediction far. 0 leaves the weighted mean as it is.
    positive_only : bool, default=True
        Neighbours are only those with a similarity above 0. Without it they are the strongest similarities of
        either sign, and somebody who disagrees counts the other way round.
    n_kept : int, optional
        How many neighbours of each film are remembered. All when not given: the predictions are then exactly those of
        the formula, since any of them may be among the k nearest that a member has rated. With some hundreds, large
        data takes far less memory, and predictions change a little.
    damping : float, default=5.0
        Of the biases, in ratings (`BiasModel`).

    Attributes
    ----------
    mean_ : float
        :math:`\mu`, in stars.
    user_bias_, item_bias_ : ndarray of shape (n_users,) and (n_items,)
        :math:`b_u` and :math:`b_i`, in stars.
    neighbors_ : scipy.sparse.csr_array of shape (n_items, n_items)
        :math:`s_{ij}`; in each row the most similar film first.
    deviations_ : scipy.sparse.csr_array of shape (n_users, n_items)
        :math:`r_{uj} - b_{uj}`, in stars.

    References
    ----------
    Sarwar, Karypis, Konstan & Riedl (2001), "Item-Based Collaborative Filtering Recommendation Algorithms"; Koren
    (2008), "Factorization Meets the Neighborhood", eq. 3. With ``neighbor_damping=0`` and
    the same biases, Surprise's ``KNNBaseline`` predicts the same for every pair that is not a training rating (for
    those it counts a film as its own neighbour).
    """

    def _find_neighbors(self, stars):
        values = {"cosine": stars, "pearson": stars}.get(self.similarity, self.deviations_)
        if self.similarity == "adjusted_cosine":
            values = _without_row_means(stars)
        self.neighbors_ = self._compare(_turned(values), values)

    def _predict(self, users, items):
        baseline = self.mean_ + self.user_bias_[users] + self.item_bias_[items]
        return baseline + self._mean_of_pairs(items, users, self.deviations_)

    def _scores(self, users):
        means = self._mean_of_rows(np.arange(len(self.item_bias_)), self.neighbors_, _turned(self.deviations_[users]))
        return means.T + self._baseline(self.user_bias_[users, np.newaxis])

    def _fold_in(self, items, values):
        from scipy import sparse

        order = np.argsort(items)
        items, values = items[order].astype(np.int32), values[order]
        baseline = self._baseline(self._newcomer_bias(items, values))
        column = (values - baseline[items], items, np.array([0, len(items)], dtype=np.int32))
        of_film = sparse.csc_array(column, shape=(len(baseline), 1)).tocsr()
        return baseline + self._mean_of_rows(np.arange(len(baseline)), self.neighbors_, of_film)[:, 0]

    def _similarities(self, item):
        return self.neighbors_[[item]].toarray()[0]

    def _known_to(self, user, item):
        deviations, own = np.full(len(self.item_bias_), np.nan), slice(*self.deviations_.indptr[user : user + 2])
        deviations[self.deviations_.indices[own]] = self.deviations_.data[own]
        return item, deviations

    def _because(self, user, item, other):
        return f"because you rated {self.ratings_.films['title'].iloc[other]}: {self._stars_of(user, other)}"


class UserKNN(_KNN):
    r"""A rating is the baseline, plus what the most similar members thought of the film, above their baselines.

    .. math:: \hat r_{ui} = b_{ui} + \frac{\sum_v s_{uv} (r_{vi} - b_{vi})}{\lambda_k + \sum_v |s_{uv}|}, \qquad
        b_{ui} = \mu + b_u + b_i

    The sum runs over the :math:`k` members :math:`v` who are most similar to :math:`u` among those who rated the film.
    Parameters and attributes are those of `ItemKNN`, with members and films exchanged.

    Somebody new is compared with all members when `fold_in` is called; an item-based model has everything ready.

    Attributes
    ----------
    neighbors_ : scipy.sparse.csr_array of shape (n_users, n_users)
        :math:`s_{uv}`; in each row the most similar member first.
    compared_ : scipy.sparse.csr_array of shape (n_items, n_users)
        What members are compared by, a row a film: stars or deviations, as the similarity asks.
    item_mean_ : ndarray of shape (n_items,)
        Plain means, in stars; 0 for a film without ratings.

    References
    ----------
    Herlocker, Konstan, Terveen & Riedl (2004), "Evaluating Collaborative Filtering Recommender Systems", and Surprise's
    ``KNNBaseline`` with ``user_based=True``.
    """

    def _find_neighbors(self, stars):
        self.compared_ = _turned({"cosine": stars, "pearson": stars}.get(self.similarity, self.deviations_))
        self.item_mean_ = _row_means(_turned(stars))
        if self.similarity == "adjusted_cosine":
            self.compared_ = _without_row_means(_turned(stars))
        self.neighbors_ = self._compare(_turned(self.compared_), self.compared_)

    def _predict(self, users, items):
        baseline = self.mean_ + self.user_bias_[users] + self.item_bias_[items]
        return baseline + self._mean_of_pairs(users, items, _turned(self.deviations_))

    def _scores(self, users):
        means = self._mean_of_rows(users, self.neighbors_, self.deviations_)
        return means + self._baseline(self.user_bias_[users, np.newaxis])

    def _fold_in(self, items, values):
        from scipy import sparse

        order = np.argsort(items)
        items, values = items[order].astype(np.int32), values[order]
        baseline = self._baseline(self._newcomer_bias(items, values))
        above = {"cosine": 0.0, "pearson": 0.0, "adjusted_cosine": self.item_mean_[items]}
        values = values - above.get(self.similarity, baseline[items])
        row = sparse.csr_array((values, items, np.array([0, len(items)], dtype=np.int32)), shape=(1, len(baseline)))
        return (
            baseline + self._mean_of_rows(np.arange(1), self._compare(row, self.compared_, own=-1), self.deviations_)[0]
        )

    def _known_to(self, user, item):
        deviations = np.full(len(self.user_bias_), np.nan)
        rated = _turned(self.deviations_)
        own = slice(*rated.indptr[item : item + 2])
        deviations[rated.indices[own]] = rated.data[own]
        return user, deviations

    def _because(self, user, item, other):
        return f"because member {self.ratings_.user_ids[other]} rated it: {self._stars_of(other, item)}"


def _parts(matrix):
    return matrix.indptr, matrix.indices, matrix.data


def _turned(matrix):
    """Return the transpose of a csr_array as a csr_array."""
    return matrix.tocsc().T


def _with_values(matrix, values):
    return type(matrix)((values, matrix.indices, matrix.indptr), shape=matrix.shape)


def _row_means(stars):
    return damped_mean(stars.data, np.repeat(np.arange(stars.shape[0]), np.diff(stars.indptr)), stars.shape[0], 0.0)


def _without_row_means(stars):
    return _with_values(stars, stars.data - np.repeat(_row_means(stars), np.diff(stars.indptr)))
