"""Networks against dot products and one matrix of weights: same rows, same number of settings tried, several seeds.

    COURSE_DATA_DIR=../shared/data python benchmarks/neural/fair_fight.py

into fair_fight.csv; about a quarter of an hour on one core. Names of data sets behind it compute these rows alone.

The board's split. Eight settings are tried for each model, inside the training part: fitted on three quarters of each
member's rows, measured on the last quarter. With the best of them (by NDCG of the first 20) the model is fitted on
the whole training part, once for each seed, and measured on the validation part, by which nothing was chosen. The
test part is not read. All models learn from liked films alone.

Rows: one a model and seed, and one with seed "mean": the mean of the seeds of each member, with its interval over
members and the interval of the difference to implicit ALS. Seconds are those of one fit, as a multiple of implicit
ALS; operations are the multiplications that it takes to score all films for one member.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from course_lib import datasets, evaluation, splits  # noqa: E402
from course_lib.baselines import Popularity  # noqa: E402
from course_lib.comparison import choose  # noqa: E402
from course_lib.implicit import ImplicitALS  # noqa: E402
from course_lib.linear import EASE  # noqa: E402
from course_lib.list_measures import compare_members, member_measures  # noqa: E402
from course_lib.neural import GMF, MLP, NeuMF  # noqa: E402
from course_lib.pairs import BPR  # noqa: E402

RESULTS = Path(__file__).with_name("fair_fight.csv")
DATA = ("matinee", "ml-latest-small")
SEEDS, AGAINST, MEASURES = range(1, 4), "ImplicitALS", ("ndcg", "recall")
GRIDS = {
    "Popularity": (Popularity(), {}),
    "EASE": (EASE(), {"regularization": [20, 50, 100, 200, 500, 1000, 2000, 4000]}),
    "ImplicitALS": (ImplicitALS(), {"n_factors": [8, 32], "alpha": [5, 10], "regularization": [20, 50]}),
    "BPR": (
        BPR(regularization=0.05),
        {"n_factors": [8, 64], "negatives": ["uniform", "popularity"], "n_epochs": [30, 100]},
    ),
    "GMF": (GMF(), {"n_negatives": [4, 16], "regularization": [5e-4, 1e-3], "n_epochs": [15, 30]}),
    "MLP": (MLP(), {"n_negatives": [4, 16], "regularization": [1e-4, 3e-4], "n_epochs": [10, 20]}),
    "NeuMF": (
        NeuMF(n_epochs=10),
        {"n_negatives": [4, 16], "regularization": [3e-4, 1e-3], "pretrained": [False, True]},
    ),
}


def n_parameters(model):
    """Count the numbers that a model has learned and needs for its lists."""
    if hasattr(model, "weights_"):
        return sum(array.size for array in model.weights_.values())
    n_users, n_items = model.ratings_.n_users, model.ratings_.n_items
    if isinstance(model, EASE):
        return n_items * (n_items - 1)
    if isinstance(model, Popularity):
        return n_items
    return (n_users + n_items) * model.n_factors + n_items * hasattr(model, "item_bias_")


def operations(model):
    """Count the multiplications for one member's scores of all films, in the mean over members."""
    n_items = model.ratings_.n_items
    if isinstance(model, EASE):
        return n_items * len(model.ratings_) / model.ratings_.n_users
    if isinstance(model, Popularity):
        return 0
    total = 0 if isinstance(model, MLP) and not isinstance(model, NeuMF) else model.n_factors
    if isinstance(model, MLP):
        widths = [2 * model.n_factors, *model.layers, 1]
        total += sum(rows * columns for rows, columns in zip(widths[:-1], widths[1:], strict=True))
    return n_items * total


def fight(name):
    """Choose, fit and measure all models on one data set."""
    split = evaluation.board_split(datasets.load(name).ratings)
    inside, liked = splits.within_users(split.train, validation=0.25, test=0.0, seed=1), split.train.liked()
    rows, members, seconds = [], {}, {}
    for model_name, (model, grid) in GRIDS.items():
        best = choose(model, inside, grid, "NDCG", True).attrs["best"] if grid else {}
        seeds = list(SEEDS) if "random_state" in model.get_params() else ["none"]
        tables, seconds[model_name] = [], []
        for seed in seeds:
            seeded = {} if seed == "none" else {"random_state": seed}
            fitted = type(model)(**model.get_params(deep=False) | best | seeded)
            start = time.process_time()
            fitted.fit(liked)
            seconds[model_name].append(time.process_time() - start)
            tables.append(member_measures(fitted, split, measures=MEASURES))
            rows.append({"model": model_name, "seed": seed} | tables[-1].mean().to_dict())
        members[model_name] = sum(tables) / len(tables)
        said = "; ".join(f"{key}={value}" for key, value in best.items())
        facts = {"hyperparameters": said, "n_parameters": n_parameters(fitted), "operations": round(operations(fitted))}
        for row in rows[-len(seeds) :]:
            row |= facts
        rows.append({"model": model_name, "seed": "mean"} | members[model_name].mean().to_dict() | facts)
        print(name, model_name, said, rows[-1], flush=True)
    compared = compare_members(members, AGAINST)
    for row in rows:
        row["relative_seconds"] = np.median(seconds[row["model"]]) / np.median(seconds[AGAINST])
        if row["seed"] == "mean":
            for measure in MEASURES:
                found = compared.loc[(measure, row["model"])].drop("value")
                row |= {f"{measure}_{column}": value for column, value in found.items()}
    return pd.DataFrame(rows).assign(data=name)


def main(names):
    """Write the results of some data sets, and keep those of the others."""
    tables = [fight(name) for name in names]
    kept = [pd.read_csv(RESULTS)] if RESULTS.is_file() else []
    kept = [table[~table["data"].isin(names)] for table in kept]
    table = pd.concat([*kept, *tables], ignore_index=True)
    table = table.sort_values("data", key=lambda data: data.map(DATA.index), kind="stable")
    first = ["data", "model", "seed", "hyperparameters", *MEASURES, "n_parameters", "operations", "relative_seconds"]
    table = table[[*first, *(column for column in table if column not in first)]]
    table["relative_seconds"] = table["relative_seconds"].map(lambda value: float(f"{value:.2g}"))
    table.round(4).to_csv(RESULTS, index=False, lineterminator="\n")


if __name__ == "__main__":
    main(sys.argv[1:] or DATA)
