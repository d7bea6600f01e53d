"""The board: one results table, on which every lesson adds a row."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from course_lib import datasets, splits
from course_lib.autoencoder import AutoRec, DenoisingAutoencoder
from course_lib.baselines import BiasModel, GlobalMean, ItemMean, Popularity
from course_lib.comparison import choose
from course_lib.content_recommender import ContentRecommender
from course_lib.embeddings import EmbeddingFactorization
from course_lib.errors import DataError, UnknownId
from course_lib.factorization import MatrixFactorization
from course_lib.implicit import ImplicitALS
from course_lib.intervals import mean_interval
from course_lib.linear import EASE
from course_lib.list_measures import member_measures
from course_lib.measures import liked_in_top, star_error
from course_lib.multvae import MultVAE
from course_lib.neighbors import ItemKNN
from course_lib.neural import GMF, NeuMF
from course_lib.pairs import BPR
from course_lib.svd import FilledSVD, SoftImpute

BOARD_FILE = Path(__file__).resolve().parent.parent / "benchmarks" / "board.csv"
COLUMNS = ["model", "lesson", "measured", "value", "low", "high"]
LIKED, NDCG = "liked films in the first 20", "NDCG of the first 20"
STARS, LISTS = ("RMSE", "MAE"), (LIKED, NDCG)
BOTH = (*STARS, *LISTS)


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
        Values of hyperparameters to choose from, on the validation part of whatever data the board is made of: by
        the RMSE where the model predicts stars, else by the NDCG.
    liked_only : bool, default=False
        Whether the model learns from liked films alone (the others still count as seen).
    """

    lesson: int
    model: object
    measures: tuple
    grid: dict = field(default_factory=dict)
    liked_only: bool = False


BOARD = {
    "Popularity": Entry(3, Popularity(), LISTS),
    "ContentRecommender": Entry(3, ContentRecommender(), LISTS),
    "GlobalMean": Entry(4, GlobalMean(), STARS),
    "ItemMean": Entry(4, ItemMean(), BOTH, {"damping": [2, 5, 10, 25]}),
    "BiasModel": Entry(4, BiasModel(), BOTH, {"damping": [1, 2, 5, 10, 25]}),
    "ItemKNN": Entry(
        5, ItemKNN(), BOTH, {"similarity": ["pearson_baseline", "adjusted_cosine"], "n_neighbors": [20, 40]}
    ),
    "FilledSVD, zeros": Entry(7, FilledSVD(fill="zero"), BOTH, {"n_factors": [5, 8, 16]}),
    "FilledSVD": Entry(7, FilledSVD(), BOTH, {"n_factors": [5, 8, 16]}),
    "SoftImpute": Entry(7, SoftImpute(), BOTH, {"n_factors": [5, 8], "regularization": [8.0, 14.0]}),
    "MatrixFactorization": Entry(
        8, MatrixFactorization(), BOTH, {"n_factors": [5, 50], "regularization": [0.08, 0.12]}
    ),
    "ImplicitALS": Entry(
        10,
        ImplicitALS(),
        LISTS,
        {"n_factors": [8, 32, 64], "alpha": [5, 10], "regularization": [20, 50]},
        liked_only=True,
    ),
    "BPR": Entry(
        11,
        BPR(regularization=0.05),
        LISTS,
        {"n_factors": [8, 64], "negatives": ["uniform", "popularity"], "n_epochs": [30, 100]},
        liked_only=True,
    ),
    "EASE": Entry(12, EASE(), LISTS, {"regularization": [100, 200, 500, 1000, 2000]}, liked_only=True),
    "EmbeddingFactorization": Entry(
        14, EmbeddingFactorization(), BOTH, {"n_factors": [5, 50], "regularization": [0.08, 0.12]}
    ),
    "GMF": Entry(16, GMF(), LISTS, {"n_factors": [16, 32], "n_epochs": [20, 40]}, liked_only=True),
    "NeuMF": Entry(16, NeuMF(), LISTS, {"regularization": [0.0001, 0.0003], "n_epochs": [8, 20]}, liked_only=True),
    "AutoRec": Entry(17, AutoRec(), BOTH, {"n_hidden": [16, 32, 64]}),
    "DenoisingAutoencoder": Entry(
        17, DenoisingAutoencoder(), LISTS, {"n_hidden": [64, 200], "regularization": [0.003, 0.01]}, liked_only=True
    ),
    "MultVAE": Entry(17, MultVAE(), LISTS, {"n_hidden": [64, 200], "n_factors": [16, 64]}, liked_only=True),
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


def board_row(name, data=None, chosen=None):
    """Compute what the board says about one model.

    Hyperparameters that the board leaves open are chosen on the validation part. The model is then fitted on
    training and validation part, and measured on the test part.

    Parameters
    ----------
    name : str
        The model's name, one of `BOARD`.
    data : Dataset, optional
        The shipped data when not given, as on the stored board.
    chosen : dict of str to object, optional
        What was chosen from the grid before, where choosing again would take too long.

    Returns
    -------
    DataFrame
        As `leaderboard`, one row a measure; ``attrs["model"]`` is the fitted model.

    Raises
    ------
    UnknownId
        When the board has no such model.
    DataError
        When `chosen` is not from the grid.
    """
    if name not in BOARD:
        raise UnknownId(f"The board has no model {name!r}. It has {', '.join(BOARD)}.")
    entry, split = BOARD[name], board_split((data or datasets.load("matinee")).ratings)
    by = "RMSE" if entry.model.predicts_stars else "NDCG"
    if chosen is None:
        chosen = choose(entry.model, split, entry.grid, by, entry.liked_only).attrs["best"] if entry.grid else {}
    elif chosen.keys() != entry.grid.keys() or any(value not in entry.grid[key] for key, value in chosen.items()):
        raise DataError(f"The board chooses {name} from {entry.grid}, and {chosen} is not among these settings.")
    known = split.train_and_validation.liked() if entry.liked_only else split.train_and_validation
    model = type(entry.model)(**entry.model.get_params(deep=False) | chosen).fit(known)
    rows = [(name, entry.lesson, measure, *_measured(model, split, measure)) for measure in entry.measures]
    row = pd.DataFrame(rows, columns=COLUMNS)
    row.attrs["model"] = model
    return row


def _measured(model, split, measure):
    if measure == LIKED:
        return mean_interval(liked_in_top(model, split, part="test"))
    if measure == NDCG:
        return mean_interval(member_measures(model, split, part="test", measures=("ndcg",))["ndcg"])
    return star_error(model, split, "test", measure)
