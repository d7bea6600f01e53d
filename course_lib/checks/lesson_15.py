"""The questions of lesson 15, the article's network on paper."""

import numpy as np

from course_lib.checks import Choice, Fix, Function, Value
from course_lib.checks.same import close

TINY = 1e-7
RUN = {
    "training": [0.62, 0.53, 0.49, 0.46, 0.43, 0.40, 0.37, 0.33, 0.30, 0.26, 0.23, 0.20],
    "hidden": [0.61, 0.58, 0.57, 0.58, 0.59, 0.61, 0.64, 0.67, 0.71, 0.75, 0.80, 0.84],
}
"""The picture of question 5."""


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _count(n_users, n_movies, k, units, n_in=None, tables=None, biases=True):
    total, n_in = (n_users + n_movies) * k if tables is None else tables, n_in or 2 * k
    for n_out in units:
        total += n_in * n_out + n_out * biases
        n_in = n_out
    return total


def _count_by_pairs(n_users, n_movies, k, units):
    sizes = [2 * k, *units]
    layers = [(before + 1) * after for before, after in zip(sizes, sizes[1:], strict=False)]
    return n_users * k + n_movies * k + sum(layers)


def _count_first_input_always(n_users, n_movies, k, units):
    return (n_users + n_movies) * k + sum(2 * k * n + n for n in units)


def _count_one_bias_a_layer(n_users, n_movies, k, units):
    return _count(n_users, n_movies, k, units, biases=False) + len(units)


def _some_sizes(rng):
    return int(rng.integers(5, 50)), int(rng.integers(51, 90)), int(rng.integers(2, 9)), [int(rng.integers(3, 20)), 1]


def _labels(stars, kind):
    return (stars >= 4).astype(float) if kind == "liked" else (stars - 0.5) / 4.5


def _labels_by_where(stars, kind):
    return {"liked": np.where(stars >= 4, 1.0, 0.0), "scaled": (stars - 0.5) / (5 - 0.5)}[kind]


def _labels_one_by_one(stars, kind):
    if kind == "liked":
        return [1 if one >= 4 else 0 for one in stars]
    return [(one - 0.5) / 4.5 for one in stars]


def _some_stars(rng):
    return rng.integers(1, 11, size=8) / 2, str(rng.choice(["liked", "scaled"]))


def _cost(y, chances, mean=np.mean, low=TINY):
    c = np.clip(chances, low, 1 - low)
    return -mean(y * np.log(c) + (1 - y) * np.log(1 - c))


def _cost_in_two_halves(y, chances):
    c = np.clip(chances, TINY, 1 - TINY)
    return float((y * -np.log(c)).mean() + ((1 - y) * -np.log1p(-c)).mean())


def _cost_one_by_one(y, chances):
    c = np.clip(np.broadcast_to(chances, np.shape(y)), TINY, 1 - TINY)
    return sum(-one * np.log(p) - (1 - one) * np.log(1 - p) for one, p in zip(y, c, strict=True)) / len(c)


def _not_cut_off(y, chances):
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.mean(y * np.log(chances) + (1 - y) * np.log(1 - np.asarray(chances)))


def _some_chances(rng):
    return (rng.random(9) < 0.6).astype(float), rng.uniform(0.05, 0.95, 9)


def _forward(user_row, movie_row, W, b, w, c):
    x = np.concatenate([user_row, movie_row])
    return _sigmoid(np.maximum(x @ W + b, 0) @ w + c)


def _forward_in_two_parts(user_row, movie_row, W, b, w, c):
    k = len(user_row)
    z = user_row @ W[:k] + movie_row @ W[k:] + b
    return 1 / (1 + np.exp(-(np.where(z > 0, z, 0).dot(w) + c)))


def _forward_unit_by_unit(user_row, movie_row, W, b, w, c):
    x, score = [*user_row, *movie_row], c
    for unit in range(len(b)):
        z = sum(one * weight for one, weight in zip(x, W[:, unit], strict=True)) + b[unit]
        score += max(z, 0) * w[unit]
    return _sigmoid(score)


def _without_relu(user_row, movie_row, W, b, w, c):
    return _sigmoid((np.concatenate([user_row, movie_row]) @ W + b) @ w + c)


def _film_first(user_row, movie_row, W, b, w, c):
    return _forward(movie_row, user_row, W, b, w, c)


def _without_last_bias(user_row, movie_row, W, b, w, c):
    return _forward(user_row, movie_row, W, b, w, 0)


def _score_itself(user_row, movie_row, W, b, w, c):
    return np.maximum(np.concatenate([user_row, movie_row]) @ W + b, 0) @ w + c


def _sigmoid_twice(user_row, movie_row, W, b, w, c):
    return _sigmoid(_forward(user_row, movie_row, W, b, w, c))


def _a_network(rng, c=None):
    k, units = 3, 5
    c = rng.normal() if c is None else c
    rows = rng.normal(size=(2, k))
    return rows[0], rows[1], rng.normal(size=(2 * k, units)), rng.normal(size=units), rng.normal(size=units), c


q1 = Value(
    "unit_1, unit_2, score, chance",
    stub="unit_1 = ...\nunit_2 = ...\nscore = ...\nchance = ...",
    answer=(2, 0, 1, _sigmoid(1.0)),
    same=close(0.005),
    mistakes={
        "Unit 2 is below 0 before ReLU: it hands on 0, and with that goes the score.": (2, -2, -3, _sigmoid(-3.0)),
        "Unit 2 is right, but you put it into the score as it was before ReLU.": (2, 0, -3, _sigmoid(-3.0)),
        "The bias of the last unit is missing: subtract 1.": (2, 0, 2, _sigmoid(2.0)),
        "That is the score. The chance is its sigmoid.": (2, 0, 1, 1.0),
        "You have the sigmoid of minus the score: the chance of the other way to go.": (2, 0, 1, _sigmoid(-1.0)),
    },
    shows="Two dot products, a bend, one more dot product, a sigmoid: that is all that the network does.",
)

q2 = Function(
    "n_parameters(n_users, n_movies, k, units)",
    stub="...",
    answer=_count,
    probes=[(10_000, 1_700, 10, [64, 1]), (3, 2, 4, [1]), (5, 6, 3, [8, 4, 1])],
    more_probes=_some_sizes,
    mistakes={
        "The biases are missing: one for each unit.":
            lambda n_users, n_movies, k, units: _count(n_users, n_movies, k, units, biases=False),
        "The first dense layer takes two rows side by side, 2 * k numbers. You counted one.":
            lambda n_users, n_movies, k, units: _count(n_users, n_movies, k, units, n_in=k),
        "A bias belongs to each unit. You counted one for each layer.": _count_one_bias_a_layer,
        "Each layer takes what the one before it gives out, not always the two rows.": _count_first_input_always,
        "Those are the dense layers alone. The tables are learned too.":
            lambda n_users, n_movies, k, units: _count(n_users, n_movies, k, units, tables=0),
        "Those are the tables alone.": lambda n_users, n_movies, k, units: (n_users + n_movies) * k,
        "Tables lie side by side: their numbers add up. You multiplied members by films.":
            lambda n_users, n_movies, k, units: _count(n_users, n_movies, k, units, tables=n_users * n_movies * k),
    },
    also_right=[_count_by_pairs, lambda n_users, n_movies, k, units: float(_count(n_users, n_movies, k, units))],
    shows="The article's network has 118,409, and 117,000 of them are the two tables.",
)  # fmt: skip

q3 = Function(
    "labels(stars, kind)",
    stub="...",
    answer=_labels,
    probes=[([5, 4, 3.5, 1, 0.5], "liked"), ([5, 4, 3.5, 1, 0.5], "scaled")],
    more_probes=_some_stars,
    mistakes={
        "Four stars are liked too: use >=, not >.":
            lambda stars, kind: (stars > 4).astype(float) if kind == "liked" else _labels(stars, kind),
        "Divided by 5, half a star becomes 0.1. Subtract 0.5 first, so that it becomes 0.":
            lambda stars, kind: _labels(stars, kind) if kind == "liked" else stars / 5,
        "After subtracting 0.5 five stars are 4.5: divide by that, so that they become 1.":
            lambda stars, kind: _labels(stars, kind) if kind == "liked" else (stars - 0.5) / 5,
        "Both kinds come out alike. Look at kind.": lambda stars, kind: _labels(stars, "liked"),
        "The kinds are the wrong way round.":
            lambda stars, kind: _labels(stars, "scaled" if kind == "liked" else "liked"),
        "Scaled by the smallest and largest stars that came, the same stars mean something else in the next batch. "
        "Use 0.5 and 5.": lambda stars, kind: _labels(stars, kind) if kind == "liked" else
            (stars - stars.min()) / max(np.ptp(stars), 1e-9),
    },
    also_right=[_labels_by_where, _labels_one_by_one],
    properties={"no label below 0 or above 1": lambda y, stars, kind: np.min(y) >= 0 and np.max(y) <= 1},
    shows="The same stars, two questions: how many stars, or liked at all.",
)  # fmt: skip

q4 = Function(
    "cross_entropy(y, chances)",
    stub="...",
    answer=_cost,
    probes=[([1, 0, 1, 0], 0.5), ([1.0, 0, 0], [0.73, 0.27, 0.5]), ([1.0, 0.56, 0], [1.0, 0.4, 1.0])],
    more_probes=_some_chances,
    same=close(1e-4),
    mistakes={
        "That is the sum. Average it over the labels.": lambda y, chances: _cost(y, chances, np.sum),
        "The sign is missing: a logarithm of a chance is below 0, a cost is not.":
            lambda y, chances: -_cost(y, chances),
        "A label of 0 costs too: it adds -ln(1 - c).":
            lambda y, chances: -np.mean(y * np.log(np.clip(chances, TINY, 1 - TINY))),
        "Labels and chances are the wrong way round: 1 - y stands before ln(1 - c).":
            lambda y, chances: _cost(1 - y, chances),
        "That is the squared error. Cross-entropy takes logarithms.":
            lambda y, chances: np.mean((y - chances) ** 2),
        "A chance of exactly 0 or 1 costs infinity. Cut chances off at 1e-7 and 1 - 1e-7 first.": _not_cut_off,
        "Those are logarithms to the base 2. Use np.log.": lambda y, chances: _cost(y, chances) / np.log(2),
    },
    also_right=[_cost_in_two_halves, _cost_one_by_one],
    shows=lambda cost: f"A coin flip costs {cost:.2f} whatever happens: ln 2.",
)  # fmt: skip

q5 = Choice(
    "What should you do?",
    answer="b",
    wrong={
        "a": "The falling line is that of the ratings it has seen. On hidden ones each further epoch makes it worse.",
        "c": "More units make it easier to learn by heart. The training line shows that it has enough.",
        "d": "At epoch 3 it is well below the dotted line: something has been learned. It was lost again later.",
    },
    shows="Early stopping: of twelve networks, one for each epoch, the third is the best on hidden ratings.",
)

q6 = Fix(
    "forward(user_row, movie_row, W, b, w, c)",
    stub=(
        "def forward(user_row, movie_row, W, b, w, c):\n"
        "    x = np.concatenate([user_row, movie_row])\n"
        "    hidden = np.maximum(x @ W + b, 0)\n"
        "    score = np.maximum(hidden @ w + c, 0)\n"
        "    return 1 / (1 + np.exp(-score))"
    ),
    symptom="no chance comes out below one half",
    answer=_forward,
    probes=[_a_network(np.random.default_rng(seed), c) for seed, c in ((0, -2.0), (1, -1.0), (2, 0.5))],
    more_probes=_a_network,
    mistakes={
        "Now there is no ReLU at all. It belongs behind the first layer; only the score is without.": _without_relu,
        "The member's row comes first, then the film's.": _film_first,
        "The bias of the last unit is lost: add c.": _without_last_bias,
        "That is the score. The chance is its sigmoid.": _score_itself,
        "That is the sigmoid of a chance. The sigmoid takes the score, once.": _sigmoid_twice,
    },
    also_right=[_forward_in_two_parts, _forward_unit_by_unit],
    shows="The bend belongs between the layers. Behind the last one it cuts off every no.",
)  # fmt: skip
