"""The notation, the glossary and the article's claims say what the lessons and the library say."""

import os
import re

import pytest

from course_lib import content, datasets
from course_lib.content_recommender import ContentRecommender
from tests import pages
from tests.notebooks.rules import MACHINE_PATH

PAGES = ("notation", "glossary", "article_claims")
LESSONS = pages.lessons()
SYMBOLS, ENTRIES, CLAIMS = (pages.rows(pages.page(name)) for name in PAGES)
BEING_WRITTEN = [*pages.gaps(LESSONS), f"{int(max(LESSONS)) + 1:02}"]
FIXTURES = {
    name: (pages.ROOT / "tests" / "article" / f"{name}.py.txt").read_text(encoding="utf-8")
    for name in ("svd", "network")
}


@pytest.fixture
def article():
    path = pages.ROOT.parent / "shared" / "seed" / "netflix_case_study.txt"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    reason = "the article is not beside the project"
    if "data" in os.environ.get("COURSE_REQUIRE", "").split(","):
        pytest.fail(f"COURSE_REQUIRE asks for data: {reason}")
    pytest.skip(reason)


def verdict_on(beginning):
    [verdict] = [verdict for quoted, _, verdict in CLAIMS if pages.quotation(quoted).startswith(beginning)]
    return verdict


# All three


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_linked_from_the_readme_and_has_no_path_of_a_machine(name):
    assert f"](notebooks/{name}.md)" in (pages.ROOT / "README.md").read_text(encoding="utf-8")
    assert not MACHINE_PATH.search(pages.page(name))


@pytest.mark.parametrize(("name", "columns"), [("notation", 4), ("glossary", 3), ("article_claims", 3)])
def test_each_row_of_a_table_has_all_its_cells(name, columns):
    assert pages.rows(pages.page(name))
    assert [row for row in pages.rows(pages.page(name)) if len(row) != columns or not all(row)] == []


def test_each_lesson_number_is_one_of_the_syllabus():
    numbers = [row[-1] for row in SYMBOLS + ENTRIES] + [number for _, number, _ in CLAIMS]
    assert [number for number in numbers if number not in pages.NUMBERS] == []


# The notation


@pytest.mark.parametrize("row", SYMBOLS, ids=lambda row: row[0])
def test_a_symbol_has_a_name_that_the_library_documents(row):
    names = pages.code_names(row[2])
    assert names, "there is no name between backticks"
    assert [said for name in names if (said := pages.complaint_about(*name))] == []


@pytest.mark.parametrize("row", SYMBOLS, ids=lambda row: row[0])
def test_a_symbol_is_used_and_its_lesson_shows_it(row):
    symbol, _, code, number = row
    texts = [pages.docstrings(), *map(pages.source_of, LESSONS.values())]
    used = any(pages.appears(symbol, text) for text in texts)
    assert used or number not in LESSONS, f"{symbol} is in no docstring and in no lesson: its row has to go."
    if number in LESSONS:
        text = pages.source_of(LESSONS[number])
        words = [argument or name.rpartition(".")[2] for name, argument in pages.code_names(code)]
        shown = pages.appears(symbol, text) or any(pages.says(text, word) for word in words)
        assert shown, f"Lesson {number} shows neither {symbol} nor {', '.join(words)}. Correct the lesson of the row."


def test_no_symbol_stands_in_the_notation_twice():
    assert pages.doubles([" ".join(pages.tokens(symbol.strip("$`"))) for symbol, *_ in SYMBOLS]) == []


def test_a_symbol_is_found_however_its_formula_is_spelled_and_only_by_itself():
    assert pages.appears("$r_{ui}$", "Here $\\sum (r_{u i} - 1)$ is meant.")
    assert pages.appears("$b_u$", ".. math:: \\hat r_{ui} = \\mu + b_{u}")
    assert pages.appears("$\\hat r_{ui}$", "It is :math:`\\hat{r}_{ui}`.")
    assert not pages.appears("$r_{ui}$", "$\\hat r_{ui}$")
    assert not pages.appears("$b$", "$b_u$ and b")
    assert pages.appears("`n_users`", "of shape (n_users, k)") and not pages.appears("`n_users`", "n_users_")


def test_a_name_that_the_library_does_not_document_is_found():
    assert pages.complaint_about("baselines.BiasModel.mean_", None) is None
    assert pages.complaint_about("ratings.Ratings.films", None) is None  # documented by the class above
    assert pages.complaint_about("content.unit", None) is None
    assert pages.complaint_about("baselines.BiasModel", "damping") is None
    for wrong in [("baselines.BiasModel.mu_", None), ("nothing.at_all", None), ("baselines.BiasModel", "lam")]:
        assert pages.complaint_about(*wrong)


# The glossary


def test_the_glossary_has_every_term_of_every_lesson_and_no_other():
    complaints = pages.glossary_complaints(ENTRIES, pages.introduced(LESSONS), LESSONS)
    assert not complaints, "notebooks/glossary.md:\n" + "\n".join(complaints)


GOOD = "A list of numbers in a fixed order, as here."


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([("vector", GOOD, "02")], "Add 'Norm' of lesson 02: a row at the top, `| Norm |"),
        ([("norm", GOOD, "02")], "Add 'vector' of lesson 02: a row below 'norm', `| vector |"),
        ([("norm", GOOD, "02"), ("vector", GOOD, "02"), ("word", GOOD, "02")], "Take out 'word'"),
        ([("norm", GOOD, "02"), ("vector", GOOD, "02"), ("word", GOOD, "03")], "Take out 'word'"),
        ([("norm", GOOD, "02"), ("vector", GOOD, "01")], "'vector' is introduced in lesson 02, and the glossary says"),
        ([("vector", GOOD, "02"), ("norm", GOOD, "02")], "Move 'norm' above 'vector'"),
        ([("norm", GOOD, "02"), ("norm", GOOD, "02"), ("vector", GOOD, "02")], "'norm' stands in the glossary 2"),
        ([("norm", "A length.", "02"), ("vector", GOOD, "02")], "Say in one sentence of at least 8 words what 'norm'"),
        ([("norm", f"{GOOD} {GOOD}", "02"), ("vector", GOOD, "02")], "Say in one sentence"),
    ],
)
def test_a_fault_in_the_glossary_is_told_in_a_sentence(entries, said):
    [complaint] = pages.glossary_complaints(entries, [("Norm", "02"), ("vector", "02")], ["02"])
    assert complaint.startswith(said)


def test_an_entry_waits_for_a_lesson_that_is_being_written_and_a_term_has_one_lesson():
    entries = [("member", GOOD, "00"), ("vector", GOOD, "02")]
    assert pages.glossary_complaints(entries, [("vector", "02")], ["02"]) == []
    [complaint] = pages.glossary_complaints(entries[1:], [("vector", "02"), ("Vector", "03")], ["02", "03"])
    assert complaint == "'Vector' is in course.terms of 02 and 03. Leave it in 02 alone."


# The article


def test_each_quotation_stands_in_the_article_and_in_its_order(article):
    quoted = [pages.quotation(cell) for cell, _, _ in CLAIMS]
    places = [pages.plain(article).find(one) for one in quoted]
    assert [one for one, place in zip(quoted, places, strict=True) if place < 0] == []
    below = zip(quoted, quoted[1:], places, places[1:], strict=False)
    assert [f"{two!r} comes before {one!r}" for one, two, here, there in below if there < here] == []


def test_no_sentence_of_the_article_is_left_out(article):
    quoted = [pages.quotation(cell) for cell, _, _ in CLAIMS]
    missing = [said for said in pages.sentences(article) if not any(one in said for one in quoted)]
    assert missing == [], "these sentences of the article have no row"


def test_each_sentence_of_the_article_is_judged_by_a_lesson_that_is_there(article):
    judged = [pages.quotation(cell) for cell, number, verdict in CLAIMS if "not written yet" not in verdict]
    waiting = [said for said in pages.sentences(article) if not any(one in said for one in judged)]
    assert waiting == [], "these sentences of the article have no verdict"


def test_the_fixtures_are_the_code_blocks_of_the_article(article):
    assert pages.code_blocks(article) == list(FIXTURES.values())


def test_every_code_block_of_the_article_stands_on_the_page():
    assert pages.fenced(pages.page("article_claims")) == list(FIXTURES.values())


def test_no_claim_is_judged_twice_by_one_lesson():
    assert pages.doubles([f"{number}: {pages.quotation(cell)}" for cell, number, _ in CLAIMS]) == []


def test_every_lesson_of_the_syllabus_settles_a_claim():
    assert sorted({number for _, number, _ in CLAIMS}) == pages.NUMBERS


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim[0][:40])
def test_a_claim_has_a_verdict_as_soon_as_its_lesson_is_there(claim):
    quoted, number, verdict = claim
    if number in LESSONS:
        assert "not written yet" not in verdict, f"Lesson {number} is there: say in a sentence what became of {quoted}"
    if verdict != f"lesson {number}, not written yet":
        assert number in LESSONS or number in BEING_WRITTEN, f"There is no lesson {number} that could settle this yet"
        assert pages.is_one_sentence(verdict) and len(verdict.split()) >= pages.FEWEST_WORDS


def test_the_numbers_of_the_verdicts_are_those_of_the_library():
    shapes = [tuple(map(int, shape.split(", "))) for shape in re.findall(r"rand\((.+)\)", FIXTURES["svd"])]
    assert shapes == [(1000, 1700)] and f"{1000 * 1700:,} random numbers" in verdict_on("# Random")
    user, film = [8, 5, 7], [10, 3, 8]
    near, far = (content.euclidean_distance(vector, film) for vector in (user, [4, 2.5, 3.5]))
    cosine = f"{content.cosine_similarity(user, film):.3f}"
    assert f"from {near:g} to {far:.2f} while the cosine stays at {cosine}" in verdict_on("Both vectors")
    assert f"{near:g} away, with a cosine of {cosine}" in verdict_on("Movie Vector")


def test_inception_is_the_first_neighbour_of_interstellar_and_most_of_it_is_the_director():
    claim = "because of the director: with that field Inception is Interstellar's first neighbour"
    assert claim in verdict_on("For example")
    data = datasets.load("matinee")
    model = ContentRecommender().fit(data.ratings)
    one, other = (data.films.id_of(title) for title in ("Interstellar (2014)", "Inception (2010)"))
    assert model.similar(one, 1).index.tolist() == [other]
    shared = model.shared(one, other).set_index("reason")["contribution"]
    assert shared["director: Christopher Nolan"] / shared.sum() == pytest.approx(0.75, abs=0.05)
    without = ContentRecommender(fields=model.field_weights_ | {"directors": 0.0}).fit(data.ratings)
    assert other not in without.similar(one, 5).index


def test_code_is_told_from_prose_and_a_claim_from_a_heading():
    code = "import a\n\n# why\nb = a.c(\n    1)\n"
    text = f"A Heading\n\nIt holds. See:\n\n{code}\nMore words here\n\n  • One: two\n\n\\[x\\]\n"
    assert pages.code_blocks(text) == [code]
    assert pages.code_blocks("import a\nNot a program\nimport c\n") == ["import a\n", "import c\n"]
    assert pages.sentences(text) == ["It holds.", "One: two", "$x$"]
