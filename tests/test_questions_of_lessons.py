"""Each question of each lesson: the stub, the right answers and the known mistakes are told apart."""

import itertools

import numpy as np
import pytest

from course_lib.checks import Choice, progress
from course_lib.checks.outcomes import Outcome, agree
from course_lib.checks.same import anything, as_numbers

FAR = 10  # times the tolerance

QUESTIONS = [
    pytest.param(question, id=f"lesson_{lesson}.{name}")
    for lesson in progress.lessons()
    for name, question in progress.questions_of(lesson).items()
]
COMPARED = [param for param in QUESTIONS if not isinstance(param.values[0], Choice)]


def outcomes_of(question, given):
    """Return what an answer gives in each place, from what the check would be called with."""
    return question.outcomes(*given) if callable(given[0]) else [Outcome(value) for value in given]


def are_apart(question, one, other):
    """Return whether two answers differ somewhere by far more than the tolerance."""
    loose = question.same.looser(FAR)
    pairs = zip(outcomes_of(question, one), outcomes_of(question, other), strict=True)
    return any(not agree(a, b, loose) for a, b in pairs)


def other_forms(given):
    """Return the same numbers as other types hold them: what a learner may hand in as well."""
    if callable(given[0]) or any(as_numbers(value) is None for value in given):
        return []
    arrays = [np.asarray(value, dtype=float) for value in given]
    return [tuple(arrays), tuple(array.tolist() for array in arrays)]


def test_a_lesson_has_four_to_seven_questions_numbered_from_one():
    for lesson in progress.lessons():
        names = list(progress.questions_of(lesson))
        assert names == [f"q{n}" for n in range(1, len(names) + 1)], lesson
        assert 4 <= len(names) <= 7, f"lesson {lesson} has {len(names)} questions"


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_stub_is_told_apart_as_not_answered(question):
    for given in question.blank_answers():
        assert question.judge(*given).state == "open"


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_right_answer_passes_and_there_are_at_least_two_beside_the_reference(question):
    answers = question.right_answers()
    answers += other_forms(answers[0])
    for given in answers:
        verdict = question.judge(*given)
        assert verdict.state == "right", verdict.sentence
        assert verdict.sentence
    assert len(answers) >= 3


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_mistake_gets_its_own_sentence_and_there_are_at_least_three(question):
    mistakes = question.wrong_answers()
    for sentence, given in mistakes.items():
        verdict = question.judge(*given)
        assert verdict.state == "wrong", f"passes as {verdict.state}, though it is the mistake {sentence!r}"
        assert sentence in verdict.sentence
    assert len(mistakes) >= 3


@pytest.mark.parametrize("question", COMPARED)
def test_each_mistake_is_far_from_the_answer_and_from_each_other_mistake(question):
    if question.same is anything:
        pytest.skip("its mistakes are told apart by the properties they break, see the test before")
    mistakes = question.wrong_answers()
    for sentence, given in mistakes.items():
        assert are_apart(question, given, question.right_answers()[0]), f"near the answer: {sentence}"
    for (one, first), (other, second) in itertools.combinations(mistakes.items(), 2):
        assert are_apart(question, first, second), f"the same mistake twice: {one} | {other}"
