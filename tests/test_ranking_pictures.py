"""Pictures of lists, looked at through the description that `plotting.describe` makes of them."""

import numpy as np
import pandas as pd

from course_lib import plotting, ranking_pictures
from course_lib.list_candidates import Places


def described(fig):
    assert plotting._cut_off(fig) is None
    text = plotting.describe(fig)
    plotting.plt.close(fig)
    return text


def test_each_place_is_worth_less_than_the_one_before_and_hits_are_marked():
    text = described(ranking_pictures.discounts([False, True, False, True], "Title"))
    assert "bars worth of a hit: 4 values, 0.43 to 1, last 0.43" in text
    assert text.endswith("words: 1.00; 0.63; 0.50; 0.43; hit; hit")


def test_stars_are_drawn_against_lists_with_an_axis_that_is_cut_before_the_largest_error():
    rows = {"popularity": (np.nan, 0.1), "mean": (0.9, 0.05), "factors": (0.8, 0.02), "zeros": (2.9, 0.15)}
    table = pd.DataFrame(rows, index=["RMSE", "NDCG"]).T
    fig = ranking_pictures.stars_and_lists({"here": table, "there": table}, "Title", ["zeros"], left=["mean"])
    assert len(fig.axes) == 4
    text = described(fig)
    for head in ("here", "there"):
        near = text.split(f"{head} | x")[1]
        assert "line popularity: 2 values, 0.1 to 0.1" in near
        assert "line mean: 1 values, 0.05 to 0.05, last 0.05; x 0.9 to 0.9" in near
        assert "line zeros: 1 values, 0.15 to 0.15, last 0.15; x 2.9 to 2.9" in near
    assert text.count("words: popularity; mean; factors\n") == 2


def test_without_a_large_error_the_right_part_stays_empty():
    table = pd.DataFrame({"RMSE": [0.8, 0.9], "NDCG": [0.1, 0.2]}, index=["one", "two"])
    text = described(ranking_pictures.stars_and_lists({"here": table}, "Title"))
    assert "line one: 1 values" in text


def test_the_places_of_a_list_are_shares_of_a_hundred():
    models = {"one": Places(0.06, 0.08, 0.75), "two": Places(0.03, 0.04, 0.75)}
    text = described(ranking_pictures.held_places({"here": models, "there": models}, "Title"))
    assert "bars chosen and liked: 2 values, 3 to 6, last 3" in text
    assert "bars chosen, not liked: 2 values, 1 to 2, last 1" in text and text.count("75 % liked; 75 % liked") == 2
