"""Compute the board into benchmarks/board.csv, and the same on real members into benchmarks/real.csv.

    python tools/board.py               compute the rows that are missing or out of date
    python tools/board.py --real        the same models and split on ml-latest-small (COURSE_DATA_DIR or downloaded)
        --all                           compute every row
        --check                         write nothing; name the models whose rows are out of date, fail if any are

A row carries a hash of the data and one of the code that computes it: the model with its hyperparameters and grid, the
files that measure and choose, and what of course_lib they import, except other models. A row is out of date when
either has changed.
"""

import ast
import hashlib
import inspect
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that it runs as a script too

from course_lib import board as the_board  # noqa: E402
from course_lib import datasets, matinee  # noqa: E402

LIBRARY = ROOT / "course_lib"
REAL_FILE = the_board.BOARD_FILE.with_name("real.csv")
HASHES = ["data", "code"]
DIGITS = 6


def fingerprint(paths):
    """Return a hash of some files that is the same whatever line ends they were checked out with."""
    hashed = hashlib.sha256()
    for path in paths:
        hashed.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return hashed.hexdigest()[:16]


def imported(path):
    """Return the files of course_lib that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("course_lib"):
            package, names_in_it = node.module.split(".")[1:], [alias.name for alias in node.names]
            names |= {"/".join(package), *("/".join([*package, name]) for name in names_in_it)}
    return {LIBRARY / f"{name}.py" for name in names if name and (LIBRARY / f"{name}.py").is_file()}


def behind(files, without=()):
    """Return these files of course_lib and all that they import, straight or through others."""
    found = set(files)
    waiting = list(found)
    while waiting:
        new = imported(waiting.pop()) - set(without) - found
        found |= new
        waiting += new
    return sorted(found)


def files_behind(name):
    """Return the files of course_lib whose code computes the row of a model."""
    models = {Path(inspect.getfile(type(entry.model))) for entry in the_board.BOARD.values()}
    own = Path(inspect.getfile(type(the_board.BOARD[name].model)))
    return behind([LIBRARY / "measures.py", LIBRARY / "comparison.py", own], without=models)


def code_of(name):
    """Return a hash of the code and the hyperparameters behind the row of a model."""
    entry = the_board.BOARD[name]
    told = repr((entry.model.get_params(deep=False), entry.grid, entry.liked_only))
    return hashlib.sha256((fingerprint(files_behind(name)) + told).encode()).hexdigest()[:16]


def fingerprint_of(data):
    """Return a hash of a data set."""
    if data.is_shipped:
        return fingerprint([matinee.SHIPPED / name for name in ("films.csv", "ratings.csv")])
    return hashlib.sha256(repr(sorted(data.card.checksum.items())).encode()).hexdigest()[:16]


def stored(path):
    """Return a board as it stands, hashes and all; empty when there is none."""
    board = pd.read_csv(path, dtype=dict.fromkeys(HASHES, str)) if path.is_file() else pd.DataFrame()
    return board.reindex(columns=[*the_board.COLUMNS, *HASHES])


def out_of_date(board, data):
    """Return {model: hashes that its rows should have} for the models whose rows are not what they should be."""
    of_data, stale = fingerprint_of(data), {}
    for name, entry in the_board.BOARD.items():
        hashes = {"data": of_data, "code": code_of(name)}
        rows = board[board["model"] == name]
        same = all((rows[column] == value).all() for column, value in hashes.items())
        if not same or rows["measured"].tolist() != list(entry.measures):
            stale[name] = hashes
    return stale


def compute(board, stale, data):
    """Return the board with the rows of some models computed again, in the order of the registry."""
    parts = []
    for name in the_board.BOARD:
        if name in stale:
            print(f"computing {name}", flush=True)
            parts.append(the_board.board_row(name, data).round(DIGITS).assign(**stale[name]))
        else:
            parts.append(board[board["model"] == name])
    return pd.concat(parts, ignore_index=True)


def main(arguments):
    """Bring a board up to date, or say what is not."""
    is_real = "--real" in arguments
    path = REAL_FILE if is_real else the_board.BOARD_FILE
    data = datasets.load("ml-latest-small" if is_real else "matinee")
    board = stored(path)
    stale = out_of_date(board.iloc[:0] if "--all" in arguments else board, data)
    if "--check" in arguments:
        if stale:
            print(f"{path.name} is out of date for {', '.join(stale)}: run make {'real' if is_real else 'board'}.")
        return int(bool(stale))
    board = compute(board, stale, data)
    path.parent.mkdir(exist_ok=True)
    board.to_csv(path, index=False, lineterminator="\n")
    print(board[the_board.COLUMNS].to_string(index=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
