"""The fast half steps of both kinds of alternating least squares: the plain loops' numbers, on any number of cores."""

import numpy as np
import pytest

from course_lib import datasets, solvers, splits
from course_lib.als import ExplicitALS
from course_lib.errors import DataError
from course_lib.factors import squared_error
from course_lib.half_steps import N_PARTS, Side
from course_lib.implicit import ImplicitALS
from tests.threads import needs_two, on_one_and_on_two
from tests.toy import random_ratings

RATINGS = random_ratings(n_users=60, n_items=40)
LIKED = RATINGS.liked()


def bits(model):
    return model.user_factors_.tobytes() + model.item_factors_.tobytes()


@pytest.mark.parametrize("solver", ["cg", "exact"])
@pytest.mark.parametrize("k", [1, 16, 21])
def test_implicit_factors_are_those_of_the_plain_loops(solver, k):
    settings = dict(n_factors=k, regularization=2.0, solver=solver, n_iterations=5)
    plain, fast = (ImplicitALS(engine=engine, **settings).fit(LIKED) for engine in ("plain", "fast"))
    assert fast.user_factors_ == pytest.approx(plain.user_factors_, abs=2e-5)
    assert fast.item_factors_ == pytest.approx(plain.item_factors_, abs=2e-5)
    assert fast.loss_curve_ == pytest.approx(plain.loss_curve_, rel=1e-5)
    assert fast.user_factors_.dtype == np.float32 and fast.user_factors_.shape == plain.user_factors_.shape
    assert fast.scores(RATINGS.user_ids) == pytest.approx(plain.scores(RATINGS.user_ids), abs=2e-5)


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("k", [0, 3, 16])
def test_with_enough_steps_explicit_factors_are_those_of_the_exact_solution(weighted, k):
    settings = dict(n_factors=k, regularization=0.1, bias_regularization=0.05, weighted=weighted, n_iterations=3)
    exact = ExplicitALS(solver="exact", **settings).fit(RATINGS)
    steps = ExplicitALS(solver="cg", cg_steps=40, **settings).fit(RATINGS)
    for name in ("user_factors_", "item_factors_", "user_bias_", "item_bias_"):
        assert getattr(steps, name) == pytest.approx(getattr(exact, name), abs=2e-3)
    assert steps.loss_curve_ == pytest.approx(exact.loss_curve_, rel=1e-5)
    assert steps.objective(RATINGS) == pytest.approx(steps.loss_curve_[-1], rel=1e-5)


def test_three_steps_a_turn_never_lead_up():
    model = ExplicitALS(n_factors=8, solver="cg", n_iterations=20).fit(RATINGS)
    assert (np.diff(model.loss_curve_) <= 1e-5 * model.loss_curve_[0]).all()


def test_on_the_shipped_data_three_steps_are_as_good_as_the_exact_solution():
    split = splits.within_users(datasets.load("matinee").ratings, validation=0.2, test=0.2, seed=0)
    errors = {}
    for solver in ("exact", "cg"):
        model = ExplicitALS(n_factors=8, regularization=0.12, solver=solver).fit(split.train)
        errors[solver] = np.sqrt(squared_error(split.validation, *model._learned()) / len(split.validation))
    assert errors["cg"] == pytest.approx(errors["exact"], abs=0.003)


@needs_two
@pytest.mark.parametrize(
    ("model", "ratings"),
    [
        (ImplicitALS(engine="fast", regularization=2.0), LIKED),
        (ImplicitALS(engine="fast", solver="exact", regularization=2.0), LIKED),
        (ExplicitALS(solver="cg"), RATINGS),
    ],
    ids=["implicit cg", "implicit exact", "explicit cg"],
)
def test_one_core_and_two_give_the_same_bits(model, ratings, monkeypatch):
    monkeypatch.setattr(solvers, "ALONE_BELOW", 0)
    one, two = on_one_and_on_two(lambda: bits(model.fit(ratings)))
    assert one == two


def test_both_are_taken_from_a_million_ratings_on(monkeypatch):
    asked = bits(ImplicitALS(engine="fast").fit(LIKED)), bits(ExplicitALS(solver="cg").fit(RATINGS))
    plain = bits(ImplicitALS(engine="plain").fit(LIKED)), bits(ExplicitALS(solver="exact").fit(RATINGS))
    assert (bits(ImplicitALS().fit(LIKED)), bits(ExplicitALS().fit(RATINGS))) == plain
    monkeypatch.setattr(solvers, "FAST_FROM", 0)
    assert (bits(ImplicitALS().fit(LIKED)), bits(ExplicitALS().fit(RATINGS))) == asked
    with pytest.raises(DataError, match="engine='quick'. Choose one of"):
        ImplicitALS(engine="quick").fit(LIKED)
    with pytest.raises(DataError, match="solver='fast'. Choose one of"):
        ExplicitALS(solver="fast").fit(RATINGS)


def test_the_parts_hold_every_row_that_has_ratings_once():
    side = Side(RATINGS._csr, 16, None)
    lengths = np.diff(RATINGS._csr.indptr)
    assert sorted(side.order) == np.flatnonzero(lengths).tolist()
    assert len(side.ends) == N_PARTS and (np.diff(side.ends) >= 0).all() and side.ends[-1] == len(side.order)


def test_a_single_row_and_more_factors_than_ratings_are_fine():
    alone = RATINGS.rows([0, 1])
    assert np.isfinite(ExplicitALS(n_factors=50, solver="cg").fit(alone).scores(RATINGS.user_ids)).all()
    assert np.isfinite(ImplicitALS(n_factors=50, engine="fast").fit(alone).scores(RATINGS.user_ids)).all()


def test_reasons_still_add_up_to_the_score():
    model = ImplicitALS(engine="fast", regularization=2.0).fit(LIKED)
    member = LIKED.user_ids[LIKED.users[0]]
    reasons = model.explain(member, 12)
    assert reasons["contribution"].sum() == pytest.approx(model.scores(member)[0, 2], abs=1e-5)
