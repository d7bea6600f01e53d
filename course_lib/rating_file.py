"""The learner's file of ratings, ``ratings.json``: take what is good in it, say what is not, throw nothing away.

One entry a film, under its title: ``"Alien (1979)": {"stars": 4.0, "rated": 1767225600}``, the time in seconds
since 1970. People may write in it by hand, where ``"Alien (1979)": 4`` does as well.
"""

import contextlib
import json
import math
import numbers
import os
import re
import reprlib
import warnings
from dataclasses import dataclass

from course_lib import home
from course_lib.errors import StorageError
from course_lib.titles import names_of

NAME = "ratings.json"
LOWEST, HIGHEST = 0.5, 5.0
ADVICE = f"Give {LOWEST:g} to {HIGHEST:g} stars, in halves."
# A title and what belongs to it, wherever they stand in a file that is no JSON any more; the end may be cut off.
ENTRY = re.compile(
    r"""("(?:[^"\\\n]|\\.)*") \s*:\s*
        ( \{ (?: \s* "(?:stars|rated)" \s*:\s* (?: "[^"\n]*" | [^\s,{}\[\]"]+ ) \s* ,? )* \s* \}?
        | [^\s,{}\[\]"]+ (?=[\s,}]) )""",
    re.VERBOSE,
)
WHOLE_STARS = re.compile(r'"stars"\s*:\s*([\d.]+)\s*[,}]')


@dataclass(frozen=True)
class Rating:
    """One film that the learner has rated.

    Parameters
    ----------
    title : str
    stars : float
        0.5 to 5, in halves.
    rated : int
        When, in seconds since 1970 UTC; 0 where that is not known.
    """

    title: str
    stars: float
    rated: int


def read():
    """Read the file.

    Returns
    -------
    ratings : list of Rating
        What can be used, one a film, the latest at the end.
    problems : list of str
        A sentence for each thing that cannot.

    Raises
    ------
    StorageError
        When the file is there and cannot be read.
    """
    entries, problems = _entries()
    chosen, named = {}, {}
    for title, entry in entries.items():
        rating, problem = _rating(title, entry)
        if problem:
            problems.append(problem)
        if rating is None:
            continue
        names = names_of(title)
        twin = next((named[name] for name in names if name in named), None)
        if twin is not None:
            kept, left = (rating, chosen[twin]) if rating.rated >= chosen[twin].rated else (chosen[twin], rating)
            problems.append(
                f"{left.title!r} and {kept.title!r} are the same film; {stars_text(kept.stars)} count, as the "
                f"later rating. Rate it once more, and one entry is left."
            )
            del chosen[twin]
            rating = kept
        chosen[title] = rating
        named |= dict.fromkeys(names, title)
    return sorted(chosen.values(), key=lambda rating: rating.rated), problems


def change(changed):
    """Replace the entries by ``changed(entries)``, under the file's lock.

    Parameters
    ----------
    changed : callable
        Gets a dict of title to entry, wrong ones included, and returns the new one.

    Raises
    ------
    StorageError
        When the file cannot be written; it is then what it was.
    """
    content = _content()
    if content is not None and not _is_whole(content):
        _mend(content)  # first, so that nothing good in it is left behind
    home.update_json(NAME, changed, default={})


def same_film(title, other):
    """Tell whether two titles mean one film.

    Parameters
    ----------
    title, other : str

    Returns
    -------
    bool
    """
    return title == other or bool(set(names_of(title)) & set(names_of(other)))


def why_not(stars):
    """Say why something is no rating.

    Parameters
    ----------
    stars : object

    Returns
    -------
    str
        The start of a sentence; empty for a rating.
    """
    if isinstance(stars, bool) or not isinstance(stars, numbers.Real) or stars != stars:
        return f"{reprlib.repr(stars)} is not a number of stars"
    if not LOWEST <= stars <= HIGHEST:
        return f"{_short(stars)} stars are off the scale"
    if stars * 2 != int(stars * 2):
        return f"{_short(stars)} stars are between two halves"
    return ""


def stars_text(stars):
    """Write a rating with its unit: "1 star", "4.5 stars".

    Parameters
    ----------
    stars : float

    Returns
    -------
    str
    """
    return f"{stars:g} star" + ("s" if stars != 1 else "")


def _rating(title, entry):
    """Make an entry a rating, or None; and a sentence on what is wrong with it, or nothing."""
    stars, rated = (entry.get("stars"), entry.get("rated", 0)) if isinstance(entry, dict) else (entry, 0)
    remedy = f"Rate the film again, or take the entry out: members.forget({title!r})."
    if not title.strip():
        return None, f"An entry of {NAME} has no title and is not used. Take it out: members.forget({title!r})."
    if isinstance(entry, dict) and "stars" not in entry:
        return None, f"{title!r} in {NAME} has no stars and is not used. {remedy}"
    if reason := why_not(stars):
        return None, f"{title!r} in {NAME} is not used: {reason}. {ADVICE} {remedy}"
    is_time = isinstance(rated, numbers.Real) and not isinstance(rated, bool) and 0 <= rated < math.inf
    if not is_time:
        problem = f"{title!r} in {NAME} is used, but {reprlib.repr(rated)} is no time in seconds since 1970."
        return Rating(title, float(stars), 0), f"{problem} Rate the film again to set it."
    return Rating(title, float(stars), int(rated)), ""


def _entries():
    """Return what is in the file as a dict, and sentences on damage; a damaged file is mended."""
    content = _content()
    if content is None or _is_whole(content):
        return home.read_json(NAME, {}), _damaged_copies()
    try:
        return _mend(content), _damaged_copies()
    except StorageError as error:
        good = _good_entries(content)
        return good, [f"{NAME} is damaged; {_counted(len(good))} could be read and used. {error}"]


def _content():
    try:
        return (home.folder() / NAME).read_bytes()
    except OSError:
        return None  # not there, or home says in a sentence why it cannot be read


def _mend(content):
    """Write what is good in a damaged file, which is kept under another name; return it."""
    good = _good_entries(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # home warns that one starts with an empty file: here one does not
            return home.update_json(NAME, lambda entries: good | entries, default={})
    except StorageError:
        with contextlib.suppress(OSError):
            _put_back(home.folder() / NAME, content)
        raise


def _is_whole(content):
    try:
        return isinstance(json.loads(content.decode("utf-8")), dict)
    except (ValueError, RecursionError):
        return False


def _good_entries(content):
    """Pick the entries that are whole out of a file that is not."""
    entries = {}
    for quoted, text in ENTRY.findall(content.decode("utf-8-sig", errors="replace")):
        title, entry, stars = _parsed(quoted), _parsed(text), WHOLE_STARS.search(text)
        if entry is None and stars:  # cut off behind the stars
            entry = {"stars": _parsed(stars[1])}
        if title not in (None, "stars", "rated") and "\ufffd" not in title and entry is not None:
            entries[title] = entry
    return entries


def _parsed(text):
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _put_back(path, content):
    """Where a mended file could not be written, the damaged one goes back to its place."""
    for copy in path.parent.glob(f"{NAME}.damaged-*"):
        if not path.exists() and copy.read_bytes() == content:
            os.replace(copy, path)


def _damaged_copies():
    copies = sorted(copy.name for copy in home.folder().glob(f"{NAME}.damaged-*"))
    return [
        f"{NAME} was damaged. What could be read of it is used, and the damaged file is kept beside it as {name}: "
        "look whether something is missing, then delete that copy."
        for name in copies
    ]


def _counted(number):
    return f"{number} rating" if number == 1 else f"{number} ratings"


def _short(number):
    return reprlib.repr(number) if isinstance(number, int) and abs(number) > 10**9 else f"{number:g}"
