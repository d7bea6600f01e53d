"""Pictures of learned factors, looked at through the description that `plotting.describe` makes of them."""

import numpy as np
import pandas as pd
import pytest

from course_lib import factor_pictures, paper, plotting
from course_lib.factors import main_axes
from course_lib.waiting import times_faster, waiting


def described(fig):
    fig.canvas.draw()
    text = plotting.describe(fig)
    plotting.plt.close(fig)
    return text


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr(factor_pictures, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def test_the_factored_table_shows_each_prediction_with_its_rating_or_hole(shown):
    factor_pictures.show_factored(paper.TABLE, [1, 1, 1, -1, -1, -1], [1.5, 1, -1, -1, 0], "Title")
    text, page = shown[0]["text/plain"], shown[0]["text/html"]
    assert text.startswith("Title") and "member 1 p = 1: 4.5 rated 5; 4.0 rated 4; 2.0 rated 1 ▼; 2.0 hole" in text
    assert text.count("hole") == page.count("hole") == 6 and page.count("<td") == 30


def test_an_arrow_says_where_a_rating_is_a_star_or_more_off(shown):
    factor_pictures.show_factored(pd.DataFrame([[5.0, 3.5, 1.5, np.nan]], columns=list("abcd")), [1], [1, 0, 1, 1], "<")
    assert shown[0]["text/plain"].endswith("4.0 rated 5 ▲; 3.0 rated 3.5; 4.0 rated 1.5 ▼; 4.0 hole")
    assert "<b>&lt;</b>" in shown[0]["text/html"]


def test_the_slope_is_that_of_the_loss():
    text = described(factor_pictures.slope(lambda p: (2 - p) ** 2, 1.0, [1.0, 1.1], "Downhill", ("p", "loss")))
    assert "words: slope -2; after 1 steps" in text


def test_errors_are_drawn_by_the_number_of_factors():
    curves = {"known, penalty": {1: 0.9, 5: 0.7, 20: 0.5}, "hidden, no penalty": {1: 1.0, 5: 0.9, 20: 1.1}}
    text = described(factor_pictures.error_by_factors({"here": curves}, "Five", {"here": 5}))
    assert "line known, penalty: 3 values, 0.5 to 0.9, last 0.5; x 0 to 2" in text
    assert "line mark: 2 values, 0 to 1, last 1; x 1 to 1" in text
    assert "biases" not in text
    text = described(factor_pictures.error_by_factors({"here": curves}, "Five", levels={"here": 0.8}))
    assert "line biases alone: 2 values, 0.8 to 0.8" in text


def test_names_on_a_map_keep_out_of_each_others_way():
    rng = np.random.default_rng(0)
    names = [f"Film number {place} (1999)" for place in range(12)]
    table = pd.DataFrame(rng.normal(size=(12, 2)), index=names, columns=["x", "y"])
    fig = factor_pictures.film_maps({"one": table, "two": table * [1, -1]}, "Maps")
    fig.canvas.draw()
    for ax in fig.axes:
        boxes = [text.get_window_extent() for text in ax.texts]
        assert len(boxes) == 12 and all(text.get_text().startswith("Film number") for text in ax.texts)
        touching = sum(one.overlaps(other) for n, one in enumerate(boxes) for other in boxes[:n])
        assert touching <= 1
    plotting.plt.close(fig)


def test_the_main_axes_are_those_of_scikit_learn():
    from sklearn.decomposition import PCA

    vectors = np.random.default_rng(0).normal(size=(40, 5)) * [3, 2, 1, 0.5, 0.1] + 7
    which = np.arange(40) < 30
    theirs = PCA(2).fit(vectors[which]).transform(vectors)
    ours = main_axes(vectors, which)
    assert np.allclose(np.abs(ours), np.abs(theirs))


def test_the_sign_of_an_axis_is_fixed():
    vectors = np.random.default_rng(0).normal(size=(40, 5)) * [3, 2, 1, 0.5, 0.1]
    everything = np.ones(40, dtype=bool)
    for column in (0, 1):
        assert np.corrcoef(main_axes(vectors, everything)[:, column], vectors[:, column])[0, 1] > 0.5


def test_there_is_no_bar_where_none_is_wanted(monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    assert list(waiting(range(3), "x")) == [0, 1, 2] and waiting(range(3), "x").disable
    monkeypatch.setenv("TQDM_DISABLE", "0")
    for there in (True, False):
        monkeypatch.setattr("sys.stderr.isatty", lambda there=there: there)
        assert waiting(range(3), "x").disable is not there


def test_a_loop_that_does_more_is_not_the_faster_one():
    ratio = times_faster(sum, sorted, list(np.random.default_rng(0).random(100_000)))
    assert ratio > 2
