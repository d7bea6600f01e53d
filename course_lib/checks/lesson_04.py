"""The questions of lesson 04, baselines."""

import numpy as np
import pandas as pd

from course_lib import biases as library
from course_lib.checks import Choice, Fix, Function, Value
from course_lib.checks.same import close

ERRORS = np.array([1, -1, 1, -1, 4])
HERE = [1.0, 2.0, 3.0, -4.0], [0, 0, 0, 2], 4
PAIRS = [1.5, 0.5, -1.0, 0.5, -0.5, -2.0], [0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 1, 2], 3, 3
KNOWN = [4.0, 5.0, 1.0, 2.0], [0, 0, 1, 1]


def some_groups(rng):
    """Draw values in groups, one of them empty, and a damping."""
    return rng.normal(size=12), rng.integers(0, 4, size=12), 5, float(rng.uniform(1, 8))


def some_pairs(rng):
    """Draw ratings counted from their mean, of 6 members and 5 films, and a damping."""
    cells = rng.permutation(30)[:18]
    return rng.normal(size=18), cells // 5, cells % 5, 6, 5, float(rng.uniform(1, 5))


def some_members(rng):
    """Draw squared errors and counts of 30 members, and which members each crowd is made of."""
    counts = rng.integers(1, 20, size=30)
    return rng.uniform(0.1, 3, size=30) * counts, counts, rng.integers(30, size=(400, 30))


def some_split(rng):
    """Draw known and hidden ratings of 6 films, of which the last has no known one."""
    return rng.integers(1, 11, 14) / 2, rng.integers(0, 5, 14), rng.integers(1, 11, 8) / 2, rng.integers(0, 6, 8), 6


def take_turns(centred, users, items, n_users, n_items, damping, n_sweeps=1000, of_films=1, of_users=1, sign=1):
    """Return the members' and the films' biases by taking turns, as the lesson does."""
    b_u = np.zeros(n_users)
    for _ in range(n_sweeps):
        b_i = library.damped_mean(centred - sign * b_u[users], items, n_items, of_films * damping)
        b_u = library.damped_mean(centred - sign * b_i[items], users, n_users, of_users * damping)
    return b_u, b_i


def by_least_squares(centred, users, items, n_users, n_items, damping):
    """Return the same biases from the normal equations of ridge regression."""
    ones = np.zeros((len(centred), n_users + n_items))
    rows = np.arange(len(centred))
    ones[rows, users] = ones[rows, n_users + items] = 1
    weights = np.linalg.solve(ones.T @ ones + damping * np.eye(n_users + n_items), ones.T @ centred)
    return weights[:n_users], weights[n_users:]


def taken_off_for_good(centred, users, items, n_users, n_items, damping):
    """Take turns on what the turns before have left."""
    for _ in range(100):
        b_i = library.damped_mean(centred, items, n_items, damping)
        centred = centred - b_i[items]
        b_u = library.damped_mean(centred, users, n_users, damping)
        centred = centred - b_u[users]
    return b_u, b_i


def squares(totals, counts, draws, axis=1):
    """Return the mean squared error of each crowd."""
    return totals[draws].sum(axis) / counts[draws].sum(axis)


def middle(totals, counts, draws, level=0.95, axis=1):
    """Return the interval of the RMSE."""
    return np.quantile(np.sqrt(squares(totals, counts, draws, axis)), [(1 - level) / 2, (1 + level) / 2])


def by_loop(totals, counts, draws):
    """Return the same interval, crowd by crowd."""
    crowds = [(totals[crowd].sum() / counts[crowd].sum()) ** 0.5 for crowd in draws]
    return np.percentile(crowds, 2.5), np.percentile(crowds, 97.5)


def rmse_of_means(known, known_films, hidden, hidden_films, n_films, fallback=None):
    """Return the RMSE of films' means from known ratings, with the mean of those for films that have none."""
    fallback = known.mean() if fallback is None else fallback
    guesses = [known[known_films == film].mean() if (known_films == film).any() else fallback for film in hidden_films]
    return float(np.sqrt(np.mean((np.array(guesses) - hidden) ** 2)))


def rmse_by_pandas(known, known_films, hidden, hidden_films, n_films):
    """Return the same by a Series of means."""
    means = pd.Series(known).groupby(known_films).mean().reindex(range(n_films)).fillna(known.mean())
    return np.sqrt(((means.to_numpy()[hidden_films] - hidden) ** 2).mean())


def rmse_by_counting(known, known_films, hidden, hidden_films, n_films):
    """Return the same by sums and counts, counted from the mean."""
    means = known.mean() + library.damped_mean(known - known.mean(), known_films, n_films, 0.0)
    return np.sqrt(((means[hidden_films] - hidden) ** 2).mean())


def with_all_counted(known, known_films, hidden, hidden_films, n_films):
    """Sum the known ratings and count the hidden ones too."""
    total = np.bincount(known_films, known, n_films)
    n = np.bincount(np.concatenate([known_films, hidden_films]), minlength=n_films)
    means = np.where(n > 0, total / np.maximum(n, 1), known.mean())
    return np.sqrt(((means[hidden_films] - hidden) ** 2).mean())


def without_unknown_films(known, known_films, hidden, hidden_films, n_films):
    """Measure on the films with known ratings alone."""
    asked = np.isin(hidden_films, known_films)
    return rmse_of_means(known, known_films, hidden[asked], hidden_films[asked], n_films)


def with_nan(known, known_films, hidden, hidden_films, n_films):
    """Divide 0 by 0 for a film without known ratings."""
    nothing = np.nan if np.setdiff1d(hidden_films, known_films).size else None
    return rmse_of_means(known, known_films, hidden, hidden_films, n_films, nothing)


q1 = Value(
    "mae and rmse",
    stub="mae = ...\nrmse = ...",
    answer=(1.6, 2.0),
    same=close(0.001),
    mistakes={
        "The errors cancel out when you add them with their signs. Take their sizes first: np.abs.":
            (float(ERRORS.mean()), ...),
        "You added up and did not divide. Both measures are means, over five guesses here.":
            (float(np.abs(ERRORS).sum()), float(np.sqrt((ERRORS**2).sum()))),
        "The MAE is right. The RMSE is not in stars yet: take the root of the mean square.":
            (..., float((ERRORS**2).mean())),
        "The root of a square is the size again. Take the mean of the squares first, and the root last.":
            (..., float(np.sqrt(ERRORS**2).mean())),
        "You took the root of the sum. Take the mean of the squares first, and the root last.":
            (..., float(np.sqrt((ERRORS**2).sum()) / len(ERRORS))),
        "The two have changed places. The RMSE is the larger one: it counts a large error more than its share.":
            (2.0, 1.6),
        "That is the standard deviation: it measures from the mean error, the RMSE measures from zero.":
            (..., float(ERRORS.std())),
    },
    shows="Without the large error both would be 1. It moves the MAE to 1.6 and the RMSE to 2.",
)  # fmt: skip

q2 = Function(
    "damped_mean(values, groups, n_groups, damping)",
    stub="...",
    answer=library.damped_mean,
    probes=[(*HERE, 1), (*HERE, 0), ([2.0], [0], 1, 5.0)],
    more_probes=some_groups,
    same=close(1e-6),
    mistakes={
        "That is the plain mean: nothing is damped. Add the damping to the number of values.":
            lambda values, groups, n_groups, damping: library.damped_mean(values, groups, n_groups, 0),
        "You added the damping above the line too. The pretended values are zeros: they add nothing to the sum.":
            lambda values, groups, n_groups, damping: _guarded(
                np.bincount(groups, values, n_groups) + damping, np.bincount(groups, minlength=n_groups) + damping),
        "You multiplied the damping with the count. It is added: each group gets so many zeros more.":
            lambda values, groups, n_groups, damping: _guarded(
                np.bincount(groups, values, n_groups), np.bincount(groups, minlength=n_groups) * (1 + damping)),
        "Right, but for a group without values and damping 0: 0/0 is nan. Answer 0 for it.":
            lambda values, groups, n_groups, damping: _guarded(
                np.bincount(groups, values, n_groups), np.bincount(groups, minlength=n_groups) + damping, np.nan),
        "You drew the groups towards the mean of the values. The pretended values are zeros, so draw towards 0.":
            lambda values, groups, n_groups, damping: _guarded(
                np.bincount(groups, values, n_groups) + damping * values.mean(),
                np.bincount(groups, minlength=n_groups) + damping),
        "Those are sums. Divide by how many values the group has, plus the damping.":
            lambda values, groups, n_groups, damping: np.bincount(groups, values, n_groups),
    },
    also_right=[
        lambda values, groups, n_groups, damping: [
            values[groups == g].sum() / max((groups == g).sum() + damping, 1e-300) for g in range(n_groups)],
        lambda values, groups, n_groups, damping: pd.Series(values).groupby(groups).agg(
            lambda group: group.sum() / (len(group) + damping)).reindex(range(n_groups)).fillna(0.0).to_numpy(),
    ],
    shows="One rating two stars above the mean counts a third of a star with five pretended ones, not two stars.",
)  # fmt: skip

q3 = Function(
    "biases(centred, users, items, n_users, n_items, damping)",
    stub="...",
    answer=take_turns,
    probes=[(*PAIRS, 1.0), (*PAIRS, 5.0)],
    more_probes=some_pairs,
    same=close(1e-4),
    mistakes={
        "One turn is not enough: the films' biases were found before the members' were known. Repeat both steps.":
            lambda *given: take_turns(*given, n_sweeps=1),
        "Both are means of the ratings as they are. Take the other side's biases off before you average.":
            lambda centred, users, items, n_users, n_items, damping: (
                library.damped_mean(centred, users, n_users, damping),
                library.damped_mean(centred, items, n_items, damping)),
        "You returned the films' biases first. Return the members', then the films'.":
            lambda *given: take_turns(*given)[::-1],
        "Only the films are damped. A member with one rating needs it just as much.":
            lambda *given: take_turns(*given, of_users=0),
        "Only the members are damped. A film with one rating needs it just as much.":
            lambda *given: take_turns(*given, of_films=0),
        "You took the biases off for good, turn after turn, so little is left for the last turn. Begin each step "
        "with `centred` as it was given, and take off the other side's biases alone.": taken_off_for_good,
        "Nothing is damped: hand `damping` on to both means.":
            lambda *given: take_turns(*given, of_films=0, of_users=0),
        "You added the other side's biases to the ratings. Take them off.":
            lambda *given: take_turns(*given, sign=-1),
    },
    also_right=[
        by_least_squares,
        lambda centred, u, i, n_u, n_i, damping: take_turns(centred, i, u, n_i, n_u, damping)[::-1],  # members first
    ],
    shows="Your biases are those of ridge regression: no other ones have a smaller penalised error.",
)  # fmt: skip

q4 = Choice(
    "Which plan leaks?",
    answer="b",
    wrong={
        "a": "Choosing by the validation part is what that part is for. The test part was not touched.",
        "c": "Learning from training and validation together is fine once all is chosen: nothing is measured on "
        "them any more. The board does it.",
        "d": "A test of the latest ratings is harder, and honest: nothing of it was known beforehand.",
    },
    shows="The mean of each member was computed with the hidden ratings in it, so each hidden rating had a part in "
    "its own guess.",
)

q5 = Function(
    "interval(totals, counts, draws)",
    stub="...",
    answer=middle,
    probes=[([4.0, 1.0, 9.0], [4, 1, 3], [[0, 1, 2], [0, 0, 1], [2, 2, 1], [1, 1, 1], [0, 2, 2]])],
    more_probes=some_members,
    same=close(1e-6),
    mistakes={
        "That is in squared stars: take the root of each crowd's mean.":
            lambda *given: np.quantile(squares(*given), [0.025, 0.975]),
        "Take the root before you look for the middle: the RMSE of each crowd first, then the 95 % of these.":
            lambda *given: np.sqrt(np.quantile(squares(*given), [0.025, 0.975])),
        "You divided by the number of members in a crowd. Divide by how many ratings they have: counts[draws].":
            lambda totals, counts, draws: middle(totals, np.ones(len(counts)), draws),
        "np.percentile counts in per cent: hand it 2.5 and 97.5, or take np.quantile.":
            lambda *given: np.percentile(np.sqrt(squares(*given)), [0.025, 0.975]),
        "You added up along the wrong axis. One row of `draws` is one crowd, so add along axis=1.":
            lambda *given: middle(*given, axis=0),
        "A crowd's RMSE is its sum of squares over its number of ratings. You averaged the members' own means, so "
        "that one with a single rating counts as much as one with fifty.":
            lambda totals, counts, draws: np.quantile(np.sqrt((totals / counts)[draws].mean(axis=1)), [0.025, 0.975]),
        "Those are the lowest and the highest crowd. Leave out 2.5 % at each end.":
            lambda *given: middle(*given, 1.0),
        "You left out 5 % at each end, which makes 90 %. It is 2.5 % at each end.":
            lambda *given: middle(*given, 0.9),
        "The crowds were not used: one number came out twice. Draw rows of totals and counts by `draws`.":
            lambda totals, counts, draws: np.full(2, np.sqrt(totals.sum() / counts.sum())),
        "The high end stands first. Return low, then high.": lambda *given: middle(*given)[::-1],
    },
    also_right=[by_loop, lambda *given: tuple(middle(*given).tolist())],
    shows=lambda result: f"Of the five small crowds the middle lies between {result[0]:.2f} and {result[1]:.2f} stars.",
)  # fmt: skip

q6 = Fix(
    "error_of_means(known, known_films, hidden, hidden_films, n_films)",
    stub=(
        "def error_of_means(known, known_films, hidden, hidden_films, n_films):\n"
        "    values = np.concatenate([known, hidden])\n"
        "    films = np.concatenate([known_films, hidden_films])\n"
        "    total, n = np.bincount(films, values, n_films), np.bincount(films, minlength=n_films)\n"
        "    means = np.where(n > 0, total / np.maximum(n, 1), known.mean())\n"
        "    return np.sqrt(((means[hidden_films] - hidden) ** 2).mean())"
    ),
    symptom="a film without any known rating is guessed without error",
    answer=rmse_of_means,
    probes=[(*KNOWN, [3.0, 4.0], [2, 0], 3), (*KNOWN, [5.0, 1.0], [0, 1], 2)],
    more_probes=some_split,
    same=close(1e-6),
    mistakes={
        "The error is measured on the known ratings now. Learn from those, measure on the hidden ones.":
            lambda *given: rmse_of_means(*given[:2], *given[:2], given[4]),
        "A film without known ratings gets 0 stars now, and nobody gives 0 stars. Guess the mean of the known ratings.":
            lambda *given: rmse_of_means(*given, fallback=0.0),
        "A film without known ratings is guessed as nan: 0/0. Guess the mean of the known ratings for it.": with_nan,
        "The leak is smaller, and still there: films without known ratings get a mean with hidden ratings in it.":
            lambda known, known_films, hidden, hidden_films, n_films: rmse_of_means(
                known, known_films, hidden, hidden_films, n_films, np.concatenate([known, hidden]).mean()),
        "The sums are of the known ratings now, and the counts are still of both. Count the known ones alone.":
            with_all_counted,
        "You left out the films without known ratings. They are asked about too: guess the mean of the known ratings.":
            without_unknown_films,
        "That is the mean square. The last line took the root; keep it.":
            lambda *given: rmse_of_means(*given) ** 2,
    },
    also_right=[rmse_by_pandas, rmse_by_counting],
    shows="Only known ratings are in the means now, and the error is as large as it really is.",
)  # fmt: skip


def _guarded(total, n, empty=0.0):
    return np.divide(total, n, out=np.full(len(n), empty), where=n > 0)
