"""The stored table, results.csv: one line a comparison, and the arithmetic of its ratios."""

import csv
import json
import statistics
from pathlib import Path

RESULTS = Path(__file__).with_name("results.csv")
MACHINE = Path(__file__).with_name("machine.json")
COLUMNS = (
    "row", "data", "k", "rounds", "threads", "n_ratings", "n_users", "n_items", "peer", "repeats", "clock",
    "fit_ours", "fit_theirs", "use_ours", "use_theirs", "memory_ours", "memory_theirs",
    "measure", "accuracy_ours", "accuracy_theirs", "ratio_fit", "ratio_use", "load", "failed",
)  # fmt: skip
"""Seconds, MB, and ratios of seconds (peer / ours). `use` is for 10,000 pairs or 1,000 members."""
KEY = ("row", "data", "k", "threads")


def empty(row, case, threads):
    """Return a line that says what is compared and nothing else."""
    line = dict.fromkeys(COLUMNS, "") | {"row": row.name, "data": case.data, "k": case.k, "threads": threads}
    line |= {"rounds": case.settings.get("rounds"), "measure": row.measure}
    line |= {"peer": row.theirs.by if row.theirs else None}
    return {name: "" if value is None else value for name, value in line.items()}


def ratio(theirs, ours):
    """Return how many times as long the peer takes."""
    return theirs / ours if theirs and ours else ""


def filled(row, found):
    """Turn what one.py found into columns: medians of times, means of accuracies, ratios."""
    line = {"repeats": len(found["fit_ours"]), "clock": found["clock"], "load": round(found["load"], 2)}
    line |= {name: found.get(name, "") for name in ("n_ratings", "n_users", "n_items")}
    for side in ("ours", "theirs"):
        for what in row.reports:
            times = found.get(f"{what}_{side}")
            line[f"{what}_{side}"] = rounded(statistics.median(times)) if times else ""
        judged = [one for one in found.get(f"accuracy_{side}", ()) if one is not None]
        line[f"accuracy_{side}"] = rounded(statistics.fmean(judged), 6) if judged else ""
    for what in row.reports:
        line[f"ratio_{what}"] = rounded(ratio(line.get(f"{what}_theirs"), line.get(f"{what}_ours")))
    return line


def rounded(value, digits=4):
    """Return a number with so many digits that count."""
    return value if value == "" else float(f"{value:.{digits}g}")


def read(path=RESULTS):
    """Return the stored lines: numbers where there are numbers, "" where there is nothing."""
    with open(path, encoding="utf-8", newline="") as file:
        return [{name: number(text) for name, text in line.items()} for line in csv.DictReader(file)]


def number(text):
    """Return a text as a number when it is one."""
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() and "." not in text and "e" not in text else value


def store(lines, machine, path=RESULTS, order=None):
    """Put lines into the stored table in place of those of the same comparisons, in the order of the rows."""
    from benchmarks.speed import rows

    order = list(rows.ROWS) if order is None else order
    kept = {key_of(line): line for line in (read(path) if path.is_file() else [])}
    kept |= {key_of(line): line for line in lines}
    places = {
        (name, case.data, str("" if case.k is None else case.k)): place
        for name in order for place, case in enumerate(rows.ROWS[name].cases)
    }  # fmt: skip
    there = [line for line in kept.values() if key_of(line)[:3] in places]
    there.sort(key=lambda one: (order.index(one["row"]), places[key_of(one)[:3]], int(one["threads"])))
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(there)
    path.with_name(MACHINE.name).write_text(json.dumps(machine, indent=1) + "\n", encoding="utf-8", newline="\n")


def key_of(line):
    """Return what a comparison is known by."""
    return tuple(str(line[name]) for name in KEY)
