import pandas as pd
import pytest

from course_lib import cards
from tests.test_plotting import luminance


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr(cards, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def films(**columns):
    return pd.DataFrame({"title": ["Alien (1979)", "<b>Bold</b> & <script>alert(1)</script>"], **columns})


def test_a_title_with_html_in_it_is_shown_as_text(shown):
    cards.row(films(genres=[("Horror",), ("<i>Drama</i>",)]), "A <row>", ["x < y", ""])
    page = shown[0]["text/html"]
    assert "<script>" not in page and "<b>" not in page and "<i>" not in page and "<row>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "x &lt; y" in page


def test_a_row_can_be_read_without_html(shown):
    cards.row(films(), "Because you liked Aliens", ["0.98", ""])
    text = shown[0]["text/plain"]
    assert text.splitlines()[:2] == ["Because you liked Aliens:", "  1. Alien (1979)  (0.98)"]


def test_directors_and_genres_are_named_where_there_are_such(shown):
    cards.row(films(genres=[("Horror", "Sci-Fi"), ()], directors=[("Ridley Scott",), ("A", "B")]), "Row")
    page = shown[0]["text/html"]
    assert "Horror, Sci-Fi" in page and "by Ridley Scott" in page and "by A &amp; B" in page


def test_as_many_notes_as_films_are_needed():
    with pytest.raises(ValueError, match="argument 2"):
        cards.row(films(), "Row", ["one"])


@pytest.mark.parametrize("color", [*cards.BANDS.values(), cards.PLAIN_BAND])
def test_white_text_can_be_read_on_every_band(color):
    assert 1.05 / (luminance(color) + 0.05) > 4.5
