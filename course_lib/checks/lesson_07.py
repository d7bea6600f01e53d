"""The questions of lesson 07, SVD on ratings with holes."""

import numpy as np

from course_lib import paper
from course_lib.checks import Choice, Fix, Function, Value
from course_lib.checks.same import close, exactly

RANKS = (1, 2, 3, 4, 5, 6, 8, 12)
TABLE = paper.TABLE.to_numpy()
HOLE = np.isnan(TABLE)
HIDDEN = np.where(HOLE, paper.FULL.to_numpy(), np.nan)
SOME_HIDDEN = np.where(np.arange(30).reshape(6, 5) < 12, HIDDEN, np.nan)  # in three of the six holes
BASELINE = 3.2 + np.add.outer([0.1, 0.2, -0.3, 0.0, 0.3, -0.3], [-0.3, 0.0, -0.1, 0.2, 0.2])


def _best_of_rank(table, k):
    u, s, vt = np.linalg.svd(table, full_matrices=False)
    return (u[:, :k] * s[:k]) @ vt[:k]


def _projected(table, k):
    v = np.linalg.svd(table)[2][:k].T
    return table @ v @ v.T


def _table_with_holes(rng, shape=(7, 5)):
    """Draw ratings with holes, at least two ratings in each row and column."""
    table = rng.integers(1, 6, size=shape).astype(float)
    holes = rng.random(shape) < 0.3
    holes[:2], holes[:, :2] = False, False
    return np.where(holes, np.nan, table)


def _table_and_hidden(rng):
    """Draw a table with holes, and ratings that stand in some of them."""
    table = _table_with_holes(rng)
    hidden = np.where(np.isnan(table) & (rng.random(table.shape) < 0.6), rng.integers(1, 6, size=table.shape), np.nan)
    hidden[-1, -1], table[-1, -1] = 4, np.nan
    return table, hidden, 2


def _score(guess, hidden):
    return float(np.sqrt(np.nanmean((guess - hidden) ** 2)))


def _filled(table, fill):
    return np.where(np.isnan(table), fill, table)


q1 = Function(
    "fill_and_score(table, hidden, k)",
    stub=(
        "filled = np.where(np.isnan(table), ..., table)\n"
        "u, s, vt = np.linalg.svd(filled, full_matrices=False)\n"
        "guess = (u[:, :k] * s[:k]) @ vt[:k]\n"
        "asked = ...\n"
        "return np.sqrt(np.mean((guess - hidden)[asked] ** 2))"
    ),
    answer=lambda table, hidden, k: _score(_best_of_rank(_filled(table, np.nanmean(table, axis=0)), k), hidden),
    probes=[(TABLE, HIDDEN, 2), (TABLE, SOME_HIDDEN, 2), (TABLE, HIDDEN, 1)],
    more_probes=_table_and_hidden,
    same=close(1e-6),
    mistakes={
        "Your holes hold 0. Write the film's mean into them: the mean of a column, without its nan.":
            lambda table, hidden, k: _score(_best_of_rank(_filled(table, 0), k), hidden),
        "Those are the members' means. A film is a column, so its mean is taken along axis 0.":
            lambda table, hidden, k: _score(
                _best_of_rank(_filled(table, np.nanmean(table, axis=1, keepdims=True)), k), hidden),
        "That is one mean for all films. Each column has its own.":
            lambda table, hidden, k: _score(_best_of_rank(_filled(table, np.nanmean(table)), k), hidden),
        "Your means count the holes as zeros. Take them over ratings alone: np.nanmean passes over nan.":
            lambda table, hidden, k: _score(_best_of_rank(_filled(table, _filled(table, 0).mean(axis=0)), k), hidden),
        "A mean over a column with a nan in it is nan, and the SVD stops there. np.nanmean passes over nan.":
            lambda table, hidden, k: _score(_best_of_rank(_filled(table, table.mean(axis=0)), k), hidden),
        "You scored the ratings that the SVD was given. Ask about the hidden ones.":
            lambda table, hidden, k: _score(_best_of_rank(_filled(table, np.nanmean(table, axis=0)), k), table),
        "`asked` is True in places where `hidden` is nan. Ask only where `hidden` holds a number.":
            lambda table, hidden, k: float(np.sqrt(np.mean(
                (_best_of_rank(_filled(table, np.nanmean(table, axis=0)), k) - hidden)[np.isnan(table)] ** 2))),
    },
    also_right=[
        lambda table, hidden, k: np.linalg.norm(
            (_best_of_rank(_filled(table, np.nanmean(table, axis=0)), k) - hidden)[~np.isnan(hidden)]
        ) / np.sqrt((~np.isnan(hidden)).sum()),
        lambda table, hidden, k: _score(
            _best_of_rank(np.where(table > 0, table, np.nansum(table, axis=0) / (table > 0).sum(axis=0)), k), hidden),
    ],
    shows=lambda error: f"On paper, film's means and two factors are off by {error:.2f} stars in the six holes.",
)  # fmt: skip

q2 = Function(
    "predict_centred(table, baseline, k)",
    stub="...",
    answer=lambda table, baseline, k: baseline + _best_of_rank(_filled(table - baseline, 0), k),
    probes=[(TABLE, BASELINE, 1), (TABLE, BASELINE, 3)],
    more_probes=lambda rng: (_table_with_holes(rng), 3 + 0.3 * rng.normal(size=(7, 5)), 2),
    same=close(1e-6),
    mistakes={
        "That is taste alone, in stars above or below what was expected. Add the baseline back.":
            lambda table, baseline, k: _best_of_rank(_filled(table - baseline, 0), k),
        "You wrote 0 stars into the holes, and then subtracted. Subtract first: then 0 says 'as expected'.":
            lambda table, baseline, k: baseline + _best_of_rank(_filled(table, 0) - baseline, k),
        "Nothing was subtracted before the SVD, so the baseline is in there twice.":
            lambda table, baseline, k: baseline + _best_of_rank(_filled(table, 0), k),
        "You used all factors. Keep the first k.":
            lambda table, baseline, k: baseline + _filled(table - baseline, 0),
        "The baseline is in the holes, and in the ratings too. Subtract it, so that only taste goes into the SVD.":
            lambda table, baseline, k: _best_of_rank(_filled(table, baseline), k),
        "You put the ratings back into their cells. Every cell is predicted, rated or not.":
            lambda table, baseline, k: _filled(table, baseline + _best_of_rank(_filled(table - baseline, 0), k)),
    },
    also_right=[
        lambda table, baseline, k: baseline + _best_of_rank(_filled(table, baseline) - baseline, k),
        lambda table, baseline, k: baseline + _projected(np.nan_to_num(table - baseline), k),
    ],
    shows=lambda guess: f"Member 6 is now predicted {guess[5, 2]:.1f} stars for Clueless.",
)  # fmt: skip


def _errors(fill, part="validation"):
    """RMSE of each number of factors, on the validation part or on the ratings that were fitted."""
    from course_lib import datasets, evaluation, metrics
    from course_lib.svd import FilledSVD

    split = evaluation.board_split(datasets.load().ratings)
    asked, errors = getattr(split, part), {}
    for k in RANKS:
        model = FilledSVD(n_factors=k, fill=fill).fit(split.train)
        stars = model.predict(asked.user_ids[asked.users], asked.item_ids[asked.items])
        errors[k] = metrics.rmse(asked.values, stars)
    return errors


def _chosen(fill="biases", by="validation", shown="validation", choose=min):
    errors = _errors(fill, by)
    k = choose(errors, key=errors.get)
    return k, (errors if shown == by else _errors(fill, shown))[k]


q3 = Value(
    "best_k and error",
    stub="best_k = ...\nerror = ...",
    answer=_chosen,
    same=close(0.0006),  # three digits are enough; the test part, or the next k, is further off
    mistakes={
        "That k was chosen on the ratings that were fitted, where more factors always look better. Choose on "
        "the validation part.": lambda: _chosen(by="train"),
        "Both numbers are those of the ratings that were fitted, where more factors always look better. Choose, and "
        "give the error, on the validation part.": lambda: _chosen(by="train", shown="train"),
        "The k is right; the error is that of the ratings that were fitted. Give the one on the validation part.":
            lambda: _chosen(shown="train"),
        'That is the choice for fill="film_mean". Here the holes are filled after centring: fill="biases".':
            lambda: _chosen(fill="film_mean"),
        "That is the worst k. Less error is better.": lambda: _chosen(choose=max),
    },
    shows="More factors fit what was given better and better; from some k on the hidden ratings say no.",
)  # fmt: skip


def _over_ratings(table):
    n_rated = (table > 0).sum(axis=1, keepdims=True)
    return table.sum(axis=1, keepdims=True) / np.maximum(n_rated, 1)


def _nan_where_nothing(table):
    with np.errstate(invalid="ignore"):
        means = table.sum(axis=1, keepdims=True) / (table > 0).sum(axis=1, keepdims=True)
    return np.where(np.isnan(means), np.nan, np.where(table > 0, table - means, 0))


q4 = Fix(
    "centred(table)",
    stub=(
        "def centred(table):\n"
        "    means = table.mean(axis=1, keepdims=True)\n"
        "    return np.where(table > 0, table - means, 0)"
    ),
    symptom="a member who gave 3 stars to each of her films still comes out far above zero",
    answer=lambda table: np.where(table > 0, table - _over_ratings(table), 0),
    probes=[
        ([[2.0, 0, 4, 5, 0], [3, 3, 0, 0, 3], [5, 4, 1, 0, 3]],),
        ([[2.0, 0, 4, 5, 0], [0, 0, 0, 0, 0]],),
    ],
    more_probes=lambda rng: (rng.integers(0, 6, size=(5, 6)).astype(float),),
    same=close(1e-6),
    mistakes={
        "The means are right now, but the holes have to stay 0: subtract where there is a rating.":
            lambda table: table - _over_ratings(table),
        "The means are right now, but the holes hold nan. They stay 0.":
            lambda table: np.where(table > 0, table - _over_ratings(table), np.nan),
        "Those are the films' means. Centre each member, a row, by her own.":
            lambda table: np.where(
                table > 0, table - table.sum(axis=0) / np.maximum((table > 0).sum(axis=0), 1), 0),
        "That is one mean for everybody. Each member has her own.":
            lambda table: np.where(table > 0, table - table[table > 0].mean(), 0),
        "Right, except for a member without ratings: 0/0 is nan. Her row stays 0.": _nan_where_nothing,
    },
    also_right=[
        lambda table: np.array([
            [stars - row[row > 0].mean() if stars else 0.0 for stars in row] for row in table]),
        lambda table: (table - _over_ratings(table)) * (table > 0),
    ],
    shows="A mean over ratings, never over cells: her usual stars are 0 now.",
)  # fmt: skip


def _step(taste, z, regularization, shrink):
    u, d, vt = np.linalg.svd(np.where(np.isnan(taste), z, taste), full_matrices=False)
    return (u * shrink(d, regularization)) @ vt


def _soft(d, regularization):
    return np.maximum(d - regularization, 0)


TASTE = TABLE - BASELINE
Z = np.outer([1.0, 0.8, 1.2, -1, -1, -1], [1.0, 0.9, -1, -1, 0.1])

q5 = Function(
    "soft_impute_step(taste, Z, regularization)",
    stub="...",
    answer=lambda taste, Z, regularization: _step(taste, Z, regularization, _soft),
    probes=[(TASTE, Z, 1.0), (TASTE, 0 * Z, 2.0), (TASTE, Z, 0.0)],
    more_probes=lambda rng: (_table_with_holes(rng) - 3, rng.normal(size=(7, 5)), 1.5),
    same=close(1e-6),
    mistakes={
        "Your holes hold 0. In each round they hold what Z says.":
            lambda taste, Z, regularization: _step(taste, 0 * Z, regularization, _soft),
        "Nothing is shrunk. Each singular value loses the regularization.":
            lambda taste, Z, regularization: _step(taste, Z, 0, _soft),
        "Some singular values went below 0. What would fall below 0 becomes 0.":
            lambda taste, Z, regularization: _step(taste, Z, regularization, lambda d, r: d - r),
        "You kept or dropped singular values as they are. The strong ones have to be shortened, too.":
            lambda taste, Z, regularization: _step(taste, Z, regularization, lambda d, r: np.where(d > r, d, 0)),
        "Z has overwritten the ratings. Where there is a rating, it stays.":
            lambda taste, Z, regularization: _step(Z, Z, regularization, _soft),
        "Your holes still hold nan, and the SVD stops there. In np.where the condition asks for holes, then comes Z, "
        "then taste.": lambda taste, Z, regularization: _step(
            np.where(np.isnan(taste), taste, Z), Z * np.nan, regularization, _soft),
        "You put the ratings back at the end. The next guess is the shrunk table in every cell.":
            lambda taste, Z, regularization: np.where(
                np.isnan(taste), _step(taste, Z, regularization, _soft), taste),
    },
    also_right=[
        lambda taste, Z, regularization: _step(
            taste, Z, regularization, lambda d, r: np.array([x - r if x > r else 0.0 for x in d])),
        lambda taste, Z, regularization: _step(
            np.nan_to_num(taste) + np.isnan(taste) * Z, Z, regularization, lambda d, r: (d - r).clip(min=0)),
    ],
    shows="Run it again and again, and you have soft-impute.",
)  # fmt: skip


def _ends(axis, titles, n):
    order = np.argsort(axis, kind="stable")
    return titles[order[:n]].tolist(), titles[order[::-1][:n]].tolist()


FILMS = np.array(["Alien", "Blade Runner", "Clueless", "Dirty Dancing", "Up"])

q6 = Function(
    "ends(axis, titles, n)",
    stub="...",
    answer=_ends,
    probes=[([0.6, 0.4, -0.5, -0.7, 0.1], FILMS, 2), ([-0.1, 0.9, 0.2, 0.3, -0.4], FILMS, 1)],
    more_probes=lambda rng: (rng.normal(size=5), FILMS, 2),
    same=exactly,
    mistakes={
        "The ends are exchanged: first the films with the smallest numbers, then those with the largest.":
            lambda axis, titles, n: _ends(-axis, titles, n),
        "At the right end the order is turned round: the most extreme film, with the largest number, comes first.":
            lambda axis, titles, n: (_ends(axis, titles, n)[0], _ends(axis, titles, n)[1][::-1]),
        "Those are the films' places on the axis. Return the titles.":
            lambda axis, titles, n: (np.sort(axis)[:n].tolist(), np.sort(axis)[::-1][:n].tolist()),
        "Those are positions. Return the titles.":
            lambda axis, titles, n: (np.argsort(axis)[:n].tolist(), np.argsort(-axis)[:n].tolist()),
        "You took the films furthest from zero on either side. Each end has its own n.":
            lambda axis, titles, n: (titles[np.argsort(-np.abs(axis))[:n]].tolist(),
                                     titles[np.argsort(-np.abs(axis))[n : 2 * n]].tolist()),
    },
    also_right=[
        lambda axis, titles, n: ([title for _, title in sorted(zip(axis, titles, strict=True))][:n],
                                 [title for _, title in sorted(zip(axis, titles, strict=True), reverse=True)][:n]),
        lambda axis, titles, n: (list(titles[np.argsort(axis)][:n]), list(titles[np.argsort(-axis)][:n])),
    ],
    shows="Both ends, the most extreme film first.",
)  # fmt: skip

q7 = Choice(
    "What may you conclude?",
    answer="c",
    wrong={
        "a": "The sign is free: turn the axis round for films and members, and nothing changes. No end is better.",
        "b": "Next time the SVD may turn it, or mix it with another axis as strong. Only the product is identified.",
        "d": "A film at zero has no part in this axis. How good it is stands in its bias.",
    },
    shows="An axis compares: it says who likes one end more than the other, relative to what was expected.",
)
