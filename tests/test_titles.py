import pandas as pd
import pytest

from course_lib.titles import Titles, names_of, plain

TITLES = [
    "The Matrix (1999)", "The Matrix Reloaded (2003)", "Amélie (2001)", "Up (2009)", "Close-Up (1990)",
    "Super Mario Bros. (1993)", "Spider-Man (2002)", "Schindler's List (1993)", "Dumb & Dumber (1994)", "Dune (2021)",
    "Dune (1984)", "Seven (a.k.a. Se7en) (1995)", "1984 (1984)",
]  # fmt: skip


def titles(fame=None):
    films = pd.DataFrame({"title": TITLES})
    return Titles(films if fame is None else films.assign(fame=fame))


def found(part, n=8, fame=None):
    return [TITLES[position] for position in titles(fame).search(part, n)]


def test_plain_text_is_what_people_type():
    assert plain("Amélie") == "amelie"
    assert plain("Schindler's  List!") == "schindlers list"
    assert plain("Dumb & Dumber") == "dumb and dumber"


def test_a_title_has_the_names_in_its_brackets_too():
    assert names_of("Matrix, The (1999)") == ["the matrix 1999"]
    assert names_of("Seven (a.k.a. Se7en) (1995)")[1:] == ["seven 1995", "se7en 1995"]
    assert "le fabuleux destin damelie poulain 2001" in names_of("Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)")


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("The Matrix (1999)", "The Matrix (1999)"),
        ("matrix, the (1999)", "The Matrix (1999)"),
        ("Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)", "Amélie (2001)"),
        ("Se7en (1995)", "Seven (a.k.a. Se7en) (1995)"),
        ("DUMB AND DUMBER (1994)", "Dumb & Dumber (1994)"),
        ("Dune (1984)", "Dune (1984)"),
        ("Dune (2021)", "Dune (2021)"),
    ],
)
def test_a_film_is_found_under_other_spellings_of_its_title(written, title):
    assert TITLES[titles().position(written)] == title


@pytest.mark.parametrize("written", ["The Matrix", "The Matrix (2003)", "Dune (1985)", "", "(1999)", "Matrix Reloaded"])
def test_another_year_or_none_is_another_film(written):
    assert titles().position(written) is None


def test_a_films_own_name_goes_before_another_films_other_name():
    films = pd.DataFrame({"title": ["House (Home) (1986)", "Home (1986)"]})
    assert Titles(films).position("Home (1986)") == 1


def test_a_search_takes_parts_of_words_without_accents_or_capitals():
    assert found("amelie") == found("AMÉL") == ["Amélie (2001)"]
    assert found("spiderman") == found("spider man") == found("spider-m") == ["Spider-Man (2002)"]
    assert found("schindler's") == ["Schindler's List (1993)"]
    assert found("dune 19") == ["Dune (1984)"]
    assert found("nothing like it") == found("") == found("  ") == found("(*") == []


def test_the_film_of_exactly_this_name_comes_first_then_words_that_begin_so():
    assert found("up") == ["Up (2009)", "Close-Up (1990)", "Super Mario Bros. (1993)"]
    assert found("up", fame=range(len(TITLES)))[:2] == ["Up (2009)", "Close-Up (1990)"]
    assert found("the matrix") == found("matrix") == ["The Matrix (1999)", "The Matrix Reloaded (2003)"]
    assert found("1984")[0] == "1984 (1984)"


def test_the_best_known_comes_first_where_the_table_knows_that():
    assert found("dune") == ["Dune (2021)", "Dune (1984)"]
    assert found("dune", fame=[0] * 10 + [5, None, None]) == ["Dune (1984)", "Dune (2021)"]


def test_a_search_lists_at_most_n():
    assert len(found("e")) == 8 and len(found("e", 3)) == 3
