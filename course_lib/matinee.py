"""The data set that ships: real films, simulated members, and the truth behind them, made again when asked for."""

import functools
from pathlib import Path

from course_lib.errors import DataError
from course_lib.film_files import explained, read_films
from course_lib.movielens import RATING_COLUMNS
from course_lib.published import Card
from course_lib.ratings import Ratings
from course_lib.tables import read_table

SHIPPED = Path(__file__).resolve().parent.parent / "datasets" / "matinee"
GET_COURSE_AGAIN = "Restore the file with git checkout, or get the course again."
FILES = ("films.csv", "ratings.csv", "opened.csv")
CARD = Card(
    "Real films, and members simulated by course_lib.simulate: nobody gave these ratings.",
    "CC BY 4.0, as the course: see LICENSE-CONTENT.",
    url="datasets/matinee/README.md",
)


OF_RATINGS = ("floor", "floor_day_known", "uniform_test", "floor_uniform")
"""What the truth can only tell when everybody has watched and rated again."""


class SimulatedTruth:
    """What the simulator knows about its members and films: `course_lib.simulate.truth.Truth`, made when first used.

    It takes three seconds to let everybody watch and rate again, for `OF_RATINGS`; films and members alone are there
    at once, and a lesson that never asks does not wait at all.
    """

    def __bool__(self):
        return True

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(world().truth if name in OF_RATINGS else _nobody_rated(), name)

    def __dir__(self):
        return [name for name in dir(_nobody_rated()) if not name.startswith("_")]

    def __repr__(self):
        return "SimulatedTruth(): what no real data set knows. See course_lib/simulate/truth.py"


@functools.lru_cache(maxsize=1)
def world():
    """Simulate the shipped data again, truth and all.

    Returns
    -------
    course_lib.simulate.truth.World
    """
    from course_lib.simulate import simulate

    return simulate(_catalogue())


@functools.lru_cache(maxsize=1)
def _nobody_rated():
    """Make films and members again, without `OF_RATINGS`."""
    from course_lib.simulate.truth import Truth
    from course_lib.simulate.world import SEED, inhabit

    films, members, law = inhabit(_catalogue(), SEED)
    return Truth(films=films, members=members, law=law, seed=SEED, **dict.fromkeys(OF_RATINGS))


def _catalogue():
    return read_films(SHIPPED / "films.csv", "matinee", GET_COURSE_AGAIN).reset_index()


def ratings_of(folder):
    """Read the shipped ratings and films.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Ratings

    Raises
    ------
    DataError
        When a file is missing or damaged.
    """
    for name in FILES:
        if not (folder / name).is_file():
            raise DataError(f"The shipped data is not complete: there is no {folder / name}. {GET_COURSE_AGAIN}")
    films = read_films(folder / "films.csv", "matinee", GET_COURSE_AGAIN)
    path = folder / "ratings.csv"
    columns, bounds = RATING_COLUMNS | {"watched": "float32"}, {"rating": (0.5, 5.0), "watched": (0.0, 1.0)}
    frame = read_table(path, columns, bounds=bounds, remedy=GET_COURSE_AGAIN)
    return explained(path, Ratings.from_frame, frame, films, note="simulated members")


def opened_of(folder):
    """Read which films were opened and not rated.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    DataFrame
        userId, movieId, watched (share of the film, from 0 to 1).

    Raises
    ------
    DataError
        When the file is damaged.
    """
    columns = {"userId": "int64", "movieId": "int64", "watched": "float32"}
    return read_table(folder / "opened.csv", columns, bounds={"watched": (0.0, 1.0)}, remedy=GET_COURSE_AGAIN)
