"""The numbers of lesson 09: good stars and good lists on real members, measured on the validation part."""

import numpy as np

from course_lib.baselines import BiasModel, ItemMean, Popularity
from course_lib.board import board_split
from course_lib.comparison import choose, compare
from course_lib.factorization import MatrixFactorization
from course_lib.list_candidates import chosen_and_liked, lists_among
from course_lib.list_measures import rank, reach
from course_lib.list_metrics import ndcg_at_k
from course_lib.neighbors import ItemKNN
from course_lib.svd import FilledSVD, SoftImpute
from course_lib.top_n import top_n

FEW, ENOUGH = 5, 20
"""Known ratings: below the first a film is hardly rated, from the second on it is well known."""
AMONG_HIDDEN = 5
"""Places of a list of hidden films alone: members have few of them."""


def figures(data):
    """Compute what lesson 09 says about real members.

    Parameters
    ----------
    data : Dataset
        In full: films with a handful of ratings are part of the story.

    Returns
    -------
    dict of str to float
        By model, fitted on the training part with the settings that lessons 07 and 08 chose by the RMSE: RMSE in
        stars; NDCG of the first 20 with its interval, and minus popularity's; of the listed films, how many were
        chosen, and of these, how many liked; NDCG of the first 5 when the hidden films alone are ranked; NDCG when
        films that were seen are left in the list, and of lists of well-known films; coverage; the share of list
        places with hardly rated films. Beside these the share of films, and of hidden ratings, that are of hardly
        rated films; the share of hidden ratings that are liked; the damping of biases that
        the RMSE chooses, and both measures with less of it; the NDCG of hidden films in a random order.
    """
    split = board_split(data.ratings)
    models = {
        "Popularity": Popularity(), "ItemMean": ItemMean(), "BiasModel": BiasModel(), "ItemKNN": ItemKNN(),
        "FilledSVD": FilledSVD(fill="zero"), "SoftImpute": SoftImpute(n_factors=8, regularization=14.0),
        "MatrixFactorization": MatrixFactorization(50, regularization=0.12),
    }  # fmt: skip
    fitted = {name: model.fit(split.train) for name, model in models.items()}
    found = {}
    for name, row in compare({n: m for n, m in fitted.items() if m.predicts_stars}, split).iterrows():
        found[f"{name}, RMSE"] = row["value"]
    for name, row in rank(fitted, split, measures=["ndcg"]).loc["ndcg"].iterrows():
        found |= {f"{name}, NDCG {end}": row[end] for end in row.index}
    hidden = split.validation
    n_known = np.bincount(split.train.items, minlength=split.train.n_items)
    found["films"] = len(n_known)
    found["hardly rated, of films"] = (n_known < FEW).mean()
    found["hardly rated, of hidden ratings"] = (n_known[hidden.items] < FEW).mean()
    found["liked, of hidden ratings"] = len(hidden.liked()) / len(hidden)
    liked, is_hidden = hidden.liked(), hidden.csr.astype(bool).toarray()
    for name, model in fitted.items():
        places = chosen_and_liked(model, split)
        found |= {f"{name}, {what}": value for what, value in places._asdict().items()}
        among = lists_among(model, split.train, is_hidden, AMONG_HIDDEN)
        found[f"{name}, NDCG among hidden"] = ndcg_at_k(among, liked, AMONG_HIDDEN).mean()
        with_seen = model.recommend_all(20, exclude_seen=False)[0]
        found[f"{name}, NDCG with seen films"] = ndcg_at_k(with_seen, liked).mean()
        known_well = lists_among(model, split.train, n_known >= ENOUGH)
        found[f"{name}, NDCG among well known"] = ndcg_at_k(known_well, liked).mean()
        listed = model.recommend_all(20)[0]
        found[f"{name}, hardly rated"] = (n_known[listed[listed >= 0]] < FEW).mean()
        found[f"{name}, coverage"] = reach({name: model}).loc[name, "coverage"]
    chosen = choose(BiasModel(), split, {"damping": [1.0, 2.0, 5.0, 10.0, 25.0]})
    found["damping chosen by the RMSE"] = chosen.attrs["best"]["damping"]
    little = {"damping 2": BiasModel(damping=2.0).fit(split.train)}
    found["damping 2, RMSE"] = compare(little, split).loc["damping 2", "value"]
    found["damping 2, NDCG"] = rank(little, split, measures=["ndcg"]).loc[("ndcg", "damping 2"), "value"]
    drawn = np.where(is_hidden, np.random.default_rng(0).random(is_hidden.shape), -np.inf)
    found["random order, NDCG among hidden"] = ndcg_at_k(top_n(drawn, AMONG_HIDDEN)[0], liked, AMONG_HIDDEN).mean()
    return found
