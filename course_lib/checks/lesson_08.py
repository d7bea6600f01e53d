"""The questions of lesson 08, learned factors."""

import numpy as np
import pandas as pd

from course_lib.checks import Choice, Fix, Function, Value
from course_lib.checks.same import close

HOLE = np.nan
P2 = [[1.0, 0.5], [-1.0, 0.0], [0.5, 2.0]]
Q2 = [[0.5, 1.0], [1.0, -1.0]]


def _loss(P, Q, users, items, stars, lam):
    errors = stars - 3 - (P[users] * Q[items]).sum(axis=1)
    return (errors**2).sum() + lam * ((P[users] ** 2).sum() + (Q[items] ** 2).sum())


def _loss_in_a_loop(P, Q, users, items, stars, lam):
    return sum(
        (r - 3 - P[u] @ Q[i]) ** 2 + lam * (P[u] @ P[u] + Q[i] @ Q[i])
        for u, i, r in zip(users, items, stars, strict=True)
    )


def _loss_by_counts(P, Q, users, items, stars, lam):
    of_user, of_item = np.bincount(users, minlength=len(P)), np.bincount(items, minlength=len(Q))
    return _loss(P, Q, users, items, stars, 0) + lam * (of_user @ (P**2).sum(1) + of_item @ (Q**2).sum(1))


def _some_ratings(rng):
    cells = rng.choice(20, size=11, replace=False)
    stars = rng.integers(1, 11, size=11) / 2
    return rng.normal(size=(5, 3)), rng.normal(size=(4, 3)), cells // 4, cells % 4, stars, float(rng.uniform(0.1, 1))


def _step(p_u, q_i, r, base, eta, lam):
    e = r - (base + p_u @ q_i)
    return p_u + eta * (e * q_i - lam * p_u), q_i + eta * (e * p_u - lam * q_i)


def _step_with_the_new_p(p_u, q_i, r, base, eta, lam):
    e = r - (base + p_u @ q_i)
    p_u = p_u + eta * (e * q_i - lam * p_u)
    return p_u, q_i + eta * (e * p_u - lam * q_i)


def _step_by_shrinking(p_u, q_i, r, base, eta, lam):
    e = r - base - sum(one * other for one, other in zip(p_u, q_i, strict=True))
    return (1 - eta * lam) * p_u + eta * e * q_i, (1 - eta * lam) * q_i + eta * e * p_u


def _ridge(Q, right_side, weight):
    return np.linalg.solve(Q.T @ Q + weight * np.eye(Q.shape[1]), Q.T @ right_side)


def _ridge_with_rows_added(Q, stars, lam):
    k = Q.shape[1]
    rows = np.vstack([Q, np.sqrt(lam * len(Q)) * np.eye(k)])
    return np.linalg.lstsq(rows, np.append(stars - 3, np.zeros(k)))[0]


def _epoch(table, P, Q, eta, skip=np.isnan, of_hole=0.0):
    P, Q = P.copy(), Q.copy()
    for u, i in np.ndindex(table.shape):
        if not skip(table[u, i]):
            r = of_hole if np.isnan(table[u, i]) else table[u, i]
            e = r - (3 + P[u] @ Q[i])
            P[u], Q[i] = P[u] + eta * e * Q[i], Q[i] + eta * e * P[u]
    return P, Q


def _epoch_over_ratings(table, P, Q, eta):
    P, Q = P.copy(), Q.copy()
    for u, i in np.argwhere(~np.isnan(table)):
        P[u], Q[i] = _step(P[u], Q[i], table[u, i], 3, eta, 0)
    return P, Q


def _epoch_without_a_member_with_holes(table, P, Q, eta):
    whole = np.where(np.isnan(table).any(axis=1, keepdims=True), np.nan, table)
    return _epoch(whole, P, Q, eta)


def _epoch_until_a_hole(table, P, Q, eta):
    return _epoch(np.where(np.isnan(table).cumsum(axis=1) > 0, np.nan, table), P, Q, eta)


def _some_table(rng):
    table = rng.integers(1, 6, size=(4, 3)).astype(float)
    table[rng.integers(4), rng.integers(3)] = HOLE
    return table, rng.normal(size=(4, 2)), rng.normal(size=(3, 2)), 0.1


def table_of_penalties():
    """Train one model with four penalties.

    Returns
    -------
    DataFrame
        lambda; RMSE on known and on hidden ratings, in stars; the mean length of the members' factors.
    """
    rng = np.random.default_rng(3)
    P, Q = rng.normal(0, 0.8, (40, 2)), rng.normal(0, 0.8, (30, 2))
    stars = 3 + P @ Q.T + rng.normal(0, 0.5, (40, 30))
    part = rng.random(stars.shape)
    known, hidden = part < 0.3, part > 0.7
    rows = []
    for lam in (0.01, 0.05, 0.2, 3.0):
        p, q = rng.normal(0, 0.1, (40, 5)), rng.normal(0, 0.1, (30, 5))
        for _ in range(40):  # each side in turn: question 4, once a member and once a film
            p = np.array([_ridge(q[mine], row[mine] - 3, lam * mine.sum())
                          for row, mine in zip(stars, known, strict=True)])  # fmt: skip
            q = np.array([_ridge(p[mine], column[mine] - 3, lam * mine.sum())
                          for column, mine in zip(stars.T, known.T, strict=True)])  # fmt: skip
        errors = (stars - 3 - p @ q.T) ** 2
        lengths = np.sqrt((p**2).sum(axis=1)).mean()
        rows.append((lam, np.sqrt(errors[known].mean()), np.sqrt(errors[hidden].mean()), lengths))
    columns = ["lambda", "known ratings", "hidden ratings", "mean length of p"]
    return pd.DataFrame(rows, columns=columns).set_index("lambda")


q1 = Value(
    "new_p and new_q",
    stub="new_p = ...\nnew_q = ...",
    answer=(-1.075, -0.65),
    same=close(0.001),
    mistakes={
        "That goes uphill: the prediction was too low, so both have to move away from 0.": (-0.925, -0.35),
        "You moved q with the new p. Both steps start from the same place: use the p from before.": (..., -0.66125),
        "p moves by the error times q, and q by the error times p; you took each one's own number.": (-1.15, -0.575),
        "You went the whole way: multiply by eta as well.": (-1.75, -2.0),
        "You went twice as far: eta has swallowed the 2 of the slope.": (-1.15, -0.8),
        "That is how far each one moves. Add it to the number from before.": (-0.075, -0.15),
    },
    shows="Both move away from 0: the prediction was too low, and two negative numbers make it larger.",
)

q2 = Function(
    "loss(P, Q, users, items, stars, lam)",
    stub="...",
    answer=_loss,
    probes=[
        (P2, Q2, [0, 1, 2, 2], [0, 1, 0, 1], [5.0, 2.0, 4.5, 1.0], 0.5),
        (P2, Q2, [0, 1], [0, 0], [4.0, 3.0], 0.0),
        (P2, Q2, [2, 0], [1, 1], [0.5, 5.0], 2.0),
    ],
    more_probes=_some_ratings,
    same=close(1e-6),
    mistakes={
        "The penalty is missing: add lam times the squares of the numbers that made each prediction.":
            lambda P, Q, users, items, stars, lam: _loss(P, Q, users, items, stars, 0),
        "You charged each member and film once. Each rating pays for both its rows: a member with ten ratings pays "
        "ten times.":
            lambda P, Q, users, items, stars, lam:
                _loss(P, Q, users, items, stars, 0) + lam * ((P**2).sum() + (Q**2).sum()),
        "That is the mean. Add the losses up.":
            lambda P, Q, users, items, stars, lam: _loss(P, Q, users, items, stars, lam) / len(stars),
        "The middle of the scale is missing: the prediction is 3 plus the dot product.":
            lambda P, Q, users, items, stars, lam: _loss(P, Q, users, items, stars + 3, lam),
        "The penalty takes the squares of the numbers, and you took the lengths, which are roots.":
            lambda P, Q, users, items, stars, lam:
                _loss(P, Q, users, items, stars, 0)
                + lam * (np.sqrt((P[users] ** 2).sum(axis=1)).sum() + np.sqrt((Q[items] ** 2).sum(axis=1)).sum()),
        "Square the errors before you add them up; otherwise too high and too low cancel.":
            lambda P, Q, users, items, stars, lam:
                (stars - 3 - (P[users] * Q[items]).sum(axis=1)).sum()
                + lam * ((P[users] ** 2).sum() + (Q[items] ** 2).sum()),
    },
    also_right=[_loss_in_a_loop, _loss_by_counts],
    shows="Your loss knows nothing of holes: it visits the ratings that exist.",
)  # fmt: skip

q3 = Function(
    "sgd_step(p_u, q_i, r, base, eta, lam)",
    stub="...",
    answer=_step,
    probes=[
        ([1.0], [1.0], 5.0, 3.0, 0.1, 0.0),
        ([1.0, -0.5], [0.5, 2.0], 4.5, 3.4, 0.1, 0.2),
        ([0.3, 0.1, -2.0], [1.0, 0.0, 0.7], 1.0, 3.0, 0.5, 0.05),
    ],
    more_probes=lambda rng: (
        rng.normal(size=3), rng.normal(size=3), float(rng.integers(1, 11)) / 2, 3.2, float(rng.uniform(0.05, 0.3)), 0.3
    ),
    same=close(1e-6),
    mistakes={
        "You moved q with the new p. Keep the old one: both steps start from the same place.": _step_with_the_new_p,
        "That goes uphill: the error is the rating minus the prediction.":
            lambda p_u, q_i, r, base, eta, lam: _step(p_u, q_i, 2 * (base + p_u @ q_i) - r, base, eta, lam),
        "The penalty is missing: each side also moves by -eta * lam times itself.":
            lambda p_u, q_i, r, base, eta, lam: _step(p_u, q_i, r, base, eta, 0),
        "The penalty has the wrong sign: it draws towards 0, so it is subtracted.":
            lambda p_u, q_i, r, base, eta, lam: _step(p_u, q_i, r, base, eta, -lam),
        "Multiply the penalty by eta as well: it is part of the slope.":
            lambda p_u, q_i, r, base, eta, lam: _step(p_u, q_i, r, base, eta, lam / eta),
        "The base is missing in the prediction.":
            lambda p_u, q_i, r, base, eta, lam: _step(p_u, q_i, r, 0, eta, lam),
        "You went twice as far: eta has swallowed the 2 of the slope.":
            lambda p_u, q_i, r, base, eta, lam: _step(p_u, q_i, r, base, 2 * eta, lam),
        "That is how far each side moves. Add it to the numbers from before.":
            lambda p_u, q_i, r, base, eta, lam: np.subtract(_step(p_u, q_i, r, base, eta, lam), (p_u, q_i)),
        "Both sides move. Return two arrays: the new p_u and the new q_i.":
            lambda p_u, q_i, r, base, eta, lam: _step(p_u, q_i, r, base, eta, lam)[0],
    },
    also_right=[_step_by_shrinking, lambda *arguments: np.array(_step(*arguments))],
    shows="From p = q = 1 and 5 stars, both go to 1.1, as in the lesson.",
)  # fmt: skip

q4 = Function(
    "fold_in(Q, stars, lam)",
    stub="...",
    answer=lambda Q, stars, lam: _ridge(Q, stars - 3, lam * len(Q)),
    probes=[
        ([[1.0], [-1.0]], [5.0, 2.0], 0.1),
        ([[1.0, 0.5], [0.2, -1.0], [1.5, 1.0]], [4.5, 1.0, 5.0], 0.3),
        ([[0.5, 1.0]], [4.0], 0.2),
    ],
    more_probes=lambda rng: (rng.normal(size=(6, 3)), rng.integers(1, 11, size=6) / 2, float(rng.uniform(0.1, 1))),
    same=close(1e-6),
    mistakes={
        "lam counts once for each of her ratings: put lam * n on the diagonal.":
            lambda Q, stars, lam: _ridge(Q, stars - 3, lam),
        "Subtract 3 from her stars first: the factors explain what the middle does not.":
            lambda Q, stars, lam: _ridge(Q, stars, lam * len(Q)),
        "Subtract 3, the middle of the scale, and not her mean: the prediction is 3 plus the dot product.":
            lambda Q, stars, lam: _ridge(Q, stars - stars.mean(), lam * len(Q)),
        "lam * n belongs on the diagonal alone. Multiply it by np.eye(k) before you add it.":
            lambda Q, stars, lam: np.linalg.solve(Q.T @ Q + lam * len(Q), Q.T @ (stars - 3)),
        "The penalty is missing. One rating and two factors have no unique answer without it.":
            lambda Q, stars, lam: np.linalg.solve(Q.T @ Q, Q.T @ (stars - 3)),
        "That is the right side alone. It has still to be solved for p.":
            lambda Q, stars, lam: Q.T @ (stars - 3),
    },
    also_right=[
        _ridge_with_rows_added,
        lambda Q, stars, lam: Q.T @ np.linalg.solve(Q @ Q.T + lam * len(Q) * np.eye(len(Q)), stars - 3),
    ],
    shows="Somebody new has a row of P, and nothing else had to be trained again.",
)  # fmt: skip

q5 = Fix(
    "one_epoch(table, P, Q, eta)",
    stub=(
        "def one_epoch(table, P, Q, eta):\n"
        "    P, Q = P.copy(), Q.copy()\n"
        "    table = np.nan_to_num(table)\n"
        "    for u in range(table.shape[0]):\n"
        "        for i in range(table.shape[1]):\n"
        "            error = table[u, i] - (3 + P[u] @ Q[i])\n"
        "            P[u], Q[i] = P[u] + eta * error * Q[i], Q[i] + eta * error * P[u]\n"
        "    return P, Q"
    ),
    symptom="a hole still pulls its prediction down, as if it were 0 stars",
    answer=_epoch,
    probes=[
        ([[5.0, HOLE], [1.0, 4.0], [HOLE, 2.0]], P2, Q2, 0.1),
        ([[HOLE, HOLE], [1.0, 4.0], [3.5, 2.0]], P2, Q2, 0.05),
    ],
    more_probes=_some_table,
    same=close(1e-6),
    mistakes={
        "A hole is 3 stars now. It still pulls, towards the middle; leave it out instead.":
            lambda table, P, Q, eta: _epoch(table, P, Q, eta, skip=lambda value: False, of_hole=3.0),
        "nan has come into P and Q: nan is not equal to itself, so test for it with np.isnan.":
            lambda table, P, Q, eta: _epoch(table, P, Q, eta, skip=lambda value: False, of_hole=HOLE),
        "You left out everybody who has a hole. Leave out the hole alone.": _epoch_without_a_member_with_holes,
        "At a hole you leave the whole row. Go on with the next film: continue, not break.": _epoch_until_a_hole,
    },
    also_right=[
        _epoch_over_ratings,
        lambda table, P, Q, eta: list(_epoch(table, P, Q, eta)),
    ],
    shows="Holes have no error, so they move nobody.",
)  # fmt: skip

q6 = Choice(
    "Which sentence fits the table?",
    answer="b",
    wrong={
        "a": "That is the error on what it has seen. Compare the rows by the hidden ratings.",
        "c": "Look at the last row: there the factors are 0, and nothing but the middle of the scale is predicted.",
        "d": "The minimum itself has moved. These models were trained until nothing changed any more.",
    },
    shows="A price for large numbers: worse on what it has seen, better on what it has not, until it costs too much.",
)
