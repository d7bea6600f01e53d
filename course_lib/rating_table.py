"""What `Ratings` asks of a table: columns of fixed types, or a sentence that says why not."""

import time

import numpy as np
import pandas as pd

from course_lib.errors import DataError
from course_lib.ids import as_ids
from course_lib.rating_arrays import on_scale, refuse

COLUMNS = ("userId", "movieId", "rating", "timestamp", "watched")


def read_table(frame, columns, scale, now):
    """Check a table of ratings and bring its columns to fixed types.

    Parameters
    ----------
    frame : DataFrame
    columns : dict or None
        Our name to the table's own name; None in place of a name says that there is no such column.
    scale : tuple of float
        Lowest and highest rating, in stars.
    now : callable or None
        Returns the time in seconds since 1970; None is the machine's clock.

    Returns
    -------
    dict of str to ndarray of shape (n,)
        userId and movieId (int64 or str objects), rating (float32), timestamp (int64) and watched (float32);
        the last two are None where the table has none.

    Raises
    ------
    DataError
        When a column is not there or a value in it cannot be used.
    """
    if not isinstance(frame, pd.DataFrame):
        raise DataError(
            f"Ratings are made of a pandas DataFrame, and this is of type {type(frame).__name__}. "
            "Read the file with pandas.read_csv, or use Ratings.from_arrays for arrays."
        )
    names = _names(frame, columns)
    if not len(frame):
        raise DataError("The table of ratings is empty. Check the file, or the filter that it went through.")
    return {
        "userId": as_ids(frame[names["userId"]], names["userId"]),
        "movieId": as_ids(frame[names["movieId"]], names["movieId"]),
        "rating": _stars(frame[names["rating"]], names["rating"], scale),
        "timestamp": _seconds(frame[names["timestamp"]], names["timestamp"], now) if names["timestamp"] else None,
        "watched": _shares(frame[names["watched"]], names["watched"]) if names["watched"] else None,
    }


def _names(frame, columns):
    """Say which column of the table holds what; None where there is none."""
    asked = dict(columns or {})
    for name in asked:
        if name not in COLUMNS:
            raise DataError(
                f"columns has a key {name!r} that is not one of ours: {', '.join(COLUMNS)}. "
                'Our name stands left, the table\'s right: columns={"userId": "member"}.'
            )
    names = {name: asked.get(name, name) for name in COLUMNS}
    if "watched" not in asked and "watched" not in frame.columns:
        names["watched"] = None
    for name, own in names.items():
        if own in frame.columns or (own is None and name in ("timestamp", "watched")):
            continue
        there = ", ".join(map(str, frame.columns)) or "no columns"
        remedy = f'If another one holds it, say which: columns={{"{name}": "its name"}}.'
        if name == "timestamp":
            remedy += ' If the table has no times, say so: columns={"timestamp": None}.'
        raise DataError(f"The table of ratings has no column {own!r}; it has {there}. {remedy}")
    return names


def _stars(column, name, scale):
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    refuse(
        np.isnan(values),
        column,
        f"A rating in column {name!r} is not a number",
        f"Correct these rows, or leave them out: frame.dropna(subset=[{name!r}]).",
    )
    refuse(
        ~on_scale(values, scale),
        column,
        f"A rating in column {name!r} is off the scale from {scale[0]:g} to {scale[1]:g} stars",
        "Correct these rows, or give the scale that the ratings have: scale=(lowest, highest).",
    )
    return values.astype(np.float32)


def _seconds(column, name, now):
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_convert(None)
    missing = column.isna().to_numpy()
    if column.dtype.kind == "M":
        values = column.to_numpy().astype("datetime64[s]").astype(np.int64)
    elif column.dtype.kind in "iu":
        values = column.to_numpy(dtype=np.int64, na_value=0)
    else:
        numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        refuse(
            ~missing & ~np.isfinite(numbers),
            column,
            f"A time in column {name!r} is not a number of seconds since 1970",
            f"Turn dates into times first: frame[{name!r}] = pandas.to_datetime(frame[{name!r}]).",
        )
        values = np.where(missing, 0, numbers).astype(np.int64)
    refuse(
        missing,
        column,
        f"A time in column {name!r} is missing",
        'Leave these rows out, or do without times: columns={"timestamp": None}.',
    )
    refuse(
        values < 0,
        column,
        f"A time in column {name!r} lies before 1970",
        "Times are seconds since 1970-01-01 UTC: correct these rows.",
    )
    refuse(
        values > (now or time.time)(),
        column,
        f"A time in column {name!r} lies in the future",
        "Times are seconds since 1970-01-01 UTC: divide milliseconds by 1,000; check this machine's clock.",
    )
    return values


def _shares(column, name):
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    refuse(
        ~((values >= 0) & (values <= 1)),
        column,
        f"A share watched in column {name!r} is not between 0 and 1",
        'Divide per cents by 100, or do without it: columns={"watched": None}.',
    )
    return values.astype(np.float32)
