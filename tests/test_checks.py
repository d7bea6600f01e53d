"""Questions that ask for code: what a check says to a function, and how the learner sees it."""

import re

import numpy as np
import pandas as pd
import pytest

from course_lib.checks import Fix, Function, Value, outcomes
from course_lib.checks.messages import NotAnswered, WrongAnswer
from course_lib.checks.same import (
    anything,
    close,
    exactly,
    same_order,
    same_ranking,
    same_set,
    table,
    up_to_rotation,
    up_to_sign,
)
from tests.verdicts import sentence

SQUARED = "The lengths are squared. Take the root."
DOT = "That is the dot product."


def cosine(a, b):
    lengths = np.sqrt((a @ a) * (b @ b))
    return a @ b / lengths if lengths else 0.0


def cosine_question(**changes):
    keywords = {
        "stub": "...",
        "answer": cosine,
        "probes": [([8, 5, 7], [10, 3, 8]), ([1, 0, 0], [0, 1, 0]), ([0, 0], [1, 2])],
        "more_probes": lambda rng: (rng.normal(size=6), rng.normal(size=6)),
        "mistakes": {
            SQUARED: lambda a, b: a @ b / ((a @ a) * (b @ b)) if a.any() else 0.0,
            DOT: lambda a, b: a @ b,
        },
    }
    return Function("cosine(a, b)", **(keywords | changes))


# Function: right


def test_a_right_function_passes_and_its_first_call_is_shown():
    assert sentence(cosine_question(), cosine, state="right") == "cosine([8, 5, 7], [10, 3, 8]) is 0.9773."


def test_what_it_shows_is_said_when_the_question_names_it():
    assert (
        sentence(cosine_question(shows="Halving changes nothing."), cosine, state="right") == "Halving changes nothing."
    )
    shows = cosine_question(shows=lambda result: f"Alike to {result:.3f}.")
    assert sentence(shows, cosine, state="right") == "Alike to 0.977."


def test_a_list_of_numbers_counts_as_an_array():
    question = Function("double(a)", stub="...", answer=lambda a: 2 * a, probes=[[1, 2]], mistakes={})
    assert question.judge(lambda a: [2 * x for x in a]).state == "right"


def test_probes_arrive_as_fresh_arrays():
    seen = []

    def spy(a, b):
        seen.append((type(a), id(a)))
        return cosine(a, b)

    cosine_question().judge(spy)
    assert {kind for kind, _ in seen} == {np.ndarray}


def test_random_probes_are_the_same_each_time_and_reach_the_answer():
    question = cosine_question()
    assert len(question.probes) == 6
    assert all((a[0] == b[0]).all() for a, b in zip(question.probes[3:], question.probes[3:], strict=True))
    typed_in = {(8, 10): 0.977277, (1, 0): 0.0, (0, 1): 0.0}
    wrong = sentence(question, lambda a, b: typed_in.get((a[0], b[0]), 0.0))
    assert "came" in wrong


# Function: not answered


def test_a_body_that_does_nothing_is_not_answered():
    def dots(a, b): ...

    def only_docstring(a, b):
        """Return the cosine."""

    def passes(a, b):
        pass

    def returns_dots(a, b):
        return ...

    for stub in (dots, only_docstring, passes, returns_dots, None, ...):
        assert "cosine(a, b)" in sentence(cosine_question(), stub, state="open")


def test_a_blank_that_is_left_is_not_answered():
    def one_blank(a, b):
        length = np.sqrt(a @ a)
        return a @ b / (length * ...)

    def blank_in_a_variable(a, b):
        dot = ...
        return dot

    def raises(a, b):
        raise NotImplementedError

    assert "still a ..." in sentence(cosine_question(), one_blank, state="open")
    assert "still a ..." in sentence(cosine_question(), blank_in_a_variable, state="open")
    assert "NotImplementedError" in sentence(cosine_question(), raises, state="open")


def test_an_ellipsis_that_is_an_index_is_no_blank():
    def indexed(a, b):
        return a[..., 0]

    assert "came" in sentence(cosine_question(), indexed)


def test_a_forgotten_return_is_told_apart_from_no_answer():
    def no_return(a, b):
        a @ b

    assert "end in a return" in sentence(cosine_question(), no_return)


# Function: wrong


def test_a_known_mistake_gets_its_sentence():
    assert sentence(cosine_question(), lambda a, b: float(np.dot(a, b))) == DOT


def test_a_known_mistake_is_known_when_a_corner_case_is_spoilt_as_well():
    assert sentence(cosine_question(), lambda a, b: a @ b / ((a @ a) * (b @ b))) == SQUARED


def test_nan_is_named_with_the_call_that_gave_it():
    def unguarded(a, b):
        return a @ b / np.sqrt((a @ a) * (b @ b))

    assert sentence(cosine_question(), unguarded).startswith("cosine([0, 0], [1, 2]): It is nan")


def test_a_line_that_raises_is_named():
    def broken(a, b):
        return a @ b / lenght  # noqa: F821

    told = sentence(cosine_question(), broken)
    assert "`return a @ b / lenght" in told
    assert "NameError" in told
    assert re.search(r"line \d+", told)


def test_other_arguments_and_a_result_in_place_of_the_function_are_told():
    assert "these arguments: cosine(a, b)" in sentence(cosine_question(), lambda a: a)
    assert "without calling it" in sentence(cosine_question(), 0.97)
    assert "one thing" in sentence(cosine_question(), cosine, cosine)


def test_anything_else_is_told_with_the_first_probe_and_the_digits_that_matter():
    told = sentence(cosine_question(), lambda a, b: cosine(a, b) * 1.0001)
    assert told == "cosine([8, 5, 7], [10, 3, 8]): 0.9774 came; 0.9773 was expected."
    told = sentence(cosine_question(same=close(0, 1e-9)), lambda a, b: cosine(a, b) * 1.00000002)
    assert told == "cosine([8, 5, 7], [10, 3, 8]): 0.97726954 came; 0.97726952 was expected."


def test_a_changed_input_is_told_when_the_result_is_right():
    def in_place(a, b):
        a /= 1.0
        result = cosine(a, b)
        a += 1
        return result

    question = cosine_question(probes=[([8.0, 5.0], [1.0, 2.0])], more_probes=None)
    assert "changed its input a" in sentence(question, in_place)
    assert question.judge(lambda b, a: cosine(b, a)).state == "right"


def test_a_changed_table_is_noticed():
    frame = pd.DataFrame({"rating": [4.0, 5.0]})

    def drops(table):
        table["copy"] = 1
        return table["rating"].mean()

    question = Function("mean(table)", stub="...", answer=lambda t: t["rating"].mean(), probes=[(frame,)], mistakes={})
    assert "changed its input table" in sentence(question, drops)
    assert list(frame.columns) == ["rating"]


def test_shapes_are_told_and_a_transposed_result_is_recognised():
    question = Function(
        "outer(a, b)",
        stub="...",
        answer=lambda a, b: np.outer(a, b),
        probes=[([1, 2], [3, 4, 5])],
        mistakes={},
    )
    assert "transposed" in sentence(question, lambda a, b: np.outer(b, a))
    assert "(2,), and (2, 3) was expected" in sentence(question, lambda a, b: a)


def test_what_an_answer_prints_and_warns_of_is_kept_back(capsys, recwarn):
    def noisy(a, b):
        print("here")
        np.log(-1.0)
        return cosine(a, b)

    assert cosine_question().judge(noisy).state == "right"
    assert capsys.readouterr() == ("", "")
    assert not recwarn.list


class Hostile:
    """A learner's own class, as unhelpful as can be."""

    __hash__ = None

    def __eq__(self, other):
        raise RuntimeError

    def __repr__(self):
        raise RuntimeError


STRANGE = [
    True,
    1 + 2j,
    np.inf,
    "a text",
    [],
    [None],
    [[1], [2, 3]],
    {},
    np.array([]),
    np.zeros((0, 3)),
    np.array(["a", None], dtype=object),
    np.array(["2026-01-01"], dtype="datetime64[D]"),
    np.zeros(2, dtype=[("a", int)]),
    pd.DataFrame({"a": [1, None]}, index=[3, 3]),
    pd.Series(["a"]),
    pd.NA,
    len,
    Hostile,
    Hostile(),
    [Hostile()],
    range(3),
    10**400,
    object(),
]


@pytest.mark.parametrize(
    "same", [close(), exactly, up_to_sign, up_to_rotation, same_set, same_order, same_ranking, table()]
)
@pytest.mark.parametrize(
    "expected", [1.5, np.eye(3), "Heat", [1, "a"], pd.DataFrame({"a": [1.0, 2.0]}), np.zeros((0, 3))]
)
def test_whatever_is_handed_in_a_check_has_something_to_say(same, expected):
    function = Function(
        "f(x)", stub="...", answer=lambda x: expected, probes=[1], mistakes={"m": lambda x: -1}, same=same
    )
    value = Value("v", stub="v = ...", answer=lambda: expected, mistakes={"m": -1}, same=same)
    for strange in STRANGE:
        for verdict in (function.judge(lambda x, strange=strange: strange), value.judge(strange)):
            assert verdict.state in ("wrong", "right")
            assert verdict.sentence
            assert " at 0x" not in verdict.sentence


# Properties, behaviours, generators


def draw_question(**changes):
    keywords = {
        "stub": "...",
        "answer": lambda films, rng: rng.choice(films),
        "probes": [([3, 4, 5], np.random.default_rng(1)), ([7, 8], np.random.default_rng(2))],
        "mistakes": {},
        "same": anything,
        "properties": {"the film is one of the films": lambda film, films, rng: film in films},
    }
    return Function("draw(films, rng)", **(keywords | changes))


def test_where_anything_goes_the_properties_decide():
    assert draw_question().judge(lambda films, rng: films[rng.integers(len(films))]).state == "right"
    told = sentence(draw_question(), lambda films, rng: rng.integers(100, 200))
    assert told.startswith("For draw([3, 4, 5], a random generator) this should hold and does not: the film is")


def test_a_draw_that_does_not_use_the_generator_is_told():
    rng = np.random.default_rng(5)

    def own_generator(films, _):
        return rng.choice(films)

    question = draw_question(probes=[(list(range(1000)), np.random.default_rng(1))])
    assert "Two calls with the same input" in sentence(question, own_generator)


def test_a_behaviour_is_asked_of_the_function_itself():
    same_for_all_seeds = "another seed draws another film"
    question = draw_question(
        behaviours={
            same_for_all_seeds: lambda f: len({f(np.arange(99), np.random.default_rng(n)) for n in range(9)}) > 1
        }
    )
    assert question.judge(lambda films, rng: rng.choice(films)).state == "right"
    assert same_for_all_seeds in sentence(question, lambda films, rng: films[0])


# Fix


def fix_question():
    return Fix(
        "unit(v)",
        stub="def unit(v):\n    return v / v.sum()",
        symptom="the length of [3, 4] is not 1 afterwards",
        answer=lambda v: v / np.sqrt(v @ v),
        probes=[[3, 4], [1, 1]],
        mistakes={"You divide by the squared length.": lambda v: v / (v @ v)},
    )


def test_code_whose_bug_is_still_there_is_not_answered():
    told = sentence(fix_question(), lambda v: v / np.sum(v), state="open")
    assert told == "The bug is still there: the length of [3, 4] is not 1 afterwards."


def test_code_that_is_mended_passes_and_code_that_is_wrong_in_another_way_is_wrong():
    assert fix_question().judge(lambda v: v / np.linalg.norm(v)).state == "right"
    assert sentence(fix_question(), lambda v: v / (v**2).sum()) == "You divide by the squared length."


# What the learner reads


def test_a_check_raises_two_friendly_lines_and_its_message_holds_both():
    with pytest.raises(NotAnswered) as caught:
        cosine_question()(...)
    lines = caught.value._render_traceback_()
    assert isinstance(lines, list)
    assert lines[0] == "\x1b[1;31mThis is not answered yet.\x1b[0m"
    assert str(caught.value) == f"This is not answered yet. {lines[1]}"
    with pytest.raises(WrongAnswer, match="This is not right yet. That is the dot product."):
        cosine_question()(lambda a, b: a @ b)


def test_a_check_that_passes_returns_none_and_prints_one_line(capsys):
    assert cosine_question()(cosine) is None
    assert capsys.readouterr().out == "This: right. cosine([8, 5, 7], [10, 3, 8]) is 0.9773.\n"


def test_a_function_made_by_somebody_else_has_no_code_to_look_into():
    assert not outcomes.is_idle(np.linalg.norm)
    assert not outcomes.has_blank(max)
    assert outcomes.takes(max, (1, 2))
