"""Measure and compare the lists of fitted models on a held-out part: by member, with intervals, for any split.

Choices are made on the validation part. The test part is read by the board alone.
"""

import numpy as np
import pandas as pd

from course_lib.errors import DataError, UnknownId
from course_lib.intervals import Interval, paired_ratio_intervals
from course_lib.list_hits import checked_k
from course_lib.list_metrics import MEASURES, at_k, auc, coverage, gini
from course_lib.measures import held_out_part
from course_lib.recommender import SCORES_AT_ONCE
from course_lib.top_n import top_n


def rank(
    models, split, k=20, part="validation", at_least=4.0, measures=("ndcg", "recall", "precision"), against=None
):  # fmt: skip
    """Tabulate how good the lists of several models are, and how far they are apart.

    Each member's list leaves out what the member has rated already. The films to be found are those of the held-out
    part that the member turned out to like.

    Parameters
    ----------
    models : dict of str to Recommender
        Fitted on ``split.train``, or for the test on ``split.train_and_validation``.
    split : Split
    k : int, default=20
        How many places of each list count.
    part : {"validation", "test"}, default="validation"
    at_least : float, default=4.0
        From how many stars on a film was liked.
    measures : iterable of str, default=("ndcg", "recall", "precision")
        Of `list_metrics.MEASURES`, and "auc", which looks at the whole catalogue.
    against : str, optional
        The name of the model that the others are compared with; the first when not given.

    Returns
    -------
    DataFrame
        By measure and model, so that ``table.loc["ndcg"]`` is what `compare` gives for stars: value, low, high (mean
        over members who liked a film of this part), difference, difference_low, difference_high (this model
        minus `against`). The same members are drawn again for all models. When 0 lies outside of the last two,
        the difference is more than luck with the members.

    Raises
    ------
    UnknownId
        When there is no model called `against`.
    DataError
        When there are no models, they have not seen the same ratings, or as in `member_measures`.
    """
    against = reference_of(models, against)
    tables = {name: member_measures(model, split, k, part, at_least, measures) for name, model in models.items()}
    return compare_members(tables, against)


def member_measures(model, split, k=20, part="validation", at_least=4.0, measures=tuple(MEASURES)):
    """Measure the list of each member.

    Parameters
    ----------
    model : Recommender
        Fitted on ``split.train``, or for the test on ``split.train_and_validation``.
    split, k, part, at_least, measures
        As in `rank`.

    Returns
    -------
    DataFrame
        A column a measure, from 0 to 1, by userId; only members who liked a film of this part. "auc" is nan for
        somebody who likes every film that is left.

    Raises
    ------
    DataError
        When there is no such measure or part, `k` is not a positive whole number, nobody liked a film, or the
        model knows ratings that it is measured on.
    """
    measures, k = measures_of(measures), checked_k(k)
    liked = liked_part(model, split, part, at_least)
    in_list = [name for name in measures if name != "auc"]
    table = at_k(model.recommend_all(k)[0], liked, k, in_list)
    if "auc" in measures:
        table["auc"] = _auc(model, liked)
    return table[measures]


def reach(models, n=20):
    """Tabulate how much of the catalogue the lists of all members reach.

    Parameters
    ----------
    models : dict of str to Recommender
        Fitted.
    n : int, default=20
        Length of the lists, which leave out what each member has seen.

    Returns
    -------
    DataFrame
        By model: coverage (share of the catalogue that is in anybody's list) and gini (0 when all films are listed
        equally often, near 1 when a few have all places). They belong to all lists together, not to a member.
    """
    rows = {}
    for name, model in models.items():
        items, n_items = model.recommend_all(n)[0], model.ratings_.n_items
        rows[name] = {"coverage": coverage(items, n_items), "gini": gini(items, n_items)}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("model")


def lists_without(model, seen, n=20):
    """List films as `Recommender.recommend_all` does, leaving out what other ratings say was seen.

    Parameters
    ----------
    model : Recommender
        Fitted.
    seen : Ratings
        Of the same members and films. A model that was wrongly fitted on the films to be found would leave
        them out by itself; ``lists_without(model, split.train)`` shows what such a leak is worth.
    n : int, default=20

    Returns
    -------
    items : ndarray of shape (n_users, n), int32
        Positions of films, best first; -1 where fewer are left.
    """
    return np.concatenate([top_n(scores, n)[0] for _, scores in candidate_scores(model, seen)])


def liked_part(model, split, part, at_least):
    """Return the liked films of a held-out part, after making sure that the model has not seen them.

    Parameters
    ----------
    model, split, part, at_least
        As in `rank`.

    Returns
    -------
    Ratings

    Raises
    ------
    DataError
        As in `member_measures`.
    """
    liked = held_out_part(model, split, part).liked(at_least)
    if not len(liked):
        raise DataError(f"Nobody gave {at_least:g} stars or more in the {part} part. Lower at_least.")
    return liked


def candidate_scores(model, seen, users=None):
    """Score the films that members have not seen, some members at a time.

    Parameters
    ----------
    model : Recommender
        Fitted.
    seen : Ratings
        What is left out: it gets -inf.
    users : ndarray of int, optional
        Positions of members; everybody when not given.

    Yields
    ------
    users : ndarray of shape (n,), int
    scores : ndarray of shape (n, n_items), float32
    """
    ratings = model._fitted_on()
    users = np.arange(ratings.n_users) if users is None else users
    size = max(1, SCORES_AT_ONCE // ratings.n_items)
    for start in range(0, len(users), size):
        now = users[start : start + size]
        scores, rows = model.scores(ratings.user_ids[now]), seen.csr[now]
        scores[np.repeat(np.arange(len(now)), np.diff(rows.indptr)), rows.indices] = -np.inf
        yield now, scores


def measures_of(measures):
    """Return the names of measures as a list, a single one too.

    Parameters
    ----------
    measures : str or iterable of str

    Returns
    -------
    list of str

    Raises
    ------
    DataError
        When there is no such measure.
    """
    measures = [measures] if isinstance(measures, str) else list(measures)
    unknown = [name for name in measures if name not in (*MEASURES, "auc")]
    if unknown or not measures:
        raise DataError(
            f"There is no measure {(unknown or [''])[0]!r} of a list. There are {', '.join(MEASURES)}, auc."
        )
    return measures


def compare_members(tables, against):
    """Make the table that `rank` returns from one table of members for each model.

    Parameters
    ----------
    tables : dict of str to DataFrame
        By model: a row a member, a column a measure; the same members and measures in each.
    against : str

    Returns
    -------
    DataFrame
    """
    names, parts = list(tables), {}
    columns = [*Interval._fields, "difference", "difference_low", "difference_high"]
    for measure in tables[against].columns:
        values = pd.DataFrame({name: table[measure] for name, table in tables.items()}).dropna()
        totals = values.to_numpy().T
        intervals = paired_ratio_intervals(totals, np.ones(len(values)), names.index(against))
        parts[measure] = pd.DataFrame(np.hstack(intervals), index=pd.Index(names, name="model"), columns=columns)
    return pd.concat(parts, names=["measure"])


def reference_of(models, against):
    """Return the name of the model that others are compared with, after making sure that the comparison is fair.

    Parameters
    ----------
    models : dict of str to Recommender
    against : str or None

    Returns
    -------
    str

    Raises
    ------
    UnknownId
        When there is no model called `against`.
    DataError
        When there are no models, or they have not seen the same ratings.
    """
    if not models:
        raise DataError("There are no models to compare. Give a dict of names and fitted models.")
    against = next(iter(models)) if against is None else against
    if against not in models:
        raise UnknownId(f"There is no model {against!r} among {', '.join(models)}.")
    seen = np.sort(models[against]._fitted_on().seen.cells)
    for name, model in models.items():
        if not np.array_equal(np.sort(model._fitted_on().seen.cells), seen):
            raise DataError(
                f"The models {against!r} and {name!r} were fitted on different ratings, so their lists leave out "
                "different films. Fit both on the same part of the split."
            )
    return against


def _auc(model, liked):
    parts = []
    who = np.unique(liked.users)
    for users, scores in candidate_scores(model, model.ratings_.seen, who):
        row_of = np.full(liked.n_users, -1)
        row_of[users] = np.arange(len(users))
        mine = row_of[liked.users] >= 0
        values = auc(scores, (row_of[liked.users[mine]], liked.items[mine]))
        values.index = pd.Index(liked.user_ids[users[values.index]], name="userId")
        parts.append(values)
    return pd.concat(parts)
