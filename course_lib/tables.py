"""Text tables read by pandas' C parser, with sentences that name the line where one cannot be read."""

import csv
import itertools
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from course_lib.errors import DataError
from course_lib.plain_lines import read_numbers

GET_AGAIN = "Delete the file and get it again."
CORRECT = "Correct that line, or leave it out."
_CHUNK = 100_000  # rows
_FAULTS = (ValueError, OverflowError, pd.errors.ParserError, pd.errors.ParserWarning)


def read_table(path, dtypes, *, separator=",", names=None, bounds=None, encoding="utf-8", remedy=GET_AGAIN):
    """Read a text table whose columns have known types.

    Parameters
    ----------
    path : Path
    dtypes : dict of str to dtype
        The columns that are wanted, with numpy's names of their types; None lets pandas find the type.
    separator : str, default=","
        One character, or "::" as in the older MovieLens files.
    names : list of str, default=None
        All columns of a file that has no line of names.
    bounds : dict of str to (lowest, highest), default=None
        Columns whose values have to lie between two values.
    encoding : str, default="utf-8"
    remedy : str
        What to do about a bad line.

    Returns
    -------
    DataFrame
        The columns of `dtypes`, in their order.

    Raises
    ------
    DataError
        For a column that is missing, an empty file, a line with a value that is no number or out of bounds,
        with too few or too many values. The message names the file, the line and the value.
    """
    bounds = bounds or {}
    header = None
    if names is None:
        header = names = read_names(path, separator, encoding)
        _refuse_missing(path, names, dtypes, remedy)
    options = {
        "dtype": {name: dtype for name, dtype in dtypes.items() if dtype is not None},
        "encoding": encoding,
        # Chunks are faster, and would give a column of numbers and words both types where the type is open.
        "low_memory": all(dtypes.get(name) is not None for name in names),
        "keep_default_na": False,
        # "NA" is a film's title as well as a gap; only in a column of numbers nothing is a gap.
        "na_values": {name: [""] for name in names if dtypes.get(name) is not str},
        "header": None if header is None else 0,
        "names": names,
        "index_col": False,
    }
    if separator == "::":  # the C parser knows single characters: every other field is then empty
        padded = list(itertools.chain.from_iterable((f"_{name}", name) for name in names))[1:]
        options |= {"sep": ":", "names": padded, "usecols": list(dtypes)}
    else:
        options["sep"] = separator
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # a line that is too long
            frame = read_numbers(path, dtypes, names, separator, has_header=header is not None)
            if frame is None:
                frame = pd.read_csv(path, **options)[list(dtypes)]
        sound = all(frame[name].between(*limits).all() for name, limits in bounds.items())
        error = None
    except UnicodeDecodeError as caught:
        raise _no_text(path, encoding) from caught
    except pd.errors.EmptyDataError:
        frame, sound = pd.DataFrame(), True
    except _FAULTS as caught:
        sound, error = False, caught
    if not sound:
        fault = _first_fault(path, options, names, separator, dtypes, bounds)
        raise DataError(f"{fault or f'{path} cannot be read as a table: {error}.'} {remedy}") from error
    if frame.empty:
        raise DataError(f"{path} has no rows. {remedy}")
    return frame


def read_names(path, separator=",", encoding="utf-8"):
    """Return the column names in the first line of a file.

    Parameters
    ----------
    path : Path
    separator : str, default=","
        One character.
    encoding : str, default="utf-8"

    Returns
    -------
    list of str
        Empty for an empty file.

    Raises
    ------
    DataError
        When the file is no text.
    """
    try:
        return next(csv.reader([first_line(path, encoding)], delimiter=separator), [])
    except csv.Error as error:
        raise _no_text(path, encoding) from error


def first_line(path, encoding="utf-8"):
    """Return the first line of a file, without its end.

    Parameters
    ----------
    path : Path
    encoding : str, default="utf-8"

    Returns
    -------
    str

    Raises
    ------
    DataError
        When the file is not there, or is no text.
    """
    try:
        with open(path, encoding="utf-8-sig" if encoding == "utf-8" else encoding) as file:
            return file.readline().rstrip("\n")
    except UnicodeDecodeError as error:
        raise _no_text(path, encoding) from error
    except FileNotFoundError as error:
        here = Path.cwd()
        message = f"There is no file {path}. Check its name; a relative one counts from {here}."
        raise DataError(message) from error
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror or error}). Check its rights.") from error


def _no_text(path, encoding):
    return DataError(f"{path} is no text in {encoding}. Save it as text in that encoding.")


def _refuse_missing(path, names, dtypes, remedy):
    if not names:
        raise DataError(f"{path} is empty. {remedy}")
    for name in dtypes:
        if name not in names:
            there = ", ".join(names)
            raise DataError(f"{path} has no column {name!r}; its first line names {there}. {remedy}")


def _first_fault(path, options, names, separator, dtypes, bounds):
    """Return a sentence on the first line that cannot be read, None when none is found."""
    skipped = _sound_rows(path, options, bounds)
    with open(path, encoding=options["encoding"], errors="replace", newline="") as file:
        has_header = options["header"] == 0
        lines = itertools.islice(file, skipped + has_header, None)
        if separator == "::":
            rows = ((number, line.rstrip("\r\n").split("::")) for number, line in enumerate(lines, 1))
        else:
            reader = csv.reader(lines, delimiter=separator)
            rows = ((reader.line_num, fields) for fields in reader)
        try:
            for number, fields in rows:
                fault = fields and fields != [""] and _fault(fields, names, dtypes, bounds)
                if fault:
                    return f"{path}, line {number + skipped + has_header}: {fault}"
        except csv.Error:
            return None
    return None


def _sound_rows(path, options, bounds):
    """Count the rows of the leading chunks without a fault, so that few lines are looked at one by one."""
    count = 0
    try:
        with warnings.catch_warnings(), pd.read_csv(path, chunksize=_CHUNK, **options) as chunks:
            warnings.simplefilter("error", pd.errors.ParserWarning)
            for chunk in chunks:
                if not all(chunk[name].between(*limits).all() for name, limits in bounds.items()):
                    break
                count += len(chunk)
    except _FAULTS:
        pass
    return count


def _fault(fields, names, dtypes, bounds):
    """Say what is wrong with one row, None when nothing is."""
    if len(fields) != len(names):
        return f"{len(fields)} values instead of {len(names)} ({', '.join(names)}); was the file cut off?"
    for name, text in zip(names, fields, strict=True):
        dtype = dtypes.get(name)
        if dtype is None or dtype is str:
            continue
        if not text.strip():
            return f"the column {name} is empty."
        try:
            value = float(text)
        except ValueError:
            return f"{text!r} is not a number (column {name})."
        if np.dtype(dtype).kind == "i" and not (value.is_integer() and _fits(value, dtype)):
            return f"{text!r} is not a whole number that the column {name} can hold."
        if name in bounds and not bounds[name][0] <= value <= bounds[name][1]:
            lowest, highest = bounds[name]
            return f"a {name} of {text} is off the scale from {lowest:g} to {highest:g}."
    return None


def _fits(value, dtype):
    limits = np.iinfo(dtype)
    return limits.min <= value <= limits.max
