import hypothesis.extra.numpy as hnp
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cosine, euclidean
from sklearn.metrics.pairwise import cosine_similarity, euclidean_distances
from sklearn.preprocessing import MultiLabelBinarizer, StandardScaler, normalize

from course_lib import content
from course_lib.errors import DataError

MEMBER_1, INTERSTELLAR = [8, 5, 7], [10, 3, 8]
matrices = hnp.arrays(float, (7, 4), elements=st.floats(-100, 100).map(lambda x: round(x, 3)))


def test_the_articles_vectors_are_3_apart_with_dot_product_151_and_cosine_0_977():
    assert content.euclidean_distance(MEMBER_1, INTERSTELLAR) == 3
    assert content.dot_product(MEMBER_1, INTERSTELLAR) == 151
    assert content.cosine_similarity(MEMBER_1, INTERSTELLAR) == pytest.approx(151 / np.sqrt(138 * 173), abs=1e-15)


def test_halving_a_vector_moves_the_distance_and_leaves_the_cosine():
    half = np.array(MEMBER_1) / 2
    assert content.euclidean_distance(half, INTERSTELLAR) == pytest.approx(np.sqrt(56.5))
    assert content.cosine_similarity(half, INTERSTELLAR) == pytest.approx(
        content.cosine_similarity(MEMBER_1, INTERSTELLAR)
    )


@given(matrices)
def test_similarities_and_distances_equal_scikit_learns(matrix):
    vector = matrix[0]
    np.testing.assert_allclose(
        content.cosine_similarity(matrix, vector), cosine_similarity(matrix, [vector]).ravel(), atol=1e-9
    )
    expected = np.array([euclidean(row, vector) for row in matrix])
    np.testing.assert_allclose(content.euclidean_distance(matrix, vector), expected, atol=1e-9)
    # scikit-learn expands the square, which costs it digits where rows are close
    np.testing.assert_allclose(expected, euclidean_distances(matrix, [vector]).ravel(), atol=1e-4)
    np.testing.assert_allclose(content.unit(matrix), normalize(matrix), atol=1e-12)


@given(matrices)
def test_scaled_columns_equal_scikit_learns_standard_scaler(matrix):
    varied = matrix.std(axis=0) > 1e-6  # below that the two disagree on what counts as constant
    expected = StandardScaler().fit_transform(matrix)
    np.testing.assert_allclose(content.standardize(matrix)[:, varied], expected[:, varied], atol=1e-8)


def test_a_column_that_never_varies_becomes_zero():
    assert not content.standardize([[3.0, 1.0], [3.0, 2.0]])[:, 0].any()


def test_a_vector_of_zeros_has_similarity_zero_to_everything_without_a_warning():
    with np.errstate(all="raise"):
        assert content.cosine_similarity([0, 0], [1, 2]) == 0
        assert content.cosine_similarity([0, 0], [0, 0]) == 0


@given(matrices)
def test_for_unit_vectors_squared_distance_is_two_minus_two_cosines(matrix):
    units = content.unit(matrix)
    units = units[np.abs(units).sum(axis=1) > 0]
    if len(units):
        squared = content.euclidean_distance(units, units[0]) ** 2
        np.testing.assert_allclose(squared, 2 - 2 * content.cosine_similarity(units, units[0]), atol=1e-9)


def test_centring_is_the_cosine_from_the_middle():
    expected = 1 - cosine(np.array(MEMBER_1) - 5, np.array(INTERSTELLAR) - 5)
    assert content.centred_cosine(MEMBER_1, INTERSTELLAR, middle=5) == pytest.approx(expected)
    assert content.centred_cosine([4, 2.5, 3.5], INTERSTELLAR, middle=5) == pytest.approx(-0.2369, abs=1e-4)


def test_vectors_of_different_length_are_refused_with_both_lengths():
    with pytest.raises(DataError, match="with 3 and 2 entries cannot be compared. Give both the same features"):
        content.cosine_similarity([1, 2, 3], [1, 2])
    with pytest.raises(DataError, match="with 2 and no entries"):
        content.euclidean_distance([1, 2], 3)


def test_multi_hot_equals_scikit_learns_binarizer_and_keeps_films_without_genres():
    genres = pd.Series([("Sci-Fi", "Drama"), (), ("Drama",)], index=[7, 8, 9])
    binarizer = MultiLabelBinarizer()
    expected = binarizer.fit_transform(genres)
    table = content.multi_hot(genres)
    assert list(table.columns) == list(binarizer.classes_)
    np.testing.assert_array_equal(table.to_numpy(), expected)
    assert list(table.index) == [7, 8, 9]
