"""The nearest few: what a table of all pairs has first, on any number of cores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.liked_neighbors import LikedItemKNN
from course_lib.neighbors import ItemKNN
from course_lib.similarity import SIMILARITIES, compare
from tests.threads import needs_two, on_one_and_on_two
from tests.toy import quick, random_ratings


def first_of_each_row(matrix, k):
    rows = [slice(start, min(start + k, end)) for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)]
    return [(matrix.indices[own].tolist(), matrix.data[own].tolist()) for own in rows]


@quick
@given(
    similarity=st.sampled_from(list(SIMILARITIES)),
    shrinkage=st.sampled_from([0.0, 10.0]),
    min_support=st.integers(1, 4),
    positive_only=st.booleans(),
    k=st.integers(1, 45),
    seed=st.integers(0, 50),
)
def test_they_are_the_first_of_all(similarity, shrinkage, min_support, positive_only, k, seed):
    ratings = random_ratings(n_users=25, n_items=40, seed=seed)
    stars = ratings._csr.astype(np.float64)
    stars.data -= 2.75
    options = stars.tocsc().T, stars, similarity, shrinkage, min_support, positive_only
    everything, nearest = compare(*options), compare(*options, n_kept=k)
    assert first_of_each_row(nearest, k) == first_of_each_row(everything, k)
    assert nearest.shape == everything.shape and nearest.indices.dtype == everything.indices.dtype


def test_a_single_row_that_is_none_of_the_others_is_compared_with_all():
    stars = random_ratings()._csr.astype(np.float64)
    row, columns = stars.tocsc().T.tocsr()[[3]], stars
    everything, nearest = (compare(row, columns, "cosine", own=-1, n_kept=kept) for kept in (None, 5))
    assert first_of_each_row(nearest, 5) == first_of_each_row(everything, 5) and 3 in nearest.indices


@needs_two
@pytest.mark.parametrize(
    "model", [LikedItemKNN(n_neighbors=9), ItemKNN(n_kept=9), ItemKNN(similarity="pearson", n_kept=9)], ids=repr
)
def test_one_core_and_two_find_the_same_bits(model):
    ratings = random_ratings(n_users=80, n_items=100)
    one, two = on_one_and_on_two(lambda: model.fit(ratings).neighbors_)
    assert all(getattr(one, part).tobytes() == getattr(two, part).tobytes() for part in ("indptr", "indices", "data"))
