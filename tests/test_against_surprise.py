"""What benchmarks/surprise/results.csv says of us and Surprise on real members, and that it is still so."""

import importlib

import pandas as pd
import pytest

from course_lib import datasets, splits
from tests.needs import real_data

compare = importlib.import_module("benchmarks.surprise.compare")
STORED = pd.read_csv(compare.RESULTS)
# How much worse than Surprise a model may be, in stars, on the mean of five seeds.
ALLOWED = {"biases": 0.002, "item neighbours": 0.002, "learned factors": 0.001}


def of(side, model, seed):
    return STORED.query("side == @side and model == @model and seed == @seed").iloc[0]


def chosen(row):
    """The hyperparameters of a stored row, as numbers."""
    pairs = (text.split("=") for text in row["chosen"].split("; "))
    return {name: float(value) if "." in value else int(value) for name, value in pairs}


@pytest.fixture(scope="module")
def first_split():
    ratings = datasets.load("ml-latest-small", real_data()).ratings
    return splits.random_split(ratings, test=0.2, validation=0.2, seed=0)


def test_both_sides_were_measured_on_five_seeds():
    counts = STORED.groupby(["side", "model"])["seed"].nunique()
    assert len(counts) == 6 and (counts == 5).all()


@pytest.mark.parametrize("model", ALLOWED)
def test_no_model_is_behind_its_peer(model):
    means = STORED[STORED["model"] == model].groupby("side")["RMSE"].mean()
    assert means["ours"] <= means["surprise"] + ALLOWED[model]


@pytest.mark.parametrize("model", ALLOWED)
def test_our_side_is_still_what_is_stored(model, first_split):
    row, (make, _) = of("ours", model, 0), compare.ours()[model]
    make.set_params(**{name: type(make.get_params()[name])(value) for name, value in chosen(row).items()})
    assert compare.test_error(make, first_split) == pytest.approx(row["RMSE"], abs=2e-4)


@pytest.mark.parametrize("model", ["biases", "learned factors"])  # its neighbours need 4 GB
def test_surprises_side_is_still_what_is_stored(model, first_split):
    row, (make, _) = of("surprise", model, 0), compare.theirs()[model]
    rmse = compare.surprise_error(make(**chosen(row)), first_split.train_and_validation, first_split.test)
    assert rmse == pytest.approx(row["RMSE"], abs=1e-3)
