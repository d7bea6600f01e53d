"""The questions of the wrap-up of part three: lists for real members, and how good they are."""

from itertools import combinations

import numpy as np
import pandas as pd

from course_lib import evaluation
from course_lib.checks import Choice, Fix, Function
from course_lib.checks.same import close, table
from course_lib.list_metrics import ndcg_at_k
from course_lib.ratings import Ratings
from course_lib.top_n import top_n

COLUMNS = ["difference", "low", "high", "more_than_luck"]


def _worth(n):
    return 1 / np.log2(np.arange(2, n + 2))


def gained(listed, wanted, k):
    """Add up what the first k places bring, later places less."""
    return sum(wanted.get(film, 0) * worth for film, worth in zip(listed[:k], _worth(k), strict=False))


def ndcg_of(listed, wanted, k, best_of=None):
    """Divide what a list brings by what the best list of the wanted films would bring."""
    best = sorted(wanted if best_of is None else best_of, key=lambda film: -wanted.get(film, 0))
    return gained(listed, wanted, k) / gained(best, wanted, k)


def _ndcg_of_the_library(listed, wanted, k):
    films = sorted({*listed, *wanted})
    items = np.searchsorted(films, listed)[np.newaxis]
    relevant = np.zeros(len(wanted), dtype=int), np.searchsorted(films, list(wanted)), list(wanted.values())
    return ndcg_at_k(items, relevant, k).iloc[0]


def _ndcg_in_a_loop(listed, wanted, k):
    dcg = best = 0.0
    for place in range(1, k + 1):
        if listed[place - 1] in wanted:
            dcg += wanted[listed[place - 1]] / np.log2(place + 1)
    for place, gain in enumerate(sorted(wanted.values(), reverse=True)[:k], 1):
        best += gain / np.log2(place + 1)
    return dcg / best


def _ndcg_by_the_first_paper(listed, wanted, k):
    worth = 1 / np.maximum(1, np.log2(np.arange(1, k + 1)))
    best = np.sort(list(wanted.values()))[::-1][:k]
    return np.array([wanted.get(film, 0) for film in listed[:k]]) @ worth / (best @ worth[: len(best)])


def some_list(rng):
    """Draw a list of films, and what somebody wanted; some of that is not in the list."""
    films = rng.choice(100, size=24, replace=False)
    wanted = dict(zip(films[4:16].tolist(), rng.choice([1.0, 1.5, 2.0], size=12).tolist(), strict=True))
    wanted |= {int(films[4]): 1.0, int(films[15]): 2.0}
    return rng.permutation(films[:12]), wanted, 5 + int(rng.integers(3))


q1 = Function(
    "ndcg(listed, wanted, k)",
    stub="...",
    answer=ndcg_of,
    probes=[
        ([50, 10, 20, 30], {10: 1.0, 30: 2.0, 70: 1.5}, 4),
        ([50, 10, 20, 30, 40], {10: 1.0, 30: 2.0, 70: 1.5, 40: 2.0}, 3),
        ([5, 6], {7: 1.0}, 2),
        ([30, 70], {30: 2.0, 70: 1.0}, 2),
    ],
    more_probes=some_list,
    same=close(1e-6),
    mistakes={
        "Each hit counts 1. It should bring its gain.":
            lambda listed, wanted, k: ndcg_of(listed, dict.fromkeys(wanted, 1.0), k),
        "The best list holds k films at most. Yours has all that were wanted.":
            lambda listed, wanted, k: gained(listed, wanted, k) / gained(
                sorted(wanted, key=lambda film: -wanted[film]), wanted, max(k, len(wanted))),
        "The best list has the largest gains first. You took them as they came.":
            lambda listed, wanted, k: gained(listed, wanted, k) / gained(list(wanted), wanted, k),
        "The best list may hold what was not found. You only brought the listed films into a better order.":
            lambda listed, wanted, k: ndcg_of(listed, wanted, k, listed[:k]) if gained(listed, wanted, k) else 0.0,
        "That is the DCG. Divide it by the DCG of the best list.": gained,
        "Divide by log2(place + 1). Yours gives places 1 and 2 the same worth.": _ndcg_by_the_first_paper,
    },
    also_right=[_ndcg_in_a_loop, _ndcg_of_the_library],
    shows="Five stars in place 3 bring as much as four stars in place 1 would.",
)  # fmt: skip


def some_split(seed, n_users=40, n_items=40):
    """Draw stars of a few members and split them as the board does; some films are rated by many, some by few."""
    rng = np.random.default_rng(seed)
    users, items = np.nonzero(rng.uniform(size=(n_users, n_items)) < np.linspace(0.2, 0.9, n_items))
    stars = rng.choice([2.0, 3.0, 4.0, 5.0], size=len(users))
    frame = pd.DataFrame({"userId": users + 1, "movieId": 10 * items + 7, "rating": stars})
    return evaluation.board_split(Ratings.from_frame(frame, columns={"timestamp": None}))


def some_scores(seed):
    """Draw scores for all members and films, which put films first that many have rated."""
    split = some_split(seed)
    scores = np.random.default_rng(seed).normal(size=(split.train.n_users, split.train.n_items))
    return scores + np.linspace(0, 2, split.train.n_items), split, 5


def mean_ndcg_of(scores, split, k, known="train", wanted="validation", at_least=4, seen_from=0):
    """Measure the lists that scores make, without the films of some parts."""
    scores = np.array(scores)
    for part in known.split():
        seen = getattr(split, part).liked(seen_from) if seen_from else getattr(split, part)
        scores[seen.users, seen.items] = -np.inf
    relevant = getattr(split, wanted)
    return ndcg_at_k(top_n(scores, k)[0], relevant.liked(at_least) if at_least else relevant, k).mean()


def _mean_ndcg_member_by_member(scores, split, k):
    shares, train, liked = [], split.train, split.validation.liked(4)
    for user in range(train.n_users):
        wanted = dict.fromkeys(liked.items[liked.users == user].tolist(), 1.0)
        own = train.items[train.users == user]
        left = [film for film in np.argsort(-scores[user], kind="stable") if film not in own]
        shares += [ndcg_of(left, wanted, k)] if wanted else []
    return np.mean(shares)


def _mean_ndcg_by_where(scores, split, k):
    lists = top_n(np.where(split.train.csr.toarray() > 0, -np.inf, scores), k)[0]
    return float(np.mean(ndcg_at_k(lists, split.validation.liked(4), k)))


q2 = Fix(
    "mean_ndcg(scores, split, k)",
    stub=(
        "def mean_ndcg(scores, split, k):\n"
        "    known = split.train.join(split.test)  # all that is not to be found\n"
        "    scores = scores.copy()\n"
        "    scores[known.users, known.items] = -np.inf\n"
        "    return ndcg_at_k(top_n(scores, k)[0], split.validation.liked(4), k).mean()"
    ),
    symptom="the NDCG on the validation part still depends on which films stand in the test part",
    names={"ndcg_at_k": ndcg_at_k, "top_n": top_n},
    answer=mean_ndcg_of,
    probes=[some_scores(1), some_scores(2)],
    more_probes=lambda rng: some_scores(int(rng.integers(1000))),
    same=close(1e-6),
    mistakes={
        "Now films that were seen are listed. Leave them out.": lambda *given: mean_ndcg_of(*given, known=""),
        "Films that a member has seen and not liked are in the list. Whatever is in training stays out.":
            lambda *given: mean_ndcg_of(*given, seen_from=4),
        "You left out the validation part: those are the films to be found.":
            lambda *given: mean_ndcg_of(*given, known="train validation"),
        "You measure on the test part, which stays closed.": lambda *given: mean_ndcg_of(*given, wanted="test"),
        "The leak is mended, and now films count as hits that were not liked.":
            lambda *given: mean_ndcg_of(*given, at_least=0),
        "Members who liked no hidden film are left out of the mean, not counted as 0.":
            lambda scores, split, k: mean_ndcg_of(scores, split, k)
            * len(np.unique(split.validation.liked(4).users)) / len(scores),
    },
    also_right=[_mean_ndcg_member_by_member, _mean_ndcg_by_where],
    shows="The list leaves out what was known when it was made, and nothing else.",
)  # fmt: skip


def pairs_of(values, interval=evaluation.difference_interval, sign=1):
    """Compare each pair of columns once, the later one minus the earlier one."""
    rows = {}
    for earlier, later in combinations(values.columns, 2):
        low, high = sorted(sign * end for end in interval(values[later], values[earlier])[1:])
        difference = sign * (values[later].mean() - values[earlier].mean())
        rows[f"{later} - {earlier}"] = [difference, low, high, low > 0 or high < 0]
    return pd.DataFrame(list(rows.values()), index=list(rows), columns=COLUMNS)


def _apart(ours, theirs):
    ours, theirs = map(evaluation.mean_interval, (ours, theirs))
    return None, ours.low - theirs.high, ours.high - theirs.low


def _by_spread(ours, theirs):
    gaps = ours - theirs
    return None, *(gaps.mean() + z * gaps.sem() for z in (-1.96, 1.96))


def _pairs_in_loops(values):
    told = {}
    for at, later in enumerate(values):
        for earlier in values.columns[:at]:
            told[f"{later} - {earlier}"] = evaluation.mean_interval(values[later] - values[earlier])
    frame = pd.DataFrame(told, index=COLUMNS[:3]).T
    return frame.assign(more_than_luck=np.sign(frame["low"]) == np.sign(frame["high"]))


def some_members(rng):
    """Draw one value a member for four models: two nearly the same, one better, one worse."""
    ease = rng.uniform(0, 0.6, size=60)
    shifts = {"popular": 0.05, "pairs": 0.0, "factors": 0.1, "weights": 0.1}
    return (pd.DataFrame({name: ease + shift + rng.normal(0, 0.08, 60) for name, shift in shifts.items()}),)


q3 = Function(
    "pairs(values)",
    stub="...",
    answer=pairs_of,
    probes=[some_members(np.random.default_rng(0)), some_members(np.random.default_rng(4))],
    more_probes=some_members,
    same=table(rows_in_order=False, tolerance=1e-4),
    mistakes={
        "The signs are turned: the later column minus the earlier one.": lambda values: pairs_of(values, sign=-1),
        "You took two separate intervals apart. Draw the same members for both: difference_interval does.":
            lambda values: pairs_of(values, _apart),
        "Those bounds say where single members are. It is the mean whose bounds are asked for.":
            lambda values: pairs_of(values, lambda ours, theirs: (0, *np.quantile(ours - theirs, (0.025, 0.975)))),
        "Those are the bounds of the later model alone. Take those of the difference.":
            lambda values: pairs_of(values, lambda ours, theirs: evaluation.mean_interval(ours)),
        "That is the mean, plus and minus 1.96 standard errors. It comes near; take difference_interval.":
            lambda values: pairs_of(values, _by_spread),
        "A model that is worse can be more than luck as well.":
            lambda values: pairs_of(values).assign(more_than_luck=lambda frame: frame["low"] > 0),
        "You compared with the first model alone. Each pair is asked for.":
            lambda values: pairs_of(values)[: len(values.columns) - 1],
    },
    also_right=[_pairs_in_loops, lambda values: pairs_of(values)[COLUMNS[::-1]][::-1]],
    shows="The same members for both models: what makes a member easy or hard cancels out.",
)  # fmt: skip


def weights_of(G, lam, diagonal=0.0):
    """Find all weights of EASE from the counts of pairs."""
    P = np.linalg.inv(G + lam * np.eye(len(G)))
    B = -P / np.diag(P)
    return B if diagonal is None else B - np.diag(np.diag(B))


def scores_of(G, lam, liked):
    """Score all films for somebody new: the sum of what the liked films say."""
    return weights_of(G, lam)[liked].sum(axis=0)


def _scores_film_by_film(G, lam, liked):
    scores = []
    for film in range(len(G)):
        others = np.flatnonzero(np.arange(len(G)) != film)
        b = np.linalg.solve(G[np.ix_(others, others)] + lam * np.eye(len(others)), G[others, film])
        scores.append(b[np.isin(others, liked)].sum())
    return scores


def _scores_from_the_inverse(G, lam, liked):
    P, x = np.linalg.inv(G + np.diag([lam] * len(G))), np.zeros(len(G))
    x[liked] = 1
    return x - (x @ P) / P.diagonal()


def some_counts(rng):
    """Draw counts of pairs of 6 films, a penalty, and what somebody new likes."""
    X = np.vstack([rng.random((20, 6)) < np.linspace(0.2, 0.7, 6), np.eye(6)]).astype(float)
    return X.T @ X, float(rng.uniform(0.5, 5)), rng.choice(6, size=2 + int(rng.integers(2)), replace=False)


X3 = np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 0]])

q4 = Function(
    "scores_for(G, lam, liked)",
    stub="...",
    answer=scores_of,
    probes=[(X3.T @ X3, 1.0, np.array([0, 1])), some_counts(np.random.default_rng(2)), (X3.T @ X3, 2.0, np.array([2]))],
    more_probes=some_counts,
    same=close(1e-6),
    mistakes={
        "Each liked film pushes itself away by 1: put zeros on the diagonal.":
            lambda G, lam, liked: weights_of(G, lam, diagonal=None)[liked].sum(axis=0),
        "Rows and columns have changed places. Divide each column by its own diagonal entry, and add up the rows of "
        "the liked films.": lambda G, lam, liked: weights_of(G, lam)[:, liked].sum(axis=1),
        "The sign is missing: the weights are minus P_ij / P_jj.": lambda G, lam, liked: -scores_of(G, lam, liked),
        "The penalty belongs on the diagonal alone. You added it to every count.":
            lambda G, lam, liked: scores_of(G + lam, 0.0, liked),
        "Those are counts: what everybody likes wins.": lambda G, lam, liked: G[liked].sum(axis=0),
    },
    also_right=[_scores_film_by_film, _scores_from_the_inverse],
    shows="Counts of pairs, one inverse, and somebody whom the model has never seen has a list.",
)  # fmt: skip

q5 = Choice(
    "Which sentence may be written?",
    answer="b",
    wrong={
        "a": "The interval of that difference has 0 in it. With other members the order may be the other one.",
        "c": "That 0 lies in the interval does not make the difference 0. It may be as large as its ends.",
        "d": "Measured was which hidden films stand in a list, of films that members had chosen without it. What they "
             "would watch because of it, only an experiment tells.",
        "e": "The settings were chosen on just these ratings. For ratings that nobody had looked at, read the test "
             "part, once.",
    },
    shows="Of whom, chosen by what, against whom, and no more than the interval allows.",
)  # fmt: skip
