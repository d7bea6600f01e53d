import json

import nbformat
import pytest

from tests.browser import lab
from tools.notebooks import KERNELSPEC

CELLS = {
    "form": """\
from course_lib import datasets
from course_lib.rating_form import rating_form

data = datasets.load()
rating_form(data.films)""",
    "row": """\
from course_lib import my_page
from course_lib.baselines import BiasModel

my_page.show_my_row(BiasModel().fit(data.ratings))""",
}
RATED = ["Toy Story 2 (1999): 4.5 stars", "Alien (1979): 4 stars", "The Matrix Reloaded (2003): 2.5 stars"]


@pytest.fixture
def home(tmp_path):
    return tmp_path / "my"


@pytest.fixture
def address(browser, tmp_path, home):
    (tmp_path / "notebooks").mkdir()
    cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in CELLS.items()]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC})  # else Lab asks for one
    nbformat.write(notebook, tmp_path / "notebooks" / "rate.ipynb")
    with lab.jupyter_lab_in(tmp_path / "notebooks", "rate.ipynb", home) as address:
        yield address


def focused(tab):
    """Return what has the focus: its label for a field, its text for a button."""
    return tab.evaluate(
        "() => { const e = document.activeElement; return e.labels?.length ? e.labels[0].textContent : e.textContent; }"
    )


def tab_to(tab, name, key="Tab"):
    for _ in range(30):
        if focused(tab) == name:
            return
        tab.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {name!r}; the focus is on {focused(tab)!r}.")


def says(tab, text):
    tab.locator(".jp-OutputArea-output .widget-html-content", has_text=text).first.wait_for(timeout=30_000)


def rated(tab):
    buttons = tab.locator(".jp-OutputArea-output button", has_text=": ")
    buttons.nth(len(RATED) - 1).wait_for(timeout=30_000)
    return buttons.all_text_contents()


def test_three_films_rated_by_mouse_and_by_keyboard_are_still_there_after_a_reload(address, home):
    with lab.page(address) as tab:
        tab.on("dialog", lambda dialog: dialog.accept())  # "the notebook is not saved": so be it
        lab.run_all(tab)

        tab.locator(".jp-OutputArea-output input[type=text]").click()  # by mouse
        tab.keyboard.type("matrix")
        tab.get_by_role("button", name="The Matrix Reloaded (2003)").click()
        tab.get_by_role("button", name="2.5 ★").click()
        says(tab, "The Matrix Reloaded (2003): 2.5 stars. 1 film rated.")

        tab.locator(".jp-Notebook .jp-Cell").first.focus()  # from here on by keyboard alone
        tab_to(tab, "Film")
        tab.keyboard.press("Control+A")
        tab.keyboard.type("alien")
        says(tab, "Your stars for Alien (1979)")
        tab_to(tab, "Stars")
        tab.keyboard.type("4")
        tab.keyboard.press("Enter")
        says(tab, "Alien (1979): 4 stars. 2 films rated.")

        tab_to(tab, "Film", "Shift+Tab")
        tab.keyboard.type("toy st")  # what was there is selected, so this replaces it
        says(tab, "Your stars for Toy Story (1995)")
        tab_to(tab, "Toy Story 2 (1999)")
        tab.keyboard.press("Space")
        says(tab, "Your stars for Toy Story 2 (1999)")
        tab_to(tab, "5 ★")
        tab.keyboard.press("Enter")
        says(tab, "Toy Story 2 (1999): 5 stars. 3 films rated.")
        tab_to(tab, "Stars", "Shift+Tab")
        tab.keyboard.press("ArrowDown")  # half a star less, and the focus stays where it is
        says(tab, "Toy Story 2 (1999): 4.5 stars. 3 films rated.")
        assert focused(tab) == "Stars" and rated(tab) == RATED

        tab.reload()
        tab.wait_for_selector(lab.IDLE, timeout=90_000)
        lab.run_all(tab)
        assert rated(tab) == RATED and not lab.errors(tab)
        row = tab.locator(".jp-OutputArea-output", has_text="What our simulated members would say")
        row.first.wait_for(timeout=30_000)
        assert "Made from your 3 ratings" in "".join(tab.locator(".jp-OutputArea-output").all_text_contents())
    stored = json.loads((home / "ratings.json").read_text(encoding="utf-8"))
    assert {title: entry["stars"] for title, entry in stored.items()} == {
        "The Matrix Reloaded (2003)": 2.5, "Alien (1979)": 4.0, "Toy Story 2 (1999)": 4.5,
    }  # fmt: skip
