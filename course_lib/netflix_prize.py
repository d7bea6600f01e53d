"""The files of the Netflix Prize: 100 million ratings, read block by block.

The ratings come film by film: a line "1:" names the film, then each line is "member,stars,date". They were
published as one file a film (``training_set/mv_0000001.txt``), and are often passed on as four large ones
(``combined_data_1.txt``). Any of these files make a data set: with the first large one alone there are 24
million ratings.

References
----------
Bennett & Lanning (2007), "The Netflix Prize", KDD Cup and Workshop.
"""

import datetime
import io
import re
import warnings

import numpy as np
import pandas as pd

from course_lib.errors import DataError
from course_lib.film_files import explained, whole_years
from course_lib.films import film_table
from course_lib.tables import GET_AGAIN

BLOCK_BYTES = 16_000_000  # of text at a time; parsing takes about ten times that much memory
LARGEST_USER_ID = 2_649_429  # as the README of the data says
_FIELDS = {"user": "int32", "rating": "int8", "year": "int16", "month": "int8", "day": "int8"}
_LINE = re.compile(rb"(\d+):|(\d+),([1-5]),(\d{4})-(\d\d)-(\d\d)")

# Days from 1970-01-01 to the first of each month, from 1970 on.
_MONTHS = np.arange("1970-01", "2071-01", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64)


class NetflixPrizeFiles:
    """The format, and how to read it; the counterpart of `movielens.MovieLensFiles`."""

    movies = "movie_titles.csv"
    wanted = ("movie_titles.csv", "README*", "combined_data_*.txt", "training_set/mv_*.txt")

    def missing(self, folder):
        """List what a folder lacks to be this data set."""
        titles = [] if (folder / self.movies).is_file() else [self.movies]
        return titles if _rating_files(folder) else [*titles, "combined_data_1.txt (or training_set)"]

    def sources(self, folder):
        """List the files that the ratings are parsed from; a changed film table counts too."""
        return [*_rating_files(folder), folder / self.movies]

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
            title with the year in brackets, as MovieLens has it, and year.

        Raises
        ------
        DataError
            When a line is not "id,year,title".
        """
        path = folder / self.movies
        rows = []
        for number, line in enumerate(path.read_text(encoding="latin-1").split("\n"), 1):
            if not line.strip():
                continue
            movie, _, rest = line.partition(",")
            year, comma, title = rest.partition(",")  # a title may have commas itself
            if not comma or not movie.isdecimal() or not (year.isdecimal() or year == "NULL"):
                raise DataError(f"{path}, line {number}: {line[:80]!r} is not id,year,title. {GET_AGAIN}")
            known = None if year == "NULL" else int(year)
            rows.append((int(movie), title.strip() if known is None else f"{title.strip()} ({year})", known))
        if not rows:
            raise DataError(f"{path} is empty. {GET_AGAIN}")
        ids, titles, years = zip(*rows, strict=True)
        films = pd.DataFrame({"movieId": ids, "title": titles, "year": whole_years(years)})
        return explained(path, film_table, films, catalog)

    def read_ratings(self, folder, films, scale, columns):
        """Read the ratings and hand them over as index arrays, a block at a time.

        Parameters
        ----------
        folder : Path
        films : Films
        scale : (lowest, highest)
            Stars; the lines are checked for 1 to 5 in any case.
        columns : object
            As `storage.parsed` gives it; gets users, items, values, timestamps and user_ids.

        Raises
        ------
        DataError
            When a line cannot be read; the sentence names it.
        """
        seen = np.zeros(LARGEST_USER_ID + 1, dtype=bool)
        item = -1
        for segments in _blocks(_rating_files(folder), BLOCK_BYTES):
            text = b"".join(segment for _, _, segment in segments)
            frame = _fields(text)
            if frame is None:
                raise DataError(_first_fault(segments))
            is_film = frame["year"].to_numpy() == 0
            movies = frame["user"].to_numpy()[is_film]
            items = films.index.get_indexer(movies).astype(np.int32)
            if (items < 0).any():
                movie = movies[items < 0][0]
                raise DataError(f"{folder} has ratings of film {movie}, which {self.movies} does not have. {GET_AGAIN}")
            # Each row has the film of the last film line above it; the first ones that of the block before.
            of_rows = np.concatenate(([item], items)).astype(np.int32)[np.cumsum(is_film)]
            item = of_rows[-1]
            ratings = frame[~is_film]
            users = ratings["user"].to_numpy()
            seen[users] = True
            columns.append(
                users=users,
                items=of_rows[~is_film],
                values=ratings["rating"].to_numpy().astype(np.float32),
                timestamps=_days(ratings) * 86_400,
            )
        if not seen.any():
            raise DataError(f"The rating files in {folder} have no ratings. {GET_AGAIN}")
        position = np.cumsum(seen, dtype=np.int32) - 1
        columns.rewrite("users", position.__getitem__)
        columns.append(user_ids=np.flatnonzero(seen).astype(np.int64))


def _rating_files(folder):
    return sorted(folder.glob("combined_data_*.txt")) or sorted((folder / "training_set").glob("mv_*.txt"))


def _blocks(paths, size):
    """Cut files into blocks of whole lines; a block is a list of (path, number of the first line, bytes).

    Small files share a block: reading 17,770 tables would cost more than what is in them.
    """
    block, length = [], 0
    for path in paths:
        first_line, rest = 1, b""
        with open(path, "rb") as file:
            while True:
                read = file.read(size)
                text, rest = _whole_lines(rest + read, at_end=len(read) < size)
                if first_line == 1 and text and not text.partition(b"\n")[0].rstrip().endswith(b":"):
                    raise DataError(f"{path} does not begin with a film's line, such as '1:'. {GET_AGAIN}")
                if text:
                    block.append((path, first_line, text))
                    first_line += text.count(b"\n")
                    length += len(text)
                if length >= size:
                    yield block
                    block, length = [], 0
                if len(read) < size:
                    break
    if block:
        yield block


def _whole_lines(text, at_end):
    if at_end:
        return (text if text.endswith(b"\n") or not text else text + b"\n"), b""
    cut = text.rfind(b"\n") + 1
    return text[:cut], text[cut:]


def _fields(text):
    """Split lines into numbers, a film's line as (film, 0, 0, 0, 0); None when one of them is wrong.

    The C parser takes all lines alike, as five whole numbers, once the signs of dates and films are commas.
    """
    commas = text.replace(b"-", b",").replace(b":", b",0,0,0,0")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # a line that is too long
            frame = pd.read_csv(io.BytesIO(commas), names=list(_FIELDS), dtype=_FIELDS, index_col=False)
    except (ValueError, OverflowError, pd.errors.ParserWarning):
        return None
    is_film = frame["year"] == 0
    ratings = frame[~is_film]
    sound = (
        is_film.sum() == text.count(b":")
        and text.count(b"-") == text.count(b",") == 2 * len(ratings)
        and ratings["rating"].between(1, 5).all()
        and ratings["year"].between(1970, 2069).all()
        and ratings["month"].between(1, 12).all()
        and ratings["user"].between(0, LARGEST_USER_ID).all()
    )
    if not sound:
        return None
    month = _month(ratings)
    in_month = ratings["day"].between(1, _MONTHS[month + 1] - _MONTHS[month])
    return frame if in_month.all() else None


def _month(ratings):
    return (ratings["year"].to_numpy().astype(np.int64) - 1970) * 12 + ratings["month"].to_numpy() - 1


def _days(ratings):
    """Return the days since 1970 of columns year, month, day."""
    return _MONTHS[_month(ratings)] + ratings["day"].to_numpy() - 1


def _first_fault(segments):
    """Return a sentence on the first line that is no rating and no film."""
    for path, first_line, text in segments:
        for number, line in enumerate(text.splitlines(), first_line):
            fault = line.strip() and _fault(line)
            if fault:
                return f"{path}, line {number}: {line.decode('latin-1')!r} {fault}. {GET_AGAIN}"
    return f"{segments[0][0]} cannot be read as ratings. {GET_AGAIN}"


def _fault(line):
    found = _LINE.fullmatch(line)
    if not found:
        return "is not member,stars,year-month-day with 1 to 5 stars (a file that was cut off ends like that)"
    if found[1] is None:
        if int(found[2]) > LARGEST_USER_ID:
            return f"names a member beyond {LARGEST_USER_ID}"
        try:
            datetime.date(*map(int, found.groups()[3:]))
        except ValueError:
            return "has a date that is in no calendar"
    return None
