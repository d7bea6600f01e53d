"""The notebooks as they are stored: each keeps the rules, and each lesson is complete."""

import json
import re
from pathlib import Path

import nbformat
import pytest

from course_lib.checks import progress
from tests.notebooks import rules
from tools.derive import BEGIN, CODE_STUB

ROOT = Path(__file__).resolve().parent.parent.parent
PATHS = {kind: sorted((ROOT / kind).glob("*.ipynb")) for kind in ("notebooks", "solutions", "exercises")}
APPLY = {
    "notebooks": rules.EXECUTED + rules.LESSONS,
    "solutions": rules.EXECUTED,
    "exercises": rules.EXERCISES,
}
CASES = [
    pytest.param(path, rule, id=f"{kind}/{path.stem}-{rule.__name__}")
    for kind, paths in PATHS.items()
    for path in paths
    for rule in APPLY[kind]
]
SOLUTIONS = [pytest.param(path, id=path.stem) for path in PATHS["solutions"]]
MEGABYTE = 1_000_000
WRAP_UP = re.compile(r"\d\dw_\w+")


def read(path):
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize(("path", "rule"), CASES)
def test_a_stored_notebook_keeps_the_rule(path, rule):
    assert rule(read(path)) == []


@pytest.mark.parametrize("path", [pytest.param(p, id=f"{k}/{p.stem}") for k, ps in PATHS.items() for p in ps])
def test_a_notebook_takes_less_than_a_megabyte(path):
    assert path.stat().st_size < MEGABYTE


@pytest.mark.parametrize("path", [pytest.param(p, id=f"{k}/{p.stem}") for k, ps in PATHS.items() for p in ps])
def test_cells_have_ids_of_their_own(path):
    # Not read by nbformat, which would make up what is missing.
    ids = [cell.get("id") for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    assert None not in ids
    assert len(ids) == len(set(ids))


def test_each_lesson_has_a_solution_an_exercise_and_questions():
    lessons = [path.stem for path in PATHS["notebooks"]]
    assert lessons, "there is no lesson"
    for kind in ("solutions", "exercises"):
        others = [path.stem for path in PATHS[kind] if not WRAP_UP.fullmatch(path.stem)]
        assert others == lessons, f"{kind}/ and notebooks/ do not hold the same lessons"
    assert [stem[:2] for stem in lessons] == [number for number in progress.lessons() if number.isdigit()]


def test_each_wrap_up_has_an_exercise_and_a_solution():
    wrap_ups = {k: [p.stem for p in PATHS[k] if WRAP_UP.fullmatch(p.stem)] for k in ("solutions", "exercises")}
    assert wrap_ups["solutions"] == wrap_ups["exercises"]


def answers_and_checks(notebook):
    """Yield the name of each question that is checked, with the stub of the answer cell above its check."""
    stub = None
    for cell in rules.code(notebook):
        if BEGIN in cell.source:
            stub = cell.metadata.get("course", {}).get("stub", CODE_STUB)
        for name in re.findall(r"\bcheck\.(q\d+)\(", cell.source):
            yield name, "\n".join(stub) if isinstance(stub, list) else stub


@pytest.mark.parametrize("path", SOLUTIONS)
def test_a_solution_asks_each_question_once_in_order_and_is_tested_with_its_own_stub(path):
    lesson = path.stem.partition("_")[0]
    questions = progress.questions_of(lesson) if lesson in progress.lessons() else {}
    asked = list(answers_and_checks(read(path)))
    assert [name for name, _ in asked] == list(questions)
    for name, stub in asked:
        assert questions[name].stub == stub, f"{name}: lesson_{lesson}.py and the solution's cell disagree"
