"""What a reader sees of the stored table: benchmarks/RESULTS.md."""

import json

from benchmarks.speed import growth, rows, table
from benchmarks.speed.reasons import reason

RESULTS = table.RESULTS.parent.parent / "RESULTS.md"
INTRODUCTION = """# How fast it is

Made by `make bench` from `speed/results.csv`; only the reasons are written by hand (`speed/reasons.py`).

course_lib stands beside libraries that a practitioner would take. In each comparison both get the same ratings, the
same hyperparameters and the same number of threads, BLAS included, and take turns in one process; each starts from the
form in which it keeps ratings itself, and what is compiled at the first call is compiled before. Times are medians; *
marks what was measured once. With one thread a time is the processor's: what an idle machine's clock would show.
Memory is the peak of a process that runs one side alone, its data and libraries included.

- **ratings** are those of the training part; a tenth is held out (of 100 million, a twentieth).
- **fit** is the whole training. **use** is predicting 10,000 pairs, or listing the best 20 films for 1,000 members.
- **faster** is the peer's time by ours: above 1, course_lib is faster. **goal** is what we aim at.
- **accuracy** is ours and the peer's. `sim-…` is simulated: that both fit it equally well is all that it can say.
- **load** is the system's load average meanwhile; our own process makes 1 of it."""


def duration(seconds):
    """Write a time with a unit that suits it."""
    if seconds == "":
        return ""
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.1e} s"


def pair(ours, theirs, write):
    """Write two values, ours first."""
    return " / ".join(write(one) for one in (ours, theirs) if one != "")


def case_of(line):
    """Return the row and the case that a stored line belongs to."""
    row = rows.ROWS[line["row"]]
    return row, next(one for one in row.cases if one.data == line["data"] and (one.k or "") == line["k"])


def misses(line):
    """List in words what a line does not reach."""
    row, case = case_of(line)
    if line["failed"]:
        return [f"it failed: {line['failed']}"]
    first = row.reports[0]
    checks = (
        (f"{first}", case.goal and line[f"ratio_{first}"] < case.goal),
        ("use", case.goal_use and line["ratio_use"] < case.goal_use),
        (f"{case.seconds} s", case.seconds and line[f"{first}_ours"] > case.seconds),
        (f"{case.gigabytes} GB", case.gigabytes and line["memory_ours"] > 1000 * case.gigabytes),
    )
    missed = [name for name, fails in checks if fails]
    ours, theirs = (None if line[name] == "" else line[name] for name in ("accuracy_ours", "accuracy_theirs"))
    return missed + ([] if ours is None or row.holds(ours, theirs) else [row.measure])


def goal(case):
    """Write what is aimed at."""
    parts = [f"{case.goal:g}" if case.goal else "", f"{case.goal_use:g}" if case.goal_use else ""]
    parts += [f"{duration(case.seconds)}" if case.seconds else "", f"{case.gigabytes:g} GB" if case.gigabytes else ""]
    return ", ".join(part for part in parts if part)


def cells(line):
    """Return the cells of one line."""
    row, case = case_of(line)
    once = "\\*" if line["repeats"] == 1 else ""
    ratios = (f"{line[f'ratio_{what}']:.3g}" for what in row.reports if line[f"ratio_{what}"] != "")
    size = line["n_ratings"]
    if line["failed"]:
        return [line["data"], "", str(line["k"]), f"failed: {line['failed']}", "", "", goal(case), "", "", ""]
    return [
        line["data"], f"{size:,}", str(line["k"]),
        pair(line["fit_ours"], line["fit_theirs"], duration) + (once if "fit" in row.reports else ""),
        pair(line["use_ours"], line["use_theirs"], duration),
        ", ".join(ratios), goal(case) + (" (missed)" if misses(line) else ""),
        pair(line["memory_ours"], line["memory_theirs"], lambda one: f"{one:,.0f}"),
        pair(line["accuracy_ours"], line["accuracy_theirs"], lambda one: f"{one:.4g}"), f"{line['load']:.1f}",
    ]  # fmt: skip


HEAD = ["data", "ratings", "k", "fit, ours / peer", "use, ours / peer", "faster: fit, use", "goal", "MB", "accuracy",
        "load"]  # fmt: skip


def section(row, lines):
    """Write one row with all its comparisons."""
    peer = f" against {row.theirs.by}" if row.theirs else ""
    threads = sorted({line["threads"] for line in lines})
    text = [f"## {row.title}{peer}", "", f"`make bench ONLY={row.name}`. {settings(row)} Accuracy: {row.measure}.", ""]
    for count in threads:
        if len(threads) > 1 or count != 1:
            text += [f"{count} threads:" if count > 1 else "1 thread:", ""]
        text += [f"| {' | '.join(HEAD)} |", "|" + " --- |" * len(HEAD)]
        text += [f"| {' | '.join(cells(line))} |" for line in lines if line["threads"] == count]
        text += [""]
    missed = {}
    for line in lines:
        if misses(line):
            k = f", k {line['k']}" if line["k"] else ""
            what = f"{line['data']}{k} ({', '.join(misses(line))})"
            missed.setdefault(reason(line) or "No reason known yet.", []).append(what)
    for why, where in missed.items():
        text += [f"Missed on {'; '.join(where)}. {why}", ""]
    return text


WORDS = {"rate": "learning rate", "penalty": "regularization"}
NOT_SHOWN = ("k", "neighbors", "pairs", "exact")
"""Hyperparameters that have a column, or are in the row's title, or are none."""


def settings(row):
    """Write the hyperparameters that all cases share, and the rounds of each."""
    shared = dict(row.cases[0].settings)
    for case in row.cases:
        shared = {name: value for name, value in shared.items() if case.settings.get(name) == value}
    words = [f"{WORDS.get(name, name)} {value:g}" for name, value in shared.items() if name not in NOT_SHOWN]
    rounds = [case.settings.get("rounds") for case in row.cases]
    if "rounds" not in shared and rounds[0]:
        words.append("rounds " + ", ".join(f"{n} ({case.data})" for n, case in zip(rounds, row.cases, strict=True)))
    return f"Both: {'; '.join(dict.fromkeys(words))}." if words else ""


def short(line):
    """Write one line for the terminal."""
    row, case = case_of(line)
    name = f"{line['row']:14} {line['data']:16} k {line['k'] or '-':<4}"
    if line["failed"]:
        return f"{name} failed: {line['failed']}"
    parts = [f"fit {pair(line['fit_ours'], line['fit_theirs'], duration)}" if line["fit_ours"] != "" else ""]
    parts += [f"use {pair(line['use_ours'], line['use_theirs'], duration)}" if line["use_ours"] != "" else ""]
    parts += [f"{line[f'ratio_{what}']:.3g} x" for what in row.reports if line[f"ratio_{what}"] != ""]
    parts += [f"goal {goal(case)}" if goal(case) else "", f"MB {pair(line['memory_ours'], line['memory_theirs'], str)}"]
    parts += [f"{row.measure} {pair(line['accuracy_ours'], line['accuracy_theirs'], lambda one: f'{one:.4g}')}"]
    parts += [f"missed: {', '.join(misses(line))}" if misses(line) else ""]
    return f"{name} " + "; ".join(part for part in parts if part)


def text(lines, machine):
    """Write the whole page."""
    measured_on = "; ".join(f"{name} {what}" for name, what in machine.items())
    page = [INTRODUCTION, "", "## Measured on", "", f"{measured_on}.", ""]
    page += ["## How cost grows", "", f"![{growth.describe(lines)}](growth.png)", ""]
    for name, row in rows.ROWS.items():
        own = [line for line in lines if line["row"] == name]
        if own:
            page += section(row, own)
    return "\n".join(page).rstrip("\n") + "\n"


def write():
    """Write RESULTS.md and the picture from what is stored."""
    lines = table.read()
    RESULTS.write_text(text(lines, json.loads(table.MACHINE.read_text())), encoding="utf-8", newline="\n")
    growth.draw(lines)
