import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_absolute_error, root_mean_squared_error

from course_lib.errors import DataError
from course_lib.metrics import mae, rmse
from tests.toy import quick

stars = st.floats(-100, 100).map(lambda value: round(value, 6))
pairs = st.lists(st.tuples(stars, stars), min_size=1, max_size=30)


def test_five_ratings_by_hand():
    actual, predicted = [5, 3, 4, 1, 2], [4, 3, 4, 3, 2]
    assert mae(actual, predicted) == 3 / 5
    assert rmse(actual, predicted) == 1.0  # the root of (1 + 4) / 5


@quick
@given(pairs)
def test_both_agree_with_scikit_learn(rows):
    actual, predicted = np.array(rows).T
    assert rmse(actual, predicted) == pytest.approx(root_mean_squared_error(actual, predicted), abs=1e-12)
    assert mae(actual, predicted) == pytest.approx(mean_absolute_error(actual, predicted), abs=1e-12)


@quick
@given(pairs, st.randoms(use_true_random=False))
def test_both_are_between_zero_and_the_largest_error_whatever_the_order(rows, random):
    actual, predicted = np.array(rows).T
    largest = np.abs(actual - predicted).max()
    assert 0 <= mae(actual, predicted) <= rmse(actual, predicted) * (1 + 1e-12) <= largest * (1 + 1e-11)
    random.shuffle(rows)
    assert rmse(*np.array(rows).T) == pytest.approx(rmse(actual, predicted), abs=1e-12)


def test_a_constant_shift_is_the_error():
    assert rmse(np.zeros(7), np.full(7, 0.5)) == mae(np.zeros(7), np.full(7, -0.5)) == 0.5


def test_many_float32_values_lose_no_digits():
    actual = np.full(3_000_000, 0.1, dtype=np.float32)
    assert rmse(actual, np.zeros_like(actual)) == pytest.approx(float(np.float32(0.1)), rel=1e-12)


@pytest.mark.parametrize("metric", [rmse, mae])
@pytest.mark.parametrize(
    ("actual", "predicted", "sentence"),
    [
        (
            [1, 2],
            [1],
            "There are 2 actual ratings of shape (2,) and 1 predicted ones of shape (1,). Give one prediction",
        ),
        ([[1, 2]], [1, 2], "There are 2 actual ratings of shape (1, 2) and 2 predicted ones of shape (2,)."),
        ([], [], "There are no ratings to compare. Check the split: its part may be empty."),
        ([1, 2], [1, np.nan], "predicted holds nan at position 1, which is not a number of stars."),
        ([np.inf, 2], [1, 2], "actual holds inf at position 0, which is not a number of stars."),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(metric, actual, predicted, sentence):
    with pytest.raises(DataError) as caught:
        metric(actual, predicted)
    assert sentence in str(caught.value)
