"""A form in a notebook for rating films: search, give stars, done; each rating is on disk at once.

Every part is reached with Tab. There is no list, menu or radio button in it: JupyterLab takes the arrow keys from
these and moves to another cell. It leaves them to fields for text and numbers, and Enter and Space to buttons.
"""

import functools
import html

import ipywidgets
import numpy as np

from course_lib import members, rating_file
from course_lib.errors import CourseError
from course_lib.rating_file import HIGHEST, LOWEST, same_film, stars_text
from course_lib.titles import Titles

MATCHES = 8
LISTED = 20
PROBLEMS = 3
CHOSEN = "info"
BEGIN = "Type a part of a title, then Tab, the stars and Enter; or press the film and its stars below."
SAYS = "A form for rating films. Run this cell to see it, or rate in one: members.rate(films, title, stars)"


def rating_form(films):
    """Make the form.

    Parameters
    ----------
    films : Films
        The film table, ``data.films``.

    Returns
    -------
    RatingForm
        A widget: it is shown where it is a cell's last value.

    Raises
    ------
    DataError
        When this is no film table.
    """
    return RatingForm(members.as_film_table(films))


def told(act):
    """Let an act of the form say what went wrong: an error in a widget's callback is shown nowhere else.

    Parameters
    ----------
    act : callable
        A method of `RatingForm`.

    Returns
    -------
    callable
    """

    @functools.wraps(act)
    def answered(form, *arguments):
        try:
            act(form, *arguments)
        except CourseError as error:
            form.say(str(error), role="alert")
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            form.say(f"The form could not do that ({what}). Run its cell again.", role="alert")

    return answered


class RatingForm(ipywidgets.VBox):
    """The form; `rating_form` makes one.

    Parameters
    ----------
    films : Films

    Attributes
    ----------
    search : Text
        A part of a title.
    matches : tuple of Button
        The films that fit, the first of them chosen.
    title : str or None
        The film that is chosen.
    stars : FloatText
        Its rating; 0 when it has none.
    star_buttons : tuple of Button
        The same for the mouse.
    take_back : Button
    rated : tuple of Button
        What has been rated, the latest first. Pressing one chooses the film.
    status : str
        What the form last said.
    """

    def __init__(self, films):
        self.films, self.title, self.status = films, None, ""
        self._titles, self._mine, self._is_showing, self._pressed = Titles(films), [], False, None
        self._wide, narrow = ipywidgets.Layout(width="32em"), ipywidgets.Layout(width="4.4em")
        self._match_lines = [self._line() for _ in range(MATCHES)]
        self._rated_lines = []
        self._means = {}  # a line's film
        self._found, self._list = ipywidgets.VBox(), ipywidgets.VBox()
        self._chosen, self._said, self._summary = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self.search = ipywidgets.Text(description="Film", placeholder="a part of its title", layout=self._wide)
        self.stars = ipywidgets.FloatText(
            description="Stars", step=0.5, tooltip="0.5 to 5, in halves", layout=ipywidgets.Layout(width="11em")
        )
        steps = np.arange(LOWEST, HIGHEST + 0.5, 0.5).tolist()
        self._steps = {
            ipywidgets.Button(description=f"{step:g} ★", tooltip=stars_text(step), layout=narrow): step
            for step in steps
        }
        self.take_back = ipywidgets.Button(description="Take this rating back", layout=ipywidgets.Layout(width="15em"))
        self.search.observe(self._search, "value")
        self.stars.observe(self._enter, "value")
        for button in self.star_buttons:
            button.on_click(self._press)
        self.take_back.on_click(self._forget)
        wrapped = ipywidgets.Layout(flex_flow="row wrap")
        top = ipywidgets.HBox([self.search, self.stars], layout=wrapped)  # so that Tab leads from a title to its stars
        row = ipywidgets.HBox([*self.star_buttons, self.take_back], layout=wrapped)
        super().__init__([top, self._found, self._chosen, row, self._said, self._summary, self._list])
        self._begin()

    def __repr__(self):
        return SAYS  # what a stored notebook holds: the same for everybody

    @property
    def matches(self):
        """Buttons of the films that fit."""
        return self._found.children

    @property
    def rated(self):
        """Buttons of the films that have been rated."""
        return self._list.children

    @property
    def star_buttons(self):
        """Buttons from half a star to five."""
        return tuple(self._steps)

    def say(self, sentence, role="status"):
        """Show a sentence, and have a screen reader speak it.

        Parameters
        ----------
        sentence : str
        role : {"status", "alert"}, default="status"
            An alert is spoken at once.
        """
        self.status = sentence
        self._said.value = f'<span role="{role}">{html.escape(sentence)}</span>'

    @told
    def _begin(self):
        self._choose(None)
        self._read()

    @told
    def _search(self, _):
        found = [str(title) for title in self.films["title"].iloc[self._titles.search(self.search.value, MATCHES)]]
        self._found.children = self._lines(self._match_lines, found, found)
        # JupyterLab may send the last letters typed after a press on a film or a star. They change neither.
        if self._pressed not in found:
            self._pressed = None
        chosen, asked = self._pressed or next(iter(found), None), self.search.value.strip()
        if asked and not found:
            self.say(f"No film has {asked!r} in its title. Type less of it, or another word.")
        elif chosen != self.title:
            self.say("")
        self._choose(chosen)

    @told
    def _take_line(self, button):
        self._pressed = self._means[button]
        self._choose(self._pressed)

    @told
    def _enter(self, _):
        if not self._is_showing:
            self._rate(self.stars.value)

    @told
    def _press(self, button):
        self._rate(self._steps[button])

    @told
    def _forget(self, _):
        title = self.title
        members.forget(title)
        self._read()
        self._choose(title)
        self.say(f"{title}: taken back. {self._count()}")

    def _rate(self, stars):
        title = self.title
        try:
            if title is None:
                raise CourseError("Which film? Type a part of its title first.")
            members.rate(self.films, title, stars)
            self._read()
            self.say(f"{title}: {stars_text(stars)}. {self._count()}")
        finally:
            self._choose(title)  # where it was not saved, the form goes on showing what is

    def _choose(self, title):
        """Show a film and its stars; None chooses no film."""
        self.title = title
        mine = next((one.stars for one in self._mine if title is not None and same_film(one.title, title)), None)
        self._is_showing = True
        self.stars.value = mine or 0.0
        self._is_showing = False
        self.take_back.disabled = mine is None
        whose = BEGIN if title is None else f"Your stars for <b>{html.escape(title)}</b>:"
        self._chosen.value = f'<span role="status">{whose}</span>'
        for button in self._match_lines:
            is_chosen = title is not None and self._means.get(button) == title
            button.button_style = CHOSEN if is_chosen else ""
        for button, step in self._steps.items():
            button.button_style = CHOSEN if step == mine else ""

    def _read(self):
        """Read the learner's file, into which another kernel may have written, and show what is in it."""
        self._mine, problems = rating_file.read()
        latest = self._mine[::-1][:LISTED]
        texts = [f"{one.title}: {stars_text(one.stars)}" for one in latest]
        self._list.children = self._lines(self._rated_lines, texts, [one.title for one in latest])
        older = len(self._mine) - len(latest)
        lines = problems[:PROBLEMS]
        if len(problems) > PROBLEMS:
            lines.append(f"{len(problems) - PROBLEMS} more such entries: members.problems() names them.")
        if older:
            lines.append(f"The latest {LISTED} are below; search for one of the other {older} to change it.")
        lines.append("Your ratings, the latest first:" if latest else "You have rated no film yet.")
        self._summary.value = "<br>".join(map(html.escape, lines))

    def _count(self):
        return f"{len(self._mine)} film{'s' * (len(self._mine) != 1)} rated."

    def _lines(self, buttons, texts, titles):
        """Write on as many buttons as are needed, and return these."""
        while len(buttons) < len(texts):
            buttons.append(self._line())
        for button, text, title in zip(buttons, texts, titles, strict=False):
            button.description = button.tooltip = text
            self._means[button] = title
        return tuple(buttons[: len(texts)])

    def _line(self):
        button = ipywidgets.Button(layout=self._wide)
        button.on_click(self._take_line)
        return button
