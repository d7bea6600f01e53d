"""Large tables of nothing but numbers, read several times as fast as a parser that is ready for anything."""

import importlib.util

import numpy as np
import pandas as pd

LARGE = 20_000_000
"""Bytes; smaller files are read at once anyway, and need no kernel to be loaded."""
PIECE = 1 << 23
"""Bytes that are read at a time."""
DECIMALS = 3
"""How many digits may follow the point of a number that is not whole."""


def read_numbers(path, dtypes, names, separator, has_header):
    """Read a large table whose columns are all wanted, and are all numbers without signs.

    Parameters
    ----------
    path : Path
    dtypes : dict of str to dtype
    names : list of str
        The columns of the file.
    separator : str
        "," or another character, or the same one twice.
    has_header : bool
        Whether a line of names comes first.

    Returns
    -------
    DataFrame or None
        None for whatever is small or not that plain: somebody else has to read it, or to say what is wrong.
    """
    plain = list(dtypes) == list(names) and all(dtype not in (None, str) for dtype in dtypes.values())
    if not plain or path.stat().st_size < LARGE or not importlib.util.find_spec("numba"):
        return None
    from course_lib._kernels.lines import parse_lines

    kinds = [np.dtype(dtype) for dtype in dtypes.values()]
    decimals = np.array([DECIMALS if kind.kind == "f" else 0 for kind in kinds])
    pieces, left, n_left = [[] for _ in kinds], np.empty(0, dtype=np.uint8), 0
    table = np.empty((PIECE // (2 * len(kinds)), len(kinds)), dtype=np.int64)  # no line is shorter
    with open(path, "rb") as file:
        if has_header and b'"' in file.readline():
            return None
        while piece := file.read(PIECE - n_left):
            text = np.concatenate([left, np.frombuffer(piece, dtype=np.uint8)])
            rows, read = parse_lines(text, ord(separator[0]), len(separator), decimals, table)
            if rows < 0 or not read:
                return None
            left, n_left = text[read:], len(text) - read
            for column, (kind, of_column) in enumerate(zip(kinds, pieces, strict=True)):
                numbers = table[:rows, column]
                if kind.kind == "f":
                    of_column.append((numbers / 10**DECIMALS).astype(kind))
                elif rows and numbers.max() > np.iinfo(kind).max:
                    return None
                else:
                    of_column.append(numbers.astype(kind))
    if n_left or not pieces[0]:
        return None
    columns = {}
    for name in reversed(list(dtypes)):  # the pieces of a column are given back before the next one is joined
        columns[name] = np.concatenate(pieces.pop())
    return pd.DataFrame({name: columns[name] for name in dtypes}, copy=False)
