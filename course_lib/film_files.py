"""Film tables that are read from text: titles with their years, and lists in a column."""

import re

import pandas as pd

from course_lib.errors import DataError
from course_lib.films import film_table
from course_lib.tables import read_names, read_table

LISTS = ("genres", "directors", "cast", "keywords", "tags")
NOTHING = ("(no genres listed)", "unknown", "")

# "(1995)", "(2006-2007)", "(2015- )", and "(1996) (V)" for a film that was made for video.
_YEAR = re.compile(r"\((\d{4})\s*(?:[-\u2013]\s*\d{0,4}\s*)?\)(?:\s*\([IVX]+\))?$")
_ARTICLES = "The|An|A|La|Les|Le|L'|Une|Un|El|Los|Las|Lo|Una|Il|Gli|I|Das|Der|Die|Den|Det|De|Eine|Ein|En|Da|Os|O"
# In "Matrix, The (": from the beginning or a bracket on what is in front, the article, a bracket or the end.
_ARTICLE_BEHIND = re.compile(rf"(^|\()((?:a\.k\.a\. )?)([^()]+), ({_ARTICLES})(?= ?[()]|$)")


def title_and_year(title):
    """Bring a title of MovieLens into the course's form, and find its year.

    An article that stands behind for sorting comes to the front, also in the alternative titles that some
    films have in brackets. These stay, and so does the year: a title names one film.

    Parameters
    ----------
    title : str
        "Matrix, The (1999)"

    Returns
    -------
    title : str
        "The Matrix (1999)"
    year : int or None
        1999, the first of "(2006-2007)"; None when the title has none.

    Examples
    --------
    >>> title_and_year("City of Lost Children, The (Cité des enfants perdus, La) (1995)")
    ('The City of Lost Children (La Cité des enfants perdus) (1995)', 1995)
    >>> title_and_year("Babylon 5")
    ('Babylon 5', None)
    """
    title = _ARTICLE_BEHIND.sub(_article_first, " ".join(title.split()))
    return title, year_of(title)


def year_of(title):
    """Find the year at the end of a title.

    Parameters
    ----------
    title : str
        "The Matrix (1999)"

    Returns
    -------
    int or None
        The first of "(2006-2007)"; None when there is none.
    """
    year = _YEAR.search(title)
    return int(year[1]) if year else None


def _article_first(found):
    bracket, also_known_as, title, article = found.groups()
    space = "" if article.endswith("'") else " "
    return f"{bracket}{also_known_as}{article}{space}{title}"


def whole_years(years):
    """Make a column of years: int64, or Int64 with gaps where a film has none.

    Parameters
    ----------
    years : sequence of int or None

    Returns
    -------
    Series
    """
    years = pd.Series(years, dtype="Int64")
    return years if years.hasnans else years.astype("int64")


def tuples(texts):
    """Split lists that are written as "Action|Drama".

    Parameters
    ----------
    texts : iterable of str

    Returns
    -------
    list of tuple of str
        Empty for nothing, and for the words that MovieLens has for it.
    """
    return [() if text in NOTHING else tuple(text.split("|")) for text in texts]


def read_films(path, catalog, remedy):
    """Read a film table that is a CSV with "|" between several values.

    Parameters
    ----------
    path : Path
        With movieId and title, and what else there is: year, genres, directors, cast, keywords, tags.
    catalog : str
        What error sentences call the table.
    remedy : str
        What to do about a bad line.

    Returns
    -------
    Films
        Where the file has no year, it is taken from the titles.

    Raises
    ------
    DataError
        When the file cannot be read; the message names it.
    """
    there = read_names(path)
    texts = ("title", "franchise", *LISTS)
    films = read_table(path, {name: str if name in texts else None for name in there}, remedy=remedy)
    for name in set(LISTS) & set(there):
        films[name] = tuples(films[name].tolist())
    if "year" in there:
        films["year"] = explained(path, whole_years, films["year"])
    elif "title" in there:
        films.insert(films.columns.get_loc("title") + 1, "year", whole_years(map(year_of, films["title"])))
    return explained(path, film_table, films, catalog)


def explained(path, make, *arguments, **options):
    """Call a function; where it cannot use what is in a file, name the file.

    Parameters
    ----------
    path : Path
        The file.
    make : callable
        Called with the other arguments.

    Returns
    -------
    object
        What `make` returns.

    Raises
    ------
    DataError
        What `make` raised, with the file's name in front.
    """
    try:
        return make(*arguments, **options)
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
