"""How near the fitted models come to the truth, which only a simulated world has. RMSE in stars."""

import numpy as np
from core import rows_in_truth
from learners import fit_mf, predict_mf
from models import STARTS
from scores import rmse


def measure_against_truth(core, parts, fitted):
    """Axes found again, the best guesses there can be, films the members did not choose, training with tail."""
    return {
        "canonical correlations": canonical_correlations(core, fitted.factors[4]),
        **oracles(core, parts.test),
        "uniform test": uniform_test(core, fitted),
        "MF trained with tail and light members": mf_with_everything(core, parts, fitted.settings),
    }


def canonical_correlations(core, film_factors):
    """Correlations between the true and the learned axes, each pair turned to fit best; the largest first."""
    true = core.world.truth.item_factors[: core.n_films]
    bases = [np.linalg.qr(factors - factors.mean(0))[0] for factors in (true, film_factors)]
    return np.linalg.svd(bases[0].T @ bases[1])[1].tolist()


def oracles(core, rows):
    """RMSE of the expected rating itself; and if it is always taken in the middle of the period."""
    truth = core.world.truth
    users, items = truth.members.ids[core.members[rows]], truth.films.ids[core.films[rows]]
    middle = np.full(len(rows), int(np.median(core.times)))
    return {
        "oracle": rmse(truth.mean_rating(users, items, core.times[rows]), core.stars[rows]),
        "oracle that ignores time": rmse(truth.mean_rating(users, items, middle), core.stars[rows]),
    }


def uniform_test(core, fitted):
    """RMSE on films drawn evenly from those a member has not rated, the smallest possible one, and the mean rating."""
    truth = core.world.truth
    asked, stars = truth.uniform_test, truth.uniform_test["rating"]
    members, films = rows_in_truth(core.world, asked)
    errors = {model: rmse(fitted.guess(model, members, films), stars) for model in ("biases", "kNN", "MF")}
    expected = truth.mean_rating(asked["userId"], asked["movieId"], asked["timestamp"])
    return errors | {"floor": rmse(expected, stars), "mean": float(stars.mean())}


def mf_with_everything(core, parts, settings):
    """Core test RMSE of each start of MF, if the tail and the light members are in training too."""
    ratings, truth = core.world.ratings, core.world.truth
    members, films = rows_in_truth(core.world, ratings)
    extra = np.flatnonzero((members >= core.n_members) | (films >= core.n_films))
    train = parts.fit_and_validation
    members = np.r_[core.members[train], members[extra]]
    films = np.r_[core.films[train], films[extra]]
    stars = np.r_[core.stars[train], ratings["rating"][extra]]
    order = np.random.default_rng(0).permutation(len(stars))
    members, films, stars = members[order], films[order], stars[order]
    errors = []
    for start in STARTS:
        sizes = (len(truth.members.ids), len(truth.films.ids))
        factors = fit_mf(members, films, stars, *sizes, settings.mf_rank, settings.mf_reg, start)
        guess = predict_mf(factors, core.members[parts.test], core.films[parts.test])
        errors.append(rmse(guess, core.stars[parts.test]))
    return errors
