import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from course_lib import datasets
from course_lib._kernels import neighbors as kernels
from course_lib.errors import DataError
from course_lib.neighbors import ItemKNN
from course_lib.similarity import (
    SIMILARITIES,
    compare,
    correlations_on_some,
    order_right,
    pairs_in_common,
    shrink,
)
from tests.needs import real_data
from tests.toy import PAPER, from_matrix, paper, quick, random_ratings


def members_of(matrix, similarity, **options):
    """Similarities of the rows of a table with holes, as a dense table."""
    users, items = np.nonzero(~np.isnan(matrix))
    rows = sparse.csr_array((matrix[users, items], (users, items)), shape=matrix.shape)
    return compare(rows, rows.tocsc().T.tocsr(), similarity, **options)


def by_hand(a, b, similarity):
    both = ~np.isnan(a) & ~np.isnan(b)
    a, b = a[both], b[both]
    if similarity == "pearson":
        a, b = a - a.mean() if len(a) else a, b - b.mean() if len(b) else b
    norm = np.sqrt((a @ a) * (b @ b))
    return a @ b / norm if norm > 1e-12 and len(a) >= SIMILARITIES[similarity][1] else 0.0


@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_two_members_are_compared_on_what_both_rated_and_nothing_else(similarity):
    for matrix in (PAPER, random_ratings().csr.toarray()):
        matrix = np.where(matrix == 0, np.nan, matrix.astype(np.float64))
        found = members_of(matrix, similarity, positive_only=False).toarray()
        for one in range(len(matrix)):
            for other in range(len(matrix)):
                expected = 0.0 if one == other else by_hand(matrix[one], matrix[other], similarity)
                assert found[one, other] == pytest.approx(expected, abs=1e-12)


def test_the_correlation_of_two_members_is_numpys():
    both = [0, 1, 2, 4]
    expected = np.corrcoef(PAPER[0, both], PAPER[3, both])[0, 1]
    assert members_of(PAPER, "pearson", positive_only=False).toarray()[0, 3] == pytest.approx(expected, abs=1e-12)


def test_the_most_similar_come_first_and_equal_ones_in_their_order():
    matrix = np.array([[5.0, 1, 3], [4, 1, 3], [5, 1, 3], [1, 5, 3], [5, 1, 3]])
    nearest = members_of(matrix, "pearson", positive_only=False)
    assert nearest.indices[nearest.indptr[0] : nearest.indptr[1]].tolist() == [2, 3, 4, 1]  # 1, -1, 1 and 0.98
    nearest = members_of(matrix, "pearson")
    assert nearest.indices[nearest.indptr[0] : nearest.indptr[1]].tolist() == [2, 4, 1]
    assert members_of(matrix, "pearson", n_kept=2).indices[:2].tolist() == [2, 4]


@quick
@given(st.integers(0, 50), st.sampled_from(list(SIMILARITIES)), st.floats(0, 200), st.integers(1, 5))
def test_similarities_are_symmetric_between_minus_one_and_one_and_nobody_is_their_own_neighbour(
    seed, similarity, shrinkage, min_support
):
    ratings = random_ratings(n_users=8, n_items=6, density=0.6, seed=seed)
    rows = ratings.csr.astype(np.float64)
    found = compare(rows, rows.tocsc().T, similarity, shrinkage, min_support, positive_only=False).toarray()
    assert np.abs(found).max() <= 1 + 1e-12 and (found == found.T).all() and not np.diag(found).any()


@quick
@given(st.integers(0, 50), st.sampled_from(list(SIMILARITIES)), st.integers(1, 6))
def test_keeping_some_keeps_the_first_of_each_row(seed, similarity, n_kept):
    rows = random_ratings(n_users=8, n_items=6, density=0.6, seed=seed).csr.astype(np.float64)
    everything = compare(rows, rows.tocsc().T, similarity)
    some = compare(rows, rows.tocsc().T, similarity, n_kept=n_kept)
    for row in range(8):
        first = slice(everything.indptr[row], min(everything.indptr[row] + n_kept, everything.indptr[row + 1]))
        kept = slice(*some.indptr[row : row + 2])
        assert some.indices[kept].tolist() == everything.indices[first].tolist()
        assert some.data[kept].tolist() == everything.data[first].tolist()


def test_in_small_pieces_it_is_the_same(monkeypatch):
    rows = random_ratings().csr.astype(np.float64)
    at_once = compare(rows, rows.tocsc().T, "pearson_baseline", 10.0)
    monkeypatch.setattr("course_lib.similarity.PAIRS_AT_ONCE", 70)
    in_pieces = compare(rows, rows.tocsc().T, "pearson_baseline", 10.0)
    assert (at_once.indices == in_pieces.indices).all() and (at_once.data == in_pieces.data).all()
    assert (at_once.indptr == in_pieces.indptr).all()


def test_somebody_from_outside_is_compared_with_everybody():
    rows = random_ratings().csr.astype(np.float64)
    inside = compare(rows, rows.tocsc().T, "cosine").toarray()
    outside = compare(rows[[4]], rows.tocsc().T, "cosine", own=-1).toarray()[0]
    assert outside[4] == pytest.approx(1.0) and np.delete(outside, 4).tolist() == np.delete(inside[4], 4).tolist()


def test_shrinking_by_hand():
    assert shrink(0.9, 2, 100) == pytest.approx(0.9 / 101) and shrink(0.9, 101, 100) == pytest.approx(0.45)
    assert shrink(0.9, 1, 100) == 0 and shrink(0.9, 1, 0) == 0.9
    assert shrink(np.array([1.0, 1.0]), np.array([2, 11]), 10).tolist() == [1 / 11, 0.5]


@pytest.mark.parametrize("loop", [kernels.cosines, kernels.correlations])
def test_the_compiled_loop_gives_what_the_plain_one_gives(loop):
    rows = random_ratings().csr.astype(np.float64)
    columns, found = rows.tocsc().T, []
    for run in (loop, loop.py_func):
        out = np.empty(900, dtype=np.int32), np.empty(900), np.empty(900, dtype=np.int32)
        parts = rows.indptr.copy(), rows.indices.copy(), rows.data, columns.indptr, columns.indices, columns.data
        with np.errstate(invalid="ignore"):
            ends = run(0, 30, *parts, 2, 0, *out)
        found.append((ends, *(array[: ends[-1]] for array in out)))
    assert all((compiled == plain).all() for compiled, plain in zip(*found, strict=True))


def test_an_unknown_similarity_is_answered_with_those_there_are():
    with pytest.raises(DataError) as caught:
        members_of(PAPER, "jaccard")
    assert str(caught.value) == (
        "similarity is 'jaccard'. Take one of cosine, adjusted_cosine, pearson, pearson_baseline."
    )


def test_comparing_all_real_films_takes_less_than_50_mb_beside_what_is_kept():
    ratings = datasets.load("ml-latest-small", real_data().parent).ratings
    deviations = ItemKNN(n_kept=1).fit(ratings).deviations_
    films = deviations.tocsc().T
    tracemalloc.start()
    try:
        nearest = compare(films, deviations, "pearson_baseline", 100.0)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    kept = nearest.data.nbytes + nearest.indices.nbytes + nearest.indptr.nbytes
    assert nearest.shape == (9742, 9742) and nearest.nnz > 1_000_000
    assert peak - kept < 50e6 and peak < 9742**2  # a byte a pair; a dense matrix has eight


def test_pairs_with_films_in_common_are_found_once_each():
    n = (~np.isnan(PAPER)).astype(int) @ (~np.isnan(PAPER)).astype(int).T
    expected = [[one, other] for one in range(6) for other in range(one + 1, 6) if n[one, other] >= 4]
    assert pairs_in_common(paper(), 4).tolist() == expected


def test_on_all_common_films_it_is_the_correlation_and_on_two_it_is_one_of_three_numbers():
    pairs, rng = pairs_in_common(paper(), 3), np.random.default_rng(0)
    expected = [by_hand(PAPER[one], PAPER[other], "pearson") for one, other in pairs]
    assert correlations_on_some(paper(), pairs, None, rng) == pytest.approx(expected, abs=1e-9)
    on_two = correlations_on_some(paper(), np.repeat(pairs, 20, axis=0), 2, rng).round(9)
    assert set(on_two.tolist()) <= {-1.0, 0.0, 1.0} and len(set(on_two.tolist())) == 3


def test_both_halves_of_the_common_films_are_drawn_from_apart():
    matrix = np.array([[1.0, 1, 2, 2, 3, 3], [1, 3, 2, 2, 3, 1]])
    ratings = from_matrix(matrix, films=pd.DataFrame({"title": list("abcdef")}))
    rng = np.random.default_rng(0)
    halves = [correlations_on_some(ratings, [[0, 1]], None, rng, slice(first, None, 2))[0] for first in (0, 1)]
    assert halves == pytest.approx([1.0, -1.0])


def test_the_share_of_right_orders_by_hand():
    assert order_right([0.5, 0.1], [0.2, 0.1]) == (2 + 0.5 + 0) / 4
    assert order_right([1, 2], [0, -1]) == 1 and order_right([0], [0]) == 0.5
