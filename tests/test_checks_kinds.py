"""Questions that ask for values, tables and letters: what a check says to an answer."""

import numpy as np
import pandas as pd
import pytest

from course_lib.checks import Choice, Table, Value
from course_lib.checks.same import close
from tests.verdicts import sentence

# Value


def value_question(**changes):
    keywords = {
        "stub": "dot = ...\nlength = ...",
        "answer": lambda: (151, np.sqrt(173)),
        "same": close(0.01),
        "mistakes": {"Multiply place by place first.": (41, ...), "Take the root.": (..., 173)},
    }
    return Value("dot, length", **(keywords | changes))


def test_values_pass_whatever_their_type_and_are_named():
    told = sentence(value_question(), np.int64(151), np.array(13.15), state="right")
    assert told == "dot is 151, length is 13.15."


def test_a_blank_value_is_named_as_not_answered():
    assert "of length" in sentence(value_question(), 151, ..., state="open")
    assert "of dot" in sentence(value_question(), None, 13.15, state="open")


def test_a_mistake_in_one_value_is_known_whether_the_other_is_right_or_not():
    assert sentence(value_question(), 151, 173) == "Take the root."
    assert sentence(value_question(), 41, 13.153) == "Multiply place by place first."


def test_a_wrong_value_is_told_without_the_right_one():
    told = sentence(value_question(), 151, 12.0)
    assert told == "length: It is 12: too small."
    assert "13.1" not in told
    assert "151" not in sentence(value_question(), "a text", 13.15)
    assert "check.this(dot, length)" in sentence(value_question(), 151)


def test_a_property_of_a_value_is_asked_on_top():
    question = Value("n", answer=3, mistakes={}, properties={"n is whole": lambda n: isinstance(n, int)})
    assert "n is whole" in sentence(question, 3.0)
    assert question.judge(3).state == "right"


# Table


def table_question(**changes):
    frame = pd.DataFrame({"title": ["Heat", "Alien"], "score": [4.5, 4.0]}, index=[6, 1])
    return Table("top", **({"stub": "top = ...", "answer": lambda: frame, "mistakes": {}} | changes)), frame


def test_a_table_passes_with_its_columns_in_another_order():
    question, frame = table_question()
    assert question.judge(frame[["score", "title"]]).state == "right"
    assert sentence(*table_question(columns_in_order=True)[:1], frame[["score", "title"]]).startswith("The columns")


def test_rows_in_another_order_are_told_unless_their_order_does_not_count():
    question, frame = table_question()
    assert "in another order: row 0" in sentence(question, frame[::-1])
    assert table_question(rows_in_order=False)[0].judge(frame[::-1]).state == "right"


@pytest.mark.parametrize(("index", "row"), [(True, "1"), (False, "['Alien', 3]")])
def test_where_the_order_does_not_count_a_row_is_named_and_not_numbered(index, row):
    question, frame = table_question(rows_in_order=False, index=index)
    told = sentence(question, frame.assign(score=[4.5, 3.0])[::-1])
    assert told == f"In row {row}, the column 'score' holds 3; something else was expected."


def test_the_first_difference_in_a_table_is_told_without_the_right_cell():
    question, frame = table_question()
    told = sentence(question, frame.assign(score=[4.5, 3.0]))
    assert told == "In row 1, the column 'score' holds 3; something else was expected."
    assert "'score' is missing" in sentence(question, frame[["title"]])
    assert "'year' was not asked for" in sentence(question, frame.assign(year=1))
    assert "It has 1 rows" in sentence(question, frame[:1])
    assert "a single column" in sentence(question, frame["score"])
    assert "The label of row 0" in sentence(question, frame.set_axis([1, 6]))
    assert table_question(index=False)[0].judge(frame.reset_index(drop=True)).state == "right"
    assert "the ... of top" in sentence(question, ..., state="open")


# Choice


def choice_question(**changes):
    keywords = {"answer": "b", "wrong": {"a": "reason a", "c": "reason c"}}
    return Choice("Which?", **(keywords | changes))


def test_a_letter_counts_in_upper_and_lower_case():
    for letter in ("b", "B", " b ", "(b)"):
        assert choice_question(shows="Because.").judge(letter).sentence == "Because."


def test_each_wrong_letter_has_its_reason():
    assert sentence(choice_question(), "A") == "Not a: reason a"
    assert "letters a, b, c" in sentence(choice_question(), "d")
    assert "letters a, b, c" in sentence(choice_question(), 5)
    assert sentence(choice_question(), "bc") == "One letter is asked for."


def test_no_letter_is_not_answered():
    for given in ((...,), (None,), ()):
        assert choice_question().judge(*given).state == "open"


def test_of_several_right_letters_each_passes_and_all_can_be_asked_for():
    either = choice_question(answer={"b", "d"})
    assert either.judge("d").state == either.judge("b").state == "right"
    both = choice_question(answer={"b", "d"}, every=True)
    for given in (("bd",), ("d, B",), (["b", "d"],), ("b", "d")):
        assert both.judge(*given).state == "right"
    assert "there is more" in sentence(both, "b")
    assert sentence(both, "bcd") == "Not c: reason c"
