import errno
import os
import subprocess
import sys

import pandas as pd
import pytest

from course_lib import home, members
from course_lib.errors import DataError
from course_lib.films import film_table
from course_lib.rating_form import LISTED, MATCHES, SAYS, RatingForm, rating_form
from tests.test_home import failing

NASTY = "<b>Bold</b> & <script>alert(1)</script> (2001)"
TITLES = ["Alien (1979)", "Aliens (1986)", "Amélie (2001)", "Up (2009)", NASTY]
films = film_table(pd.DataFrame({"title": TITLES, "fame": [4, 5, 3, 3, 1]}))


@pytest.fixture(autouse=True)
def my(empty_home):
    return empty_home


@pytest.fixture
def form():
    return rating_form(films)


def texts(buttons):
    return [button.description for button in buttons]


def page(form):
    """All HTML that the form shows."""
    return "".join(part.value for part in (form._chosen, form._said, form._summary))


def press(form, stars):
    next(button for button in form.star_buttons if button.tooltip == stars).click()


def test_a_part_of_a_title_finds_films_and_the_best_known_is_chosen(form):
    assert texts(form.matches) == [] and form.title is None
    form.search.value = "ALIEN"
    assert texts(form.matches) == ["Alien (1979)", "Aliens (1986)"]  # of exactly this name, then the best known
    assert form.title == "Alien (1979)"
    form.search.value = "ali"
    assert texts(form.matches) == ["Aliens (1986)", "Alien (1979)"]
    form.search.value = "amelie"
    assert texts(form.matches) == ["Amélie (2001)"] and "Your stars for <b>Amélie (2001)</b>" in page(form)
    form.search.value = "zebra"
    assert texts(form.matches) == [] and form.title is None
    assert form.status == "No film has 'zebra' in its title. Type less of it, or another word."


def test_at_most_eight_films_are_listed():
    many = rating_form(film_table(pd.DataFrame({"title": [f"Film {k} (2000)" for k in range(30)]})))
    many.search.value = "film"
    assert len(many.matches) == MATCHES == 8


def test_stars_are_saved_at_once_by_number_or_by_button(form):
    form.search.value = "alien"
    form.stars.value = 4
    assert members.rated()[["title", "stars"]].to_numpy().tolist() == [["Alien (1979)", 4.0]]
    assert form.status == "Alien (1979): 4 stars. 1 film rated."
    form.search.value = "up"
    assert form.stars.value == 0  # not the last film's
    press(form, "1 star")
    assert form.status == "Up (2009): 1 star. 2 films rated." and form.stars.value == 1
    press(form, "4.5 stars")
    assert members.rated()["stars"].tolist() == [4.5, 4.0]
    assert texts(form.rated) == ["Up (2009): 4.5 stars", "Alien (1979): 4 stars"]


def test_another_match_can_be_chosen(form):
    form.search.value = "alien"
    form.matches[1].click()
    assert form.title == "Aliens (1986)" and form.matches[1].button_style and not form.matches[0].button_style
    press(form, "3 stars")
    assert texts(form.rated) == ["Aliens (1986): 3 stars"]


def test_choosing_a_film_shows_its_stars_and_saves_nothing(form):
    for title, stars in (("Alien (1979)", 4), ("Up (2009)", 2)):
        members.rate(films, title, stars)
    before = home.read_json("ratings")
    form = rating_form(films)
    form.search.value = "alien"
    assert form.stars.value == 4
    form.search.value = "up"
    assert form.stars.value == 2
    form.rated[1].click()
    assert form.title == "Alien (1979)" and form.stars.value == 4
    assert [button.tooltip for button in form.star_buttons if button.button_style] == ["4 stars"]
    assert home.read_json("ratings") == before


def test_a_rating_can_be_taken_back(form):
    assert form.take_back.disabled
    form.search.value = "alien"
    assert form.take_back.disabled
    press(form, "4 stars")
    assert not form.take_back.disabled
    form.take_back.click()
    assert members.count() == 0 and texts(form.rated) == [] and form.stars.value == 0 and form.take_back.disabled
    assert form.status == "Alien (1979): taken back. 0 films rated."
    form.stars.value = 4  # and given again
    assert members.count() == 1


@pytest.mark.parametrize("stars", [11, 0.3, -1, 0, float("nan")])
def test_a_number_off_the_scale_is_answered_and_the_saved_one_shown_again(form, stars):
    form.search.value = "alien"
    form.stars.value = 4
    form.stars.value = stars
    assert form.status.endswith("Give 0.5 to 5 stars, in halves.") and 'role="alert"' in page(form)
    assert form.stars.value == 4 and members.rated()["stars"].tolist() == [4]


def test_letters_that_arrive_after_a_press_change_neither_the_film_nor_what_was_said(form):
    form.search.value = "alie"
    form.matches[1].click()
    form.search.value = "alien"
    assert form.title == "Alien (1979)"
    press(form, "4 stars")
    form.search.value = "alien "
    assert form.status == "Alien (1979): 4 stars. 1 film rated."
    form.search.value = "aliens"  # the film that was pressed does not fit any more
    assert form.title == "Aliens (1986)" and form.status == ""
    form.search.value = "alie"
    assert form.title == "Aliens (1986)"


def test_stars_without_a_film_ask_for_one(form):
    press(form, "4 stars")
    assert form.status == "Which film? Type a part of its title first." and members.count() == 0


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_rating_that_cannot_be_saved_says_so_in_the_form_and_can_be_tried_again(form, monkeypatch, number):
    form.search.value = "alien"
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(number))
        form.stars.value = 4
        assert "ratings.json could not be written" in form.status and form.stars.value == 0
    form.stars.value = 4
    assert form.status == "Alien (1979): 4 stars. 1 film rated."


def test_an_error_that_nobody_foresaw_is_in_the_form_too(form, monkeypatch):
    monkeypatch.setattr(members, "rate", lambda *_: 1 / 0)
    form.search.value = "alien"
    press(form, "4 stars")
    assert form.status.startswith("The form could not do that (ZeroDivisionError: division by zero).")


def test_a_file_that_cannot_be_read_is_a_sentence_in_the_form(my):
    (my / "ratings.json").mkdir(parents=True)
    assert "cannot be read" in rating_form(films).status


def test_what_is_wrong_in_the_file_is_said_in_the_form(my):
    wrong = {f"Film {k} (2000)": 11 for k in range(5)}
    members.rating_file.change(lambda _: wrong | {"Up (2009)": 3})
    form = rating_form(films)
    assert page(form).count("11 stars are off the scale") == 3 and "2 more such entries" in page(form)
    assert texts(form.rated) == ["Up (2009): 3 stars"]


def test_a_title_with_html_in_it_is_shown_as_text(form):
    form.search.value = "bold"
    press(form, "4 stars")
    assert form.title == NASTY and form.status.startswith(NASTY)
    assert "<script>" not in page(form) and "&lt;script&gt;" in page(form)
    form.search.value = "<script>zzz"
    assert "<script>" not in page(form)


def test_a_long_list_shows_the_latest_and_says_how_to_reach_the_others():
    many = film_table(pd.DataFrame({"title": [f"Film {k} (2000)" for k in range(LISTED + 3)]}))
    for title in many["title"]:
        members.rate(many, title, 3)
    form = rating_form(many)
    assert len(form.rated) == LISTED and form.rated[0].description == f"Film {LISTED + 2} (2000): 3 stars"
    assert "search for one of the other 3 to change it" in page(form)
    form.search.value = "film 0"
    form.take_back.click()
    assert members.count() == LISTED + 2


def test_what_another_kernel_has_rated_is_there_after_the_next_rating(form):
    members.rate(films, "Up (2009)", 3)
    form.search.value = "alien"
    press(form, "4 stars")
    assert texts(form.rated) == ["Alien (1979): 4 stars", "Up (2009): 3 stars"]
    assert form.status == "Alien (1979): 4 stars. 2 films rated."


def test_a_film_of_another_data_set_can_be_taken_back_but_not_rated():
    members.rate(film_table(pd.DataFrame({"title": ["Heat (1995)"]})), "Heat (1995)", 4)
    form = rating_form(films)
    form.rated[0].click()
    press(form, "2 stars")
    assert "is called 'Heat (1995)'" in form.status and members.rated()["stars"].tolist() == [4]
    form.take_back.click()
    assert members.count() == 0


def test_every_field_has_a_label_and_every_button_a_name(form):
    members.rate(films, "Up (2009)", 3)
    form = rating_form(films)
    form.search.value = "alien"
    assert [form.search.description, form.stars.description] == ["Film", "Stars"]
    assert all(texts([*form.matches, *form.star_buttons, *form.rated, form.take_back]))
    assert [button.tooltip for button in form.star_buttons][:3] == ["0.5 stars", "1 star", "1.5 stars"]


def test_a_stored_notebook_holds_the_same_text_for_everybody(form):
    members.rate(films, "Up (2009)", 3)
    for one in (form, rating_form(films)):
        assert one._repr_mimebundle_()["text/plain"] == SAYS
    assert len(SAYS) <= 110  # ipywidgets cuts what is longer


def test_a_form_is_made_of_a_film_table():
    assert isinstance(rating_form(pd.DataFrame({"title": ["Up (2009)"]})), RatingForm)
    with pytest.raises(DataError, match="as a film table, and this is of type str"):
        rating_form("Up (2009)")


def test_ratings_without_the_form_load_no_widgets():
    code = "import sys\nfrom course_lib import members\nprint('ipywidgets' in sys.modules, 'IPython' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=home.ROOT, check=True)
    assert run.stdout.split() == ["False", "False"]
