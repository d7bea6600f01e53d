"""The picture of a look-up: the row that comes out is the one that was asked for."""

import numpy as np
from matplotlib.colors import to_rgba

from course_lib import embedding_pictures, plotting

TABLE = np.array([[1.0, 0.5], [-1.0, 2.0], [0.25, 0.0]])


def test_the_one_stands_at_the_row_and_the_row_comes_out():
    fig = embedding_pictures.look_up(TABLE, 1, ["a", "b", "c"], ["p", "q"], "A message")
    [ax] = fig.axes
    cells = [(patch.get_x(), patch.get_y(), patch.get_facecolor()) for patch in ax.patches]
    assert len(cells) == 3 + 6 + 2
    chosen = [cell for cell in cells if cell[2] == to_rgba(plotting.VERMILLION)]
    assert len(chosen) == 1 + 2 + 2
    words = [text.get_text() for text in ax.texts]
    assert [word for word in words if word in "01" and len(word) == 1][:2] == ["0", "0"]
    assert words.count("-1") == words.count("2") - 1 == 2  # in the table and in what comes out; 2 is a place as well
    assert {"b  1", "p", "q", "x", "="} <= set(words) and "A message" in plotting.describe(fig)


def test_nothing_is_cut_off_with_a_longer_table():
    fig = embedding_pictures.look_up(np.ones((6, 3)), 5, ["Dirty Dancing"] * 6, ["1", "2", "3"], "A message")
    assert len(plotting.png(fig)) > 1000
