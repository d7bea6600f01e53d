import pandas as pd
import pytest

from course_lib import cards, datasets, members, my_page
from course_lib.baselines import BiasModel, Popularity
from course_lib.films import film_table
from course_lib.ratings import Ratings
from tests.toy import FILMS, paper

films = film_table(FILMS, "toy")


@pytest.fixture(autouse=True)
def my(empty_home):
    return empty_home


@pytest.fixture
def rows(monkeypatch):
    """The text of each row of cards that is drawn."""
    texts = []
    monkeypatch.setattr(cards, "display", lambda bundle, raw: texts.append(bundle["text/plain"]))
    return texts


def simulated(model):
    return model.fit(Ratings.from_frame(paper().to_frame(), films=films, note="simulated members"))


def rate(*titles):
    for title in titles:
        members.rate(films, title, 4)


THREE = ("Alien (1979)", "Clueless (1995)", "Up (2009)")


def test_without_ratings_it_says_how_to_begin_and_what_it_says_can_be_typed(rows, capsys):
    model = simulated(BiasModel())
    my_page.show_my_row(model)
    assert capsys.readouterr().out == (
        "You have rated no film of toy; your own row begins with 3. Open the form in lesson 00, or rate in a cell, and "
        "run this one again:\n    from course_lib import members\n"
        '    members.rate(data.films, "Alien (1979)", 4)\n'
    )
    assert not rows
    members.rate(films, "Alien (1979)", 4)
    my_page.show_my_row(model)
    assert capsys.readouterr().out.startswith("You have rated 1 film of toy; your own row begins with 3.")


def test_the_example_is_a_film_of_the_table_that_the_model_knows(capsys):
    others = film_table(FILMS.assign(title=[f"Film {k} (2000)" for k in range(5)]))
    my_page.show_my_row(BiasModel().fit(Ratings.from_frame(paper().to_frame(), films=others)))
    said = capsys.readouterr().out
    assert "no film of this film table;" in said and 'members.rate(data.films, "Film 0 (2000)", 4)' in said


def test_from_three_ratings_on_there_is_a_row_of_what_the_model_recommends(rows, capsys):
    rate(*THREE)
    model = BiasModel().fit(paper())
    my_page.show_my_row(model, "Your row by lesson 04", n=2)
    listed = members.my_list(model, 2)
    expected = [f"  {place}. {film.title}  ({film.score:.1f} stars predicted)"
                for place, film in enumerate(listed.itertuples(), start=1)]  # fmt: skip
    assert rows == ["\n".join(["Your row by lesson 04:", *expected])]
    said = capsys.readouterr().out
    assert said == "Made from your 3 ratings. To start over, type in a terminal: course reset ratings\n"


def test_a_row_by_simulated_members_says_so(rows):
    rate(*THREE)
    my_page.show_my_row(simulated(BiasModel()))
    my_page.show_my_row(simulated(BiasModel()), "Your row")
    assert rows[0].startswith("What our simulated members would say:")
    assert rows[1].startswith("Your row (what our simulated members would say):")


def test_a_model_that_predicts_no_stars_shows_none(rows):
    rate(*THREE)
    my_page.show_my_row(Popularity().fit(paper()))
    assert "stars" not in rows[0] and rows[0].startswith("For you:")


def test_it_tells_of_ratings_that_it_could_not_use(rows, capsys):
    rate(*THREE)
    elsewhere = film_table(pd.DataFrame({"title": ["Heat (1995)", "Coco (2017)"]}))
    members.rate(elsewhere, "Heat (1995)", 4)
    my_page.show_my_row(BiasModel().fit(paper()))
    assert "1 more is of a film that this film table does not have" in capsys.readouterr().out
    members.rate(elsewhere, "Coco (2017)", 4)
    members.rating_file.change(lambda entries: entries | {"Dune (2021)": 11})
    my_page.show_my_row(BiasModel().fit(paper()))
    said = capsys.readouterr().out
    assert "2 more are of films" in said and "'Dune (2021)' in ratings.json is not used: 11 stars" in said


def test_the_example_and_the_films_of_the_form_are_there_in_the_shipped_data():
    members.rate(datasets.load("matinee").films, my_page.EXAMPLE, 4)
    assert members.count() == 1
