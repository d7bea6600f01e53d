"""A notebook is stored only when it gives the same outputs twice, under two conditions."""

import json
import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import conditions, notebooks

STABLE = [
    "import os, pathlib\nhome = pathlib.Path(os.environ['COURSE_HOME'])\nprint(home.exists())",
    "from IPython.display import display, HTML\nprint('a')\nprint(3)\n_ = display(HTML('<b>b</b>'))",
    "import ipywidgets\nipywidgets.IntSlider(value=3)",
    "1 + 1",
]
THREADS = "import os\nprint(os.environ.get('OMP_NUM_THREADS', 'as many as there are'))"


def write(path, sources):
    made = new_notebook(cells=[new_markdown_cell("# Sample"), *(new_code_cell(source) for source in sources)])
    made.metadata.title = "Sample"
    made.metadata.widgets = {"state": {}}
    content = json.loads(nbformat.writes(made))
    for cell in content["cells"]:
        del cell["id"]
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def many_threads(monkeypatch):
    for name in conditions.THREADS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A stored notebook: its path, what was said, and its bytes."""
    path = write(tmp_path_factory.mktemp("stored") / "02_sample.ipynb", STABLE)
    said = notebooks.store(path)
    return path, said, path.read_bytes()


def test_a_notebook_is_stored_with_its_outputs_and_without_what_differs_between_runs(stored):
    path, said, _ = stored
    notebook = nbformat.read(path, as_version=4)
    assert said == "is stored"
    assert [cell.execution_count for cell in notebook.cells[1:]] == [1, 2, 3, 4]
    assert [output.output_type for output in notebook.cells[2].outputs] == ["stream", "display_data"]
    assert notebook.cells[2].outputs[0].text == "a\n3\n"
    assert notebooks.WIDGET not in notebook.cells[3].outputs[0].data
    assert notebook.metadata == {
        "title": "Sample",
        "kernelspec": notebooks.KERNELSPEC,
        "language_info": notebooks.LANGUAGE_INFO,
    }
    assert all("execution" not in cell.metadata for cell in notebook.cells)


def test_a_second_run_makes_no_difference(stored):
    path, _, content = stored
    assert notebooks.store(path) == "is as it was"
    assert path.read_bytes() == content
    assert notebooks.verify(path, conditions.other()) == "gives what is stored"


def test_the_learners_folder_is_empty_and_the_learners_choices_do_not_reach_a_notebook(stored, monkeypatch):
    assert nbformat.read(stored[0], as_version=4).cells[1].outputs[0].text == "False\n"
    monkeypatch.setenv("COURSE_DATASET", "ml-25m")
    monkeypatch.setenv("COURSE_DATA_DIR", "elsewhere")
    for environment in (conditions.here(), conditions.other()):
        assert not {"COURSE_DATASET", "COURSE_DATA_DIR"} & set(environment)
        assert environment["TQDM_DISABLE"] == "1"


def test_cells_without_an_id_get_the_same_one_each_time(tmp_path, stored):
    again = write(tmp_path / "again.ipynb", STABLE)
    ids = [cell.id for cell in notebooks.read(again).cells]
    assert ids == [cell.id for cell in nbformat.read(stored[0], as_version=4).cells]
    assert len(set(ids)) == len(ids)


def test_a_notebook_with_another_output_under_other_conditions_is_left_as_it_was_and_both_are_told(tmp_path):
    path = write(tmp_path / "unstable.ipynb", ["1 + 1", THREADS])
    before = path.read_bytes()
    with pytest.raises(notebooks.Unstable) as caught:
        notebooks.store(path)
    told = str(caught.value)
    assert "cell 2 (In[2])" in told
    assert "-as many as there are" in told
    assert "+1" in told
    assert path.read_bytes() == before


def test_a_notebook_that_raises_is_told_with_the_cell(tmp_path):
    path = write(tmp_path / "broken.ipynb", ["1 / 0"])
    with pytest.raises(notebooks.Unstable, match="ZeroDivisionError"):
        notebooks.store(path)


def test_a_stored_output_that_no_longer_comes_out_is_told(tmp_path, stored):
    notebook = nbformat.read(stored[0], as_version=4)
    notebook.cells[4].outputs[0].data["text/plain"] = "3"
    nbformat.write(notebook, tmp_path / "stale.ipynb")
    with pytest.raises(notebooks.Unstable, match=r"(?s)cell 4 \(In\[4\]\).*-3\n\+2"):
        notebooks.verify(tmp_path / "stale.ipynb", conditions.other())


def test_the_command_line_names_the_notebook_and_fails(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    for folder in notebooks.FOLDERS:
        (tmp_path / folder).mkdir()
    write(tmp_path / "notebooks" / "02_unstable.ipynb", [THREADS])
    write(tmp_path / "notebooks" / "03_other.ipynb", ["1 / 0"])
    assert notebooks.main(["--lesson", "2"]) == 1
    told = capsys.readouterr().out
    assert "notebooks/02_unstable.ipynb gives other outputs under other conditions" in told
    assert "03_other" not in told
    assert notebooks.main(["--lesson", "9"]) == 1
    assert "no notebook 09*.ipynb" in capsys.readouterr().out


def test_the_bytes_of_a_picture_are_not_compared_and_its_alt_text_is():
    def run(alt, data):
        page = f'<img alt="{alt}" src="data:image/png;base64,{data}">'
        output = nbformat.v4.new_output("display_data", {"text/html": page, "text/plain": alt})
        return new_notebook(cells=[new_code_cell("show()", outputs=[output], execution_count=1)])

    assert notebooks.differences(run("A line", "AAAA"), run("A line", "BBBB")) == []
    assert notebooks.differences(run("A line", "AAAA"), run("A curve", "AAAA"))


def test_the_other_conditions_are_other_ones():
    here, other = conditions.here(), conditions.other()
    changed = {name for name in other if other[name] != here.get(name)}
    assert {"NUMBA_CPU_NAME", "OMP_NUM_THREADS", "PYTHONHASHSEED", "TF_ENABLE_ONEDNN_OPTS", "TZ"} <= changed
    assert set(os.environ) - set(conditions.PERSONAL) <= set(here)
