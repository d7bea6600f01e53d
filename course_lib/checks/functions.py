"""Questions that are answered with a function: it is called with probes, and what it gives is compared."""

import textwrap
import zlib

import numpy as np
import pandas as pd

from course_lib.checks.outcomes import agree, fresh, has_blank, is_idle, outcome, takes, where
from course_lib.checks.question import Compared, Verdict
from course_lib.checks.same import anything, close, exactly
from course_lib.checks.values import shown

RANDOM_PROBES = 3


class Function(Compared):
    """A function that the learner writes.

    Parameters
    ----------
    title : str
        Its name with its arguments: ``"cosine_similarity(a, b)"``.
    stub : str
        What stands in the exercise: the body, or all of the function.
    answer : callable
    probes : sequence of tuple
        The arguments of each call; what is no tuple is a single argument. Messages show the first that fails.
    more_probes : callable, optional
        ``more_probes(rng)`` -> arguments, called a few times, so that answers cannot be typed in.
    mistakes : dict of str to callable
    also_right : sequence of callable
    same : Same, optional
        How results are compared; by default as close numbers.
    properties : dict of str to callable, optional
        ``predicate(result, *arguments)``, for each call.
    behaviours : dict of str to callable, optional
        ``predicate(function)``.
    shows : str or callable, optional
        Like for every question; by default the first call and what it gives.
    """

    def __init__(
        self,
        title,
        *,
        stub,
        answer,
        probes,
        mistakes,
        also_right=(),
        more_probes=None,
        same=None,
        properties=None,
        behaviours=None,
        shows=None,
    ):
        super().__init__(
            title,
            stub=stub,
            answer=answer,
            mistakes=mistakes,
            also_right=also_right,
            same=same or close(),
            properties=properties,
            shows=shows,
        )
        self._probes = [_arguments(probe) for probe in probes]
        self._more_probes = more_probes
        self._stub_names = {}
        self.behaviours = behaviours or {}

    @property
    def function_name(self):
        """The name of the function that is asked for."""
        return self.title.partition("(")[0]

    @property
    def probes(self):
        """All calls, the random ones too: the same each time, others for each question."""
        if self._more_probes is None:
            return self._probes
        rng = np.random.default_rng(zlib.crc32(f"{self.lesson} {self.name}".encode()))
        return self._probes + [_arguments(self._more_probes(rng)) for _ in range(RANDOM_PROBES)]

    def outcomes(self, answer):
        """Return what a function gives for each probe, as a list of `Outcome`."""
        return [outcome(answer, probe) for probe in self.probes]

    def judge(self, *given):
        """Return the `Verdict` on a function."""
        call = f"check.{self.name}({self.function_name})"
        if len(given) != 1:
            return Verdict("wrong", f"It takes one thing, your function: {call}.")
        function = given[0]
        if function is None or function is Ellipsis:
            return Verdict("open", f"Write {self.title}, then run both cells again.")
        if not callable(function):
            return Verdict("wrong", f"Hand in the function itself, without calling it: {call}.")
        if not takes(function, self.probes[0]):
            return Verdict("wrong", f"It has to take these arguments: {self.title}.")
        outcomes = self.outcomes(function)
        sentence = self._open(function, outcomes)
        if sentence:
            return Verdict("open", sentence)
        sentence = self._wrong(function, outcomes)
        if sentence:
            return Verdict("wrong", sentence)
        result = outcomes[0].value
        return Verdict("right", self._praise(result, f"{self._call(0)} is {shown(result)}."))

    def _open(self, function, outcomes):
        if is_idle(function) and (outcomes[0].value is None or outcomes[0].value is Ellipsis):
            return f"Write the body of {self.title}, then run both cells again."
        if isinstance(outcomes[0].error, NotImplementedError):
            return f"{self.title} still raises NotImplementedError where your code should stand."
        unfinished = any(got.value is None or got.value is Ellipsis for got in outcomes)  # None: an error too
        if unfinished and has_blank(function):
            return f"There is still a ... in {self.title}: put your code in its place."
        return None

    def _wrong(self, function, outcomes):
        right = self.are_right(outcomes)
        if all(right):
            return (
                self._failed(function, outcomes, 0)
                or self._broken(outcomes)
                or self._changed(outcomes)
                or self._unsteady(function, outcomes)
                or self._misbehaved(function)
            )
        place = right.index(False)
        # Where anything goes there is no value that a mistake could be recognised by.
        known = None if self.same is anything else self.known_mistake(outcomes)
        return known or self._failed(function, outcomes, place) or self._broken(outcomes) or self._off(outcomes, place)

    def _failed(self, function, outcomes, place):
        if outcomes[place].error is not None:
            return f"On {self._call(place)}, {where(function, outcomes[place].error)}."
        if outcomes[place].value is None:
            return f"{self._call(place)} gave nothing (None). Does each way through it end in a return?"
        return None

    def _off(self, outcomes, place):
        told = self.difference(outcomes[place].value, self.expected[place].value, reveal=True)
        return f"{self._call(place)}: {told}"

    def _broken(self, outcomes):
        for sentence, holds in self.properties.items():
            for place, (got, probe) in enumerate(zip(outcomes, self.probes, strict=True)):
                if got.error is None and not _holds(holds, got.value, *fresh(probe)):
                    return f"For {self._call(place)} this should hold and does not: {sentence}."
        return None

    def _changed(self, outcomes):
        name = next((got.changed for got in outcomes if got.changed), None)
        work = "Work on a copy, or make a new array."
        return name and f"The result is right, but the call changed its input {name}. {work}"

    def _unsteady(self, function, outcomes):
        if not any(isinstance(argument, np.random.Generator) for probe in self._probes for argument in probe):
            return None
        pairs = zip(outcomes, self.outcomes(function), strict=True)
        if all(agree(got, again, exactly) for got, again in pairs):
            return None
        return "Two calls with the same input gave two results. Draw only from the generator that is handed in."

    def _misbehaved(self, function):
        broken = (text for text, holds in self.behaviours.items() if not _holds(holds, function))
        sentence = next(broken, None)
        return sentence and f"This should hold and does not: {sentence}."

    def _call(self, place):
        return f"{self.function_name}({', '.join(shown(argument) for argument in fresh(self.probes[place]))})"

    def right_answers(self):
        """Return all answers that have to pass, as tuples of what the check is called with."""
        return [(answer,) for answer in (self.answer, *self.also_right)]

    def wrong_answers(self):
        """Return the known mistakes, by their sentence, as tuples of what the check is called with."""
        return {sentence: (wrong,) for sentence, wrong in self.mistakes.items()}

    def blank_answers(self):
        """Return what the stub hands to the check, as tuples."""
        return [(self.stub_function(),), (...,), (None,)]

    def stub_function(self):
        """Return the function as it stands in the exercise."""
        whole = f"def {self.function_name}(" in self.stub
        source = self.stub if whole else f"def {self.title}:\n{textwrap.indent(self.stub, '    ')}"
        namespace = {"np": np, "pd": pd, **self._stub_names}
        exec(source, namespace)
        return namespace[self.function_name]


class Fix(Function):
    """A function that runs and is wrong, to be repaired.

    Parameters
    ----------
    title : str
    stub : str
        The code with the bug in it.
    symptom : str
        What is seen of the bug from outside, without saying how to mend it.
    names : dict, optional
        What the stub needs beside ``np`` and ``pd``.
    **keywords
        As for `Function`.
    """

    def __init__(self, title, *, stub, symptom, names=None, **keywords):
        super().__init__(title, stub=stub, **keywords)
        self.symptom = symptom
        self._stub_names = names or {}

    def _open(self, function, outcomes):
        bug = self.outcomes(self.stub_function())
        if all(agree(got, bad, self.same) for got, bad in zip(outcomes, bug, strict=True)):
            return f"The bug is still there: {self.symptom}."
        return super()._open(function, outcomes)


def _arguments(probe):
    return probe if isinstance(probe, tuple) else (probe,)


def _holds(predicate, *arguments):
    """Return whether a predicate is true; one that cannot be evaluated on an answer is not."""
    try:
        return bool(predicate(*arguments))
    except Exception:
        return False
