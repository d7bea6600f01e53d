"""The questions of the wrap-up of part two: stars for real members, from biases to learned factors."""

from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from course_lib import evaluation
from course_lib.baselines import BiasModel, GlobalMean, ItemMean, UserMean
from course_lib.biases import fit_biases
from course_lib.checks import Fix, Function, Table, Value
from course_lib.checks.same import close, same_order, table
from course_lib.ratings import Ratings
from course_lib.svd import FilledSVD

COLUMNS = ["RMSE", "difference", "low", "high"]


def some_ratings(seed, n_users=30, n_items=12, quality=0.5, kindness=0.4):
    """Draw stars of a few members, who differ in kindness, of films that differ in quality."""
    rng = np.random.default_rng(seed)
    films, members = quality * rng.normal(size=n_items), kindness * rng.normal(size=n_users)
    users, items = np.nonzero(rng.uniform(size=(n_users, n_items)) < 0.75)
    stars = 3 + films[items] + members[users] + 0.6 * rng.normal(size=len(users))
    stars = (2 * stars).round().clip(2, 9) / 2
    frame = pd.DataFrame({"userId": users + 1, "movieId": 10 * items + 7, "rating": stars})
    return Ratings.from_frame(frame, columns={"timestamp": None})


def error_of(ratings, damping, fitted_on="train", on="validation"):
    """Fit biases on some parts of the ratings, and give their RMSE on another."""
    split = evaluation.board_split(ratings)
    known, *more = [getattr(split, part) for part in fitted_on.split()]
    held_out = getattr(split, on)
    biases = fit_biases(known.join(more[0]) if more else known, damping)
    return np.sqrt(np.mean((held_out.values - biases.of(held_out.users, held_out.items)) ** 2))


def _error_of_a_model(ratings, damping):
    split = evaluation.board_split(ratings)
    return evaluation.star_error(BiasModel(damping).fit(split.train), split).value


def _error_by_choosing(ratings, damping):
    return evaluation.choose(BiasModel(), evaluation.board_split(ratings), {"damping": [damping]})["RMSE"].min()


q1 = Fix(
    "validation_error(ratings, damping)",
    stub=(
        "def validation_error(ratings, damping):\n"
        "    biases = fit_biases(ratings, damping)\n"
        "    held_out = evaluation.board_split(ratings).validation\n"
        "    errors = held_out.values - biases.of(held_out.users, held_out.items)\n"
        "    return np.sqrt(np.mean(errors**2))"
    ),
    symptom="the error becomes smaller when the damping is taken away, however few ratings a film has",
    names={"evaluation": evaluation, "fit_biases": fit_biases},
    answer=error_of,
    probes=[(some_ratings(1), 5.0), (some_ratings(2, n_users=20), 0.0)],
    more_probes=lambda rng: (some_ratings(int(rng.integers(1000))), float(rng.uniform(1, 9))),
    same=close(1e-6),
    mistakes={
        "You measure on the ratings that the biases were fitted on. Measure on the validation part.":
            lambda *given: error_of(*given, on="train"),
        "The validation part is still among what the biases are fitted on.":
            lambda *given: error_of(*given, "train validation"),
        "You opened the test part. It stays closed until the choice is made.":
            lambda *given: error_of(*given, on="test"),
        "The biases know the test part, which stays closed.": lambda *given: error_of(*given, "train test"),
        "The leak is mended, and the root is missing now.": lambda *given: error_of(*given) ** 2,
    },
    also_right=[_error_of_a_model, _error_by_choosing],
    shows="What is measured on was not there when the biases were fitted.",
)  # fmt: skip


def steps_of(models, split, against_the_first=False):
    """Compare each model with the one before it, member by member."""
    rows, names = {}, list(models)
    for before, name in zip(names, names[1:], strict=False):
        before = names[0] if against_the_first else before
        row = evaluation.compare({before: models[before], name: models[name]}, split).loc[name]
        rows[name] = dict(zip(COLUMNS, row.drop(["low", "high"]), strict=True))
    return _with_verdict(pd.DataFrame(rows).T)


def _with_verdict(frame):
    return frame.assign(more_than_luck=(frame["low"] > 0) | (frame["high"] < 0))


def _turned(models, split):
    right = steps_of(models, split)
    return right.assign(difference=-right["difference"], low=-right["high"], high=-right["low"])


def _with_own_bounds(models, split, minus_those_before):
    right, own = steps_of(models, split), evaluation.compare(models, split)
    low, high = own["low"], own["high"]
    if minus_those_before:
        low, high = low - high.shift(), high - low.shift()
    return _with_verdict(right.assign(low=low, high=high))


def _steps_by_lists(models, split):
    told, names = [], list(models)
    for before, name in zip(names, names[1:], strict=False):
        value, _, _, difference, low, high = evaluation.compare(models, split, against=before).loc[name]
        told.append([value, difference, low, high, not low <= 0 <= high])
    return pd.DataFrame(told, index=names[1:], columns=[*COLUMNS, "more_than_luck"])


def _steps_by_joining(models, split):
    tables = {name: evaluation.compare(models, split, against=name) for name in models}
    rows = [tables[before].loc[[name]] for before, name in zip(models, list(models)[1:], strict=False)]
    joined = pd.concat(rows).drop(columns=["low", "high"]).set_axis(COLUMNS, axis=1)
    return joined.assign(more_than_luck=np.sign(joined["low"]) == np.sign(joined["high"]))


@lru_cache(maxsize=8)
def some_models(seed):
    """Fit four plain models on drawn ratings; the mapping cannot be changed, so no copies are made of it."""
    split = evaluation.board_split(some_ratings(seed, n_users=60, kindness=0.15))
    models = {"mean": GlobalMean(), "members": UserMean(), "films": ItemMean(), "biases": BiasModel()}
    return MappingProxyType({name: model.fit(split.train) for name, model in models.items()}), split


q2 = Function(
    "steps(models, split)",
    stub="...",
    answer=steps_of,
    probes=[],
    more_probes=lambda rng: some_models(int(rng.integers(1000))),
    same=table(tolerance=1e-4),
    mistakes={
        "Each model is compared with the first one. Compare it with the one before it.":
            lambda models, split: steps_of(models, split, against_the_first=True),
        "The signs are turned: the difference is this model's error minus that of the one before it.": _turned,
        "Those bounds say how sure each model's own error is. Take those of the difference.":
            lambda models, split: _with_own_bounds(models, split, minus_those_before=False),
        "You took two separate intervals apart. Draw the same members for both models: compare does.":
            lambda models, split: _with_own_bounds(models, split, minus_those_before=True),
        "A model that is worse than the one before it can be more than luck as well.":
            lambda models, split: steps_of(models, split).assign(more_than_luck=lambda frame: frame["high"] < 0),
    },
    also_right=[_steps_by_lists, _steps_by_joining],
    shows="The same members for both models: what makes a member hard to predict cancels out.",
)  # fmt: skip


def stars_of(mean, user_bias, item_bias, P, Q, user, items, without=None, scale=(0.5, 5.0)):
    """Return one member's stars for some films, cut at the ends of the scale."""
    parts = {"mean": mean, "member": user_bias[user], "film": item_bias[items], "taste": Q[items] @ P[user]}
    return np.clip(sum(part for name, part in parts.items() if name != without), *scale)


def some_factors(rng):
    """Draw a model of 6 members and 8 films, and which stars to predict."""
    P, Q = rng.normal(size=(6, 3)), rng.normal(size=(8, 3))
    biases = 3.5, 0.5 * rng.normal(size=6), 0.5 * rng.normal(size=8)
    return *biases, P, Q, int(rng.integers(1, 6)), rng.choice(8, size=4, replace=False)


BY_HAND = (3.5, [0.4, -0.3, 0.6], [0.2, -0.7, 0.5, 0.1], [[1.0, 0.5], [0.3, -1.2], [0.8, 0.9]],
           [[0.5, -0.4], [1.1, 0.6], [-0.9, 0.7], [0.2, 1.5]])  # fmt: skip

q3 = Function(
    "stars(mean, user_bias, item_bias, P, Q, user, items)",
    stub="...",
    answer=stars_of,
    probes=[(*BY_HAND, 1, [2, 0]), (*BY_HAND, 2, [3, 1, 0]), (*BY_HAND, 0, [1])],
    more_probes=some_factors,
    same=close(1e-6),
    mistakes={
        "Some of them leave the scale. Cut them off at half a star and at five stars.":
            lambda *given: stars_of(*given, scale=(-np.inf, np.inf)),
        "The mean is missing.": lambda *given: stars_of(*given, without="mean"),
        "How kind the member is, is missing.": lambda *given: stars_of(*given, without="member"),
        "How good the films are, is missing.": lambda *given: stars_of(*given, without="film"),
        "Those are the biases alone. What makes it this member's taste is missing.":
            lambda *given: np.broadcast_to(stars_of(*given, without="taste"), len(given[-1])),
        "You took the first films of the table. `items` says which rows they stand in.":
            lambda *given: stars_of(*given[:-1], np.arange(len(given[-1]))),
    },
    also_right=[
        lambda mean, user_bias, item_bias, P, Q, user, items: [
            min(5.0, max(0.5, mean + user_bias[user] + item_bias[i] + sum(P[user] * Q[i]))) for i in items],
        lambda mean, user_bias, item_bias, P, Q, user, items: np.clip(
            (mean + user_bias[:, np.newaxis] + item_bias + P @ Q.T)[user, items], 0.5, 5.0),
    ],
    shows="One number for everybody, one for the member, one for the film, and a dot product for the taste.",
)  # fmt: skip

# The numbers of Q4 and Q5 are those of ml-latest-small; the solution computes them anew.
MODELS = ["biases", "item neighbours", "filled SVD", "learned factors"]


def lists_of(rare, median):
    """Put what the models' lists are made of into a table."""
    return pd.DataFrame({"rare": rare, "median": median}, index=pd.Index(MODELS, name="model"))


q4 = Table(
    "rare",
    stub="rare = ...",
    answer=lambda: lists_of([0.2662, 0.2203, 0.2610, 0.9648], [78, 65, 72, 4]),
    tolerance=0.01,
    mistakes={
        "You counted hidden ratings too. What a model knows of a film are its ratings in the training part.":
            lambda: lists_of([0.1997, 0.1470, 0.1956, 0.9556], [129, 107, 126, 6]),
        "You counted each film once. In the lists of a hundred members it takes a hundred places.":
            lambda: lists_of([0.2500, 0.2754, 0.1345, 0.7538], [56, 34.5, 58, 5]),
        "That is the mean number of ratings. The median is asked for: half of the places have fewer.":
            lambda: lists_of([0.2662, 0.2203, 0.2610, 0.9648], [74.8415, 68.9023, 74.1167, 7.1059]),
        "That is the share of the other places, the films with at least 20 ratings.":
            lambda: lists_of([0.7338, 0.7797, 0.7390, 0.0352], [78, 65, 72, 4]),
    },
    also_right=[lambda: lists_of(np.array([0.2662, 0.2203, 0.2610, 0.9648]), np.array([78.0, 65.0, 72.0, 4.0])),
                lambda: lists_of([0.2662, 0.2203, 0.2610, 0.9648], [78, 65, 72, 4])[["median", "rare"]]],
    shows="By RMSE these models are hundredths of a star apart. By what they put first they are worlds apart.",
)  # fmt: skip

q5 = Value(
    "regularization and error",
    stub="tried = ...\nregularization = ...\nerror = ...",
    answer=(0.12, (0.8541, 0.8290, 0.8805)),
    same=close(2e-4, 0),
    mistakes={
        "The model was fitted on the training part alone. When the choice is made, the validation part may be learned "
        "from as well.": (0.12, (0.8674, 0.8421, 0.8936)),
        "That is the error on the validation part, by which you chose. Report the one on the test part.":
            (0.12, (0.8671, 0.8427, 0.8913)),
        "That fits the training ratings best, since it hardly holds the factors back. Choose by the validation part.":
            (0.02, (0.9266, 0.8978, 0.9557)),
        "That is the MAE. The RMSE is asked for.": (0.12, (0.6541, 0.6340, 0.6746)),
    },
    shows="Chosen on one part, reported once on another.",
)  # fmt: skip


def list_of(model, films, stars, n_ratings, at_least, n, with_rated=False, fewer=np.less, sign=-1, endless=False):
    """List films for somebody new: not rated, known well enough, best first."""
    ids, scores = model.ratings_.item_ids, model.fold_in(films, stars)
    out = fewer(n_ratings, at_least) | (np.isin(ids, films) & (not with_rated))
    order = np.argsort(np.where(out, np.inf, sign * scores), kind="stable")
    return ids[order[: n if endless else min(n, np.count_nonzero(~out))]]


def _list_from_a_frame(model, films, stars, n_ratings, at_least, n):
    frame = pd.DataFrame({"score": model.fold_in(films, stars), "n": n_ratings}, index=model.ratings_.item_ids)
    frame = frame[frame["n"] >= at_least].drop(index=films, errors="ignore")
    return frame.sort_values("score", ascending=False, kind="stable").index[:n].tolist()


def _list_by_hand(model, films, stars, n_ratings, at_least, n):
    rows = zip(-model.fold_in(films, stars), range(len(n_ratings)), model.ratings_.item_ids.tolist(), strict=True)
    return [film for _, i, film in sorted(rows) if n_ratings[i] >= at_least and film not in list(films)][:n]


@lru_cache(maxsize=8)
def some_svd(seed):
    """Fit a small model on drawn ratings of 15 films, some of which have few."""
    ratings = some_ratings(seed, n_users=40, n_items=15, quality=0.2)
    fame = np.linspace(0.1, 1.0, 15)[np.random.default_rng(seed).permutation(15)]
    kept = np.random.default_rng(seed + 1).uniform(size=len(ratings)) < fame[ratings.items]
    model = FilledSVD(n_factors=3, damping=1.0).fit(ratings.rows(kept))
    return model, np.bincount(ratings.items[kept], minlength=15)


def some_newcomer(rng):
    """Draw a model, what somebody new has rated, and how long a list to make."""
    model, n_ratings = some_svd(int(rng.integers(1000)))
    films = rng.choice(model.ratings_.item_ids, size=3, replace=False)
    at_least = int(np.sort(n_ratings)[rng.integers(4, 8)])  # one film has just so many
    return model, films, np.array([5.0, 1.0, 4.5]), n_ratings, at_least, int(rng.choice([5, 14]))


q6 = Function(
    "list_for(model, films, stars, n_ratings, at_least, n)",
    stub="...",
    answer=list_of,
    probes=[],
    more_probes=some_newcomer,
    same=same_order,
    mistakes={
        "What this person has rated is in the list.": lambda *given: list_of(*given, with_rated=True),
        "Films that too few have rated are in the list.":
            lambda *given: list_of(*given, fewer=lambda n_ratings, at_least: n_ratings < 0),
        "A film with just `at_least` ratings may stay.": lambda *given: list_of(*given, fewer=np.less_equal),
        "The worst come first. Mind the minus sign.": lambda *given: list_of(*given, sign=1),
        "Those are positions in the film table. Return the films' ids.":
            lambda *given: given[0].ratings_.item_index(list_of(*given)),
        "Fewer than n films are left, and the list goes on with those that were taken out.":
            lambda *given: list_of(*given, endless=True),
    },
    also_right=[_list_from_a_frame, _list_by_hand],
    shows="Nothing was fitted again: the films' factors stay, and one small regression finds yours.",
)  # fmt: skip
