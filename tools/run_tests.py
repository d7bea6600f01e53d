"""Run every test of the course: the library's, then each stored output of each notebook once more.

    python tools/run_tests.py               both
    python tools/run_tests.py library       tests/ alone
    python tools/run_tests.py notebooks     the nbval pass alone

`make test` sets up and then calls this. It needs no network and no compiler.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKERS = "2"
PASSES = {
    "library": ["tests", "-n", WORKERS, "--dist", "loadfile"],
    "notebooks": [
        "notebooks", "solutions", "--nbval", "--nbval-current-env", "--nbval-sanitize-with",
        "tests/nbval_sanitize.cfg", "-p", "tests.nbval_plugin", "-n", WORKERS, "--dist", "loadfile",
    ],
}  # fmt: skip


def main(names):
    """Run the passes that are named, all of them when none is; return the first failure's status."""
    env = dict(os.environ)
    env.pop("COURSE_DATASET", None)
    status = 0
    for name in names or PASSES:
        print(f"\n— {name} —", flush=True)
        command = [sys.executable, "-m", "pytest", *PASSES[name]]
        status = subprocess.call(command, cwd=ROOT, env=env) or status
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
