"""The layout behind the fast loops: nothing is lost, and those who work at the same time share nothing."""

import numpy as np
import pytest

from course_lib import blocks as layout
from course_lib.blocks import N_GROUPS, Blocks, padded, zeros
from tests.toy import random_ratings

RATINGS = random_ratings(n_users=57, n_items=31)


@pytest.fixture(params=[1 << 15, 256], ids=["one block", "many blocks"])
def blocks(request, monkeypatch):
    monkeypatch.setattr(layout, "BYTES_A_BLOCK", request.param)
    return Blocks(RATINGS, 64, np.random.default_rng(3))


def rows(users, items, values):
    return sorted(zip(users.tolist(), items.tolist(), values.tolist(), strict=True))


def test_every_rating_is_there_once_under_its_new_numbers(blocks):
    expected = rows(blocks.new_user[RATINGS.users], blocks.new_item[RATINGS.items], RATINGS.values)
    assert rows(blocks.users, blocks.items, blocks.values) == expected
    for new, n in ((blocks.new_user, blocks.n_users), (blocks.new_item, blocks.n_items)):
        assert len(np.unique(new)) == len(new) and 0 <= new.min() and new.max() < n


def test_an_epoch_visits_every_rating_once_in_another_order_each_time(blocks):
    rng = np.random.default_rng(0)
    one, other = (blocks.row_order(blocks.visits(rng)) for _ in range(2))
    assert (np.sort(one) == np.arange(len(RATINGS))).all() and (np.sort(other) == np.sort(one)).all()
    assert (one != other).any()


def test_groups_that_work_at_the_same_time_share_no_member_and_no_film(blocks):
    for a_round in blocks.visits(np.random.default_rng(1)):
        order = [blocks.row_order(of_group) for of_group in a_round]
        for array in (blocks.users, blocks.items):
            seen = [set(array[own].tolist()) for own in order]
            assert sum(map(len, seen)) == len(set().union(*seen))


def test_members_have_the_same_group_in_every_round(blocks):
    a_round = blocks.visits(np.random.default_rng(1))
    for g in range(N_GROUPS):
        users = [set((blocks.users[blocks.row_order(a_round[s, g])] * N_GROUPS // blocks.n_users).tolist())
                 for s in range(N_GROUPS)]  # fmt: skip
        assert set().union(*users) <= {g}


def test_a_block_is_in_no_order():
    blocks = Blocks(random_ratings(n_users=300, n_items=200), 64, np.random.default_rng(0))
    assert abs(np.corrcoef(blocks.users[: blocks.starts[1]], np.arange(blocks.starts[1]))[0, 1]) < 0.2


def test_rows_come_back_as_they_were_given(blocks):
    rng = np.random.default_rng(0)
    P, Q = rng.normal(size=(57, 5)).astype(np.float32), rng.normal(size=(31, 5)).astype(np.float32)
    wide = blocks.spread(P, Q, 16)
    assert wide[0].shape == (blocks.n_users, 16) and not wide[0][:, 5:].any()
    for given, again in zip((P, Q), blocks.gather(*wide, 5), strict=True):
        assert (given == again).all()
    for given, again in zip((P[:, 0], Q[:, 0]), blocks.gather(*blocks.spread(P[:, 0], Q[:, 0])), strict=True):
        assert (given == again).all()


def test_without_stars_the_layout_holds_none():
    assert Blocks(RATINGS, 64, np.random.default_rng(3), with_values=False).values.size == 0


@pytest.mark.parametrize("shape", [(1, 1), (3, 16), (7,)])
def test_zeros_begin_at_a_multiple_of_64_bytes(shape):
    made = zeros(shape)
    assert made.shape == shape and made.dtype == np.float32 and made.ctypes.data % 64 == 0 and not made.any()


@pytest.mark.parametrize(("k", "width"), [(0, 16), (1, 16), (16, 16), (17, 32), (50, 64), (64, 64), (100, 128)])
def test_rows_are_filled_up_to_a_width_that_the_compiler_likes(k, width):
    assert padded(k) == width
