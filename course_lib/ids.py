"""Ids and positions: a table names members and films by ids, an array by positions."""

import numbers
from functools import cached_property

import numpy as np
import pandas as pd

from course_lib.errors import DataError

INT64 = np.iinfo(np.int64)


class Ids:
    """Distinct ids in a fixed order, and the way back from an id to its position.

    Parameters
    ----------
    ids : ndarray of shape (n,), int64 or objects that are str
        As `as_ids` returns them.

    Attributes
    ----------
    array : ndarray of shape (n,)
        The ids, read-only.
    """

    def __init__(self, ids):
        self.array = read_only(ids)

    def __reduce__(self):
        return Ids, (self.array,)  # the hash table is made again when it is needed

    @cached_property
    def _hash_table(self):
        return pd.Index(self.array, dtype=self.array.dtype)

    def positions(self, ids):
        """Look up where ids stand.

        Parameters
        ----------
        ids : id or array_like of ids
            Ids of another kind (text where the ids are numbers) are unknown, not an error.

        Returns
        -------
        ndarray of int32, of the shape of `ids`
            -1 where an id is unknown; of shape () for a single id.
        """
        asked = np.asarray(ids)
        if asked.dtype.kind in "UT":  # [1, "a"] has just become ["1", "a"]: take it as it was given
            asked = np.asarray(ids, dtype=object)
        found = np.full(asked.size, -1, dtype=np.int32)
        wanted, comparable = _comparable(asked.ravel(), self.array.dtype)
        found[comparable] = self._hash_table.get_indexer(pd.Index(wanted, dtype=wanted.dtype))
        return found.reshape(asked.shape)


def _comparable(asked, dtype):
    """Pick the ids that are of the kind of `dtype`; return them and where they stand."""
    if dtype.kind != "O" and asked.dtype.kind in "iuf":
        return asked, slice(None)
    if asked.dtype.kind != "O":
        return np.empty(0, dtype=dtype), slice(0)
    if dtype.kind == "O":
        if pd.api.types.infer_dtype(asked, skipna=False) == "string":
            return asked, slice(None)  # the usual case, without a loop in Python
        fits = (isinstance(one, str) for one in asked)
    else:
        fits = (_is_integer(one) and INT64.min <= one <= INT64.max for one in asked)
    comparable = np.fromiter(fits, dtype=bool, count=len(asked))
    return asked[comparable].astype(dtype), comparable


def _is_integer(one):
    # True and False count as integers in Python; as ids they are a mistake.
    return isinstance(one, numbers.Integral) and not isinstance(one, bool)


def as_ids(column, name):
    """Bring a column of ids to one of the two kinds of ids.

    Parameters
    ----------
    column : array_like of shape (n,)
        Whole numbers (negative ones and gaps are fine) or text.
    name : str
        The column's name, for the sentence of an error.

    Returns
    -------
    ndarray of shape (n,)
        int64, or objects that are str.

    Raises
    ------
    DataError
        When ids are missing, mixed, or neither whole numbers nor text.
    """
    ids = np.asarray(column)
    missing = pd.isna(ids)
    if missing.any():
        raise DataError(
            f"{name} is missing in row {missing.argmax()} (counted from 0), {count(missing, 'such row')} in "
            f"all. Fill it in, or leave these rows out: frame.dropna(subset=[{name!r}])."
        )
    if ids.dtype.kind in "UT":
        return ids.astype(object)
    if ids.dtype.kind == "O":
        kind = pd.api.types.infer_dtype(ids)
        if kind in ("string", "empty"):
            return ids
        if kind != "integer":
            raise DataError(
                f"{name} has ids of more than one kind, or of a kind that is neither whole number nor text, "
                f"{_an_example(ids)}. Make them all text: frame[{name!r}] = frame[{name!r}].astype(str)."
            )
    elif ids.dtype.kind == "f":
        fractions = ids != np.trunc(ids)
        if fractions.any() or (np.abs(ids) > 2.0**53).any():
            raise DataError(
                f"{name} has ids with fractions or too many digits, for instance {ids[fractions.argmax()]}. "
                "Ids are whole numbers or text: read the column with dtype int or str."
            )
    elif ids.dtype.kind not in "iu":
        raise DataError(
            f"{name} is of type {ids.dtype}. Ids are whole numbers or text: convert the column with "
            "astype(int) or astype(str)."
        )
    if len(ids) and not INT64.min <= ids.min() <= ids.max() <= INT64.max:
        raise DataError(
            f"{name} has numbers that do not fit 64 bits. Make them text: "
            f"frame[{name!r}] = frame[{name!r}].astype(str)."
        )
    return ids.astype(np.int64, copy=False)


def _an_example(ids):
    other = next((one for one in ids if type(one) is not type(ids[0])), None)
    return f"such as {ids[0]!r}" if other is None else f"such as {ids[0]!r} and {other!r}"


def count(mask, noun):
    """Say how many entries of a mask are true: "1 row", "1,204 rows"."""
    number = int(np.count_nonzero(mask))
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def read_only(array):
    """Return a view of the same memory that refuses to be written to."""
    view = np.asarray(array).view()
    view.flags.writeable = False
    return view
