"""The file formats in which GroupLens has published MovieLens.

===========================  =======================  ========================  =======================================
data sets                    ratings                  films                     text
===========================  =======================  ========================  =======================================
ml-100k                      ``u.data``, tabs         ``u.item``, genre flags   latin-1
ml-1m                        ``ratings.dat``, ``::``  ``movies.dat``, ``::``    latin-1
ml-10m                       ``ratings.dat``, ``::``  ``movies.dat``, ``::``    UTF-8
ml-latest-small, 20m to 32m  ``ratings.csv``          ``movies.csv``            UTF-8, a line of names
===========================  =======================  ========================  =======================================

References
----------
Harper & Konstan (2015), "The MovieLens Datasets: History and Context", ACM TiiS 5, 4.
"""

import re
from dataclasses import dataclass

import pandas as pd

from course_lib.errors import DataError
from course_lib.films import film_table
from course_lib.ratings import Ratings
from course_lib.tables import GET_AGAIN, read_table

RATING_COLUMNS = {"userId": "int32", "movieId": "int32", "rating": "float32", "timestamp": "int64"}
NO_GENRES = ("(no genres listed)", "unknown", "")

# "(1995)", "(2006-2007)", "(2015- )", and "(1996) (V)" for a film that was made for video.
_YEAR = re.compile(r"\((\d{4})\s*(?:[-\u2013]\s*\d{0,4}\s*)?\)(?:\s*\([IVX]+\))?$")
_ARTICLES = (
    "The|An|A|La|Les|Le|L'|Une|Un|El|Los|Las|Lo|Una|Il|Gli|I|Das|Der|Die|Den|Det|De|Eine|Ein|En|Da|Os|O"
)
# "Matrix, The (": what stands in front, from the beginning or a bracket on, then the article, then a bracket or the end.
_ARTICLE_BEHIND = re.compile(rf"(^|\()((?:a\.k\.a\. )?)([^()]+), ({_ARTICLES})(?=\s*[()]|\s*$)")


def title_and_year(title):
    """Bring a title of MovieLens into the course's form, and find its year.

    An article that stands behind for sorting comes to the front, also in the alternative titles that some films have
    in brackets. These stay, and so does the year: a title names one film.

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
    title = _ARTICLE_BEHIND.sub(_article_first, title.strip())
    year = _YEAR.search(title)
    return title, int(year[1]) if year else None


def _article_first(found):
    bracket, also_known_as, title, article = found.groups()
    space = "" if article.endswith("'") else " "
    return f"{bracket}{also_known_as}{article}{space}{title}"


@dataclass(frozen=True)
class MovieLensFiles:
    """One of the formats, and how to read it.

    Parameters
    ----------
    ratings, movies : str
        File names.
    separator : str, default=","
    encoding : str, default="utf-8"
    genres : str, default=None
        The file that names the genre flags of `movies`.
    tags : str, default=None
        The file of members' tags, read where it is there: each film then has its tags, the most used ones first.
    """

    ratings: str
    movies: str
    separator: str = ","
    encoding: str = "utf-8"
    genres: str | None = None
    tags: str | None = None

    @property
    def wanted(self):
        """File names to unpack from an archive; README files hold the licence."""
        names = (self.movies, self.genres, self.tags, "README*", self.ratings)
        return tuple(name for name in names if name)

    def missing(self, folder):
        """List what a folder lacks to be this data set."""
        needed = (self.ratings, self.movies, self.genres)
        return [name for name in needed if name and not (folder / name).is_file()]

    def sources(self, folder):
        """List the files that the ratings are parsed from; a changed film table counts too."""
        return [folder / self.ratings, folder / self.movies]

    def read_films(self, folder, catalog):
        """Read the film table.

        Parameters
        ----------
        folder : Path
        catalog : str
            The data set's name.

        Returns
        -------
        Films
            title, year, genres and, where there is a file of tags, tags; the last two are tuples of str.

        Raises
        ------
        DataError
            When a file cannot be read.
        """
        rows = self._read_flags(folder) if self.genres else self._read_movies(folder)
        titles, years = zip(*map(title_and_year, rows["title"]), strict=True)
        films = pd.DataFrame({"movieId": rows["movieId"], "title": titles, "year": whole_years(years)})
        films["genres"] = _tuples(rows["genres"])
        if self.tags and (folder / self.tags).is_file():
            films["tags"] = self._read_tags(folder, films["movieId"])
        try:
            return film_table(films, catalog)
        except DataError as error:
            raise DataError(f"{folder / self.movies}: {error}") from error

    def read_ratings(self, folder, films, scale, columns):
        """Read the ratings and hand them over as index arrays.

        Parameters
        ----------
        folder : Path
        films : Films
        scale : (lowest, highest)
            Stars.
        columns : object
            As `storage.parsed` gives it; gets users, items, values, timestamps and user_ids.

        Raises
        ------
        DataError
            When the file cannot be read; the sentence names the line.
        """
        path = folder / self.ratings
        _refuse_cut_off(path)
        frame = read_table(
            path,
            RATING_COLUMNS,
            separator=self.separator,
            names=None if self.separator == "," else list(RATING_COLUMNS),
            bounds={"rating": scale},
        )
        try:
            ratings = Ratings.from_frame(frame, films, scale=scale)
        except DataError as error:
            raise DataError(f"{path}: {error}") from error
        columns.append(
            users=ratings.users,
            items=ratings.items,
            values=ratings.values,
            timestamps=ratings.timestamps,
            user_ids=ratings.user_ids,
        )

    def _read_movies(self, folder):
        path = folder / self.movies
        if self.separator == ",":
            return read_table(path, {"movieId": "int64", "title": str, "genres": str})
        rows = []
        for number, line in enumerate(_lines(path, self.encoding), 1):
            movie, _, rest = line.partition("::")
            title, separator, genres = rest.rpartition("::")
            if not separator or not movie.isdecimal():
                raise DataError(f"{path}, line {number}: {line!r} is not id::title::genres. {GET_AGAIN}")
            rows.append((int(movie), title, genres))
        return _as_table(path, rows)

    def _read_flags(self, folder):
        genres = [line.partition("|")[0] for line in _lines(folder / self.genres, self.encoding)]
        path = folder / self.movies
        rows = []
        for number, line in enumerate(_lines(path, self.encoding), 1):
            movie, *fields = line.split("|")
            if len(fields) != 4 + len(genres) or not movie.isdecimal():
                raise DataError(
                    f"{path}, line {number}: {len(fields) + 1} values instead of {5 + len(genres)} (id, title, two "
                    f"dates, an address and {len(genres)} genre flags). {GET_AGAIN}"
                )
            of_film = (genre for genre, flag in zip(genres, fields[4:], strict=True) if flag == "1")
            rows.append((int(movie), fields[0], "|".join(of_film)))
        return _as_table(path, rows)

    def _read_tags(self, folder, movie_ids):
        tags = read_table(folder / self.tags, {"movieId": "int64", "tag": str})
        tags["tag"] = tags["tag"].str.strip().str.lower()
        counts = tags.groupby(["movieId", "tag"]).size().reset_index(name="count")
        counts = counts.sort_values(["count", "tag"], ascending=[False, True])
        of_film = counts.groupby("movieId")["tag"].agg(tuple).to_dict()
        return [of_film.get(movie, ()) for movie in movie_ids]


CSV = MovieLensFiles("ratings.csv", "movies.csv")
CSV_WITH_TAGS = MovieLensFiles("ratings.csv", "movies.csv", tags="tags.csv")
DAT = MovieLensFiles("ratings.dat", "movies.dat", separator="::", encoding="utf-8")
DAT_LATIN_1 = MovieLensFiles("ratings.dat", "movies.dat", separator="::", encoding="latin-1")
TABS = MovieLensFiles("u.data", "u.item", separator="\t", encoding="latin-1", genres="u.genre")


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


def _tuples(texts):
    return [() if text in NO_GENRES else tuple(text.split("|")) for text in texts]


def _as_table(path, rows):
    if not rows:
        raise DataError(f"{path} is empty. {GET_AGAIN}")
    return pd.DataFrame(rows, columns=["movieId", "title", "genres"])


def _lines(path, encoding):
    """Return the lines of a small text file that hold something."""
    try:
        text = path.read_text(encoding=encoding)
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no text in {encoding}. {GET_AGAIN}") from error
    return [line for line in text.split("\n") if line.strip()]


def _refuse_cut_off(path):
    """Refuse a published file whose last line does not end: what is there may look like a shorter number."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 1, 0))
        last = file.read(1)
    if last not in (b"\n", b""):
        with open(path, "rb") as file:
            number = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) + 1
        raise DataError(f"{path} stops in the middle of line {number}: it was cut off. {GET_AGAIN}")
