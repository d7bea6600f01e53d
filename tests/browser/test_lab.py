import re

import pytest

from tests.browser import lab


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("learner") / "my"


@pytest.fixture(scope="module")
def address(browser, home):
    with lab.jupyter_lab(home, "02") as address:
        yield address


def test_a_newcomer_sits_in_front_of_lesson_02_and_its_kernel_runs_every_cell(address):
    assert re.search(r"/lab/tree/notebooks/02_content_vectors\.ipynb\?token=\w{20,}", address)
    with lab.page(address) as tab:
        lab.run_all(tab)
        lab.scroll_through(tab)
        assert not lab.errors(tab)
        prompts = lab.prompts(tab)
        assert prompts == [f"[{count}]:" for count in range(1, len(prompts) + 1)] and len(prompts) > 20
        alts = lab.alt_texts(tab)
        assert len(alts) >= 6 and all(len(alt) > 30 for alt in alts)


def test_the_slider_moves_by_keyboard_and_the_picture_follows(address):
    with lab.page(address) as tab:
        lab.run_all(tab)
        slider = lab.scroll_to(tab, ".noUi-handle")
        said = tab.locator(".jp-OutputArea-output", has_text="nearest by distance is")
        before = said.first.text_content()
        slider.focus()
        for _ in range(10):
            tab.keyboard.press("ArrowRight")
        tab.wait_for_function("before => !document.body.textContent.includes(before)", arg=before.strip())
        assert "nearest by distance is" in said.first.text_content() != before


def test_the_learners_copy_of_the_exercise_stops_at_the_first_question_with_a_friendly_line(address, home):
    assert (home / "02_content_vectors.ipynb").exists()  # course lab made it
    exercise = address.replace("/notebooks/", "/exercises/")
    with lab.page(exercise) as tab:
        lab.run_all(tab)
        errors = lab.errors(tab)
        assert len(errors) == 1 and "Q1 is not answered yet" in errors[0]
        assert "Traceback" not in errors[0] and len(errors[0].strip().splitlines()) <= 3
