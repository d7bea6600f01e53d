"""What comes out when a learner's function is called: a value, an error, or a changed input."""

import contextlib
import copy
import dis
import inspect
import io
import linecache
import traceback
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from course_lib.checks.same import as_numbers, exactly

# What a function that does nothing consists of, from Python 3.11 to 3.13.
IDLE = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
COPIED = (np.ndarray, pd.DataFrame, pd.Series, np.random.Generator, dict, list, set)


@dataclass(frozen=True)
class Outcome:
    """What one call gave.

    Attributes
    ----------
    value : object
    error : Exception or None
    changed : str or None
        The name of an argument that the call has changed.
    """

    value: object = None
    error: Exception | None = None
    changed: str | None = None

    @property
    def is_clean(self):
        """Whether there is a value, with no nan in it."""
        if self.error is not None or self.value is None:
            return False
        numbers = as_numbers(self.value)
        return numbers is None or not np.isnan(numbers.astype(complex)).any()


def outcome(function, probe):
    """Call a function with fresh copies of its arguments, quietly.

    What the function prints and warns of is kept back: a dozen calls would flood the page, and nbgrader takes
    a warning for a failure.

    Parameters
    ----------
    function : callable
    probe : tuple
        The arguments; lists of numbers arrive as arrays.

    Returns
    -------
    Outcome
    """
    arguments, before = fresh(probe), fresh(probe)
    nowhere = io.StringIO()
    with (
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        try:
            value = function(*arguments)
        except Exception as error:
            return Outcome(error=error)
    return Outcome(value, changed=_changed(function, arguments, before))


def agree(one, other, same):
    """Return whether two outcomes are the same: the same value, or the same class of error.

    Parameters
    ----------
    one, other : Outcome
    same : Same

    Returns
    -------
    bool
    """
    if one.error is not None or other.error is not None:
        return type(one.error) is type(other.error)
    return same(one.value, other.value)


def fresh(probe):
    """Return copies of arguments, with lists of numbers as arrays.

    Parameters
    ----------
    probe : tuple

    Returns
    -------
    tuple
    """
    return tuple(_fresh(argument) for argument in probe)


def where(function, error):
    """Name the line of a learner's code that raised, and the error.

    Parameters
    ----------
    function : callable
    error : Exception

    Returns
    -------
    str
        ``line 3, `return a @ c`, raised NameError: name 'c' is not defined``.
    """
    what = f"raised {type(error).__name__}: {error}".rstrip(".: ")
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    lines = [number for frame, number in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == file]
    if not lines:
        return f"it {what}"
    source = linecache.getline(file, lines[-1]).strip()
    return f"line {lines[-1]}, `{source}`, {what}" if source else f"line {lines[-1]} {what}"


def takes(function, probe):
    """Return whether a function can be called with that many arguments.

    Parameters
    ----------
    function : callable
    probe : tuple

    Returns
    -------
    bool
    """
    try:
        inspect.signature(function).bind(*probe)
    except TypeError:
        return False
    except ValueError:  # some built-in functions have no signature to ask
        return True
    return True


def is_idle(function):
    """Return whether a function's body does nothing: ``...``, ``pass``, a docstring, a constant.

    Parameters
    ----------
    function : callable

    Returns
    -------
    bool
    """
    code = getattr(function, "__code__", None)
    return code is not None and {step.opname for step in dis.get_instructions(code)} <= IDLE


def has_blank(function):
    """Return whether there is a ``...`` somewhere in a function's code.

    Parameters
    ----------
    function : callable

    Returns
    -------
    bool
    """
    return _has_blank(getattr(function, "__code__", None))


def _has_blank(code):
    constants = getattr(code, "co_consts", ())
    return any(constant is Ellipsis or _has_blank(constant) for constant in constants)


def _fresh(argument):
    if isinstance(argument, list) and as_numbers(argument) is not None:
        return np.array(argument)
    if isinstance(argument, COPIED) or hasattr(argument, "toarray"):
        return copy.deepcopy(argument)
    return argument  # numbers, texts, and the course's own objects, which nothing can change


def _changed(function, arguments, before):
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    for place, (now, then) in enumerate(zip(arguments, before, strict=True)):
        if isinstance(now, COPIED) and not isinstance(now, np.random.Generator) and not exactly(now, then):
            return names[place] if place < len(names) else f"argument {place + 1}"
    return None
