"""The file formats in which GroupLens has published MovieLens.

======================  ======================  ======================  ======================
data sets               ratings                 films                   text
======================  ======================  ======================  ======================
ml-100k                 u.data, tabs            u.item, genre flags     latin-1
ml-1m                   ratings.dat, "::"       movies.dat, "::"        latin-1
ml-10m                  ratings.dat, "::"       movies.dat, "::"        UTF-8
latest-small, 20m-32m   ratings.csv             movies.csv              UTF-8, a line of names
======================  ======================  ======================  ======================

References
----------
Harper & Konstan (2015), "The MovieLens Datasets: History and Context", ACM TiiS 5, 4.
"""

from dataclasses import dataclass

import pandas as pd

from course_lib.errors import DataError
from course_lib.film_files import explained, title_and_year, tuples, whole_years
from course_lib.films import film_table
from course_lib.ratings import Ratings
from course_lib.tables import GET_AGAIN, read_table

RATING_COLUMNS = {"userId": "int32", "movieId": "int32", "rating": "float32", "timestamp": "int64"}


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
        The file of members' tags, read where it is there: each film then has its tags, the most used ones
        first.
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
        _refuse_cut_off(folder / self.movies)
        rows = self._read_flags(folder) if self.genres else self._read_movies(folder)
        titles, years = zip(*map(title_and_year, rows["title"].tolist()), strict=True)
        films = pd.DataFrame({"movieId": rows["movieId"], "title": titles, "year": whole_years(years)})
        films["genres"] = tuples(rows["genres"].tolist())
        if self.tags and (folder / self.tags).is_file():
            films["tags"] = self._read_tags(folder, films["movieId"])
        return explained(folder / self.movies, film_table, films, catalog)

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
        ratings = explained(path, Ratings.from_frame, frame, films, scale=scale)
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
        for number, line in _lines(path, self.encoding):
            movie, _, rest = line.partition("::")
            title, separator, genres = rest.rpartition("::")
            if not separator or not movie.isdecimal():
                raise DataError(f"{path}, line {number}: {line!r} is not id::title::genres. {GET_AGAIN}")
            rows.append((int(movie), title, genres))
        return _as_table(path, rows)

    def _read_flags(self, folder):
        genres = [line.partition("|")[0] for _, line in _lines(folder / self.genres, self.encoding)]
        path = folder / self.movies
        rows = []
        for number, line in _lines(path, self.encoding):
            movie, *fields = line.split("|")
            if len(fields) != 4 + len(genres) or not movie.isdecimal():
                raise DataError(
                    f"{path}, line {number}: {len(fields) + 1} values instead of {5 + len(genres)} (id, "
                    f"title, two dates, an address and {len(genres)} genre flags). {GET_AGAIN}"
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


def _as_table(path, rows):
    if not rows:
        raise DataError(f"{path} is empty. {GET_AGAIN}")
    return pd.DataFrame(rows, columns=["movieId", "title", "genres"])


def _lines(path, encoding):
    """Return the lines of a small text file that hold something, with their numbers."""
    try:
        text = path.read_text(encoding=encoding)
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no text in {encoding}. {GET_AGAIN}") from error
    # Not splitlines(), which also splits at characters that a latin-1 title may have.
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


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
