"""Pictures of one matrix of weights: best penalties have dots, signs have colours, costs have two logarithms."""

import numpy as np
import pandas as pd

from course_lib import plotting, weight_pictures

LINE = pd.Series({10: 0.1, 100: 0.3, 1000: 0.2})


def test_the_best_penalty_of_each_line_has_a_dot_and_its_number():
    panels = {head: {"one": LINE, "other": LINE.iloc[::-1].set_axis(LINE.index)} for head in ("here", "there")}
    fig = weight_pictures.by_penalty(panels, "A message", "NDCG")
    assert [ax.get_title(loc="left") for ax in fig.axes] == ["here", "there"]
    for ax in fig.axes:
        dots = [line.get_xydata()[0].tolist() for line in ax.lines if line.get_marker() == "o"]
        assert dots == [[100, 0.3], [100, 0.3]]
        assert [text.get_text() for text in ax.texts] == ["100", "100"] and ax.get_xscale() == "log"
    assert "A message" in plotting.describe(fig)


def test_films_that_push_away_have_another_colour():
    weights = pd.Series({"A film (2000)": 0.2, "Another (1999)": -0.1})
    fig = weight_pictures.speaking({"here": weights, "there": weights}, "A message")
    for ax in fig.axes:
        bars = ax.containers[0]
        assert [bar.get_width() for bar in bars] == [0.2, -0.1]
        assert bars[0].get_facecolor() != bars[1].get_facecolor()
        assert ax.yaxis_inverted()


def test_a_title_that_is_too_long_is_shortened_at_a_word():
    fig = weight_pictures.speaking({"here": pd.Series({"Star Wars: Episode V - The Empire Strikes Back": 1.0})}, "A")
    assert fig.axes[0].get_yticklabels()[0].get_text() == "Star Wars: Episode V - The ..."


def test_work_is_drawn_over_films_on_two_logarithmic_scales_with_marks():
    films = np.array([10.0, 100.0, 1000.0])
    fig = weight_pictures.work(films, {"cubic": films**3, "linear": films}, {"a catalogue": 500}, "A message")
    ax = fig.axes[0]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert {"cubic", "linear", "a catalogue"} <= {text.get_text() for text in ax.texts}
    assert [line.get_xdata()[0] for line in ax.lines if line.get_label() == "a catalogue"] == [500]
