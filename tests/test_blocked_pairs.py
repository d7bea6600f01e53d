"""The fast descent on pairs: the steps of the plain loop on films that were not seen, whatever the number of cores."""

import numpy as np
import pytest

from course_lib import blocks as layout
from course_lib import datasets, evaluation, solvers
from course_lib._kernels import pairs_fast
from course_lib._kernels.pairs import bpr_epoch
from course_lib.blocked_pairs import BlockedPairs
from course_lib.errors import CourseError, DataError
from course_lib.factors import random_start
from course_lib.pairs import BPR
from tests.threads import needs_two, on_one_and_on_two
from tests.toy import from_matrix, random_ratings

RATINGS = random_ratings(n_users=60, n_items=83).liked()
STEP, LAM = np.float32(0.05), np.float32(0.03)


def bits(model):
    return b"".join(array.tobytes() for array in (model.user_factors_, model.item_factors_, model.item_bias_))


def started(chances=None, k=5, seed=4, ratings=RATINGS):
    rng = np.random.default_rng(seed)
    return BlockedPairs(ratings, chances, *random_start(ratings, k, 0.3, rng), rng)


@pytest.mark.parametrize("k", [0, 3, 16, 33])
def test_for_the_same_pairs_the_numbers_are_those_of_the_plain_loop(k, monkeypatch):
    monkeypatch.setattr(layout, "BYTES_A_BLOCK", 256)
    fast = started(k=k)
    blocks, drawn = fast.blocks, np.empty(len(RATINGS), dtype=np.int64)
    plain = [array.astype(np.float64) for array in (fast.b_item, fast.P, fast.Q)]
    users, items = blocks.users.astype(np.int32), blocks.items.astype(np.int32)
    for _ in range(10):
        twin = np.random.default_rng()
        twin.bit_generator.state = fast.rng.bit_generator.state  # will draw the same order
        loss, n_pairs = fast.epoch(STEP, LAM, drawn)
        order = blocks.row_order(blocks.visits(twin))
        expected = bpr_epoch(order, users, items, drawn.astype(np.int32), *plain, float(STEP), float(LAM))
        assert loss == pytest.approx(expected, rel=1e-5) and n_pairs == np.count_nonzero(drawn >= 0)
    for mine, theirs in zip((fast.b_item, fast.P, fast.Q), plain, strict=True):
        assert np.abs(mine - theirs).max(initial=0) < 1e-5


@pytest.mark.parametrize("negatives", ["uniform", "popularity"])
def test_only_films_are_drawn_that_were_not_seen_all_of_them_as_often_as_asked(negatives):
    weights = np.bincount(RATINGS.items, minlength=RATINGS.n_items) ** 0.5
    fast = started(None if negatives == "uniform" else weights / weights.sum())
    blocks, drawn = fast.blocks, np.empty(len(RATINGS), dtype=np.int64)
    users, times = fast.old_user[blocks.users], np.zeros((RATINGS.n_users, RATINGS.n_items))
    group_of = blocks.new_item // blocks.items_a_group
    for _ in range(300):
        fast.epoch(np.float32(0), np.float32(0), drawn)
        assert (drawn // blocks.items_a_group == blocks.items // blocks.items_a_group).all()
        np.add.at(times, (users, fast.old_item[drawn]), 1)
    seen = RATINGS.seen.csr.toarray() > 0
    assert not times[seen].any()
    chances = (np.ones_like(weights) if negatives == "uniform" else weights) * ~seen
    expected = np.zeros_like(times)
    for user, film in zip(RATINGS.users, RATINGS.items, strict=True):
        own = chances[user] * (group_of == group_of[film])
        expected[user] += 300 * own / own.sum()
    away = (times - expected)[expected > 20] / np.sqrt(expected[expected > 20])
    assert abs(away.mean()) < 0.1 and 0.7 < away.std() < 1.1


@needs_two
def test_one_core_and_two_give_the_same_bits(monkeypatch):
    monkeypatch.setattr(solvers, "ALONE_BELOW", 0)
    monkeypatch.setattr(layout, "BYTES_A_BLOCK", 1024)
    one, two = on_one_and_on_two(lambda: bits(BPR(n_factors=20, n_epochs=10, solver="fast").fit(RATINGS)))
    assert one == two


def test_on_the_shipped_data_it_is_as_good_as_the_plain_loop():
    split = evaluation.board_split(datasets.load("matinee").ratings)
    liked, found = split.train.liked(), {}
    for solver in ("plain", "fast"):
        models = {str(s): BPR(n_factors=16, solver=solver, random_state=s).fit(liked) for s in range(3)}
        table = evaluation.rank(models, split, measures=("ndcg",))
        found[solver] = table.loc["ndcg"]["value"].mean()
    assert found["fast"] >= found["plain"] - 0.005


def test_it_is_taken_when_asked_for_and_from_a_million_rows_on(monkeypatch):
    plain, asked = BPR(n_epochs=3, solver="plain").fit(RATINGS), BPR(n_epochs=3, solver="fast").fit(RATINGS)
    assert bits(BPR(n_epochs=3).fit(RATINGS)) == bits(plain) != bits(asked)
    assert asked.user_factors_.shape == plain.user_factors_.shape and (asked.chances_ == plain.chances_).all()
    monkeypatch.setattr(solvers, "FAST_FROM", len(RATINGS))
    assert bits(BPR(n_epochs=3).fit(RATINGS)) == bits(asked)
    with pytest.raises(DataError, match="solver='quick'. Choose one of"):
        BPR(solver="quick").fit(RATINGS)


def test_members_without_a_chosen_film_keep_zeros_and_the_loss_falls():
    model = BPR(n_epochs=20, solver="fast", negatives="popularity").fit(RATINGS)
    assert not model.user_factors_[-1].any() and model.loss_curve_[-1] < model.loss_curve_[0] < 1


def test_too_large_steps_end_in_a_sentence_and_not_in_nan():
    with pytest.raises(CourseError, match=r"out of bounds in epoch \d+"):
        BPR(learning_rate=1e6, solver="fast").fit(RATINGS)


def test_who_has_seen_everything_has_no_pairs():
    with pytest.raises(DataError, match="has seen every film"):
        BPR(solver="fast").fit(from_matrix(np.full((3, 5), 4.0)))


def test_the_first_look_tells_nearly_all_films_that_were_not_seen_apart():
    fast = started()
    table = fast.seen[3]
    assert 0 < sum(int(word).bit_count() for word in table) <= len(RATINGS.seen)
    assert pairs_fast.ATTEMPTS > 1
