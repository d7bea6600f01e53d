"""The lab of deliberate mistakes: each is one function, made or not made by a switch, with one number that moves.

Nothing here is for use. Lesson 13 turns each switch on to see what the mistake is worth.
"""

import numpy as np

from course_lib import splits
from course_lib.comparison import choose
from course_lib.list_measures import lists_without, member_measures
from course_lib.list_metrics import recall_at_k
from course_lib.measures import star_error
from course_lib.top_n import top_n


def error_where_learned(model, split, mistake):
    """Measure predicted stars on the ratings that the model has learned from, or on hidden ones.

    Parameters
    ----------
    model : Recommender
        Fitted on ``split.train``.
    split : Split
    mistake : bool
        True measures on ``split.train``, False on ``split.validation``.

    Returns
    -------
    float
        RMSE in stars.
    """
    rows = split.train if mistake else split.validation
    predicted = model.predict(rows.user_ids[rows.users], rows.item_ids[rows.items])
    return float(np.sqrt(np.mean((predicted - rows.values) ** 2)))


def recall_with_leak(model, split, mistake, liked_only=False):
    """Measure lists of a model that was fitted with the hidden films left in the training ratings, or without.

    Parameters
    ----------
    model : Recommender
        Says what to fit; it is not changed.
    split : Split
    mistake : bool
        True fits on training and validation part together.
    liked_only : bool, default=False
        Fit on the liked films alone.

    Returns
    -------
    float
        Recall of the first 20 on the validation part. Lists leave out the films of ``split.train`` alone, as somebody
        does who does not know of the leak.
    """
    known = split.train_and_validation if mistake else split.train
    leaking = type(model)(**model.get_params(deep=False)).fit(known.liked() if liked_only else known)
    return float(recall_at_k(lists_without(leaking, split.train), split.validation.liked()).mean())


def best_of_random(split, mistake, n_models=50, n_members=None, seed=0):
    """Draw the lists of models by lot, take the best, and measure it where it was chosen, or on fresh ratings.

    Parameters
    ----------
    split : Split
        Its liked validation ratings are cut into two halves: one to choose by, one that nobody looks at.
    mistake : bool
        True measures on the half by which the model was chosen.
    n_models : int, default=50
    n_members : int, optional
        How many members, from the first; all when not given.
    seed : int, default=0
        Of the lots, and of the halves.

    Returns
    -------
    float
        Recall of the first 20.
    """
    rng, liked = np.random.default_rng(seed), split.validation.liked()
    n_members = liked.n_users if n_members is None else n_members
    chosen_by = rng.random(len(liked)) < 0.5
    looked_at, fresh = (liked.rows(half & (liked.users < n_members)) for half in (chosen_by, ~chosen_by))
    seen = split.train.csr[:n_members].toarray() > 0
    found = []
    for _ in range(n_models):
        lots = rng.random(seen.shape, dtype=np.float32)
        lots[seen] = -np.inf
        items = np.full((liked.n_users, 20), -1, dtype=np.int32)
        items[:n_members] = top_n(lots, 20)[0]
        found.append([recall_at_k(items, half).mean() for half in (looked_at, fresh)])
    best = max(found, key=lambda recalls: recalls[0])
    return float(best[0 if mistake else 1])


def random_or_latest(model, ratings, mistake, liked_only=False, measure="NDCG"):
    """Measure a model on hidden ratings drawn from a member's whole history, or on each member's latest ones.

    Parameters
    ----------
    model : Recommender
        Says what to fit; it is not changed.
    ratings : Ratings
        With times.
    mistake : bool
        True hides ratings at random, so that a member's later ratings tell of earlier ones.
    liked_only : bool, default=False
        Fit on the liked films alone.
    measure : {"NDCG", "RMSE"}, default="NDCG"
        Of the first 20, or in stars.

    Returns
    -------
    float
        On the validation part, which is as large in both cases: 20 % of each member's ratings.
    """
    split = splits.within_users(ratings) if mistake else splits.temporal(ratings, per_user=True)
    fitted = type(model)(**model.get_params(deep=False)).fit(split.train.liked() if liked_only else split.train)
    if measure == "RMSE":
        return star_error(fitted, split).value
    return float(member_measures(fitted, split, measures="ndcg")["ndcg"].mean())


def lead_over(rival, model, split, mistake, grid, liked_only=False):
    """Measure how far a model is ahead of a rival that is taken as it comes, or chosen with the same care.

    Parameters
    ----------
    rival : Recommender
        Says what to fit; it is not changed.
    model : Recommender
        Fitted on ``split.train``, its hyperparameters chosen on the validation part.
    split : Split
    mistake : bool
        True takes the rival's hyperparameters as they are.
    grid : dict of str to list
        What to choose the rival's hyperparameters from otherwise.
    liked_only : bool, default=False
        Fit the rival on liked films alone.

    Returns
    -------
    float
        NDCG of the first 20 of the model minus that of the rival.
    """
    chosen = {} if mistake else choose(rival, split, grid, "NDCG", liked_only).attrs["best"]
    fitted = type(rival)(**rival.get_params(deep=False) | chosen)
    fitted.fit(split.train.liked() if liked_only else split.train)
    mine, theirs = (member_measures(one, split, measures="ndcg")["ndcg"].mean() for one in (model, fitted))
    return float(mine - theirs)
