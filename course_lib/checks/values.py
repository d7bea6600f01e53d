"""A value in a few words, and the first difference between two values as a sentence."""

import numpy as np
import pandas as pd

FEW_DIGITS, ALL_DIGITS = 4, 17
SHORT = 60  # characters that fit into a sentence


def shown(value, digits=FEW_DIGITS):
    """Write a value so that it fits into a sentence.

    Parameters
    ----------
    value : object
    digits : int, default=4
        Significant digits of numbers that are not whole.

    Returns
    -------
    str
        ``0.9767``, ``[8, 5, 7]``, ``an array of shape (600, 20)``, ``a table of 5 rows and 3 columns``.
    """
    if isinstance(value, pd.DataFrame):
        return f"a table of {len(value)} rows and {value.shape[1]} columns"
    if isinstance(value, pd.Series):
        return f"a Series of {len(value)} values"
    if hasattr(value, "toarray"):
        return f"a sparse matrix of shape {value.shape}"
    if isinstance(value, np.random.Generator):
        return "a random generator"
    if isinstance(value, np.ndarray):
        text = _nested(value.tolist(), digits)
        return text if len(text) <= SHORT else f"an array of shape {value.shape}"
    if callable(value):
        return f"the function {getattr(value, '__name__', 'without a name')}"
    text = _nested(value, digits)
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def difference(got, expected, reveal=True):
    """Say how a value differs from what was expected.

    Parameters
    ----------
    got, expected : object
        They are known to differ.
    reveal : bool, default=True
        Whether the expected value may be named. Not where it is itself the answer.

    Returns
    -------
    str
        What came and, unless that would give the answer away, what was expected, to the digits that matter.
    """
    kind, expected_kind = _kind(got), _kind(expected)
    if kind != expected_kind:
        text = shown(got)
        what = text if text.startswith(kind) else f"{kind} ({text})"
        return f"It is {what}, and {expected_kind} was expected."
    if kind not in ("a number", "an array of numbers"):
        return _contrast(shown(got), shown(expected), reveal)
    got, expected = _array(got), _array(expected)
    if got.shape != expected.shape:
        turned = " That is transposed: rows and columns are swapped." if got.T.shape == expected.shape else ""
        return f"It has the shape {got.shape}, and {expected.shape} was expected.{turned}"
    lost = np.isnan(got.astype(complex)) & ~np.isnan(expected.astype(complex))
    if lost.any():
        place = f" at {_place(lost)}" if got.ndim else ""
        return f"It is nan{place}: a division by zero, or a missing value. A number was expected."
    if got.ndim == 2 and got.shape[0] == got.shape[1] and np.allclose(got.T, expected):
        return "It is transposed: rows and columns are swapped."
    if got.dtype.kind == expected.dtype.kind == "f" and (places := _rounded_to(got, expected)):
        return f"It is rounded to {places} places. Give the number as it comes."
    return _first_difference(got, expected, reveal)


def _rounded_to(got, expected):
    """Return to how many places (1 to 3) the expected numbers were rounded; 0 when they were not."""
    for places in (1, 2, 3):
        is_rounded = np.allclose(got, np.round(expected, places), rtol=1e-12, atol=0)
        # 1.0 for 0.98 is more likely another mistake than a rounded result.
        if is_rounded and not np.allclose(got, np.round(got, places - 1), rtol=1e-12, atol=0):
            return places
    return 0


def _first_difference(got, expected, reveal):
    text, expected_text = _told_apart(got.tolist(), expected.tolist())
    if not got.size or (reveal and max(len(text), len(expected_text)) <= SHORT):
        return _contrast(text, expected_text, reveal)
    place = np.unravel_index(np.argmax(~np.isclose(got, expected, rtol=1e-9, equal_nan=True)), got.shape)
    one, other = got[place].item(), expected[place].item()
    text, expected_text = _told_apart(one, other)
    where = f"At {[int(i) for i in place]}, " if got.ndim else ""
    if reveal:
        return f"{where}{text} came; {expected_text} was expected."
    direction = ""
    if not isinstance(one, complex) and not isinstance(other, bool | complex):
        direction = ": too large" if one > other else ": too small" if one < other else ""
    return f"{where or 'It is '}{text}{' came' if where else ''}{direction}."


def _contrast(text, expected_text, reveal):
    return f"{text} came; {expected_text} was expected." if reveal else f"{text} came, and that is not it."


def _told_apart(one, other):
    """Write two numbers, or two lists of them, with as many digits as tell them apart."""
    for digits in range(FEW_DIGITS, ALL_DIGITS):
        if _nested(one, digits) != _nested(other, digits):
            break
    return _nested(one, digits), _nested(other, digits)


def _place(mask):
    return [int(i) for i in np.argwhere(mask)[0]]


def _array(value):
    return np.asarray(value.toarray() if hasattr(value, "toarray") else value)


def _kind(value):
    if value is None:
        return "nothing (None)"
    if isinstance(value, pd.DataFrame):
        return "a table"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, dict):
        return "a dict"
    if isinstance(value, set | frozenset):
        return "a set"
    if callable(value):
        return "a function"
    try:
        array = _array(value)
    except (ValueError, TypeError):
        return "a list of unequal parts"
    if array.dtype.kind not in "biufc":
        return "a list" if array.ndim else f"of type {type(value).__name__}"
    return "an array of numbers" if array.ndim else "a number"


def _nested(value, digits):
    if isinstance(value, list | tuple):
        inner = ", ".join(_nested(part, digits) for part in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    if isinstance(value, np.generic | np.ndarray):
        return _nested(value.tolist(), digits)
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e6 else f"{value:.{digits}g}"
    try:
        text = repr(value)
    except Exception:  # of a learner's own class
        text = " at 0x"
    return f"an object of type {type(value).__name__}" if " at 0x" in text else text
