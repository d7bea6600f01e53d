"""The article's code stands in its lesson to the letter, and what a lesson shows of other libraries runs."""

import re

import nbformat
import numpy as np
import pytest

from course_lib import low_rank, paper
from tests.pages import ROOT

LESSONS = {"06_svd": "svd", "15_first_network": "network"}
SEEDS = {
    "06_svd": ("np.random.seed(", "np.random.rand(1000, 1700)"),
    "15_first_network": ("tf.keras.utils.set_random_seed(", "# Embedding inputs"),
}


def cells(lesson):
    return nbformat.read(ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4).cells


@pytest.mark.parametrize(("lesson", "fixture"), LESSONS.items())
def test_the_cells_that_are_the_articles_are_its_code_to_the_letter(lesson, fixture):
    code = (ROOT / "tests" / "article" / f"{fixture}.py.txt").read_text(encoding="utf-8")
    quoted = [cell.source for cell in cells(lesson) if "article" in cell.metadata.get("tags", [])]
    assert quoted and "\n\n".join(quoted) + "\n" == code


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_seed_is_set_before_the_articles_code_and_not_in_it(lesson):
    sources = [cell.source for cell in cells(lesson) if cell.cell_type == "code"]
    seed, first = SEEDS[lesson]
    seeded = [place for place, source in enumerate(sources) if seed in source]
    drawn = [place for place, source in enumerate(sources) if first in source]
    assert len(seeded) == len(drawn) == 1 and seeded[0] == drawn[0] - 1


def test_the_network_that_lesson_15_trains_is_the_articles():
    pytest.importorskip("tensorflow", reason="TensorFlow has no wheel for this machine")
    from course_lib.figures.lesson_15 import article_network

    names = {}
    exec((ROOT / "tests" / "article" / "network.py.txt").read_text(encoding="utf-8"), names)
    ours, theirs = article_network(), names["model"]
    assert [type(layer) for layer in ours.layers] == [type(layer) for layer in theirs.layers]
    assert [one.shape for one in ours.weights] == [one.shape for one in theirs.weights]
    ours.set_weights(theirs.get_weights())
    users, movies = np.array([[0], [9_999], [7]]), np.array([[1_699], [0], [3]])
    assert np.allclose(ours([users, movies]), theirs([users, movies]), atol=1e-6)


def test_the_lines_in_the_wild_give_the_lessons_p_and_q():
    [text] = [cell.source for cell in cells("06_svd") if "**In the wild.**" in cell.source]
    [snippet] = re.findall(r"```python\n(.*?)```", text, flags=re.S)
    names = {"R": paper.FULL.to_numpy()}
    exec(snippet, names)
    p, q = low_rank.truncated_svd(names["R"], 2)
    assert np.allclose(np.abs(names["P"]), np.abs(p)) and np.allclose(np.abs(names["Q"]), np.abs(q))
    assert np.allclose(names["P"] @ names["Q"].T, p @ q.T)
    assert np.allclose(names["sigma"][::-1], low_rank.singular_values(names["R"])[:2])
