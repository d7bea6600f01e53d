"""The board: one results table, on which every lesson adds a row."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from course_lib import datasets, splits
from course_lib.baselines import BiasModel, GlobalMean, ItemMean, Popularity
from course_lib.comparison import choose
from course_lib.content_recommender import ContentRecommender
from course_lib.errors import DataError, UnknownId
from course_lib.intervals import mean_interval
from course_lib.measures import liked_in_top, star_error

BOARD_FILE = Path(__file__).resolve().parent.parent / "benchmarks" / "board.csv"
COLUMNS = ["model", "lesson", "measured", "value", "low", "high"]
LIKED = "liked films in the first 20"
STARS = ("RMSE", "MAE")


@dataclass(frozen=True)
class Entry:
    """What the board says about one model.

    Parameters
    ----------
    lesson : int
        The lesson that builds the model.
    model : Recommender
        Not fitted.
    measures : tuple of str
        Which measures make sense for it.
    grid : dict of str to list, default={}
        Values of hyperparameters to choose from, on the validation part of whatever data the board is made of.
    """

    lesson: int
    model: object
    measures: tuple
    grid: dict = field(default_factory=dict)


BOARD = {
    "Popularity": Entry(3, Popularity(), (LIKED,)),
    "ContentRecommender": Entry(3, ContentRecommender(), (LIKED,)),
    "GlobalMean": Entry(4, GlobalMean(), STARS),
    "ItemMean": Entry(4, ItemMean(), STARS),
    "BiasModel": Entry(4, BiasModel(), STARS),
}


def leaderboard(real_members=False):
    """Read the board: what each lesson's model reaches on the test part.

    Parameters
    ----------
    real_members : bool, default=False
        The same models and the same kind of split on ml-latest-small instead of the shipped data.

    Returns
    -------
    DataFrame
        model, lesson, measured, value, and between which bounds (low, high) it would lie with other members of
        the same kind: a bootstrap interval of 95 %.

    Raises
    ------
    DataError
        When the board has not been made.
    """
    file = BOARD_FILE.with_name("real.csv") if real_members else BOARD_FILE
    if not file.is_file():
        raise DataError(f"There is no {file}. Run make board and make real, or restore the file with git checkout.")
    return pd.read_csv(file)[COLUMNS]


def board_split(ratings):
    """Cut ratings as the board does: 60 % to learn from, 20 % to choose by, 20 % to test on, within each member.

    Parameters
    ----------
    ratings : Ratings

    Returns
    -------
    Split
    """
    return splits.within_users(ratings, validation=0.2, test=0.2, seed=0)


def board_row(name, data=None):
    """Compute what the board says about one model.

    Hyperparameters that the board leaves open are chosen on the validation part. The model is then fitted on
    training and validation part, and measured on the test part.

    Parameters
    ----------
    name : str
        The model's name, one of `BOARD`.
    data : Dataset, optional
        The shipped data when not given, as on the stored board.

    Returns
    -------
    DataFrame
        As `leaderboard`, one row a measure; ``attrs["model"]`` is the fitted model.

    Raises
    ------
    UnknownId
        When the board has no such model.
    """
    if name not in BOARD:
        raise UnknownId(f"The board has no model {name!r}. It has {', '.join(BOARD)}.")
    entry, split = BOARD[name], board_split((data or datasets.load("matinee")).ratings)
    chosen = choose(entry.model, split, entry.grid).attrs["best"] if entry.grid else {}
    model = type(entry.model)(**entry.model.get_params(deep=False) | chosen).fit(split.train_and_validation)
    rows = [(name, entry.lesson, measure, *_measured(model, split, measure)) for measure in entry.measures]
    row = pd.DataFrame(rows, columns=COLUMNS)
    row.attrs["model"] = model
    return row


def _measured(model, split, measure):
    if measure == LIKED:
        return mean_interval(liked_in_top(model, split, part="test"))
    return star_error(model, split, "test", measure)
