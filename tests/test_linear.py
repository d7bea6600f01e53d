"""EASE: against ridge regressions film by film, a textbook inverse, and itself by another identity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from course_lib._kernels import linear as kernels
from course_lib.errors import DataError
from course_lib.linear import EASE
from tests.toy import HOLE, from_matrix, paper, quick, random_ratings

RATINGS = random_ratings(n_users=40, n_items=15, density=0.3)
WIDE = random_ratings(n_users=12, n_items=30, density=0.3)


def ones(ratings):
    return (ratings.csr.toarray() > 0).astype(float)


def textbook(X, lam):
    """Steck 2019, table 1."""
    P = np.linalg.inv(X.T @ X + lam * np.eye(X.shape[1]))
    B = P / -np.diag(P)
    np.fill_diagonal(B, 0)
    return B


def weights_of(model):
    return np.column_stack([model._column(item) for item in range(model.ratings_.n_items)])


@pytest.mark.parametrize("lam", [0.5, 5.0, 200.0])
def test_each_film_is_a_ridge_regression_on_all_others(lam):
    X, B = ones(RATINGS), EASE(regularization=lam).fit(RATINGS).item_weights_
    for film in range(15):
        others = np.arange(15) != film
        ridge = Ridge(alpha=lam, fit_intercept=False).fit(X[:, others], X[:, film])
        assert B[others, film] == pytest.approx(ridge.coef_, abs=1e-6) and B[film, film] == 0


@pytest.mark.parametrize("solver", ["direct", "woodbury"])
@pytest.mark.parametrize("ratings", [RATINGS, WIDE], ids=["more members", "more films"])
def test_the_weights_are_those_of_the_textbook(ratings, solver):
    model = EASE(regularization=3.0, solver=solver).fit(ratings)
    assert weights_of(model) == pytest.approx(textbook(ones(ratings), 3.0), abs=1e-10)


@quick
@given(seed=st.integers(0, 1000), lam=st.floats(0.1, 1000), n_users=st.integers(2, 25), density=st.floats(0.1, 1))
def test_woodburys_form_gives_the_scores_of_the_direct_form(seed, lam, n_users, density):
    ratings = random_ratings(n_users=n_users, n_items=10, density=density, seed=seed)
    if not len(ratings):
        return
    direct, woodbury = (EASE(regularization=lam, solver=solver).fit(ratings) for solver in ("direct", "woodbury"))
    users = [*ratings.user_ids, "nobody"]
    assert woodbury.scores(users) == pytest.approx(direct.scores(users), abs=1e-6)
    assert woodbury.fold_in([10, 12], [4, 5]) == pytest.approx(direct.fold_in([10, 12], [4, 5]), abs=1e-6)
    assert weights_of(woodbury) == pytest.approx(weights_of(direct), abs=1e-6)


def test_woodburys_form_is_taken_when_films_outnumber_members():
    narrow, wide = EASE().fit(RATINGS), EASE().fit(WIDE)
    assert narrow.item_weights_.shape == (15, 15) and narrow.item_vectors_ is None
    assert wide.item_vectors_.shape == (30, 12) and wide.item_weights_ is None


@pytest.mark.parametrize("solver", ["direct", "woodbury"])
def test_float32_moves_the_weights_by_less_than_a_hundred_thousandth(solver):
    double, single = (EASE(50.0, solver, dtype).fit(WIDE) for dtype in ("float64", "float32"))
    assert weights_of(single) == pytest.approx(weights_of(double), abs=1e-5)
    learned = single.item_weights_ if solver == "direct" else single.item_vectors_
    assert learned.dtype == np.float32


def test_scores_are_the_sum_of_the_weights_of_what_was_chosen():
    model = EASE(regularization=2.0).fit(RATINGS)
    known = ones(RATINGS).any(axis=1)
    expected = ones(RATINGS) @ textbook(ones(RATINGS), 2.0)
    assert model.scores(RATINGS.user_ids)[known] == pytest.approx(expected[known], abs=1e-6)


def test_no_other_weights_with_a_zero_diagonal_have_a_smaller_loss():
    X, B, rng = ones(RATINGS), EASE(regularization=4.0).fit(RATINGS).item_weights_, np.random.default_rng(0)

    def loss(weights):
        return ((X - X @ weights) ** 2).sum() + 4.0 * (weights**2).sum()

    for _ in range(20):
        change = rng.normal(0, 1e-3, B.shape)
        np.fill_diagonal(change, 0)
        assert loss(B + change) > loss(B)


def test_films_that_are_alike_draw_and_others_push():
    model = EASE(regularization=1.0).fit(paper().liked(4))
    weights = model.weights(101)
    assert weights.index.tolist()[0] == 102 and 101 not in weights.index and len(weights) == 4
    assert weights.loc[104, "weight"] < 0 < weights.loc[102, "weight"]
    assert model.similar(101, n=4)["similarity"].tolist() == weights["weight"].tolist()


@pytest.mark.parametrize("ratings", [RATINGS, WIDE], ids=["direct", "woodbury"])
def test_a_member_who_is_folded_in_gets_the_members_own_scores_again(ratings):
    model = EASE(regularization=2.0).fit(ratings)
    for member in range(5):
        own = ratings.users == member
        again = model.fold_in(ratings.item_ids[ratings.items[own]], ratings.values[own])
        assert again == pytest.approx(model.scores(ratings.user_ids[member])[0], abs=1e-6)


@pytest.mark.parametrize("ratings", [RATINGS, WIDE], ids=["direct", "woodbury"])
def test_somebody_without_a_film_is_scored_as_the_mean_of_all_members(ratings):
    model = EASE(regularization=2.0).fit(ratings)
    known = ones(ratings).any(axis=1)
    mean = model.scores(ratings.user_ids)[known].mean(axis=0)
    assert model.scores("nobody")[0] == pytest.approx(mean, abs=1e-6)
    assert model.scores(ratings.user_ids[-1])[0] == pytest.approx(mean, abs=1e-6)
    assert model.explain(ratings.user_ids[-1], 10)["reason"].tolist() == ["what members choose on the average"]


def test_what_somebody_new_did_not_like_is_no_sign_of_taste_for_a_model_of_liked_films():
    model = EASE().fit(RATINGS.liked(4))
    assert (model.fold_in([10, 11, 12], [5.0, 2.0, 4.0]) == model.fold_in([12, 10], [4.0, 4.5])).all()
    assert (model.fold_in([11], [2.0]) == model.fold_in([], [])).all()


def test_reasons_are_the_weights_of_the_films_that_were_chosen():
    model = EASE(regularization=2.0).fit(RATINGS)
    chosen, titles = RATINGS.items[RATINGS.users == 0], RATINGS.films["title"].to_numpy()
    B, film = textbook(ones(RATINGS), 2.0), int(chosen[0])
    expected = {f"because you chose {titles[other]}": B[other, film] for other in chosen if other != film}
    reasons = model.explain(1, RATINGS.item_ids[film])
    assert dict(reasons.itertuples(index=False)) == pytest.approx(expected, abs=1e-6)
    assert (np.diff(reasons["contribution"]) <= 0).all()


def test_the_compiled_kernels_give_the_numbers_of_their_own_source():
    matrix, G, again = RATINGS._csr, np.zeros((15, 15)), np.zeros((15, 15))
    turned = matrix.tocsc()
    table = turned.indptr, turned.indices, matrix.indptr, matrix.indices
    kernels.count_pairs(*table, G)
    kernels.count_pairs.py_func(*table, again)
    assert (G == again).all() and (G == np.tril(ones(RATINGS).T @ ones(RATINGS))).all()
    P, again = np.tril(np.arange(1.0, 10).reshape(3, 3)), np.tril(np.arange(1.0, 10).reshape(3, 3))
    kernels.weights_from_inverse(P, np.empty(3))
    kernels.weights_from_inverse.py_func(again, np.empty(3))
    assert (P == again).all() and P[1, 0] == -4 / 1 and P[0, 1] == -4 / 5


def test_films_that_nobody_chose_have_no_weights():
    model = EASE(regularization=2.0).fit(RATINGS)
    assert not model.item_weights_[-1].any() and not model.item_weights_[:, -1].any()


def test_hardly_any_ratings_are_enough_and_none_are_not():
    model = EASE().fit(from_matrix(np.array([[HOLE, 4.0, HOLE, HOLE, HOLE]])))
    assert not model.scores(1).any()  # one film says nothing about any other
    with pytest.raises(DataError, match="no ratings to learn from"):
        EASE().fit(from_matrix(np.full((2, 5), 2.0)).liked(4))


def test_members_who_have_chosen_everything_are_no_trouble():
    model = EASE(regularization=1.0).fit(from_matrix(np.full((6, 5), 4.0)))
    assert np.isfinite(model.scores([1, "nobody"])).all() and len(model.recommend(1)) == 0


def test_bad_hyperparameters_are_named():
    for settings, name in (
        (dict(regularization=0), "regularization=0"),
        (dict(regularization=-1.0), "regularization=-1.0"),
        (dict(regularization=np.nan), "regularization=nan"),
        (dict(solver="svd"), "solver='svd'"),
        (dict(dtype="float16"), "dtype='float16'"),
        (dict(dtype=np.float32), "dtype=<class 'numpy.float32'>"),
    ):
        with pytest.raises(DataError, match=name):
            EASE(**settings).fit(RATINGS)


def test_a_penalty_that_is_lost_in_rounding_is_named():
    ratings = from_matrix(np.full((2000, 5), 4.0))
    for solver in ("direct", "woodbury"):
        with pytest.raises(DataError, match="regularization=1e-06, which is lost in the rounding of float32"):
            EASE(1e-6, solver, "float32").fit(ratings)
