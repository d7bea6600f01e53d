"""Films and members as vectors, and the ways to say that two of them are alike (lesson 02).

Every function takes two vectors, or a vector and a matrix with one film a row, and compares along the last axis.
"""

import numpy as np
import pandas as pd

from course_lib.errors import DataError


def dot_product(a, b):
    r"""Multiply entry by entry, then add up.

    .. math:: a \cdot b = \sum_f a_f b_f

    Parameters
    ----------
    a, b : array_like of shape (..., n_features)
        They broadcast: a vector against a matrix gives one number a row.

    Returns
    -------
    float or ndarray
        In squared units of the features; long vectors get large numbers.

    Raises
    ------
    DataError
        When the last axes differ in length.
    """
    a, b = _alike_shaped(a, b)
    return (a * b).sum(axis=-1)


def euclidean_distance(a, b):
    r"""Measure the straight line between the tips of two vectors.

    .. math:: d(a, b) = \sqrt{\sum_f (a_f - b_f)^2}

    Parameters
    ----------
    a, b : array_like of shape (..., n_features)

    Returns
    -------
    float or ndarray
        In the unit of the features; 0 for equal vectors, small means alike.

    Raises
    ------
    DataError
        When the last axes differ in length.
    """
    a, b = _alike_shaped(a, b)
    return np.sqrt(((a - b) ** 2).sum(axis=-1))


def cosine_similarity(a, b):
    r"""Compare directions: the dot product of two vectors, divided by both lengths.

    .. math:: \cos(a, b) = \frac{a \cdot b}{\lVert a \rVert \, \lVert b \rVert}

    Parameters
    ----------
    a, b : array_like of shape (..., n_features)

    Returns
    -------
    float or ndarray
        Without a unit: 1 for the same direction, 0 for a right angle, -1 for opposite directions. A vector of
        zeros has no direction; its similarity to anything is 0 here, as in scikit-learn.

    Raises
    ------
    DataError
        When the last axes differ in length.
    """
    return dot_product(unit(a), unit(b))


def centred_cosine(a, b, middle):
    r"""Compare directions as seen from the middle of the scale, where 0 would be seen from nothing.

    .. math:: \cos(a - m, b - m)

    Parameters
    ----------
    a, b : array_like of shape (..., n_features)
    middle : float or array_like of shape (n_features,)
        :math:`m`, the value that says nothing: neither for nor against.

    Returns
    -------
    float or ndarray
        Without a unit, -1 to 1, as :func:`cosine_similarity`.
    """
    return cosine_similarity(np.asarray(a, dtype=float) - middle, np.asarray(b, dtype=float) - middle)


def unit(vectors):
    """Scale each vector to length 1 and keep its direction; a vector of zeros stays as it is.

    Parameters
    ----------
    vectors : array_like of shape (..., n_features)

    Returns
    -------
    ndarray of the same shape
    """
    vectors = np.asarray(vectors, dtype=float)
    lengths = np.sqrt((vectors**2).sum(axis=-1, keepdims=True))
    return vectors / np.where(lengths > 0, lengths, 1.0)


def standardize(matrix):
    """Give each column mean 0 and standard deviation 1, so that no unit outshouts another.

    Parameters
    ----------
    matrix : array_like of shape (n_films, n_features)

    Returns
    -------
    ndarray of shape (n_films, n_features)
        Without units: standard deviations from the column's mean. A column that never varies becomes 0.
    """
    matrix = np.asarray(matrix, dtype=float)
    spread = matrix.std(axis=0)
    return (matrix - matrix.mean(axis=0)) / np.where(spread > 0, spread, 1.0)


def multi_hot(lists):
    """Turn a column of lists of words into a table of zeros and ones, one column a word.

    Parameters
    ----------
    lists : pandas.Series of list-like of str
        For example ``films["genres"]``.

    Returns
    -------
    DataFrame of shape (n_films, n_words), of float
        Indexed as the series; the words in alphabetical order.
    """
    words = sorted({word for entry in lists for word in entry})
    position = {word: column for column, word in enumerate(words)}
    table = np.zeros((len(lists), len(words)))
    for row, entry in enumerate(lists):
        table[row, [position[word] for word in entry]] = 1.0
    return pd.DataFrame(table, index=lists.index, columns=words)


def _alike_shaped(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.ndim == 0 or b.ndim == 0 or a.shape[-1] != b.shape[-1]:
        raise DataError(
            f"Vectors with {_length(a)} and {_length(b)} entries cannot be compared. "
            "Give both the same features in the same order; in a matrix, one film a row."
        )
    return a, b


def _length(array):
    return array.shape[-1] if array.ndim else "no"
