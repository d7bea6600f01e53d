"""Pictures of lists from what was watched, looked at through the description that `plotting.describe` makes of them."""

import numpy as np
import pandas as pd
import pytest

from course_lib import implicit_pictures, plotting

RECALL = pd.DataFrame([[0.10, 0.12], [0.15, 0.21]], index=[0, 5], columns=[20, 50])


def described(fig):
    fig.canvas.draw()
    text = plotting.describe(fig)
    plotting.plt.close(fig)
    return text


def test_each_setting_has_its_recall_and_each_panel_its_bar():
    panels, bars = {"here": RECALL, "there": RECALL + 0.1}, {"here": 0.16, "there": 0.14}
    text = described(implicit_pictures.recall_by_settings(panels, bars, "A message", {"here": (5, 50)}))
    assert text.startswith("A message\nhere; popularity 0.16") and "there; popularity 0.14" in text
    assert "words: 0.10; 0.12; 0.15; 0.21" in text


def test_what_is_below_popularity_is_grey_and_the_marked_cell_has_a_frame():
    fig = implicit_pictures.recall_by_settings({"here": RECALL}, {"here": 0.13}, "A message", {"here": (5, 50)})
    [ax] = fig.axes
    assert [text.get_color() == plotting.GREY for text in ax.texts] == [True, True, False, False]
    [frame] = ax.patches
    assert frame.get_x() == pytest.approx(0.52) and frame.get_y() == pytest.approx(0.54)
    plotting.plt.close(fig)


def test_a_panel_in_which_nothing_beats_popularity_can_be_drawn():
    text = described(implicit_pictures.recall_by_settings({"here": RECALL}, {"here": 0.5}, "None is above"))
    assert "None is above" in text


def test_a_scored_table_says_what_was_watched():
    watched = pd.DataFrame([[1.0, np.nan]], index=[1], columns=["Alien", "Up"])
    text = described(implicit_pictures.scored_table([[0.9, 0.25]], watched, "Scores"))
    assert "words: 0.90; watched 100 %; 0.25; not watched" in text
