"""The questions of lesson 10, implicit feedback."""

import numpy as np
import pandas as pd
from scipy import sparse

from course_lib.checks import Choice, Fix, Function, Value
from course_lib.checks.same import close

Y3 = [[1.0, 0.5], [-1.0, 0.0], [0.5, 2.0], [0.3, -0.7]]


def _confidences(watched, alpha):
    return 1 + alpha * np.nan_to_num(watched)


def _confidences_in_a_loop(watched, alpha):
    c = np.ones(watched.shape)
    for u, i in np.argwhere(~np.isnan(watched)):
        c[u, i] = 1 + alpha * watched[u, i]
    return c


def _step(Y, p, c, lam):
    A = sum(weight * np.outer(y, y) for weight, y in zip(c, Y, strict=True)) + lam * np.eye(Y.shape[1])
    return np.linalg.solve(A, sum(weight * label * y for weight, label, y in zip(c, p, Y, strict=True)))


def _step_as_least_squares(Y, p, c, lam):
    k = Y.shape[1]
    rows = np.vstack([np.sqrt(c)[:, np.newaxis] * Y, np.sqrt(lam) * np.eye(k)])
    return np.linalg.lstsq(rows, np.append(np.sqrt(c) * p, np.zeros(k)), rcond=None)[0]


def _some_step(rng):
    p = np.array([1.0, 0, 1, 0, 0, 1])
    return rng.normal(size=(6, 3)), p, 1 + p * rng.uniform(0.5, 8, size=6), float(rng.uniform(0.5, 3))


def _matrix(G, hers, weights, lam):
    return G + (hers.T * weights) @ hers + lam * np.eye(G.shape[0])


def _matrix_in_a_loop(G, hers, c, lam):
    A = G + lam * np.eye(len(G))
    for y, weight in zip(hers, c, strict=True):
        A = A + (weight - 1) * np.outer(y, y)
    return A


def _some_matrix(rng):
    Y = rng.normal(size=(7, 3))
    return Y.T @ Y, Y[[1, 4, 6]], 1 + rng.uniform(0.5, 8, size=3), float(rng.uniform(0.5, 3))


def _scores(Y, items, shares, alpha, lam, seen_only=False):
    hers, c = Y[items], 1 + alpha * shares
    A = _matrix((hers if seen_only else Y).T @ (hers if seen_only else Y), hers, c - 1, lam)
    return Y @ np.linalg.solve(A, c @ hers)


def _scores_over_all_cells(Y, items, shares, alpha, lam):
    r, p = np.zeros(len(Y)), np.zeros(len(Y))
    r[items], p[items] = shares, 1
    return Y @ _step_as_least_squares(Y, p, 1 + alpha * r, lam)


def _scores_with_sparse(Y, items, shares, alpha, lam):
    extra = sparse.csr_array((alpha * shares, (items, items)), shape=(len(Y), len(Y)))
    A = Y.T @ Y + Y.T @ (extra @ Y) + lam * np.eye(Y.shape[1])
    return (Y @ np.linalg.inv(A)) @ ((1 + alpha * shares) @ Y[items])


def _somebody(rng):
    return (
        rng.normal(size=(8, 3)),
        rng.choice(8, 3, replace=False),
        rng.uniform(0.1, 1, 3),
        5.0,
        float(rng.uniform(1, 4)),
    )


def table_of_alphas():
    """Say what two members' cells ask for with three values of alpha.

    Returns
    -------
    DataFrame
        A row a cell; preference, and the confidence by alpha.
    """
    cells = ["watched whole", "left after a tenth", "not watched"]
    r = np.array([1.0, 0.1, 0.0])
    confidences = {f"confidence, alpha = {alpha}": 1 + alpha * r for alpha in (0, 5, 40)}
    return pd.DataFrame({"preference": [1, 1, 0]} | confidences, index=pd.Index(cells, name="cell"))


q1 = Value(
    "above and below",
    stub="above = ...\nbelow = ...",
    answer=(10, 25),
    same=close(0.001),
    mistakes={
        "Above, a film counts as often as its confidence says, not once.": (2, ...),
        "The films that she did not watch are missing below: they have confidence 1.": (..., 22),
        "The penalty is missing below: add lambda once.": (..., 23),
        "Below, each film counts as often as its confidence says, not once.": (..., 9),
        "Below stand the squares of y.": (..., 11),
        "The confidence is missing, above and below: each film counts as often as its confidence says.": (2, 9),
        "The penalty stands below once, and not once a film.": (..., 33),
    },
    shows="x = 10 / 25 = 0.4: a score of 0.8 for Dirty Dancing, 0.4 for Clueless, -0.4 for Alien.",
)

q2 = Function(
    "confidences(watched, alpha)",
    stub="...",
    answer=_confidences,
    probes=[
        ([[1.0, 0.5, np.nan], [np.nan, np.nan, 0.25]], 4.0),
        ([[np.nan, 0.0], [0.75, np.nan]], 10.0),
        ([[0.5, 1.0, np.nan]], 0.0),
    ],
    more_probes=lambda rng: (np.where(rng.random((4, 5)) < 0.5, np.nan, rng.uniform(0.1, 1, (4, 5))), 3.0),
    mistakes={
        "What was not watched has confidence 1, not 0: it is a weak no, and it counts.":
            lambda watched, alpha: np.nan_to_num(1 + alpha * watched),
        "Add 1: a film that was hardly begun is still as sure as one that was not watched.":
            lambda watched, alpha: alpha * np.nan_to_num(watched),
        "Each watched film has 1 + alpha in yours. Let the share count: 1 + alpha times the share.":
            lambda watched, alpha: np.where(np.isnan(watched), 1, 1 + alpha),
        "alpha multiplies the share alone, not the 1 as well.":
            lambda watched, alpha: np.where(np.isnan(watched), 1, alpha * (1 + watched)),
        "The holes are nan in yours. A hole has r = 0, so its confidence is 1.":
            lambda watched, alpha: 1 + alpha * watched,
    },
    also_right=[_confidences_in_a_loop, lambda watched, alpha: np.where(np.isnan(watched), 1, 1 + alpha * watched)],
    shows="Each cell of the table has a confidence now, the holes too.",
)  # fmt: skip

q3 = Function(
    "solve_member(Y, p, c, lam)",
    stub="...",
    answer=_step,
    probes=[
        ([[1.0], [1], [-1], [-1], [0]], [1.0, 1, 0, 0, 0], [5.0, 3, 1, 1, 1], 6.0),
        (Y3, [1.0, 0, 1, 0], [3.0, 1, 6, 1], 0.5),
        (Y3, [0.0, 0, 0, 1], [1.0, 1, 1, 4], 2.0),
    ],
    more_probes=_some_step,
    same=close(1e-6),
    mistakes={
        "You left out the films that she did not watch. Each counts in the matrix, with confidence 1.":
            lambda Y, p, c, lam: _step(Y, p, c * p, lam),
        "lambda stands on the diagonal once. It is not multiplied by the number of films, as it was in lesson 08.":
            lambda Y, p, c, lam: _step(Y, p, c, lam * (p > 0).sum()),
        "The right side needs the confidence too: a film watched whole pulls harder.":
            lambda Y, p, c, lam: np.linalg.solve((Y.T * c) @ Y + lam * np.eye(Y.shape[1]), Y.T @ p),
        "The matrix needs the confidences too: (Y.T * c) @ Y.":
            lambda Y, p, c, lam: np.linalg.solve(Y.T @ Y + lam * np.eye(Y.shape[1]), Y.T @ (c * p)),
        "The confidences are missing: the matrix needs them, and the right side too.":
            lambda Y, p, c, lam: _step(Y, p, np.ones(len(c)), lam),
        "The preference is missing on the right side: what was not watched adds nothing there.":
            lambda Y, p, c, lam: _step(Y, np.ones(len(p)), c, lam),
        "The penalty is missing: add lambda on the diagonal.":
            lambda Y, p, c, lam: _step(Y, p, c, 0),
    },
    also_right=[
        _step_as_least_squares,
        lambda Y, p, c, lam: np.linalg.inv(Y.T @ np.diag(c) @ Y + lam * np.eye(Y.shape[1])) @ Y.T @ np.diag(c) @ p,
    ],
    shows="For the lesson's member 1 it is 0.5, as on paper.",
)  # fmt: skip

q4 = Fix(
    "matrix_of(G, hers, c, lam)",
    stub="def matrix_of(G, hers, c, lam):\n    return G + (hers.T * c) @ hers + lam * np.eye(len(G))",
    symptom="a film that she watched counts once too often",
    answer=lambda G, hers, c, lam: _matrix(G, hers, c - 1, lam),
    probes=[
        ([[4.0]], [[1.0], [1.0]], [5.0, 3.0], 6.0),
        ([[3.0, 0.5], [0.5, 2.0]], [[1.0, 0.5]], [6.0], 2.0),
    ],
    more_probes=_some_matrix,
    same=close(1e-6),
    mistakes={
        "Now the unwatched films are gone: G holds them, so it has to stay.":
            lambda G, hers, c, lam: _matrix(0 * G, hers, c, lam),
        "Her own films have to be added, each with what its confidence has above 1; you take them away.":
            lambda G, hers, c, lam: _matrix(G, hers, 1 - c, lam),
        "The confidence is gone. Each of her films adds c - 1 times its table.":
            lambda G, hers, c, lam: _matrix(G, hers, np.zeros(len(c)), lam),
        "The penalty is gone: lambda belongs on the diagonal.":
            lambda G, hers, c, lam: _matrix(G, hers, c - 1, 0),
        "You took 1 away from the whole matrix. Take it from each confidence: c - 1.":
            lambda G, hers, c, lam: _matrix(G, hers, c, lam) - 1,
    },
    also_right=[_matrix_in_a_loop, lambda G, hers, c, lam: _matrix(G - hers.T @ hers, hers, c, lam)],
    shows="One Gram matrix for everybody, and c - 1 for what is her own: 16, as with all five films.",
)  # fmt: skip

q5 = Function(
    "score_newcomer(Y, items, shares, alpha, lam)",
    stub="...",
    answer=_scores,
    probes=[
        ([[1.0], [1], [-1], [-1], [0]], [0, 1], [1.0, 0.5], 4.0, 6.0),
        (Y3, [2], [0.8], 5.0, 1.0),
        (Y3, [3, 0], [0.1, 1.0], 10.0, 2.0),
    ],
    more_probes=_somebody,
    same=close(1e-6),
    mistakes={
        "Those are the newcomer's factors. Multiply the films' factors by them: one score a film.":
            lambda Y, items, shares, alpha, lam: np.linalg.solve(
                _matrix(Y.T @ Y, Y[items], alpha * shares, lam), (1 + alpha * shares) @ Y[items]
            ),
        "The Gram matrix runs over all films, not over the watched ones alone.":
            lambda Y, items, shares, alpha, lam: _scores(Y, items, shares, alpha, lam, seen_only=True),
        "The shares are lost: a film left after a tenth counts as one watched whole.":
            lambda Y, items, shares, alpha, lam: _scores(Y, items, np.ones(len(items)), alpha, lam),
        "The right side needs the confidence too: a film watched whole pulls harder.":
            lambda Y, items, shares, alpha, lam: Y @ np.linalg.solve(
                _matrix(Y.T @ Y, Y[items], alpha * shares, lam), Y[items].sum(axis=0)
            ),
        "The penalty is missing: add lambda on the diagonal.":
            lambda Y, items, shares, alpha, lam: _scores(Y, items, shares, alpha, 0),
        "On the right side each film counts 1 + alpha r, and not alpha r.":
            lambda Y, items, shares, alpha, lam: Y @ np.linalg.solve(
                _matrix(Y.T @ Y, Y[items], alpha * shares, lam), (alpha * shares) @ Y[items]
            ),
        "In the matrix her films add c - 1, which is alpha times the share: the 1 is in the Gram matrix.":
            lambda Y, items, shares, alpha, lam: Y @ np.linalg.solve(
                _matrix(Y.T @ Y, Y[items], 1 + alpha * shares, lam), (1 + alpha * shares) @ Y[items]
            ),
    },
    also_right=[_scores_over_all_cells, _scores_with_sparse],
    shows="Somebody new has scores for all films, and nothing was trained again.",
)  # fmt: skip

q6 = Choice(
    "What does alpha = 0 mean?",
    answer="c",
    wrong={
        "a": "That would be a preference of 0 everywhere. The preference does not depend on alpha: it stays 1 and 0.",
        "b": "That is a confidence of 0. With alpha = 0 the confidence of a hole is 1, as it always is.",
        "d": "Look at the column: the share is multiplied by alpha. With 0 it makes no difference at all.",
    },
    shows="All cells count the same: a full table of zeros and ones, much like lesson 07's of zeros and stars.",
)
