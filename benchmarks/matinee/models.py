"""The four models of the ladder, fitted: biases, kNN, MF and content, each a guess in stars from 0.5 to 5."""

from dataclasses import dataclass

import numpy as np
from core import marked
from learners import film_similarity, fit_biases, fit_content, fit_mf, predict_knn, predict_mf
from scores import rmse

# A start can lose an axis, so MF is the best of three.
STARTS = (0, 1, 2)
MODELS = ("biases", "kNN", "MF", "content")


@dataclass(frozen=True)
class Settings:
    """What validation chooses: regularizations, kNN's shrinkage (in members) and neighbours, MF's rank."""

    bias_reg: float
    knn_shrink: float
    knn_neighbours: int
    content_reg: float
    mf_rank: int
    mf_reg: float


@dataclass(frozen=True, eq=False)
class Base:
    """Biases fitted on some rows, and what they leave over: `residuals` and `rated` are (n_members, n_films)."""

    mean: float
    member_bias: np.ndarray
    film_bias: np.ndarray
    residuals: np.ndarray
    rated: np.ndarray

    def unclipped(self, members, films):
        return self.mean + self.member_bias[members] + self.film_bias[films]

    def biases(self, members, films):
        return np.clip(self.unclipped(members, films), 0.5, 5)

    def knn(self, similarity, neighbours, members, films):
        base = self.unclipped(members, films)
        guess = predict_knn(members, films, base, self.residuals, self.rated, similarity, neighbours)
        return np.clip(guess, 0.5, 5)

    def content(self, corrections, members, films):
        return np.clip(self.unclipped(members, films) + corrections[members, films], 0.5, 5)


def fitted_base(core, rows, reg):
    """Fit the biases on some rows of the core."""
    members, films, stars = core.members[rows], core.films[rows], core.stars[rows]
    mean, member_bias, film_bias = fit_biases(members, films, stars, core.n_members, core.n_films, reg)
    shape = (core.n_members, core.n_films)
    left_over = stars - mean - member_bias[members] - film_bias[films]
    residuals, rated = marked(members, films, shape, left_over), marked(members, films, shape)
    return Base(mean, member_bias, film_bias, residuals, rated)


def content_corrections(core, rows, base, kernel, reg):
    """Fit the content model on what the biases leave over of some rows."""
    members, films = core.members[rows], core.films[rows]
    return fit_content(members, films, base.residuals[members, films], kernel, core.n_members, reg)


def mf_factors(core, rows, rank, reg, start):
    """Fit one MF on some rows."""
    members, films, stars = core.members[rows], core.films[rows], core.stars[rows]
    return fit_mf(members, films, stars, core.n_members, core.n_films, rank, reg, start)


@dataclass(frozen=True, eq=False)
class Fitted:
    """All four models, fitted on the same rows with given settings."""

    settings: Settings
    base: Base
    similarity: np.ndarray
    factors: tuple
    corrections: np.ndarray

    def guess(self, model, members, films):
        """Give one model's guesses."""
        if model == "biases":
            return self.base.biases(members, films)
        if model == "kNN":
            return self.base.knn(self.similarity, self.settings.knn_neighbours, members, films)
        if model == "MF":
            return predict_mf(self.factors, members, films)
        return self.base.content(self.corrections, members, films)

    def guesses(self, members, films):
        """Give all four models' guesses, (n, 4)."""
        return np.stack([self.guess(model, members, films) for model in MODELS], 1)


def fit_all(core, rows, settings, kernel):
    """Fit all four models; of MF's starts the one with the smallest training error counts."""
    base = fitted_base(core, rows, settings.bias_reg)
    members, films, stars = core.members[rows], core.films[rows], core.stars[rows]
    starts = [mf_factors(core, rows, settings.mf_rank, settings.mf_reg, start) for start in STARTS]
    return Fitted(
        settings,
        base,
        film_similarity(base.residuals, base.rated, settings.knn_shrink),
        min(starts, key=lambda factors: rmse(predict_mf(factors, members, films), stars)),
        content_corrections(core, rows, base, kernel, settings.content_reg),
    )
