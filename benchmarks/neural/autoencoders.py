"""Hold neural models of lists against ALS and EASE on ml-latest-small: same splits, same search, five seeds.

    python benchmarks/neural/autoencoders.py            into autoencoders.csv; under fifteen minutes on one core
    python benchmarks/neural/autoencoders.py EASE       this model alone; the other rows stay

Splits, filtering and measures are those of benchmarks/lists/compare.py: films rated 4 stars or more are the liked ones,
members with fewer than five of them are left out, each member's liked films are cut 80/20 for each seed, and Recall
and NDCG of the first 20 films are measured on the 20 %. Settings are chosen from a list, by NDCG, on a fifth of the
first seed's training rows; the seeds then share them. A model with a random start begins from the split's seed.
"""

import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.lists.compare import SEEDS, ours, split_of  # noqa: E402
from course_lib import datasets, splits  # noqa: E402
from course_lib.autoencoder import DenoisingAutoencoder  # noqa: E402
from course_lib.baselines import Popularity  # noqa: E402
from course_lib.implicit import ImplicitALS  # noqa: E402
from course_lib.linear import EASE  # noqa: E402
from course_lib.multvae import MultVAE  # noqa: E402

RESULTS = Path(__file__).with_suffix(".csv")
MODELS = {
    "Popularity": (Popularity, {}, [{}]),
    "EASE": (EASE, {}, [{"regularization": one} for one in (100.0, 200.0, 300.0, 500.0)]),
    "ImplicitALS": (
        ImplicitALS,
        {"n_factors": 64},
        [{"alpha": a, "regularization": lam} for a in (5.0, 10.0, 20.0) for lam in (20.0, 50.0)],
    ),
    "DenoisingAutoencoder": (
        DenoisingAutoencoder,
        {"n_hidden": 200, "learning_rate": 0.001, "n_epochs": 60},
        [{"dropout": share, "regularization": lam} for share in (0.5, 0.7) for lam in (0.0005, 0.001, 0.002)],
    ),
    "MultVAE": (
        MultVAE,
        {"n_hidden": 200, "n_factors": 64, "learning_rate": 0.001, "n_epochs": 70},
        [{"beta": beta, "dropout": share} for beta in (0.2, 0.5, 1.0) for share in (0.5, 0.7)],
    ),
}
"""Model, settings that are fixed, settings to choose from. One line more is one model more."""


def made(name, settings, seed):
    """Make a model that is not fitted."""
    kind, fixed, _ = MODELS[name]
    model = kind(**fixed, **settings)
    return model.set_params(random_state=seed) if hasattr(model, "random_state") else model


def chosen(name, split):
    """Choose the settings of a model on a fifth of the training rows."""
    among = MODELS[name][2]
    if len(among) == 1:
        return among[0]
    inner = splits.within_users(split.train, validation=0.0, test=0.2, seed=0)
    return max(among, key=lambda settings: ours(made(name, settings, 0), inner)["NDCG@20"])


def main(names):
    """Compute the rows of these models and store them beside the others."""
    ratings = datasets.load("ml-latest-small").ratings
    cut = {seed: split_of(ratings, seed) for seed in SEEDS}
    rows = []
    for name in names:
        settings = chosen(name, cut[SEEDS[0]])
        text = " ".join(f"{key}={value:g}" for key, value in settings.items())
        for seed, split in cut.items():
            result = ours(made(name, settings, seed), split)
            rows.append(
                {"model": name, "seed": seed, "settings": text} | {key: round(one, 5) for key, one in result.items()}
            )
            print(*rows[-1].values(), flush=True)
    table = pd.DataFrame(rows)
    if RESULTS.is_file():
        others = pd.read_csv(RESULTS, keep_default_na=False)
        table = pd.concat([others[~others["model"].isin(names)], table])
    order = {name: place for place, name in enumerate(MODELS)}
    table.sort_values(["model", "seed"], key=lambda one: one.map(order) if one.name == "model" else one).to_csv(
        RESULTS, index=False, lineterminator="\n"
    )
    print(table.groupby("model")[["Recall@20", "NDCG@20"]].mean().round(4))


if __name__ == "__main__":
    main(sys.argv[1:] or list(MODELS))
