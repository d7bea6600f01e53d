"""The numbers of lesson 16: networks in the place of the dot product, on real members, on the validation part."""

from pathlib import Path

import numpy as np
import pandas as pd

from course_lib.board import board_split
from course_lib.feedback import history
from course_lib.interactions import Interaction
from course_lib.list_metrics import ndcg_at_k
from course_lib.networks import weights_of
from course_lib.neural_networks import build_gmf, build_mlp, loss_of, one_epoch
from course_lib.sampling import NegativeSampler
from course_lib.top_n import top_n
from course_lib.training import train

N_NEGATIVES, N_EPOCHS, EVERY = 4, 20, 2
SETTINGS = {
    "GMF": (build_gmf, {"n_factors": 16, "regularization": 0.001}),
    "MLP": (build_mlp, {"n_factors": 8, "regularization": 0.0001}),
}
"""The networks of the lesson: how to build each, and with what."""
WAYS = ("drawn anew", "drawn once")
FIGHT = Path(__file__).resolve().parents[2] / "benchmarks" / "neural" / "fair_fight.csv"
ENDS = ("low", "high", "difference", "difference_low", "difference_high")


def figures(data):
    """Compute what lesson 16 says about real members, beside the stored comparison in benchmarks/neural.

    Parameters
    ----------
    data : Dataset
        In full.

    Returns
    -------
    dict of str to float
        Members, films, liked films to learn from, rows of an epoch; loss and NDCG of the first 20 after every second
        epoch of a GMF and an MLP whose negatives are drawn anew in each epoch or once and for all.
    """
    split = board_split(data.ratings)
    liked = split.train.liked()
    found = {"members": liked.n_users, "films": liked.n_items, "liked": len(liked)}
    found["rows of an epoch"] = len(liked) * (1 + N_NEGATIVES)
    for name in SETTINGS:
        for way in WAYS:
            for epoch, (loss, ndcg) in while_learning(split, name, way == "drawn once").items():
                found |= {f"{name}, {way}, loss after {epoch}": loss, f"{name}, {way}, NDCG after {epoch}": ndcg}
    return found


def while_learning(split, name, once, n_epochs=N_EPOCHS):
    """Train a network, and look at its lists every second epoch.

    Parameters
    ----------
    split : Split
    name : str
        One of `SETTINGS`.
    once : bool
        Whether negatives are drawn once and for all, in the place of anew in each epoch.
    n_epochs : int, default=20

    Returns
    -------
    dict of int to (float, float)
        Epoch to the mean loss of its rows, and to the NDCG of the first 20 on the validation part.
    """
    liked, (build, settings) = split.train.liked(), SETTINGS[name]
    chosen, sampler, rng = history(liked), NegativeSampler(liked), np.random.default_rng(0)
    network, ndcg = build(liked.n_users, liked.n_items, **settings), {}
    rows = one_epoch(chosen, sampler, N_NEGATIVES, rng)

    def look():
        ndcg[len(ndcg) + 1] = lists_of(network, split) if len(ndcg) % EVERY else None
        return 0.0

    done = train(
        network.trainable_variables, loss_of(network),
        rows if once else lambda epoch: one_epoch(chosen, sampler, N_NEGATIVES, rng),
        batch_size=1024, n_epochs=n_epochs, learning_rate=0.005, rng=np.random.default_rng(1), what=name,
        validate=look,
    )  # fmt: skip
    return {epoch: (float(done.loss_curve[epoch - 1]), value) for epoch, value in ndcg.items() if value is not None}


def lists_of(network, split):
    """Measure the lists that a network makes.

    Parameters
    ----------
    network : keras.Model
    split : Split

    Returns
    -------
    float
        NDCG of the first 20 on the validation part, in the mean over members who liked a film of it.
    """
    weights = weights_of(network)
    scores = Interaction(weights).scores([table for name, table in weights.items() if "_user/" in name])
    scores = scores.astype(np.float32)
    scores[split.train.users, split.train.items] = -np.inf
    return float(ndcg_at_k(top_n(scores, 20)[0], split.validation.liked()).mean())


def fair_fight(data):
    """Read the stored comparison of seven models (benchmarks/neural/fair_fight.py).

    Parameters
    ----------
    data : {"matinee", "ml-latest-small"}

    Returns
    -------
    DataFrame
        A row a model and seed, and one with seed "mean": value is the NDCG of the first 20; low, high and the
        difference to implicit ALS with its ends stand in the rows of the means.
    """
    table = pd.read_csv(FIGHT, dtype={"seed": str})
    table = table[table["data"] == data].rename(columns={"ndcg": "value"} | {f"ndcg_{end}": end for end in ENDS})
    return table.drop(columns="data").reset_index(drop=True)
