import re

import matplotlib.pyplot as plt
import pytest

from course_lib import plotting

ALT = "A line that rises from one to four, slowly at first"


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr(plotting, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def line(last=4.0, title="It rises"):
    fig, ax = plotting.figure()
    ax.plot([0, 1, 2], [1.0, 2.0, last], label="rise")
    ax.bar([0, 1], [3.0, 5.0], label="bars")
    ax.plot([1], [1], "o", label="_point")
    ax.set(xlabel="day", ylabel="stars")
    ax.set_title(title)
    plotting.label(ax, 2, last, "the end")
    return fig


def test_a_picture_carries_its_alt_text_escaped_and_its_width(shown):
    plotting.show(line(), ALT + ' with "quotes" & <tags>')
    image = shown[0]["text/html"]
    assert "&quot;quotes&quot; &amp; &lt;tags&gt;" in image
    assert 'width="672"' in image
    assert re.search(r'src="data:image/png;base64,[A-Za-z0-9+/=]{1000,}"', image)


def test_the_description_names_title_axes_lines_bars_and_words(shown):
    plotting.show(line(), ALT)
    text = shown[0]["text/plain"]
    assert "It rises | x: day | y: stars" in text
    assert "line rise: 3 values, 1 to 4, last 4; x 0 to 2, last 2" in text
    assert "bars bars: 2 values, 3 to 5, last 5" in text
    assert "words: the end" in text


@pytest.mark.parametrize("other", [{"last": 4.6}, {"title": "It falls"}])
def test_another_picture_has_another_description(shown, other):
    plotting.show(line(), ALT)
    plotting.show(line(**other), ALT)
    assert shown[0]["text/plain"] != shown[1]["text/plain"]


def test_the_same_picture_has_the_same_bytes(shown):
    plotting.show(line(), ALT)
    plotting.show(line(), ALT)
    assert shown[0] == shown[1]


def test_a_picture_is_closed_once_it_is_shown(shown):
    before = plt.get_fignums()
    plotting.show(line(), ALT)
    assert plt.get_fignums() == before


def test_an_alt_text_that_says_nothing_is_refused():
    fig = line()
    with pytest.raises(ValueError, match="does not say what is to be seen"):
        plotting.show(fig, "A plot")
    plt.close(fig)


def luminance(color):
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", ["BLUE", "VERMILLION", "GREEN", "PURPLE", "GREY", "INK"])
def test_colours_that_label_lines_can_be_read_on_white(name):
    assert 1.05 / (luminance(getattr(plotting, name)) + 0.05) > 3.8, name


def test_words_that_the_edge_cuts_off_are_refused():
    fig = line(title="A title that is much too long for a figure of seven inches, and goes on and on and on")
    with pytest.raises(ValueError, match="edge cuts off 'A title that is much too long"):
        plotting.show(fig, ALT)
    plt.close(fig)
