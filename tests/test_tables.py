import pytest

from course_lib import tables
from course_lib.errors import DataError

TYPES = {"userId": "int32", "movieId": "int32", "rating": "float32", "timestamp": "int64"}
NAMES = "userId,movieId,rating,timestamp\n"


def read(tmp_path, text, dtypes=TYPES, **options):
    path = tmp_path / "ratings.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return tables.read_table(path, dtypes, bounds={"rating": (0.5, 5.0)}, **options)


def test_columns_come_in_the_order_and_types_that_were_asked_for(tmp_path):
    text = "timestamp,extra,rating,movieId,userId\n964982703,x,4.0,1,7\n"
    frame = read(tmp_path, text)
    assert frame.dtypes.astype(str).to_dict() == TYPES
    assert frame.to_numpy().tolist() == [[7, 1, 4, 964982703]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "", "\n\n\n"])
def test_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path, end):
    text = "\ufeff" + NAMES + "1,2,3.5,4\n5,6,4.5,8" + end
    assert read(tmp_path, text)["rating"].tolist() == [3.5, 4.5]


def test_a_title_may_be_NA_and_have_commas_and_quotes(tmp_path):
    text = 'movieId,title\n1,NA\n2,"Hello, ""Dolly"""\n3,null\n'
    path = tmp_path / "movies.csv"
    path.write_text(text, encoding="utf-8")
    frame = tables.read_table(path, {"movieId": "int64", "title": str})
    assert frame["title"].tolist() == ["NA", 'Hello, "Dolly"', "null"]


def test_double_colons_separate_as_in_the_older_files(tmp_path):
    frame = read(tmp_path, "1::1193::5::978300760\n", separator="::", names=list(TYPES))
    assert frame.iloc[0].tolist() == [1, 1193, 5, 978300760]
    assert frame.dtypes.astype(str).to_dict() == TYPES


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("1,2,abc,4", "line 3: 'abc' is not a number (column rating). "),
        ("x,2,3,4", "line 3: 'x' is not a number (column userId). "),
        ("1,2,7,4", "line 3: a rating of 7 is off the scale from 0.5 to 5. "),
        ("1,2,nan,4", "line 3: a rating of nan is off the scale from 0.5 to 5. "),
        ("1,2,,4", "line 3: the column rating is empty. "),
        ("1,2,0,4", "line 3: a rating of 0 is off the scale from 0.5 to 5. "),
        ("1,2.5,3,4", "line 3: '2.5' is not a whole number that the column movieId can hold. "),
        ("1,99999999999,3,4", "line 3: '99999999999' is not a whole number that the column movieId can hold. "),
        ("1,2", "line 3: 2 values instead of 4 (userId, movieId, rating, timestamp); was the file cut off? "),
        ("1,2,3,4,5", "line 3: 5 values instead of 4 (userId, movieId, rating, timestamp); was the file cut off? "),
    ],
)
def test_a_bad_line_is_named_with_what_stands_in_it(tmp_path, row, fault):
    for text in (f"{NAMES}1,1,3.0,4\n{row}\n1,9,3.0,4\n", f"{NAMES}1,1,3.0,4\n{row}"):
        with pytest.raises(DataError) as caught:
            read(tmp_path, text)
        assert str(caught.value) == f"{tmp_path / 'ratings.csv'}, {fault}{tables.GET_AGAIN}"


@pytest.mark.parametrize("row", ["1,2,3,4,5", "1,2,abc,4"])
def test_a_bad_first_line_is_named_too(tmp_path, row):
    with pytest.raises(DataError, match="ratings.csv, line 2: "):
        read(tmp_path, f"{NAMES}{row}\n1,2,3,4\n")


def test_a_bad_line_between_double_colons_is_named(tmp_path):
    for row, fault in [
        ("1::2::9::4", "a rating of 9 is off"),
        ("1::2", "2 values instead of 4"),
        ("a::2::3::4", "'a'"),
    ]:
        with pytest.raises(DataError, match=f"ratings.csv, line 2: {fault}"):
            read(tmp_path, f"1::1::3::4\n{row}\n", separator="::", names=list(TYPES))


@pytest.mark.parametrize("bad", ["1,2,abc,4", "1,2,9,4", "1,2"])
def test_a_bad_line_far_down_is_counted_right(tmp_path, monkeypatch, bad):
    monkeypatch.setattr(tables, "_CHUNK", 10)
    text = NAMES + "\n".join(f"1,{movie},3,4" for movie in range(57)) + f"\n{bad}\n" + "1,99,3,4\n" * 5
    with pytest.raises(DataError, match="ratings.csv, line 59: "):
        read(tmp_path, text)


def test_a_missing_column_is_named_with_those_there_are(tmp_path):
    with pytest.raises(DataError) as caught:
        read(tmp_path, "userId,movieId,stars,timestamp\n1,2,3,4\n", remedy="Rename it.")
    assert str(caught.value) == (
        f"{tmp_path / 'ratings.csv'} has no column 'rating'; its first line names userId, movieId, stars, timestamp. "
        "Rename it."
    )


@pytest.mark.parametrize(("text", "fault"), [("", "is empty"), ("\n", "is empty"), (NAMES, "has no rows")])
def test_an_empty_file_says_so(tmp_path, text, fault):
    with pytest.raises(DataError, match=f"ratings.csv {fault}. Delete the file and get it again."):
        read(tmp_path, text)


def test_an_empty_file_without_names_says_so(tmp_path):
    with pytest.raises(DataError, match=r"ratings.csv has no rows"):
        read(tmp_path, "", separator="::", names=list(TYPES))


@pytest.mark.parametrize("text", [b"userId,movieId,rating,timestamp,\xe9\n1,2,3,4,5\n", b"PK\x03\x04\xff\xfe"])
def test_another_encoding_says_so(tmp_path, text):
    with pytest.raises(DataError, match="is no text in utf-8. Save it as text in that encoding"):
        read(tmp_path, text)


def test_another_encoding_further_down_says_so(tmp_path):
    path = tmp_path / "movies.csv"
    path.write_bytes(b"movieId,title\n" + b"1,Alien\n" * 20_000 + b"2,Am\xe9lie\n")
    with pytest.raises(DataError, match="movies.csv is no text in utf-8. Save it as text in that encoding"):
        tables.read_table(path, {"movieId": "int64", "title": str})


def test_a_quote_that_is_never_closed_says_so(tmp_path):
    with pytest.raises(DataError, match="ratings.csv, line "):
        read(tmp_path, NAMES + '1,2,3,4\n1,"2,3,4\n1,2,3,4\n')


def test_a_column_of_numbers_and_words_stays_one_type(tmp_path):
    frame = read(tmp_path, "userId,rating\n1,3\nbob,4\n", {"userId": None, "rating": "float32"})
    assert frame["userId"].tolist() == ["1", "bob"]
