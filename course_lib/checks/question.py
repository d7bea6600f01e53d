"""What all questions have in common: a number, a verdict, and what the learner reads."""

import re
import sys
from dataclasses import dataclass
from functools import cached_property

from course_lib.checks import progress
from course_lib.checks.messages import NotAnswered, WrongAnswer, show_passed
from course_lib.checks.outcomes import agree
from course_lib.checks.values import difference


@dataclass(frozen=True)
class Verdict:
    """What is to be said about an answer.

    Attributes
    ----------
    state : {"right", "open", "wrong"}
    sentence : str
    """

    state: str
    sentence: str


class Question:
    """A question of an exercise.

    Parameters
    ----------
    title : str
        What is asked for, in a few words.
    stub : str
        What stands in the exercise, as code.
    shows : str or callable, optional
        What a right answer has shown; a callable gets the answer (of a function: its first result).
    """

    def __init__(self, title, *, stub, shows=None):
        self.title = title
        self.stub = stub
        self.shows = shows
        frame = sys._getframe(1)
        while frame.f_code.co_name == "__init__":  # of a subclass
            frame = frame.f_back
        self._module = frame.f_globals["__name__"]

    @property
    def name(self):
        """The attribute of its module that this question is, like ``"q2"``; ``"this"`` when it is none."""
        attributes = vars(sys.modules[self._module]).items() if self._module in sys.modules else ()
        return next((name for name, value in attributes if value is self), "this")

    @property
    def lesson(self):
        """The number of its lesson, like ``"02"``; None outside a lesson's module."""
        found = re.fullmatch(rf"{re.escape(__package__)}\.lesson_(\w+)", self._module)
        return found.group(1) if found else None

    @property
    def label(self):
        """How the question is called on the page, like ``"Q2"``."""
        return self.name[:1].upper() + self.name[1:]

    def __call__(self, *given):
        """Check an answer: show that it is right and remember it, or raise what the learner should read.

        Parameters
        ----------
        *given
            The answer.

        Raises
        ------
        NotAnswered
            When the exercise stands there as it was handed out.
        WrongAnswer
            When there is an answer that is not right.
        """
        verdict = self.judge(*given)
        if verdict.state == "open":
            raise NotAnswered(f"{self.label} is not answered yet.", verdict.sentence)
        if verdict.state == "wrong":
            raise WrongAnswer(f"{self.label} is not right yet.", verdict.sentence)
        note = progress.remember(self.lesson, self.name) if self.lesson else None
        show_passed(self.label, verdict.sentence, note)

    def _praise(self, result, default):
        if callable(self.shows):
            return self.shows(result)
        return default if self.shows is None else self.shows


class Compared(Question):
    """A question whose answer is looked at in several places and compared with what is right and what is not.

    Parameters
    ----------
    title, stub, shows
        As for every `Question`.
    answer : object
        What is right.
    mistakes : dict of str to object
        The sentence for each known mistake, and an answer that has it.
    also_right : sequence
        Answers written differently that are right too.
    same : Same
        How answers are compared.
    properties : dict of str to callable, optional
        What any right answer has, as a sentence and a predicate.
    """

    def __init__(self, title, *, stub, answer, mistakes, also_right, same, properties, shows):
        super().__init__(title, stub=stub, shows=shows)
        self.answer = answer
        self.mistakes = mistakes
        self.also_right = list(also_right)
        self.same = same
        self.properties = properties or {}

    def outcomes(self, answer):
        """Return what an answer gives in each place where it is looked at, as a list of `Outcome`."""
        raise NotImplementedError

    @cached_property
    def expected(self):
        """What the right answer gives in each place, as a list of `Outcome`."""
        return self.outcomes(self.answer)

    def are_right(self, outcomes):
        """Return for each place whether what an answer gives there is right, as a list of bool."""
        pairs = zip(outcomes, self.expected, strict=True)
        return [got.error is None and agree(got, right, self.same) for got, right in pairs]

    def known_mistake(self, outcomes):
        """Return the sentence of the known mistake that explains an answer best, or None.

        A mistake explains an answer when each clean result is the mistake's or the right one, and a wrong one
        is the mistake's. So a mistake is still known when another one, in a corner case, comes on top.
        """
        right = self.are_right(outcomes)
        best, most = None, 0
        for sentence, wrong in self.mistakes.items():
            pairs = zip(outcomes, self.outcomes(wrong), strict=True)
            hits = [agree(got, bad, self.same) for got, bad in pairs]
            places = list(zip(hits, right, outcomes, strict=True))
            hit_where_wrong = any(hit and not ok for hit, ok, _ in places)
            unexplained = any(not (hit or ok) and got.is_clean for hit, ok, got in places)
            if hit_where_wrong and not unexplained and sum(hits) > most:
                best, most = sentence, sum(hits)
        return best

    def difference(self, got, right, reveal):
        """Say how a value differs from the right one; `reveal` allows to name the right one."""
        explained = self.same.difference(got, right) if self.same.difference else None
        return explained or difference(got, right, reveal)
