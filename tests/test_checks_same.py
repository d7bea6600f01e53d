"""When two answers are the same, and what is said when they are not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from course_lib.checks.same import (
    anything,
    close,
    exactly,
    same_order,
    same_ranking,
    same_set,
    table,
    up_to_rotation,
    up_to_sign,
)
from course_lib.checks.values import difference, shown

NUMBERS = st.floats(-1e6, 1e6)
MATRICES = arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 4)), elements=st.floats(-100, 100))
FRAME = pd.DataFrame({"title": ["Heat", "Alien", "Up"], "score": [4.5, 4.0, np.nan]}, index=[6, 1, 9])


@given(MATRICES)
def test_everything_is_the_same_as_itself(matrix):
    for same in (exactly, close(), up_to_sign, up_to_rotation, same_set, same_order, anything):
        assert same(matrix, matrix.copy())
    assert same_ranking(matrix[0], matrix[0].copy())


@given(NUMBERS, st.floats(1e-6, 1), st.floats(0.01, 0.9))
def test_close_ends_at_its_tolerance(number, tolerance, share):
    same = close(absolute=tolerance, relative=0)
    assert same(number + share * tolerance, number)
    assert not same(number + (1.1 + share) * tolerance, number)
    assert same.looser(10)(number + (1.1 + share) * tolerance, number)


def test_values_count_and_types_do_not():
    for got, expected in [
        (3, 3.0),
        (np.float32(0.5), 0.5),
        ([1, 2], np.array([1.0, 2.0])),
        ((1, 2), [1, 2]),
        (pd.Series([1, 2], index=[7, 8]), np.array([1, 2])),
        (sparse.csr_array(np.eye(2)), np.eye(2)),
        (np.nan, float("nan")),
        ({"a": [1, 2]}, {"a": np.array([1, 2])}),
        (["Heat", 2.0], ("Heat", 2)),
        (np.array(["Heat"]), ["Heat"]),
        ({1, 2}, {2, 1}),
        (np.True_, True),
    ]:
        assert close()(got, expected), (got, expected)


def test_what_differs_or_cannot_be_compared_is_not_the_same():
    for got, expected in [
        (3.1, 3.0),
        ([1, 2], [1, 2, 3]),
        ([[1, 2]], [1, 2]),
        ("3", 3),
        (None, 3),
        (3, None),
        ({"a": 1}, {"b": 1}),
        ("Heat", ["Heat"]),
        (["Heat"], ["Alien"]),
        (pd.Series([1, 2], index=[7, 8]), pd.Series([1, 2], index=[8, 7])),
        (FRAME, 3),
        (3, FRAME),
        (np.linalg.norm, 3),
        ([1, [2, 3]], [1, 2]),
        (pd.NA, "Heat"),
    ]:
        for same in (close(), exactly):
            assert not same(got, expected), (got, expected)


def test_a_sum_in_32_bit_numbers_is_close_and_not_exact():
    values = np.random.default_rng(0).uniform(0.5, 5, size=100_000)
    assert close()(values.astype(np.float32).sum(), values.sum())
    assert not exactly(values.astype(np.float32).sum(), values.sum())


@given(MATRICES, st.lists(st.sampled_from([-1, 1]), min_size=4, max_size=4))
def test_up_to_sign_lets_each_column_flip(matrix, signs):
    assert up_to_sign(matrix * signs[: matrix.shape[1]], matrix)


def test_up_to_sign_does_not_let_a_single_entry_flip():
    assert not up_to_sign(np.array([[1.0, 2], [-3, 4]]), np.array([[1.0, 2], [3, 4]]))
    assert not up_to_sign(np.ones((2, 3)), np.ones((3, 2)))


@given(MATRICES, st.integers(0, 99))
def test_up_to_rotation_lets_the_columns_turn(matrix, seed):
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(matrix.shape[1],) * 2))
    assert up_to_rotation(matrix @ turn, matrix)


def test_up_to_rotation_does_not_let_them_stretch():
    factors = np.random.default_rng(0).normal(size=(6, 2))
    assert not up_to_rotation(factors * [1, 1.1], factors)
    assert not up_to_rotation(factors[:, :1], factors)


def test_sets_and_orders():
    assert same_set([3, 1, 2], np.array([1, 2, 3]))
    assert same_set({3, 1}, [1, 3])
    assert not same_set([1, 1, 2], [1, 2, 2])
    assert same_order(np.array([3, 1]), [3, 1])
    assert not same_order([1, 3], [3, 1])
    assert not same_order([3], [3, 1])


def test_scores_rank_alike_when_they_put_things_in_the_same_order():
    assert same_ranking([10, 30, 20], [0.1, 0.3, 0.2])
    assert same_ranking([5, 5, 7], [1, 1, 2])
    assert not same_ranking([5, 5.1, 7], [1, 1, 2])
    assert not same_ranking([10, 20, 30], [0.1, 0.3, 0.2])
    assert not same_ranking([10, np.nan, 30], [0.1, 0.2, 0.3])


def test_tables_with_missing_cells_are_the_same_as_themselves():
    assert table()(FRAME.copy(), FRAME)
    assert close()(FRAME.copy(), FRAME)
    assert table(rows_in_order=False)(FRAME.iloc[[2, 0, 1]], FRAME)
    assert table(rows_in_order=False, index=False)(FRAME.iloc[[2, 0, 1]].reset_index(drop=True), FRAME)
    assert not table(rows_in_order=False)(FRAME.assign(score=[4.5, 4.0, 1.0]), FRAME)


def test_tables_with_lists_in_cells_compare():
    genres = pd.DataFrame({"genres": [("Drama",), ("Action", "Drama")]})
    assert table()(genres.copy(), genres)
    assert not table()(pd.DataFrame({"genres": [("Drama",), ("Action",)]}), genres)


def test_a_table_says_more_about_its_first_difference_than_that_there_is_one():
    told = table().difference
    assert "It is the index: reset_index()" in told(FRAME.set_index("title"), FRAME)
    assert "there twice" in told(pd.concat([FRAME, FRAME[["score"]]], axis=1), FRAME)
    assert "of type list" in told([1], FRAME)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (0.976684, "0.9767"),
        (np.float32(0.5), "0.5"),
        (1234567.0, "1.235e+06"),
        (True, "True"),
        ("Heat", "'Heat'"),
        (np.array([8, 5, 7]), "[8, 5, 7]"),
        (np.array([[1.5, 2], [3, 4]]), "[[1.5, 2], [3, 4]]"),
        (np.zeros((600, 20)), "an array of shape (600, 20)"),
        (FRAME, "a table of 3 rows and 2 columns"),
        (FRAME["score"], "a Series of 3 values"),
        (sparse.csr_array(np.eye(3)), "a sparse matrix of shape (3, 3)"),
        (np.linalg.norm, "the function norm"),
        (list(range(99)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, …"),
    ],
)
def test_a_value_fits_into_a_sentence(value, text):
    assert shown(value) == text


@pytest.mark.parametrize(
    ("got", "expected", "told"),
    [
        (0.98, 0.97, "0.98 came; 0.97 was expected."),
        (0.97001, 0.97002, "0.97001 came; 0.97002 was expected."),
        ("Heat", "Alien", "'Heat' came; 'Alien' was expected."),
        ("3", 3, "It is a text ('3'), and a number was expected."),
        ([1, 2], 3, "It is an array of numbers ([1, 2]), and a number was expected."),
        (3, [1, 2], "It is a number (3), and an array of numbers was expected."),
        (
            np.ones((3, 2)),
            np.ones((2, 3)),
            "It has the shape (3, 2), and (2, 3) was expected. That is transposed",
        ),
        (np.array([[1, 2], [3, 4]]), np.array([[1, 3], [2, 4]]), "It is transposed"),
        ([1, np.nan], [1, 2], "It is nan at [1]: a division by zero"),
        (np.nan, 1.0, "It is nan: a division by zero"),
        (0.98, 0.97668, "It is rounded to 2 places."),
        (1.0, 0.97668, "1 came; 0.9767 was expected."),
        (np.arange(99), np.arange(99) + (np.arange(99) == 70), "At [70], 70 came; 71 was expected."),
        ([1, 2], [1, 3], "[1, 2] came; [1, 3] was expected."),
        ([[1], [2, 3]], [1], "It is a list of unequal parts"),
        ({1}, [1], "It is a set"),
        (FRAME, 1, "It is a table of 3 rows and 2 columns, and a number was expected."),
    ],
)
def test_a_difference_is_told_in_a_sentence(got, expected, told):
    assert difference(got, expected).startswith(told)


@pytest.mark.parametrize(("got", "expected"), [(2.5, 3.25), ([1.0, 9.5], [1.0, 3.25]), ("Heat", "Alien")])
def test_a_difference_does_not_give_the_answer_away_where_it_must_not(got, expected):
    told = difference(got, expected, reveal=False)
    assert "3.25" not in told
    assert "Alien" not in told
