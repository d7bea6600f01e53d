import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import TruncatedSVD

from course_lib import paper
from course_lib.biases import fit_biases
from course_lib.datasets import load
from course_lib.errors import DataError
from course_lib.ratings import Ratings
from course_lib.svd import FILLS, FilledSVD, SoftImpute, sparse_table
from tests.needs import real_data
from tests.toy import from_matrix, quick, random_ratings

RATINGS = random_ratings(n_users=90, n_items=70)
FULL = from_matrix(paper.FULL.to_numpy())


def dense(ratings, fill=np.nan):
    table = np.full((ratings.n_users, ratings.n_items), fill, dtype=np.float64)
    table[ratings.users, ratings.items] = ratings.values
    return table


def best_of_rank(table, k):
    u, values, vt = np.linalg.svd(table, full_matrices=False)
    return u[:, :k] * values[:k] @ vt[:k]


def filled_by_hand(ratings, fill, damping):
    """What FilledSVD is said to do, in dense numpy."""
    table, rated = dense(ratings), ~np.isnan(dense(ratings))
    if fill == "biases":
        mean, user_bias, item_bias = fit_biases(ratings, damping)
        baseline = mean + user_bias[:, None] + item_bias
        return baseline, np.where(rated, table - baseline, 0)
    if fill == "film_mean":
        mean = ratings.values.mean(dtype=np.float64)
        total = np.where(rated, table - mean, 0).sum(axis=0)
        return 0, np.where(rated, table, mean + total / (rated.sum(axis=0) + damping))
    return 0, np.where(rated, table, 0)


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("k", [1, 3, 20])
@pytest.mark.parametrize("ratings", [RATINGS, random_ratings()], ids=["90 x 70", "30 x 20"])
def test_the_predictions_are_the_baseline_plus_numpys_svd_of_the_filled_table(fill, k, ratings):
    model = FilledSVD(k, fill, damping=2.0).fit(ratings)
    baseline, filled = filled_by_hand(ratings, fill, damping=2.0)
    expected = baseline + best_of_rank(filled, k)
    users, items = np.indices(expected.shape)
    assert np.abs(model._predict(users.ravel(), items.ravel()) - expected.ravel()).max() < 1e-8
    assert model.scores(ratings.user_ids) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("k", [1, 2, 4])
def test_zero_filled_is_scikit_learns_truncated_svd_up_to_signs(k):
    model = FilledSVD(k, "zero").fit(RATINGS)
    theirs = TruncatedSVD(k, algorithm="arpack", random_state=0)
    p = theirs.fit_transform(RATINGS.csr.astype(np.float64))
    assert model.singular_values_ == pytest.approx(theirs.singular_values_, abs=1e-8)
    assert np.abs(model.user_factors_) == pytest.approx(np.abs(p), abs=1e-8)
    assert np.abs(model.item_factors_) == pytest.approx(np.abs(theirs.components_.T), abs=1e-8)


def test_p_is_u_sigma_and_q_is_v():
    model = FilledSVD(4).fit(RATINGS)
    p, q = model.user_factors_, model.item_factors_
    assert np.abs(q.T @ q - np.eye(4)).max() < 1e-8
    assert np.abs(p.T @ p - np.diag(model.singular_values_**2)).max() < 1e-6
    assert (q[np.abs(q).argmax(axis=0), np.arange(4)] > 0).all()


@pytest.mark.parametrize("fill", ["zero", "film_mean"])
def test_without_holes_every_fill_is_the_svd_of_the_table_itself(fill):
    model = FilledSVD(2, fill).fit(FULL)
    assert model.scores(FULL.user_ids) == pytest.approx(best_of_rank(paper.FULL.to_numpy(), 2), abs=1e-5)


@pytest.mark.parametrize("fill", FILLS)
def test_with_all_factors_every_rating_comes_back(fill):
    model = FilledSVD(20, fill).fit(random_ratings())
    ratings = model.ratings_
    assert model._predict(ratings.users, ratings.items) == pytest.approx(ratings.values, abs=1e-6)


@pytest.mark.parametrize("fill", FILLS)
def test_a_film_that_nobody_rated_is_what_was_written_into_its_holes(fill):
    ratings = random_ratings()
    model = FilledSVD(20, fill, damping=0).fit(ratings)
    biases = fit_biases(ratings, 0)
    expected = {"zero": 0, "film_mean": ratings.values.mean(), "biases": biases.mean + biases.user_bias[0]}[fill]
    assert model._predict(np.array([0]), np.array([19]))[0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    "model", [*(FilledSVD(5, fill) for fill in FILLS), SoftImpute(10.0, 20, 2000, 1e-12)], ids=repr
)
def test_folding_in_the_ratings_of_a_member_gives_that_members_scores(model):
    model.fit(RATINGS)
    for position in (0, 17, 88):
        hers = RATINGS.users == position
        scores = model.fold_in(RATINGS.item_ids[RATINGS.items[hers]], RATINGS.values[hers])
        assert scores == pytest.approx(model.scores(RATINGS.user_ids[position])[0], abs=1e-4)


def test_films_are_alike_by_the_columns_of_the_fitted_table():
    model = FilledSVD(3).fit(RATINGS)
    table = model.user_factors_ @ model.item_factors_.T
    cosine = table[:, 0] @ table[:, 5] / np.linalg.norm(table[:, 0]) / np.linalg.norm(table[:, 5])
    similar = model.similar(RATINGS.item_ids[0], n=69)["similarity"]
    assert similar[RATINGS.item_ids[5]] == pytest.approx(cosine, abs=1e-6)


def objective(model, table):
    """The objective of soft-impute, in dense numpy."""
    z = model.user_factors_ @ model.item_factors_.T
    rest = (table - z)[~np.isnan(table)]
    return (rest**2).sum() / 2 + model.regularization * np.linalg.svd(z, compute_uv=False).sum()


def without_biases(ratings, damping=5.0):
    mean, user_bias, item_bias = fit_biases(ratings, damping)
    return dense(ratings) - (mean + user_bias[:, None] + item_bias)


@quick
@given(st.integers(0, 10_000), st.floats(0.5, 8), st.integers(1, 20), st.floats(0.1, 0.9))
def test_the_objective_falls_in_each_iteration(seed, regularization, n_factors, density):
    ratings = random_ratings(seed=seed, density=density)
    model = SoftImpute(regularization, n_factors, n_iterations=30, tolerance=0).fit(ratings)
    assert (np.diff(model.objective_) <= 1e-8).all()
    assert model.objective_[-1] == pytest.approx(objective(model, without_biases(ratings)), abs=1e-6)


@pytest.mark.parametrize("ratings, regularization", [(RATINGS, 10.0), (random_ratings(), 4.0)], ids=["90x70", "30x20"])
def test_at_the_end_the_svd_of_the_filled_table_shrunk_is_the_table_itself(ratings, regularization):
    model = SoftImpute(regularization, 20, n_iterations=5000, tolerance=1e-10).fit(ratings)
    z, table = model.user_factors_ @ model.item_factors_.T, without_biases(ratings)
    assert 0 < len(model.singular_values_) < 20
    u, values, vt = np.linalg.svd(np.where(np.isnan(table), z, table), full_matrices=False)
    assert u * np.maximum(values - regularization, 0) @ vt == pytest.approx(z, abs=1e-6)


@pytest.mark.parametrize("regularization", [9.0, 11.0])
def test_at_the_end_the_condition_for_the_smallest_objective_holds(regularization):
    # The gradient of the first part is -lambda times a subgradient of the sum of singular values: U V^T where Z has
    # factors, and nothing longer than 1 elsewhere.
    model = SoftImpute(regularization, 20, n_iterations=5000, tolerance=1e-10).fit(RATINGS)
    p, v, table = model.user_factors_, model.item_factors_, without_biases(RATINGS)
    u, rest = p / model.singular_values_, np.nan_to_num(table - p @ v.T)
    assert u.T @ rest == pytest.approx(regularization * v.T, abs=1e-5)
    assert rest @ v == pytest.approx(regularization * u, abs=1e-5)
    elsewhere = rest - regularization * u @ v.T
    assert np.linalg.svd(elsewhere, compute_uv=False)[0] <= regularization + 1e-5


def test_without_holes_soft_impute_is_the_svd_shrunk_once():
    table = without_biases(FULL)
    u, values, vt = np.linalg.svd(table, full_matrices=False)
    model = SoftImpute(1.0, 5).fit(FULL)
    z = model.user_factors_ @ model.item_factors_.T
    assert z == pytest.approx(u * np.maximum(values - 1, 0) @ vt, abs=1e-8)
    assert model.n_iterations_ == 2 and model.change_ < 1e-10  # the second finds that nothing moves


def test_more_regularization_leaves_fewer_and_smaller_factors():
    weak, strong = SoftImpute(8.0, 20).fit(RATINGS), SoftImpute(10.0, 20).fit(RATINGS)
    assert len(strong.singular_values_) < len(weak.singular_values_)
    assert strong.singular_values_[0] < weak.singular_values_[0]


@pytest.mark.parametrize("regularization", [1000.0, np.float64(1000)])
def test_when_everything_is_shrunk_away_the_biases_are_left(regularization):
    model = SoftImpute(regularization).fit(RATINGS)
    assert model.user_factors_.shape == (90, 0) and model.item_factors_.shape == (70, 0)
    mean, user_bias, item_bias = fit_biases(RATINGS)
    assert model.scores(RATINGS.user_ids) == pytest.approx(mean + user_bias[:, None] + item_bias, abs=1e-5)
    assert np.isfinite(model.fold_in([RATINGS.item_ids[0]], [4.0])).all()
    assert np.isfinite(model.similar(RATINGS.item_ids[0])["similarity"]).all()


def test_the_iterations_end_when_little_moves_and_the_model_says_how_little():
    early, late = SoftImpute(10.0, 20, tolerance=1e-2).fit(RATINGS), SoftImpute(10.0, 20, tolerance=1e-6).fit(RATINGS)
    assert early.n_iterations_ == len(early.objective_) < late.n_iterations_
    assert early.change_ < 1e-2 and late.change_ < 1e-6
    assert SoftImpute(10.0, 20, n_iterations=2, tolerance=0).fit(RATINGS).change_ > 0


def test_no_regularization_is_allowed():
    model = SoftImpute(0.0, 3, n_iterations=20).fit(RATINGS)
    assert np.isfinite(model.fold_in([RATINGS.item_ids[0]], [4.0])).all()


@pytest.mark.parametrize("kind", [FilledSVD, SoftImpute])
def test_the_order_of_the_rows_does_not_matter(kind):
    frame = RATINGS.to_frame()
    mixed = Ratings.from_frame(frame.sample(frac=1, random_state=0), RATINGS.films, user_ids=RATINGS.user_ids)
    scores = kind(4).fit(RATINGS).scores(RATINGS.user_ids)
    assert kind(4).fit(mixed).scores(RATINGS.user_ids) == pytest.approx(scores, abs=1e-5)


@pytest.mark.parametrize("kind", [FilledSVD, SoftImpute])
def test_more_factors_than_the_table_has_are_a_mistake_and_fewer_ratings_are_not(kind):
    with pytest.raises(DataError) as caught:
        kind(n_factors=6).fit(paper.ratings())
    assert str(caught.value) == (
        f"{kind.__name__} has n_factors=6, and a table of 6 members and 5 films has 5 at most. "
        "Give a whole number from 1 to 5."
    )
    few = RATINGS.rows(np.arange(2))
    assert len(FilledSVD(60, "zero").fit(few).singular_values_) <= 2


@pytest.mark.parametrize(
    "model, sentence",
    [
        (FilledSVD(0), "FilledSVD has n_factors=0. Give a whole number of at least 1."),
        (FilledSVD(2.5), "FilledSVD has n_factors=2.5. Give a whole number of at least 1."),
        (FilledSVD(2, "mean"), "FilledSVD has fill='mean'. Give one of 'zero', 'film_mean', 'biases'."),
        (FilledSVD(2, None), "FilledSVD has fill=None. Give one of 'zero', 'film_mean', 'biases'."),
        (FilledSVD(2, damping=-1), "FilledSVD has damping=-1. Give a number of at least 0."),
        (SoftImpute(-1), "SoftImpute has regularization=-1. Give a number of at least 0."),
        (SoftImpute("much"), "SoftImpute has regularization='much'. Give a number of at least 0."),
        (SoftImpute(float("nan")), "SoftImpute has regularization=nan. Give a number of at least 0."),
        (SoftImpute(1, 2, 0), "SoftImpute has n_iterations=0. Give a whole number of at least 1."),
        (SoftImpute(1, 2, 5, -1), "SoftImpute has tolerance=-1. Give a number of at least 0."),
    ],
    ids=repr,
)
def test_what_cannot_be_is_refused_with_a_sentence(model, sentence):
    with pytest.raises(DataError) as caught:
        model.fit(paper.ratings())
    assert str(caught.value) == sentence


def test_a_sparse_table_has_one_number_a_rating_in_the_order_of_its_cells():
    table = sparse_table(RATINGS.values - 4.0, RATINGS)
    assert table.nnz == len(RATINGS)  # a rating of 4 is there, as 0
    assert (table.toarray() == np.where(np.isnan(dense(RATINGS)), 0, dense(RATINGS) - 4)).all()
    assert (np.diff(table.indptr) == np.bincount(RATINGS.users, minlength=90)).all()


def test_on_real_members_the_sparse_way_is_the_dense_one():
    real_data()
    ratings = load("ml-latest-small").ratings
    model = FilledSVD(6).fit(ratings)
    baseline, filled = filled_by_hand(ratings, "biases", 5.0)
    _, u = np.linalg.eigh(filled @ filled.T)  # the squares of the singular values, smallest first
    expected = (u[:, -6:] @ (u[:, -6:].T @ filled) + baseline)[:100]
    assert np.abs(model.scores(ratings.user_ids[:100]) - expected).max() < 1e-5
