"""The questions of lesson 09, ranking."""

import numpy as np

from course_lib.checks import Choice, Fix, Function, Value
from course_lib.checks.same import close

HITS = [False, True, False, False, True, False]  # with 3 liked films


def _worth(n):
    return 1 / np.log2(np.arange(2, n + 2))


def _ndcg(hits, n_liked):
    return _share_of_best(_worth(len(hits)), hits, n_liked)


def _share_of_best(worth, hits, n_liked):
    return worth[hits].sum() / worth[:n_liked].sum()


def _ndcg_in_a_loop(hits, n_liked):
    dcg = sum(1 / np.log2(place + 1) for place, hit in enumerate(hits, start=1) if hit)
    best = sum(1 / np.log2(place + 1) for place in range(1, min(n_liked, len(hits)) + 1))
    return dcg / best


def _ndcg_of_scikit_learn(hits, n_liked):
    from sklearn.metrics import ndcg_score

    k, n_missing = len(hits), n_liked - int(hits.sum())
    gains = np.append(hits.astype(float), np.ones(n_missing))  # what was not found stands behind the list
    gains = np.append(gains, [0.0])  # it wants at least two films
    return ndcg_score([gains], [-np.arange(len(gains), dtype=float)], k=k)


def _some_hits(rng):
    hits = rng.random(10) < 0.4
    hits[rng.integers(10)] = True
    return hits, int(hits.sum() + rng.integers(0, 8))


def _mean_recall(hits, n_liked):
    asked = n_liked > 0
    return (hits[asked].sum(axis=1) / n_liked[asked]).mean()


def _mean_recall_in_a_loop(hits, n_liked):
    shares = [row.sum() / n for row, n in zip(hits, n_liked, strict=True) if n]
    return sum(shares) / len(shares)


def _mean_recall_by_nan(hits, n_liked):
    return np.nanmean(hits.sum(axis=1) / np.where(n_liked > 0, n_liked, np.nan))


def _some_members(rng):
    hits = rng.random((8, 5)) < 0.3
    hits[0] = False
    n_liked = hits.sum(axis=1) + rng.integers(0, 6, size=8)
    n_liked[0], n_liked[1] = 0, hits[1].sum() + 7
    return hits, n_liked


def _average_precision(hits, n_liked):
    so_far = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return so_far[hits].sum() / n_liked


def _average_precision_in_a_loop(hits, n_liked):
    return sum(hits[: place + 1].mean() for place in np.flatnonzero(hits)) / n_liked


def _gap(ours, theirs, crowds, ends=(0.025, 0.975)):
    gaps = (ours - theirs)[crowds].mean(axis=1)
    return np.quantile(gaps, ends)


def _gap_in_a_loop(ours, theirs, crowds):
    gaps = [ours[crowd].mean() - theirs[crowd].mean() for crowd in crowds]
    return float(np.quantile(gaps, 0.025)), float(np.quantile(gaps, 0.975))


def _gap_by_percentile(ours, theirs, crowds):
    return list(np.percentile([ours[crowd].mean() - theirs[crowd].mean() for crowd in crowds], [2.5, 97.5]))


def _gap_by_spread(ours, theirs, crowds):
    gaps = (ours - theirs)[crowds].mean(axis=1)
    return gaps.mean() - 1.96 * gaps.std(), gaps.mean() + 1.96 * gaps.std()


def _some_crowds(rng):
    ours = rng.random(30)
    theirs = np.clip(ours + rng.normal(-0.05, 0.1, size=30), 0, 1)
    return ours, theirs, rng.integers(30, size=(200, 30))


def _crowds_of(seed, n_members, n_draws=200):
    return np.random.default_rng(seed).integers(n_members, size=(n_draws, n_members))


OURS = [0.0, 0.63, 0.33, 1.0, 0.5, 0.2, 0.7, 0.1]
THEIRS = [0.0, 0.5, 0.3, 0.9, 0.5, 0.1, 0.4, 0.2]

q1 = Value(
    "r and rr",
    stub="r = ...  # recall\nrr = ...  # reciprocal rank",
    answer=(2 / 3, 1 / 2),
    same=close(0.01),
    mistakes={
        "That is precision: recall divides by the films that he liked, not by the places of the list.": (2 / 6, ...),
        "Recall divides by all the films that he liked; you divided by those that were found.": (1.0, ...),
        "The reciprocal rank is 1 divided by the place of the first hit.": (..., 2.0),
        "Only the first hit counts for the reciprocal rank; you took the last one.": (..., 1 / 5),
        "Places count from 1: the first hit is in place 2.": (..., 1.0),
        "Recall is at most 1: the hits go on top, the films that he liked below.": (3 / 2, ...),
        "The reciprocal rank looks at the first hit alone; you averaged over the hits.": (..., 0.35),
    },
    shows="A third of the list is good, and two thirds of what is good are in it.",
)  # fmt: skip

q2 = Function(
    "ndcg(hits, n_liked)",
    stub="...",
    answer=_ndcg,
    probes=[
        (HITS, 3),
        ([False, False, True, False, False, False, True, False], 4),
        ([True, True, False], 5),
        ([False, False], 1),
    ],
    more_probes=_some_hits,
    same=close(1e-6),
    mistakes={
        "That is the DCG. Divide by the DCG of the best list: all that was liked in front.":
            lambda hits, n_liked: _worth(len(hits))[hits].sum(),
        "The best list has hits only as far as films were liked: n_liked of them, not a hit in each place.":
            lambda hits, n_liked: _worth(len(hits))[hits].sum() / _worth(len(hits)).sum(),
        "The best list has all n_liked films in front, not only those that were found.":
            lambda hits, n_liked: _worth(len(hits))[hits].sum() / max(_worth(len(hits))[: hits.sum()].sum(), 1e-12),
        "The best list has no more places than the list: cut n_liked off at k.":
            lambda hits, n_liked: _worth(len(hits))[hits].sum() / _worth(n_liked).sum(),
        "Divide by the DCG of the best list, not by the number of liked films.":
            lambda hits, n_liked: _worth(len(hits))[hits].sum() / n_liked,
        "Place j is worth 1 / log2(j + 1). You took 1 / j.":
            lambda hits, n_liked:
                (hits / np.arange(1, len(hits) + 1)).sum() / (1 / np.arange(1, len(hits) + 1))[:n_liked].sum(),
        "Place j is worth 1 / log2(j + 1). With log2(j) the first place divides by log2(1), which is 0.":
            lambda hits, n_liked: _share_of_best(1 / np.log2(np.arange(1, len(hits) + 1)), hits, n_liked),
        "Place 1 is worth 1 / log2(2). You began one further: arange counts from its first number, so begin at 2.":
            lambda hits, n_liked: _share_of_best(1 / np.log2(np.arange(3, len(hits) + 3)), hits, n_liked),
        "A place is worth *one divided by* the logarithm. Yours is worth more the further down it is.":
            lambda hits, n_liked: _share_of_best(np.log2(np.arange(2, len(hits) + 2)), hits, n_liked),
    },
    also_right=[_ndcg_in_a_loop, _ndcg_of_scikit_learn],
    shows="Your NDCG is that of the library and of scikit-learn.",
)  # fmt: skip

q3 = Function(
    "mean_recall(hits, n_liked)",
    stub="...",
    answer=_mean_recall,
    probes=[
        ([[True, False, False], [False, False, False], [True, True, True], [False, True, False]], [1, 0, 12, 2]),
        ([[True, False], [True, True]], [1, 2]),
        ([[False, False], [False, True], [False, False]], [0, 1, 1]),
    ],
    more_probes=_some_members,
    same=close(1e-6),
    mistakes={
        "Somebody who liked nothing counts as 0 here, which blames the list. Leave such members out of the mean.":
            lambda hits, n_liked: (hits.sum(axis=1) / np.maximum(n_liked, 1)).mean(),
        "Somebody who liked nothing counts as 1 here, which praises the list. Leave such members out of the mean.":
            lambda hits, n_liked: np.where(n_liked > 0, hits.sum(axis=1) / np.maximum(n_liked, 1), 1.0).mean(),
        "0 divided by 0 is nan, and one nan makes the whole mean nan. Leave members out who liked nothing.":
            lambda hits, n_liked: np.mean([row.sum() / n if n else np.nan for row, n in zip(hits, n_liked)]),  # noqa: B905
        "That is the share of all liked films together: members who liked many count more. First one value a member.":
            lambda hits, n_liked: hits.sum() / n_liked.sum(),
        "Recall divides by all liked films, even where there are more of them than places.":
            lambda hits, n_liked:
                (hits.sum(axis=1)[n_liked > 0] / np.minimum(n_liked, hits.shape[1])[n_liked > 0]).mean(),
        "You left out everybody without a hit. Leave out only those who liked nothing.":
            lambda hits, n_liked:
                (hits.sum(axis=1)[hits.any(axis=1)] / n_liked[hits.any(axis=1)]).mean(),
        "That is precision: you divided by the number of places.":
            lambda hits, n_liked: hits[n_liked > 0].mean(),
        "That is the share of members with at least one hit. Count the hits, and divide by the films that were liked.":
            lambda hits, n_liked: hits[n_liked > 0].any(axis=1).mean(),
    },
    also_right=[_mean_recall_in_a_loop, _mean_recall_by_nan],
    shows="With one film to find, recall is 0 or 1; with twelve and three places it cannot pass a quarter.",
)  # fmt: skip

q4 = Fix(
    "average_precision(hits, n_liked)",
    stub=(
        "def average_precision(hits, n_liked):\n"
        "    so_far = np.cumsum(hits) / np.arange(1, len(hits) + 1)\n"
        "    return so_far[hits].mean() if hits.any() else 0.0"
    ),
    symptom="a list that finds one of four films, in place 1, still gets a perfect 1",
    answer=_average_precision,
    probes=[
        ([True, False, False, False], 4),
        (HITS, 3),
        ([False, False, True, False, False, False, True, False], 4),
        ([False, False], 2),
        ([True, False, True], 5),
    ],
    more_probes=_some_hits,
    same=close(1e-6),
    mistakes={
        "Where more films were liked than there are places, you divide by the places. Some libraries do; here each "
        "liked film counts.":
            lambda hits, n_liked: _average_precision(hits, min(n_liked, len(hits))),
        "You divide by the number of places now. The mean runs over the films that she liked: divide by n_liked.":
            lambda hits, n_liked: (np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].sum() / len(hits),
        "That is a sum, and not yet a mean: divide by n_liked.":
            lambda hits, n_liked: (np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].sum(),
        "You divide twice: .mean() has divided by the number of hits already. Add up, then divide by n_liked.":
            lambda hits, n_liked:
                (np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean() / n_liked if hits.any() else 0.0,
        "That averages the precision over all places. Stop at hits only.":
            lambda hits, n_liked: (np.cumsum(hits) / np.arange(1, len(hits) + 1)).mean(),
        "Precision so far counts the hits up to its place. You counted one hit at each.":
            lambda hits, n_liked: (1 / np.arange(1, len(hits) + 1))[hits].sum() / n_liked,
        "That is recall: each hit counts 1. It should count the precision of the list so far.":
            lambda hits, n_liked: hits.sum() / n_liked,
    },
    also_right=[_average_precision_in_a_loop, lambda hits, n_liked: np.float64(_average_precision(hits, n_liked))],
    shows="A film that is missing costs something now.",
)  # fmt: skip

q5 = Function(
    "gap(ours, theirs, crowds)",
    stub="...",
    answer=_gap,
    probes=[
        (OURS, THEIRS, _crowds_of(0, 8)),
        (THEIRS, OURS, _crowds_of(1, 8)),
        ([0.2, 0.9, 0.4], [0.1, 0.8, 0.3], _crowds_of(2, 3)),
    ],
    more_probes=_some_crowds,
    same=close(1e-6),
    mistakes={
        "Take the differences within each crowd first. Two intervals subtracted end by end forget that both models "
        "had the same crowd.":
            lambda ours, theirs, crowds:
                np.quantile(ours[crowds].mean(axis=1), (0.025, 0.975))
                - np.quantile(theirs[crowds].mean(axis=1), (0.025, 0.975)),
        "That is the spread of members. Take the mean of each crowd first: one number a crowd.":
            lambda ours, theirs, crowds: np.quantile(ours - theirs, (0.025, 0.975)),
        "Those are the differences of single members, all crowds together. Take the mean of each crowd first.":
            lambda ours, theirs, crowds: np.quantile((ours - theirs)[crowds], (0.025, 0.975)),
        "Those are sums. Take the mean of each crowd.":
            lambda ours, theirs, crowds: _gap(ours * len(ours), theirs * len(ours), crowds),
        "One mean a crowd: each row of crowds is a crowd, so take the mean along axis 1.":
            lambda ours, theirs, crowds: np.quantile((ours - theirs)[crowds].mean(axis=0), (0.025, 0.975)),
        "The other way round: ours minus theirs.":
            lambda ours, theirs, crowds: _gap(theirs, ours, crowds),
        "These ends hold the middle 90 %. For the middle 95 % leave 2.5 % out on each side.":
            lambda ours, theirs, crowds: _gap(ours, theirs, crowds, (0.05, 0.95)),
        "np.percentile counts in percent: 2.5 and 97.5. np.quantile wants 0.025 and 0.975.":
            lambda ours, theirs, crowds: _gap(ours, theirs, crowds, (0.00025, 0.00975)),
        "The right two numbers, the wrong way round: first the lower bound, then the upper one.":
            lambda ours, theirs, crowds: _gap(ours, theirs, crowds, (0.975, 0.025)),
        "That is the mean, plus and minus 1.96 times the spread. It comes near; the quantiles say where the middle "
        "95 % lie.":
            _gap_by_spread,
        "That is the interval of our model alone. Subtract theirs, member by member.":
            lambda ours, theirs, crowds: _gap(ours, np.zeros_like(theirs), crowds),
    },
    also_right=[_gap_in_a_loop, _gap_by_percentile],
    shows="The same crowd for both models: what is hard for both cancels out.",
)  # fmt: skip

q6 = Choice(
    "Which measure for this page?",
    answer="b",
    wrong={
        "a": "No stars are shown, and a model of good stars may list films that nobody would choose.",
        "c": "Recall at 100 counts hits that are far below what the page shows, and takes no notice of their order.",
        "d": "Coverage says how many films are listed at all, not whether anybody wanted one. Read it beside another.",
        "e": "The page has six places, of which the first is the largest. Precision at 6 takes all six for the same.",
    },
    shows="As many places as the page has, and the first ones count most.",
)
