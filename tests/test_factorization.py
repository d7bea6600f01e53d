"""Matrix factorization by gradient descent: against finite differences, plain Python, and the mathematics."""

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib._kernels.sgd import sgd_epoch, sum_of_squares
from course_lib.errors import CourseError, DataError
from course_lib.factorization import MatrixFactorization
from course_lib.factors import objective, random_start, squared_error
from course_lib.ratings import Ratings
from course_lib.splits import Split
from tests import pages
from tests.toy import FILMS, PAPER, from_matrix, paper, quick, random_ratings

RATINGS = random_ratings()


def planted(n_users=60, n_items=40, rank=2, density=0.5, noise=0.1, seed=0):
    """Ratings that two tastes, biases and a little noise have made; not rounded."""
    rng = np.random.default_rng(seed)
    P, Q = rng.normal(0, 0.7, (n_users, rank)), rng.normal(0, 0.7, (n_items, rank))
    stars = 3 + rng.normal(0, 0.3, (n_users, 1)) + rng.normal(0, 0.3, n_items) + P @ Q.T
    stars = np.clip(stars + rng.normal(0, noise, stars.shape), 0.5, 5)
    stars[rng.random(stars.shape) > density] = np.nan
    return from_matrix(stars, films=random_ratings(n_items=n_items).films)


def a_start(ratings, k=3, seed=1):
    rng = np.random.default_rng(seed)
    P, Q = random_start(ratings, k, 0.4, rng)
    return 3.1, rng.normal(size=ratings.n_users), rng.normal(size=ratings.n_items), P, Q


def one_step(row, ratings, start, learning_rate, lam, lam_bias):
    """What one visit changes, divided by the learning rate."""
    mean, *before = start
    after = [array.copy() for array in before]
    arrays = ratings._users, ratings._items, ratings._values
    sgd_epoch(np.array([row]), *arrays, mean, *after, learning_rate, lam, lam_bias)
    return [(new - old) / learning_rate for new, old in zip(after, before, strict=True)]


@pytest.mark.parametrize("row", [0, 7, 100])
def test_a_step_is_minus_half_the_gradient_of_one_ratings_loss(row):
    lam, lam_bias, start, h = 0.07, 0.03, a_start(RATINGS), 1e-5
    mean, *arrays = start
    alone = RATINGS.rows([row])

    def loss():  # the other rows of P and Q are penalised for no rating, so they do not count
        return objective(alone, mean, *arrays, lam, lam_bias)

    steps = one_step(row, RATINGS, start, 1.0, lam, lam_bias)
    for array, step in zip(arrays, steps, strict=True):
        for place in np.ndindex(array.shape):
            kept = array[place]
            array[place] = kept + h
            above = loss()
            array[place] = kept - h
            below = loss()
            array[place] = kept
            assert step[place] == pytest.approx(-(above - below) / (2 * h) / 2, abs=1e-6)


def test_the_steps_of_one_epoch_add_up_to_the_gradient_of_the_objective():
    lam, start = 0.05, a_start(RATINGS)
    together = [0.0] * 4
    for row in range(len(RATINGS)):
        steps = one_step(row, RATINGS, start, 1.0, lam, lam)
        together = [total + step for total, step in zip(together, steps, strict=True)]
    mean, *arrays = start
    place, h = (2, 1), 1e-5
    P = arrays[2]
    P[place] += h
    above = objective(RATINGS, mean, *arrays, lam)
    P[place] -= 2 * h
    below = objective(RATINGS, mean, *arrays, lam)
    P[place] += h
    assert together[2][place] == pytest.approx(-(above - below) / (2 * h) / 2, abs=1e-5)


def plain_sgd(ratings, k, n_epochs, learning_rate, lam, seed):
    """The dozen lines of the lesson."""
    rng = np.random.default_rng(seed)
    mean, b_user, b_item = ratings.values.mean(dtype=np.float64), np.zeros(ratings.n_users), np.zeros(ratings.n_items)
    P, Q = random_start(ratings, k, 0.1, rng)
    for _ in range(n_epochs):
        for row in rng.permutation(len(ratings)):
            u, i, r = ratings.users[row], ratings.items[row], ratings.values[row]
            e = r - (mean + b_user[u] + b_item[i] + P[u] @ Q[i])
            b_user[u] += learning_rate * (e - lam * b_user[u])
            b_item[i] += learning_rate * (e - lam * b_item[i])
            p_u = P[u].copy()
            P[u] += learning_rate * (e * Q[i] - lam * P[u])
            Q[i] += learning_rate * (e * p_u - lam * Q[i])
    return b_user, b_item, P, Q


@pytest.mark.parametrize("ratings", [paper(), RATINGS], ids=["paper", "random"])
def test_the_kernel_gives_the_numbers_of_the_plain_version(ratings):
    settings = dict(n_factors=2, n_epochs=30, learning_rate=0.05, learning_rate_decay=0.0, regularization=0.02)
    model = MatrixFactorization(**settings).fit(ratings)
    plain = plain_sgd(ratings, 2, 30, 0.05, 0.02, seed=0)
    for ours, theirs in zip(model._learned()[1:], plain, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-10)


def test_the_compiled_kernels_give_the_bits_of_their_own_source():
    compiled, python = a_start(RATINGS), a_start(RATINGS)
    order = np.random.default_rng(0).permutation(len(RATINGS))
    arrays = RATINGS._users, RATINGS._items, RATINGS._values
    for _ in range(3):
        sgd_epoch(order, *arrays, *compiled, 0.03, 0.05, 0.02)
        sgd_epoch.py_func(order, *arrays, *python, 0.03, 0.05, 0.02)
    assert all((one == other).all() for one, other in zip(compiled[1:], python[1:], strict=True))
    assert sum_of_squares(*arrays, *compiled) == sum_of_squares.py_func(*arrays, *python)


def test_the_kernel_can_be_printed():
    source = inspect.getsource(sgd_epoch)
    assert "def sgd_epoch" in source and len(source.splitlines()) < 25


def test_the_loss_is_the_rmse_on_the_training_ratings_and_falls():
    model = MatrixFactorization(n_factors=3, n_epochs=60).fit(RATINGS)
    users, items = RATINGS.users, RATINGS.items
    rmse = np.sqrt(((model._predict(users, items) - RATINGS.values) ** 2).mean())
    assert model.loss_curve_[-1] == pytest.approx(rmse) and len(model.loss_curve_) == 60
    assert (np.diff(model.loss_curve_) < 0.01).all() and model.loss_curve_[-1] < model.loss_curve_[0] - 0.1


def test_two_tastes_are_found_in_ratings_that_two_tastes_have_made():
    ratings = planted()
    rng = np.random.default_rng(5)
    held_out = rng.random(len(ratings)) < 0.2
    train, test = ratings.rows(~held_out), ratings.rows(held_out)

    def error(k):
        model = MatrixFactorization(n_factors=k, n_epochs=300, learning_rate=0.03, regularization=0.03).fit(train)
        return np.sqrt(squared_error(test, *model._learned()) / len(test))

    biases, one, two = error(0), error(1), error(2)
    assert two < 0.6 * one < one < biases


def test_members_and_films_without_ratings_keep_zeros():
    model = MatrixFactorization(n_factors=3, n_epochs=3).fit(RATINGS)
    assert not model.user_factors_[-1].any() and not model.item_factors_[-1].any()
    assert model.user_bias_[-1] == 0 and model.item_bias_[-1] == 0
    assert model.predict(RATINGS.user_ids[-1], RATINGS.item_ids[-1]) == pytest.approx(model.mean_)


def test_another_seed_gives_another_start_and_no_start_matters_without_factors():
    one, other = (MatrixFactorization(n_epochs=5, random_state=seed).fit(RATINGS) for seed in (0, 1))
    assert abs(one.user_factors_ - other.user_factors_).max() > 0.01
    none = MatrixFactorization(n_factors=0, n_epochs=5).fit(RATINGS)
    assert none.user_factors_.shape == (30, 0) and np.isfinite(none.fold_in([10], [4.0])).all()


def test_without_factors_the_end_is_the_least_squares_answer_of_the_biases():
    model = MatrixFactorization(0, n_epochs=800, learning_rate=0.05, learning_rate_decay=0.05, regularization=0.05)
    model.fit(RATINGS)
    n = len(RATINGS)
    X = np.zeros((n, RATINGS.n_users + RATINGS.n_items))
    X[np.arange(n), RATINGS.users], X[np.arange(n), RATINGS.n_users + RATINGS.items] = 1, 1
    A = X.T @ X + np.diag(0.05 * X.sum(axis=0) + (X.sum(axis=0) == 0))
    biases = np.linalg.solve(A, X.T @ (RATINGS.values - model.mean_))
    assert np.append(model.user_bias_, model.item_bias_) == pytest.approx(biases, abs=0.02)


def test_folding_in_is_the_ridge_regression_on_the_films_that_were_rated():
    from sklearn.linear_model import Ridge

    model = MatrixFactorization(n_factors=3, regularization=0.1).fit(RATINGS)
    items, values = np.array([2, 5, 7, 11]), np.array([4.0, 1.0, 3.5, 5.0])
    X = np.column_stack([model.item_factors_[items], np.ones(4)])
    target = values - model.mean_ - model.item_bias_[items]
    ridge = Ridge(alpha=4 * 0.1, fit_intercept=False).fit(X, target)  # λ times four ratings
    *p_u, b_u = ridge.coef_
    expected = model.mean_ + b_u + model.item_bias_ + model.item_factors_ @ p_u
    assert model.fold_in(RATINGS.item_ids[items], values) == pytest.approx(expected, abs=1e-5)


def test_folding_a_member_in_again_gives_nearly_the_members_own_scores():
    ratings = planted()
    settings = dict(n_factors=2, n_epochs=400, learning_rate=0.05, learning_rate_decay=0.05, regularization=0.05)
    model = MatrixFactorization(**settings).fit(ratings)
    for member in range(5):
        rated = ratings.users == member
        again = model.fold_in(ratings.item_ids[ratings.items[rated]], ratings.values[rated])
        assert again == pytest.approx(model.scores(ratings.user_ids[member])[0], abs=0.05)


def test_nothing_rated_is_the_mean_and_the_films_biases():
    model = MatrixFactorization().fit(RATINGS)
    assert model.fold_in([], []) == pytest.approx(model.mean_ + model.item_bias_, abs=1e-6)


def test_without_regularization_a_newcomer_with_one_rating_still_gets_numbers():
    model = MatrixFactorization(regularization=0.0).fit(RATINGS)
    assert np.isfinite(model.fold_in([10], [4.0])).all()


@quick
@given(st.permutations(range(4)))
def test_the_order_of_ratings_does_not_matter_when_somebody_is_folded_in(order):
    model = MatrixFactorization(n_epochs=5).fit(RATINGS)
    items, values = np.array([10, 12, 15, 17]), np.array([5.0, 0.5, 3.0, 4.5])
    assert (model.fold_in(items[order], values[order]) == model.fold_in(items, values)).all()


def test_early_stopping_finds_an_epoch_on_a_part_and_then_trains_on_everything():
    ratings = planted(noise=0.8)
    settings = dict(n_factors=8, learning_rate=0.05, regularization=0.0)
    stopped = MatrixFactorization(n_epochs=200, early_stopping=True, patience=5, **settings).fit(ratings)
    best = int(np.argmin(stopped.validation_curve_)) + 1
    assert stopped.best_epoch_ == best < 200 and len(stopped.validation_curve_) == best + 5
    assert len(stopped.loss_curve_) == best
    straight = MatrixFactorization(n_epochs=best, **settings).fit(ratings)
    assert (straight.item_factors_ == stopped.item_factors_).all()
    assert straight.validation_curve_.size == 0 and straight.best_epoch_ == best


def test_with_too_few_ratings_to_hold_one_out_every_epoch_is_run():
    model = MatrixFactorization(n_epochs=7, early_stopping=True).fit(RATINGS.rows([0, 1]))
    assert model.best_epoch_ == 7 and model.validation_curve_.size == 0


@pytest.mark.parametrize("learning_rate", [1.5, 20.0, 1e6, 1e300])
def test_too_large_steps_end_in_a_sentence_and_not_in_nan(learning_rate):
    model = MatrixFactorization(learning_rate=learning_rate)
    with pytest.raises(CourseError, match=r"out of bounds in epoch \d+: .* Lower learning_rate, which is"):
        model.fit(RATINGS)
    assert not hasattr(model, "ratings_")


def test_bad_hyperparameters_are_named():
    for settings, name in (
        (dict(n_factors=-1), "n_factors=-1"),
        (dict(n_factors=2.5), "n_factors=2.5"),
        (dict(n_epochs=0), "n_epochs=0"),
        (dict(learning_rate=-0.1), "learning_rate=-0.1"),
        (dict(learning_rate=np.nan), "learning_rate=nan"),
        (dict(regularization=-1), "regularization=-1"),
        (dict(bias_regularization=-1), "bias_regularization=-1"),
        (dict(bias_regularization="none"), "bias_regularization='none'"),
        (dict(early_stopping=True, validation_fraction=1.0), "validation_fraction=1.0"),
    ):
        with pytest.raises(DataError, match=name):
            MatrixFactorization(**settings).fit(RATINGS)


def test_hardly_any_ratings_are_enough():
    alone = np.full((1, 5), np.nan)
    alone[0, 1] = 4
    model = MatrixFactorization().fit(from_matrix(alone))
    assert np.isfinite(model.scores([1, "nobody"])).all() and model.predict(1, 102) == pytest.approx(4, abs=0.01)
    with pytest.raises(DataError, match="no ratings to learn from"):
        MatrixFactorization().fit(paper().rows(np.zeros(len(paper()), dtype=bool)))


def test_more_factors_than_the_table_has_rows_are_fine():
    model = MatrixFactorization(n_factors=50, n_epochs=20).fit(paper())
    assert model.item_factors_.shape == (5, 50) and np.isfinite(model.scores([1, 2, 3, 4, 5, 6])).all()


def test_equal_ratings_leave_nothing_to_learn():
    ratings = Ratings.from_frame(RATINGS.to_frame().assign(rating=4.0), RATINGS.films)
    model = MatrixFactorization(n_epochs=200).fit(ratings)
    assert model.predict(1, RATINGS.item_ids) == pytest.approx(4.0, abs=0.05)


def test_a_film_that_nobody_rated_and_one_that_is_not_known_get_the_members_mean():
    table = PAPER.copy()
    table[:, 3] = np.nan
    model = MatrixFactorization().fit(from_matrix(table))
    assert model.predict(1, 104) == pytest.approx(model.mean_ + model.user_bias_[0])
    assert model.predict(1, 999) == pytest.approx(model.mean_ + model.user_bias_[0])
    assert model.predict("nobody", 999) == pytest.approx(model.mean_)


def test_reasons_are_the_mean_both_biases_and_each_factor():
    model = MatrixFactorization(n_factors=2).fit(paper())
    reasons = model.explain(1, 104)
    assert reasons["reason"].tolist() == ["the mean of all ratings", "this member", "this film", "factor 1", "factor 2"]
    assert reasons["contribution"].sum() == pytest.approx(model.scores(1)[0, 3], abs=1e-5)


def test_on_paper_the_films_of_each_group_lie_on_their_own_side():
    model = MatrixFactorization(n_factors=1, n_epochs=300, learning_rate=0.05, regularization=0.02).fit(paper())
    alien, blade_runner, clueless, dirty_dancing, _ = model.item_factors_[:, 0]
    assert alien * blade_runner > 0 > alien * clueless and clueless * dirty_dancing > 0
    assert model.similar(101, n=1)["title"].tolist() == [FILMS.loc[102, "title"]]


def test_the_objective_of_other_ratings_is_refused():
    model = MatrixFactorization(n_epochs=2).fit(RATINGS)
    assert model.objective(RATINGS.rows(np.arange(10))) > 0
    with pytest.raises(DataError, match="other members or films"):
        model.objective(paper())


def test_from_the_same_start_in_the_same_order_it_is_the_svd_of_surprise():
    surprise = pytest.importorskip("surprise")
    frame = RATINGS.to_frame()[["userId", "movieId", "rating"]]
    known = surprise.Dataset.load_from_df(frame, surprise.Reader(rating_scale=(0.5, 5))).build_full_trainset()
    settings = dict(n_factors=4, lr_all=0.02, reg_all=0.05, random_state=7)
    theirs = surprise.SVD(n_epochs=20, **settings).fit(known)
    begin = surprise.SVD(n_epochs=0, **settings).fit(known)
    rows = list(known.all_ratings())  # the order of visits, in Surprise's own positions
    users = np.array([row[0] for row in rows], dtype=np.int32)
    items = np.array([row[1] for row in rows], dtype=np.int32)
    values = np.array([row[2] for row in rows], dtype=np.float32)
    ours = [begin.bu.copy(), begin.bi.copy(), begin.pu.copy(), begin.qi.copy()]
    for _ in range(20):
        sgd_epoch(np.arange(len(rows)), users, items, values, known.global_mean, *ours, 0.02, 0.05, 0.05)
    for mine, other in zip(ours, (theirs.bu, theirs.bi, theirs.pu, theirs.qi), strict=True):
        assert mine == pytest.approx(other, rel=1e-9, abs=1e-11)


def test_what_the_lesson_shows_of_surprise_runs_and_predicts_about_the_same():
    pytest.importorskip("surprise")
    ratings = planted(n_users=150, n_items=80)
    lesson = pages.source_of(pages.lessons()["08"])
    *lines, last = next(block for block in pages.fenced(lesson) if "surprise" in block).strip().splitlines()
    names = {"split": Split(ratings, None, ratings), "film": 13}
    exec("\n".join([*lines, f"predicted = {last}"]), names)
    assert names["predicted"] == pytest.approx(MatrixFactorization().fit(ratings).predict(1, 13), abs=0.5)
