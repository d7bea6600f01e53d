"""The numbers of lesson 05: neighbours among real members, measured on the validation part."""

import numpy as np

from course_lib.baselines import BiasModel
from course_lib.board import board_split
from course_lib.comparison import compare
from course_lib.measures import star_error
from course_lib.neighbors import ItemKNN, UserKNN
from course_lib.similarity import compare as similarities
from course_lib.similarity import correlations_on_some, order_right, pairs_in_common

NEIGHBORS = (1, 2, 5, 10, 20, 40, 80)
COMMON = (2, 5, 10, 20)
ENDS = ("difference", "difference_low", "difference_high")
ENOUGH = 60
"""Common films of a pair: half of them tell who is alike, up to 20 are drawn from the other half."""


def figures(data):
    """Compute what lesson 05 says about real members.

    Parameters
    ----------
    data : Dataset
        In full.

    Returns
    -------
    dict of str to float
        RMSE in stars on the validation part, of models fitted on the training part: item-kNN by its number of
        neighbours and by its options, user-kNN, the biases, with paired intervals for differences from the biases and
        for two differences between neighbours; how many ratings two films and two members have in common; how often
        the correlation on a few common films puts an alike pair of members before an unlike one; Inception's place
        beside Interstellar.
    """
    split = board_split(data.ratings)
    models = {"BiasModel": BiasModel(), "ItemKNN": ItemKNN(), "UserKNN": UserKNN()}
    models |= {
        "ItemKNN, cosine of the stars": ItemKNN(similarity="cosine"),
        "ItemKNN, cosine of the stars, no shrinkage": ItemKNN(similarity="cosine", shrinkage=0.0),
        "ItemKNN, adjusted cosine": ItemKNN(similarity="adjusted_cosine"),
        "ItemKNN, no shrinkage": ItemKNN(shrinkage=0.0),
        "ItemKNN, as in Surprise": ItemKNN(neighbor_damping=0.0),
    }
    fitted = {name: one.fit(split.train) for name, one in models.items()}
    found = {}
    for name, row in compare(fitted, split).iterrows():
        found |= {name: row["value"], f"{name} low": row["low"], f"{name} high": row["high"]}
        found |= {f"{name}, {end}": row[end] for end in ENDS}
    for name, other in (("ItemKNN", "UserKNN"), ("ItemKNN, adjusted cosine", "ItemKNN")):
        row = compare({one: fitted[one] for one in (other, name)}, split).loc[name]
        found |= {f"{name} minus {other}, {end}": row[end] for end in ENDS}
    for k in NEIGHBORS:
        found[f"ItemKNN, k {k}"] = star_error(models["ItemKNN"].set_params(n_neighbors=k), split).value
    return found | _in_common(split.train) | _alike(split.train) | _lottery(data.ratings) | _inception(data)


def _in_common(train):
    """How many ratings two films, and two members, have in common: the mean over all pairs."""
    found = {}
    for what, others, n in (("films", train.users, train.n_items), ("members", train.items, train.n_users)):
        counts = np.bincount(others)  # who has rated n films is a common rater of n (n - 1) / 2 pairs of films
        found[f"two {what} have in common, mean"] = (counts * (counts - 1)).sum() / (n * (n - 1))
    return found


def _alike(train):
    """How many pairs of films with at least 5 common ratings have a cosine of at least 0.9."""
    stars = train.csr.astype(np.float64)
    stars.sort_indices()
    found = {}
    deviations = ItemKNN(n_kept=1).fit(train).deviations_
    for name, values in (("stars", stars), ("deviations", deviations)):
        s = similarities(values.tocsc().T, values, "cosine", min_support=5, positive_only=False).data
        found[f"cosine of {name}, share from 0.9 on"] = (s >= 0.9).mean()
        found[f"cosine of {name}, share below 0"] = (s < 0).mean()
    return found


def _lottery(ratings):
    pairs, rng = pairs_in_common(ratings, ENOUGH), np.random.default_rng(0)
    told = correlations_on_some(ratings, pairs, None, rng, slice(0, None, 2))
    order = np.argsort(told, kind="stable")
    tenth = len(pairs) // 10
    unlike, alike = pairs[order[:tenth]], pairs[order[-tenth:]]
    found = {"pairs with enough films in common": len(pairs)}
    for n in COMMON:
        drawn = [correlations_on_some(ratings, some, n, rng, slice(1, None, 2)) for some in (alike, unlike)]
        found[f"order right, {n} films in common"] = order_right(*drawn)
    return found


def _inception(data):
    """Where Inception stands among the films nearest to Interstellar, and how many members rated both."""
    one, other = (data.films.id_of(title) for title in ("Interstellar (2014)", "Inception (2010)"))
    nearest = ItemKNN().fit(data.ratings).similar(one, n=data.ratings.n_items - 1)
    stars = data.ratings.csc[:, data.ratings.item_index([one, other])].toarray()
    return {
        "Inception beside Interstellar, place": nearest.index.get_loc(other) + 1,
        "Inception beside Interstellar, members in common": (stars > 0).all(axis=1).sum(),
    }
