"""The first difference between two tables, as a sentence."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from course_lib.checks.values import shown


@dataclass(frozen=True)
class Layout:
    """What counts in a table beside its cells.

    Attributes
    ----------
    rows_in_order, columns_in_order : bool
        Whether the order counts.
    index : bool
        Whether the row labels count.
    """

    rows_in_order: bool = True
    columns_in_order: bool = False
    index: bool = True


def difference(got, expected, layout, alike):
    """Say where a table differs first, without saying what would be right there.

    Parameters
    ----------
    got, expected : DataFrame
    layout : Layout
    alike : callable
        ``alike(cells, expected_cells)`` -> bool, for single cells and for a whole column.

    Returns
    -------
    str or None
        None when the tables are the same.
    """
    if not isinstance(expected, pd.DataFrame):
        return "It is a table, and none was expected."
    if isinstance(got, pd.Series):
        return "It is a Series, a single column; a DataFrame was asked for. table[['column']] keeps it one."
    if not isinstance(got, pd.DataFrame):
        return f"It is of type {type(got).__name__}, and a DataFrame was asked for."
    return _columns(got, expected, layout) or _rows(got, expected, layout, alike)


def _columns(got, expected, layout):
    missing = [name for name in expected.columns if name not in got.columns]
    extra = [name for name in got.columns if name not in expected.columns]
    if missing:
        there = ", ".join(map(str, got.columns)) or "none"
        label = " It is the index: reset_index() makes it a column." if got.index.name in missing else ""
        return f"The column {missing[0]!r} is missing; the columns are {there}.{label}"
    if extra:
        return f"The column {extra[0]!r} was not asked for. Leave it out."
    if not got.columns.is_unique:
        return f"The column {got.columns[got.columns.duplicated()][0]!r} is there twice."
    if layout.columns_in_order and list(got.columns) != list(expected.columns):
        return f"The columns are right in another order. Asked for: {', '.join(map(str, expected.columns))}."
    return None


def _rows(got, expected, layout, alike):
    if len(got) != len(expected):
        return f"It has {len(got)} rows; {len(expected)} were expected."
    got = got[list(expected.columns)]
    if not layout.rows_in_order:
        got, expected = _sorted(got, layout), _sorted(expected, layout)
    first = _first_difference(got, expected, layout, alike)
    if first is None:
        return None
    row, column = first
    if layout.rows_in_order:
        loose = replace(layout, rows_in_order=False)
        if _first_difference(_sorted(got, loose), _sorted(expected, loose), loose, alike) is None:
            return f"The rows are the right ones in another order: row {row} is the first out of place."
    if column is None:
        return f"The label of row {row} is {shown(got.index[row])}, and another one was expected."
    cell = shown(got[column].iloc[row], 6)
    if not layout.rows_in_order:  # sorted for the comparison: a number would not be the learner's own
        row = shown(got.index[row]) if layout.index else shown(got.iloc[row].tolist())
    return f"In row {row}, the column {column!r} holds {cell}; something else was expected."


def _first_difference(got, expected, layout, alike):
    """Return (row number, column) of the first difference, with None for the column where a label differs."""
    labels = list(zip(got.index, expected.index, strict=True)) if layout.index else []
    for row, (label, right) in enumerate(labels):
        if not alike(label, right):
            return row, None
    columns = [c for c in expected.columns if not alike(got[c].to_numpy(), expected[c].to_numpy())]
    if not columns:
        return None
    for row in range(len(expected)):
        for column in columns:
            if not _same_cell(got[column].iloc[row], expected[column].iloc[row], alike):
                return row, column
    return None


def _same_cell(got, expected, alike):
    return alike(got, expected) or (_is_missing(got) and _is_missing(expected))


def _is_missing(cell):
    return np.ndim(cell) == 0 and bool(pd.isna(cell))


def _sorted(frame, layout):
    """Return the rows in an order that depends on their content alone."""
    if layout.index and frame.index.is_unique:
        keys = [str(label) for label in frame.index]
    else:
        keys = [tuple(shown(cell, 6) for cell in row) for row in frame.itertuples(index=layout.index)]
    return frame.iloc[sorted(range(len(frame)), key=keys.__getitem__)]
