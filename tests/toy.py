"""Small ratings, made by hand, whose answers can be checked on paper."""

import numpy as np
import pandas as pd
from hypothesis import settings

from course_lib import paper as table_on_paper
from course_lib.ratings import Ratings

HOLE = np.nan
quick = settings(max_examples=40, deadline=None)  # a busy machine is not a failure
FILMS = table_on_paper.FILMS
PAPER = table_on_paper.TABLE.to_numpy()


def from_matrix(matrix, films=FILMS, user_ids=None, timestamps=True):
    """Ratings from a table with holes; member 1 is the first row, and times count up row after row."""
    users, items = np.nonzero(~np.isnan(matrix))
    times = 1_000_000_000 + 86_400 * np.arange(len(users)) if timestamps else None
    return Ratings.from_arrays(
        users,
        items,
        matrix[users, items],
        user_ids=np.arange(1, len(matrix) + 1) if user_ids is None else user_ids,
        films=films,
        timestamps=times,
    )


paper = table_on_paper.ratings


def table(**columns):
    """A table of three ratings that is all right, with some columns replaced."""
    right = {
        "userId": [1, 1, 2],
        "movieId": [10, 20, 10],
        "rating": [4.0, 3.5, 5.0],
        "timestamp": [100, 200, 300],
    }
    return pd.DataFrame(right | columns)


def random_ratings(n_users=30, n_items=20, density=0.4, seed=0, text_ids=False):
    """Ratings in half stars of films that have all the columns there are.

    The last member and the last film have no ratings where the density leaves room for that.
    """
    rng = np.random.default_rng(seed)
    matrix = rng.integers(1, 11, size=(n_users, n_items)) / 2
    matrix[rng.random(matrix.shape) > density] = HOLE
    if density < 1:
        matrix[-1], matrix[:, -1] = HOLE, HOLE
    films = pd.DataFrame({"title": [f"Film {k} ({1990 + k})" for k in range(n_items)]}, index=range(10, 10 + n_items))
    films["year"] = 1990 + np.arange(n_items)
    for column, words in WORDS.items():
        films[column] = [tuple(rng.choice(words, size=2, replace=False).tolist()) for _ in range(n_items)]
    user_ids = None
    if text_ids:
        films.index = "film " + films.index.astype(str)
        user_ids = np.array([f"member {k:03}" for k in range(n_users)], dtype=object)
    return from_matrix(matrix, films=films, user_ids=user_ids)


WORDS = {
    "genres": ["Action", "Comedy", "Drama", "Sci-Fi"],
    "directors": ["Ana Lily", "Bong", "Campion"],
    "cast": ["Ford", "Gong", "Hunt", "Irons", "Jolie"],
    "keywords": ["space", "dance", "school", "heist", "road"],
}
