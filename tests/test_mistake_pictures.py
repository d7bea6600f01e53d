"""Pictures of mistakes: places follow the values, marks and names are there, the gap runs from one end to the other."""

import numpy as np
import pandas as pd

from course_lib import mistake_pictures, plotting

HERE = pd.Series({"A": 0.3, "B": 0.2, "C": 0.1})
THERE = pd.Series({"A": 0.5, "B": 0.9, "C": 0.7})


def test_a_model_stands_at_its_place_in_each_column():
    fig = mistake_pictures.orders({"all": HERE, "sampled": THERE}, "A message", ["A"])
    ax = fig.axes[0]
    assert {line.get_label(): list(line.get_ydata()) for line in ax.lines} == {"A": [1, 3], "B": [2, 1], "C": [3, 2]}
    assert ax.lines[0].get_color() != ax.lines[1].get_color() == ax.lines[2].get_color()
    words = [text.get_text() for text in ax.texts]
    assert "A  0.300" in words and "0.900  B" in words and "A message" in plotting.describe(fig)


def test_a_column_between_two_others_has_values_without_names():
    fig = mistake_pictures.orders({"one": HERE, "two": THERE, "three": HERE}, "A message")
    assert "0.900" in [text.get_text() for text in fig.axes[0].texts]


def test_hits_are_drawn_over_places_with_upright_marks():
    fig = mistake_pictures.hits_by_places([1, 10, 100], {"A": [0.1, 0.5, 1], "B": [0, 0.6, 1]}, {"here": 10}, "Hi")
    ax = fig.axes[0]
    assert ax.get_xscale() == "log" and [line.get_label() for line in ax.lines] == ["A", "B", "here"]
    assert np.allclose(ax.lines[0].get_ydata(), [10, 50, 100]) and list(ax.lines[2].get_xdata()) == [10, 10]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["A", "B"]


def test_the_gap_runs_from_what_we_have_to_what_we_wanted_and_a_range_is_a_line():
    rows = {"A": {"have": 0.8, "est": (0.9, 0.85, 0.95), "want": 1.0}, "B": {"have": 0.7, "est": 0.75, "want": 0.9}}
    fig = mistake_pictures.gaps(rows, "have", "want", ["est"], "A message", "stars")
    lines = {line.get_label(): line.get_xdata() for line in fig.axes[0].lines}
    assert lines["have"][0] == 0.8 and lines["want"][0] == 1.0 and lines["est"][0] == 0.9
    bars = [list(line.get_xdata()) for line in fig.axes[0].lines if line.get_label() == "_gap"]
    assert bars == [[0.8, 1.0], [0.7, 0.9]]
    assert [list(line.get_xdata()) for line in fig.axes[0].lines if line.get_label() == "_range"] == [[0.85, 0.95]]
