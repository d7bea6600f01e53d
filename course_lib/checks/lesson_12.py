"""The questions of lesson 12, one matrix of weights."""

import numpy as np
import pandas as pd

from course_lib.checks import Choice, Fix, Function, Value
from course_lib.checks.same import close, same_order

X3 = [[1.0, 1, 0], [1, 1, 1], [0, 1, 0]]
X5 = [[1.0, 1, 0, 0, 0], [1, 1, 0, 0, 1], [0, 1, 0, 0, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 0, 0, 1, 1]]
BYTES, GIGA = 8, 1e9


def _inverse(X, lam):
    return np.linalg.inv(X.T @ X + lam * np.eye(X.shape[1]))


def _zero(B):
    B = B.copy()
    np.fill_diagonal(B, 0)
    return B


def _ease(X, lam):
    P = _inverse(X, lam)
    return _zero(-P / np.diag(P))


def _film_by_film(X, lam):
    n = X.shape[1]
    B = np.zeros((n, n))
    for film in range(n):
        others = np.arange(n) != film
        A = X[:, others]
        B[others, film] = np.linalg.solve(A.T @ A + lam * np.eye(n - 1), A.T @ X[:, film])
    return B


def _by_ridge(X, lam):
    return _inverse(X, lam) @ (X.T @ X)


def _by_woodbury(X, lam):
    K = np.linalg.inv(X @ X.T + lam * np.eye(len(X)))
    P = (np.eye(X.shape[1]) - X.T @ K @ X) / lam
    return _zero(-P / np.diag(P))


def _some_table(rng):
    X = (rng.random((9, 4)) < 0.5).astype(float)
    X[:4] = np.maximum(X[:4], np.eye(4))
    return X, float(rng.uniform(0.5, 3))


def _mended(R):
    return _zero(R) / (1 - np.diag(R))


def _mended_in_a_loop(R):
    B = np.zeros_like(R)
    for i, j in np.ndindex(R.shape):
        if i != j:
            B[i, j] = R[i, j] / (1 - R[j, j])
    return B


def _free(X, lam):
    return (_by_ridge(np.array(X, dtype=float), lam),)


def _some_weights(rng):
    return _zero(rng.normal(0, 0.3, (7, 7)))


def _some_reasons(rng):
    return _some_weights(rng), np.sort(rng.choice(6, 3, replace=False)), 6


def _newcomer(B, liked, seen, n):
    scores = B[liked].sum(axis=0)
    scores[seen] = -np.inf
    return np.argsort(-scores, kind="stable")[:n]


def _newcomer_by_a_row(B, liked, seen, n):
    x = np.zeros(len(B))
    x[liked] = 1
    scores = x @ B
    left = [film for film in range(len(B)) if film not in set(seen.tolist())]
    return sorted(left, key=lambda film: -scores[film])[:n]


def _newcomer_without(B, liked, seen, n):
    return _newcomer(B, liked, liked, n)


def _by_rows(B, liked, seen, n):
    return _newcomer(B.T, liked, seen, n)


def _from_seen(B, liked, seen, n):
    return _newcomer(B, seen, seen, n)


def _nothing_left_out(B, liked, seen, n):
    return _newcomer(B, liked, liked[:0], n)


def _worst_first(B, liked, seen, n):
    scores = B[liked].sum(axis=0)
    scores[seen] = np.inf
    return np.argsort(scores, kind="stable")[:n]


def _by_dislikes(B, liked, seen, n):
    scores = B[liked].sum(axis=0) - B[np.setdiff1d(seen, liked)].sum(axis=0)
    scores[seen] = -np.inf
    return np.argsort(-scores, kind="stable")[:n]


def _positions_moved(B, liked, seen, n):
    return np.argsort(-np.delete(B[liked].sum(axis=0), seen), kind="stable")[:n]


def _scores_themselves(B, liked, seen, n):
    return np.sort(np.delete(B[liked].sum(axis=0), seen))[::-1][:n]


def _some_newcomer(rng):
    rated = rng.choice(9, 5, replace=False)
    return _zero(rng.normal(0, 0.3, (9, 9))), rated[:3], rated, 3


def table_of_costs():
    """Count what EASE costs for four catalogues.

    Returns
    -------
    DataFrame
        By catalogue: members, films, gigabytes of B, multiplications by films and by members.
    """
    rows = {
        "matinee": (1_650, 600), "ml-latest-small": (610, 9_742), "Netflix Prize": (480_189, 17_770),
        "a shop": (1_000_000, 1_000_000),
    }  # fmt: skip
    columns = ["members", "films", "B (GB)", "work by films", "work by members"]
    table = [(m, n, n**2 * BYTES / GIGA, float(n) ** 3, float(m) ** 3 + float(m) ** 2 * n) for m, n in rows.values()]
    return pd.DataFrame(table, index=list(rows), columns=columns)


q1 = Value(
    "weight_dirty_dancing and weight_up",
    stub="up_says = [..., ...], ...\nweight_dirty_dancing = ...\nweight_up = ...",
    answer=(0.375, 0.0625),
    same=close(0.001),
    mistakes={
        "That is without the penalty: add lambda = 2 to the counts on the diagonal.": (1.0, -0.5),
        "That is with lambda = 1. Here it is 2.": (0.5, 0.0),
        "In the equation of Up its own count lacks lambda: 2 members liked it, and 2 more for lambda.": (1 / 3, 1 / 6),
        "The right side of Up's equation is how many liked it together with Clueless: 1.": (0.25, 0.375),
        "That is each film judged alone, as if the other were not there. Solve both equations together.": (0.4, 0.25),
        "You have the two weights the wrong way round.": (0.0625, 0.375),
    },
    shows="Dirty Dancing explains nearly all; what Up could add is explained already.",
)

q2 = Function(
    "ease(X, lam)",
    stub="...",
    answer=_ease,
    probes=[(X3, 1.0), (X5, 1.0), (X5, 20.0)],
    more_probes=_some_table,
    same=close(1e-6),
    mistakes={
        "Divide each column by its own diagonal entry; you divided the rows. B is not symmetric.":
            lambda X, lam: _ease(X, lam).T,
        "The sign is missing: the weights are minus P_ij / P_jj.": lambda X, lam: -_ease(X, lam),
        "The diagonal is not 0: a film must not predict itself.":
            lambda X, lam: _ease(X, lam) - np.eye(X.shape[1]),
        "You have to divide by P_jj as well; that is minus P with a zero diagonal.":
            lambda X, lam: _zero(-_inverse(X, lam)),
        "The penalty is missing: add lam to the diagonal of X.T @ X before you invert it.":
            lambda X, lam: (lambda P: _zero(-P / np.diag(P)))(np.linalg.inv(X.T @ X)),
        "lam belongs on the diagonal alone. You added it to every count: multiply by np.eye first.":
            lambda X, lam: (lambda P: _zero(-P / np.diag(P)))(np.linalg.inv(X.T @ X + lam)),
        "That is ridge regression with each film among its own predictors; a 0 put on the diagonal afterwards does "
        "not undo that.": lambda X, lam: _zero(_by_ridge(X, lam)),
    },
    also_right=[_film_by_film, _by_woodbury],
    properties={"the diagonal is 0": lambda B, X, lam: np.abs(np.diag(B)).max() < 1e-9},
    shows="Each column of your matrix is a ridge regression of one film on all others.",
)  # fmt: skip

q3 = Function(
    "reasons(B, liked, film)",
    stub="...",
    answer=lambda B, liked, film: B[liked, film],
    probes=[
        ([[0, 0.6, 0.25], [3 / 7, 0, 0.125], [2 / 7, 0.2, 0]], np.array([0, 1]), 2),
        ([[0, 0.6, 0.25], [3 / 7, 0, 0.125], [2 / 7, 0.2, 0]], np.array([2, 1]), 0),
    ],
    more_probes=_some_reasons,
    mistakes={
        "That is the row of the film: what it says about the others. What speaks for it stands in its column.":
            lambda B, liked, film: B[film, liked],
        "That is the score. Return its parts, one for each liked film.":
            lambda B, liked, film: B[liked, film].sum(),
        "That is the whole column. Keep only the films that the member liked.":
            lambda B, liked, film: B[:, film],
        "Keep the order of liked: the first part belongs to the first film in it.":
            lambda B, liked, film: np.sort(B[liked, film])[::-1],
    },
    also_right=[
        lambda B, liked, film: [B[other, film] for other in liked],
        lambda B, liked, film: B.T[film][liked],
    ],
    shows="The parts add up to the score. Nothing else went into it.",
)  # fmt: skip

q4 = Fix(
    "without_itself(R)",
    stub=(
        "def without_itself(R):\n"
        "    B = R.copy()\n"
        "    np.fill_diagonal(B, 0)\n"
        "    return B"
    ),
    symptom="popular films still get weights that are too small, since they were found while a film explained itself",
    answer=_mended,
    probes=[_free(X3, 1.0), _free(X5, 1.0), _free(X5, 0.1)],
    more_probes=lambda rng: _free(*_some_table(rng)),
    same=close(1e-6),
    mistakes={
        "Divide column by column: the film that is predicted stands in the column. You divided the rows.":
            lambda R: _zero(R) / (1 - np.diag(R))[:, None],
        "You divided by the film's own weight. Divide by what it left to the others: 1 minus that weight.":
            lambda R: _zero(R) / np.diag(R),
        "Other way round: the weights have to grow. Divide by 1 minus the diagonal.":
            lambda R: _zero(R) * (1 - np.diag(R)),
        "The weights are right now, but the diagonal is not 0 any more.":
            lambda R: R / (1 - np.diag(R)),
    },
    also_right=[_mended_in_a_loop, lambda R: np.where(np.eye(len(R)) > 0, 0, R / (1 - R.diagonal()))],
    shows="Only now is it EASE. The difference is one factor a film, which is why a large penalty hides the mistake.",
)  # fmt: skip

q5 = Choice(
    "Which sentence fits the table?",
    answer="c",
    wrong={
        "a": "Members only add to the counts: look at the work by films of the Netflix Prize. No member is in it.",
        "b": "Compare the last two columns row by row: working with members pays when there are fewer of them than "
             "films.",
        "d": "Twice the films, four times the numbers in B, and eight times the multiplications: look at n^2 and n^3.",
    },
    shows="Films are what costs. Thousands are easy, a million are out of reach, and members hardly count.",
)  # fmt: skip

q6 = Function(
    "list_for(B, liked, seen, n)",
    stub="...",
    answer=_newcomer,
    probes=[
        (_ease(np.array(X5), 1.0), np.array([0]), np.array([0, 2]), 2),
        (_ease(np.array(X5), 1.0), np.array([3, 4]), np.array([3, 4]), 3),
        (_ease(np.array(X5), 0.3), np.array([1]), np.array([1, 0]), 2),
    ],
    more_probes=_some_newcomer,
    same=same_order,
    mistakes={
        "You added up columns. The rows of the liked films hold what they say about the others.": _by_rows,
        "Films that were seen and not liked are still in the list.": _newcomer_without,
        "Only liked films speak. A film that was seen and not liked adds no weight.": _from_seen,
        "Leave out what was seen: set its score to minus infinity.": _nothing_left_out,
        "The best first: sort by minus the score.": _worst_first,
        "A film that was seen and not liked takes nothing away either: in X it is a 0.": _by_dislikes,
        "Without the seen films the positions have moved. Keep all films, and set those scores to minus infinity.":
            _positions_moved,
        "Those are scores. Return positions: np.argsort.": _scores_themselves,
    },
    also_right=[_newcomer_by_a_row, lambda B, liked, seen, n: _newcomer(B, liked, seen, n).tolist()],
    properties={
        "no film that was seen": lambda films, B, liked, seen, n: not set(np.ravel(films)) & set(seen.tolist()),
    },
    shows="Somebody new has a list, and nothing was fitted again.",
)  # fmt: skip
