"""Pictures of networks, looked at through the description that `plotting.describe` makes of them."""

import numpy as np
import pytest

from course_lib import network_pictures, plotting


def described(fig):
    assert plotting._cut_off(fig) is None
    text = plotting.describe(fig)
    plotting.plt.close(fig)
    return text


def test_each_layer_of_the_articles_network_stands_there_with_its_shape_and_its_numbers():
    pytest.importorskip("tensorflow", reason="TensorFlow has no wheel for this machine")
    from course_lib.figures.lesson_15 import article_network

    network = article_network()
    fig = network_pictures.layers(network, "A message")
    boxes = {text.get_text().split("\n")[0]: text.get_position() for text in fig.axes[0].texts if text.get_text()}
    assert boxes["user: InputLayer"][1] == boxes["movie: InputLayer"][1] > boxes["user_embedding: Embedding"][1]
    assert boxes["user: InputLayer"][0] == boxes["user_embedding: Embedding"][0] < 0 == boxes["Flatten"][0]
    arrows = [text for text in fig.axes[0].texts if not text.get_text()]
    assert len(arrows) == 7 and len(boxes) == 7  # two Dense layers have the same first line
    text = described(fig)
    assert text.startswith("A message") and "gives 1 x 10, learns 10,000 x 10 = 100,000" in text
    assert "Concatenate gives 1 x 20;" in text and "Flatten gives 20;" in text
    assert "gives 64, learns 20 x 64 + 64 = 1,344" in text and "gives 1, learns 64 x 1 + 1 = 65" in text
    numbers = [int(part.split(" = ")[1].split(";")[0].replace(",", "")) for part in text.split("learns")[1:]]
    assert sum(numbers) == network.count_params() == 118_409


def test_a_network_of_one_branch_is_one_column():
    keras = pytest.importorskip("keras", reason="TensorFlow has no wheel for this machine")
    network = keras.Sequential([keras.Input([3]), keras.layers.Dense(2), keras.layers.Dense(1)])
    fig = network_pictures.layers(network, "A message")
    assert {text.get_position()[0] for text in fig.axes[0].texts if text.get_text()} == {0}
    assert "learns 3 x 2 + 2 = 8" in described(fig)


def test_a_line_has_a_dot_where_it_is_lowest_when_it_rises_again():
    lines = {"training": [0.6, 0.5, 0.4], "hidden": [0.6, 0.55, 0.7], "flat": [0.6, 0.5, 0.501]}
    panels = {head: lines for head in ("here", "there")}
    text = described(network_pictures.losses(panels, dict.fromkeys(panels, ("always", 0.69)), "A message", "loss"))
    assert text.count("line best of hidden: 1 values, 0.55") == 2 and text.count("best of") == 2
    assert text.count("line always") == 2 and "words: training; hidden; flat; always" in text


def test_two_members_are_drawn_a_dot_a_film():
    one, other = np.linspace(0, 1, 9), np.linspace(0.2, 0.8, 9)
    panels = {"a network": (one, other), "factors": (other, one)}
    text = described(network_pictures.two_members(panels, "A message", [("member 1", "member 2")] * 2))
    assert text.count("line films: 9 values") == 2 and "x: member 1 | y: member 2" in text


def test_each_line_over_the_width_ends_in_its_name():
    lines = {"2 numbers": {4: 0.7, 64: 0.05}, "10 numbers": {4: 0.9, 64: 0.2}}
    fig = network_pictures.by_width(lines, ("always 0", 1.0), "A message", "RMSE", marked=64)
    assert fig.axes[0].get_xscale() == fig.axes[0].get_yscale() == "log"
    text = described(fig)
    assert "line 10 numbers: 2 values, 0.2 to 0.9" in text and "words: 2 numbers; 10 numbers; always 0" in text
