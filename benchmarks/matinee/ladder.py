"""The ladder of models that predict stars: RMSE on test rows, and what blending them gains."""

from dataclasses import asdict

import numpy as np
from against_truth import measure_against_truth
from learners import content_kernel
from models import MODELS, fit_all
from scores import rmse
from tuning import split_rows, tune

# What a word of each kind counts in the content model. The star counts most: a liking for leading actors was planted.
WEIGHTS = {"genres": 0.6, "director": 0.6, "actors": 0.4, "keywords": 0.3, "decade": 0.3, "series": 0.5, "star": 1.2}
RESAMPLES = 1000


def measure_ladder(core, split=0, select=False):
    """Tune, fit again with the validation rows, score once. RMSE and gains in stars."""
    parts = split_rows(len(core.stars), split, select)
    kernel = content_kernel(core.catalogue[: core.n_films], WEIGHTS)
    tuned = tune(core, parts, kernel)
    fitted = fit_all(core, parts.fit_and_validation, tuned.settings, kernel)
    members, films, stars = core.members[parts.test], core.films[parts.test], core.stars[parts.test]
    guesses = fitted.guesses(members, films)
    blend, weights = blended(tuned.guesses, core.stars[parts.validation], guesses)
    errors = {"film mean": rmse(film_means(core, parts.fit_and_validation)[films], stars)}
    errors |= {model: rmse(guesses[:, place], stars) for place, model in enumerate(MODELS)}
    errors["blend"] = rmse(blend, stars)
    best = min(MODELS, key=errors.get)
    return {
        "RMSE": errors,
        "gain of the blend": errors[best] - errors["blend"],
        "its interval": gain_interval(core.n_members, members, stars, guesses[:, MODELS.index(best)], blend),
        "validation RMSE by rank": tuned.by_rank,
        "validation RMSE by start": tuned.by_start,
        "weights of the blend": weights.round(2).tolist(),
        "chosen": {"best model": best, **asdict(tuned.settings)},
        **measure_against_truth(core, parts, fitted),
    }


def film_means(core, rows):
    """The mean of each film's ratings, in stars; 0 for a film without any."""
    films = core.films[rows]
    total = np.bincount(films, core.stars[rows], minlength=core.n_films)
    return total / np.maximum(np.bincount(films, minlength=core.n_films), 1)


def blended(validation_guesses, validation_stars, guesses):
    """Blend the models by a ridge regression on validation rows; give the guesses and each model's weight."""
    centre, mean = validation_guesses.mean(0), validation_stars.mean()
    X = validation_guesses - centre
    weights = np.linalg.solve(X.T @ X + np.eye(X.shape[1]), X.T @ (validation_stars - mean))
    return np.clip(mean + (guesses - centre) @ weights, 0.5, 5), weights


def gain_interval(n_members, members, stars, single, blend):
    """95 % interval of the blend's gain in RMSE, by drawing members with replacement."""
    of_single, of_blend = (np.bincount(members, (guess - stars) ** 2, minlength=n_members) for guess in (single, blend))
    count = np.bincount(members, minlength=n_members)
    drawn = np.random.default_rng(0).multinomial(n_members, np.ones(n_members) / n_members, size=RESAMPLES)
    gain = np.sqrt(drawn @ of_single / (drawn @ count)) - np.sqrt(drawn @ of_blend / (drawn @ count))
    return np.quantile(gain, [0.025, 0.975]).tolist()


def averaged(runs):
    """Average every number over splits; what was chosen stays side by side, one a split."""
    first = runs[0]
    if isinstance(first, dict):
        return {
            name: [run[name] for run in runs] if name == "chosen" else averaged([run[name] for run in runs])
            for name in first
        }
    if isinstance(first, list):
        return [averaged(list(values)) for values in zip(*runs, strict=True)]
    return float(np.mean(runs))
