"""When are two answers the same? Named comparisons, from which a question picks one.

All of them look at values, not at types: ``3`` is ``3.0``, a list of numbers is an array, a sparse matrix is
the matrix it stands for, nan is nan. A comparison is called with what came and what was expected.
"""

from collections import Counter

import numpy as np
import pandas as pd

from course_lib.checks import tables

MATRIX_ABSOLUTE, MATRIX_RELATIVE = (
    1e-6,
    1e-5,
)  # factors come out of iterations, seldom exact to the last digits


class Same:
    """A comparison with a name.

    Parameters
    ----------
    name : str
        What counts as the same, to follow the word "compared".
    compare : callable
        ``compare(got, expected, slack)`` -> bool; all tolerances are multiplied by `slack`.
    slack : float, default=1.0
    difference : callable, optional
        ``difference(got, expected)`` -> the first difference as a sentence, where the comparison knows better
        than the general one.
    """

    def __init__(self, name, compare, slack=1.0, difference=None):
        self.name = name
        self.difference = difference
        self._compare = compare
        self._slack = slack

    def __call__(self, got, expected):
        """Return whether the two are the same; what cannot be compared is not."""
        try:
            return bool(self._compare(got, expected, self._slack))
        except Exception:  # a learner may hand in anything, also an object whose == raises
            return False

    def looser(self, factor):
        """Return the same comparison with its tolerances multiplied by `factor`."""
        return Same(self.name, self._compare, self._slack * factor, self.difference)

    def __repr__(self):
        return f"Same({self.name!r})"


def close(absolute=1e-8, relative=1e-5):
    """Compare numbers within a tolerance, and everything else exactly.

    Parameters
    ----------
    absolute : float, default=1e-8
        In the unit of the numbers.
    relative : float, default=1e-5
        As a share of what is expected; the two tolerances add up. Sums in 32-bit numbers stay below it.

    Returns
    -------
    Same
    """

    def compare(got, expected, slack):
        return _alike(got, expected, lambda a, b: _near(a, b, absolute * slack, relative * slack))

    return Same("number by number", compare)


def _exactly(got, expected, slack=1.0):
    return _alike(got, expected, lambda a, b: _near(a, b, 0.0, 0.0))


def _up_to_sign(got, expected, slack):
    got, expected = as_numbers(got), as_numbers(expected)
    if got.shape != expected.shape:
        return False
    flips = np.where((got * expected).sum(axis=0) < 0, -1.0, 1.0)
    return _near(got * flips, expected, MATRIX_ABSOLUTE * slack, MATRIX_RELATIVE * slack)


def _up_to_rotation(got, expected, slack):
    got, expected = as_numbers(got), as_numbers(expected)
    if got.shape != expected.shape:
        return False
    # One matrix is the other one turned just when all dot products between rows are the same in both.
    return _near(got @ got.T, expected @ expected.T, MATRIX_ABSOLUTE * slack, MATRIX_RELATIVE * slack)


def _same_set(got, expected, slack):
    return Counter(_items(got)) == Counter(_items(expected))


def _same_order(got, expected, slack):
    return _items(got) == _items(expected)


def _same_ranking(got, expected, slack):
    got, expected = as_numbers(got), as_numbers(expected)
    if got.shape != expected.shape or got.ndim != 1 or np.isnan(got).any():
        return False
    order = np.argsort(expected, kind="stable")
    steps, expected_steps = np.diff(got[order]), np.diff(expected[order])
    tie = 1e-9 * np.abs(expected).max(initial=1.0)
    return bool(np.all(np.where(expected_steps > tie, steps > 0, np.abs(steps) <= tie)))


exactly = Same("exactly", _exactly)
up_to_sign = Same("up to the sign of each column", _up_to_sign)
up_to_rotation = Same("up to a rotation of the columns", _up_to_rotation)
same_set = Same("as the same things in any order", _same_set)
same_order = Same("as the same things in the same order", _same_order)
same_ranking = Same("by the order that the scores give", _same_ranking)
anything = Same("by its properties alone", lambda got, expected, slack: True)


def table(rows_in_order=True, columns_in_order=False, index=True, tolerance=1e-5):
    """Compare DataFrames.

    Parameters
    ----------
    rows_in_order : bool, default=True
        Whether the order of the rows counts.
    columns_in_order : bool, default=False
        Whether the order of the columns counts.
    index : bool, default=True
        Whether the row labels count.
    tolerance : float, default=1e-5
        For numbers, relative (and a thousandth of it absolute).

    Returns
    -------
    Same
    """

    def difference(got, expected, slack=1.0):
        layout = tables.Layout(rows_in_order, columns_in_order, index)
        return tables.difference(
            got,
            expected,
            layout,
            lambda a, b: _alike(a, b, lambda x, y: _near(x, y, 1e-3 * tolerance * slack, tolerance * slack)),
        )

    return Same(
        "cell by cell",
        lambda got, expected, slack: difference(got, expected, slack) is None,
        difference=difference,
    )


def as_numbers(value):
    """Return a value as an array of numbers, or None when it is not numbers.

    Parameters
    ----------
    value : object
        A number, an array, a list of lists, a Series, a sparse matrix, ...

    Returns
    -------
    ndarray or None
    """
    if hasattr(value, "toarray"):  # scipy.sparse
        value = value.toarray()
    if isinstance(value, str | bytes | dict | set | frozenset | pd.DataFrame) or callable(value):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):  # ragged
        return None
    return array if array.dtype.kind in "biufc" else None


def _near(got, expected, absolute, relative):
    if got.shape != expected.shape:
        return False
    if got.dtype.kind in "biu" and expected.dtype.kind in "biu" and absolute + relative == 0:
        return bool((got == expected).all())  # integers above 2**53 would be rounded below
    return bool(np.isclose(got, expected, atol=absolute, rtol=relative, equal_nan=True).all())


def _alike(got, expected, near):
    if isinstance(got, pd.DataFrame) or isinstance(expected, pd.DataFrame):
        return tables.difference(got, expected, tables.Layout(), lambda a, b: _alike(a, b, near)) is None
    labelled = isinstance(got, pd.Series) and isinstance(expected, pd.Series)
    if labelled and list(got.index) != list(expected.index):
        return False
    numbers, expected_numbers = as_numbers(got), as_numbers(expected)
    if numbers is not None and expected_numbers is not None:
        return near(numbers, expected_numbers)
    if isinstance(expected, dict):
        return got.keys() == expected.keys() and all(_alike(got[k], expected[k], near) for k in expected)
    if _is_sequence(got) and _is_sequence(expected):
        pairs = zip(got, expected, strict=False)
        return len(got) == len(expected) and all(_alike(a, b, near) for a, b in pairs)
    return got is expected or bool(got == expected)


def _is_sequence(value):
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, list | tuple | pd.Series | pd.Index)


def _items(value):
    if isinstance(value, set | frozenset):
        return list(value)
    return value if isinstance(value, str) else np.asarray(value).ravel().tolist()
