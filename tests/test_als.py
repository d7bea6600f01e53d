"""Alternating least squares: against Ridge, against gradient descent, and against its own promise to descend."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from course_lib._kernels.als import als_half_step
from course_lib.als import ExplicitALS
from course_lib.errors import DataError
from course_lib.factorization import MatrixFactorization
from course_lib.factors import squared_error
from course_lib.ratings import Ratings
from tests.test_factorization import planted
from tests.toy import from_matrix, paper, quick, random_ratings

RATINGS = random_ratings()
STARS = RATINGS.values.astype(np.float64)


def rmse(model, ratings):
    return np.sqrt(squared_error(ratings, *model._learned()) / len(ratings))


@pytest.mark.parametrize("weighted", [True, False])
def test_a_half_step_is_a_ridge_regression_for_each_member(weighted):
    model = ExplicitALS(n_factors=3, regularization=0.3, weighted=weighted, n_iterations=4).fit(RATINGS)
    for member in range(RATINGS.n_users - 1):
        mine = RATINGS.users == member
        items, n = RATINGS.items[mine], mine.sum()
        if not n:
            continue
        X = np.column_stack([model.item_factors_[items], np.ones(n)])
        target = STARS[mine] - model.mean_ - model.item_bias_[items]
        ridge = Ridge(alpha=0.3 * (n if weighted else 1), fit_intercept=False).fit(X, target)
        own = np.append(model.user_factors_[member], model.user_bias_[member])
        assert own == pytest.approx(ridge.coef_, abs=1e-8)


def test_a_half_step_for_the_films_is_one_too_with_its_own_penalty_for_biases():
    model = ExplicitALS(n_factors=2, regularization=0.2, bias_regularization=0.05, n_iterations=3).fit(RATINGS)
    model._improve_items(RATINGS)
    rated = RATINGS.items == 4
    users, n = RATINGS.users[rated], rated.sum()
    X = np.column_stack([model.user_factors_[users], np.ones(n)])
    target = STARS[rated] - model.mean_ - model.user_bias_[users]
    answer = np.linalg.solve(X.T @ X + n * np.diag([0.2, 0.2, 0.05]), X.T @ target)
    assert np.append(model.item_factors_[4], model.item_bias_[4]) == pytest.approx(answer, abs=1e-9)


def test_the_compiled_kernel_gives_the_numbers_of_its_own_source():
    rng = np.random.default_rng(0)
    matrix, Q, b_item = RATINGS._csr, rng.normal(size=(20, 3)), rng.normal(size=20)
    penalty = 0.1 * np.diff(matrix.indptr) + 0.01
    results = []
    for half_step in (als_half_step, als_half_step.py_func):
        P, b_user = np.ones((30, 3)), np.ones(30)
        parts = matrix.indptr, matrix.indices, matrix.data
        half_step(*parts, 3.0, Q, b_item, P, b_user, penalty, penalty / 2)
        results.append((P, b_user))
    assert results[0][0] == pytest.approx(results[1][0], abs=1e-12)
    assert results[0][1] == pytest.approx(results[1][1], abs=1e-12)
    assert not results[0][0][-1].any()  # nobody's row is emptied


@quick
@given(
    seed=st.integers(0, 1000),
    k=st.integers(0, 6),
    lam=st.floats(1e-3, 10),
    weighted=st.booleans(),
    density=st.floats(0.1, 1),
)
def test_the_objective_falls_at_every_half_step(seed, k, lam, weighted, density):
    ratings = random_ratings(n_users=12, n_items=9, density=density, seed=seed)
    if not len(ratings):
        return
    model = ExplicitALS(k, regularization=lam, weighted=weighted, n_iterations=8, random_state=seed).fit(ratings)
    steps = np.diff(model.loss_curve_)
    assert (steps <= 1e-9 * (1 + model.loss_curve_[:-1])).all()
    assert model.objective(ratings) == pytest.approx(model.loss_curve_[-1])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_gradient_descent_and_alternating_least_squares_end_at_the_same_objective(seed):
    ratings = planted(n_users=150, n_items=80, rank=3, density=0.35, noise=0.6, seed=seed)
    als = ExplicitALS(n_factors=3, regularization=0.06, n_iterations=60).fit(ratings)
    sgd = MatrixFactorization(
        n_factors=3, regularization=0.06, n_epochs=600, learning_rate=0.05, learning_rate_decay=0.05
    ).fit(ratings)
    assert sgd.objective(ratings) == pytest.approx(als.objective(ratings), rel=0.01)
    assert rmse(sgd, ratings) == pytest.approx(rmse(als, ratings), abs=0.005)


def test_a_member_who_is_folded_in_gets_the_members_own_scores_again():
    for weighted in (True, False):
        model = ExplicitALS(n_factors=3, weighted=weighted).fit(RATINGS)
        for member in range(10):
            mine = RATINGS.users == member
            again = model.fold_in(RATINGS.item_ids[RATINGS.items[mine]], RATINGS.values[mine])
            assert again == pytest.approx(model.scores(RATINGS.user_ids[member])[0], abs=1e-5)


def test_a_full_table_of_rank_two_is_found_again():
    rng = np.random.default_rng(0)
    stars = np.clip(3 + rng.normal(0, 0.5, (20, 2)) @ rng.normal(0, 0.8, (2, 15)), 0.5, 5)
    ratings = from_matrix(stars, films=random_ratings(n_items=15).films)
    model = ExplicitALS(n_factors=2, regularization=1e-6, n_iterations=200).fit(ratings)
    assert rmse(model, ratings) < 0.01


@pytest.mark.parametrize("regularization", [0, -1, np.nan])
def test_without_regularization_there_is_no_unique_answer(regularization):
    with pytest.raises(DataError, match="regularization="):
        ExplicitALS(regularization=regularization).fit(RATINGS)
    with pytest.raises(DataError, match="bias_regularization="):
        ExplicitALS(bias_regularization=regularization).fit(RATINGS)


def test_one_member_few_ratings_and_many_factors_are_fine():
    assert np.isfinite(ExplicitALS(n_factors=50).fit(paper()).scores([1, 2, "nobody"])).all()
    alone = np.array([[4.0, np.nan, 2.0, np.nan, np.nan]])
    model = ExplicitALS().fit(from_matrix(alone))
    assert model.predict(1, [101, 103]) == pytest.approx([4, 2], abs=0.5)
    with pytest.raises(DataError, match="no ratings to learn from"):
        ExplicitALS().fit(paper().rows(np.zeros(len(paper()), dtype=bool)))


def test_equal_ratings_leave_nothing_to_learn():
    ratings = Ratings.from_frame(RATINGS.to_frame().assign(rating=4.0), RATINGS.films)
    model = ExplicitALS().fit(ratings)
    assert model.predict(1, RATINGS.item_ids) == pytest.approx(4.0, abs=1e-6)
    assert model.predict(1, "unknown") == pytest.approx(4.0, abs=1e-6)
