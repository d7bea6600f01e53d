"""Pictures of learning from pairs, looked at through the description that `plotting.describe` makes of them."""

import pytest

from course_lib import pair_pictures, plotting


def described(fig):
    fig.canvas.draw()
    text = plotting.describe(fig)
    plotting.plt.close(fig)
    return text


def test_a_tie_is_a_chance_of_one_half_and_costs_ln_2():
    text = described(pair_pictures.sigmoid_and_loss([-1, 0, 2], "A message"))
    assert text.startswith("A message")
    assert "words: 0.27; 0.50; 0.88" in text and "words: 1.31; 0.69; 0.13" in text


def test_each_run_is_a_line_and_each_fitted_model_a_dotted_one():
    runs = {"uniform": {1: 0.1, 10: 0.2, 100: 0.15}}
    panels, levels = {"here": runs, "there": runs}, {head: {"popularity": 0.12} for head in ("here", "there")}
    fig = pair_pictures.while_learning(panels, levels, "A message", "recall")
    assert [line.get_linestyle() for line in fig.axes[0].lines] == ["-", ":"]
    assert fig.axes[0].get_xscale() == "log"
    text = described(fig)
    assert text.count("line uniform: 3 values, 0.1 to 0.2, last 0.15") == 2 and text.count("line popularity") == 2


def test_ways_that_are_wrong_have_another_colour():
    ways = {"not seen": 0.2, "seen": 0.05}
    fig = pair_pictures.drawn_from({"here": ways}, {"here": ("popularity", 0.1)}, "A message", "recall", ["seen"])
    first, second = fig.axes[0].patches
    assert first.get_facecolor() != second.get_facecolor()
    assert second.get_width() == pytest.approx(0.05)
    assert "words: 0.20; 0.05; popularity" in described(fig)
