"""The numbers of lesson 08: learned factors on real members, measured on the validation part."""

import numpy as np

from course_lib.baselines import BiasModel, Popularity
from course_lib.board import board_split
from course_lib.comparison import compare
from course_lib.factorization import MatrixFactorization
from course_lib.factors import main_axes
from course_lib.measures import liked_in_top, star_error

RANKS = (1, 2, 5, 10, 20, 50, 100)
ON_THE_MAP = (
    "Armageddon (1998)", "Twister (1996)", "Jurassic Park (1993)", "The Big Lebowski (1998)",
    "Annie Hall (1977)", "Citizen Kane (1941)", "Pulp Fiction (1994)", "The Wizard of Oz (1939)",
    "E.T. the Extra-Terrestrial (1982)", "Pinocchio (1940)", "American Psycho (2000)", "The Blair Witch Project (1999)",
    "Alien (1979)",
)  # fmt: skip
"""Well-known films that are in the shipped catalogue as well."""
FEW = 5


def figures(data):
    """Compute what lesson 08 says about real members.

    Parameters
    ----------
    data : Dataset
        In full: films with a handful of ratings are part of the story.

    Returns
    -------
    dict of str to float
        How many members and films there are. RMSE in stars on the training and the validation part, by the number of
        factors, with a penalty of 0.12 and without; the best of them and the biases, with the interval of their
        difference; of the lists of ten films that they make, the share of films with fewer than 5 known ratings, and
        the share of liked films found in the first 20; places of well-known films on a map (the two main axes of five
        factors, learned from all ratings).
    """
    split, found = board_split(data.ratings), {"members": data.ratings.n_users, "films": data.ratings.n_items}
    for penalty in (0.0, 0.12):
        for k in RANKS:
            model = MatrixFactorization(k, n_epochs=60, regularization=penalty).fit(split.train)
            found[f"k {k}, penalty {penalty:g}, known"] = model.loss_curve_[-1]
            found[f"k {k}, penalty {penalty:g}, hidden"] = star_error(model, split).value
    models = {
        "BiasModel": BiasModel(), "MatrixFactorization": MatrixFactorization(50, regularization=0.12),
        "Popularity": Popularity(),
    }  # fmt: skip
    fitted = {name: model.fit(split.train) for name, model in models.items()}
    stars = {name: model for name, model in fitted.items() if model.predicts_stars}
    for name, row in compare(stars, split).iterrows():
        found[name] = row["value"]
    found |= {f"difference{end}": row[f"difference{end}"] for end in ("", "_low", "_high")}
    n_known = np.bincount(split.train.items, minlength=split.train.n_items)
    found["films with fewer than 5 known ratings"] = (n_known < FEW).mean()
    for name, model in fitted.items():
        listed, _ = model.recommend_all(10)
        found[f"{name}: listed films with fewer than 5 known ratings"] = (n_known[listed[listed >= 0]] < FEW).mean()
        found[f"{name}: liked films in the first 20"] = liked_in_top(model, split).mean()
    return found | _map(data)


def _map(data):
    model = MatrixFactorization(5, regularization=0.12).fit(data.ratings)
    often = np.bincount(data.ratings.items, minlength=data.ratings.n_items) >= 50
    places = main_axes(model.item_factors_, often)
    titles = data.films["title"].to_list()
    rows = {title: titles.index(title) for title in ON_THE_MAP}
    return {f"{title}, {axis}": places[rows[title], at] for title in ON_THE_MAP for at, axis in enumerate("xy")}
