import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from course_lib import datasets, matinee, published, storage
from course_lib.errors import CourseError, DataError, UnknownId
from tests.needs import real_data
from tests.small_data import RATINGS, checksum, write


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache, and no folder of data."""
    monkeypatch.setattr(datasets, "CACHE", tmp_path / "cache")
    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    return tmp_path / "cache"


# The real thing


def test_ml_latest_small_is_what_grouplens_describes(monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(real_data().parent))
    assert datasets.available("ml-latest-small")
    data = datasets.load("ml-latest-small")
    ratings = data.ratings
    assert (len(ratings), ratings.n_users, ratings.n_items) == (100_836, 610, 9_742)
    assert round(float(ratings.values.mean(dtype=np.float64)), 2) == 3.50
    assert ratings.scale == (0.5, 5.0) and not data.is_shipped and not data.truth
    assert data.film("The Matrix (1999)") == 2571
    assert data.films.loc[2571, "genres"] == ("Action", "Sci-Fi", "Thriller")
    assert data.films.loc[1, "tags"] == ("pixar", "fun")
    assert sum(len(genres) == 0 for genres in data.films["genres"]) == 34
    assert repr(data) == "ml-latest-small: 100,836 ratings of 9,742 films by 610 real members"
    again = datasets.load("ml-latest-small")
    assert all((getattr(again.ratings, name) == getattr(ratings, name)).all() for name in ("users", "items", "values"))
    assert [checksum(real_data() / name) for name in ("ratings.csv", "movies.csv", "tags.csv")] == [
        data.card.checksum[name] for name in ("ratings.csv", "movies.csv", "tags.csv")
    ]


# By name


def test_every_name_has_a_card_with_source_licence_and_citation():
    assert datasets.names() == [
        "matinee", "ml-latest-small", "ml-100k", "ml-1m", "ml-10m", "ml-20m", "ml-25m", "ml-32m", "netflix-prize",
    ]  # fmt: skip
    for name, known in datasets.REGISTRY.items():
        assert known.name == name and known.card.source and known.card.licence and known.card.citation
        assert known.sha256 is None or known.card.checksum[f"{name}.zip"] == known.sha256
        assert known.sha256 is None or known.card.url.endswith(f"/{name}.zip")
    downloaded = [name for name, known in datasets.REGISTRY.items() if known.sha256]
    assert downloaded == ["ml-latest-small", "ml-100k", "ml-1m", "ml-20m", "ml-25m"]
    whole_stars = [name for name, known in datasets.REGISTRY.items() if known.scale == (1.0, 5.0)]
    assert whole_stars == ["ml-100k", "ml-1m", "netflix-prize"]


def test_an_unknown_name_lists_those_there_are():
    with pytest.raises(UnknownId) as caught:
        datasets.load("ml-lates-small")
    assert str(caught.value) == (
        "There is no data set 'ml-lates-small'. Did you mean 'ml-latest-small'? There are "
        f"{', '.join(datasets.names())}. datasets.read_csv reads a file of your own."
    )
    assert not datasets.available("ml-lates-small")


def test_without_a_name_the_environment_chooses(monkeypatch, cache):
    write(cache / "ml-20m")
    monkeypatch.setenv("COURSE_DATASET", "ml-20m")
    assert datasets.load().name == "ml-20m"


def test_the_graded_films_are_numbers_from_0_to_10():
    films = datasets.load_graded()
    assert films.columns.tolist() == ["title", "year", "Sci-Fi", "Action", "Drama"]
    assert films.index.name == "movieId" and len(films) >= 20
    grades = films[["Sci-Fi", "Action", "Drama"]]
    assert set(grades.dtypes) == {np.dtype("int64")} and grades.to_numpy().min() >= 0 and grades.to_numpy().max() <= 10
    assert grades.loc[films.id_of("Interstellar (2014)")].tolist() == [10, 3, 8]


def test_graded_films_that_are_gone_or_changed_say_how_to_get_them_back(tmp_path, monkeypatch):
    monkeypatch.setattr(matinee, "SHIPPED", tmp_path)
    with pytest.raises(DataError, match="There is no .*graded.csv. Restore the file with git checkout"):
        datasets.load_graded()
    text = "movieId,title,year,Sci-Fi,Action,Drama\n1,Interstellar (2014),2014,11,3,8\n"
    (tmp_path / "graded.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="graded.csv, line 2: a Sci-Fi of 11 is off the scale from 0 to 10. Restore"):
        datasets.load_graded()


def test_shipped_data_that_is_not_there_says_how_to_get_it_back(tmp_path, monkeypatch):
    monkeypatch.setattr(matinee, "SHIPPED", tmp_path)
    assert not datasets.available("matinee")
    with pytest.raises(DataError, match=r"not complete: there is no .*films.csv. Restore the file with git checkout"):
        datasets.load()


def test_shipped_data_is_simulated_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(matinee, "SHIPPED", tmp_path)
    films = (
        "movieId,title,year,genres,directors,cast\n1,Alien (1979),1979,Horror|Sci-Fi,Ridley Scott,Sigourney Weaver\n"
    )
    (tmp_path / "films.csv").write_text(films, encoding="utf-8")
    ratings = "userId,movieId,rating,timestamp,watched\n4,1,4.5,964982703,0.75\n9,1,3.0,964982704,1\n"
    (tmp_path / "ratings.csv").write_text(ratings, encoding="utf-8")
    (tmp_path / "opened.csv").write_text("userId,movieId,watched\n9,1,0.25\n", encoding="utf-8")
    assert datasets.available("matinee")
    data = datasets.load()
    assert data.opened.to_numpy().tolist() == [[9, 1, 0.25]]
    assert data.is_shipped and data.name == "matinee"
    assert repr(data) == "matinee: 2 ratings of 1 films by 2 simulated members"
    assert data.ratings.watched.tolist() == [0.75, 1.0]
    assert data.films.loc[1, "genres"] == ("Horror", "Sci-Fi") and data.film("Alien (1979)") == 1


def test_what_nobody_knows_is_false_and_draws_nothing():
    truth = datasets.Unknown()
    assert not truth and math.isnan(truth.floor) and repr(truth) == "Unknown()"
    with pytest.raises(AttributeError, match="Real members come without their true factors"):
        truth.factors  # noqa: B018
    assert not hasattr(truth, "user_bias")


# The cache of parsed columns


def test_the_second_load_does_not_parse(monkeypatch, cache):
    write(cache / "ml-25m")
    first = datasets.load("ml-25m")
    assert first.card.notes == ()

    def parse(*_):
        raise AssertionError("parsed again")

    monkeypatch.setattr("course_lib.movielens.MovieLensFiles.read_ratings", parse)
    second = datasets.load("ml-25m")
    pd.testing.assert_frame_equal(first.ratings.to_frame(), second.ratings.to_frame())


def test_a_read_only_folder_of_data_is_left_alone(tmp_path, cache):
    datasets.load("ml-25m", write(tmp_path / "mine"))
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == ["movies.csv", "ratings.csv"]
    assert (cache / "ml-25m" / "parsed").is_dir()


def test_without_a_cache_the_data_is_the_same_and_the_card_says_so(tmp_path, monkeypatch):
    write(tmp_path / "mine")
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr(datasets, "CACHE", tmp_path / "file")
    data = datasets.load("ml-25m", tmp_path / "mine")
    assert len(data.ratings) == 3
    assert data.card.notes == (f"Read without a cache, because {tmp_path / 'file' / 'ml-25m'} could not be written.",)


@pytest.mark.parametrize(("column", "value"), [("users", 99), ("items", -1), ("values", 700)])
def test_a_cache_whose_numbers_went_wrong_is_rebuilt_silently(cache, column, value, recwarn):
    write(cache / "ml-25m")
    expected = datasets.load("ml-25m").ratings.to_frame()
    [path] = (cache / "ml-25m" / "parsed").glob(f"*/{column}.npy")
    np.save(path, np.full_like(np.load(path), value))
    for _ in range(2):
        pd.testing.assert_frame_equal(datasets.load("ml-25m").ratings.to_frame(), expected)
    assert not recwarn.list


def test_an_error_in_the_data_is_found_again_and_never_cached(cache):
    write(cache / "ml-25m", RATINGS + "1,7,9.0,964982703\n")
    for _ in range(2):
        with pytest.raises(DataError, match="ratings.csv, line 5: a rating of 9.0 is off the scale from 0.5 to 5."):
            datasets.load("ml-25m")


# A file of one's own


@pytest.fixture
def own(tmp_path):
    def write_own(text, encoding="utf-8"):
        (tmp_path / "own.csv").write_text(text, encoding=encoding, newline="\n")
        return tmp_path / "own.csv"

    return write_own


def test_a_file_of_ones_own_becomes_a_data_set(own):
    data = datasets.read_csv(own(RATINGS))
    assert data.name == "own" and not data.is_shipped and not data.truth
    assert data.films["title"].tolist() == ["5", "10"]
    assert data.ratings.to_frame()["rating"].tolist() == [4.0, 5.0, 0.5]
    assert "own.csv" in data.card.source


def test_other_names_other_separators_and_no_times(own):
    path = own("film;member;stars\nHeat;ann;3\nHeat;bob;10\n", encoding="utf-8-sig")
    columns = {"userId": "member", "movieId": "film", "rating": "stars", "timestamp": None}
    data = datasets.read_csv(path, columns=columns, scale=(1, 10))
    assert data.ratings.timestamps is None and data.ratings.user_ids.tolist() == ["ann", "bob"]
    assert data.ratings.scale == (1.0, 10.0) and data.ratings.values.tolist() == [3, 10]
    tabs = datasets.read_csv(own("userId\tmovieId\trating\ttimestamp\textra,\n1\t2\t3\t4\ta,b\n"))
    assert tabs.ratings.timestamps.tolist() == [4]


def test_a_film_table_may_be_a_file_or_a_frame(own, tmp_path):
    movies = write(tmp_path / "x") / "movies.csv"
    from_file = datasets.read_csv(own(RATINGS), films=movies)
    assert from_file.films.loc[5, "genres"] == ("Drama",) and from_file.films.loc[5, "year"] == 2001
    frame = pd.DataFrame({"movieId": [5, 10], "title": ["Amélie (2001)", "The Matrix (1999)"]})
    assert datasets.read_csv(own(RATINGS), films=frame).film("Amélie (2001)") == 5


def test_one_of_two_ratings_of_a_film_can_be_kept(own):
    path = own(RATINGS + "3,10,2.0,964982704\n")
    with pytest.raises(DataError, match='own.csv: Member 3 .* keep="last"'):
        datasets.read_csv(path)
    assert datasets.read_csv(path, keep="last").ratings.to_frame()["rating"].tolist() == [5.0, 0.5, 2.0]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("user,movieId,rating,timestamp\n1,2,3,4\n", "no column 'userId'; it has user, movieId, rating, timestamp"),
        ("userId,movieId,rating\n1,2,3\n", "no column 'timestamp'; .*columns={\"timestamp\": None}"),
        ("userId,movieId,rating,timestamp\n1,2,7,4\n", "own.csv, line 2: a rating of 7 is off the scale"),
        ("userId,movieId,rating,timestamp\n1,2,abc,4\n", "own.csv, line 2: 'abc' is not a number .* Correct that line"),
        ("userId,movieId,rating,timestamp\n1,2,3,4\n1,3\n", "own.csv, line 3: 2 values instead of 4"),
        ("userId,movieId,rating,timestamp\n1,2,3,4\n1,3,3\n", "own.csv: A time .* is missing"),
        ("userId,movieId,rating,timestamp\n,2,3,4\n", "own.csv: userId is missing in row 0"),
        ("userId,movieId,rating,timestamp\n", "own.csv has no rows"),
        ("userId,movieId,rating,timestamp\n1,2,3,2020-01-01\n", "own.csv: A time .* not a number of seconds"),
        ("", "own.csv: .*no column 'userId'|own.csv is empty"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(own, text, fault):
    with pytest.raises(DataError, match=fault) as caught:
        datasets.read_csv(own(text))
    assert "own.csv" in str(caught.value)


def test_a_file_that_is_not_there_and_a_scale_that_is_none_say_so(own, tmp_path):
    with pytest.raises(DataError, match="There is no file .*nothing.csv. Check its name; a relative one counts from"):
        datasets.read_csv(tmp_path / "nothing.csv")
    with pytest.raises(DataError, match="There is no file .*nothing.csv"):
        datasets.read_csv(own(RATINGS), films=tmp_path / "nothing.csv")
    with pytest.raises(DataError, match=r"scale is 5. Give the lowest and the highest rating"):
        datasets.read_csv(own(RATINGS), scale=5)
    with pytest.raises(CourseError, match="columns has a key 'user'"):
        datasets.read_csv(own(RATINGS), columns={"user": "userId"})


# What it costs


def test_downloading_is_imported_only_when_something_is_downloaded():
    code = (
        "import sys; from course_lib import datasets; datasets.load_graded(); "
        "print([name for name in ('pooch', 'tqdm', 'requests', 'scipy') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=datasets.ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_cached_columns_are_mapped_and_not_read(cache):
    write(cache / "ml-25m")
    datasets.load("ml-25m")
    sources = published.REGISTRY["ml-25m"].files.sources(cache / "ml-25m")
    columns, _ = storage.parsed(cache / "ml-25m" / "parsed", sources, None)
    assert all(isinstance(column.base, np.memmap) for column in columns.values())
