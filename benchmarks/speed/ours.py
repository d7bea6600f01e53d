"""Our side of each comparison: one small function a model says with which hyperparameters it is fitted.

`s` holds what both sides are given: k factors, the number of rounds (epochs or iterations), rate, penalty and so on.
"""

import numpy as np

from benchmarks.speed.side import Side, per_members, per_pairs
from course_lib.als import ExplicitALS
from course_lib.factorization import MatrixFactorization
from course_lib.implicit import ImplicitALS
from course_lib.liked_neighbors import LikedItemKNN
from course_lib.linear import EASE
from course_lib.neighbors import ItemKNN
from course_lib.pairs import BPR

START = 0.1
"""Standard deviation of the random numbers that P and Q start with, here and in Surprise."""


def sgd(s, seed):
    """Biased matrix factorization, by gradient descent with steps of constant size."""
    return MatrixFactorization(
        n_factors=s["k"], n_epochs=s["rounds"], learning_rate=s["rate"], learning_rate_decay=0.0,
        regularization=s["penalty"], init_scale=START, solver="fast", random_state=seed,
    )  # fmt: skip


def als(s, seed):
    """The same model, by alternating least squares, with three steps of conjugate gradient a row."""
    return ExplicitALS(
        n_factors=s["k"], n_iterations=s["rounds"], regularization=s["penalty"], solver="cg", random_state=seed
    )


def ials(s, seed):
    """Alternating least squares on what was liked."""
    return ImplicitALS(
        n_factors=s["k"], n_iterations=s["rounds"], alpha=s["alpha"], regularization=s["penalty"],
        solver="exact" if s.get("exact") else "cg", engine="fast", random_state=seed,
    )  # fmt: skip


def bpr(s, seed):
    """Pairs of a liked film and another one."""
    return BPR(n_factors=s["k"], n_epochs=s["rounds"], learning_rate=s["rate"], regularization=s["penalty"],
               solver="fast", random_state=seed)  # fmt: skip


def knn_liked(s, seed):
    """Neighbours among films, by who liked them."""
    return LikedItemKNN(n_neighbors=s["neighbors"])


def knn_stars(s, seed):
    """Neighbours among films, by the stars of members who rated both."""
    return ItemKNN(similarity="cosine", shrinkage=0.0, n_kept=s["neighbors"])


def ease(s, seed):
    """One matrix of weights, in single precision."""
    return EASE(regularization=s["penalty"], dtype="float32")


class Stars(Side):
    """A model of course_lib that predicts stars."""

    by = "course_lib"

    def __init__(self, make, settings, threads):
        super().__init__(settings, threads)
        self.make = make

    def form(self, data):
        """Return the training ratings; their sparse matrices are there already, as the peers' are."""
        data.train._csr, data.train._csc  # noqa: B018
        return data.train

    def fit(self, form, seed):
        """Fit the model."""
        return self.make(self.s, seed).fit(form)

    @per_pairs
    def use(self, model, data):
        """Predict stars of pairs, which come as ids."""
        users, items, _ = data.pairs(self.s["pairs"])
        ratings = model.ratings_
        return model.predict(ratings.user_ids[users], ratings.item_ids[items])


class OneByOne(Stars):
    """A model that visits ratings one by one, and so needs no matrices."""

    def form(self, data):
        """Return the training ratings."""
        return data.train


class Lists(Stars):
    """A model of course_lib that makes lists."""

    def form(self, data):
        """Return what was liked in the training ratings, with its sparse matrices."""
        data.liked._csr, data.liked._csc  # noqa: B018
        return data.liked

    @per_members
    def use(self, model, data):
        """List 20 films for every member."""
        return model.recommend_all(20)[0]


class Neighbors(Lists):
    """Similarities of films; judged by the sum of those that were kept."""

    def use(self, model, data):
        """Nothing: what is compared is how long it takes to find neighbours."""

    def judge(self, model, used, data, other):
        """Add up all similarities."""
        return float(model.neighbors_.data.sum(dtype=np.float64))


class NeighborsOfStars(Neighbors):
    """The same, of films that were rated."""

    form = Stars.form


class Weights(Lists):
    """EASE; judged by how far its weights are from those of the other side."""

    def use(self, model, data):
        """Nothing: what is compared is the solution of the equations."""

    def judge(self, model, used, data, other):
        """Return the largest error in a sample of columns."""
        if other is None:
            return 0.0
        columns = np.random.default_rng(0).choice(len(other), min(len(other), 200), replace=False)
        return max(float(np.abs(model._column(j) - other[:, j]).max()) for j in columns)
