"""The questions of lesson 16, neural collaborative filtering."""

import numpy as np

from course_lib.checks import Choice, Fix, Function, Value
from course_lib.checks.same import anything, close


def _rows(seen, n, rng):
    members, films = [], []
    for member, row in enumerate(seen):
        left = np.flatnonzero(row == 0)
        wanted = n * int(row.sum())
        members += [member] * wanted
        films += rng.choice(left, size=wanted).tolist()
    return np.array(members), np.array(films)


def _rows_again_and_again(seen, n, rng):
    members = np.repeat(np.arange(len(seen)), n * (seen > 0).sum(axis=1))
    films = rng.integers(seen.shape[1], size=len(members))
    while seen[members, films].any():
        wrong = seen[members, films] > 0
        films[wrong] = rng.integers(seen.shape[1], size=wrong.sum())
    return members, films


def _rows_by_chances(seen, n, rng):
    members, _ = np.nonzero(seen)
    members = np.repeat(members, n)
    upto = np.cumsum(seen[members] == 0, axis=1)
    return members, (upto <= (rng.random(len(members)) * upto[:, -1])[:, None]).sum(axis=1)


def _rows_without_replacement(seen, n, rng):
    left = [rng.permutation(np.flatnonzero(row == 0))[:n] for row in seen]
    return np.repeat(np.arange(len(seen)), [len(films) for films in left]), np.concatenate(left)


def _enough(rows, seen, n, rng):
    members, films = (np.asarray(part) for part in rows)
    wanted = n * (seen > 0).sum(axis=1)
    return len(members) == len(films) and (np.bincount(members, minlength=len(seen)) == wanted).all()


def _unseen(rows, seen, n, rng):
    members, films = (np.asarray(part) for part in rows)
    return not seen[members, films].any()


def _evenly(rows, seen, n, rng):
    members, films = (np.asarray(part) for part in rows)
    for member, row in enumerate(seen):
        counts, left = np.bincount(films[members == member], minlength=seen.shape[1]), (row == 0).sum()
        expected = n * row.sum() / left
        if (np.abs(counts[row == 0] - expected) > 5 * np.sqrt(expected) + 1).any():
            return False
    return True


def _some_members(rng):
    seen = (rng.random((3, 8)) < 0.4).astype(int)
    seen[:, 0], seen[:, 1] = 1, 0
    return seen, 400, np.random.default_rng(int(rng.integers(1000)))


def _join(gmf, mlp):
    kernel, bias = "score/kernel", "score/bias"
    return {
        **gmf, **mlp, kernel: np.vstack([gmf[kernel], mlp[kernel]]) / 2, bias: (gmf[bias] + mlp[bias]) / 2,
    }  # fmt: skip


def _join_by_loops(gmf, mlp):
    joined = {}
    for weights in (mlp, gmf):
        for name, array in weights.items():
            if not name.startswith("score"):
                joined[name] = array.copy()
    joined["score/bias"] = 0.5 * gmf["score/bias"] + 0.5 * mlp["score/bias"]
    joined["score/kernel"] = np.concatenate([0.5 * one["score/kernel"] for one in (gmf, mlp)])
    return joined


def _join_by_mean(gmf, mlp):
    joined = gmf | mlp
    joined["score/kernel"] = 0.5 * np.r_[gmf["score/kernel"], mlp["score/kernel"]]
    joined["score/bias"] = np.mean([gmf["score/bias"], mlp["score/bias"]], axis=0)
    return joined


def _halves(k, width, rng):
    gmf = {"gmf_user/embeddings": (3, k), "gmf_item/embeddings": (4, k), "score/kernel": (k, 1), "score/bias": (1,)}
    mlp = {"mlp_user/embeddings": (3, k), "mlp_item/embeddings": (4, k), "dense_1/kernel": (2 * k, width),
           "dense_1/bias": (width,), "score/kernel": (width, 1), "score/bias": (1,)}  # fmt: skip
    return tuple({name: rng.normal(size=shape) for name, shape in half.items()} for half in (gmf, mlp))


def _price(n_films, k, widths):
    columns = [2 * k, *widths, 1]
    return n_films * (k + sum(a * b for a, b in zip(columns[:-1], columns[1:], strict=True)))


def _price_by_shapes(n_films, k, widths):
    kernels = [np.zeros((a, b)) for a, b in zip([2 * k, *widths], [*widths, 1], strict=True)]
    return (k + sum(kernel.size for kernel in kernels)) * n_films


def _price_step_by_step(n_films, k, widths):
    total, before = k, 2 * k
    for width in widths:
        total += before * width
        before = width
    return n_films * (total + before)


def _warm(table, old_ids, new_ids):
    place = {film: row for row, film in enumerate(np.asarray(old_ids).tolist())}
    mean = table.mean(axis=0)
    return np.array([table[place[film]] if film in place else mean for film in np.asarray(new_ids).tolist()])


def _warm_by_frame(table, old_ids, new_ids):
    import pandas as pd

    return pd.DataFrame(table, old_ids).reindex(new_ids).fillna(pd.Series(table.mean(axis=0))).to_numpy()


def _warm_by_search(table, old_ids, new_ids):
    start = np.tile(table.mean(axis=0), (len(new_ids), 1))
    for row, film in enumerate(old_ids):
        start[np.asarray(new_ids) == film] = table[row]
    return start


def _warm_by_place(table, old_ids, new_ids):
    start = np.tile(table.mean(axis=0), (len(new_ids), 1))
    start[: len(table)] = table
    return start


def _warm_with_zeros(table, old_ids, new_ids):
    known = np.isin(new_ids, old_ids)
    return np.where(known[:, None], _warm(table, old_ids, new_ids), 0.0)


def _a_catalogue(rng):
    old = rng.permutation(20)[:4]
    fresh = np.setdiff1d(np.arange(20, 30), old)[:2]
    return rng.normal(size=(4, 3)), old, rng.permutation(np.concatenate([old, fresh]))


q1 = Value(
    "n_rows, share_of_ones and constant",
    stub="n_rows = ...\nshare_of_ones = ...\nconstant = ...",
    answer=(24, 0.25, 0.562),
    same=close(0.002),
    mistakes={
        "Those are the negatives alone. The likes have rows too.": (18, ..., ...),
        "You forgot the negatives: each like brings three more rows.": (6, ..., ...),
        "Each like has one row with a 1 and three with a 0: one in four, and not one in three.": (..., 1 / 3, ...),
        "That is the share of zeros.": (..., 0.75, ...),
        "That is the price of a 1 alone, -ln 0.25. Three rows in four are zeros, and cost -ln 0.75 each.":
            (..., ..., 1.386),
        "That is the price of a zero alone, -ln 0.75. One row in four is a 1, and costs -ln 0.25.": (..., ..., 0.288),
        "That is the price of saying 0.5. Say the share of ones.": (..., ..., 0.693),
        "The price is above 0: minus the logarithm.": (..., ..., -0.562),
    },
    shows="Whoever says 0.25 to every row pays 0.56. A network has to get below that.",
)  # fmt: skip

q2 = Function(
    "negatives(seen, n, rng)",
    stub="...",
    answer=_rows,
    probes=[
        (np.array([[1, 0, 0, 1, 0], [0, 1, 0, 0, 0]]), 600, np.random.default_rng(1)),
        (np.array([[0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 1, 0]]), 500, np.random.default_rng(2)),
    ],
    more_probes=_some_members,
    same=anything,
    properties={
        "each member comes n times for each film that was seen": _enough,
        "no negative is a film that the member has seen": _unseen,
        "each unseen film of a member comes about equally often": _evenly,
    },
    behaviours={
        "the same generator, asked again, draws other films": lambda f: _differ(f, np.random.default_rng(3)),
    },
    mistakes={
        "each member comes n times for each film that was seen": _rows_without_replacement,
        "no negative is a film that the member has seen": lambda seen, n, rng: (
            np.repeat(np.nonzero(seen)[0], n), rng.integers(seen.shape[1], size=n * int(seen.sum()))),
        "each unseen film of a member comes about equally often": lambda seen, n, rng: (
            np.repeat(np.nonzero(seen)[0], n), np.repeat([np.argmin(seen[u]) for u in np.nonzero(seen)[0]], n)),
        "the same generator, asked again, draws other films":
            lambda seen, n, rng: _rows(seen, n, np.random.default_rng(0)),
    },
    also_right=[_rows_again_and_again, _rows_by_chances],
    shows="Enough rows, never a seen film, and others in the next epoch.",
)  # fmt: skip


def _differ(function, rng):
    seen = np.array([[1, 0, 0, 0, 0, 0, 0, 0, 0, 0]])
    first, second = (np.asarray(function(seen.copy(), 30, rng)[1]) for _ in range(2))
    return len(first) != len(second) or bool((first != second).any())


q3 = Function(
    "join(gmf, mlp)",
    stub="...",
    answer=_join,
    probes=[_halves(2, 3, np.random.default_rng(0)), _halves(3, 2, np.random.default_rng(1))],
    more_probes=lambda rng: _halves(4, 4, rng),
    mistakes={
        "You took the last weights whole: the score is then the sum of both. Halve them, and the biases.":
            lambda gmf, mlp: _join(gmf, mlp) | {
                "score/kernel": np.vstack([gmf["score/kernel"], mlp["score/kernel"]]),
                "score/bias": gmf["score/bias"] + mlp["score/bias"]},
        "The weights are halved and the biases are not: (b + b') / 2 is wanted.": lambda gmf, mlp: _join(gmf, mlp) | {
            "score/bias": gmf["score/bias"] + mlp["score/bias"]},
        "GMF comes first in the last sum. You put the MLP's weights on top.": lambda gmf, mlp: _join(gmf, mlp) | {
            "score/kernel": np.vstack([mlp["score/kernel"], gmf["score/kernel"]]) / 2},
        "`gmf | mlp` keeps the MLP's last layer alone. Stack both kernels and average both biases.":
            lambda gmf, mlp: gmf | mlp,
        "The tables stay as they are. Only the last weights and the bias are halved.": lambda gmf, mlp: {
            name: array if name.startswith("score") or "dense" in name else array / 2
            for name, array in _join(gmf, mlp).items()},
    },
    also_right=[_join_by_loops, _join_by_mean],
    shows=lambda joined: f"{len(joined)} arrays, {sum(np.size(array) for array in joined.values())} numbers: a NeuMF.",
)  # fmt: skip

q4 = Function(
    "multiplications(n_films, k, widths)",
    stub="...",
    answer=_price,
    probes=[(600, 8, (32, 16, 8)), (9_742, 16, (32,)), (10, 2, (3, 2))],
    more_probes=lambda rng: (int(rng.integers(5, 50)), int(rng.integers(2, 9)), tuple(rng.integers(2, 9, 2).tolist())),
    mistakes={
        "Side by side there are 2 k numbers, and you counted k of them.": lambda n_films, k, widths: (
            _price(n_films, k, widths) - n_films * k * widths[0]),
        "The last sum has a weight for each number of the last layer as well.": lambda n_films, k, widths: (
            _price(n_films, k, widths) - n_films * widths[-1]),
        "That is the price of one film. A list needs the scores of all.": lambda n_films, k, widths: (
            _price(1, k, widths)),
        "That is the MLP alone. The product costs k more for each film.": lambda n_films, k, widths: (
            _price(n_films, k, widths) - n_films * k),
        "Biases are added, and adding is free in this convention.": lambda n_films, k, widths: (
            _price(n_films, k, widths) + n_films * (sum(widths) + 1)),
        "Widths were added. Between two layers there is a weight for each pair: multiply.": lambda n_films, k, widths: (
            n_films * (k + 2 * k + sum(widths))),
    },
    also_right=[_price_by_shapes, _price_step_by_step],
    shows="700,800 multiplications for 600 films. The product alone takes 4,800.",
)  # fmt: skip

q5 = Choice(
    "What may you conclude?",
    answer="d",
    wrong={
        "a": "X chose its best of forty runs by the very ratings that are reported. The best of forty is partly luck.",
        "b": "X and Y were not given the same effort: forty settings and five seeds against one of each.",
        "c": "The numbers are there; they answer a question about effort and luck more than about the models.",
    },
    shows="Same rows, same number of settings, several seeds, and a part that chose nothing. Then compare.",
)

q6 = Fix(
    "warm_table(table, old_ids, new_ids)",
    stub=(
        "def warm_table(table, old_ids, new_ids):\n"
        "    start = np.tile(table.mean(axis=0), (len(new_ids), 1))\n"
        "    start[: len(table)] = table\n"
        "    return start"
    ),
    symptom="a film that has moved to another place of the catalogue starts with another film's numbers",
    answer=_warm,
    probes=[
        (np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 0.0]]), np.array([10, 20, 30]), np.array([5, 10, 20, 30])),
        (np.array([[1.0, 0.5], [3.0, 1.0]]), np.array([7, 9]), np.array([9, 8, 7])),
        (np.array([[1.0, 4.0], [2.0, 8.0], [0.0, 3.0]]), np.array([1, 2, 3]), np.array([3, 5, 1, 6])),
    ],
    more_probes=_a_catalogue,
    mistakes={
        "A new film starts at 0 now. Let it start at the mean of the table.": _warm_with_zeros,
        "The rows are in the order of the old ids now, new films at the end. Row j belongs to new_ids[j].":
            lambda table, old_ids, new_ids: np.vstack([
                table[np.isin(old_ids, new_ids)],
                np.tile(table.mean(axis=0), ((~np.isin(new_ids, old_ids)).sum(), 1))]),
        "Everything starts at the mean now. Films that were there keep their own rows.":
            lambda table, old_ids, new_ids: np.tile(table.mean(axis=0), (len(new_ids), 1)),
    },
    also_right=[_warm_by_frame, _warm_by_search],
    shows="Rows follow their films. What is new starts in the middle of what is known.",
)  # fmt: skip
