"""ALS on implicit feedback: against the paper's closed form, the implicit library, and the loss over all cells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib._kernels import implicit as kernels
from course_lib.errors import DataError
from course_lib.feedback import confidence
from course_lib.implicit import ImplicitALS
from course_lib.ratings import Ratings
from tests.test_feedback import with_shares
from tests.toy import HOLE, from_matrix, paper, quick, random_ratings

RATINGS = random_ratings()
SHARES = with_shares(RATINGS)
# Three members and four films: what was watched, and how much of it.
WATCHED = np.array([[1.0, 0.5, 0.0, 0.0], [0.0, 0.25, 1.0, 0.0], [0.75, 0.0, 0.0, 0.1]])
Y = np.array([[0.5, -0.2], [0.1, 0.9], [-0.7, 0.3], [0.4, 0.4]], dtype=np.float32)
ALPHA, LAM = 10.0, 0.3


def three_by_four():
    from scipy import sparse

    at = np.nonzero(WATCHED)
    return sparse.csr_array(((1 + ALPHA * WATCHED[at]).astype(np.float32), at), shape=WATCHED.shape)


def closed_form():
    """x_u = (YᵀCᵤY + λI)⁻¹ YᵀCᵤ p(u), eq. 4 of the paper, with Cᵤ written out for every film."""
    p, C = (WATCHED > 0).astype(float), 1 + ALPHA * WATCHED
    films = Y.astype(np.float64)
    return np.array(
        [np.linalg.solve((films.T * C[u]) @ films + LAM * np.eye(2), films.T @ (C[u] * p[u])) for u in range(3)]
    )


def half_step(matrix, others, regularization, start=None, n_steps=None):
    rows = np.zeros((matrix.shape[0], others.shape[1]), np.float32) if start is None else start.copy()
    G = np.empty((others.shape[1],) * 2)
    kernels.gram(others, regularization, G)
    parts = matrix.indptr, matrix.indices, matrix.data
    if n_steps is None:
        kernels.exact_half_step(*parts, G, others, rows)
    else:
        kernels.conjugate_gradient_half_step(*parts, G.astype(np.float32), others, rows, n_steps)
    return rows


def loss_over_all_cells(model, ratings):
    p = ratings.csr.toarray() > 0
    c = np.where(p, confidence(ratings, model.alpha).toarray(), 1.0)
    P, Q = (factors.astype(np.float64) for factors in (model.user_factors_, model.item_factors_))
    P = P * p.any(axis=1)[:, np.newaxis]  # members who watched nothing were given typical_ after the fit
    return (c * (p - P @ Q.T) ** 2).sum() + model.regularization * ((P**2).sum() + (Q**2).sum())


def test_a_half_step_is_the_closed_form_of_the_paper():
    assert half_step(three_by_four(), Y, LAM) == pytest.approx(closed_form(), abs=1e-6)


@pytest.mark.filterwarnings("ignore:OpenBLAS")
def test_a_half_step_is_the_implicit_librarys():
    als = pytest.importorskip("implicit.cpu.als", reason="implicit has no wheel here")
    from scipy import sparse

    # What implicit takes is the confidence c itself, 1 elsewhere; its alpha would multiply it, 1 included.
    theirs = als.AlternatingLeastSquares(factors=2, regularization=LAM, alpha=1.0, num_threads=1)
    theirs.item_factors = Y
    solved = theirs.recalculate_user(np.arange(3), sparse.csr_matrix(three_by_four()))
    assert half_step(three_by_four(), Y, LAM) == pytest.approx(solved, abs=1e-4)


def test_as_many_conjugate_gradient_steps_as_factors_solve_the_equations():
    assert half_step(three_by_four(), Y, LAM, n_steps=2) == pytest.approx(closed_form(), abs=1e-5)


def test_conjugate_gradient_stays_where_the_solution_is():
    solved = closed_form().astype(np.float32)
    assert half_step(three_by_four(), Y, LAM, start=solved, n_steps=5) == pytest.approx(solved, abs=1e-6)


def test_the_gram_matrix_is_the_sum_over_all_rows():
    rows = np.random.default_rng(0).normal(size=(50, 7)).astype(np.float32)
    G = np.empty((7, 7))
    kernels.gram(rows, 0.5, G)
    assert G == pytest.approx(rows.astype(float).T @ rows + 0.5 * np.eye(7), abs=1e-10)


def test_the_compiled_kernels_give_the_numbers_of_their_own_source():
    matrix, rng = confidence(SHARES, 4.0), np.random.default_rng(1)
    others, start = (rng.normal(size=(n, 3)).astype(np.float32) for n in (20, 30))
    G = np.empty((3, 3))
    kernels.gram(others, 0.1, G)
    again = np.empty((3, 3))
    kernels.gram.py_func(others, 0.1, again)
    assert again == pytest.approx(G, abs=1e-12)
    parts = matrix.indptr, matrix.indices, matrix.data
    for kernel, arguments in (
        (kernels.exact_half_step, (G, others)),
        (kernels.conjugate_gradient_half_step, (G.astype(np.float32), others)),
    ):
        steps = (3,) if kernel is kernels.conjugate_gradient_half_step else ()
        compiled, plain = start.copy(), start.copy()
        kernel(*parts, *arguments, compiled, *steps)
        kernel.py_func(*parts, *arguments, plain, *steps)
        assert compiled == pytest.approx(plain, abs=1e-5) and not compiled[-1].any()
    assert kernels.watched_part_of_loss(*parts, start, others) == pytest.approx(
        kernels.watched_part_of_loss.py_func(*parts, start, others)
    )


@quick
@given(
    seed=st.integers(0, 1000),
    k=st.integers(1, 6),
    alpha=st.floats(0, 50),
    lam=st.floats(1e-2, 50),
    solver=st.sampled_from(["cg", "exact"]),
    density=st.floats(0.1, 1),
)
def test_the_loss_falls_and_is_the_sum_over_all_cells(seed, k, alpha, lam, solver, density):
    ratings = random_ratings(n_users=12, n_items=9, density=density, seed=seed)
    if not len(ratings):
        return
    ratings = with_shares(ratings, seed)
    model = ImplicitALS(k, alpha, lam, n_iterations=6, solver=solver, random_state=seed).fit(ratings)
    assert (np.diff(model.loss_curve_) <= 1e-4 * (1 + model.loss_curve_[:-1])).all()
    assert model.loss_curve_[-1] == pytest.approx(loss_over_all_cells(model, ratings), rel=1e-4, abs=1e-4)


def test_conjugate_gradient_ends_near_the_exact_solution():
    settings = dict(n_factors=3, alpha=5.0, regularization=1.0, n_iterations=60)
    exact, cg = (ImplicitALS(solver=solver, **settings).fit(SHARES) for solver in ("exact", "cg"))
    assert cg.loss_curve_[-1] == pytest.approx(exact.loss_curve_[-1], rel=1e-3)
    assert cg.scores(RATINGS.user_ids) == pytest.approx(exact.scores(RATINGS.user_ids), abs=0.02)


def test_alpha_of_zero_is_the_best_approximation_of_the_zeros_and_ones():
    # Without λ that would be the truncated SVD (Eckart and Young); λ takes λ from each singular value.
    X = (RATINGS.csr.toarray() > 0).astype(float)
    model = ImplicitALS(n_factors=3, alpha=0.0, regularization=0.5, n_iterations=300, solver="exact").fit(RATINGS)
    U, sigma, Vt = np.linalg.svd(X)
    expected = (U[:, :3] * np.maximum(sigma[:3] - 0.5, 0)) @ Vt[:3]
    known = X.any(axis=1)
    assert model.scores(RATINGS.user_ids)[known] == pytest.approx(expected[known], abs=0.01)


def test_the_order_of_ratings_does_not_matter():
    turned = SHARES.rows(np.arange(len(SHARES))[::-1])
    one, other = (ImplicitALS(n_factors=4, n_iterations=3).fit(ratings) for ratings in (SHARES, turned))
    assert (one.user_factors_ == other.user_factors_).all()


def test_stars_do_not_matter_only_what_was_watched():
    other_stars = Ratings.from_frame(RATINGS.to_frame().assign(rating=3.0), RATINGS.films, user_ids=RATINGS.user_ids)
    one, other = (ImplicitALS(n_factors=4, n_iterations=3).fit(ratings) for ratings in (RATINGS, other_stars))
    assert (one.user_factors_ == other.user_factors_).all()


def test_a_model_says_when_it_does_not_know_how_much_was_watched():
    assert "watched whole (r = 1)" in ImplicitALS(n_iterations=1).fit(RATINGS).note_
    assert ImplicitALS(n_iterations=1).fit(SHARES).note_ == ""


def test_a_model_says_when_its_penalty_has_left_nothing():
    model = ImplicitALS(n_factors=2, regularization=50.0).fit(paper())
    assert "shrunk to 0: lower regularization, which is 50." in model.note_
    assert "shrunk" not in ImplicitALS(n_factors=2, regularization=0.1).fit(paper()).note_


@pytest.mark.parametrize("solver", ["cg", "exact"])
def test_a_member_who_is_folded_in_gets_the_members_own_scores_again(solver):
    model = ImplicitALS(n_factors=5, n_iterations=4, solver=solver, regularization=0.5).fit(RATINGS)
    with_share = ImplicitALS(n_factors=5, n_iterations=4, solver=solver, regularization=0.5).fit(SHARES)
    for member in range(10):
        own = RATINGS.users == member
        items = RATINGS.item_ids[RATINGS.items[own]]
        user = RATINGS.user_ids[member]
        assert model.fold_in(items, RATINGS.values[own]) == pytest.approx(model.scores(user)[0], abs=1e-5)
        folded = with_share.fold_in_watched(items, SHARES.watched[SHARES.users == member])
        assert folded == pytest.approx(with_share.scores(user)[0], abs=1e-5)


def test_what_somebody_new_did_not_like_is_no_sign_of_taste_for_a_model_of_liked_films():
    model = ImplicitALS(n_factors=4, n_iterations=3).fit(RATINGS.liked(4))
    assert model.liked_from_ == 4.0
    assert (model.fold_in([10, 11, 12], [5.0, 2.0, 4.0]) == model.fold_in([12, 10], [4.0, 4.5])).all()
    assert (model.fold_in([11], [2.0]) == model.fold_in([], [])).all()


def test_somebody_without_a_film_is_scored_as_the_mean_of_all_members():
    model = ImplicitALS(n_factors=4).fit(RATINGS)
    known = model.scores(RATINGS.user_ids[:-1])[np.isin(np.arange(29), RATINGS.users)]
    assert model.scores("nobody")[0] == pytest.approx(known.mean(axis=0), abs=1e-5)
    assert model.scores(RATINGS.user_ids[-1])[0] == pytest.approx(known.mean(axis=0), abs=1e-5)
    assert model.explain(RATINGS.user_ids[-1], 10)["reason"].tolist() == ["what members watch on the average"]


def test_reasons_are_the_films_that_were_watched_the_strongest_first():
    model = ImplicitALS(n_factors=3, alpha=5.0, regularization=0.5).fit(SHARES)
    own = RATINGS.items[RATINGS.users == 0]
    reasons = model.explain(1, RATINGS.item_ids[7])
    titles = RATINGS.films["title"].to_numpy()[own]
    assert set(reasons["reason"]) == {f"because you watched {title}" for title in titles}
    assert (np.diff(reasons["contribution"]) <= 0).all()
    assert reasons["contribution"].sum() == pytest.approx(model.scores(1)[0, 7], abs=1e-5)


@pytest.mark.filterwarnings("ignore:OpenBLAS")
def test_reasons_are_those_of_the_implicit_library():
    als = pytest.importorskip("implicit.cpu.als", reason="implicit has no wheel here")
    from scipy import sparse

    model = ImplicitALS(n_factors=3, alpha=5.0, regularization=0.5).fit(SHARES)
    theirs = als.AlternatingLeastSquares(factors=3, regularization=0.5, alpha=1.0, num_threads=1)
    theirs.item_factors = model.item_factors_
    total, top, _ = theirs.explain(0, sparse.csr_matrix(model.confidence_), 7, N=50)
    assert total == pytest.approx(model.scores(1)[0, 7], abs=1e-4)
    titles = RATINGS.films["title"].to_numpy()
    ours = dict(model.explain(1, RATINGS.item_ids[7]).itertuples(index=False))
    assert {f"because you watched {titles[item]}": part for item, part in top} == pytest.approx(ours, abs=1e-4)


def test_films_for_the_same_people_are_alike():
    model = ImplicitALS(n_factors=2, alpha=5.0, regularization=0.1).fit(paper().liked(4))
    assert model.similar(101, n=1).index.tolist() == [102]


def test_hardly_any_ratings_are_enough_and_none_are_not():
    alone = np.array([[HOLE, 4.0, HOLE, HOLE, HOLE]])
    model = ImplicitALS().fit(from_matrix(alone))
    assert model.scores(1)[0].argmax() == 1
    with pytest.raises(DataError, match="no ratings to learn from"):
        ImplicitALS().fit(RATINGS.rows(RATINGS.values < 0))
    with pytest.raises(DataError, match="no ratings to learn from"):
        ImplicitALS().fit(from_matrix(np.full((2, 5), 2.0)).liked(4))


def test_members_who_have_watched_everything_are_no_trouble():
    model = ImplicitALS().fit(from_matrix(np.full((6, 5), 4.0)))
    assert np.isfinite(model.scores([1, 2, "nobody"])).all()
    assert len(model.recommend(1)) == 0


def test_bad_hyperparameters_are_named():
    for settings, name in (
        (dict(n_factors=0), "n_factors=0"),
        (dict(alpha=-1), "alpha=-1"),
        (dict(alpha=np.nan), "alpha=nan"),
        (dict(regularization=0), "regularization=0"),
        (dict(regularization=np.nan), "regularization=nan"),
        (dict(n_iterations=0), "n_iterations=0"),
        (dict(cg_steps=0), "cg_steps=0"),
        (dict(solver="lu"), "solver='lu'"),
    ):
        with pytest.raises(DataError, match=name):
            ImplicitALS(**settings).fit(RATINGS)


def test_shares_that_are_none_are_refused():
    model = ImplicitALS(n_iterations=1).fit(RATINGS)
    for items, watched, complaint in (
        ([10, 11], [0.5], "2 films and 1 shares"),
        ([10], [1.5], "not between 0 and 1: 1.5"),
        ([10], [np.nan], "not between 0 and 1: nan"),
        ([10, 10], [1.0, 1.0], "A film is there twice"),
    ):
        with pytest.raises(DataError, match=complaint):
            model.fold_in_watched(items, watched)
    assert (model.fold_in_watched([10, "unknown"], [1, 1]) == model.fold_in_watched([10], [1])).all()
