"""The questions of lesson 06, SVD on full tables."""

import numpy as np

from course_lib import low_rank, paper
from course_lib.checks import Choice, Fix, Function
from course_lib.checks.same import close, up_to_sign

R = paper.FULL.to_numpy()
STRENGTHS = low_rank.singular_values(R)
TURN = [[0.6, -0.8], [0.8, 0.6]]  # a turn by about 53 degrees


def parts(matrix):
    """Return U, the singular values and V transposed as numpy gives them."""
    return np.linalg.svd(matrix, full_matrices=False)


def some_parts(rng):
    """Draw a table, take it apart and choose a rank."""
    return *parts(rng.uniform(1, 5, size=(7, 4))), int(rng.integers(1, 4))


def a_table_with_one_strong_factor(rng):
    """Draw a table of positive numbers: its first factor stands out, so that few rounds find it."""
    return rng.uniform(1, 5, size=(7, 4)), rng.uniform(0.5, 1, size=4), 60


def unit(vector):
    """Scale a vector to length 1."""
    return vector / np.sqrt(vector @ vector)


def rounds(matrix, start, n_rounds, after=unit):
    """Go back and forth between films and members."""
    q = start
    for _ in range(n_rounds):
        q = after(matrix.T @ (matrix @ q))
    return q


def filled(table, hidden, fill=None):
    """Put a number into the hidden cells: the mean of the visible ones, or another."""
    return np.where(hidden, table[~hidden].mean() if fill is None else fill, table)


def hidden_error(table, hidden, k, fill=None, measured=None, root=True):
    """Fit a table with some cells hidden, and measure the error on the hidden ones."""
    u, sigma, vt = parts(filled(table, hidden, fill))
    errors = (u[:, :k] * sigma[:k] @ vt[:k] - table)[hidden if measured is None else measured]
    return np.sqrt((errors**2).mean()) if root else (errors**2).mean()


def some_hidden(rng):
    """Draw a table and hide a third of it."""
    hidden = rng.random((8, 6)) < 0.3
    hidden[0, 0], hidden[1, 1] = True, False
    return rng.uniform(1, 5, size=(8, 6)), hidden, int(rng.integers(1, 4))


def some_factors(rng):
    """Draw P, Q and a turn."""
    angle = rng.uniform(0.3, 1.2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return rng.normal(size=(6, 2)), rng.normal(size=(5, 2)), turn


q1 = Function(
    "factors(U, sigma, Vt, k)",
    stub="P = U[:, :k] * ...\nQ = (...).T\nreturn P, Q",
    answer=lambda U, sigma, Vt, k: (U[:, :k] * sigma[:k], Vt[:k].T),
    probes=[(*parts(R), 2), (*parts(R), 1), (*parts(R.T), 3)],
    more_probes=some_parts,
    mistakes={
        "The strengths are missing: P is U times sigma, column by column.":
            lambda U, sigma, Vt, k: (U[:, :k], Vt[:k].T),
        "The strengths are in twice. Give them to P alone.":
            lambda U, sigma, Vt, k: (U[:, :k] * sigma[:k], Vt[:k].T * sigma[:k]),
        "Q has a row a film. Vt has a row a factor: lay it on its side.":
            lambda U, sigma, Vt, k: (U[:, :k] * sigma[:k], Vt[:k]),
        "You took columns of Vt. The first k factors are its first k rows.":
            lambda U, sigma, Vt, k: (U[:, :k] * sigma[:k], Vt[:, :k]),
        "For Q you took columns of Vt. The first k factors are its first k rows; lay those on their side.":
            lambda U, sigma, Vt, k: (U[:, :k] * sigma[:k], Vt[:, :k].T),
        "You kept all factors. Keep the first k.":
            lambda U, sigma, Vt, k: (U * sigma, Vt.T),
        "P is cut after k factors, Q still has all. Keep the first k rows of Vt.":
            lambda U, sigma, Vt, k: (U[:, :k] * sigma[:k], Vt.T),
        "The product is right, but the strengths are in Q. Give them to P.":
            lambda U, sigma, Vt, k: (U[:, :k], Vt[:k].T * sigma[:k]),
        "The product is right, but half of each strength is in Q. Give P all of it: sigma, not its root.":
            lambda U, sigma, Vt, k: (U[:, :k] * np.sqrt(sigma[:k]), Vt[:k].T * np.sqrt(sigma[:k])),
        "All columns of U got the same strength. Each has its own: sigma[:k].":
            lambda U, sigma, Vt, k: (U[:, :k] * sigma[min(k, len(sigma) - 1)], Vt[:k].T),
        "The two are there in the wrong order: first P, then Q.":
            lambda U, sigma, Vt, k: (Vt[:k].T, U[:, :k] * sigma[:k]),
        "That is the product. Give P and Q themselves.":
            lambda U, sigma, Vt, k: U[:, :k] * sigma[:k] @ Vt[:k],
    },
    also_right=[
        lambda U, sigma, Vt, k: (U[:, :k] @ np.diag(sigma[:k]), Vt.T[:, :k]),
        lambda U, sigma, Vt, k: ((U * sigma)[:, :k], np.transpose(Vt[:k])),
    ],
    shows="With two factors, P Qᵀ is the nearest table of rank 2 to the table on paper.",
)  # fmt: skip

q2 = Function(
    "energy_kept(sigma, k)",
    stub="...",
    answer=lambda sigma, k: (sigma[:k] ** 2).sum() / (sigma**2).sum(),
    probes=[(STRENGTHS, 2), ([3.0, 2.0, 1.0], 1), ([3.0, 2.0, 1.0], 3), ([10.0, 1.0, 1.0, 1.0, 1.0], 2)],
    more_probes=lambda rng: (np.sort(rng.uniform(0, 10, size=6))[::-1], int(rng.integers(1, 6))),
    mistakes={
        "These are shares of the singular values. Square them first, above and below.":
            lambda sigma, k: sigma[:k].sum() / sigma.sum(),
        "That is the share of column k alone. Add up the first k.":
            lambda sigma, k: sigma[k - 1] ** 2 / (sigma**2).sum(),
        "That is the share that is lost.":
            lambda sigma, k: (sigma[k:] ** 2).sum() / (sigma**2).sum(),
        "That is a sum of squares. Divide it by the sum of all squares.":
            lambda sigma, k: (sigma[:k] ** 2).sum(),
        "You squared the sums. Square each singular value before you add.":
            lambda sigma, k: sigma[:k].sum() ** 2 / sigma.sum() ** 2,
        "You divided by what is lost. Divide by the sum of all squares.":
            lambda sigma, k: (sigma[:k] ** 2).sum() / max((sigma[k:] ** 2).sum(), 1e-9),
        "That is one column too many: sigma[:k] are the first k.":
            lambda sigma, k: (sigma[: k + 1] ** 2).sum() / (sigma**2).sum(),
        "That is one column too few: sigma[:k] are the first k.":
            lambda sigma, k: (sigma[: k - 1] ** 2).sum() / (sigma**2).sum(),
        "These are per cent. Give a share, from 0 to 1.":
            lambda sigma, k: 100 * (sigma[:k] ** 2).sum() / (sigma**2).sum(),
        "These are the shares for every k. Give the one for the first k alone.":
            lambda sigma, k: np.cumsum(sigma**2) / (sigma**2).sum(),
    },
    also_right=[
        lambda sigma, k: 1 - (sigma[k:] @ sigma[k:]) / (sigma @ sigma),
        lambda sigma, k: np.cumsum(sigma**2)[k - 1] / np.sum(sigma**2),
        lambda sigma, k: np.sum([s * s for s in sigma[:k]]) / np.sum([s * s for s in sigma]),
    ],
    shows=lambda result: f"Two columns keep {100 * result:.1f} % of the table on paper.",
)  # fmt: skip

q3 = Function(
    "first_factor(matrix, start, n_rounds)",
    stub="...",
    answer=rounds,
    probes=[(R, [1.0, 0.0, 0.0, 0.0, 0.0], 60), (R[:, :4], [0.5, 0.5, 0.5, 0.5], 60), (R.T, [1.0] * 6, 60)],
    more_probes=a_table_with_one_strong_factor,
    same=up_to_sign,
    mistakes={
        "It has the right direction and not the length 1. Divide by the length, the root of the sum of squares.":
            lambda matrix, start, n_rounds: rounds(matrix, start, n_rounds, lambda q: q / q.sum()),
        "You divided by the sum of squares. The length is the root of it.":
            lambda matrix, start, n_rounds: rounds(matrix, start, n_rounds, lambda q: q / (q @ q)),
        "The largest number is 1 now. Divide by the length instead.":
            lambda matrix, start, n_rounds: rounds(matrix, start, n_rounds, lambda q: q / np.abs(q).max()),
        "That is one round. Go back and forth n_rounds times.":
            lambda matrix, start, n_rounds: rounds(matrix, start, 1),
        "It grows with each round, up to numbers that nobody can read. Bring it back to length 1.":
            lambda matrix, start, n_rounds: rounds(matrix, start, n_rounds, lambda q: q),
        "These are the members' numbers. Go back to the films: matrix.T times them.":
            lambda matrix, start, n_rounds: unit(matrix @ rounds(matrix, start, n_rounds)),
    },
    also_right=[
        lambda matrix, start, n_rounds: parts(matrix)[2][0],
        lambda matrix, start, n_rounds: unit(np.linalg.matrix_power(matrix.T @ matrix / 100, 40) @ start),
        lambda matrix, start, n_rounds: -rounds(matrix, start, n_rounds),
    ],
    shows="From nearly any start you arrive at numpy's first row of Vt, up to its sign.",
)  # fmt: skip

q4 = Fix(
    "hidden_rmse(table, hidden, k)",
    stub=(
        "def hidden_rmse(table, hidden, k):\n"
        "    filled = np.where(hidden, table[~hidden].mean(), table)\n"
        "    U, sigma, Vt = np.linalg.svd(filled, full_matrices=False)\n"
        "    errors = U[:, :k] * sigma[:k] @ Vt[:k] - table\n"
        "    return np.sqrt((errors**2).mean())"
    ),
    symptom="the more columns, the better it makes pure noise look",
    answer=hidden_error,
    probes=[
        (R, np.eye(6, 5, dtype=bool), 2),
        (R, np.eye(6, 5, 1, dtype=bool), 1),
        (np.arange(12.0).reshape(4, 3) % 5, np.eye(4, 3, dtype=bool), 2),
    ],
    more_probes=some_hidden,
    same=close(1e-6),
    mistakes={
        "You measure the visible cells: those were fitted. Take the hidden ones.":
            lambda table, hidden, k: hidden_error(table, hidden, k, measured=~hidden),
        "The root is missing: RMSE is in the unit of the table, not squared.":
            lambda table, hidden, k: hidden_error(table, hidden, k, root=False),
        "That is the mean size of an error. Square, take the mean, then the root.":
            lambda table, hidden, k: np.abs((_product(table, hidden, k) - table)[hidden]).mean(),
        "You compare with the filled table: where a cell is hidden, the filling stands in it. Compare with table.":
            lambda table, hidden, k: hidden_error(filled(table, hidden), hidden, k),
        "You divide by the number of all cells. Take the mean over the hidden ones alone.":
            lambda table, hidden, k: hidden_error(table, hidden, k) * np.sqrt(hidden.mean()),
        "You filled with the mean of the hidden cells, which nobody knows. Leave the filling as it was.":
            lambda table, hidden, k: hidden_error(table, hidden, k, fill=table[hidden].mean()),
        "Now the fit sees the hidden cells: fill them before the SVD, and measure on them after it.":
            lambda table, hidden, k: hidden_error(table, hidden, k, fill=table),
        "You filled with the mean of all cells: the hidden ones are in it. Leave the filling as it was.":
            lambda table, hidden, k: hidden_error(table, hidden, k, fill=table.mean()),
        "You filled with 0. The filling was not the mistake.":
            lambda table, hidden, k: hidden_error(table, hidden, k, fill=0.0),
    },
    also_right=[
        lambda table, hidden, k: np.sqrt(np.mean((_product(table, hidden, k)[hidden] - table[hidden]) ** 2)),
        lambda table, hidden, k: np.linalg.norm((_product(table, hidden, k) - table) * hidden) / np.sqrt(hidden.sum()),
    ],
    shows="Measured on hidden cells, more columns no longer make noise look predictable.",
)  # fmt: skip

q5 = Function(
    "turned(P, Q, T)",
    stub="...",
    answer=lambda P, Q, T: (P @ T, Q @ T),
    probes=[([[6.0, 4.0], [7.0, -3.0], [7.0, -4.0]], [[0.5, 0.5], [0.5, -0.5]], TURN),
            (*low_rank.truncated_svd(R, 2), TURN)],
    more_probes=some_factors,
    mistakes={
        "Only P is turned: then all dot products change. Turn both.": lambda P, Q, T: (P @ T, Q),
        "Only Q is turned: then all dot products change. Turn both.": lambda P, Q, T: (P, Q @ T),
        "Q is turned the other way: then all dot products change. Turn both by the same T.":
            lambda P, Q, T: (P @ T, Q @ T.T),
        "Nothing is turned.": lambda P, Q, T: (P, Q),
        "Both are turned, but back: a vector v becomes v @ T, not v @ T.T.": lambda P, Q, T: (P @ T.T, Q @ T.T),
        "Q lies on its side. It has a row a film, before the turn and after it.": lambda P, Q, T: (P @ T, (Q @ T).T),
        "That is the product. Give the new P and the new Q.": lambda P, Q, T: P @ T @ (Q @ T).T,
        "The two are there in the wrong order: first P, then Q.": lambda P, Q, T: (Q @ T, P @ T),
    },
    also_right=[
        lambda P, Q, T: (np.array([p @ T for p in P]), np.array([q @ T for q in Q])),
        lambda P, Q, T: ((T.T @ P.T).T, (T.T @ Q.T).T),
        lambda P, Q, T: (P @ T, Q @ np.linalg.inv(T).T),  # this one works for any T that can be undone
    ],
    behaviours={
        "The product P Qᵀ has changed.": lambda f: _same_product(f),
    },
    shows="Both are turned, and P Qᵀ is what it was: R alone cannot say which P and Q are the right ones.",
)  # fmt: skip

q6 = Choice(
    "What does the smaller RMSE at k = 50 prove?",
    answer="d",
    wrong={
        "a": "The table is drawn at random, cell by cell. There are no tastes in it, of 50 kinds or of 20.",
        "b": "On hidden cells k = 50 is further off than k = 20: the lesson's picture shows the line rise.",
        "c": "Eckart and Young promise the nearest table of its rank to the cells that it was given. Hidden cells "
             "are not among them.",
    },
    shows="k = 1,000 would reach 0. A number that always falls with k cannot choose k.",
)  # fmt: skip


def _product(table, hidden, k):
    p, q = low_rank.truncated_svd(filled(table, hidden), k)
    return p @ q.T


def _same_product(turned):
    p, q = low_rank.truncated_svd(R, 2)
    new_p, new_q = turned(p.copy(), q.copy(), np.array(TURN))
    return np.allclose(np.asarray(new_p) @ np.asarray(new_q).T, p @ q.T)
