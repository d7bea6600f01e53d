import numpy as np
import pandas as pd
import pytest

from course_lib import neighbour_pictures, pictures, plotting


def bars(ax):
    return {group.get_label(): np.array([bar.get_height() for bar in group.patches]) for group in ax.containers}


@pytest.fixture(autouse=True)
def nothing_stays_open():
    yield
    plotting.plt.close("all")


def test_shares_of_pairs_add_up_to_a_hundred_in_each_panel():
    rng = np.random.default_rng(0)
    panels = {name: {"alike": rng.uniform(-1, 1, 50), "unlike": rng.uniform(-1, 1, 30)} for name in ("one", "two")}
    fig = neighbour_pictures.spreads(panels, "The message", "correlation")
    for ax, name in zip(fig.axes, panels, strict=True):
        assert ax.get_title("left") == name and ax.get_xlabel() == "correlation"
        assert {kind: shares.sum() for kind, shares in bars(ax).items()} == pytest.approx({"alike": 100, "unlike": 100})


def test_a_cosine_a_hair_above_one_is_not_lost():
    fig = neighbour_pictures.spreads({"one": {"pairs": [1 + 1e-15, -1 - 1e-15, 0.0]}}, "The message", "cosine")
    shares = bars(fig.axes[0])["pairs"]
    assert shares[[0, 10, -1]] == pytest.approx([100 / 3] * 3)


def test_the_smallest_error_is_marked_and_the_biases_are_a_dotted_line():
    errors = pd.Series({1: 0.9, 10: 0.85, 80: 0.86})
    fig = neighbour_pictures.error_by_neighbors({"some": errors}, {"some": 0.88}, "The message")
    lines = {line.get_label(): line for line in fig.axes[0].lines}
    assert lines["smallest error"].get_xydata().tolist() == [[10, 0.85]]
    assert lines["biases alone"].get_ydata()[0] == 0.88 and lines["biases alone"].get_linestyle() == ":"


def test_each_pair_has_its_number_and_nobody_one_with_itself():
    fig = neighbour_pictures.agreement([[1, -1e-17], [0.5, 1]], ["a", "b"], "The message")
    assert sorted(text.get_text() for text in fig.axes[0].texts) == ["0.00", "0.50"]


@pytest.mark.parametrize("values", [[0.15, -0.07], [-0.15, -0.04], [3.0, -12.5]])
def test_the_number_of_a_bar_to_the_left_does_not_stand_on_the_names(values):
    names = ["because you rated The Bourne Supremacy (2004): 5", "because you rated Armageddon (1998): 2"]
    reasons = pd.DataFrame({"reason": names, "contribution": values})
    ax = pictures.contributions(reasons, "The message", "stars added").axes[0]
    ax.figure.canvas.draw()
    for number, value in zip(ax.texts, values, strict=True):
        box = number.get_window_extent()
        assert box.x0 > ax.bbox.x0
        assert (box.x1 < ax.transData.transform((value, 0))[0]) == (value < 0)
