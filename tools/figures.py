"""Compute the numbers that lessons give of real members into benchmarks/real_figures.csv.

    python tools/figures.py             compute those that are missing or out of date
    python tools/figures.py 05 07       compute these lessons'
        --check                         write nothing; name the lessons whose numbers are out of date, fail if any are

A row carries a hash of the data (ml-latest-small) and one of the code behind the lesson's numbers.
"""

import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that it runs as a script too

from course_lib import datasets, figures  # noqa: E402
from tools.board import DIGITS, HASHES, LIBRARY, behind, fingerprint, fingerprint_of  # noqa: E402

COLUMNS = ["lesson", "figure", "value", *HASHES]


def hashes(lesson, data):
    """Return the hashes that a lesson's rows should have."""
    code = fingerprint(behind([LIBRARY / "figures" / f"lesson_{lesson}.py"]))
    return {"data": fingerprint_of(data), "code": code}


def stored():
    """Return the numbers as they stand, hashes and all; empty when there are none."""
    if not figures.FILE.is_file():
        return pd.DataFrame(columns=COLUMNS)
    return pd.read_csv(figures.FILE, dtype={"lesson": str} | dict.fromkeys(HASHES, str))


def out_of_date(table, data):
    """List the lessons whose numbers are not what they should be."""
    stale = []
    for lesson in figures.lessons():
        rows = table[table["lesson"] == lesson]
        same = all((rows[column] == value).all() for column, value in hashes(lesson, data).items())
        if rows.empty or not same:
            stale.append(lesson)
    return stale


def main(arguments):
    """Bring the numbers up to date, or say which are not."""
    data, table = datasets.load("ml-latest-small"), stored()
    asked = [argument for argument in arguments if not argument.startswith("-")]
    stale = asked or out_of_date(table, data)
    if "--check" in arguments:
        if stale:
            print(f"{figures.FILE.name} is out of date for the lessons {', '.join(stale)}: run make real.")
        return int(bool(stale))
    for lesson in stale:
        print(f"computing the figures of lesson {lesson}", flush=True)
        numbers = figures.compute(lesson, data)
        rows = [{"lesson": lesson, "figure": name, "value": round(value, DIGITS)} for name, value in numbers.items()]
        new = pd.DataFrame(rows).assign(**hashes(lesson, data))
        print(new[["figure", "value"]].to_string(index=False))
        table = stored()  # again, in case that another lesson's have been stored meanwhile
        table = pd.concat([table[table["lesson"] != lesson], new], ignore_index=True)[COLUMNS]
        table.sort_values("lesson", kind="stable").to_csv(figures.FILE, index=False, lineterminator="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
