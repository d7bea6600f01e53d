"""The questions of lesson 17, autoencoders."""

import numpy as np

from course_lib import paper
from course_lib.checks import Choice, Fix, Function
from course_lib.checks.same import close

STARS = paper.TABLE.to_numpy().T
SAID = np.where(np.isnan(STARS), 3.0, STARS + np.resize([0.5, -1.0, 0.0, 1.5], STARS.shape))
FULL = paper.FULL.to_numpy()


def _known(stars):
    return ~np.isnan(stars)


def _some_stars(rng):
    stars = rng.integers(1, 6, size=(4, 6)).astype(float)
    stars[rng.random(stars.shape) < 0.4] = np.nan
    stars[:, 0] = 4
    return rng.uniform(1, 5, size=stars.shape), stars


def _masked(said, stars):
    return float(np.nanmean((said - stars) ** 2))


def _masked_in_a_loop(said, stars):
    errors = [(s - r) ** 2 for s, r in zip(np.ravel(said), np.ravel(stars), strict=True) if r == r]
    return sum(errors) / len(errors)


def _gaps(row, chances, dropout):
    return row * (chances >= dropout) / (1 - dropout)


def _gaps_in_steps(row, chances, dropout):
    fed = row / (1 - dropout)
    fed[chances < dropout] = 0
    return fed


def _some_row(rng):
    row = (rng.random(12) < 0.6).astype(float)
    row[:2] = 1
    chances = rng.random(12)
    chances[:2] = 0.05, 0.95
    return row, chances, float(rng.uniform(0.2, 0.4))


def _shares(scores, axis=1):
    raised = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return raised / raised.sum(axis=axis, keepdims=True)


def _cost(scores, liked):
    return -(liked * np.log(_shares(scores))).sum(axis=1)


def _cost_row_by_row(scores, liked):
    cost = []
    for s, x in zip(scores, liked, strict=True):
        cost.append(sum(np.log(np.exp(s).sum()) - s[i] for i in np.flatnonzero(x)))
    return np.array(cost)


def _by_sigmoid(scores, liked):
    return -(liked * -np.log1p(np.exp(-scores))).sum(axis=1)


def _some_scores(rng):
    liked = (rng.random((3, 5)) < 0.5).astype(float)
    liked[:, 0] = 1
    return rng.normal(0, 1.5, (3, 5)), liked


def _mended(W, row, gaps):
    return float(_cost(((row * gaps) @ W)[None], row[None])[0])


def _mended_by_hand(W, row, gaps):
    scores = (row * gaps) @ W
    return row.sum() * np.log(np.exp(scores).sum()) - row @ scores


def _some_network(rng):
    row = np.array([1.0, 1, 1, 0, 1, 0])
    return rng.normal(0, 1, (6, 6)), row, np.array([1.0, 0, 1, 1, 1, 0])


def _rebuilt(R, k):
    v = np.linalg.svd(R, full_matrices=False)[2][:k].T
    return R @ v @ v.T


def _of_rank(R, k):
    u, s, vt = np.linalg.svd(R, full_matrices=False)
    return (u[:, :k] * s[:k]) @ vt[:k]


def _by_eigenvectors(R, k):
    vectors = np.linalg.eigh(R.T @ R)[1][:, ::-1][:, :k]
    return R @ vectors @ vectors.T


def _without_sigma(R, k):
    u, _, vt = np.linalg.svd(R, full_matrices=False)
    return u[:, :k] @ vt[:k]


def _smallest(R, k):
    u, s, vt = np.linalg.svd(R, full_matrices=False)
    return (u[:, -k:] * s[-k:]) @ vt[-k:]


def _one_factor(R, k):
    u, s, vt = np.linalg.svd(R, full_matrices=False)
    return s[k - 1] * np.outer(u[:, k - 1], vt[k - 1])


def _centred(R, k):
    return R.mean(axis=0) + _of_rank(R - R.mean(axis=0), k)


q1 = Function(
    "masked_loss(said, stars)",
    stub="rated = ...\nerrors = ...\nreturn np.mean(errors**2)",
    answer=_masked,
    probes=[(SAID, STARS), ([[2.0, 3, 2, 4, 4, 3]], [[1.0, np.nan, 2, 5, 4, np.nan]])],
    more_probes=_some_stars,
    same=close(1e-6),
    mistakes={
        "Your holes count as 0 stars. Leave them out: no error is measured there.":
            lambda said, stars: float(np.mean((said - np.where(_known(stars), stars, 0)) ** 2)),
        "The sum is over ratings, but you divided by all cells. Divide by the number of ratings.":
            lambda said, stars: float(np.nansum((said - stars) ** 2) / stars.size),
        "A nan in one cell makes the mean nan. Take only the cells that hold a rating.":
            lambda said, stars: float(np.mean((said - stars) ** 2)),
        "Those are errors without the square: too much here makes up for too little there.":
            lambda said, stars: float(np.nanmean(said - stars)),
        "That is the sum. Divide it by the number of ratings.":
            lambda said, stars: float(np.nansum((said - stars) ** 2)),
        "You measured in the holes as if each held 3 stars. There is no answer there to compare with.":
            lambda said, stars: float(np.mean((said - np.where(_known(stars), stars, 3)) ** 2)),
    },
    also_right=[_masked_in_a_loop, lambda said, stars: np.square((said - stars)[_known(stars)]).mean()],
    behaviours={
        "what the network says in a hole changes nothing":
            lambda f: np.isclose(f(np.where(_known(STARS), SAID, 99.0), STARS), _masked(SAID, STARS)),
    },
    shows="A hole has no part in it: whatever the network says there, the loss stays the same.",
)  # fmt: skip

q2 = Function(
    "with_gaps(row, chances, dropout)",
    stub="...",
    answer=_gaps,
    probes=[
        ([1.0, 1, 0, 1, 1, 0], [0.9, 0.2, 0.1, 0.6, 0.45, 0.8], 0.5),
        ([1.0, 1, 1, 1, 0, 0], [0.9, 0.2, 0.1, 0.6, 0.45, 0.8], 0.25),
        ([1.0, 0, 1], [0.3, 0.7, 0.1], 0.0),
    ],
    more_probes=_some_row,
    same=close(1e-6),
    mistakes={
        "The right films are dropped. Now let the others grow: divide by 1 - dropout.":
            lambda row, chances, dropout: row * (chances >= dropout),
        "Other way round: a film is dropped where its number is below dropout.":
            lambda row, chances, dropout: row * (chances < dropout) / (1 - dropout),
        "You divided by dropout. What is left is the share 1 - dropout, so divide by that.":
            lambda row, chances, dropout: row * (chances >= dropout) / max(dropout, 1e-9),
        "A film that was not liked stays 0. Multiply the row, do not replace it.":
            lambda row, chances, dropout: (chances >= dropout) / (1 - dropout),
        "You made all films smaller, and dropped none.":
            lambda row, chances, dropout: row * (1 - dropout),
    },
    also_right=[
        _gaps_in_steps,
        lambda row, chances, dropout: np.array(
            [0.0 if chance < dropout else one / (1 - dropout) for one, chance in zip(row, chances, strict=True)]
        ),
    ],
    shows="Half of the liked films are gone. The others weigh double, so that the sum is about what it was.",
)  # fmt: skip

q3 = Function(
    "list_cost(scores, liked)",
    stub="...",
    answer=_cost,
    probes=[
        ([[2.0, 1, 0]], [[1.0, 0, 1]]),
        ([[0.0, 0, 0, 0], [3.0, 0, 0, 0]], [[1.0, 0, 0, 0], [1.0, 1, 0, 0]]),
    ],
    more_probes=_some_scores,
    same=close(1e-6),
    mistakes={
        "That is the sigmoid: each film by itself. With softmax they share one cake, so divide by the sum of the row.":
            _by_sigmoid,
        "That is the sum over all rows. Return one number a member.":
            lambda scores, liked: np.full(1, _cost(scores, liked).sum()),
        "Your shares add up to 1 in each column. Members do not compete, films do: sum along axis 1.":
            lambda scores, liked: -(liked * np.log(_shares(scores, axis=0))).sum(axis=1),
        "That is the logarithm itself, which is below 0. The cost is minus that.":
            lambda scores, liked: -_cost(scores, liked),
        "You took the cost of all films. Only the liked ones are counted: multiply by liked.":
            lambda scores, liked: -np.log(_shares(scores)).sum(axis=1),
        "That is the share of the liked films. Take minus the logarithm of each share, and add these up.":
            lambda scores, liked: (liked * _shares(scores)).sum(axis=1),
        "You took one logarithm of the added shares. Each liked film has its own.":
            lambda scores, liked: -np.log((liked * _shares(scores)).sum(axis=1)),
    },
    also_right=[_cost_row_by_row, lambda scores, liked: (
        liked * (np.log(np.exp(scores).sum(axis=1, keepdims=True)) - scores)).sum(axis=1)],
    shows="Scores of 2, 1 and 0, the first and the third film liked: a cost of 2.82.",
)  # fmt: skip

q4 = Fix(
    "mending_cost(W, row, gaps)",
    stub=(
        "def mending_cost(W, row, gaps):\n"
        "    fed = row * gaps\n"
        "    scores = fed @ W\n"
        "    shares = np.exp(scores) / np.exp(scores).sum()\n"
        "    return -(fed * np.log(shares)).sum()"
    ),
    symptom="a film that was dropped costs nothing, however small its share is",
    answer=_mended,
    probes=[
        (np.eye(4), np.array([1.0, 1, 0, 1]), np.array([1.0, 0, 1, 1])),
        (np.ones((3, 3)) - np.eye(3), np.array([1.0, 1, 0]), np.array([0.0, 1, 1])),
    ],
    more_probes=_some_network,
    same=close(1e-6),
    mistakes={
        "Now the network is fed the whole row. The gaps have to stay in what goes in.":
            lambda W, row, gaps: _mended(W, row, np.ones_like(row)),
        "You ask about the dropped films alone. All liked films are to come out, fed or not.":
            lambda W, row, gaps: float(_cost(((row * gaps) @ W)[None], (row * (1 - gaps))[None])[0]),
        "You ask about every film. Only the liked ones of the whole row are to come out.":
            lambda W, row, gaps: float(_cost(((row * gaps) @ W)[None], np.ones_like(row)[None])[0]),
        "The gaps themselves are the answer now. Ask about the row.":
            lambda W, row, gaps: float(_cost(((row * gaps) @ W)[None], gaps[None])[0]),
    },
    also_right=[_mended_by_hand, lambda W, row, gaps: -np.log(_shares(((row * gaps) @ W)[None])[0])[row > 0].sum()],
    shows="The row goes in with gaps, and is asked for without. Only now is there anything to mend.",
)  # fmt: skip

q5 = Choice(
    "Which bottleneck would you take, and why?",
    answer="b",
    wrong={
        "a": "Its training loss is smallest because it copies best. Look at its lists: they are the worst.",
        "c": "Its lists are hardly better than popularity's: everybody is squeezed into two numbers.",
        "d": "Look at the lists again: from 8 units to 128 their NDCG falls by more than half.",
    },
    shows="A narrow layer is a precaution too: with 8 numbers a member there is no room for copying.",
)

q6 = Function(
    "rebuilt(R, k)",
    stub="...",
    answer=_rebuilt,
    probes=[(FULL, 1), (FULL, 2), (FULL, 3)],
    more_probes=lambda rng: (rng.normal(size=(7, 4)), 2),
    same=close(1e-6),
    mistakes={
        "Singular values are missing: P is U times Sigma.": _without_sigma,
        "Those are the smallest singular values. Keep the first k.": _smallest,
        "That is the k-th multiplication table alone. Add the first k.": _one_factor,
        "You centred the columns first. This network has no bias, so it cannot do that.": _centred,
        "That is R itself: all factors are in it. The bottleneck lets k through.": lambda R, k: R,
    },
    also_right=[_of_rank, _by_eigenvectors],
    shows=lambda said: (
        "That is what a trained linear autoencoder says, and nobody has trained anything. The nearest there is."
    ),
)  # fmt: skip
