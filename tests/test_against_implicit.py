"""What benchmarks/lists/results.csv says of us and others on real members, and that it is still so."""

import importlib

import numpy as np
import pandas as pd
import pytest

from course_lib import datasets
from tests.needs import real_data

compare = importlib.import_module("benchmarks.lists.compare")
STORED = pd.read_csv(compare.RESULTS)
MEASURES = ["Recall@20", "NDCG@20"]
OURS = STORED[STORED["by"] == "course_lib"]


@pytest.fixture(scope="module")
def first_split():
    return compare.split_of(datasets.load("ml-latest-small", real_data()).ratings, seed=0)


def test_all_were_measured_on_five_seeds():
    assert (STORED.groupby(["model", "by"])["seed"].nunique() == 5).all() and len(STORED) == 30


@pytest.mark.parametrize(("model", "close"), [("implicit ALS", 0.005), ("EASE", 1e-4)])
def test_ours_is_as_good_as_the_other_at_the_same_settings(model, close):
    sides = STORED[STORED["model"] == model]
    ours, theirs = (sides[(sides["by"] == "course_lib") == mine][MEASURES].mean() for mine in (True, False))
    assert np.abs(ours - theirs).max() <= close


def test_the_order_of_the_models_is_that_of_others_measurements():
    means = OURS.groupby("model")["NDCG@20"].mean()
    assert means["popularity"] + 0.05 < means["item neighbours"]
    assert means["item neighbours"] + 0.01 < min(means["implicit ALS"], means["EASE"])


@pytest.mark.parametrize("model", ["popularity", "item neighbours", "EASE", "implicit ALS"])
def test_our_side_is_still_what_is_stored(model, first_split):
    stored = OURS.query("seed == 0 and model == @model")[MEASURES].iloc[0]
    make = {
        "popularity": lambda: compare.ours(compare.Popularity(), first_split),
        "item neighbours": lambda: compare.ours(compare.LikedItemKNN(n_neighbors=compare.NEIGHBORS), first_split),
        "EASE": lambda: compare.ours(compare.EASE(regularization=compare.PENALTY), first_split),
        "implicit ALS": lambda: compare.mean(
            [compare.ours(compare.ImplicitALS(**compare.FACTORS, random_state=s), first_split) for s in compare.STARTS]
        ),
    }[model]()
    assert make == pytest.approx(stored.to_dict(), abs=5e-4)


def test_the_other_side_is_still_what_is_stored(first_split):
    row = STORED.query("seed == 0 and model == 'implicit ALS' and by != 'course_lib'")[MEASURES].iloc[0]
    theirs = compare.mean([compare.implicits_factors(first_split, start) for start in compare.STARTS])
    assert theirs == pytest.approx(row.to_dict(), abs=1e-3)
