import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib import top_n as top_n_module
from course_lib.top_n import top_n
from tests.toy import quick


def by_sorting_everything(scores, n):
    return np.argsort(-scores, axis=1, kind="stable")[:, :n]


@quick
@given(
    hnp.arrays(
        np.float32,
        hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40),
        elements=st.one_of(st.sampled_from([0.0, -0.0, 1.0, 2.0]), st.floats(-1000, 1000, width=32)),
    ),
    st.integers(1, 45),
)
def test_the_list_is_what_sorting_everything_gives(scores, n):
    items, best = top_n(scores, n)
    length = min(n, scores.shape[1])
    assert items.shape == best.shape == (len(scores), n)
    assert items.dtype == np.int32 and best.dtype == np.float32
    assert (items[:, :length] == by_sorting_everything(scores, n)).all()
    assert (best[:, :length] == np.take_along_axis(scores, items[:, :length], axis=1)).all()
    assert (items[:, length:] == -1).all() and np.isnan(best[:, length:]).all()


@pytest.mark.parametrize("n", [1, 10, 60])
@pytest.mark.parametrize("kind", ["normal", "few values", "one value", "mostly zeros", "descending"])
def test_long_rows_give_the_same_as_sorting_whatever_is_in_them(kind, n):
    rng = np.random.default_rng(0)
    scores = {
        "normal": rng.normal(size=(20, 3000)),
        "few values": rng.integers(0, 9, size=(20, 3000)),
        "one value": np.ones((20, 3000)),
        "mostly zeros": np.where(rng.random((20, 3000)) < 0.002, 1, 0),
        "descending": np.tile(np.arange(3000.0, 0, -1), (20, 1)),
    }[kind].astype(np.float32)
    assert (top_n(scores, n)[0] == by_sorting_everything(scores, n)).all()


@quick
@given(
    hnp.arrays(
        st.sampled_from([np.float32, np.float64]),
        hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=150),
        elements=st.sampled_from([0.0, -0.0, 1.0, 2.0, 2.5, -7.0, -np.inf, np.inf]),
    ),
    st.integers(1, 160),
)
def test_many_scores_are_gone_through_in_one_pass_with_the_same_end(scores, n):
    slow = top_n(scores, n)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(top_n_module, "MANY_SCORES", 0)
        quick_one = top_n(scores, n)
    for one, other in zip(slow, quick_one, strict=True):
        assert one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype != np.int32)


@pytest.mark.parametrize("n", [1, 10, 100, 129])
def test_it_is_taken_for_many_scores_and_ties_are_kept_in_order(n):
    rng = np.random.default_rng(0)
    scores = rng.integers(0, 500, size=(500, 3100)).astype(np.float32)
    assert scores.size >= top_n_module.MANY_SCORES
    assert (top_n(scores, n)[0] == by_sorting_everything(scores, n)).all()


def test_scores_that_differ_only_beyond_half_their_digits_are_in_order():
    scores = 1 + np.random.default_rng(0).random((20, 100_000)) * 1e-9
    assert (top_n(scores, 10)[0] == by_sorting_everything(scores, 10)).all()


@pytest.mark.parametrize("n_items", [4, 500])
def test_what_must_not_be_listed_is_not(n_items):
    scores = np.full((2, n_items), -np.inf, dtype=np.float32)
    scores[0, [1, 3]] = -5, 2
    items, best = top_n(scores, 3)
    assert items.tolist() == [[3, 1, -1], [-1, -1, -1]]
    assert best[0, :2].tolist() == [2, -5] and np.isnan(best[0, 2]) and np.isnan(best[1]).all()


def test_no_rows_and_no_items_make_empty_lists():
    assert top_n(np.empty((0, 100), dtype=np.float32), 3)[0].shape == (0, 3)
    assert top_n(np.empty((2, 0), dtype=np.float32), 3)[0].tolist() == [[-1, -1, -1]] * 2


def test_the_scores_are_left_alone():
    scores = np.random.default_rng(0).normal(size=(3, 400)).astype(np.float32)
    before = scores.copy()
    top_n(scores, 5)
    assert (scores == before).all()
