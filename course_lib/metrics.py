"""How far predicted stars are from the stars that members gave."""

import numpy as np

from course_lib.errors import DataError


def rmse(actual, predicted):
    r"""Root of the mean squared error: large errors count more than their share.

    .. math:: \sqrt{\frac{1}{n} \sum (r - \hat r)^2}

    Parameters
    ----------
    actual, predicted : array_like of shape (n,)
        In stars.

    Returns
    -------
    float
        In stars; 0 is perfect. Never below the mean absolute error.

    Raises
    ------
    DataError
        When the lengths differ, there is nothing to compare, or a value is not a number.

    References
    ----------
    Herlocker, Konstan, Terveen & Riedl (2004), "Evaluating Collaborative Filtering Recommender Systems".
    """
    error = _error(actual, predicted)
    return float(np.sqrt(np.mean(error**2)))


def mae(actual, predicted):
    r"""Mean absolute error: each star of error counts the same.

    .. math:: \frac{1}{n} \sum |r - \hat r|

    Parameters
    ----------
    actual, predicted : array_like of shape (n,)
        In stars.

    Returns
    -------
    float
        In stars; 0 is perfect.

    Raises
    ------
    DataError
        When the lengths differ, there is nothing to compare, or a value is not a number.
    """
    return float(np.mean(np.abs(_error(actual, predicted))))


def _error(actual, predicted):
    # float64, because a mean of millions of float32 squares loses digits that a table shows.
    actual = np.asarray(actual, dtype=np.float64)
    predicted = np.asarray(predicted, dtype=np.float64)
    if actual.shape != predicted.shape:
        raise DataError(
            f"There are {actual.size:,} actual ratings of shape {actual.shape} and {predicted.size:,} "
            f"predicted ones of shape {predicted.shape}. Give one prediction a rating, in the same order."
        )
    if not actual.size:
        raise DataError("There are no ratings to compare. Check the split: its part may be empty.")
    for name, values in (("actual", actual), ("predicted", predicted)):
        if not np.isfinite(values).all():
            where = int(np.argmax(~np.isfinite(values.ravel())))
            raise DataError(
                f"{name} holds {values.ravel()[where]} at position {where}, which is not a number of stars. "
                "A model that predicts this has not been trained well, or a table has a hole."
            )
    return predicted - actual
