"""Low rank on full tables, against numpy, scikit-learn, scipy and the theorem of Eckart and Young."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.linalg import svds
from sklearn.decomposition import TruncatedSVD

from course_lib import low_rank, paper
from course_lib.errors import DataError
from tests.toy import quick

R = paper.FULL.to_numpy()
ORDER = [[1, 2, 3, 4], [2, 4, 6, 8], [3, 6, 9, 12]]

shapes = st.tuples(st.integers(2, 7), st.integers(2, 7))
seeds = st.integers(0, 10_000)


def random_table(shape, seed):
    return np.random.default_rng(seed).normal(size=shape)


def squared_error(matrix, p, q):
    return ((matrix - p @ q.T) ** 2).sum()


def test_rank_one_is_a_multiplication_table():
    assert low_rank.rank_one([1, 2, 3], [1, 2, 3, 4]).tolist() == ORDER
    assert np.array_equal(low_rank.rank_one([1, 2], [0, 3]), np.outer([1, 2], [0, 3]))


@pytest.mark.parametrize(("p", "q"), [([[1, 2]], [1, 2]), (3, [1, 2]), ([1, 2], [[1], [2]])])
def test_rank_one_refuses_what_is_no_list(p, q):
    with pytest.raises(DataError, match="two lists"):
        low_rank.rank_one(p, q)


def test_a_product_is_the_sum_of_the_outer_products_of_its_columns():
    p, q = low_rank.truncated_svd(R, 3)
    parts = [low_rank.rank_one(p[:, f], q[:, f]) for f in range(3)]
    assert np.allclose(sum(parts), p @ q.T)


@quick
@given(shapes, seeds)
def test_all_columns_give_the_table_back_and_fewer_give_numpys(shape, seed):
    matrix = random_table(shape, seed)
    u, sigma, v = np.linalg.svd(matrix, full_matrices=False)
    for k in range(1, min(shape) + 1):
        p, q = low_rank.truncated_svd(matrix, k)
        assert p.shape == (shape[0], k) and q.shape == (shape[1], k)
        assert np.abs(p @ q.T - (u[:, :k] * sigma[:k]) @ v[:k]).max() < 1e-8
        assert np.abs(np.abs(p) - np.abs(u[:, :k] * sigma[:k])).max() < 1e-8
        assert np.allclose(q.T @ q, np.eye(k)) and np.allclose(p.T @ p, np.diag(sigma[:k] ** 2))
    assert np.abs(p @ q.T - matrix).max() < 1e-8


@quick
@given(shapes, seeds, st.data())
def test_no_random_table_of_the_same_rank_is_nearer(shape, seed, data):
    """Eckart and Young: also not when its rows are the best ones for its columns, or when it starts from ours."""
    matrix, rng = random_table(shape, seed), np.random.default_rng(seed + 1)
    k = data.draw(st.integers(1, min(shape)))
    p, q = low_rank.truncated_svd(matrix, k)
    best = squared_error(matrix, p, q)
    other = rng.normal(size=(shape[1], k))
    assert best <= squared_error(matrix, rng.normal(size=(shape[0], k)), other) + 1e-9
    assert best <= squared_error(matrix, np.linalg.lstsq(other, matrix.T)[0].T, other) + 1e-9
    for size in (1e-3, 0.1):
        moved = p + size * rng.normal(size=p.shape), q + size * rng.normal(size=q.shape)
        assert best <= squared_error(matrix, *moved) + 1e-9
    assert best == pytest.approx((low_rank.singular_values(matrix)[k:] ** 2).sum(), abs=1e-9)


@pytest.mark.parametrize("algorithm", ["arpack", "randomized"])
def test_latent_matrix_and_components_of_scikit_learn_are_p_and_q_transposed(algorithm):
    svd = TruncatedSVD(n_components=2, random_state=42, algorithm=algorithm)
    latent_matrix = svd.fit_transform(R)
    p, q = low_rank.truncated_svd(R, 2)
    signs = np.sign((latent_matrix * p).sum(axis=0))
    assert np.abs(latent_matrix * signs - p).max() < 1e-8
    assert np.abs(svd.components_.T * signs - q).max() < 1e-8
    assert np.allclose(svd.singular_values_, low_rank.singular_values(R)[:2])


def test_scipys_sparse_svd_finds_the_same_singular_values():
    assert np.allclose(np.sort(svds(R, k=2)[1])[::-1], low_rank.singular_values(R)[:2])


@quick
@given(shapes, seeds)
def test_signs_follow_the_rule_and_do_not_depend_on_how_the_table_came(shape, seed):
    matrix = random_table(shape, seed)
    p, q = low_rank.truncated_svd(matrix, min(shape))
    assert (q[np.abs(q).argmax(axis=0), np.arange(q.shape[1])] > 0).all()
    again = low_rank.truncated_svd(np.asfortranarray(matrix), min(shape))
    assert np.allclose(p, again[0]) and np.allclose(q, again[1])


def test_of_two_entries_that_are_equally_large_the_first_decides_the_sign():
    for noise in (1e-12, -1e-12):
        assert low_rank.signs_of(np.array([[-1.0], [1.0 + noise]])) == [-1]


@quick
@given(shapes, seeds)
def test_energy_rises_to_one_and_what_is_missing_is_the_squared_error(shape, seed):
    matrix = random_table(shape, seed)
    kept = low_rank.energy(matrix)
    assert (np.diff(kept) >= -1e-12).all() and kept[-1] == pytest.approx(1)
    for k in range(1, min(shape) + 1):
        missing = squared_error(matrix, *low_rank.truncated_svd(matrix, k)) / (matrix**2).sum()
        assert kept[k - 1] == pytest.approx(1 - missing)


def test_a_table_of_rank_one_has_all_its_energy_in_one_column():
    assert low_rank.energy(ORDER)[0] == pytest.approx(1)
    p, q = low_rank.truncated_svd(ORDER, 1)
    assert np.allclose(p @ q.T, ORDER)


@quick
@given(shapes, seeds)
def test_power_iteration_is_the_first_column_of_the_svd_sign_included(shape, seed):
    matrix = random_table(shape, seed) + 2.0  # so that one direction stands out
    p, q = low_rank.power_iteration(matrix, n_steps=500, seed=seed)
    first = low_rank.truncated_svd(matrix, 1)
    ratio = np.divide(*low_rank.singular_values(matrix)[1::-1])
    if ratio < 0.95:
        assert np.allclose(p, first[0][:, 0]) and np.allclose(q, first[1][:, 0])


def test_power_iteration_of_zeros_finds_nothing_and_does_not_divide_by_it():
    p, q = low_rank.power_iteration(np.zeros((3, 2)))
    assert not p.any() and np.linalg.norm(q) == pytest.approx(1)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_a_hundred_random_starts_all_end_at_the_error_of_the_svd_and_none_below(k):
    best = squared_error(R, *low_rank.truncated_svd(R, k))
    for seed in range(100):
        errors = []
        low_rank.alternating_least_squares_full(R, k, seed, 60, lambda p, q: errors.append(squared_error(R, p, q)))  # noqa: B023
        assert errors[-1] == pytest.approx(best, rel=1e-6)
        assert min(errors) >= best - 1e-9
        assert (np.diff(errors) <= 1e-9).all()


def test_a_start_repeats_and_another_one_gives_other_factors_of_the_same_product():
    one, same, other = (low_rank.alternating_least_squares_full(R, 2, seed) for seed in (0, 0, 1))
    assert np.array_equal(one[0], same[0]) and np.array_equal(one[1], same[1])
    assert not np.allclose(one[0], other[0])
    assert np.allclose(one[0] @ one[1].T, other[0] @ other[1].T)


CALLS = [
    lambda m: low_rank.truncated_svd(m, 1),
    low_rank.singular_values,
    low_rank.energy,
    low_rank.power_iteration,
    lambda m: low_rank.alternating_least_squares_full(m, 1, 0),
]


@pytest.mark.parametrize("call", CALLS)
def test_holes_are_refused_and_counted(call):
    with pytest.raises(DataError, match="6 of 30 cells hold no number"):
        call(paper.TABLE)
    with pytest.raises(DataError, match="rows and columns"):
        call(np.zeros(3))
    with pytest.raises(DataError, match="rows and columns"):
        call(np.zeros((0, 3)))


@pytest.mark.parametrize("k", [0, 6, -1, 1.5, None])
def test_a_rank_that_the_table_cannot_have_is_refused(k):
    with pytest.raises(DataError, match="6 x 5 has the ranks 1 to 5"):
        low_rank.truncated_svd(R, k)
    with pytest.raises(DataError, match="6 x 5 has the ranks 1 to 5"):
        low_rank.alternating_least_squares_full(R, k, 0)


def test_a_table_of_zeros_holds_no_energy_to_share():
    with pytest.raises(DataError, match="all zeros"):
        low_rank.energy(np.zeros((2, 2)))
    p, q = low_rank.truncated_svd(np.zeros((2, 2)), 1)
    assert not p.any() and np.isfinite(q).all()
