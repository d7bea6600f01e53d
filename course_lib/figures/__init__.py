"""What the lessons say about real members: numbers computed from ml-latest-small, stored, and read here.

Each ``lesson_NN.py`` computes the numbers of one lesson; ``make real`` stores them all.
"""

import importlib
import pkgutil
from pathlib import Path

import pandas as pd

from course_lib.errors import DataError, UnknownId

FILE = Path(__file__).resolve().parent.parent.parent / "benchmarks" / "real_figures.csv"


def lessons():
    """List the lessons that have numbers of real members.

    Returns
    -------
    list of str
        Such as "05".
    """
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    return sorted(name.removeprefix("lesson_") for name in names if name.startswith("lesson_"))


def compute(lesson, data):
    """Compute the numbers of a lesson.

    Parameters
    ----------
    lesson : str
        Such as "05".
    data : Dataset

    Returns
    -------
    dict of str to float

    Raises
    ------
    UnknownId
        When the lesson has no such numbers.
    """
    if lesson not in lessons():
        raise UnknownId(f"Lesson {lesson!r} has no figures of real members. Those that have: {', '.join(lessons())}.")
    computed = importlib.import_module(f"{__name__}.lesson_{lesson}").figures(data)
    return {name: float(value) for name, value in computed.items()}


def real(lesson):
    """Read the numbers that a lesson gives of real members.

    Parameters
    ----------
    lesson : str
        Such as "05".

    Returns
    -------
    dict of str to float
        By name, as computed from ml-latest-small.

    Raises
    ------
    DataError
        When the numbers have not been computed.
    """
    if not FILE.is_file():
        raise DataError(f"There is no {FILE}. Run make real, or restore the file with git checkout.")
    table = pd.read_csv(FILE, dtype={"lesson": str})
    mine = table[table["lesson"] == lesson]
    if mine.empty:
        raise DataError(f"{FILE.name} has no figures of lesson {lesson}. Run make real.")
    return dict(zip(mine["figure"], mine["value"], strict=True))
