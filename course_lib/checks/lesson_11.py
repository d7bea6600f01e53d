"""The questions of lesson 11, pairs."""

import numpy as np

from course_lib.checks import Choice, Fix, Function, Value
from course_lib.checks.same import anything, close


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _moved(p, q_i, q_j, e, eta, lam):
    return p + eta * (e * (q_i - q_j) - lam * p), q_i + eta * (e * p - lam * q_i), q_j + eta * (-e * p - lam * q_j)


def _step(p, q_i, q_j, eta, lam):
    return _moved(p, q_i, q_j, _sigmoid(-p @ (q_i - q_j)), eta, lam)


def _step_by_odds(p, q_i, q_j, eta, lam):
    pull, kept = eta / (1 + np.exp(p @ q_i - p @ q_j)), 1 - eta * lam
    return [kept * p + pull * (q_i - q_j), kept * q_i + pull * p, kept * q_j - pull * p]


def _step_from_one(p, q_i, q_j, eta, lam):
    d = q_i - q_j
    e = 1 - 1 / (1 + np.exp(-np.dot(p, d)))
    new = (1 - eta * lam) * np.array([p, q_i, q_j]) + eta * e * np.array([d, p, -p])
    return tuple(new)


def _step_one_after_the_other(p, q_i, q_j, eta, lam):
    new_p, *_ = _step(p, q_i, q_j, eta, lam)
    return new_p, *_moved(new_p, q_i, q_j, _sigmoid(-p @ (q_i - q_j)), eta, lam)[1:]


def _step_films_first(p, q_i, q_j, eta, lam):
    _, *new = _step(p, q_i, q_j, eta, lam)
    return _moved(p, *new, _sigmoid(-p @ (q_i - q_j)), eta, lam)[0], *new


def _step_all_times_the_error(p, q_i, q_j, eta, lam):
    e = _sigmoid(-p @ (q_i - q_j))
    return p + eta * e * (q_i - q_j - lam * p), q_i + eta * e * (p - lam * q_i), q_j + eta * e * (-p - lam * q_j)


def _some_rows(rng):
    return *rng.normal(size=(3, 4)), 0.1, 0.3


def _left(seen, chances):
    left = np.where(np.isin(np.arange(len(chances)), seen), 0, chances)
    return left / left.sum()


def _draw(seen, chances, n, rng):
    return rng.choice(len(chances), size=n, p=_left(seen, chances))


def _draw_again(seen, chances, n, rng):
    drawn, known = [], set(np.asarray(seen).tolist())
    while len(drawn) < n:
        film = int(rng.choice(len(chances), p=chances))
        if film not in known:
            drawn.append(film)
    return drawn


def _draw_by_the_sum(seen, chances, n, rng):
    left = np.setdiff1d(np.arange(len(chances)), seen)
    upto = np.cumsum(chances[left])
    return left[np.searchsorted(upto, rng.random(n) * upto[-1], side="right")]


def _draw_and_drop(seen, chances, n, rng):
    drawn = rng.choice(len(chances), size=n, p=chances)
    return drawn[~np.isin(drawn, seen)]


def _are_positions(films, chances):
    return np.asarray(films).dtype.kind in "iu" and np.min(films) >= 0 and np.max(films) < len(chances)


def _frequencies_fit(films, seen, chances, n):
    left = _left(seen, chances)
    off = np.abs(np.bincount(np.asarray(films), minlength=len(left)) - n * left)
    return bool((off <= 5 * np.sqrt(n * left * (1 - left)) + 1).all())


def _some_films(rng):
    chances = rng.random(7) + 0.1
    seen = rng.choice(7, 2, replace=False)
    return seen, chances / chances.sum(), 3000, np.random.default_rng(int(rng.integers(1000)))


def _auc(scores, liked):
    ours, others = scores[liked][:, None], scores[~liked]
    return ((ours > others) + 0.5 * (ours == others)).mean()


def _auc_by_ranks(scores, liked):
    from scipy.stats import rankdata

    n = liked.sum()
    return (rankdata(scores)[liked].sum() - n * (n + 1) / 2) / (n * (len(scores) - n))


def _some_scores(rng):
    liked = np.array([True, False, False, True, False, True, False, False])
    return rng.integers(0, 5, size=8).astype(float), rng.permutation(liked)


def _bias_step(b, i, j, eta):
    e, new = _sigmoid(b[j] - b[i]), b.astype(float).copy()
    np.add.at(new, i, eta * e)
    np.add.at(new, j, -eta * e)
    return new


def _bias_step_by_counts(b, i, j, eta):
    return b + eta * sum(sign * np.bincount(k, _sigmoid(b[j] - b[i]), len(b)) for sign, k in ((1, i), (-1, j)))


def _bias_step_pair_after_pair(b, i, j, eta):
    new = b.astype(float).copy()
    for one, other in zip(i, j, strict=True):
        e = _sigmoid(-(new[one] - new[other]))
        new[one] += eta * e
        new[other] -= eta * e
    return new


def _bias_step_half_mended(b, i, j, eta):
    e, new = _sigmoid(-(b[i] - b[j])), b.astype(float).copy()
    np.add.at(new, i, eta * e)
    new[j] -= eta * e
    return new


def _some_pairs(rng):
    i = rng.integers(0, 3, size=9)
    return rng.normal(size=6), i, rng.integers(3, 6, size=9), 0.2


q1 = Value(
    "e, new_p and new_i",
    stub="e = ...\nnew_p = ...\nnew_i = ...",
    answer=(0.8808, 1.5596, 1.3808),
    same=close(0.001),
    mistakes={
        "That is the chance that the order is right, sigmoid(x). The error is what it lacks to 1: sigmoid(-x).":
            (0.1192, 1.9404, 0.6192),
        "p moved the wrong way: it goes towards q_i - q_j, which is negative here.": (..., 2.4404, ...),
        "For q_i you took p from after the step. All three move with the numbers from before.": (..., ..., 1.1868),
        "That is where q_j goes. Here q_i was asked for, the film that was liked.": (..., ..., 0.6192),
        "You went the whole way: the learning rate eta is missing.": (..., 1.1192, 2.2616),
        "Both moved uphill: p goes towards q_i - q_j, and q_i by plus eta * e * p.": (..., 2.4404, -0.3808),
        "q_i moves by eta * e times p. You took q_i itself.": (..., ..., 0.7202),
        "q_i has to rise: it is the film that was liked.": (..., ..., -0.3808),
    },
    shows="x goes from -2 to about 1.2: with so large a learning rate, one step turns the order round.",
)  # fmt: skip

q2 = Function(
    "step(p, q_i, q_j, eta, lam)",
    stub="...",
    answer=_step,
    probes=[([1.0, 2.0], [0.5, -1.0], [1.0, 0.5], 0.1, 0.5), ([0.3, -0.2], [0.1, 0.4], [0.0, 0.6], 0.2, 0.1)],
    more_probes=_some_rows,
    mistakes={
        "You moved p first and used the new p for the films. Keep the old one until all three are done.":
            _step_one_after_the_other,
        "You moved the films first and used the new ones for p. Keep the old ones until all three are done.":
            _step_films_first,
        "The learning rate is missing: eta times the whole step.":
            lambda p, q_i, q_j, eta, lam: _step(p, q_i, q_j, 1.0, lam),
        "The penalty does not depend on the error: only the first part is times e.": _step_all_times_the_error,
        "Those are the steps alone. Return the rows after the step.":
            lambda p, q_i, q_j, eta, lam: np.subtract(_step(p, q_i, q_j, eta, lam), [p, q_i, q_j]),
        "That is e = sigmoid(x): pairs that are in order would move most. The error is sigmoid(-x).":
            lambda p, q_i, q_j, eta, lam: _moved(p, q_i, q_j, _sigmoid(p @ (q_i - q_j)), eta, lam),
        "All signs are turned: this goes uphill.": lambda p, q_i, q_j, eta, lam: _step(p, q_i, q_j, -eta, lam),
        "q_j has to go away from p: its error has a minus.": lambda p, q_i, q_j, eta, lam: (
            *_step(p, q_i, q_j, eta, lam)[:2], q_j + eta * (_sigmoid(-p @ (q_i - q_j)) * p - lam * q_j)),
        "The penalty has the wrong sign: lam draws each row towards 0.":
            lambda p, q_i, q_j, eta, lam: _step(p, q_i, q_j, eta, -lam),
        "The penalty is missing: take lam times the row itself from each of the three.":
            lambda p, q_i, q_j, eta, lam: _step(p, q_i, q_j, eta, 0.0),
    },
    also_right=[_step_by_odds, _step_from_one],
    shows="Three rows moved, and each knew only about this one pair.",
)  # fmt: skip

q3 = Function(
    "draw(seen, chances, n, rng)",
    stub="...",
    answer=_draw,
    probes=[
        (np.array([0, 2]), np.array([0.1, 0.2, 0.3, 0.4]), 3000, np.random.default_rng(1)),
        (np.array([3]), np.array([0.05, 0.45, 0.1, 0.3, 0.1]), 3000, np.random.default_rng(2)),
    ],
    more_probes=_some_films,
    same=anything,
    properties={
        "n films come back": lambda films, seen, chances, n, rng: len(films) == n,
        "each is the position of a film, a whole number":
            lambda films, seen, chances, n, rng: _are_positions(films, chances),
        "no film is one that was seen": lambda films, seen, chances, n, rng: not np.isin(films, seen).any(),
        "each film left comes as often as its chance says, compared with the others that are left":
            lambda films, seen, chances, n, rng: _frequencies_fit(films, seen, chances, n),
    },
    behaviours={
        "another generator draws other films": lambda f: len({
            tuple(np.ravel(f(np.array([1]), np.full(9, 1 / 9), 20, np.random.default_rng(seed))).tolist())
            for seed in range(4)
        }) > 1,
    },
    mistakes={
        "n films come back": _draw_and_drop,
        "no film is one that was seen": lambda seen, chances, n, rng: rng.choice(len(chances), size=n, p=chances),
        "each film left comes as often as its chance says, compared with the others that are left":
            lambda seen, chances, n, rng: rng.choice(np.setdiff1d(np.arange(len(chances)), seen), size=n),
        "another generator draws other films":
            lambda seen, chances, n, rng: _draw(seen, chances, n, np.random.default_rng(0)),
    },
    also_right=[_draw_again, _draw_by_the_sum],
    shows="Never a seen film, the right frequencies, and the same films again from the same seed.",
)  # fmt: skip

q4 = Function(
    "auc(scores, liked)",
    stub="...",
    answer=_auc,
    probes=[(np.array([2.0, 0.5, 1.0, 0.2]), np.array([True, False, True, False])),
            (np.array([1.0, 3.0, 2.0, 2.0, 0.0]), np.array([False, True, True, False, False]))],
    more_probes=_some_scores,
    mistakes={
        "A tie counts half. You gave it nothing.":
            lambda scores, liked: (scores[liked][:, None] > scores[~liked]).mean(),
        "A tie counts half. You gave it a whole point.":
            lambda scores, liked: (scores[liked][:, None] >= scores[~liked]).mean(),
        "The other way round: the liked film should score above the other.":
            lambda scores, liked: 1 - _auc(scores, liked),
        "You compared liked films with all films. Only the others make pairs with them.":
            lambda scores, liked: np.mean([np.mean((one > scores) + 0.5 * (one == scores)) for one in scores[liked]]),
        "You counted the pairs. Divide by how many there are.":
            lambda scores, liked: _auc(scores, liked) * liked.sum() * (~liked).sum(),
    },
    also_right=[
        _auc_by_ranks,
        lambda scores, liked: np.mean([(a > b) + (a == b) / 2 for a in scores[liked] for b in scores[~liked]]),
    ],
    properties={"it lies between 0 and 1": lambda share, scores, liked: 0 <= share <= 1},
    shows="A share of pairs: 1 when all are in order, one half when lots were drawn.",
)  # fmt: skip

q5 = Fix(
    "bias_step(b, i, j, eta)",
    stub=(
        "def bias_step(b, i, j, eta):\n"
        "    e = 1 / (1 + np.exp(b[i] - b[j]))\n"
        "    new = b.copy()\n"
        "    new[i] += eta * e\n"
        "    new[j] -= eta * e\n"
        "    return new"
    ),
    symptom="a film that is liked in three of the pairs moves as if it were in one",
    answer=_bias_step,
    probes=[(np.zeros(4), np.array([0, 0, 0]), np.array([1, 2, 3]), 0.1),
            (np.array([0.5, 0.0, -0.5, 0.2]), np.array([0, 1, 1, 0]), np.array([2, 3, 2, 2]), 0.1)],
    more_probes=_some_pairs,
    mistakes={
        "The liked films are right now. The others can stand in several pairs as well.": _bias_step_half_mended,
        "One pair after the other is another step: here all errors come from the biases before it.":
            _bias_step_pair_after_pair,
        "The films that were left have to move too, downwards.":
            lambda b, i, j, eta: b + eta * np.bincount(i, _sigmoid(b[j] - b[i]), len(b)),
    },
    also_right=[
        _bias_step_by_counts,
        lambda b, i, j, eta: b + eta * (np.eye(len(b))[i] - np.eye(len(b))[j]).T @ _sigmoid(b[j] - b[i]),
    ],
    shows="new[i] += ... writes once for each film, however often it stands in i.",
)  # fmt: skip

q6 = Choice(
    "What do you try first?",
    answer="b",
    wrong={
        "a": "The loss is next to nothing already: nearly all pairs are in order, and such pairs move nothing. More "
             "visits of the same kind change little.",
        "c": "What was bought and sent back has been chosen. Pairs of chosen things say nothing about choosing: see "
             "What goes wrong.",
        "d": "The steps are small because the errors are. Larger steps on pairs that are in order teach nothing new.",
    },
    shows="The pairs were too easy. A popular negative is one that the customer might have chosen.",
)  # fmt: skip
