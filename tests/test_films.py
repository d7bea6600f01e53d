import copy
import pickle

import pandas as pd
import pytest

from course_lib.errors import DataError, UnknownId
from course_lib.films import Films, film_table

TABLE = pd.DataFrame(
    {
        "movieId": [7, 3, 9, 12],
        "title": ["Interstellar (2014)", "Inception (2010)", "Matrix, The (1999)", "Emma <b>(1996)</b>"],
        "year": [2014, 2010, 1999, 1996],
        "genres": [("Sci-Fi", "Drama"), ("Sci-Fi",), ("Action",), ("Comedy",)],
    }
)
FILMS = film_table(TABLE, "ml-test")


def test_a_film_table_keeps_the_order_of_its_rows_and_is_indexed_by_id():
    assert FILMS.index.tolist() == [7, 3, 9, 12]
    assert FILMS.index.name == "movieId"
    assert FILMS.columns.tolist() == ["title", "year", "genres"]
    assert FILMS.catalog == "ml-test"


def test_ids_may_stand_in_the_index_already():
    assert film_table(TABLE.set_index("movieId")).equals(FILMS)


def test_a_film_table_made_of_a_film_table_keeps_its_catalog():
    assert film_table(FILMS).catalog == "ml-test"
    assert film_table(FILMS, "other").catalog == "other"
    assert FILMS.catalog == "ml-test"


@pytest.mark.parametrize(
    "made",
    [
        FILMS,
        FILMS[FILMS["year"] > 2000],
        FILMS.head(2),
        FILMS.loc[[3, 7]],
        FILMS[["title", "year"]],
        FILMS.copy(),
        copy.deepcopy(FILMS),
        FILMS.sort_values("title"),
        FILMS.assign(long=True).drop(columns="long"),
        pickle.loads(pickle.dumps(FILMS)),
        pickle.loads(pickle.dumps(FILMS.head(1))),
    ],
)
def test_slices_copies_and_pickles_know_which_columns_their_catalog_has(made):
    assert type(made) is Films
    with pytest.raises(UnknownId) as caught:
        made["directors"]
    columns = ", ".join(made.columns)
    assert str(caught.value) == f"This film table (ml-test) has no column 'directors'; it has {columns}."


def test_the_first_missing_column_of_several_is_named():
    with pytest.raises(UnknownId, match="has no column 'cast'"):
        FILMS[["title", "cast", "keywords"]]


def test_a_table_without_a_catalog_does_not_name_one():
    with pytest.raises(UnknownId, match="This film table has no column 'cast'; it has title, year, genres."):
        film_table(TABLE)["cast"]


def test_what_pandas_does_with_a_missing_key_still_works():
    assert FILMS.get("directors") is None
    with pytest.raises(KeyError):
        FILMS[5]
    assert FILMS["title"].loc[9] == "Matrix, The (1999)"
    assert type(FILMS["title"]) is pd.Series


def test_a_column_is_written_as_in_any_data_frame():
    films = FILMS.copy()
    films["mine"] = 1
    assert films["mine"].sum() == 4 and "mine" not in FILMS


def test_a_title_gives_the_id():
    assert FILMS.id_of("Interstellar (2014)") == 7
    assert type(FILMS.id_of("Interstellar (2014)")) is int
    text = film_table(TABLE.assign(movieId=["a", "b", "c", "d"]))
    assert text.id_of("Inception (2010)") == "b"


def test_markup_in_a_title_is_text_like_any_other():
    assert FILMS.id_of("Emma <b>(1996)</b>") == 12


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Interstellar", "'Interstellar (2014)'"),
        ("interstelar (2014)", "'Interstellar (2014)'"),
        ("The Matrix", "'Matrix, The (1999)'"),
        ("ception", "'Inception (2010)'"),
    ],
)
def test_a_title_that_is_nearly_right_gets_a_suggestion(typed, meant):
    with pytest.raises(UnknownId) as caught:
        FILMS.id_of(typed)
    assert str(caught.value) == f"No film in this film table (ml-test) is called {typed!r}. Did you mean {meant}?"


def test_at_most_three_titles_are_suggested_the_nearest_first():
    titles = [
        "Toy Story 4 (2019)",
        "Toy Story (1995)",
        "Toy Story 2 (1999)",
        "Toy Story 3 (2010)",
        "Heat (1995)",
    ]
    near = film_table(pd.DataFrame({"title": titles})).near_titles("Toy Story")
    assert near == ["Toy Story (1995)", "Toy Story 4 (2019)", "Toy Story 2 (1999)"]


@pytest.mark.parametrize("typed", ["Zorba the Greek", "", 7, None])
def test_a_title_like_no_other_gets_a_way_to_look_for_it(typed):
    with pytest.raises(UnknownId) as caught:
        FILMS.id_of(typed)
    assert str(caught.value).endswith('Look for a part of it: films[films["title"].str.contains("Star")].')


def test_two_films_with_one_title_are_told_apart_by_id():
    films = film_table(pd.DataFrame({"title": ["Emma (1996)", "Heat (1995)", "Emma (1996)"]}, index=[838, 6, 26958]))
    with pytest.raises(UnknownId) as caught:
        films.id_of("Emma (1996)")
    assert str(caught.value) == (
        "2 films are called 'Emma (1996)': their ids are 838, 26958. Use the id of the one you mean."
    )


def test_an_unknown_id_is_answered_with_ids_that_there_are_or_with_the_id_of_the_title():
    assert str(FILMS.unknown_id(99)) == (
        "No film in this film table (ml-test) has the id 99; its ids are like 7, 3, 9. "
        "films.id_of(title) finds the id of a title."
    )
    assert str(FILMS.unknown_id("Inception (2010)")) == (
        "'Inception (2010)' is a title, and films are asked for by id: this one is 3."
    )


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            TABLE.rename(columns={"title": "name"}),
            "The film table has no column 'title'; it has name, year, genres. Rename the one with the titles",
        ),
        (
            TABLE.assign(movieId=[7, 3, 7, 12]),
            "Two films of the film table have the same id, 7. Keep one row a film",
        ),
        (TABLE.assign(title=["A", None, "C", "D"]), "The film with the id 3 has no title. Give it one"),
        (TABLE.assign(movieId=[7, 3, None, 12]), "movieId is missing in row 2"),
        (TABLE.assign(movieId=[7, "x", 9, 12]), "movieId has ids of more than one kind"),
        ([1, 2], "A film table is made of a pandas DataFrame, and this is of type list."),
    ],
)
def test_a_table_that_cannot_be_a_film_table_is_refused_with_the_reason(table, sentence):
    with pytest.raises(DataError) as caught:
        film_table(table)
    assert sentence in str(caught.value)
