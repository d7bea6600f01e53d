import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from course_lib.sparse_svd import NOTHING, SMALL, leading_factors
from tests.toy import quick


def random_table(n_rows, n_columns, seed=0, density=0.2):
    rng = np.random.default_rng(seed)
    return sparse.random_array((n_rows, n_columns), density=density, rng=rng, format="csr")


def outer(n_rows, n_columns, rank, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n_rows, rank)), rng.normal(size=(n_columns, rank))


@pytest.mark.parametrize("shape", [(12, 7), (7, 12), (3 * SMALL, 2 * SMALL), (2 * SMALL, 3 * SMALL)])
@pytest.mark.parametrize("rank", [0, 1, 3])
def test_the_factors_are_numpys(shape, rank):
    table, parts = random_table(*shape), outer(*shape, rank) if rank else ()
    full = table.toarray() + (parts[0] @ parts[1].T if rank else 0)
    found = leading_factors(table, 5, *parts)
    u, values, vt = np.linalg.svd(full, full_matrices=False)
    best = u[:, :5] * values[:5] @ vt[:5]
    assert found.values == pytest.approx(values[:5], abs=1e-8)
    assert np.abs(found.left * found.values @ found.right.T - best).max() < 1e-8


@quick
@given(st.integers(1, 90), st.integers(1, 90), st.integers(1, 12), st.integers(0, 10_000))
def test_columns_have_length_one_at_right_angles_the_strongest_first(n_rows, n_columns, k, seed):
    u, values, v = leading_factors(random_table(n_rows, n_columns, seed), k)
    found = len(values)
    assert found <= min(k, n_rows, n_columns) and u.shape == (n_rows, found) and v.shape == (n_columns, found)
    for side in (u, v):
        assert np.abs(side.T @ side - np.eye(found)).max(initial=0) < 1e-8
    assert (np.diff(values) <= 0).all() and (values > NOTHING).all()


@pytest.mark.parametrize("n", [10, 3 * SMALL])
def test_a_table_of_low_rank_gives_so_many_factors_and_a_table_of_zeros_none(n):
    left, right = outer(n, n, 2)
    assert len(leading_factors(sparse.csr_array((n, n)), 5, left, right).values) == 2
    assert len(leading_factors(sparse.csr_array(left @ right.T), 5).values) == 2
    nothing = leading_factors(sparse.csr_array((n, n + 1)), 5)
    assert nothing.left.shape == (n, 0) and nothing.right.shape == (n + 1, 0)
    stored_zeros = sparse.csr_array((np.zeros(3), ([0, 1, 2], [0, 1, 2])), shape=(n, n))
    assert len(leading_factors(stored_zeros, 5).values) == 0
    assert len(leading_factors(stored_zeros, 5, np.zeros((n, 1)), np.zeros((n, 1))).values) == 0


@pytest.mark.parametrize("n", [10, 3 * SMALL])
def test_the_signs_do_not_depend_on_the_sign_of_the_start(n):
    table = random_table(n, n)
    plus, minus = leading_factors(table, 4), leading_factors(-table, 4)
    assert np.abs(plus.right - minus.right).max() < 1e-7 and np.abs(plus.left + minus.left).max() < 1e-7
    assert (np.take_along_axis(plus.right, np.abs(plus.right).argmax(axis=0)[None], axis=0) > 0).all()


def test_of_equal_entries_the_first_is_positive():
    table = sparse.csr_array(np.array([[-3.0, 3.0 + 1e-12]]))
    assert (leading_factors(table, 1).right[:, 0] > 0).tolist() == [True, False]


@pytest.mark.parametrize("n", [10, 3 * SMALL])
def test_the_same_table_gives_the_same_bits(n):
    table = random_table(n, n)
    first, second = leading_factors(table, 4), leading_factors(table.copy(), 4)
    assert all((a == b).all() for a, b in zip(first, second, strict=True))
