import numpy as np
import pandas as pd
import pytest

from course_lib import cards, datasets, members, my_page
from course_lib.baselines import BiasModel, Popularity
from course_lib.errors import DataError
from course_lib.films import film_table
from course_lib.ratings import Ratings
from tests.toy import FILMS, paper, random_ratings

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
    my_page.show_my_row(BiasModel().fit(paper()), stars=False)
    assert "stars" not in rows[1]


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


def test_where_real_members_are_here_the_same_model_is_fitted_on_them(rows, capsys, monkeypatch):
    rate(*THREE)
    ratings = random_ratings(n_users=60, n_items=8, density=0.6)
    films_there = FILMS.reindex([101, 102, 103, 104, 105, 1, 2, 3])
    films_there["title"] = films_there["title"].fillna("A film (1990)")
    real = Ratings.from_arrays(
        ratings.users, ratings.items, ratings.values, user_ids=ratings.user_ids, films=films_there
    )
    known = np.bincount(real.items, minlength=8) >= my_page.KNOWN_ENOUGH
    assert 0 < known.sum() < 8
    monkeypatch.setattr(datasets, "available", lambda name: name == "ml-latest-small")
    monkeypatch.setattr(datasets, "load", lambda name: datasets.Dataset(name, False, real, real.films, None, None))
    model = simulated(BiasModel(damping=3.0))
    my_page.show_my_row(model, real_members=True)
    said, expected = capsys.readouterr().out, BiasModel(damping=3.0).fit(real)
    assert said.endswith(
        "Fitted on ml-latest-small, on the films with at least 20 ratings: real members of MovieLens.\n"
    )
    assert rows[0].startswith("For you:") and "simulated" not in rows[0]
    listed = members.my_list(expected, 8, real.item_ids[known])
    assert set(listed.index) <= set(real.item_ids[known]) and len(rows[0].splitlines()) == 1 + min(5, len(listed))
    my_page.show_my_row(model)
    assert "What our simulated members would say" in rows[1]


def test_a_model_of_liked_films_is_fitted_on_the_liked_films_of_real_members(monkeypatch):
    rate(*THREE)
    real = random_ratings(n_users=60)
    monkeypatch.setattr(datasets, "available", lambda name: True)
    monkeypatch.setattr(datasets, "load", lambda name: datasets.Dataset(name, False, real, real.films, None, None))
    likes = Ratings.from_frame(paper().to_frame(), films=films, note="simulated members").liked()
    fitted, candidates = my_page._among_real_members(Popularity().fit(likes))
    assert len(fitted.ratings_) == (real.values >= 4).sum() and len(candidates)


def test_real_members_that_cannot_be_read_do_not_take_the_row_away(rows, capsys, monkeypatch):
    rate(*THREE)

    def damaged(name):
        raise DataError("ratings.csv is cut off.")

    monkeypatch.setattr(datasets, "available", lambda name: True)
    monkeypatch.setattr(datasets, "load", damaged)
    my_page.show_my_row(simulated(BiasModel()), real_members=True)
    assert "ratings.csv is cut off." in capsys.readouterr().out
    assert rows[0].startswith("What our simulated members would say:")
