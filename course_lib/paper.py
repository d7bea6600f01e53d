"""The table on paper: six members, five films, secretly two tastes. The lessons on ratings all return to it."""

import numpy as np
import pandas as pd

from course_lib.ratings import Ratings

FILMS = pd.DataFrame(
    {"title": ["Alien (1979)", "Blade Runner (1982)", "Clueless (1995)", "Dirty Dancing (1987)", "Up (2009)"]},
    index=pd.Index([101, 102, 103, 104, 105], name="movieId"),
)
MEMBERS = pd.Index([1, 2, 3, 4, 5, 6], name="member")
_ = np.nan
TABLE = pd.DataFrame(
    [
        [5, 4, 1, _, 3],
        [4, 5, _, 2, 4],
        [_, 4, 2, 1, 3],
        [1, 2, 5, 4, 4],
        [2, _, 4, 5, _],
        [1, 1, _, 5, 4],
    ],
    index=MEMBERS,
    columns=["Alien", "Blade Runner", "Clueless", "Dirty Dancing", "Up"],
    dtype=float,
)
"""Stars; nan where there is no rating. Members 1-3 like the first two films, members 4-6 the next two."""
FULL = pd.DataFrame(
    [
        [5, 4, 1, 1, 3],
        [4, 5, 1, 2, 4],
        [5, 4, 2, 1, 3],
        [1, 2, 5, 4, 4],
        [2, 1, 4, 5, 3],
        [1, 1, 5, 5, 4],
    ],
    index=TABLE.index,
    columns=TABLE.columns,
    dtype=float,
)
"""The same table without holes."""
del _


def ratings(table=TABLE):
    """Return a table on paper as ratings.

    Parameters
    ----------
    table : DataFrame of shape (6, 5), default=TABLE
        Stars; nan where there is no rating.

    Returns
    -------
    Ratings
        Members 1-6, films 101-105; the ratings were made a day apart, row after row.
    """
    values = table.to_numpy()
    users, items = np.nonzero(~np.isnan(values))
    return Ratings.from_arrays(
        users,
        items,
        values[users, items],
        user_ids=MEMBERS.to_numpy(),
        films=FILMS,
        timestamps=1_000_000_000 + 86_400 * np.arange(len(users)),
    )
