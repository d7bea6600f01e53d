"""The numbers of lesson 04: baselines on real members, measured on the validation part."""

import numpy as np

from course_lib import metrics
from course_lib.baselines import BiasModel, GlobalMean, ItemMean, UserMean
from course_lib.board import board_split
from course_lib.comparison import compare

DAMPINGS = (0, 1, 2, 5, 10, 25)


def figures(data):
    """Compute what lesson 04 says about real members.

    Parameters
    ----------
    data : Dataset
        In full: films with a single rating are part of the story.

    Returns
    -------
    dict of str to float
        RMSE in stars on the validation part, of models fitted on the training part: the ladder, with intervals
        (bootstrap over members, paired for the differences); the film's mean by its damping, on the rows that it was
        fitted on, and with the validation rows in the mean.
    """
    split = board_split(data.ratings)
    models = {"GlobalMean": GlobalMean(), "ItemMean": ItemMean(), "UserMean": UserMean(), "BiasModel": BiasModel()}
    fitted = {name: model.fit(split.train) for name, model in models.items()}
    found = {}
    for name, row in compare(fitted, split, against="ItemMean").iterrows():
        found |= {name: row["value"], f"{name} low": row["low"], f"{name} high": row["high"]}
        if name == "UserMean":
            ends = ("difference", "difference_low", "difference_high")
            found |= {f"UserMean minus ItemMean, {end}": row[end] for end in ends}
    for damping in DAMPINGS:
        found[f"ItemMean, damping {damping}"] = _error(ItemMean(damping).fit(split.train), split.validation)
    plain = ItemMean(0).fit(split.train)
    found["ItemMean, damping 0, on its own rows"] = _error(plain, split.train)
    leaky = ItemMean(0).fit(split.train_and_validation)
    found["ItemMean, damping 0, hidden rows in the mean"] = _error(leaky, split.validation)
    close = compare({damping: BiasModel(damping).fit(split.train) for damping in (5.0, 10.0)}, split)
    found |= {f"damping 10 minus 5, {end}": close.loc[10.0, end] for end in close.columns[3:]}
    n_ratings = np.bincount(split.train.items, minlength=split.train.n_items)
    found["films with one known rating, share"] = (n_ratings == 1).sum() / (n_ratings > 0).sum()
    return found


def _error(model, part):
    return metrics.rmse(part.values, model.predict(part.user_ids[part.users], part.item_ids[part.items]))
