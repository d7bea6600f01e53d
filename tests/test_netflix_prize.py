import datetime
import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_lib import netflix_prize, storage
from course_lib.errors import DataError

TITLES = b"1,2003,Dinosaur Planet\n2,2004,Isle of Man TT, The\n3,NULL,Character, or not\n4,1994,Am\xe9lie\n"
FIRST_FILM = "1:\n1488844,3,2005-09-06\n822109,5,2005-05-13\n"
SECOND_FILM = "2:\n822109,4,2000-02-29\n"
LAST_FILM = "4:\n7,1,1999-12-31\n1488844,2,2005-10-19\n"
RATINGS = FIRST_FILM + SECOND_FILM + LAST_FILM
FILES = netflix_prize.NetflixPrizeFiles()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "movie_titles.csv").write_bytes(TITLES)
    (tmp_path / "combined_data_1.txt").write_text(RATINGS, encoding="utf-8", newline="\n")
    return tmp_path


def read(folder):
    films = FILES.read_films(folder, "netflix-prize")
    columns = storage._InMemory()
    FILES.read_ratings(folder, films, (1.0, 5.0), columns)
    return columns.finish()


def seconds(*day):
    return int(datetime.datetime(*day, tzinfo=datetime.UTC).timestamp())


EXPECTED = {
    "users": [2, 1, 1, 0, 2],
    "items": [0, 0, 1, 3, 3],
    "values": [3, 5, 4, 1, 2],
    "timestamps": [
        seconds(2005, 9, 6), seconds(2005, 5, 13), seconds(2000, 2, 29), seconds(1999, 12, 31), seconds(2005, 10, 19),
    ],
    "user_ids": [7, 822109, 1488844],
}  # fmt: skip


def as_lists(columns):
    return {name: column.tolist() for name, column in columns.items()}


def test_titles_get_their_year_in_brackets_and_may_have_commas(folder):
    films = FILES.read_films(folder, "netflix-prize")
    assert films["title"].tolist() == [
        "Dinosaur Planet (2003)", "Isle of Man TT, The (2004)", "Character, or not", "Amélie (1994)",
    ]  # fmt: skip
    assert films["year"].fillna(0).tolist() == [2003, 2004, 0, 1994]
    assert films.index.tolist() == [1, 2, 3, 4]


def test_ratings_belong_to_the_film_above_them(folder):
    columns = read(folder)
    assert as_lists(columns) == EXPECTED
    types = [columns[name].dtype for name in ("users", "items", "values", "timestamps", "user_ids")]
    assert types == [np.int32, np.int32, np.float32, np.int64, np.int64]


def test_one_file_a_film_gives_the_same(folder):
    (folder / "combined_data_1.txt").unlink()
    (folder / "training_set").mkdir()
    for part in (FIRST_FILM.rstrip(), SECOND_FILM, LAST_FILM):
        name = f"mv_{int(part[0]):07}.txt"
        (folder / "training_set" / name).write_text(part, encoding="utf-8", newline="\n")
    assert FILES.missing(folder) == []
    assert as_lists(read(folder)) == EXPECTED


def test_several_large_files_are_read_in_their_order(folder):
    (folder / "combined_data_1.txt").write_text(FIRST_FILM + SECOND_FILM, encoding="utf-8")
    (folder / "combined_data_2.txt").write_text(LAST_FILM, encoding="utf-8")
    assert as_lists(read(folder)) == EXPECTED
    assert [path.name for path in FILES.sources(folder)] == [
        "combined_data_1.txt", "combined_data_2.txt", "movie_titles.csv",
    ]  # fmt: skip


@pytest.mark.parametrize("change", [lambda text: text.replace("\n", "\r\n"), str.rstrip, lambda text: text + "\n\n"])
def test_line_ends_do_not_matter(folder, change):
    (folder / "combined_data_1.txt").write_text(change(RATINGS), encoding="utf-8", newline="")
    assert as_lists(read(folder)) == EXPECTED


@given(size=st.integers(1, 200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_where_blocks_are_cut_does_not_matter(folder, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(netflix_prize, "BLOCK_BYTES", size)
        assert as_lists(read(folder)) == EXPECTED


def test_the_cache_holds_what_was_read(folder, tmp_path):
    films = FILES.read_films(folder, "netflix-prize")

    def parse(columns):
        FILES.read_ratings(folder, films, (1.0, 5.0), columns)

    for _ in range(2):
        columns, is_cached = storage.parsed(tmp_path / "parsed", FILES.sources(folder), parse)
        assert is_cached and as_lists(columns) == EXPECTED


@pytest.mark.parametrize(
    ("old", "new", "line", "fault"),
    [
        ("822109,5,2005-05-13", "822109,6,2005-05-13", 3, "'822109,6,2005-05-13' is not member,stars,year-month-day"),
        ("822109,5,2005-05-13", "822109,0,2005-05-13", 3, "is not member,stars,year-month-day with 1 to 5 stars"),
        ("822109,5,2005-05-13", "822109,abc,2005-05-13", 3, "is not member,stars,year-month-day"),
        ("822109,5,2005-05-13", "822109,5", 3, "is not member,stars,year-month-day"),
        ("822109,5,2005-05-13", "822109,5,2005-05-13,1", 3, "is not member,stars,year-month-day"),
        ("822109,5,2005-05-13", "822109,5,2005-05-13-1", 3, "is not member,stars,year-month-day"),
        ("822109,5,2005-05-13", "-822109,5,2005-05-13", 3, "is not member,stars,year-month-day"),
        ("822109,5,2005-05-13", "8:22109,5,2005-05-13", 3, "is not member,stars,year-month-day"),
        ("822109,5,2005-05-13", "822109,0,0-0-0", 3, "is not member,stars,year-month-day"),
        ("822109,5,2005-05-13", "822109,5,2005-13-13", 3, "has a date that is in no calendar"),
        ("2000-02-29", "2001-02-29", 5, "has a date that is in no calendar"),
        ("2000-02-29", "2001-02-00", 5, "has a date that is in no calendar"),
        ("7,1,1999", "2649430,1,1999", 7, "names a member beyond 2649429"),
        ("1488844,2,2005-10-19\n", "1488844,2,2005-1", 8, "a file that was cut off ends like that"),
        ("1488844,2,2005-10-19\n", "14888", 8, "a file that was cut off ends like that"),
    ],
)
@pytest.mark.parametrize("size", [30, 16_000_000])
def test_a_bad_line_is_named(folder, monkeypatch, old, new, line, fault, size):
    monkeypatch.setattr(netflix_prize, "BLOCK_BYTES", size)
    path = folder / "combined_data_1.txt"
    assert old in RATINGS
    path.write_text(RATINGS.replace(old, new, 1), encoding="utf-8", newline="\n")
    with pytest.raises(DataError) as caught:
        read(folder)
    assert str(caught.value).startswith(f"{path}, line {line}: ") and fault in str(caught.value)
    assert str(caught.value).endswith("Delete the file and get it again.")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "have no ratings"),
        ("1:\n2:\n", "have no ratings"),
        ("\n\n", "does not begin with a film's line, such as '1:'"),
        ("7,1,1999-12-31\n1:\n", "does not begin with a film's line, such as '1:'"),
        ("99:\n7,1,1999-12-31\n", "has ratings of film 99, which movie_titles.csv does not have"),
    ],
)
def test_files_that_hold_something_else_say_so(folder, text, fault):
    (folder / "combined_data_1.txt").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=fault):
        read(folder)


@pytest.mark.parametrize("line", ["5", "x,2000,A film", "5,200x,A film", "5,2000"])
def test_a_bad_line_of_titles_is_named(folder, line):
    (folder / "movie_titles.csv").write_bytes(TITLES + line.encode() + b"\n")
    with pytest.raises(DataError, match=f"movie_titles.csv, line 5: '{line}' is not id,year,title"):
        read(folder)


def test_titles_that_are_empty_or_name_a_film_twice_say_so(folder):
    (folder / "movie_titles.csv").write_bytes(TITLES + b"1,2000,Again\n")
    with pytest.raises(DataError, match="movie_titles.csv: Two films of the film table have the same id"):
        read(folder)
    (folder / "movie_titles.csv").write_bytes(b"\n")
    with pytest.raises(DataError, match="movie_titles.csv is empty"):
        read(folder)


def test_a_folder_says_what_it_lacks(folder):
    assert FILES.missing(folder) == []
    shutil.move(folder / "combined_data_1.txt", folder / "other.txt")
    assert FILES.missing(folder) == ["combined_data_1.txt (or training_set)"]
    assert FILES.missing(folder / "nowhere") == ["movie_titles.csv", "combined_data_1.txt (or training_set)"]
