"""Measure one fitted model on held-out ratings: its stars and its lists.

Choices are made on the validation part. The test part is read by the board alone.
"""

import numpy as np
import pandas as pd

from course_lib import splits
from course_lib.errors import DataError
from course_lib.intervals import Interval, ratio_interval

LOSSES = {"RMSE": np.square, "MAE": np.abs}


def member_errors(model, split, part="validation", measure="RMSE"):
    """Add up the errors of predicted stars for each member.

    Parameters
    ----------
    model : Recommender
        Fitted on ``split.train``, or for the test on ``split.train_and_validation``.
    split : Split
    part : {"validation", "test"}, default="validation"
        Which ratings are predicted.
    measure : {"RMSE", "MAE"}, default="RMSE"
        Squared errors for the RMSE, absolute ones for the MAE.

    Returns
    -------
    DataFrame
        total and count, by userId; only members with ratings in this part.

    Raises
    ------
    DataError
        When there is no such measure or part, the part is empty, or the model knows ratings that it is measured on.
    """
    if measure not in LOSSES:
        raise DataError(f"There is no measure {measure!r} of stars. There are {', '.join(LOSSES)}.")
    held_out = held_out_part(model, split, part)
    if not len(held_out):
        raise DataError(f"The {part} part has no ratings. Cut a larger share off for it.")
    predicted = model.predict(held_out.user_ids[held_out.users], held_out.item_ids[held_out.items])
    losses = LOSSES[measure](predicted - held_out.values)
    counts = np.bincount(held_out.users, minlength=held_out.n_users)
    totals, there = np.bincount(held_out.users, losses, held_out.n_users), counts > 0
    index = pd.Index(held_out.user_ids[there], name="userId")
    return pd.DataFrame({"total": totals[there], "count": counts[there]}, index=index)


def star_error(model, split, part="validation", measure="RMSE"):
    """Measure how far predicted stars are off, with an interval by drawing members again.

    Parameters
    ----------
    model, split, part, measure
        As in `member_errors`.

    Returns
    -------
    Interval
        In stars.

    Raises
    ------
    DataError
        As in `member_errors`.
    """
    errors = member_errors(model, split, part, measure)
    interval = ratio_interval(errors["total"], errors["count"])
    return Interval(*np.sqrt(interval)) if measure == "RMSE" else interval


def liked_in_top(model, split, n=20, at_least=4.0, part="validation"):
    """Find which share of the films that each member turned out to like is among the first of the list.

    Parameters
    ----------
    model : Recommender
        Fitted on ``split.train``, or for the test on ``split.train_and_validation``.
    split : Split
    n : int, default=20
        Length of the list, from which films are left out that the member has rated already.
    at_least : float, default=4.0
        From how many stars on a film was liked.
    part : {"validation", "test"}, default="validation"
        Where the liked films are looked for.

    Returns
    -------
    Series of float
        From 0 to 1, by userId; only members who liked a film of this part.

    Raises
    ------
    DataError
        When the model knows ratings that it is measured on, or others than the split's, or nobody liked a film.
    """
    found, wanted = _found(model, held_out_part(model, split, part), n, at_least)
    if not wanted.any():
        raise DataError(f"Nobody gave {at_least:g} stars or more in the {part} part. Lower at_least.")
    return _shares(found, wanted, model.ratings_.user_ids, n)


def liked_in_folds(model, ratings, k=4, n=20, at_least=4.0, seed=0):
    """Measure `liked_in_top` with every rating held out once: `k` models, each fitted without one of `k` parts.

    A single part holds out few films a member. This uses all of them, for a narrower interval of the difference
    between two models.

    Parameters
    ----------
    model : Recommender
        Says what to fit; it is not changed.
    ratings : Ratings
        Without the test part: ``split.train_and_validation``.
    k : int, default=4
        4 folds of the 80 % that are not test hold out 20 % each, as the validation part does.
    n, at_least
        As in `liked_in_top`.
    seed : int, default=0
        Of the folds.

    Returns
    -------
    Series of float
        From 0 to 1, by userId; only members who liked a film.

    Raises
    ------
    DataError
        When nobody liked a film, or `k` is not a number of folds.
    """
    found, wanted = np.zeros(ratings.n_users), np.zeros(ratings.n_users, dtype=np.int64)
    for fold in splits.k_fold(ratings, k, seed):
        fitted = type(model)(**model.get_params(deep=False)).fit(fold.train)
        found_here, wanted_here = _found(fitted, fold.test, n, at_least)
        found, wanted = found + found_here, wanted + wanted_here
    if not wanted.any():
        raise DataError(f"Nobody gave {at_least:g} stars or more. Lower at_least.")
    return _shares(found, wanted, ratings.user_ids, n)


def alike(lists, vectors):
    """Measure how alike the films of a list are: the mean cosine of all its pairs.

    Parameters
    ----------
    lists : array_like of shape (n_lists, n), int
        Positions of films, as `Recommender.recommend_all` gives them; -1 is no film. One list may be given alone.
    vectors : ndarray or scipy.sparse array of shape (n_items, n_features)
        What films are compared by, such as ``item_vectors_`` of a content model.

    Returns
    -------
    ndarray of shape (n_lists,), or float for a single list
        1 when all films point the same way; nan for a list of fewer than two films. A film without a vector
        is like no other.
    """
    from scipy import sparse

    lists, vectors = np.asarray(lists), sparse.csr_array(vectors, dtype=np.float64)
    rows = np.atleast_2d(lists)
    lengths = np.sqrt(np.asarray(vectors.power(2).sum(axis=1)).ravel())
    directions = sparse.diags_array(1 / np.where(lengths > 0, lengths, 1.0)) @ vectors
    there = rows >= 0
    at = np.nonzero(there)[0], rows[there]
    listed = sparse.csr_array((np.ones(len(at[0])), at), shape=(len(rows), len(lengths)))
    # |sum of directions|² counts every pair twice, and every film that has a direction once with itself.
    total = np.asarray((listed @ directions).power(2).sum(axis=1)).ravel()
    n, with_direction = there.sum(axis=1), listed @ (lengths > 0).astype(np.float64)
    n_pairs = n * (n - 1)
    means = np.divide(total - with_direction, n_pairs, out=np.full(len(rows), np.nan), where=n_pairs > 0)
    return means if lists.ndim == 2 else float(means[0])


def _found(model, held_out, n, at_least):
    """Count, for each member, the liked films of a part that are in the list, and all liked films of that part."""
    liked = held_out.values >= at_least
    users, items = held_out.users[liked], held_out.items[liked]
    listed, _ = model.recommend_all(n)
    is_listed = np.zeros((held_out.n_users, held_out.n_items + 1), dtype=bool)  # one more, for the -1 of short lists
    np.put_along_axis(is_listed, listed, True, axis=1)
    n_users = held_out.n_users
    return np.bincount(users, is_listed[users, items], n_users), np.bincount(users, minlength=n_users)


def _shares(found, wanted, user_ids, n):
    asked = wanted > 0
    index = pd.Index(user_ids[asked], name="userId")
    return pd.Series(found[asked] / wanted[asked], index=index, name=f"liked films in the first {n}")


def held_out_part(model, split, part):
    """Return a held-out part, after making sure that the model has not seen it.

    Parameters
    ----------
    model : Recommender
    split : Split
    part : {"validation", "test"}

    Returns
    -------
    Ratings

    Raises
    ------
    DataError
        When the split has no such part, or the model knows ratings of it or was fitted on others than the split's.
    """
    held_out = {"validation": split.validation, "test": split.test}.get(part)
    if held_out is None:
        raise DataError(f"This split has no part {part!r} to measure on. Ask for validation or test, where it has one.")
    known = model._fitted_on()
    if not (np.array_equal(known.user_ids, held_out.user_ids) and np.array_equal(known.item_ids, held_out.item_ids)):
        raise DataError("The model was fitted on other members or films. Fit it on the training part of this split.")
    n_known = np.isin(held_out.cells, known.seen.cells).sum()
    if n_known:
        raise DataError(
            f"The model was fitted on {n_known:,} of the {len(held_out):,} ratings that it is to be measured on. "
            "Fit it on split.train for the validation part, on split.train_and_validation for the test part."
        )
    return held_out
