"""What the learner has answered so far: remembered in the learner's folder, drawn as a map."""

import html
import importlib
import pkgutil
import re
import warnings
from pathlib import Path

from IPython.display import display

from course_lib import home
from course_lib.checks.messages import Box
from course_lib.errors import CourseError

FILE = "progress.json"


def remember(lesson, question):
    """Note that a question has been answered.

    Parameters
    ----------
    lesson : str
        Its number, like ``"02"``.
    question : str
        Its name, like ``"q2"``.

    Returns
    -------
    str or None
        A sentence when it could not be noted: a full disk never stands between a learner and an answer.
    """

    def add(content):
        known = _cleaned(content)
        known[lesson] = sorted({*known.get(lesson, ()), question}, key=_number)
        return known

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            home.update_json(FILE, add, default={})
        except (CourseError, OSError) as error:
            return f"(Your progress could not be stored: {error})"
    return f"({said[0].message})" if said else None


def answered(lesson):
    """Return the names of the questions of a lesson that have been answered.

    Parameters
    ----------
    lesson : str

    Returns
    -------
    list of str
    """
    return _stored().get(lesson, [])


def show(lesson):
    """Draw which questions of a lesson are answered and which are open.

    Parameters
    ----------
    lesson : str
        Its number, like ``"02"``.
    """
    questions = questions_of(lesson)
    done = [name for name in questions if name in answered(lesson)]
    headline = f"Lesson {lesson}: {len(done)} of {len(questions)} answered"
    page, text = [f"<strong>{headline}</strong>"], [headline]
    for name, question in questions.items():
        mark, word = ("●", "done") if name in done else ("○", "open")
        page.append(f"{mark} {name.upper()} {html.escape(question.title)} <em>({word})</em>")
        text.append(f"  {'[x]' if name in done else '[ ]'} {name.upper()} {question.title}")
    display(Box("<br>".join(page), "\n".join(text)))


def overview():
    """Return the map of all lessons as plain text, one line a lesson.

    Returns
    -------
    str
    """
    stored, lines = _stored(), []
    for lesson in lessons():
        questions = questions_of(lesson)
        marks = "".join("#" if name in stored.get(lesson, ()) else "." for name in questions)
        lines.append(f"Lesson {lesson}  {marks}  {marks.count('#')} of {len(questions)} answered")
    return "\n".join(lines) or "No lesson has questions yet."


def lessons():
    """Return the numbers of the lessons that have questions, in order.

    Returns
    -------
    list of str
    """
    names = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return sorted(name.removeprefix("lesson_") for name in names if name.startswith("lesson_"))


def questions_of(lesson):
    """Return the questions of a lesson.

    Parameters
    ----------
    lesson : str

    Returns
    -------
    dict of str to Question
        In the order of their numbers.

    Raises
    ------
    CourseError
        When the lesson has no questions.
    """
    if lesson not in lessons():
        raise CourseError(f"Lesson {lesson!r} has no questions. These have: {', '.join(lessons())}.")
    module = importlib.import_module(f"{__package__}.lesson_{lesson}")
    names = (name for name in vars(module) if re.fullmatch(r"q\d+", name))
    return {name: getattr(module, name) for name in sorted(names, key=_number)}


def _stored():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the map is drawn all the same; `remember` says what was damaged
        try:
            return _cleaned(home.read_json(FILE, default={}))
        except (CourseError, OSError):
            return {}


def _cleaned(content):
    """Return what is usable of the stored content, whatever has been done to the file."""
    usable = content.items() if isinstance(content, dict) else ()
    return {
        lesson: [name for name in names if isinstance(name, str) and re.fullmatch(r"q\d+", name)]
        for lesson, names in usable
        if isinstance(names, list)
    }


def _number(name):
    return int(name[1:])
