"""Hold the rating models against Surprise on ml-latest-small: same splits, same budget of hyperparameters.

    python benchmarks/surprise/compare.py                both sides, into results.csv
    python benchmarks/surprise/compare.py ours           only course_lib's, or only `surprise`'s

For each of five seeds the ratings are cut 60/20/20 at random. Each side tries its grid on the validation part, fits
its best on training and validation part (80 %), and is measured on the test part (20 %). Surprise's neighbours need
4 GB of memory and take most of the time, about ten minutes on one core.
"""

import itertools
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from course_lib import datasets, evaluation, splits  # noqa: E402
from course_lib.baselines import BiasModel  # noqa: E402

RESULTS = Path(__file__).with_name("results.csv")
SEEDS = range(5)
FACTORS = {"n_factors": [100], "n_epochs": [20, 60], "learning_rate": [0.005, 0.01], "regularization": [0.05, 0.1]}
NEIGHBORS = {"k": [20, 40, 80], "shrinkage": [60, 100]}


def ours():
    """Return {pair: (model, grid)} of course_lib."""
    from course_lib.factorization import MatrixFactorization
    from course_lib.neighbors import ItemKNN

    return {
        "biases": (BiasModel(), {"damping": [1.0, 2.0, 3.0, 5.0, 8.0, 12.0]}),
        "item neighbours": (
            ItemKNN(similarity="pearson_baseline"),
            {"n_neighbors": NEIGHBORS["k"], "shrinkage": NEIGHBORS["shrinkage"]},
        ),
        "learned factors": (MatrixFactorization(learning_rate_decay=0.0), FACTORS),  # constant steps, as Surprise has
    }


def theirs():
    """Return {pair: (function of hyperparameters that makes an algorithm, grid)} of Surprise."""
    from surprise import SVD, BaselineOnly, KNNBaseline

    def baseline(reg_u, reg_i):
        return BaselineOnly(bsl_options={"reg_u": reg_u, "reg_i": reg_i, "n_epochs": 20}, verbose=False)

    def neighbours(k, shrinkage):
        alike = {"name": "pearson_baseline", "user_based": False, "shrinkage": shrinkage}
        return KNNBaseline(k=k, sim_options=alike, bsl_options={"reg_u": 5, "reg_i": 5, "n_epochs": 20}, verbose=False)

    def factors(n_factors, n_epochs, learning_rate, regularization):
        steps = {"lr_all": learning_rate, "reg_all": regularization}
        return SVD(n_factors=n_factors, n_epochs=n_epochs, random_state=0, **steps)

    return {
        "biases": (baseline, {"reg_u": [5, 10, 15], "reg_i": [5, 10]}),
        "item neighbours": (neighbours, NEIGHBORS),
        "learned factors": (factors, FACTORS),
    }


def surprise_error(algorithm, train, held_out):
    """Fit an algorithm of Surprise and return its RMSE on held-out ratings."""
    from surprise import Dataset, Reader

    columns = ["userId", "movieId", "rating"]
    reader = Reader(rating_scale=train.scale)
    algorithm.fit(Dataset.load_from_df(train.to_frame()[columns], reader).build_full_trainset())
    rows = held_out.to_frame()
    predicted = [algorithm.predict(*pair).est for pair in zip(rows["userId"], rows["movieId"], strict=True)]
    return float(np.sqrt(((np.array(predicted) - rows["rating"]) ** 2).mean()))


def combinations(grid):
    """List the combinations of a grid as dicts."""
    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]


def test_error(model, split):
    """Fit a model of course_lib on all but the test part and return its RMSE there."""
    return evaluation.star_error(model.fit(split.train_and_validation), split, "test").value


def run(side, split):
    """Yield (pair, RMSE on the test part, chosen hyperparameters) for one side."""
    for pair, (make, grid) in (ours() if side == "ours" else theirs()).items():
        if side == "ours":
            best = evaluation.choose(make, split, grid).attrs["best"]
            rmse = test_error(type(make)(**make.get_params(deep=False) | best), split)
        else:
            best = min(combinations(grid), key=lambda one: surprise_error(make(**one), split.train, split.validation))
            rmse = surprise_error(make(**best), split.train_and_validation, split.test)
        yield pair, rmse, "; ".join(f"{name}={value:g}" for name, value in best.items())


def main(sides):
    """Compute the rows of some sides and store them beside the others."""
    ratings = datasets.load("ml-latest-small").ratings
    rows = []
    for side, seed in itertools.product(sides, SEEDS):
        split = splits.random_split(ratings, test=0.2, validation=0.2, seed=seed)
        for pair, rmse, chosen in run(side, split):
            by = f"scikit-surprise {version('scikit-surprise')}" if side == "surprise" else "course_lib"
            rows.append({"side": side, "seed": seed, "model": pair, "RMSE": round(rmse, 5), "chosen": chosen, "by": by})
            print(*rows[-1].values(), flush=True)
    table = pd.DataFrame(rows)
    if RESULTS.is_file():
        kept = pd.read_csv(RESULTS)
        table = pd.concat([kept[~kept["side"].isin(sides)], table], ignore_index=True)
    table.sort_values(["side", "seed"], kind="stable").to_csv(RESULTS, index=False, lineterminator="\n")
    print(table.pivot_table(index="model", columns="side", values="RMSE").round(4))


if __name__ == "__main__":
    main(sys.argv[1:] or ["ours", "surprise"])
