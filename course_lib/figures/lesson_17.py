"""Lesson 17 on real members: autoencoders on stars and on lists, measured on the validation part."""

import numpy as np

from course_lib import quiet
from course_lib.autoencoder import AutoRec, DenoisingAutoencoder, build_autorec, masked_error
from course_lib.baselines import BiasModel, Popularity
from course_lib.biases import fit_biases
from course_lib.board import board_split
from course_lib.comparison import choose, compare
from course_lib.factorization import MatrixFactorization
from course_lib.implicit import ImplicitALS
from course_lib.linear import EASE
from course_lib.list_measures import member_measures, rank
from course_lib.multvae import MultVAE
from course_lib.reconstruction import sum_of_squares
from course_lib.training import train

FACTORS = {"n_factors": 100, "regularization": 0.12}
"""Lesson 08's choice on real members, on the same validation part."""
PENALTY = 200
"""Lesson 12's."""
ALS = {"n_factors": [32, 64], "regularization": [20.0, 50.0]}
STARS = {"regularization": [60.0, 120.0]}
LISTS = {"dropout": [0.5, 0.7], "regularization": [0.001, 0.003]}
WIDE = {"n_hidden": 100, "learning_rate": 0.002}
CLOUD = {"n_hidden": 200, "n_factors": 64, "learning_rate": 0.001, "beta": 0.2, "n_epochs": 80}


def figures(data):
    """Compute what lesson 17 says of real members.

    Parameters
    ----------
    data : Dataset
        In full.

    Returns
    -------
    dict of str to float
        All of models fitted on the training part and asked about the validation part, which also chose penalties.
        RMSE in stars of an autoencoder of stars and of stars above the biases, whose loss asks about holes or does
        not; RMSE of three models with intervals, and minus that of `MatrixFactorization`; NDCG and recall of the first
        20 of models of lists, with intervals, and minus those of EASE; NDCG of the denoising autoencoder without its
        dropout, and without dropout and penalty; NDCG
        of every fourth member, learned from these alone and from all.
    """
    split = board_split(data.ratings)
    found = {name: error for name, error in four_ways(split)}
    stars = {
        "MatrixFactorization": MatrixFactorization(**FACTORS),
        "BiasModel": BiasModel(),
        "AutoRec": AutoRec(**choose(AutoRec(), split, STARS).attrs["best"]),
    }
    fitted = {name: model.fit(split.train) for name, model in stars.items()}
    for name, row in compare(fitted, split).iterrows():
        found |= {f"{name}, RMSE, {end}": row[end] for end in row.index}
    found |= _lists(split)
    quarter, everybody = quarter_and_all(DenoisingAutoencoder(**WIDE, regularization=0.001), split)
    return found | {"a quarter of the members, ndcg": quarter, "all members, ndcg": everybody}


def _lists(split):
    liked = split.train.liked()
    als = {"alpha": 10.0} | choose(ImplicitALS(alpha=10.0), split, ALS, "NDCG", True).attrs["best"]
    chosen = choose(DenoisingAutoencoder(**WIDE), split, LISTS, "NDCG", True).attrs["best"]
    models = {
        "EASE": EASE(PENALTY),
        "ImplicitALS": ImplicitALS(**als),
        "DenoisingAutoencoder": DenoisingAutoencoder(**WIDE, **chosen),
        "MultVAE": MultVAE(**CLOUD),
        "Popularity": Popularity(),
    }
    models = {name: model.fit(split.train if name == "Popularity" else liked) for name, model in models.items()}
    found = {}
    for (measure, name), row in rank(models, split, measures=("ndcg", "recall"), against="EASE").iterrows():
        found |= {f"{name}, {measure}, {end}": row[end] for end in row.index}
    without = {"no dropout": chosen | {"dropout": 0.0}, "neither": {"dropout": 0.0, "regularization": 0.0}}
    models = {name: DenoisingAutoencoder(**WIDE | settings).fit(liked) for name, settings in without.items()}
    for name, row in rank(models, split, measures=("ndcg",)).loc["ndcg"].iterrows():
        found[f"{name}, ndcg"] = row["value"]
    return found


def quarter_and_all(model, split):
    """Measure the lists of every fourth member, made by a model that knows these alone and by one that knows all.

    Parameters
    ----------
    model : Recommender
        Learns from liked films.
    split : Split

    Returns
    -------
    quarter, everybody : float
        NDCG of the first 20 on the validation part, of the same members.
    """
    liked = split.train.liked()
    some = split.train.user_ids[::4]
    found = []
    for known in (liked.rows(liked.users % 4 == 0), liked):
        ndcg = member_measures(model.fit(known), split, measures=("ndcg",))["ndcg"]
        found.append(float(ndcg[ndcg.index.isin(some)].mean()))
    return tuple(found)


def four_ways(split, regularization=60.0, n_hidden=32, n_epochs=40):
    """Train an autoencoder of films' stars in four ways: what goes in, and what is asked.

    Parameters
    ----------
    split : Split
    regularization : float, default=60.0
        As in `AutoRec`, as is the rest.
    n_hidden : int, default=32
    n_epochs : int, default=40

    Yields
    ------
    name : str
        "stars" or "above the biases", then "all cells" or "rated cells".
    error : float
        RMSE on the validation part, in stars.
    """
    ratings, asked = split.train, split.validation
    biases = fit_biases(ratings)
    for what, baseline in (("stars", None), ("above the biases", biases)):
        taken, back = ((0.0, 0.0) if baseline is None else
                       (baseline.of(part.users, part.items) for part in (ratings, asked)))  # fmt: skip
        table = np.zeros((ratings.n_items, ratings.n_users), dtype=np.float32)
        table[ratings.items, ratings.users] = ratings.values - taken
        known = np.zeros(table.shape, dtype=bool)
        known[ratings.items, ratings.users] = True
        for cells, counted in (("all cells", np.ones_like(known)), ("rated cells", known)):
            said = learned(table, counted, regularization, n_hidden, n_epochs)
            stars = (said[asked.users, asked.items] + back).clip(*ratings.scale)
            yield f"{what}, {cells}", float(np.sqrt(((stars - asked.values) ** 2).mean()))


def learned(table, counted, regularization=60.0, n_hidden=32, n_epochs=40):
    """Train AutoRec's network on a table of films, and return what it says.

    Parameters
    ----------
    table : ndarray of shape (n_items, n_users), float32
        What goes in, and what is to come out.
    counted : ndarray of shape (n_items, n_users), bool
        Cells whose errors count.
    regularization, n_hidden, n_epochs
        As in `AutoRec`.

    Returns
    -------
    ndarray of shape (n_users, n_items)
    """
    tf = quiet.tensorflow()
    network = build_autorec(table.shape[1], n_hidden)
    price = regularization / 2 / len(table)

    def loss(rows, asked):
        errors = masked_error(network(rows), rows, asked)
        return tf.reduce_mean(errors) + price * sum_of_squares(network.trainable_variables)

    train(network.trainable_variables, loss, (table, counted), batch_size=128, n_epochs=n_epochs, learning_rate=0.003,
          rng=np.random.default_rng(0), what="AutoRec")  # fmt: skip
    return network(table).numpy().T
