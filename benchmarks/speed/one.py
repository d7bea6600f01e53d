"""One comparison in a process of its own: what it measured goes to standard output, as JSON.

python one.py ROW CASE THREADS WHAT BUDGET MOST     with WHAT = time, ours or theirs (the peak memory of one side)
"""

import gc
import json
import os
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from threadpoolctl import threadpool_limits  # noqa: E402

from benchmarks.speed import data as data_  # noqa: E402
from benchmarks.speed import rows  # noqa: E402

CLOCKS = {"processor": time.process_time, "wall": time.perf_counter}
"""With one thread the processor's time is what an idle machine's wall clock shows, and a busy machine does not harm it.

With several threads, and where files are read, it is the wall clock."""


def timed(clock, function, *arguments):
    """Return what a function returns and how many seconds it took, by one of `CLOCKS`."""
    gc.collect()
    start = CLOCKS[clock]()
    result = function(*arguments)
    return result, CLOCKS[clock]() - start


def per_unit(side, used, seconds):
    """Return seconds for a unit of predictions or members."""
    units = getattr(side.use, "units", None)
    return seconds / units(used) if units else seconds


def warm_up(row, case, threads):
    """Let both sides import and compile what they need, on tiny data."""
    if row.name == "csv":
        return
    tiny = data_.load("tiny")
    for kind in (row.ours, row.theirs):
        if kind is not None:
            side = kind(case.settings | {"rounds": 1}, threads)
            side.use(side.fit(side.form(tiny), 0), tiny)


def compare(row, case, threads, budget, most):
    """Let both sides take turns, until there are enough repeats or the time is up."""
    warm_up(row, case, threads)
    data = None if row.name == "csv" else data_.load(case.data)
    sides = {"ours": row.ours(case.settings, threads)}
    if row.theirs is not None:
        sides["theirs"] = row.theirs(case.settings, threads)
    forms = {name: side.form(data) for name, side in sides.items()}
    found = {f"{what}_{name}": [] for name in sides for what in ("fit", "use", "accuracy")}
    clock = found["clock"] = "processor" if threads == 1 and row.name != "csv" else "wall"
    start, load = time.perf_counter(), [os.getloadavg()[0]]
    for seed in range(most):
        models, results = {}, {}
        for name, side in sides.items():
            models[name], seconds = timed(clock, side.fit, forms[name], seed)
            found[f"fit_{name}"].append(seconds)
        for name, side in sides.items():
            results[name], seconds = timed(clock, side.use, models[name], data)
            found[f"use_{name}"].append(per_unit(side, results[name], seconds))
        for name, side in sides.items():
            other = "theirs" if name == "ours" else "ours"
            # A side without a result of its own is judged by what was learned: weights, for one.
            rest = results.get(other) if results.get(other) is not None else models.get(other)
            found[f"accuracy_{name}"].append(side.judge(models[name], results[name], data, rest))
        load.append(os.getloadavg()[0])
        done = time.perf_counter() - start
        if case.once or done + done / (seed + 1) > budget:
            break
    found["load"] = sum(load) / len(load)
    if data is not None:
        found |= {"n_ratings": len(data.train), "n_users": data.train.n_users, "n_items": data.train.n_items}
    else:
        found |= {"n_ratings": int(found["accuracy_ours"][0])}
    return found


def peak(row, case, threads, which):
    """Fit and use one side alone; return the largest memory that the process had meanwhile, in MB."""
    data = None if row.name == "csv" else data_.load(case.data)
    side = (row.ours if which == "ours" else row.theirs)(case.settings, threads)
    form = side.form(data)
    gc.collect()
    forget_peak()
    model = side.fit(form, 0)
    if case.settings.get("pairs") is None and "use" in row.reports:
        side.use(model, data)
    return {"memory": peak_memory()}


def forget_peak():
    """Start the system's record of the peak anew, where that can be done (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass


def peak_memory():
    """Return the peak of this process's memory in MB."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1e3
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1e6 if sys.platform == "darwin" else 1e3)


def main(name, case, threads, what, budget, most):
    """Measure, and print."""
    row, threads = rows.ROWS[name], int(threads)
    case = row.cases[int(case)]
    with threadpool_limits(threads, user_api="blas"):
        if what == "time":
            found = compare(row, case, threads, float(budget), int(most))
        else:
            found = peak(row, case, threads, what)
    print("\n" + json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
