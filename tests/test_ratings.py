import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.errors import DataError
from course_lib.ratings import Ratings
from tests.toy import FILMS, PAPER, from_matrix, paper, quick, table

KNOWN = pd.DataFrame({"title": ["Ten", "Twenty", "Thirty"]}, index=[10, 20, 30])


def ids_of_one_kind():
    """Distinct ids: numbers with gaps, below zero and beyond 32 bits, or text."""
    numbers = st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=8, unique=True)
    text = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), min_size=1, max_size=8, unique=True)
    return st.one_of(numbers, text)


@st.composite
def tables(draw):
    """Tables of ratings in any order, no cell twice."""
    users, films = draw(ids_of_one_kind()), draw(ids_of_one_kind())
    cells = [(user, film) for user in users for film in films]
    cells = draw(st.lists(st.sampled_from(cells), min_size=1, unique=True))
    stars = draw(st.lists(st.integers(1, 10), min_size=len(cells), max_size=len(cells)))
    rows = [(user, film, star / 2, 10**9 + k) for k, ((user, film), star) in enumerate(zip(cells, stars, strict=True))]
    return pd.DataFrame(rows, columns=["userId", "movieId", "rating", "timestamp"])


@quick
@given(tables())
def test_any_table_comes_back_as_it_went_in(frame):
    back = Ratings.from_frame(frame).to_frame()
    assert back.columns.tolist() == frame.columns.tolist()
    for name in frame.columns:
        assert back[name].tolist() == frame[name].tolist()


@quick
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_neither_the_numbering_nor_the_matrix(frame, random):
    rows = list(range(len(frame)))
    random.shuffle(rows)
    one, other = Ratings.from_frame(frame), Ratings.from_frame(frame.iloc[rows])
    assert one.user_ids.tolist() == other.user_ids.tolist() == sorted(set(frame["userId"]))
    assert one.item_ids.tolist() == other.item_ids.tolist() == sorted(set(frame["movieId"]))
    assert (one.csr != other.csr).nnz == 0


@quick
@given(tables())
def test_each_known_id_is_found_and_no_other(frame):
    ratings = Ratings.from_frame(frame)
    assert ratings.user_index(ratings.user_ids).tolist() == list(range(ratings.n_users))
    assert [int(ratings.item_index(one)) for one in ratings.item_ids.tolist()] == list(range(ratings.n_items))
    stranger = "nobody has this id" if isinstance(frame["userId"].iloc[0], str) else 0.5
    assert ratings.user_index(stranger) == -1


def test_types_and_shapes_are_the_promised_ones():
    ratings = paper()
    assert [ratings.users.dtype, ratings.items.dtype] == [np.int32, np.int32]
    assert [ratings.values.dtype, ratings.timestamps.dtype] == [np.float32, np.int64]
    assert ratings.watched is None and ratings.scale == (0.5, 5.0) and ratings.seen is ratings
    assert (ratings.n_users, ratings.n_items, len(ratings)) == (6, 5, 24)
    assert ratings.density == 24 / 30


def test_the_matrices_hold_the_paper_table():
    dense = np.nan_to_num(PAPER)
    assert paper().csr.format == "csr" and paper().csc.format == "csc"
    assert (paper().csr.toarray() == dense).all() and (paper().csc.toarray() == dense).all()
    assert paper().csr.dtype == np.float32 and paper().csr.has_sorted_indices


def test_a_rating_of_zero_stars_is_a_rating():
    ratings = Ratings.from_frame(table(rating=[0.0, 3.0, 5.0]), scale=(0, 5))
    assert ratings.scale == ratings.rows([0]).scale == (0.0, 5.0)
    assert ratings.csr.nnz == ratings.csc.nnz == 3


def test_a_matrix_is_made_once():
    ratings = paper()
    assert np.shares_memory(ratings.csr.data, ratings.csr.data)
    assert np.shares_memory(ratings.csc.data, ratings.csc.data)


def test_nothing_can_be_changed():
    ratings = paper()
    for array in (
        ratings.users,
        ratings.items,
        ratings.values,
        ratings.timestamps,
        ratings.user_ids,
        ratings.item_ids,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    for part in (ratings.csr.data, ratings.csr.indices, ratings.csr.indptr, ratings.csc.data):
        with pytest.raises(ValueError, match="read-only"):
            part[0] = 1
    with pytest.raises(AttributeError, match=r"Ratings do not change: values cannot be set. Make new ones: rows"):
        ratings.values = np.zeros(24)


def test_a_kernel_gets_the_same_memory_writable():
    ratings = paper()
    for name in ("users", "items", "values"):
        inside = getattr(ratings, f"_{name}")
        assert inside.flags.writeable and np.shares_memory(inside, getattr(ratings, name))
    assert ratings._csr.data.flags.writeable and np.shares_memory(ratings._csr.data, ratings.csr.data)


def test_films_without_ratings_and_members_without_ratings_count():
    ratings = Ratings.from_frame(table(), KNOWN, user_ids=[3, 2, 1, 2])
    assert ratings.item_ids.tolist() == [10, 20, 30] and ratings.user_ids.tolist() == [1, 2, 3]
    assert ratings.csr.shape == (3, 3) and ratings.density == 3 / 9


def test_items_are_in_the_order_of_the_film_table():
    ratings = Ratings.from_frame(table(), KNOWN.loc[[30, 20, 10]])
    assert ratings.item_ids.tolist() == [30, 20, 10] and ratings.items.tolist() == [2, 1, 2]
    assert ratings.films["title"].tolist() == ["Thirty", "Twenty", "Ten"]


def test_without_a_film_table_a_films_title_is_its_id():
    assert Ratings.from_frame(table()).films["title"].to_dict() == {10: "10", 20: "20"}


def test_columns_may_have_other_names_and_times_may_be_missing():
    frame = table().rename(columns={"userId": "member", "rating": "stars"}).drop(columns="timestamp")
    ratings = Ratings.from_frame(frame, columns={"userId": "member", "rating": "stars", "timestamp": None})
    assert ratings.values.tolist() == [4.0, 3.5, 5.0] and ratings.timestamps is None
    assert ratings.to_frame().columns.tolist() == ["userId", "movieId", "rating"]


def test_the_share_watched_is_kept_where_it_is_known():
    ratings = Ratings.from_frame(table(watched=[0.5, 1, 0]))
    assert ratings.watched.tolist() == [0.5, 1, 0] and ratings.to_frame()["watched"].tolist() == [0.5, 1, 0]
    assert Ratings.from_frame(table(watched=[0.5, 1, 9]), columns={"watched": None}).watched is None


@pytest.mark.parametrize(
    "times",
    [
        pd.to_datetime(["2001-09-09 01:46:40", "2001-09-09 01:46:41", "2001-09-09 01:46:42"]),
        pd.to_datetime(["2001-09-09 01:46:40", "2001-09-09 01:46:41", "2001-09-09 01:46:42"]).tz_localize("UTC"),
        pd.to_datetime(["2001-09-09 03:46:40", "2001-09-09 03:46:41", "2001-09-09 03:46:42"]).tz_localize("Etc/GMT-2"),
        [1e9, 1e9 + 1, 1e9 + 2],
        ["1000000000", "1000000001", "1000000002"],
    ],
)
def test_dates_and_seconds_say_the_same_time(times):
    assert Ratings.from_frame(table(timestamp=times)).timestamps.tolist() == [10**9, 10**9 + 1, 10**9 + 2]


@pytest.mark.parametrize(
    "ids",
    [[1.0, 2.0, 3.0], np.array([1, 2, 3], dtype=np.uint8), pd.array([1, 2, 3], dtype="Int64"), [1, 2, 3]],
)
def test_whole_numbers_of_any_type_are_ids(ids):
    ratings = Ratings.from_frame(table(userId=ids))
    assert ratings.user_ids.dtype == np.int64 and ratings.user_ids.tolist() == [1, 2, 3]


@pytest.mark.parametrize("dtype", [object, "string", "category", "str"])
def test_text_of_any_type_is_an_id(dtype):
    ratings = Ratings.from_frame(table(userId=pd.Series(["b", "a", "é"], dtype=dtype)))
    assert ratings.user_ids.dtype == object and ratings.user_ids.tolist() == ["a", "b", "é"]
    assert ratings.user_index(["é", "a"]).tolist() == [2, 0]


ROWS = "(counted from 0)"
IMPOSSIBLE = {
    "not a table": ([1, 2], "Ratings are made of a pandas DataFrame, and this is of type list. Read the file with"),
    "empty": (table().iloc[:0], "The table of ratings is empty. Check the file"),
    "a column is missing": (
        table().rename(columns={"userId": "member"}),
        "The table of ratings has no column 'userId'; it has member, movieId, rating, timestamp. "
        'If another one holds it, say which: columns={"userId": "its name"}.',
    ),
    "no times": (
        table().drop(columns="timestamp"),
        'If the table has no times, say so: columns={"timestamp": None}.',
    ),
    "off the scale": (
        table(rating=[4.0, 7.0, 0.0]),
        f"A rating in column 'rating' is off the scale from 0.5 to 5 stars: 7.0 in row 1 {ROWS}, 2 such rows in all. "
        "Correct these rows, or give the scale that the ratings have: scale=(lowest, highest).",
    ),
    "infinite": (
        table(rating=[4.0, 5.0, np.inf]),
        f"off the scale from 0.5 to 5 stars: inf in row 2 {ROWS}, 1 such row",
    ),
    "a word": (
        table(rating=[4.0, "good", 5.0]),
        f"A rating in column 'rating' is not a number: 'good' in row 1 {ROWS}",
    ),
    "a hole": (
        table(rating=[4.0, np.nan, np.nan]),
        f"not a number: nan in row 1 {ROWS}, 2 such rows in all.",
    ),
    "twice": (
        table(userId=[1, 1, 1]),
        "Member 1 has rated film 10 more than once (rows too many in all: 1).",
    ),
    "no member": (
        table(userId=[1, None, None]),
        f"userId is missing in row 1 {ROWS}, 2 such rows in all. Fill it in, or leave these rows out: "
        "frame.dropna(subset=['userId']).",
    ),
    "no film": (table(movieId=["a", "b", None]), f"movieId is missing in row 2 {ROWS}, 1 such row in all."),
    "mixed ids": (
        table(userId=[1, "a", 2]),
        "userId has ids of more than one kind, or of a kind that is neither whole number nor text, such as 1 and 'a'. "
        "Make them all text: frame['userId'] = frame['userId'].astype(str).",
    ),
    "fractions": (
        table(userId=[1, 2.5, 3]),
        "userId has ids with fractions or too many digits, for instance 2.5.",
    ),
    "true and false": (
        table(userId=[True, False, True]),
        "userId is of type bool. Ids are whole numbers or text",
    ),
    "dates": (table(userId=pd.to_datetime([1, 2, 3])), "Ids are whole numbers or text: convert the column"),
    "very large": (table(userId=[1, 2, 2**64]), "userId has numbers that do not fit 64 bits. Make them text"),
    "large unsigned": (
        table(userId=np.array([1, 2, 2**63], dtype=np.uint64)),
        "userId has numbers that do not fit",
    ),
    "no time": (
        table(timestamp=[1, None, 3]),
        f"A time in column 'timestamp' is missing: nan in row 1 {ROWS}, 1 such row in all. Leave these rows out",
    ),
    "before 1970": (
        table(timestamp=[1, -5, 3]),
        f"A time in column 'timestamp' lies before 1970: -5 in row 1 {ROWS}",
    ),
    "in the future": (
        table(timestamp=[1, 2, 2001]),
        f"A time in column 'timestamp' lies in the future: 2001 in row 2 {ROWS}, 1 such row in all. Times are seconds "
        "since 1970-01-01 UTC: divide milliseconds by 1,000; check this machine's clock.",
    ),
    "a date as text": (
        table(timestamp=["2005-09-06", "2005-09-07", "2005-09-08"]),
        "A time in column 'timestamp' is not a number of seconds since 1970: '2005-09-06' in row 0",
    ),
    "more than all watched": (
        table(watched=[0.5, 80, 1]),
        f"A share watched in column 'watched' is not between 0 and 1: 80.0 in row 1 {ROWS}",
    ),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_a_table_that_cannot_be_used_is_refused_with_the_reason_and_the_way_out(case):
    frame, sentence = IMPOSSIBLE[case]
    with pytest.raises(DataError) as caught:
        Ratings.from_frame(frame, now=lambda: 2000)
    assert sentence in str(caught.value)


WRONG_CALLS = {
    "unknown film": (
        {"films": KNOWN.drop(20)},
        f"A rating is of a film that is not in the film table: 20 in row 1 {ROWS}, 1 such row in all. Add the film",
    ),
    "films by text": (
        {"films": KNOWN.set_axis(["10", "20", "30"])},
        "One table has numbers as film ids and the other text: convert one with astype.",
    ),
    "unknown member": (
        {"user_ids": [1, 5]},
        f"A rating is by a member who is not in user_ids: 2 in row 2 {ROWS}, 1 such row in all. Add the member",
    ),
    "a name of nothing": (
        {"columns": {"user": "userId"}},
        "columns has a key 'user' that is not one of ours: userId, movieId, rating, timestamp, watched.",
    ),
    "a renamed column that is not there": (
        {"columns": {"watched": "share"}},
        "The table of ratings has no column 'share'; it has userId, movieId, rating, timestamp.",
    ),
    "ratings cannot be missing": ({"columns": {"rating": None}}, "The table of ratings has no column None"),
    "upside down": (
        {"scale": (5, 1)},
        "scale is (5, 1). Give the lowest and the highest rating: scale=(0.5, 5.0).",
    ),
    "no scale": ({"scale": 5}, "scale is 5. Give the lowest and the highest rating"),
    "keep both": ({"keep": "both"}, "keep is 'both'. Say which rating of a film to keep"),
}


@pytest.mark.parametrize("case", WRONG_CALLS)
def test_a_call_that_cannot_be_meant_is_refused_with_the_reason_and_the_way_out(case):
    arguments, sentence = WRONG_CALLS[case]
    with pytest.raises(DataError) as caught:
        Ratings.from_frame(table(), **arguments)
    assert sentence in str(caught.value)


TWICE = table(userId=[1, 1, 1], movieId=[10, 10, 10], rating=[1.0, 2.0, 3.0], timestamp=[200, 300, 100])


def test_of_a_film_rated_twice_the_error_says_how_to_keep_one():
    with pytest.raises(DataError) as caught:
        Ratings.from_frame(TWICE)
    assert str(caught.value) == (
        "Member 1 has rated film 10 more than once (rows too many in all: 2). "
        'Keep one of each: Ratings.from_frame(frame, keep="last").'
    )


def test_first_and_last_go_by_time_and_without_times_by_row():
    assert Ratings.from_frame(TWICE, keep="last").values.tolist() == [2.0]
    assert Ratings.from_frame(TWICE, keep="first").values.tolist() == [3.0]
    assert Ratings.from_frame(TWICE, keep="last", columns={"timestamp": None}).values.tolist() == [3.0]
    assert Ratings.from_frame(TWICE, keep="first", columns={"timestamp": None}).values.tolist() == [1.0]
    assert Ratings.from_frame(table(), keep="last").values.tolist() == [4.0, 3.5, 5.0]


def test_of_equal_times_the_rows_decide():
    n = 300
    frame = pd.DataFrame({"userId": 1, "movieId": 10, "rating": 3.0, "timestamp": np.arange(n) % 7})
    frame.loc[[0, n - 1], "rating"] = [0.5, 1.0]
    frame.loc[frame.index[frame["timestamp"] == 6][-1], "rating"] = 5.0
    assert Ratings.from_frame(frame, keep="last").values.tolist() == [5.0]
    assert Ratings.from_frame(frame, keep="first").values.tolist() == [0.5]


def test_the_clock_of_the_machine_decides_what_the_future_is():
    with pytest.raises(DataError, match="lies in the future"):
        Ratings.from_frame(table(timestamp=[1, 2, 10**12]))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (1, -1),
        (101, 0),
        (np.int8(102), 1),
        (101.0, 0),
        (101.5, -1),
        ("101", -1),
        (None, -1),
        (True, -1),
        (2**80, -1),
        ([101, 7, 105], [0, -1, 4]),
        ([101, "105"], [0, -1]),
        ([101.0, np.nan], [0, -1]),
        ([101, None, {}], [0, -1, -1]),
        ([[101, 102], [103, 7]], [[0, 1], [2, -1]]),
        (pd.Series([105, 101]), [4, 0]),
        ([], []),
        (np.array(["101"]), [-1]),
        (np.array(["2001-01-01"], dtype="datetime64[D]"), [-1]),
    ],
)
def test_a_number_is_looked_up_and_anything_else_is_unknown(asked, found):
    positions = paper().item_index(asked)
    assert positions.dtype == np.int32 and positions.tolist() == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("a", 0),
        (1, -1),
        (None, -1),
        (["b", 1, "c"], [1, -1, -1]),
        ([["b"], ["a"]], [[1], [0]]),
        ([{}, "a"], [-1, 0]),
    ],
)
def test_a_text_is_looked_up_and_anything_else_is_unknown(asked, found):
    ratings = Ratings.from_frame(table(userId=["a", "a", "b"]))
    assert ratings.user_index(asked).tolist() == found


def test_true_is_not_the_id_one():
    assert paper().user_index(np.array([1, True, None], dtype=object)).tolist() == [0, -1, -1]


def test_rows_are_taken_by_mask_or_position_and_keep_the_universe():
    ratings = paper()
    part = ratings.rows(ratings.values >= 5)
    assert part.values.tolist() == [5.0] * 5
    assert part.films is ratings.films and part.item_ids is ratings.item_ids and part.seen is part
    assert ratings.rows([3, 0]).values.tolist() == ratings.values[[3, 0]].tolist()
    assert len(ratings.rows([])) == 0


@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        ([True, False], "The mask has the shape (2,), and there are 24 rows. Give one entry a row."),
        ([0, 24], "which has 24, and positions go from 0 to 23 here."),
        ([-1], "which has -1, and positions go from 0 to 23 here."),
        ([1, 1], "A row is asked for twice, and a member rates a film once. Take numpy.unique(which)."),
        ([0.5], "which is of type float64. Positions are whole numbers"),
    ],
)
def test_rows_that_are_not_there_are_refused(which, sentence):
    with pytest.raises(DataError) as caught:
        paper().rows(which)
    assert sentence in str(caught.value)


def test_what_was_not_liked_still_counts_as_seen():
    liked = paper().liked(at_least=4)
    assert liked.values.min() == 4 and len(liked) == 13
    assert len(liked.seen) == 24
    assert len(liked.liked(at_least=5).seen) == 24


def test_of_the_liked_rows_only_those_that_are_held_out_are_not_seen_any_more():
    liked = paper().liked(at_least=4)
    part = liked.rows(np.arange(10))
    assert set(part.seen.cells) == set(paper().cells) - set(liked.cells[10:])
    assert set(part.join(liked.rows(np.arange(10, 13))).seen.cells) == set(paper().cells)


def test_two_parts_of_a_split_join_to_what_they_were():
    ratings = paper()
    whole = ratings.rows(ratings.users < 2).join(ratings.rows(ratings.users >= 2))
    assert whole.to_frame().equals(ratings.to_frame()) and whole.seen is whole


def test_only_parts_of_the_same_ratings_join():
    other = Ratings.from_frame(table())
    with pytest.raises(
        DataError, match="These ratings are of other users or films. Join parts that come from one split"
    ):
        paper().join(other)
    with pytest.raises(DataError, match="has rated film 101 more than once"):
        paper().join(paper())


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_copies_and_pickles_are_equal_and_as_unchangeable(twin):
    original = paper().liked(4)
    again = twin(original)
    assert again.to_frame().equals(original.to_frame())
    assert again.seen.to_frame().equals(paper().to_frame()) and again.seen.seen is again.seen
    assert again.user_index([1, 6]).tolist() == [0, 5]
    assert again.films["title"].tolist() == FILMS["title"].tolist()
    assert not again.values.flags.writeable and np.shares_memory(again.values, again._values)


def test_the_repr_is_one_line_that_says_when_members_are_simulated():
    assert repr(paper()) == "<Ratings: 24 by 6 members of 5 films, density 0.8>"
    simulated = Ratings.from_frame(table(), note="simulated members")
    assert repr(simulated) == "<Ratings: 3 by 2 members of 2 films, density 0.75; simulated members>"
    assert "simulated members" in repr(simulated.liked().rows([0]))


def from_arrays(**changed):
    right = {"users": [0, 1], "items": [0, 4], "values": [4.0, 3.0], "user_ids": [1, 2], "films": FILMS}
    return Ratings.from_arrays(**(right | changed))


def test_ids_of_arrays_may_be_numpys_own_text():
    assert from_arrays(user_ids=np.array(["a", "b"])).user_index(["b", "c"]).tolist() == [1, -1]


def test_arrays_of_the_right_type_are_taken_without_a_copy():
    values = np.array([4.0, 3.0], dtype=np.float32)
    assert np.shares_memory(from_arrays(values=values).values, values)


def test_a_memory_mapped_array_is_taken_as_it_is_when_opened_copy_on_write(tmp_path):
    np.save(tmp_path / "values.npy", np.array([4.0, 3.0], dtype=np.float32))
    private = np.load(tmp_path / "values.npy", mmap_mode="c")
    assert np.shares_memory(from_arrays(values=private).values, private)
    locked = np.load(tmp_path / "values.npy", mmap_mode="r")
    assert from_arrays(values=locked)._values.flags.writeable


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"users": [0, 2]},
            "users has 2, and positions go from 0 to 1 here. Ids become positions with user_index()",
        ),
        ({"items": [0, 5]}, "items has 5, and positions go from 0 to 4 here."),
        ({"items": [0, -1]}, "items has -1, and positions go from 0 to 4 here."),
        ({"items": [0.0, 1.0]}, "items is of type float64. Positions are whole numbers: 0, 1, 2 and so on."),
        ({"values": [4.0, 5.5]}, "A rating is off the scale from 0.5 to 5 stars: 5.5 in row 1"),
        ({"values": [4.0, np.nan]}, "A rating is off the scale from 0.5 to 5 stars: nan in row 1"),
        (
            {"values": [4.0]},
            "The arrays have to be of one length, and their shapes are users (2,), items (2,), values (1,).",
        ),
        ({"timestamps": [1]}, "timestamps (1,). Give one entry a rating."),
        (
            {"user_ids": [2, 1]},
            "user_ids is not ascending, or has an id twice. Sort it, and number users anew.",
        ),
        ({"user_ids": [1, 1]}, "user_ids is not ascending, or has an id twice."),
        ({"users": [0, 0], "items": [4, 4]}, "Member 1 has rated film 105 more than once"),
    ],
)
def test_arrays_that_cannot_be_used_are_refused_with_the_reason(changed, sentence):
    with pytest.raises(DataError) as caught:
        from_arrays(**changed)
    assert sentence in str(caught.value)


def test_no_ratings_at_all_are_a_part_like_any_other():
    nothing = paper().rows(np.zeros(24, dtype=bool))
    assert len(nothing) == 0 and nothing.density == 0 and nothing.csr.shape == (6, 5)
    assert nothing.to_frame().empty and nothing.timestamps.dtype == np.int64


def test_a_table_and_arrays_make_the_same_ratings():
    frame = paper().to_frame()
    assert Ratings.from_frame(frame, FILMS).to_frame().equals(from_matrix(PAPER).to_frame())
