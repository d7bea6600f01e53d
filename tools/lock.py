"""Resolve pyproject.toml into requirements/lab.lock, test.lock and bench.lock: hashes, no addresses.

    python tools/lock.py            (needs `uv` on the PATH; only who changes a dependency runs it)

One version of each package serves Python 3.11-3.13 on every platform, so that stored outputs mean the same
everywhere. test.lock is constrained by lab.lock, and so is bench.lock, apart from what its peers do not take yet.
environment.yml gets the pins of the direct dependencies.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAB, TEST, BENCH = (ROOT / "requirements" / f"{kind}.lock" for kind in ("lab", "test", "bench"))
APART = {"pandas"}
"""Of other versions in bench.lock: lenskit takes pandas 2."""
HEADER = "# Made by `make lock` from pyproject.toml. Installed with --require-hashes --only-binary :all:"


def resolve(target, *options, note=""):
    """Write one lock file with uv, without index addresses and without this machine's paths."""
    command = [
        "uv", "pip", "compile", "--universal", "--python-version", "3.11",
        "--fork-strategy", "fewest", "--generate-hashes", "--no-header", "--no-annotate",
        "--no-emit-index-url", "--no-emit-find-links", "--quiet", "--output-file", str(target), *options,
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True)
    target.write_text(f"{HEADER}{note}\n" + target.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")


def resolve_bench():
    """Write bench.lock: only the group `bench`, not what the lessons need besides."""
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "lab.txt"
        lines = (
            f"{name}=={version}" + (f" ; {marker}" if marker else "")
            for name, (version, marker) in pins(LAB).items() if name not in APART
        )  # fmt: skip
        constraints.write_text("\n".join(lines) + "\n", encoding="utf-8")
        resolve(BENCH, "--group", "bench", "--constraint", str(constraints), note=", cmfrec from source")


def pins(lock):
    """Return {package: (version, marker)} of a lock file, markers as they stand, '' where there is none."""
    found = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        pinned = re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*(.*?))?\s*\\?$", line)
        if pinned:
            found[pinned[1]] = (pinned[2], pinned[3] or "")
    return found


def direct_dependencies():
    """Return the names that pyproject.toml lists as the course's own dependencies."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [re.match(r"[A-Za-z0-9._-]+", line)[0] for line in project["dependencies"]]


def conda_environment():
    """Return the text of environment.yml: Python from conda, everything else pinned for pip.

    The pins stand inline, because `-r file` would make Binder copy the repository before it installs, and so
    rebuild two gigabytes at each commit.
    """
    locked = pins(LAB)
    lines = [
        "# Made by `make lock` from requirements/lab.lock: the course's direct dependencies, pinned.",
        "# The course itself is installed by `postBuild` (Binder) or by the README's second conda line.",
        "name: what-to-watch-next",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        "  - python=3.12",
        "  - pip",
        "  - pip:",
    ]
    for name in direct_dependencies():
        version, marker = locked[name]
        lines.append(f"      - {name}=={version}" + (f" ; {marker}" if marker else ""))
    return "\n".join(lines) + "\n"


def main():
    """Write the locks and environment.yml; with --environment only the latter, with --bench only bench.lock."""
    if sys.argv[1:] == ["--bench"]:
        return resolve_bench()
    if sys.argv[1:] != ["--environment"]:
        resolve(LAB, "pyproject.toml")
        resolve(TEST, "pyproject.toml", "--extra", "test", "--constraint", str(LAB.relative_to(ROOT)))
        resolve_bench()
    (ROOT / "environment.yml").write_text(conda_environment(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
