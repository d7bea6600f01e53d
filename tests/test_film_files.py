import csv

import pytest

from course_lib.errors import DataError
from course_lib.film_files import read_films, title_and_year, tuples, whole_years
from tests.needs import real_data


@pytest.mark.parametrize(
    ("published", "title", "year"),
    [
        ("Interstellar (2014)", "Interstellar (2014)", 2014),
        ("Matrix, The (1999)", "The Matrix (1999)", 1999),
        ("Fish Called Wanda, A (1988)", "A Fish Called Wanda (1988)", 1988),
        ("Misérables, Les (1995)", "Les Misérables (1995)", 1995),
        ("Avventura, L' (Adventure, The) (1960)", "L'Avventura (The Adventure) (1960)", 1960),
        ("Postman, The (Postino, Il) (1994)", "The Postman (Il Postino) (1994)", 1994),
        ("Seven (a.k.a. Se7en) (1995)", "Seven (a.k.a. Se7en) (1995)", 1995),
        (
            "City of the Living Dead (a.k.a. Gates of Hell, The) (Paura) (1980)",
            "City of the Living Dead (a.k.a. The Gates of Hell) (Paura) (1980)",
            1980,
        ),
        ("Good, the Bad and the Ugly, The (1966)", "The Good, the Bad and the Ugly (1966)", 1966),
        ("Monsters, Inc. (2001)", "Monsters, Inc. (2001)", 2001),
        ("I, Robot (2004)", "I, Robot (2004)", 2004),
        ("Lust, Caution (Se, jie) (2007)", "Lust, Caution (Se, jie) (2007)", 2007),
        ("2001: A Space Odyssey (1968)", "2001: A Space Odyssey (1968)", 1968),
        ("Blind Side, The  (2009) ", "The Blind Side (2009)", 2009),
        ("Death Note: Desu nôto (2006–2007)", "Death Note: Desu nôto (2006–2007)", 2006),
        ("Fawlty Towers (1975-1979)", "Fawlty Towers (1975-1979)", 1975),
        ("Stranger Things (2016- )", "Stranger Things (2016- )", 2016),
        ("Land Before Time III, The (1995) (V)", "The Land Before Time III (1995) (V)", 1995),
        ("Babylon 5", "Babylon 5", None),
        ("Office, The", "The Office", None),
        ("unknown", "unknown", None),
        ("1984", "1984", None),
    ],
)
def test_a_title_has_its_article_in_front_and_keeps_its_year(published, title, year):
    assert title_and_year(published) == (title, year)
    assert title_and_year(title) == (title, year)


def test_no_article_is_left_behind_in_the_real_titles():
    with open(real_data() / "movies.csv", encoding="utf-8", newline="") as file:
        titles = [title_and_year(row["title"]) for row in csv.DictReader(file)]
    assert sum(year is None for _, year in titles) == 12
    left = [
        title for title, _ in titles if title.partition(" (")[0].endswith((", The", ", A", ", La", ", Les", ", L'"))
    ]
    assert not left


def test_years_are_whole_numbers_with_gaps_only_where_there_are_some():
    assert whole_years([1999, 2000]).dtype == "int64"
    gaps = whole_years([1999, None])
    assert gaps.dtype == "Int64" and gaps[0] == 1999 and gaps.isna().tolist() == [False, True]


def test_lists_are_tuples_and_nothing_is_an_empty_one():
    assert tuples(["Action|Sci-Fi", "Drama", "(no genres listed)", ""]) == [("Action", "Sci-Fi"), ("Drama",), (), ()]


FILMS = """movieId,title,year,genres,directors,cast,keywords,franchise,franchise_order,fame,acclaim,star
1,Alien (1979),1979,Horror|Sci-Fi,Ridley Scott,Sigourney Weaver|Ian Holm,space|crew,Alien,1,5,5,
2,"Good, the Bad and the Ugly, The (1966)",1966,Western,Sergio Leone,,,,,4,5,
"""


def test_a_film_table_has_tuples_for_its_lists_and_gaps_for_what_is_not_there(tmp_path):
    (tmp_path / "films.csv").write_text(FILMS, encoding="utf-8")
    films = read_films(tmp_path / "films.csv", "matinee", "Get it again.")
    assert films.index.tolist() == [1, 2] and films.index.name == "movieId" and films.catalog == "matinee"
    assert films.loc[1, "cast"] == ("Sigourney Weaver", "Ian Holm")
    assert films.loc[2, "cast"] == films.loc[2, "keywords"] == ()
    assert films["franchise"].tolist() == ["Alien", ""]
    assert films["franchise_order"].isna().tolist() == [False, True]
    assert films["year"].dtype == films["fame"].dtype == "int64"
    assert films.id_of("Alien (1979)") == 1


def test_a_film_table_without_years_takes_them_from_the_titles(tmp_path):
    path = tmp_path / "films.csv"
    path.write_text("movieId,title\na,Alien (1979)\nb,Solaris\n", encoding="utf-8")
    films = read_films(path, "own", "Get it again.")
    assert films["year"].isna().tolist() == [False, True] and films.loc["a", "year"] == 1979


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("movieId,name\n1,Alien\n", "films.csv: The film table has no column 'title'"),
        ("movieId,title\n1,Alien\n1,Aliens\n", "films.csv: .*id"),
        ("", "films.csv is empty. Get it again."),
    ],
)
def test_a_film_table_that_cannot_be_used_names_the_file(tmp_path, text, fault):
    path = tmp_path / "films.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=fault):
        read_films(path, "own", "Get it again.")
