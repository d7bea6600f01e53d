"""An exercise is what its solution gives: derived the same each time, with nothing of the answers left."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools import derive

ROOT = Path(__file__).resolve().parent.parent

FUNCTION = '''def cosine(a, b):
    """Compare directions."""
    length = 1
    ### BEGIN SOLUTION
    dot = a @ b
    return dot / length
    ### END SOLUTION'''
TWO_REGIONS = """### BEGIN SOLUTION
dot = a @ b
### END SOLUTION
print(dot)
if dot:
    ### BEGIN SOLUTION
    length = 13
    ### END SOLUTION
    print(length)"""


def solution(*cells):
    made = new_notebook(
        cells=[new_markdown_cell("Before.\n\n# 02 Vectors: solution\n\nThe solution says why."), *cells]
    )
    made.metadata.title = "Solutions"
    return made


def code(source, stub=None, **metadata):
    course = {"course": {"stub": stub}} if stub is not None else {}
    output = new_output("stream", name="stdout", text="0.9767")
    return new_code_cell(source, execution_count=3, outputs=[output], metadata=course | metadata)


def derived(*cells):
    return derive.derive(solution(*cells)).cells[1:]


def test_what_stands_between_the_markers_gives_way_to_the_stub_of_the_cell():
    (cell,) = derived(code(FUNCTION, "dot = ...\nreturn dot / ..."))
    assert cell.source == (
        'def cosine(a, b):\n    """Compare directions."""\n    length = 1\n    dot = ...\n    return dot / ...'
    )


def test_without_a_stub_there_are_three_dots_or_a_place_for_text():
    cells = derived(code(FUNCTION), new_markdown_cell("Why?\n\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION"))
    assert cells[0].source.endswith("length = 1\n    ...")
    assert cells[1].source == "Why?\n\n*Your answer here.*"


def test_a_markdown_cell_has_its_own_stub_too():
    asked = new_markdown_cell(
        "### BEGIN SOLUTION\nZero is none.\n### END SOLUTION", metadata={"course": {"stub": "Zero is …"}}
    )
    assert derived(asked)[0].source == "Zero is …"


def test_each_region_of_a_cell_has_its_own_stub():
    (cell,) = derived(code(TWO_REGIONS, ["dot = ...", "length = ..."]))
    assert cell.source == "dot = ...\nprint(dot)\nif dot:\n    length = ...\n    print(length)"
    (cell,) = derived(code(TWO_REGIONS, "blank = ..."))
    assert cell.source.count("blank = ...") == 2


def test_a_stub_may_be_code_that_runs_and_is_wrong():
    bug = "def unit(v):\n    return v / v.sum()"
    (cell,) = derived(code("### BEGIN SOLUTION\ndef unit(v):\n    return v / norm(v)\n### END SOLUTION", bug))
    assert cell.source == bug


def test_outputs_counts_and_solution_cells_go_and_the_rest_stays():
    notes = {"course": {"notes": "Ask the room.", "stub": "x"}, "slideshow": {"slide_type": "skip"}}
    plain = code("1 + 1", execution={"iopub.execute_input": "2026"})
    cells = derived(code("### BEGIN SOLUTION\n### END SOLUTION", **notes), plain, code("secret", tags=["solution"]))
    assert [cell.source for cell in cells] == ["x", "1 + 1"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells)
    assert cells[0].metadata == {"course": {"notes": "Ask the room."}, "slideshow": {"slide_type": "skip"}}
    assert cells[1].metadata == {}


def test_the_title_says_exercise_and_the_text_is_left_alone():
    exercise = derive.derive(solution())
    assert exercise.cells[0].source == "Before.\n\n# 02 Vectors: exercise\n\nThe solution says why."
    assert exercise.metadata.title == "Exercises"


def test_ids_stay_and_the_solution_is_not_changed():
    made = solution(code(FUNCTION, "..."))
    before = nbformat.writes(made)
    exercise = derive.derive(made)
    assert [cell.id for cell in exercise.cells] == [cell.id for cell in made.cells]
    assert nbformat.writes(made) == before


def test_markers_that_do_not_fit_together_are_an_error():
    for source, stub in [
        ("### BEGIN SOLUTION\nx = 1", None),
        ("x = 1\n### END SOLUTION", None),
        (TWO_REGIONS, ["only one"]),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION\n### END SOLUTION", None),
    ]:
        with pytest.raises((ValueError, RuntimeError), match="fit together|nested"):
            derived(code(source, stub))


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with one solution and no exercise yet."""
    monkeypatch.setattr(derive, "ROOT", tmp_path)
    (tmp_path / "solutions").mkdir()
    nbformat.write(solution(code(FUNCTION, "...")), tmp_path / "solutions" / "02_vectors.ipynb")
    return tmp_path


def test_two_runs_write_the_same_bytes_also_when_the_source_was_executed(course):
    path = course / "exercises" / "02_vectors.ipynb"
    assert derive.main([]) == 0
    first = path.read_bytes()
    assert derive.main([]) == 0
    assert path.read_bytes() == first
    source = course / "solutions" / "02_vectors.ipynb"
    unexecuted = nbformat.read(source, as_version=4)
    for cell in unexecuted.cells[1:]:
        cell.outputs, cell.execution_count = [], None
    nbformat.write(unexecuted, source)
    assert derive.main([]) == 0
    assert path.read_bytes() == first
    assert b"\r" not in first
    assert first.endswith(b"}\n")


def test_check_reports_what_differs_and_writes_nothing(course, capsys):
    assert derive.main(["--check"]) == 1
    assert not (course / "exercises").exists()
    derive.main([])
    assert derive.main(["--check"]) == 0
    path = course / "exercises" / "02_vectors.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("length = 1", "length = 2"), encoding="utf-8")
    (course / "exercises" / "03_gone.ipynb").write_text("{}", encoding="utf-8")
    capsys.readouterr()
    assert derive.main(["--check"]) == 1
    told = capsys.readouterr().out
    assert "length = 2" in told
    assert "03_gone.ipynb has no solution" in told
    assert "make exercises" in told


def test_each_stored_exercise_is_what_its_solution_gives(capsys):
    assert derive.main(["--check"]) == 0, capsys.readouterr().out
