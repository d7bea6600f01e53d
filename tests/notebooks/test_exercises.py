"""An exercise as it is handed out: it runs to its end, and every check says that nothing is answered yet."""

import re
from pathlib import Path

import nbformat
import pytest

from tests.needs import real_data
from tests.notebooks import rules
from tools import conditions
from tools.notebooks import execute

ROOT = Path(__file__).resolve().parent.parent.parent
EXERCISES = sorted((ROOT / "exercises").glob("*.ipynb"))
CHECK = re.compile(r"^check\.q\d+\(", re.M)


def faults(notebook):
    """Return what is wrong with an executed exercise that nobody has answered, as sentences."""
    told, checks = [], 0
    for cell in rules.code(notebook):
        errors = [output for output in cell.outputs if output.output_type == "error"]
        where = rules.place(notebook, cell)
        if CHECK.search(cell.source):
            checks += 1
            if not errors:
                told.append(f"{where} passes on the stub")
            elif errors[0].ename != "NotAnswered" or "not answered yet" not in errors[0].evalue:
                told.append(f"{where} does not say that it is not answered: {errors[0].evalue[:80]!r}")
        elif errors:
            told.append(f"{where} raises {errors[0].ename} when nothing is answered yet")
    told += rules.nothing_on_stderr(notebook)
    return told if checks else ["there is no check in it"]


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in EXERCISES])
def test_on_the_stubs_every_check_says_not_answered_yet_and_nothing_else_breaks(path):
    data = conditions.data_for(path)
    if data is None:
        real_data()  # skips with the reason, or fails where the data is required
    notebook = nbformat.read(path, as_version=4)
    assert faults(execute(notebook, path.parent, conditions.here() | data, allow_errors=True)) == []


def test_a_check_that_passes_breaks_or_is_missing_in_a_blank_exercise_is_found():
    def executed(source, ename=None, evalue="Q1 is not answered yet."):
        error = [nbformat.v4.new_output("error", ename=ename, evalue=evalue, traceback=[])] if ename else []
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source, outputs=error)])

    assert faults(executed("check.q1(a)", "NotAnswered")) == []
    assert "passes on the stub" in faults(executed("check.q1(a)"))[0]
    assert "does not say" in faults(executed("check.q1(a)", "NameError", "name 'a' is not defined"))[0]
    assert "does not say" in faults(executed("check.q1(a)", "WrongAnswer", "Q1 is not right yet."))[0]
    broken = executed("check.q1(a)", "NotAnswered")
    broken.cells += executed("draw(a)", "TypeError").cells
    assert "raises TypeError" in faults(broken)[0]
    assert faults(executed("1 + 1")) == ["there is no check in it"]
