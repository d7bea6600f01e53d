"""Compare models on the same held-out ratings, and choose hyperparameters on the validation part."""

import itertools

import numpy as np
import pandas as pd

from course_lib.errors import DataError, UnknownId
from course_lib.intervals import Interval, paired_ratio_intervals
from course_lib.list_measures import member_measures
from course_lib.measures import member_errors


def compare(models, split, part="validation", measure="RMSE", against=None):
    """Tabulate how far the stars of several models are off, and how far they are apart.

    Members are drawn again (the bootstrap), the same members for all models: what makes a member hard to predict
    for each model alike then cancels out of the difference.

    Parameters
    ----------
    models : dict of str to Recommender
        Fitted on ``split.train``, or for the test on ``split.train_and_validation``.
    split : Split
    part : {"validation", "test"}, default="validation"
    measure : {"RMSE", "MAE"}, default="RMSE"
    against : str, optional
        The name of the model that the others are compared with; the first when not given.

    Returns
    -------
    DataFrame
        A row a model: value, low, high in stars, and difference, difference_low, difference_high: this model's
        error minus that of `against`. When 0 lies outside of the last two, it is more than luck with the members.

    Raises
    ------
    UnknownId
        When there is no model called `against`.
    DataError
        When there are no models, or as in `member_errors`.
    """
    if not models:
        raise DataError("There are no models to compare. Give a dict of names and fitted models.")
    against = next(iter(models)) if against is None else against
    if against not in models:
        raise UnknownId(f"There is no model {against!r} among {', '.join(models)}.")
    errors = {name: member_errors(model, split, part, measure) for name, model in models.items()}
    counts = errors[against]["count"].to_numpy()
    totals = np.stack([error["total"].to_numpy() for error in errors.values()])
    reference = list(models).index(against)
    transform = np.sqrt if measure == "RMSE" else np.asarray
    values, differences = paired_ratio_intervals(totals, counts, reference, transform)
    columns = [*Interval._fields, "difference", "difference_low", "difference_high"]
    return pd.DataFrame(np.hstack([values, differences]), index=pd.Index(models, name="model"), columns=columns)


def choose(model, split, grid, measure="RMSE", liked_only=False):
    """Fit a model with every combination of some hyperparameters, and order them by the validation part.

    Parameters
    ----------
    model : Recommender
        Says what to fit, and the hyperparameters that are not in `grid`; it is not changed.
    split : Split
    grid : dict of str to list
        Values to try, by the hyperparameter's name.
    measure : {"RMSE", "MAE", "NDCG"}, default="RMSE"
        Errors in stars, of which less is better, or the NDCG of the first 20 films, of which more is.
    liked_only : bool, default=False
        Fit on the liked films of the training part alone; the others still count as seen.

    Returns
    -------
    DataFrame
        A row a combination: the hyperparameters, and the measure on the validation part, best first; of
        equal ones the first in the grid's order. ``attrs["best"]`` is the dict of the best hyperparameters.

    Raises
    ------
    DataError
        When a hyperparameter does not exist or has no values to try.
    """
    if not all(len(values) for values in grid.values()):
        raise DataError("A hyperparameter has no values to try. Give each a list of at least one.")
    type(model)(**model.get_params(deep=False)).set_params(**{name: values[0] for name, values in grid.items()})
    rows, tried = [], [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    train = split.train.liked() if liked_only else split.train
    for hyperparameters in tried:
        fitted = type(model)(**model.get_params(deep=False) | hyperparameters).fit(train)
        rows.append(hyperparameters | {measure: _on_validation(fitted, split, measure)})
    sign = -1 if measure == "NDCG" else 1
    order = np.argsort([sign * row[measure] for row in rows], kind="stable")
    table = pd.DataFrame([rows[place] for place in order], columns=[*grid, measure])
    table.attrs["best"] = tried[order[0]]
    return table


def _on_validation(model, split, measure):
    if measure == "NDCG":
        return float(member_measures(model, split, measures=("ndcg",))["ndcg"].mean())
    errors = member_errors(model, split, "validation", measure).sum()
    mean = errors["total"] / errors["count"]
    return float(np.sqrt(mean) if measure == "RMSE" else mean)
