"""What a learner sees: one line when an answer is right, two lines, and no traceback, when it is not yet."""

import html

from IPython.display import display

from course_lib.errors import CourseError

BOLD_RED, PLAIN = (
    "\x1b[1;31m",
    "\x1b[0m",
)  # plain red cannot be read on JupyterLab's pink
BOX = (
    "border:1px solid currentColor;border-left:6px solid #2E8B57;border-radius:4px;padding:6px 12px;"
    "background:transparent;color:currentColor"
)


class NotYet(CourseError):
    """An answer that is not right yet: two friendly lines in place of a traceback.

    Parameters
    ----------
    headline : str
        Which question, and that it is open.
    sentence : str
        Why, and what to do.
    """

    def __init__(self, headline, sentence):
        # The message holds both lines: some pages show it and not the traceback.
        super().__init__(f"{headline} {sentence}")
        self.headline = headline
        self.sentence = sentence

    def _render_traceback_(self):
        """Return the lines that IPython shows instead of a traceback; it has to be a list."""
        return [f"{BOLD_RED}{self.headline}{PLAIN}", self.sentence]


class NotAnswered(NotYet):
    """The exercise still stands there as it was handed out."""


class WrongAnswer(NotYet):
    """There is an answer, and it is not right."""


class Box:
    """Text in a box that is readable on light and on dark pages; as plain text where there is no HTML.

    Parameters
    ----------
    page : str
        HTML for the inside.
    text : str
        The same as plain text.
    """

    def __init__(self, page, text):
        self._page = page
        self._text = text

    def _repr_html_(self):
        return f'<div role="status" style="{BOX}">{self._page}</div>'

    def __repr__(self):
        return self._text


def show_passed(label, sentence, note=None):
    """Display that a question is answered.

    It is displayed and not returned: nbgrader takes a cell's last value for points.

    Parameters
    ----------
    label : str
        ``"Q2"``.
    sentence : str
        What the answer has shown.
    note : str, optional
        What else there is to say: that progress could not be stored.
    """
    rest = " ".join(part for part in (sentence, note) if part)
    display(Box(f"<strong>{label}: right.</strong> {html.escape(rest)}", f"{label}: right. {rest}"))
