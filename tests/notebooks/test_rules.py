"""Each rule for notebooks lets a good notebook through and finds the fault it is there for."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.notebooks import rules
from tools.notebooks import normalised

ALT = "A line that rises from left to right."
HOME = "/".join(["", "home", "ada", "films.csv"])
SLIDE = {"slideshow": {"slide_type": "slide"}}


def html(page):
    return new_output("display_data", {"text/html": page, "text/plain": "a picture"})


def lesson(*cells):
    """A good lesson, with `cells` at its end."""
    first = [
        new_markdown_cell(
            "# 99 Sample\n\nA **vector** is a list.", metadata={**SLIDE, "course": {"terms": ["vector"]}}
        ),
        new_markdown_cell("## A part\n\n```\n#### no heading\n```", metadata=SLIDE),
        new_code_cell("1 + 1", execution_count=1, metadata=SLIDE, outputs=[html(f'<img alt="{ALT}" src="x">')]),
    ]
    return normalised(new_notebook(cells=first + list(cells)))


def cell(source="x", *outputs, count=2, **metadata):
    return new_code_cell(source, execution_count=count, outputs=list(outputs), metadata=SLIDE | metadata)


def text(source):
    return new_markdown_cell(source, metadata=SLIDE)


def stream(words, name="stdout"):
    return new_output("stream", name=name, text=words)


EVERY_RULE = sorted({*rules.EXECUTED, *rules.LESSONS}, key=lambda rule: rule.__name__)


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.__name__)
def test_a_good_lesson_is_let_through(rule):
    assert rule(lesson()) == []
    assert rule(lesson(cell("y = 1\n" * 12, stream("Warnings are fine to talk about")))) == []


FAULTS = {
    "execution_counts_run_from_one": [[cell(count=None)], [cell(count=1)], [cell(count=3)]],
    "no_cell_is_empty": [[cell("  \n")], [text("")]],
    "nothing_on_stderr": [[cell("x", stream("oh", "stderr"))]],
    "no_error_that_no_tag_expects": [[cell("x", new_output("error", ename="ValueError", evalue="", traceback=[]))]],
    "no_warning": [[cell("x", stream("FutureWarning: soon"))], [cell("x", html("<p>RuntimeWarning: nan</p>"))]],
    "no_path_of_a_machine": [[cell(f"open('{HOME}')")], [cell("x", stream(f"in {HOME}"))], [text(f"In {HOME}.")]],
    "each_picture_says_what_it_shows": [
        [cell("x", html("<img src='x'>"))],
        [cell("x", html('<img alt="" src="x">'))],
        [cell("x", html('<img alt="a plot" src="x">'))],
        [cell("x", html('<img alt="../_images/abcdefgh.png" src="x">'))],
        [cell("x", new_output("display_data", {"image/png": "aGVsbG8="}, metadata={"image/png": {"alt": ALT}}))],
        [text("![](picture.png)")],
    ],
    "no_heading_level_is_skipped": [[text("#### Deep")], [text("# A second title")]],
    "each_cell_has_a_slide_type": [[new_markdown_cell("x")], [cell("x", slideshow={"slide_type": ""})]],
    "no_measured_time": [[cell("%timeit f()")], [cell("%%time\nf()")], [cell("start = time.perf_counter()")]],
    "few_cells_are_not_compared": [
        [cell("# NBVAL_IGNORE_OUTPUT\nx") for _ in range(4)],
        [cell("x", tags=["nbval-ignore-output"]) for _ in range(3)] + [cell("#NBVAL_SKIP")],
    ],
    "code_cells_are_short": [[cell("y = 1\n" * 13)]],
    "few_new_terms": [
        [new_markdown_cell("a b c d e", metadata=SLIDE | {"course": {"terms": list("abcde")}})],
        [new_markdown_cell("nothing", metadata=SLIDE | {"course": {"terms": ["dot product"]}})],
    ],
}


@pytest.mark.parametrize(
    ("name", "cells"), [pytest.param(n, c, id=f"{n}-{i}") for n, cases in FAULTS.items() for i, c in enumerate(cases)]
)
def test_a_fault_is_found(name, cells):
    assert getattr(rules, name)(lesson(*cells))


def test_an_error_that_a_tag_expects_is_no_fault():
    output = new_output("error", ename="ValueError", evalue="", traceback=[])
    assert rules.no_error_that_no_tag_expects(lesson(cell("x", output, tags=["raises-exception"]))) == []


def test_a_fault_in_how_a_notebook_is_stored_is_found():
    other_python, timed, widget = lesson(), lesson(), lesson()
    other_python.metadata.language_info = nbformat.from_dict({"name": "python"})
    timed.cells[2].metadata["execution"] = {"iopub.execute_input": "2026-01-01"}
    widget.cells[2].outputs[0].data["application/vnd.jupyter.widget-view+json"] = {"model_id": "4f"}
    for notebook in (other_python, timed, widget):
        assert rules.stored_as_tools_notebooks_stores(notebook)


def test_every_rule_has_a_fault_to_find():
    assert {rule.__name__ for rule in EVERY_RULE} == {*FAULTS, "stored_as_tools_notebooks_stores"}


def test_what_an_exercise_must_not_hold_is_found():
    blank = new_code_cell("x = ...", metadata=SLIDE)
    assert rules.nothing_of_the_answers(new_notebook(cells=[blank])) == []
    for faulty in (cell(), new_code_cell("x", outputs=[stream("1")]), text("### BEGIN SOLUTION")):
        assert rules.nothing_of_the_answers(new_notebook(cells=[blank, faulty]))
