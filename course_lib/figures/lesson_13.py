"""The numbers of lesson 13: what deliberate mistakes are worth on real members, measured on the validation part."""

import numpy as np

from course_lib import mistakes, splits
from course_lib.baselines import BiasModel, Popularity
from course_lib.board import board_split
from course_lib.comparison import choose
from course_lib.factorization import MatrixFactorization
from course_lib.implicit import ImplicitALS
from course_lib.linear import EASE
from course_lib.pairs import BPR
from course_lib.sampled_metrics import rank_sampled, sampled_ranks
from course_lib.svd import FilledSVD

MEMORISER = {"n_factors": 50, "regularization": 0.0, "bias_regularization": 0.0}
SIZES = {"n_factors": [6, 12, 16, 32]}
RIVAL = {"n_factors": 64, "regularization": 0.01}
RIVAL_GRID = {"n_factors": [6, 16], "regularization": [1.0, 50.0]}
PLACES = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 7000, 9700)
SAMPLES = (100, 20)


def figures(data):
    """Compute what lesson 13 says about real members.

    Parameters
    ----------
    data : Dataset
        In full: sampled films are then a small part of the catalogue.

    Returns
    -------
    dict of str to float
        By mistake, the number with it and without it; recall of the first 10 among all films, 100 sampled and 20,
        with differences to EASE; which share of liked films is within so many places; among how many films that
        is; when one moment cuts everybody's history, the share of hidden ratings by members who have none before.
    """
    split = board_split(data.ratings)
    liked, found = split.train.liked(), {}
    lists = {"Popularity": (Popularity(), False), "FilledSVD": (FilledSVD(fill="zero"), False),
             "ImplicitALS": (ImplicitALS(), True), "BPR": (BPR(), True), "EASE": (EASE(200.0), True)}  # fmt: skip
    models = {name: _new(model).fit(liked if only else split.train) for name, (model, only) in lists.items()}
    memoriser = MatrixFactorization(**MEMORISER).fit(split.train)
    size = choose(FilledSVD(fill="zero"), split, SIZES, "NDCG").attrs["best"]
    ours = FilledSVD(fill="zero", **size).fit(split.train)
    for made, word in ((True, "with"), (False, "without")):
        found[f"error where learned, {word}"] = mistakes.error_where_learned(memoriser, split, made)
        found[f"leak, {word}"] = mistakes.recall_with_leak(EASE(200.0), split, made, True)
        found[f"best of random, {word}"] = mistakes.best_of_random(split, made, n_members=100)
        for name, (model, only) in lists.items():
            found[f"random split, {name}, {word}"] = mistakes.random_or_latest(model, data.ratings, made, only)
        stars = mistakes.random_or_latest(BiasModel(), data.ratings, made, measure="RMSE")
        found[f"random split, BiasModel, RMSE, {word}"] = stars
        found[f"lead, {word}"] = mistakes.lead_over(ImplicitALS(**RIVAL), ours, split, made, RIVAL_GRID, True)
    for n in (None, *SAMPLES):
        table = rank_sampled(models, split, n, measures="recall", against="EASE").loc["recall"]
        for name, row in table.iterrows():
            found |= {f"among {n or 'all'}, {name}, {column}": value for column, value in row.items()}
    ranks, n_others = sampled_ranks(models, split, n=None)
    found["others"] = n_others.mean()
    for name in models:
        for k in PLACES:
            found[f"within {k}, {name}"] = (ranks[name] <= k).groupby(level="userId").mean().mean()
    cut = splits.temporal(data.ratings)
    stranger = np.bincount(cut.train.users, minlength=data.ratings.n_users)[cut.validation.users] == 0
    found["one moment, hidden ratings of strangers"] = stranger.mean()
    return found


def _new(model):
    return type(model)(**model.get_params(deep=False))
