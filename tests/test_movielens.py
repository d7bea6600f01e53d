import numpy as np
import pytest

from course_lib import movielens, storage
from course_lib.errors import DataError

GENRES = ["unknown", "Action", "Drama", "Sci-Fi"]


def flags(*genres):
    return "|".join("1" if genre in genres else "0" for genre in GENRES)


# Each format with the same three films, and ratings of two members; the third film has none.
FILES = {
    "CSV": {
        "movies.csv": 'movieId,title,genres\n10,"Matrix, The (1999)",Action|Sci-Fi\n5,Amélie (2001),Drama\n'
        "7,Babylon 5,(no genres listed)\n",
        "ratings.csv": "userId,movieId,rating,timestamp\n3,10,4.0,964982703\n3,5,5.0,964981247\n1,5,1.0,964982224\n",
        "tags.csv": "userId,movieId,tag,timestamp\n1,10,Hacking,1\n3,10,hacking ,2\n3,10,null,3\n1,10,AI,4\n",
    },
    "DAT": {
        "movies.dat": "10::Matrix, The (1999)::Action|Sci-Fi\n5::Amélie (2001)::Drama\n7::Babylon 5::\n",
        "ratings.dat": "3::10::4::964982703\n3::5::5::964981247\n1::5::1::964982224\n",
    },
    "TABS": {
        "u.item": f"10|Matrix, The (1999)|01-Jan-1999||http://x|{flags('Action', 'Sci-Fi')}\n"
        f"5|Amélie (2001)|01-Jan-2001||http://x|{flags('Drama')}\n7|Babylon 5||||{flags('unknown')}\n",
        "u.genre": "".join(f"{genre}|{number}\n" for number, genre in enumerate(GENRES)) + "\n",
        "u.data": "3\t10\t4\t964982703\n3\t5\t5\t964981247\n1\t5\t1\t964982224\n",
    },
}
FORMATS = {
    "CSV": movielens.CSV_WITH_TAGS,
    "DAT": movielens.DAT,
    "DAT_LATIN_1": movielens.DAT_LATIN_1,
    "TABS": movielens.TABS,
}


@pytest.fixture(params=FORMATS)
def form(request, tmp_path):
    """A format and a folder with its files."""
    write(tmp_path, request.param)
    return FORMATS[request.param], tmp_path


def write(folder, name):
    for file, text in FILES[name.removesuffix("_LATIN_1")].items():
        (folder / file).write_text(text, encoding=FORMATS[name].encoding, newline="\n")


def read(files, folder, scale=(0.5, 5.0)):
    films = files.read_films(folder, "ml-x")
    columns = storage._InMemory()
    files.read_ratings(folder, films, scale, columns)
    return films, columns.finish()


def test_every_format_gives_the_same_films_and_ratings(form):
    films, columns = read(*form)
    assert films.index.tolist() == [10, 5, 7]
    assert films["title"].tolist() == ["The Matrix (1999)", "Amélie (2001)", "Babylon 5"]
    assert films["year"].fillna(0).tolist() == [1999, 2001, 0]
    assert films["genres"].tolist() == [("Action", "Sci-Fi"), ("Drama",), ()]
    assert {name: column.tolist() for name, column in columns.items()} == {
        "users": [1, 1, 0],
        "items": [0, 1, 1],
        "values": [4, 5, 1],
        "timestamps": [964982703, 964981247, 964982224],
        "user_ids": [1, 3],
    }
    assert [column.dtype for column in columns.values()] == [np.int32, np.int32, np.float32, np.int64, np.int64]


def test_a_folder_says_what_it_lacks(form):
    files, folder = form
    assert files.missing(folder) == []
    (folder / files.movies).unlink()
    assert files.missing(folder) == [files.movies]
    assert files.missing(folder / "nowhere")[:2] == [files.ratings, files.movies]


def test_the_cache_depends_on_ratings_and_films(form):
    files, folder = form
    assert [path.name for path in files.sources(folder)] == [files.ratings, files.movies]


def test_tags_are_those_of_all_members_the_most_used_first(tmp_path):
    write(tmp_path, "CSV")
    assert movielens.CSV_WITH_TAGS.read_films(tmp_path, "x")["tags"].tolist() == [("hacking", "ai", "null"), (), ()]
    assert "tags" not in movielens.CSV.read_films(tmp_path, "x").columns
    (tmp_path / "tags.csv").unlink()
    assert "tags" not in movielens.CSV_WITH_TAGS.read_films(tmp_path, "x").columns


def test_half_stars_are_read_where_the_scale_has_them(tmp_path):
    write(tmp_path, "DAT")
    (tmp_path / "ratings.dat").write_text("3::10::3.5::964982703\n", encoding="utf-8")
    assert read(movielens.DAT, tmp_path)[1]["values"].tolist() == [3.5]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("964982224\n", "96498", "stops in the middle of line {last}: it was cut off"),
        ("4{}9649", "abc{}9649", "line {first}: 'abc' is not a number"),
        ("4{}9649", "7{}9649", "line {first}: a rating of 7 is off the scale from 1 to 5"),
        ("3{}10{}", "3{}11{}", "A rating is of a film that is not in the film table: 11"),
        ("3{}5{}", "3{}10{}", "Member 3 .* film 10 more than once"),
    ],
)
def test_ratings_that_cannot_be_used_name_the_file(form, old, new, fault):
    files, folder = form
    path = folder / files.ratings
    text = path.read_text(encoding=files.encoding).replace("4.0", "4")
    old, new = (part.replace("{}", files.separator) for part in (old, new))
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding=files.encoding, newline="\n")
    header = files.separator == ","
    expected = fault.format(first=1 + header, last=3 + header)
    with pytest.raises(DataError, match=f"{files.ratings}.*({expected})"):
        read(files, folder, (1.0, 5.0))


@pytest.mark.parametrize("name", ["ratings", "movies"])
def test_an_empty_file_says_so(form, name):
    files, folder = form
    path = folder / getattr(files, name)
    path.write_bytes(b"")
    with pytest.raises(DataError, match=f"{path.name} (is empty|has no rows). Delete the file and get it again"):
        read(files, folder)


def test_a_line_of_films_that_was_cut_off_is_named(form):
    files, folder = form
    path = folder / files.movies
    text = path.read_text(encoding=files.encoding)
    path.write_text(text[: text.index("Babylon") + 3], encoding=files.encoding)
    last = 4 if files.separator == "," else 3
    with pytest.raises(DataError, match=f"{path.name} stops in the middle of line {last}: it was cut off. Delete"):
        read(files, folder)
    if files.separator != ",":
        path.write_text(path.read_text(encoding=files.encoding) + "\n", encoding=files.encoding)
        with pytest.raises(DataError, match=f"{path.name}, line {last}: .* Delete the file and get it again"):
            read(files, folder)


def test_two_films_with_one_id_name_the_file(form):
    files, folder = form
    path = folder / files.movies
    text = path.read_text(encoding=files.encoding)
    path.write_text(text.replace("\n7", "\n10"), encoding=files.encoding)
    with pytest.raises(DataError, match=f"{path.name}: Two films of the film table have the same id"):
        read(files, folder)


def test_films_in_another_encoding_say_so(tmp_path):
    write(tmp_path, "DAT_LATIN_1")
    with pytest.raises(DataError, match="movies.dat is no text in utf-8"):
        read(movielens.DAT, tmp_path)


def test_a_latin_1_title_may_have_any_character(tmp_path):
    write(tmp_path, "DAT_LATIN_1")
    (tmp_path / "movies.dat").write_bytes(b"10::A\x85B\x1cC (1999)::Drama\n5::B (2000)::Drama\n")
    assert movielens.DAT_LATIN_1.read_films(tmp_path, "x").index.tolist() == [10, 5]
