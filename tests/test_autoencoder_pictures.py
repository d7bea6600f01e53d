"""Pictures of autoencoders, looked at through the description that `plotting.describe` makes of them."""

import numpy as np
import pytest
from matplotlib.patches import PathPatch

from course_lib import autoencoder_pictures as pictures
from course_lib import plotting


def described(fig):
    fig.canvas.draw()
    text = plotting.describe(fig)
    plotting.plt.close(fig)
    return text


def test_a_row_stands_at_both_sides_of_the_narrow_layer():
    fig = pictures.hourglass([5, 0, 1], [4.6, np.nan, 1.2], ["Alien", "Up", "Heat"], "Squeezed", n_code=2)
    threads = [patch.get_path() for patch in fig.axes[0].patches if isinstance(patch, PathPatch)]
    assert [len(path.vertices) for path in threads] == [3 * 2 * 2, 3 * 2 * 2]
    text = described(fig)
    assert text.startswith("Squeezed") and "line code: 2 values" in text
    assert "words: 5.0; 0.0; 1.0; 4.6; hole; 1.2; Alien; Up; Heat; goes in; 2 numbers; comes out" in text


def test_one_number_is_called_one_number_and_nothing_is_minus_zero():
    text = described(pictures.hourglass([-0.01], [2], ["Up"], "Squeezed", n_code=1, heads=("in", "out")))
    assert "words: 0.0; 2.0; Up; in; 1 number; out" in text


def test_lists_by_epoch_are_lines_with_their_names_and_levels_are_dotted():
    curves = {"plain": np.array([0.10, 0.08, 0.05]), "with gaps": np.array([0.10, 0.12, 0.13])}
    fig = pictures.lists_by_epoch(curves, {"popularity": 0.09}, "Copying spoils the list")
    assert [line.get_linestyle() for line in fig.axes[0].lines] == ["-", "-", ":"]
    text = described(fig)
    assert "Copying spoils the list | x: epoch | y: NDCG of the first 20" in text
    assert "line plain: 3 values, 0.05 to 0.1, last 0.05; x 1 to 3, last 3" in text
    assert "words: plain; with gaps; popularity" in text


def test_names_of_lines_that_end_together_do_not_lie_on_each_other():
    assert pictures._apart([0.5, 0.1, 0.5], 0.2) == pytest.approx([0.5, 0.1, 0.7])
    assert pictures._apart([0.1, 0.9], 0.2) == pytest.approx([0.1, 0.9])


def test_a_cloud_is_drawn_over_the_standard_one_with_its_price():
    text = described(pictures.clouds([(0, 1), (0, 0.25)], [0.0, 0.918], "A narrow cloud pays"))
    assert text.startswith("A narrow cloud pays")
    assert "mean 0, width 1: price 0.0" in text and "mean 0, width 0.25: price 0.9" in text
    assert text.count("line standard: 321 values") == text.count("line cloud: 321 values") == 2
