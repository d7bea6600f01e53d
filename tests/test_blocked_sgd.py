"""The fast descent: the steps of the plain loop, whatever the number of cores."""

import numpy as np
import pytest

from course_lib import blocks as layout
from course_lib import datasets, solvers, splits
from course_lib._kernels.sgd import sgd_epoch
from course_lib.blocked_sgd import BlockedDescent
from course_lib.errors import CourseError, DataError
from course_lib.factorization import MatrixFactorization
from course_lib.factors import random_start, squared_error
from tests.threads import needs_two, on_one_and_on_two
from tests.toy import random_ratings

RATINGS = random_ratings(n_users=60, n_items=40)
FACTORS = "user_bias_", "item_bias_", "user_factors_", "item_factors_"


def bits(model):
    return b"".join(getattr(model, name).tobytes() for name in FACTORS)


@pytest.mark.parametrize("k", [0, 3, 16, 33])
def test_in_the_same_order_the_numbers_are_those_of_the_plain_loop(k, monkeypatch):
    monkeypatch.setattr(layout, "BYTES_A_BLOCK", 256)
    rng = np.random.default_rng(4)
    P, Q = random_start(RATINGS, k, 0.3, rng)
    fast = BlockedDescent(RATINGS, 3.1, P, Q, 0.05, 0.02, rng)
    blocks = fast.blocks
    assert len(blocks.starts) > 17
    plain = [array.astype(np.float64) for array in (fast.b_user, fast.b_item, fast.P, fast.Q)]
    visits = np.random.default_rng()
    visits.bit_generator.state = rng.bit_generator.state  # will draw the same orders
    users, items = blocks.users.astype(np.int32), blocks.items.astype(np.int32)
    for epoch in range(10):
        order = blocks.row_order(blocks.visits(visits))
        sgd_epoch(order, users, items, blocks.values, 3.1, *plain, 0.03 / (1 + epoch), 0.05, 0.02)
        fast.epoch(0.03 / (1 + epoch))
    for mine, theirs in zip((fast.b_user, fast.b_item, fast.P, fast.Q), plain, strict=True):
        assert np.abs(mine - theirs).max(initial=0) < 1e-5


@needs_two
def test_one_core_and_two_give_the_same_bits(monkeypatch):
    monkeypatch.setattr(solvers, "ALONE_BELOW", 0)
    monkeypatch.setattr(layout, "BYTES_A_BLOCK", 1024)
    one, two = on_one_and_on_two(
        lambda: bits(MatrixFactorization(n_factors=20, n_epochs=10, solver="fast").fit(RATINGS))
    )
    assert one == two


def test_on_the_shipped_data_it_is_as_good_as_the_plain_loop():
    split = splits.within_users(datasets.load("matinee").ratings, validation=0.2, test=0.2, seed=0)
    errors = {}
    for solver in ("plain", "fast"):
        models = (MatrixFactorization(50, regularization=0.12, solver=solver, random_state=seed) for seed in range(3))
        squares = [squared_error(split.validation, *model.fit(split.train)._learned()) for model in models]
        errors[solver] = np.sqrt(np.array(squares) / len(split.validation)).mean()
    assert errors["fast"] == pytest.approx(errors["plain"], abs=0.001)


def test_it_is_taken_when_asked_for_and_from_a_million_ratings_on(monkeypatch):
    plain = MatrixFactorization(n_epochs=3).fit(RATINGS)
    assert plain.user_factors_.dtype == np.float64
    assert bits(MatrixFactorization(n_epochs=3, solver="plain").fit(RATINGS)) == bits(plain)
    asked = MatrixFactorization(n_epochs=3, solver="fast").fit(RATINGS)
    assert asked.user_factors_.dtype == np.float32
    monkeypatch.setattr(solvers, "FAST_FROM", len(RATINGS))
    assert bits(MatrixFactorization(n_epochs=3).fit(RATINGS)) == bits(asked)
    with pytest.raises(DataError, match="solver='quick'. Choose one of"):
        MatrixFactorization(solver="quick").fit(RATINGS)


def test_members_and_films_without_ratings_keep_zeros():
    model = MatrixFactorization(n_factors=3, n_epochs=3, solver="fast").fit(RATINGS)
    assert not model.user_factors_[-1].any() and not model.item_factors_[-1].any()
    assert model.user_bias_[-1] == 0 and model.item_bias_[-1] == 0
    assert model.user_factors_.shape == (60, 3) and model.item_factors_.shape == (40, 3)


def test_the_seed_decides_everything():
    one, again, other = (
        bits(MatrixFactorization(n_epochs=3, solver="fast", random_state=seed).fit(RATINGS)) for seed in (1, 1, 2)
    )
    assert one == again != other


def test_the_loss_is_that_of_the_epoch_and_falls_to_that_of_the_end():
    model = MatrixFactorization(n_factors=3, n_epochs=60, solver="fast").fit(RATINGS)
    now = np.sqrt(squared_error(RATINGS, *model._learned()) / len(RATINGS))
    assert model.loss_curve_[0] > model.loss_curve_[-1] > now - 0.001
    assert model.loss_curve_[-1] == pytest.approx(now, abs=0.05)


def test_early_stopping_finds_an_epoch_and_then_trains_on_everything():
    settings = dict(n_factors=8, learning_rate=0.05, regularization=0.0, solver="fast")
    stopped = MatrixFactorization(n_epochs=200, early_stopping=True, patience=5, **settings).fit(RATINGS)
    assert stopped.best_epoch_ < 200
    assert bits(MatrixFactorization(n_epochs=stopped.best_epoch_, **settings).fit(RATINGS)) == bits(stopped)


@pytest.mark.parametrize("learning_rate", [1.5, 1e6, 1e300])
def test_too_large_steps_end_in_a_sentence_and_not_in_nan(learning_rate):
    with pytest.raises(CourseError, match=r"out of bounds in epoch \d+"):
        MatrixFactorization(learning_rate=learning_rate, solver="fast").fit(RATINGS)


def test_hardly_any_ratings_are_enough():
    model = MatrixFactorization(solver="fast").fit(RATINGS.rows([0]))
    assert np.isfinite(model.scores(RATINGS.user_ids)).all()
