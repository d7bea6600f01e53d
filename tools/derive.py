"""Derive exercises/ from solutions/.

    python tools/derive.py              write every exercise
    python tools/derive.py --check      write nothing; print what differs and fail if anything does

An exercise is its solution without the answers. What stands between ``### BEGIN SOLUTION`` and
``### END SOLUTION`` gives way to the stub in the cell's own metadata (``course.stub``: a text, or a list with
one text a region). Cells with the tag ``solution`` go, outputs and counts go, and the title says exercise.
"""

import difflib
import re
import sys
from pathlib import Path

import nbformat
from nbgrader.preprocessors import ClearSolutions
from traitlets import Bool, Unicode

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
CODE_STUB, TEXT_STUB = "...", "*Your answer here.*"


class CellStubs(ClearSolutions):
    """nbgrader's ClearSolutions, with the stub of each cell in that cell's metadata.

    The classroom's release names this class too, so that a class gets the same exercises.
    """

    begin_solution_delimeter = Unicode(BEGIN).tag(config=True)
    end_solution_delimeter = Unicode(END).tag(config=True)
    enforce_metadata = Bool(False).tag(config=True)

    def _replace_solution_region(self, cell, language):
        default = CODE_STUB if cell.cell_type == "code" else TEXT_STUB
        stubs = cell.metadata.get("course", {}).get("stub", default)
        regions = cell.source.count(BEGIN)
        if isinstance(stubs, str):
            stubs = [stubs] * regions
        ends = cell.source.count(END)
        if not regions == ends == len(stubs):
            raise ValueError(
                f"{regions} begins, {ends} ends and {len(stubs)} stubs do not fit together in the cell "
                f"{cell.source[:60]!r}. Each region needs both markers and, in a list, its own stub."
            )
        for stub in stubs:
            # One region after the other: what follows its end waits until it has its own stub.
            end = cell.source.index(END) + len(END)
            rest, cell.source = cell.source[end:], cell.source[:end]
            self.code_stub, self.text_stub = {language: stub}, stub
            super()._replace_solution_region(cell, language)
            cell.source += rest
        return regions > 0


def derive(solution):
    """Return the exercise of a solution.

    Parameters
    ----------
    solution : NotebookNode
        Left as it is.

    Returns
    -------
    NotebookNode
    """
    exercise = nbformat.from_dict(solution)
    exercise.cells = [cell for cell in exercise.cells if "solution" not in cell.metadata.get("tags", [])]
    exercise, _ = CellStubs().preprocess(exercise, {})
    for cell in exercise.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        cell.metadata.pop("execution", None)
        course = cell.metadata.get("course", {})
        course.pop("stub", None)
        if not course:
            cell.metadata.pop("course", None)
    _retitle(exercise)
    return exercise


def _retitle(notebook):
    """Let the first heading, and the title in the metadata, say exercise where they say solution."""
    first = next((cell for cell in notebook.cells if cell.cell_type == "markdown"), None)
    if first is not None:
        first.source = re.sub(r"^#+ .*$", lambda line: _renamed(line[0]), first.source, count=1, flags=re.M)
    if "title" in notebook.metadata:
        notebook.metadata.title = _renamed(notebook.metadata.title)


def _renamed(text):
    return re.sub(r"\b([Ss])olution", lambda word: {"S": "Exercise", "s": "exercise"}[word[1]], text)


def text_of(notebook):
    """Return a notebook as the text of its file."""
    return nbformat.writes(notebook) + "\n"


def main(arguments):
    """Write the exercises, or with ``--check`` report the differences; return the exit status."""
    check = "--check" in arguments
    solutions = sorted((ROOT / "solutions").glob("*.ipynb"))
    exercises = {path.name: text_of(derive(nbformat.read(path, as_version=4))) for path in solutions}
    folder = ROOT / "exercises"
    complaints = [
        f"exercises/{path.name} has no solution: delete it, or write solutions/{path.name}"
        for path in sorted(folder.glob("*.ipynb"))
        if path.name not in exercises
    ]
    for name, text in exercises.items():
        path = folder / name
        stored = path.read_text(encoding="utf-8") if path.exists() else ""
        if stored == text:
            continue
        if not check:
            folder.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"exercises/{name} is written")
            continue
        lines = difflib.unified_diff(
            stored.splitlines(),
            text.splitlines(),
            f"exercises/{name}",
            f"from solutions/{name}",
            "",
            "",
            1,
            "",
        )
        complaints.append("\n".join(lines))
    if complaints:
        print("\n".join(complaints))
        print("Run `make exercises`, and commit what it writes.")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
