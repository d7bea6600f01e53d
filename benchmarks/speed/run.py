"""Measure course_lib beside its peers, in one run: the command behind `make bench`.

    python benchmarks/speed/run.py             all rows, about two hours; stores results.csv, RESULTS.md, growth.png
        --only sgd-cornac [--data sim-1m]      one row, or one data set of it; the others stay as they are stored
        --quick                                small data, few repeats, no memory: a few minutes; stores nothing
        --render                               writes RESULTS.md and growth.png again from what is stored

It runs in `.venv-bench`. Each comparison has a process of its own, in which both sides take turns; then each side runs
alone for its peak memory. A comparison that fails says why in its row.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.speed import data as data_  # noqa: E402
from benchmarks.speed import machine, report, rows, table  # noqa: E402

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
           "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS", "LK_NUM_THREADS", "LK_NUM_BACKEND_THREADS")  # fmt: skip
BUDGET, MOST = {True: 5, False: 15}, {True: 3, False: 5}
"""Seconds that a comparison repeats for, and how often at most; once, whatever it takes. By whether it is quick."""
PATIENCE = 3600
"""Seconds after which a comparison is given up."""


def environment(threads):
    """Return the environment of a process that is to use so many threads and no bars."""
    env = dict(os.environ, TQDM_DISABLE="1", PYTHONWARNINGS="ignore") | dict.fromkeys(THREADS, str(threads))
    env.pop("COURSE_DATASET", None)
    return env


def measured(row, number, threads, what, quick):
    """Run one.py and return what it found, or {"failed": why}."""
    command = [sys.executable, str(HERE / "one.py"), row.name, str(number), str(threads), what,
               str(BUDGET[quick]), str(MOST[quick])]  # fmt: skip
    try:
        run = subprocess.run(command, cwd=ROOT, env=environment(threads), capture_output=True, text=True,
                             timeout=PATIENCE)  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"failed": f"given up after {PATIENCE} s"}
    if run.returncode:
        last = (run.stderr.strip().splitlines() or [f"it ended with {run.returncode}"])[-1]
        if run.returncode == -9:
            last = "the system ended it: not enough memory"
        return {"failed": last.replace(str(ROOT), ".").replace(str(Path.home()), "~")[:200]}
    return json.loads(run.stdout.strip().splitlines()[-1])


def compared(row, number, threads, quick):
    """Return one line of the table."""
    case = row.cases[number]
    line = table.empty(row, case, threads)
    # Memory first: what our side compiles is then kept on disk before its time is taken.
    sides = [] if quick else ["ours"] if row.theirs is None else ["ours", "theirs"]
    found = {name: measured(row, number, threads, name, quick) for name in sides}
    found["time"] = measured(row, number, threads, "time", quick)
    line |= {f"memory_{name}": round(found[name].get("memory", 0)) or "" for name in sides}
    failed = [one["failed"] for one in found.values() if "failed" in one]
    if failed:
        return line | {"failed": failed[-1]}
    return line | table.filled(row, found["time"])


def chosen(options):
    """List (row, number of its case) that are asked for and can be measured here."""
    missing = set()
    for name in options.only or rows.ROWS:
        row = rows.ROWS[name]
        for number, case in enumerate(row.cases):
            if options.quick and not case.quick or options.data and case.data not in options.data:
                continue
            if not data_.is_here(case.data):
                missing.add(case.data)
                continue
            yield row, number
    for name in sorted(missing):
        print(f"{name} is not here, so its rows were left out. Set COURSE_DATA_DIR to a folder that has it, or get it "
              f"with `course data {name}`.")  # fmt: skip


def main(arguments=None):
    """Measure what is asked for, store and draw it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small data, few repeats; stores nothing")
    parser.add_argument("--only", action="append", choices=list(rows.ROWS), metavar="ROW", help="one row")
    parser.add_argument("--data", action="append", metavar="DATA", help="one data set")
    parser.add_argument("--threads", type=int, default=1, help="of both sides and of BLAS")
    parser.add_argument("--render", action="store_true", help="only write RESULTS.md and the picture again")
    options = parser.parse_args(arguments)
    if options.render:
        return report.write()
    start, lines = time.monotonic(), []
    for row, number in chosen(options):
        line = compared(row, number, options.threads, options.quick)
        lines.append(line)
        print(report.short(line), flush=True)
        if not options.quick:
            table.store([line], machine.description())
    if options.quick:
        print(f"\n{len(lines)} comparisons in {time.monotonic() - start:.0f} s; nothing was stored.")
    elif lines:
        report.write()
    return None


if __name__ == "__main__":
    csv.field_size_limit(1 << 20)
    main()
