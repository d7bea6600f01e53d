import pytest

from tests.needs import real_data
from tools import conditions, notebooks

PATHS = [path for folder in notebooks.FOLDERS for path in sorted((notebooks.ROOT / folder).glob("*.ipynb"))]


def on_real_members(path):
    chosen = {"COURSE_DATA_DIR": str(real_data().parent), "COURSE_DATASET": "ml-latest-small"}
    return notebooks.execute(notebooks.read(path), path.parent, conditions.here() | chosen)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_notebook_runs_on_real_members_too(path):
    executed = on_real_members(path)
    assert all(cell.get("execution_count") for cell in executed.cells if cell.cell_type == "code")


def test_lesson_02_finds_interstellars_neighbours_on_the_real_catalogue():
    lesson = on_real_members(notebooks.ROOT / "notebooks" / "02_content_vectors.ipynb")
    told = next(cell for cell in lesson.cells if "datasets.available" in cell.source)
    text = "".join(output.get("text", "") or output["data"]["text/plain"] for output in told.outputs)
    assert "Of 9,742 films, 7 share the second place" in text
    assert "Interstellar (2014)" in text and "(Sci-Fi, IMAX)" in text
