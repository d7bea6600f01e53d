"""Checks as a kernel runs them: what is stored in a notebook, and what nbgrader makes of it."""

import logging

import nbformat
import pytest
from nbgrader.utils import determine_grade

from tools import conditions
from tools.notebooks import execute

SETUP = """import numpy as np
from course_lib.checks import Function, lesson_02, progress

q1 = Function("root(x)", stub="...", answer=np.sqrt, probes=[4.0, -1.0 + 5.0], mistakes={"No.": lambda x: -x},
              shows="Roots <grow> slowly.")"""
CELLS = {
    "right": "def root(x):\n    print('debugging')\n    np.log(-x)\n    return x**0.5\nq1(root)",
    "open": "def root(x):\n    ...\nq1(root)",
    "known": "q1(lambda x: -x)",
    "raises": "def root(x):\n    half = x / 2\n    return half + haf\nq1(root)",
    "remembered": "question = lesson_02.q1\nquestion(*question.right_answers()[0])",
    "map": "progress.show('02')",
}


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """The executed cells, by name; each is worth two points to nbgrader."""
    grade = {"grade": True, "solution": False, "locked": True, "points": 2, "schema_version": 3}
    made = [nbformat.v4.new_code_cell(SETUP)]
    for name, source in CELLS.items():
        metadata = {"nbgrader": {**grade, "grade_id": name, "cell_type": "code"}}
        made.append(nbformat.v4.new_code_cell(source, metadata=metadata))
    notebook = nbformat.v4.new_notebook(cells=made)
    ran = execute(notebook, tmp_path_factory.mktemp("ran"), conditions.here(), allow_errors=True)
    assert ran.cells[0].outputs == []
    return dict(zip(CELLS, ran.cells[1:], strict=True))


def points(cell):
    return determine_grade(cell, logging.getLogger("nbgrader"))


def test_a_right_answer_shows_one_box_and_nothing_else(cells):
    (output,) = cells["right"].outputs
    assert output.output_type == "display_data"
    assert output.data["text/plain"] == "Q1: right. Roots <grow> slowly."
    assert "Roots &lt;grow&gt; slowly." in output.data["text/html"]
    assert 'role="status"' in output.data["text/html"]
    assert "border-left" in output.data["text/html"]
    assert points(cells["right"]) == (2, 2)


@pytest.mark.parametrize(
    ("name", "kind", "headline", "sentence"),
    [
        ("open", "NotAnswered", "Q1 is not answered yet.", "Write the body of root(x), then run both cells again."),
        ("known", "WrongAnswer", "Q1 is not right yet.", "No."),
        (
            "raises",
            "WrongAnswer",
            "Q1 is not right yet.",
            "On root(4), line 3, `return half + haf`, raised NameError: name 'haf' is not defined.",
        ),
    ],
)
def test_a_wrong_answer_shows_two_lines_in_place_of_a_traceback(cells, name, kind, headline, sentence):
    (output,) = cells[name].outputs
    assert output.ename == kind
    assert output.evalue == f"{headline} {sentence}"
    assert output.traceback == [f"\x1b[1;31m{headline}\x1b[0m", sentence]
    assert points(cells[name]) == (0, 2)


def test_what_passes_is_on_the_map(cells):
    assert cells["remembered"].outputs[0].data["text/plain"].startswith("Q1: right.")
    (output,) = cells["map"].outputs
    assert output.data["text/plain"].startswith("Lesson 02: 1 of ")
    assert "[x] Q1" in output.data["text/plain"]
    assert "<em>(open)</em>" in output.data["text/html"]
