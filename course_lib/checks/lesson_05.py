"""The questions of lesson 05, neighbours."""

import numpy as np

from course_lib import similarity
from course_lib.checks import Choice, Fix, Function
from course_lib.checks.same import close, same_order

HOLE = np.nan
SIX, FOUR, FIVE = [1, 1, HOLE, 5, 4], [1, 2, 5, 4, 4], [2, HOLE, 4, 5, HOLE]


def two_members(rng):
    """Draw the stars of two members with holes, and at least four films in common."""
    stars = rng.integers(1, 11, size=(2, 9)) / 2
    stars[0, :2], stars[1, 2:4] = HOLE, HOLE
    stars[:, 5], stars[:, 7] = [1, 4.5], [5, 2]  # so that nobody gives the same to all
    return stars[0], stars[1]


def pearson(a, b):
    """Correlate on the films that both have rated."""
    both = ~np.isnan(a) & ~np.isnan(b)
    return _cosine(a[both] - a[both].mean(), b[both] - b[both].mean())


def nearest(similarities, own, k):
    """Return the k most similar, without the film itself."""
    order = np.argsort(-similarities, kind="stable")
    return order[order != own][:k]


def guess(baseline, similarities, deviations, least):
    """Add the weighted mean deviation of those who agree, where they are enough."""
    agree = similarities > 0
    if agree.sum() < least:
        return baseline
    return baseline + similarities[agree] @ deviations[agree] / similarities[agree].sum()


def predict(stars, baseline, similarities, film):
    """Guess from the films that were rated."""
    weights = np.where(np.isnan(stars), 0, np.maximum(similarities, 0))
    weights[film] = 0
    deviations = np.nan_to_num(stars - baseline)
    return baseline[film] + (weights @ deviations / weights.sum() if weights.any() else 0)


q1 = Function(
    "correlation(a, b)",
    stub=(
        "both = ...\n"
        "a, b = a[both], b[both]\n"
        "a, b = a - a.mean(), b - b.mean()\n"
        "return ... / np.sqrt((a @ a) * (b @ b))"
    ),
    answer=pearson,
    probes=[(SIX, FOUR), (SIX, FIVE), ([5, HOLE, 1, 3, 2], [4, 1, HOLE, 2, 5])],
    more_probes=two_members,
    same=close(1e-6),
    mistakes={
        "You centred before you chose the films: each mean has to be that of the common films alone.":
            lambda a, b: _on_both(a - np.nanmean(a), b - np.nanmean(b)),
        "Holes became zeros and took part. Keep the films that both have rated, and no other.":
            lambda a, b: pearson(np.nan_to_num(a), np.nan_to_num(b)),
        "That is the cosine of the stars as they are: count them from each mean first.":
            lambda a, b: _on_both(a, b),
        "The result is nan. Either a film that only one of them rated is still there, or none is left. Combine "
        "~np.isnan(a) and ~np.isnan(b), which are True where there is a rating, by &.":
            lambda a, b: np.nan,
    },
    also_right=[
        lambda a, b: np.corrcoef(a[~np.isnan(a + b)], b[~np.isnan(a + b)])[0, 1],
        lambda a, b: _scipy_pearson(a, b),
    ],
    shows="Members 6 and 4 correlate with 0.943 on four films, members 6 and 5 with 1 on two.",
)  # fmt: skip

q2 = Function(
    "shrunk(similarity, n_common, shrinkage)",
    stub="...",
    answer=lambda s, n, shrinkage: s * ((n - 1) / (n - 1 + shrinkage)),
    probes=[(1.0, 2, 2.0), (0.943, 4, 2.0), (-0.6, 61, 20.0), (0.8, 1, 10.0), ([0.5, 0.9], [11, 3], 100.0)],
    more_probes=lambda rng: (rng.uniform(-1, 1, size=5), rng.integers(2, 40, size=5), float(rng.uniform(5, 50))),
    same=close(1e-6),
    mistakes={
        "That is n / (n + shrinkage), which leaves something of an agreement on a single film. Take 1 off n, above the "
        "line and below.":
            lambda s, n, shrinkage: s * (n / (n + shrinkage)),
        "That is the factor alone. Multiply the similarity by it.":
            lambda s, n, shrinkage: (n - 1) / (n - 1 + shrinkage) + 0 * s,
        "The factor stands on its head: it has to grow with the films in common, and stay below 1.":
            lambda s, n, shrinkage: s * shrinkage / (n - 1 + shrinkage),
        "You took something off. Shrinking multiplies, so that -0.6 is drawn towards 0 as well.":
            lambda s, n, shrinkage: s - shrinkage / (n - 1 + shrinkage),
        "The 1 is missing below the line: without shrinkage the similarity has to stay as it is.":
            lambda s, n, shrinkage: s * ((n - 1) / (n + shrinkage)),
    },
    also_right=[
        lambda s, n, shrinkage: s / (1 + shrinkage / np.maximum(n - 1, 1e-300)),
        lambda s, n, shrinkage: similarity.shrink(s, n, shrinkage),
    ],
    shows="An agreement of 1 on two films keeps a third of itself, one of 0.943 on four films three fifths.",
)  # fmt: skip

q3 = Function(
    "nearest(similarities, own, k)",
    stub="...",
    answer=nearest,
    probes=[
        ([0.2, 1.0, 0.6, -0.4, 0.9], 1, 2),
        ([1.0, 0.3, 1.0, 0.5], 2, 3),
        ([0.1, 0.7, 0.4, 1.0, 0.6], 3, 4),
        ([0.5, 1.0, -0.6, -0.4], 1, 3),
    ],
    more_probes=lambda rng: (rng.permutation(np.linspace(-0.9, 0.9, 8)), int(rng.integers(8)), 3),
    same=same_order,
    properties={
        "the film is not its own neighbour": lambda result, s, own, k: own not in np.ravel(result).tolist(),
        "there are k of them": lambda result, s, own, k: np.size(result) == k,
    },
    mistakes={
        "The film itself is in the list. It is as similar to itself as can be, and says nothing new.":
            lambda s, own, k: np.argsort(-s, kind="stable")[:k],
        "These are the least similar: np.argsort puts the smallest first.":
            lambda s, own, k: [row for row in np.argsort(s, kind="stable") if row != own][:k],
        "These are the least similar, and the film itself may be among them: np.argsort puts the smallest first.":
            lambda s, own, k: np.argsort(s, kind="stable")[:k],
        "The right films, and the most similar one is the last. It has to come first.":
            lambda s, own, k: nearest(s, own, k)[::-1],
        "A 0 for the film itself is not small enough: similarities can be below 0. Leave it out, or give it -np.inf.":
            lambda s, own, k: np.argsort(-np.where(np.arange(len(s)) == own, 0, s), kind="stable")[:k],
        "You took the film out before sorting: the row numbers of all films after it are then one too small.":
            lambda s, own, k: np.argsort(-np.delete(s, own), kind="stable")[:k],
        "You removed what stands at place `own` of the order. The film itself is the entry whose *value* is `own`.":
            lambda s, own, k: np.delete(np.argsort(-s, kind="stable"), own)[:k],
        "All films as similar as the film itself are gone. Leave out its row number, not its similarity.":
            lambda s, own, k: [row for row in np.argsort(-s, kind="stable") if s[row] != s[own]][:k],
        "One is missing: you took the first k, and then left the film itself out.":
            lambda s, own, k: [row for row in np.argsort(-s, kind="stable")[:k] if row != own],
        "You dropped the first of the list. The film itself need not be the first: another one can be just as similar.":
            lambda s, own, k: np.argsort(-s, kind="stable")[1 : k + 1],
    },
    also_right=[
        lambda s, own, k: sorted(set(range(len(s))) - {own}, key=lambda row: -s[row])[:k],
        lambda s, own, k: np.argsort(-np.where(np.arange(len(s)) == own, -np.inf, s), kind="stable")[:k],
    ],
    shows="Your list begins with the film that is most similar, and is not the film itself.",
)  # fmt: skip

q4 = Function(
    "guess(baseline, similarities, deviations, least)",
    stub="...",
    answer=guess,
    probes=[
        (2.9, [0.943, 1.0], [1.887, 0.681], 1),
        (3.5, [0.5, 0.2, -0.8], [1.0, -0.5, 1.5], 2),
        (3.5, [0.5, -0.2, -0.8], [1.0, -0.5, 1.5], 2),
        (4.0, [-0.3, -0.1], [0.5, 1.0], 1),
    ],
    more_probes=lambda rng: (3.5, rng.uniform(-0.5, 1, size=8), rng.normal(size=8), 2),
    same=close(1e-6),
    mistakes={
        "Too few agree in one case, and you listened to them all the same. With fewer than `least`, return the "
        "baseline.":
            lambda base, s, d, least: guess(base, s, d, 1),
        "Exactly `least` neighbours are enough: only with *fewer* it is the baseline.":
            lambda base, s, d, least: guess(base, s, d, least + 1),
        "With too few neighbours nothing is known beside the baseline: return that, not 0.":
            lambda base, s, d, least: guess(base, s, d, least) if (s > 0).sum() >= least else 0.0,
        "Below the line stand those who disagree as well. Sum the similarities above 0 alone.":
            lambda base, s, d, least: base + s[s > 0] @ d[s > 0] / s.sum() if (s > 0).sum() >= least else base,
        "Those who disagree were counted. Only similarities above 0 are neighbours.":
            lambda base, s, d, least: base + s @ d / np.abs(s).sum() if len(s) >= least else base,
        "That is the mean deviation. It has to be added to the baseline.":
            lambda base, s, d, least: guess(0.0, s, d, least),
        "You divided by the number of neighbours. Divide by the sum of their similarities.":
            lambda base, s, d, least: base + s[s > 0] @ d[s > 0] / (s > 0).sum() if (s > 0).sum() >= least else base,
        "All neighbours count alike. Weigh each deviation by the similarity.":
            lambda base, s, d, least: base + d[s > 0].mean() if (s > 0).sum() >= least else base,
    },
    also_right=[
        lambda base, s, d, least: base + (np.average(d, weights=np.maximum(s, 0)) if (s > 0).sum() >= least else 0),
        lambda base, s, d, least: _in_a_loop(base, s, d, least),
    ],
    shows="With two neighbours it is the lesson's 4.17; with too few it stays at the baseline.",
)  # fmt: skip

q5 = Fix(
    "predict(stars, baseline, similarities, film)",
    stub=(
        "def predict(stars, baseline, similarities, film):\n"
        "    deviations = np.nan_to_num(stars) - baseline\n"
        "    weights = np.maximum(similarities, 0)\n"
        "    weights[film] = 0\n"
        "    return baseline[film] + weights @ deviations / weights.sum()"
    ),
    symptom="a member who gave all films that she rated just their baseline still gets a guess far below it",
    answer=predict,
    probes=[
        ([3.5, HOLE, HOLE, 4.0], [3.5, 3.0, 3.2, 4.0], [0.5, 0.4, 1.0, 0.2], 2),
        ([5.0, HOLE, HOLE, 1.0], [3.5, 3.0, 3.2, 4.0], [0.5, 0.4, 1.0, 0.2], 2),
        ([5.0, HOLE, 2.0, 1.0], [3.5, 3.0, 3.2, 4.0], [0.5, 0.4, 1.0, -0.2], 2),
        ([HOLE, 4.0, HOLE, HOLE], [3.5, 3.0, 3.2, 4.0], [0.5, -0.4, 1.0, 0.2], 2),
        ([3.5, HOLE, HOLE, 5.0], [3.5, 3.0, 3.2, 4.0], [0.5, 0.4, 1.0, 0.2], 2),
    ],
    same=close(1e-6),
    mistakes={
        "Holes are out of the sum above the line, and still in the one below: the weights of unrated films have to go "
        "too.":
            lambda r, b, s, i: b[i] + _without(s, i) @ np.nan_to_num(r - b) / _without(s, i).sum(),
        "Right, except where no film is left to go by: 0/0 is nan. The guess is the baseline then.":
            lambda r, b, s, i: b[i] + _ratio(_rated(r, s, i) @ np.nan_to_num(r - b), _rated(r, s, i).sum()),
        "The deviation at a hole is nan, and a single nan makes the whole sum nan. np.nan_to_num makes it 0.":
            lambda r, b, s, i: np.nan,
        "Films with a similarity below 0 take part now. Keep np.maximum(similarities, 0).":
            lambda r, b, s, i: b[i] + _signed(r, s, i) @ np.nan_to_num(r - b) / _signed(r, s, i).sum()
            if _signed(r, s, i).any() else b[i],
        "A film that got just its baseline has lost its weight. Only holes have none: look for them in `stars`.":
            lambda r, b, s, i: predict(np.where(r == b, HOLE, r), b, s, i),
        "You averaged stars. Count each from its baseline, and add the mean to the film's own.":
            lambda r, b, s, i: _rated(r, s, i) @ np.nan_to_num(r) / _rated(r, s, i).sum() if _rated(r, s, i).any()
            else b[i],
        "The film itself takes part now: where she has rated it, it would explain itself.":
            lambda r, b, s, i: predict(np.append(r, r[i]), np.append(b, b[i]), np.append(s, s[i]), i),
    },
    also_right=[
        lambda r, b, s, i: _over_films(r, b, s, i),
        lambda r, b, s, i: guess(b[i], np.where(np.isnan(r) | (np.arange(len(r)) == i), 0, s), np.nan_to_num(r - b), 1),
    ],
    shows="Films that she has not rated have no say any more.",
)  # fmt: skip

q6 = Choice(
    "What went wrong in this model of item neighbours?",
    answer="b",
    wrong={
        "a": "With too few neighbours guesses are noisy. The similarities themselves would still be spread out.",
        "c": "Too much shrinkage makes all similarities small. These are large.",
        "d": "A leak makes the error on hidden ratings too small. Here it is too large.",
    },
    shows="Stars as they are all point the same way. Counted from the baseline, films part into like and unlike.",
)


def _cosine(a, b):
    return a @ b / np.sqrt((a @ a) * (b @ b))


def _on_both(a, b):
    both = ~np.isnan(a) & ~np.isnan(b)
    return _cosine(a[both], b[both])


def _scipy_pearson(a, b):
    from scipy import stats

    both = np.isfinite(a) & np.isfinite(b)
    return stats.pearsonr(a[both], b[both]).statistic


def _in_a_loop(baseline, similarities, deviations, least):
    near = [(s, d) for s, d in zip(similarities, deviations, strict=True) if s > 0]
    if len(near) < least:
        return baseline
    return baseline + sum(s * d for s, d in near) / sum(s for s, _ in near)


def _without(similarities, film):
    weights = np.maximum(similarities, 0)
    weights[film] = 0
    return weights


def _rated(stars, similarities, film):
    return np.where(np.isnan(stars), 0, _without(similarities, film))


def _signed(stars, similarities, film):
    return np.where(np.isnan(stars) | (np.arange(len(stars)) == film), 0, similarities)


def _ratio(above, below):
    return above / below if below else np.nan


def _over_films(stars, baseline, similarities, film):
    total, weight = 0.0, 0.0
    for other in range(len(stars)):
        if other != film and similarities[other] > 0 and not np.isnan(stars[other]):
            total += similarities[other] * (stars[other] - baseline[other])
            weight += similarities[other]
    return baseline[film] + (total / weight if weight else 0.0)
