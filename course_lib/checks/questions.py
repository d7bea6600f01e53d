"""The kinds of question that ask for a value, a table or a letter; `functions` has those that ask for code.

A question is the one place that says what right is and which mistakes are known: the check that a learner
runs, its messages and its tests all come from here. The questions of a lesson are ``q1``, ``q2``, ... in its
module ``lesson_NN``.
"""

import ast
import re

from course_lib.checks.outcomes import Outcome
from course_lib.checks.question import Compared, Question, Verdict
from course_lib.checks.same import close, table
from course_lib.checks.values import shown


class Value(Compared):
    """One or several values that the learner works out.

    Parameters
    ----------
    title : str
    answer : object or callable
        The value; a tuple is several values. A function without arguments is called when first needed.
    mistakes : dict of str to object
        Like `answer`; ``...`` in a tuple stands for the right value in that place.
    stub : str
        A line ``name = ...`` for each blank; the last ones are those that the check takes.
    also_right, same, properties, shows
        As for every compared question; a predicate gets the values.
    """

    def __init__(
        self,
        title,
        *,
        answer,
        mistakes,
        stub="answer = ...",
        also_right=(),
        same=None,
        properties=None,
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

    @property
    def names(self):
        """The names that the stub gives to the values."""
        lines = [line for line in ast.parse(self.stub).body if isinstance(line, ast.Assign)]
        blanks = [line.targets[0].id for line in lines if getattr(line.value, "value", None) is Ellipsis]
        return blanks[-len(self.expected) :]

    def outcomes(self, answer):
        """Return each value as an `Outcome`."""
        values = answer() if callable(answer) else answer
        values = values if isinstance(values, tuple) else (values,)
        if any(value is Ellipsis for value in values):
            pairs = zip(values, self.expected, strict=True)
            values = [right.value if value is Ellipsis else value for value, right in pairs]
        return [Outcome(value) for value in values]

    def judge(self, *given):
        """Return the `Verdict` on the values."""
        if len(given) != len(self.expected):
            call = f"check.{self.name}({', '.join(self.names)})"
            return Verdict("wrong", f"It takes {len(self.expected)} values: {call}.")
        for place, value in enumerate(given):
            if value is None or value is Ellipsis:
                blank = f"the ... of {self._name_of(place)}"
                return Verdict("open", f"Put your answer in place of {blank}, then run both cells again.")
        outcomes = [Outcome(value) for value in given]
        right = self.are_right(outcomes)
        if not all(right):
            return Verdict("wrong", self.known_mistake(outcomes) or self._off(given, right.index(False)))
        for sentence, holds in self.properties.items():
            if not holds(*given):
                return Verdict("wrong", f"This should hold and does not: {sentence}.")
        values = ", ".join(f"{self._name_of(place)} is {shown(value)}" for place, value in enumerate(given))
        return Verdict("right", self._praise(given[0] if len(given) == 1 else given, f"{values}."))

    def _off(self, given, place):
        # The expected value would be the answer itself here, so it is not named.
        told = self.difference(given[place], self.expected[place].value, reveal=False)
        return told if len(given) == 1 else f"{self._name_of(place)}: {told}"

    def _name_of(self, place):
        return self.names[place] if place < len(self.names) else "the answer"

    def right_answers(self):
        """Return all answers that have to pass, as tuples of what the check is called with."""
        return [tuple(got.value for got in self.outcomes(one)) for one in (self.answer, *self.also_right)]

    def wrong_answers(self):
        """Return the known mistakes, by their sentence, as tuples of what the check is called with."""
        return {text: tuple(got.value for got in self.outcomes(one)) for text, one in self.mistakes.items()}

    def blank_answers(self):
        """Return what the stub hands to the check, as tuples."""
        return [(blank,) * len(self.expected) for blank in (Ellipsis, None)]


class Table(Value):
    """A DataFrame that the learner makes.

    Parameters
    ----------
    title : str
    rows_in_order, columns_in_order, index, tolerance
        What counts: see `course_lib.checks.same.table`.
    **keywords
        As for `Value`.
    """

    def __init__(
        self,
        title,
        *,
        rows_in_order=True,
        columns_in_order=False,
        index=True,
        tolerance=1e-5,
        **keywords,
    ):
        super().__init__(title, same=table(rows_in_order, columns_in_order, index, tolerance), **keywords)


class Choice(Question):
    """A letter to choose, with a reason for each wrong one.

    Parameters
    ----------
    title : str
        The question; the options stand in the notebook.
    answer : str or set of str
        The right letter; of several, each one alone is right.
    wrong : dict of str to str
        The reason for each other letter.
    every : bool, default=False
        Whether all the right letters have to be named.
    stub, shows
        As for every `Question`.
    """

    def __init__(self, title, *, answer, wrong, every=False, stub="answer = ...", shows=None):
        super().__init__(title, stub=stub, shows=shows)
        self.answer = {answer} if isinstance(answer, str) else set(answer)
        self.wrong = wrong
        self.every = every

    def judge(self, *given):
        """Return the `Verdict` on the letters."""
        if not given or any(letter is None or letter is Ellipsis for letter in given):
            return Verdict("open", "Put a letter in quotes in place of the ..., then run both cells again.")
        options = sorted(self.answer | set(self.wrong))
        parts = [part for one in given for part in (one if isinstance(one, list | tuple | set) else [one])]
        chosen = sorted({letter for part in parts for letter in re.findall(r"\w", str(part).lower())})
        if not chosen or not set(chosen) <= set(options):
            return Verdict("wrong", f"Answer with one of the letters {', '.join(options)}, in quotes.")
        if len(chosen) > 1 and not self.every:
            return Verdict("wrong", "One letter is asked for.")
        for letter in chosen:
            if letter in self.wrong:
                return Verdict("wrong", f"Not {letter}: {self.wrong[letter]}")
        if self.every and set(chosen) != self.answer:
            return Verdict("wrong", "What you chose is right, and there is more that is.")
        return Verdict("right", self._praise(chosen[0], f"It is {' and '.join(chosen)}."))

    def right_answers(self):
        """Return all answers that have to pass, as tuples of what the check is called with."""
        if self.every:
            letters = sorted(self.answer)
            return [("".join(letters),), (letters,), (", ".join(reversed(letters)).upper(),)]
        return [(form,) for one in sorted(self.answer) for form in (one, one.upper(), f" {one} ")]

    def wrong_answers(self):
        """Return the wrong letters, by their reason, as tuples of what the check is called with."""
        return {reason: (letter,) for letter, reason in self.wrong.items()}

    def blank_answers(self):
        """Return what the stub hands to the check, as tuples."""
        return [(Ellipsis,), (None,)]
