"""The settings of the four models, chosen by RMSE on validation rows; how validation RMSE depends on MF's rank."""

from dataclasses import dataclass

import numpy as np
from learners import film_similarity, predict_mf
from models import STARTS, Settings, content_corrections, fitted_base, mf_factors
from scores import rmse

BIAS_REGS = (2, 5, 8)
SHRINKS, NEIGHBOURS = (60, 150), (10, 40, 80)
CONTENT_REGS = (1, 2, 4)
RANKS, MF_REGS, TUNING_STARTS = (3, 4, 5, 6, 7, 8, 10), (0.06, 0.08), (0, 1)


@dataclass(frozen=True, eq=False)
class Parts:
    """Rows of the core: 64 % to fit while settings are chosen, 16 % validation, both together, 20 % test."""

    fit: np.ndarray
    validation: np.ndarray
    fit_and_validation: np.ndarray
    test: np.ndarray


def split_rows(n_rows, number, select):
    """Split at random. Choosing a seed (`select`) takes other test rows; those of split 0 then help to fit and tune."""
    rng = np.random.default_rng(12345 if select else 12345 + number)
    place = rng.permutation(n_rows) / n_rows
    end = 0.8 - 0.2 * number if select else 1.0
    test = (place >= end - 0.2) & (place < end)
    rest = np.flatnonzero(~test)
    validation = rest[rng.permutation(len(rest)) < 0.2 * len(rest)]
    return Parts(np.setdiff1d(rest, validation), validation, rest, np.flatnonzero(test))


@dataclass(frozen=True, eq=False)
class Tuned:
    """The settings; the four models' guesses of the validation rows; MF's validation RMSE by rank and by start."""

    settings: Settings
    guesses: np.ndarray
    by_rank: dict
    by_start: list


def tune(core, parts, kernel):
    """Choose every setting on the validation rows."""
    wanted = (core.members[parts.validation], core.films[parts.validation])
    stars = core.stars[parts.validation]

    def best_of(guesses):
        return min(guesses, key=lambda setting: rmse(guesses[setting], stars))

    bases = {reg: fitted_base(core, parts.fit, reg) for reg in BIAS_REGS}
    bias_reg = best_of({reg: base.unclipped(*wanted) for reg, base in bases.items()})
    base = bases[bias_reg]
    knn = knn_guesses(base, wanted)
    content = {}
    for reg in CONTENT_REGS:
        corrections = content_corrections(core, parts.fit, base, kernel, reg)
        content[reg] = base.content(corrections, *wanted)
    shrink, neighbours = best_of(knn)
    content_reg = best_of(content)
    rank, mf_reg, by_rank = tune_mf(core, parts, wanted, stars)
    starts = [predict_mf(mf_factors(core, parts.fit, rank, mf_reg, start), *wanted) for start in STARTS]
    mf = min(starts, key=lambda guess: rmse(guess, stars))
    return Tuned(
        Settings(bias_reg, shrink, neighbours, content_reg, rank, mf_reg),
        np.stack([base.biases(*wanted), knn[shrink, neighbours], mf, content[content_reg]], 1),
        by_rank,
        [round(rmse(guess, stars), 4) for guess in starts],
    )


def knn_guesses(base, wanted):
    """Guess with every setting of kNN."""
    guesses = {}
    for shrink in SHRINKS:
        similarity = film_similarity(base.residuals, base.rated, shrink)
        for neighbours in NEIGHBOURS:
            guesses[shrink, neighbours] = base.knn(similarity, neighbours, *wanted)
    return guesses


def tune_mf(core, parts, wanted, stars):
    """Give the best rank, the best regularization, and the smallest validation RMSE of each rank."""
    errors = {}
    for rank in RANKS:
        for reg in MF_REGS:
            for start in TUNING_STARTS:
                factors = mf_factors(core, parts.fit, rank, reg, start)
                errors[rank, reg, start] = rmse(predict_mf(factors, *wanted), stars)
    rank, reg, _ = min(errors, key=errors.get)
    return rank, reg, {rank: min(errors[key] for key in errors if key[0] == rank) for rank in RANKS}
