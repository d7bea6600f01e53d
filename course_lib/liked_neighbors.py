"""Neighbours without stars: films that the same members chose (lessons 09 to 13 hold it beside their models)."""

import numpy as np

from course_lib.feedback import history, liked_from
from course_lib.recommender import Recommender
from course_lib.similarity import rows_of_lists


class LikedItemKNN(Recommender):
    r"""A film's score is how alike it is to the films that the member chose.

    .. math:: s_{ui} = \sum_{j \text{ chosen by } u} w_{ji}, \qquad
        w_{ji} = \frac{n_{ij}}{\sqrt{n_i n_j}} \cdot \frac{n_{ij}}{n_{ij} + \lambda_s}

    :math:`n_i` members chose film :math:`i`, and :math:`n_{ij}` chose both; the first fraction is the cosine of two
    columns of zeros and ones. Of each film :math:`j` only the k nearest count; equal ones in the order of the film
    table.

    Every rating that it is fitted on is a film chosen: give it ``ratings.liked()``. Somebody without any gets the
    scores of the mean member.

    Parameters
    ----------
    n_neighbors : int, default=100
        k.
    shrinkage : float, default=0.0
        :math:`\lambda_s`, in members: how strongly similarities that few members stand behind are drawn towards 0.

    Attributes
    ----------
    history_ : scipy.sparse.csr_array of shape (n_users, n_items), float32
        1 for each film chosen.
    neighbors_ : scipy.sparse.csr_array of shape (n_items, n_items), float32
        :math:`w_{ji}`: a row holds the k nearest films of film j.
    typical_ : ndarray of shape (n_items,), float32
        The mean score of a film over all members with a history.
    liked_from_ : float
        The lowest stars among the ratings that it was fitted on.

    References
    ----------
    Sarwar, Karypis, Konstan & Riedl (2001), "Item-Based Collaborative Filtering Recommendation Algorithms"; Linden,
    Smith & York (2003), "Amazon.com Recommendations: Item-to-Item Collaborative Filtering". Without shrinkage it is
    implicit's ``CosineRecommender`` with ``K = n_neighbors + 1``, which counts a film as its own neighbour.
    """

    predicts_stars = False

    def __init__(self, n_neighbors=100, shrinkage=0.0):
        self.n_neighbors = n_neighbors
        self.shrinkage = shrinkage

    def _fit(self, ratings):
        self._require(n_neighbors=1, shrinkage=0)
        self.history_, self.liked_from_ = history(ratings), liked_from(ratings)
        self.neighbors_ = self._nearest()
        n_with_history = max(np.count_nonzero(np.diff(self.history_.indptr)), 1)
        chosen = np.bincount(self.history_.indices, minlength=ratings.n_items) / n_with_history
        self.typical_ = (self.neighbors_.T @ chosen).astype(np.float32)

    def _nearest(self):
        from course_lib._kernels.nearest import nearest_by_count

        X, chosen_by = self.history_, self.history_.tocsc()
        n_items = X.shape[1]
        lengths = np.sqrt(np.maximum(np.diff(chosen_by.indptr), 1))
        shape, tables = (n_items, min(self.n_neighbors, n_items)), (chosen_by.indptr, chosen_by.indices)
        found, alike = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.float32)
        counts = np.zeros(n_items, dtype=np.int64)
        shrinkage = float(self.shrinkage)
        nearest_by_count(*tables, X.indptr, X.indices, lengths, shrinkage, found, alike, counts)
        table = rows_of_lists(counts, found, alike, n_items)
        table.sort_indices()
        return table

    def _scores(self, users):
        scores = (self.history_[users] @ self.neighbors_).toarray()
        scores[np.diff(self.history_.indptr)[users] == 0] = self.typical_
        return scores

    def _fold_in(self, items, values):
        items = np.sort(items[values >= self.liked_from_])
        if not len(items):
            return self.typical_.copy()
        return np.asarray(self.neighbors_[items].sum(axis=0)).ravel()

    def _similarities(self, item):
        return self.neighbors_[[item]].toarray()[0]

    def _explain(self, user, item):
        own = self.history_.indices[slice(*self.history_.indptr[user : user + 2])]
        if not len(own):
            return [("what members choose on the average", self.typical_[item])]
        parts, titles = self.neighbors_[own][:, [item]].toarray()[:, 0], self.ratings_.films["title"].to_numpy()
        order = np.argsort(-parts, kind="stable")
        return [(f"because you chose {titles[own[at]]}", parts[at]) for at in order if parts[at] or at == order[0]]
