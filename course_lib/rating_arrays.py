"""What `Ratings` asks of arrays: fixed types, bounds, one rating a cell, or a sentence that says why not."""

import numpy as np
import pandas as pd

from course_lib.errors import DataError
from course_lib.ids import count


def check_scale(scale):
    """Return the scale as two floats.

    Parameters
    ----------
    scale : sequence of float
        Lowest and highest rating.

    Returns
    -------
    tuple of float

    Raises
    ------
    DataError
        When these are not two numbers, the lower one first.
    """
    try:
        lowest, highest = (float(end) for end in scale)
    except (TypeError, ValueError):
        lowest = highest = np.nan
    if not -np.inf < lowest < highest < np.inf:
        raise DataError(f"scale is {scale!r}. Give the lowest and the highest rating: scale=(0.5, 5.0).")
    return lowest, highest


def on_scale(values, scale):
    """Tell which values are ratings on the scale.

    Parameters
    ----------
    values : ndarray
    scale : tuple of float
        Lowest and highest rating.

    Returns
    -------
    ndarray of bool
        False for nan as well.
    """
    return (values >= scale[0]) & (values <= scale[1])


def refuse(bad, column, complaint, advice):
    """Raise when any row is bad, naming the first one, its value and how many there are.

    Parameters
    ----------
    bad : ndarray of bool
    column : Series or ndarray
        Where the value to show stands.
    complaint, advice : str
        What is wrong, and what to do about it.

    Raises
    ------
    DataError
        When an entry of `bad` is true.
    """
    if bad.any():
        row = int(bad.argmax())
        value = np.asarray(column[row : row + 1]).tolist()[0]
        raise DataError(
            f"{complaint}: {value!r} in row {row} (counted from 0), {count(bad, 'such row')} in all. {advice}"
        )


def read_arrays(users, items, values, timestamps, watched, *, n_users, n_items, scale):
    """Check arrays that hold positions and bring them to fixed types.

    Parameters
    ----------
    users, items, values : array_like of shape (n,)
        Positions, positions and stars.
    timestamps, watched : array_like of shape (n,) or None
    n_users, n_items : int
        How many of them there are.
    scale : tuple of float
        Lowest and highest rating, in stars.

    Returns
    -------
    tuple of ndarray of shape (n,)
        int32, int32, float32, int64 or None, float32 or None; writable, and copied only where they were not.

    Raises
    ------
    DataError
        When lengths differ, or a position or a value is out of bounds.
    """
    arrays = {"users": users, "items": items, "values": values, "timestamps": timestamps, "watched": watched}
    arrays = {name: np.asarray(array) for name, array in arrays.items() if array is not None}
    if any(array.shape != (arrays["values"].size,) for array in arrays.values()):
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise DataError(f"The arrays have to be of one length, and their shapes are {shapes}. Give one entry a rating.")
    for name, n in (("users", n_users), ("items", n_items)):
        check_positions(arrays[name], name, n)
    refuse(
        ~on_scale(arrays["values"], scale),
        arrays["values"],
        f"A rating is off the scale from {scale[0]:g} to {scale[1]:g} stars",
        "Correct it, or give the scale that the ratings have: scale=(lowest, highest).",
    )
    types = dict(users=np.int32, items=np.int32, values=np.float32, timestamps=np.int64, watched=np.float32)
    return tuple(
        np.require(arrays[name], dtype, ["C", "W"]) if name in arrays else None for name, dtype in types.items()
    )


def check_positions(positions, name, n):
    """Raise when an array does not hold positions among `n` things.

    Parameters
    ----------
    positions : ndarray
    name : str
        For the sentence of the error.
    n : int
        Positions go from 0 to n - 1.

    Raises
    ------
    DataError
        When the entries are no whole numbers, or out of bounds.
    """
    if not positions.size:
        return
    if positions.dtype.kind not in "iu":
        raise DataError(f"{name} is of type {positions.dtype}. Positions are whole numbers: 0, 1, 2 and so on.")
    if positions.min() < 0 or positions.max() >= n:
        bad = positions[(positions < 0) | (positions >= n)][0]
        raise DataError(
            f"{name} has {bad}, and positions go from 0 to {n - 1} here. Ids become positions with "
            "user_index() and item_index(), or with Ratings.from_frame."
        )


def check_rows(which, n):
    """Turn a mask or positions into positions among `n` rows.

    Parameters
    ----------
    which : array_like of bool or int
    n : int
        How many rows there are.

    Returns
    -------
    ndarray of int
        In the order asked for.

    Raises
    ------
    DataError
        When a mask has another length, or positions are out of bounds or repeated.
    """
    which = np.asarray(which)
    if which.dtype == bool:
        if which.shape != (n,):
            raise DataError(f"The mask has the shape {which.shape}, and there are {n:,} rows. Give one entry a row.")
        return np.flatnonzero(which)
    check_positions(which, "which", n)
    which = which.ravel().astype(np.intp)
    if len(which) and np.bincount(which).max() > 1:
        raise DataError("A row is asked for twice, and a member rates a film once. Take numpy.unique(which).")
    return which


def once_a_cell(ratings, keep):
    """See to it that each member has rated a film at most once.

    Parameters
    ----------
    ratings : Ratings
    keep : {None, "first", "last"}
        Which of several ratings stays: by time, then by the order of rows; None is for none.

    Returns
    -------
    Ratings
        The same object when nothing is there twice.

    Raises
    ------
    DataError
        When something is there twice and `keep` is None, or when `keep` is something else.
    """
    if keep not in (None, "first", "last"):
        raise DataError(f'keep is {keep!r}. Say which rating of a film to keep: keep="first" or keep="last".')
    cells = ratings.cells
    if (cells[1:] > cells[:-1]).all():  # by member and film already, as MovieLens is: no need to sort 25 million
        return ratings
    in_order = np.sort(cells)
    twice = in_order[1:][in_order[1:] == in_order[:-1]]
    if not len(twice):
        return ratings
    if keep is None:
        user, item = divmod(int(twice[0]), ratings.n_items)
        raise DataError(
            f"Member {ratings.user_ids[user]} has rated film {ratings.item_ids[item]} more than once (rows too "
            f'many in all: {len(twice):,}). Keep one of each: Ratings.from_frame(frame, keep="last").'
        )
    order = np.arange(len(ratings))
    if ratings.timestamps is not None:
        order = np.argsort(ratings.timestamps, kind="stable")
    repeated = pd.Series(cells[order]).duplicated(keep=keep).to_numpy()
    return ratings.rows(np.sort(order[~repeated]))
