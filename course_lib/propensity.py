"""What the ratings that nobody chose to give would say: a test on films drawn evenly, and weights that stand in for it.

Members rate what they were shown and expected to like. The propensity of a rating is the probability that it is
there to be seen. Weighting each held-out rating by its inverse makes up for what is missing, as far as the propensity
is true.
"""

import numpy as np
import pandas as pd

from course_lib.errors import DataError
from course_lib.intervals import Interval, ratio_interval
from course_lib.measures import LOSSES, held_out_part
from course_lib.ratings import Ratings
from course_lib.splits import Split


def uniform_split(data, split):
    """Replace the test part by ratings of films that were drawn evenly from those a member had not rated.

    Parameters
    ----------
    data : Dataset
        Simulated: nobody knows such ratings of real members, unless members were asked for them.
    split : Split
        Of ``data.ratings``.

    Returns
    -------
    Split
        For `rank`, `star_error`, `compare` and the others, with ``part="test"``. The ratings are of core films by
        core members, ten each; the same members gave none of them in `split`.

    Raises
    ------
    DataError
        When the data is not simulated.
    """
    if not data.truth:
        raise DataError(
            f"{data.name} has no ratings of films drawn evenly: its members chose what they rated. Only simulated data "
            "has them: datasets.load('matinee')."
        )
    ratings, drawn = split.train, pd.DataFrame(data.truth.uniform_test)
    universe = {"films": ratings.films, "scale": ratings.scale, "user_ids": ratings.user_ids, "note": ratings.note}
    return Split(split.train, split.validation, Ratings.from_frame(drawn, **universe))


def popularity_propensity(ratings):
    r"""Estimate propensities from how much members rate and how much films are rated.

    .. math:: p_{ui} = \min(1, \frac{n_u n_i}{n}), \quad n_u, n_i \ge 1

    Parameters
    ----------
    ratings : Ratings
        To count in, such as ``split.train``.

    Returns
    -------
    callable
        Takes Ratings, returns an ndarray of shape (n,): the probability that each of them is among `ratings`, if
        members and films found each other by chance.
    """
    n_user = np.maximum(np.bincount(ratings.users, minlength=ratings.n_users), 1)
    n_item = np.maximum(np.bincount(ratings.items, minlength=ratings.n_items), 1)
    return lambda rows: np.minimum(1.0, n_user[rows.users] * n_item[rows.items] / len(ratings))


def star_propensity(ratings, drawn, n_cells=None):
    r"""Estimate propensities from how often each number of stars is given to chosen films and to films drawn evenly.

    .. math:: p(rated \mid r) = \frac{p(r \mid rated)\, p(rated)}{p(r)}

    This is naive Bayes. It needs ratings of films that nobody chose, but few: they give one share for each number of
    stars. Take others than those that the estimate is to be compared with.

    Parameters
    ----------
    ratings : Ratings
        As members gave them, such as ``split.train``.
    drawn : Ratings
        Of films drawn evenly from those that members had not rated, such as ``uniform_split(data, split).test``.
    n_cells : int, optional
        How many members times how many films these speak of; all there are when not given.

    Returns
    -------
    callable
        Takes Ratings, returns an ndarray of shape (n,).

    Raises
    ------
    DataError
        When one of the two is empty.

    References
    ----------
    Schnabel, Swaminathan, Singh, Chandak & Joachims (2016), "Recommendations as Treatments".
    """
    if not (len(ratings) and len(drawn)):
        raise DataError(
            "There are no ratings to compare. Give ratings that were chosen, and some of films drawn evenly."
        )
    stars = np.unique(np.concatenate([ratings.values, drawn.values]))
    share = len(ratings) / (n_cells or ratings.n_users * ratings.n_items)
    chosen, unchosen = _shares(ratings.values, stars), _shares(drawn.values, stars)
    anyway = share * chosen + (1 - share) * unchosen
    return lambda rows: (share * chosen / anyway)[np.searchsorted(stars, rows.values).clip(0, len(stars) - 1)]


def weighted_star_error(
    model, split, propensity=None, part="validation", measure="RMSE", target="unrated", among=None
):  # fmt: skip
    r"""Estimate how far predicted stars would be off on films that members did not choose.

    .. math:: \frac{\sum w_{ui}\, \delta(r_{ui}, \hat r_{ui})}{\sum w_{ui}}, \quad w = \frac{1}{p} \text{ or }
        \frac{1 - p}{p}

    The weights are divided by their sum (self-normalised), so that only their ratios count.

    Parameters
    ----------
    model : Recommender
        Fitted on ``split.train``, or for the test on ``split.train_and_validation``.
    split : Split
    propensity : callable or array_like, optional
        What `popularity_propensity` or `star_propensity` return, or probabilities of a shape that broadcasts to
        (n_users, n_items), such as ``data.truth.exposure().mean(axis=0)``: how often a film is shown. Without it
        every rating counts the same.
    part : {"validation", "test"}, default="validation"
    measure : {"RMSE", "MAE"}, default="RMSE"
    target : {"unrated", "all"}, default="unrated"
        Which films the estimate is for: those without a rating, as in `uniform_split`, where the weight is (1 - p) / p;
        or all, where it is 1 / p, as in the paper.
    among : array_like of bool, optional
        Which cells count, of a shape that broadcasts to (n_users, n_items); all when not given. `uniform_split`
        knows core members and core films only.

    Returns
    -------
    Interval
        In stars; bounds by drawing members again. They say nothing about how wrong the propensities are.

    Raises
    ------
    DataError
        When a propensity is not above 0 and at most 1, no rating is left, or as in `measures.member_errors`.

    References
    ----------
    Schnabel, Swaminathan, Singh, Chandak & Joachims (2016), "Recommendations as Treatments".
    """
    if measure not in LOSSES:
        raise DataError(f"There is no measure {measure!r} of stars. There are {', '.join(LOSSES)}.")
    rows, weights = _weighted(held_out_part(model, split, part), propensity, target, among)
    predicted = model.predict(rows.user_ids[rows.users], rows.item_ids[rows.items])
    interval = _weighted_mean(rows, weights, LOSSES[measure](predicted - rows.values))
    return Interval(*np.sqrt(interval)) if measure == "RMSE" else interval


def weighted_liked_in_top(
    model, split, propensity=None, k=20, part="validation", at_least=4.0, target="unrated", among=None
):  # fmt: skip
    r"""Estimate which share of all the films that members would like is in the first `k` places of their lists.

    .. math:: \frac{\sum_{liked} w_{ui}\, [i \in list_u]}{\sum_{liked} w_{ui}}

    Parameters
    ----------
    model, split, propensity, part, target, among
        As in `weighted_star_error`.
    k : int, default=20
        Length of the list, from which films are left out that the member has rated already.
    at_least : float, default=4.0
        From how many stars on a film was liked.

    Returns
    -------
    Interval
        From 0 to 1. It is the share of all liked films together, not the mean of members' shares that `recall` is:
        few films a member are too few to weight.

    Raises
    ------
    DataError
        As in `weighted_star_error`.

    References
    ----------
    Schnabel, Swaminathan, Singh, Chandak & Joachims (2016), "Recommendations as Treatments".
    """
    rows, weights = _weighted(held_out_part(model, split, part).liked(at_least), propensity, target, among)
    listed = model.recommend_all(k)[0].astype(np.int64)
    cells = (np.arange(rows.n_users)[:, np.newaxis] * rows.n_items + listed)[listed >= 0]
    return _weighted_mean(rows, weights, np.isin(rows.cells, cells).astype(np.float64))


def _weighted(rows, propensity, target, among):
    if target not in ("unrated", "all"):
        raise DataError(f"There is no target {target!r}. Ask for 'unrated' or 'all' films.")
    if among is not None:
        rows = rows.rows(_at(rows, np.asarray(among, dtype=bool), "among"))
    if not len(rows):
        raise DataError("There is no rating to weight. Check the part, among and at_least.")
    if propensity is None:
        return rows, np.ones(len(rows))
    p = propensity(rows) if callable(propensity) else _at(rows, propensity, "propensity")
    p = np.broadcast_to(np.asarray(p, dtype=np.float64), len(rows))
    if not ((p > 0) & (p <= 1)).all():  # nan fails as well
        wrong = p[~((p > 0) & (p <= 1))][0]
        raise DataError(
            f"The propensity of a rating is {wrong:g}. What is there had some chance to be there: above 0, at most 1."
        )
    weights = 1 / p if target == "all" else (1 - p) / p
    if not weights.any():
        raise DataError("Every propensity is 1, so nothing is unrated and nothing can be said about it.")
    return rows, weights


def _at(rows, cells, name):
    """Look up the cells of these rows in a table that may be a single row, column or number."""
    try:
        return np.broadcast_to(cells, (rows.n_users, rows.n_items))[rows.users, rows.items]
    except ValueError:
        raise DataError(
            f"{name} has the shape {np.shape(cells)}. Give a row for each of {rows.n_users:,} members and a column for "
            f"each of {rows.n_items:,} films, or a single row."
        ) from None


def _weighted_mean(rows, weights, losses):
    totals, counts = np.bincount(rows.users, weights * losses), np.bincount(rows.users, weights)
    there = counts > 0
    return ratio_interval(totals[there], counts[there])


def _shares(values, stars):
    return np.bincount(np.searchsorted(stars, values), minlength=len(stars)) / len(values)
