"""The numbers of lesson 11: learning from pairs, on real members, measured on the validation part."""

from typing import NamedTuple

import numpy as np

from course_lib.baselines import Popularity
from course_lib.board import board_split
from course_lib.comparison import choose
from course_lib.feedback import history
from course_lib.implicit import ImplicitALS
from course_lib.list_measures import rank
from course_lib.list_metrics import auc, recall_at_k
from course_lib.pairs import BPR
from course_lib.sampling import NegativeSampler
from course_lib.top_n import top_n

EPOCHS = (1, 3, 5, 8, 12, 16, 20, 30, 50, 100)
"""Where the recall is looked at on the way."""
NEGATIVES = ("uniform", "popularity")
FEW = 5
"""Likes: a film with fewer is hardly liked."""
MEASURES = ("recall", "ndcg", "auc")
CHOICE = {"n_factors": [8, 64], "negatives": list(NEGATIVES), "n_epochs": [30, 100], "regularization": [0.05]}
"""What is tried for BPR on the validation part."""
ALS_CHOICE = {"n_factors": [8, 32, 64], "alpha": [5, 10], "regularization": [20, 50]}
"""And for implicit ALS, as on the board."""


class Lists(NamedTuple):
    """What lists of 20 are worth.

    Parameters
    ----------
    recall : float
    ratings : float
        How many ratings of the training part the listed films have, on the average.
    in_order : float
        Among the hidden films alone, all of them chosen: the share of pairs of a liked one and another that are in
        order, averaged over members.
    """

    recall: float
    ratings: float
    in_order: float


def figures(data):
    """Compute what lesson 11 says about real members.

    Parameters
    ----------
    data : Dataset
        In full: films with a handful of ratings decide how useful negatives are that are drawn alike.

    Returns
    -------
    dict of str to float
        Of models fitted on the liked films of the training part: recall of the first 20 and mean loss of a pair by
        epochs, for both ways of drawing negatives; how often they draw hardly liked films; the settings chosen on
        validation for BPR and implicit ALS; recall, NDCG and AUC of BPR with both kinds of negatives, of implicit ALS
        and popularity, with intervals, and minus implicit ALS; how many of 20 places the lists of BPR share with
        those of implicit ALS, and of BPR from another start; by what the negatives were drawn from, what `Lists` has.
    """
    split = board_split(data.ratings)
    known, liked = split.train.liked(), split.validation.liked()
    found = {"members": known.n_users, "films": known.n_items, "liked": len(known)}
    best = choose(BPR(), split, CHOICE, "NDCG", True).attrs["best"]
    best_als = choose(ImplicitALS(), split, ALS_CHOICE, "NDCG", True).attrs["best"]
    found |= {f"BPR, {name}": value for name, value in best.items() if name != "negatives"}
    found |= {"BPR, popularity": float(best["negatives"] == "popularity")}
    found |= {f"ImplicitALS, {name}": value for name, value in best_als.items()}
    for negatives in NEGATIVES:
        for epochs, (recall, loss) in on_the_way(known, liked, best | {"negatives": negatives}).items():
            found |= {f"{negatives}, recall after {epochs}": recall, f"{negatives}, loss after {epochs}": loss}
    models = {"ImplicitALS": ImplicitALS(**best_als).fit(known), "Popularity": Popularity().fit(known)}
    models |= {f"BPR, {kind}": BPR(**best | {"negatives": kind}).fit(known) for kind in NEGATIVES}
    for (measure, name), row in rank(models, split, measures=list(MEASURES)).iterrows():
        found |= {f"{name}, {measure} {end}": row[end] for end in row.index}
    n_likes = np.bincount(known.items, minlength=known.n_items)
    found |= {f"{kind}, hardly liked": models[f"BPR, {kind}"].chances_[n_likes < FEW].sum() for kind in NEGATIVES}
    for name, draw in draws(split.train).items():
        found |= {f"from {name}, {what}": value for what, value in lists_with(split, draw)._asdict().items()}
    return found


def on_the_way(known, liked, settings):
    """Look at the lists while a BPR learns.

    Parameters
    ----------
    known : Ratings
        What it learns from.
    liked : Ratings
        What its lists should hold.
    settings : dict
        Of `BPR`, without n_epochs.

    Returns
    -------
    dict of int to (float, float)
        Epochs to recall of the first 20, and to the mean loss of a pair in that epoch.
    """
    found = {}
    for epochs in EPOCHS:
        model = BPR(**settings | {"n_epochs": epochs}).fit(known)  # the way to more epochs, seen again from its start
        recall = recall_at_k(model.recommend_all(20)[0], liked).mean()
        found[epochs] = float(recall), float(model.loss_curve_[-1])
    return found


def draws(ratings):
    """Name four ways to draw the film j of a pair.

    Parameters
    ----------
    ratings : Ratings
        Liked or not.

    Returns
    -------
    dict of str to callable
        Each takes positions of members and a generator, and returns positions of films, -1 where there is none.
    """
    liked, stars = ratings.liked(), ratings.values
    low = ratings.rows(np.flatnonzero(stars < liked.values.min()))
    return {
        "not seen": NegativeSampler(liked).draw,
        "all films": lambda users, rng: rng.integers(ratings.n_items, size=len(users)).astype(np.int32),
        "seen, not liked": lambda users, rng: _one_of_their_own(low, users, rng),
        "seen and liked": lambda users, rng: _one_of_their_own(liked, users, rng),
    }


def lists_with(split, draw, k=32, regularization=0.05, n_epochs=30, learning_rate=0.05):
    """Train BPR with negatives of any kind, by the library's kernel, and measure its lists on the validation part.

    Parameters
    ----------
    split : Split
    draw : callable
        One of `draws`.
    k, regularization, n_epochs, learning_rate
        As in `BPR`.

    Returns
    -------
    Lists
        Seen films are left out of the lists.
    """
    from course_lib._kernels.pairs import bpr_epoch

    chosen, rng = history(split.train.liked()), np.random.default_rng(0)
    users = np.repeat(np.arange(chosen.shape[0], dtype=np.int32), np.diff(chosen.indptr))
    P, Q = (rng.normal(0, 0.1, (n, k)).astype(np.float32) for n in chosen.shape)
    b_item = np.zeros(len(Q), dtype=np.float32)
    settings = np.float32(learning_rate), np.float32(regularization)
    for _ in range(n_epochs):
        negatives, order = draw(users, rng), rng.permutation(len(users))
        bpr_epoch(order, users, chosen.indices, negatives, b_item, P, Q, *settings)
    scores, hidden, liked = P @ Q.T + b_item, split.validation, split.validation.liked()
    among = np.full(scores.shape, -np.inf, dtype=np.float32)
    among[hidden.users, hidden.items] = scores[hidden.users, hidden.items]
    scores[split.train.users, split.train.items] = -np.inf
    items = top_n(scores, 20)[0]
    n_known = np.bincount(split.train.items, minlength=len(Q))[items[items >= 0]]
    return Lists(float(recall_at_k(items, liked).mean()), float(n_known.mean()), float(auc(among, liked).mean()))


def _one_of_their_own(ratings, users, rng):
    start, n = ratings._csr.indptr, np.diff(ratings._csr.indptr)
    at = start[users] + np.floor(rng.random(len(users)) * n[users]).astype(np.int64)
    items = np.append(ratings._csr.indices, -1)  # one more place, for members at the end who have none
    return np.where(n[users] > 0, items[np.minimum(at, len(items) - 1)], -1).astype(np.int32)
