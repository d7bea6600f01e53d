"""The questions of lesson 01, ratings."""

import numpy as np
import pandas as pd
from scipy import sparse

from course_lib.checks import Choice, Fix, Function, Value
from course_lib.checks.same import close, exactly, table

HOLE = np.nan
OPINIONS = {10: [4, 4, 4.5, 4], 20: [1, 5, 0.5, 5], 30: [2, 2.5, 2], 40: [0.5, 5], 50: [5, 4, 5, 3, 4.5]}
OUTLIERS = {10: [2, 4, 2, 4, 2, 4], 20: [3, 3, 3, 3, 0.5, 5]}  # where the mean distance from the mean picks 10
PAIR = ["userId", "movieId"]
PAPER = [[5, 4, 1, HOLE, 3], [4, 5, HOLE, 2, 4], [HOLE, 4, 2, 1, 3], [1, 2, 5, 4, 4]]
"""Four of the six members of the table on paper."""


def ratings_of(opinions):
    """Make a table of ratings from the stars that each film got, from members 1, 2, 3 and so on."""
    rows = [(user, film, stars) for film, given in opinions.items() for user, stars in enumerate(given, start=1)]
    return pd.DataFrame(rows, columns=[*PAIR, "rating"])


def some_opinions(rng):
    """Draw ratings of eight films: one divides its raters, one has too few of them, the others are mild."""
    films = 10 * (1 + rng.permutation(8))
    opinions = {int(film): rng.choice([3.0, 3.5, 4.0], size=rng.integers(6, 12)) for film in films[:6]}
    opinions |= {int(films[6]): rng.permutation([0.5, 5.0] * 4), int(films[7]): [0.5, 5.0, 5.0, 0.5]}
    return ratings_of(opinions), 5


def spread(frame, at_least):
    """Return the standard deviation of each film with enough ratings."""
    given = frame.groupby("movieId")["rating"]
    return given.std()[given.size() >= at_least]


def spread_at_a_time(frame, at_least):
    """Find the most polarising film without pandas' groupby."""
    spreads = {}
    for film in set(frame["movieId"]):
        stars = frame.loc[frame["movieId"] == film, "rating"].to_numpy()
        if len(stars) >= at_least:
            spreads[film] = np.std(stars)
    return max(spreads, key=spreads.get)


def some_cells(rng):
    """Draw a few different cells of a table of 7 members and 9 films."""
    members, films = np.divmod(rng.choice(63, size=12, replace=False), 9)
    return members, films, 7, 9


def rows_of(*rows):
    """Make a table of ratings from rows: userId, movieId, rating, timestamp."""
    return pd.DataFrame(rows, columns=[*PAIR, "rating", "timestamp"])


DIRTY = rows_of(
    (1, 10, 4.0, 100), (1, 20, 3.5, 90), (1, 20, 2.0, 50), (2, 10, 5.5, 60), (2, 20, 0.0, 70), (2, 30, 5.0, 80),
    (3, 10, 2.0, 10), (3, 10, 9.0, 40), (3, 20, 3.7, 30), (3, 30, 1.0, 35), (3, 30, 1.0, 35), (4, 10, 0.5, 5),
)  # fmt: skip


def some_dirt(rng):
    """Draw a table with pairs that occur twice and with ratings that nobody can give."""
    n = 40
    frame = {"userId": rng.integers(1, 5, n), "movieId": 10 * rng.integers(1, 6, n)}
    frame |= {"rating": rng.choice([-1, 0, 0.5, 2, 3.5, 5, 3.7, 5.5, 10], n), "timestamp": rng.permutation(n)}
    return pd.DataFrame(frame)


def possible(frame):
    """Leave out the rows whose rating is no half or whole star from 0.5 to 5."""
    return frame[frame["rating"].between(0.5, 5) & (frame["rating"] % 0.5 == 0)]


def latest(frame):
    """Keep the latest of the ratings that a member gave to a film."""
    return frame.sort_values("timestamp", kind="stable").drop_duplicates(PAIR, keep="last")


def cleaned_row_by_row(frame):
    """Clean a table of ratings without sorting it."""
    kept = {}
    for row in frame.itertuples(index=False):
        pair = row.userId, row.movieId
        newer = pair not in kept or row.timestamp >= kept[pair].timestamp
        if row.rating in np.arange(0.5, 5.1, 0.5) and newer:
            kept[pair] = row
    return pd.DataFrame(list(kept.values()), columns=list(frame.columns))


def some_table(rng):
    """Draw a table with holes in which each film has a rating."""
    stars = rng.integers(1, 6, size=(6, 5)).astype(float)
    stars[1:][rng.random((5, 5)) < 0.5] = HOLE
    return stars


q1 = Value(
    "columns and starts",
    stub="columns = ...\nstarts = ...",
    answer=([0, 3, 2, 0, 1, 4], [0, 2, 3, 3, 6]),
    same=exactly,
    mistakes={
        "columns is right. starts is one short: its last number says where the last row ends.":
            (..., [0, 2, 3, 3]),
        "columns is right. Member 3 has a start too, although nothing stands there: it is where member 4 begins.":
            (..., [0, 2, 3, 6]),
        "columns is right. You counted the ratings of each member; starts says where each begins. Add them up.":
            (..., [2, 1, 0, 3]),
        "columns is right. starts begins with 0, where the first row begins.": (..., [2, 3, 3, 6]),
        "starts is right. Columns are counted from 0: the first film is column 0.": ([1, 4, 3, 1, 2, 5], ...),
        "starts is right. columns says for each rating which film it is of; you gave the member.":
            ([0, 0, 1, 3, 3, 3], ...),
        "starts is right. You went down the columns. Rows come one after the other, as in values.":
            ([0, 0, 1, 2, 3, 4], ...),
    },
    shows="Two lists and the stars hold the table. Member 3 costs one number, and no rating.",
)  # fmt: skip

q2 = Function(
    "density(members, films, n_members, n_films)",
    stub="...",
    answer=lambda members, films, n_members, n_films: len(members) / (n_members * n_films),
    probes=[([0, 0, 1, 3], [0, 2, 2, 1], 4, 5), ([0], [0], 1, 1), ([2, 2, 2], [0, 1, 2], 10, 3)],
    more_probes=some_cells,
    mistakes={
        "You counted only members and films that occur. A member without a rating has a row of holes all the same.":
            lambda members, films, n_members, n_films: len(members) / (len(set(members)) * len(set(films))),
        "That is the share of holes. The density is the share of filled cells.":
            lambda members, films, n_members, n_films: 1 - len(members) / (n_members * n_films),
        "That is in percent. A share lies between 0 and 1.":
            lambda members, films, n_members, n_films: 100 * len(members) / (n_members * n_films),
        "A table of 6 members and 5 films has 6 x 5 cells: multiply, do not add.":
            lambda members, films, n_members, n_films: len(members) / (n_members + n_films),
        "Python works from left to right, so it divided by the members and then multiplied. Set brackets.":
            lambda members, films, n_members, n_films: len(members) / n_members * n_films,
        "That is upside down: filled cells go above the line, all cells below.":
            lambda members, films, n_members, n_films: n_members * n_films / len(members),
        "That is the number of ratings a member. Divide by the number of films as well.":
            lambda members, films, n_members, n_films: len(members) / n_members,
    },
    also_right=[
        lambda members, films, n_members, n_films: np.isin(
            np.arange(n_members * n_films), members * n_films + films
        ).mean(),
        lambda members, films, n_members, n_films: sparse.csr_array(
            (np.ones(len(films)), (members, films)), shape=(n_members, n_films)
        ).nnz / n_members / n_films,
    ],
    shows="Your density counts every cell there is, also those of members who have said nothing.",
)  # fmt: skip

q3 = Function(
    "most_polarising(frame, at_least)",
    stub="...",
    answer=lambda frame, at_least: spread(frame, at_least).idxmax(),
    probes=[(ratings_of(OPINIONS), 3), (ratings_of(OPINIONS), 2), (ratings_of(OPINIONS), 5), (ratings_of(OUTLIERS), 3)],
    more_probes=some_opinions,
    same=exactly,
    mistakes={
        "A film with fewer ratings came first. Leave those out before you look for the largest spread.":
            lambda frame, at_least: spread(frame, 2).idxmax(),
        "'At least' includes the number itself: use >=.": lambda frame, at_least: spread(frame, at_least + 1).idxmax(),
        "That is the film on which people agree most. Opinions that differ have a large standard deviation.":
            lambda frame, at_least: spread(frame, at_least).idxmin(),
        "That is the largest spread itself. Return the movieId that it belongs to: idxmax instead of max.":
            lambda frame, at_least: spread(frame, at_least).max(),
        "That is the film that is liked least. A polarising one has fans and enemies, and its mean may be middling.":
            lambda frame, at_least: frame.groupby("movieId")["rating"].mean()[spread(frame, at_least).index].idxmin(),
        "That is a position in a list. Return the film's movieId.":
            lambda frame, at_least: int(spread(frame, at_least).argmax()),
        "That is the member with the most mixed opinions. Group by movieId.":
            lambda frame, at_least: frame.groupby("userId")["rating"].std().idxmax(),
    },
    also_right=[
        spread_at_a_time,
        lambda frame, at_least: frame.groupby("movieId")["rating"].agg(["size", "var"])
        .query("size >= @at_least").sort_values("var").index[-1],
    ],
    shows="Your function finds the film that divides its raters, and is not taken in by two ratings.",
)  # fmt: skip

q4 = Function(
    "cleaned(frame)",
    stub="...",
    answer=lambda frame: latest(possible(frame)),
    probes=[DIRTY],
    more_probes=some_dirt,
    same=table(rows_in_order=False, index=False),
    mistakes={
        "Of several ratings you kept the earliest. Keep the one with the largest timestamp.":
            lambda frame: possible(frame).sort_values("timestamp").drop_duplicates(PAIR, keep="first"),
        "You kept the last row of each pair. The rows are in no order: sort by timestamp before.":
            lambda frame: possible(frame).drop_duplicates(PAIR, keep="last"),
        "A rating like 3.7 is still there. It lies on the scale, but between its steps.":
            lambda frame: latest(frame[frame["rating"].between(0.5, 5)]),
        "A rating off the scale is still there. The scale goes from 0.5 to 5.":
            lambda frame: latest(frame[frame["rating"] % 0.5 == 0]),
        "A real rating was lost: an impossible one came later and pushed it out. Remove the impossible ones first.":
            lambda frame: possible(latest(frame)),
        "Where a film was rated twice, both rows are gone. One of them should stay: keep='last'.":
            lambda frame: possible(frame).drop_duplicates(PAIR, keep=False),
        "Rows that say the same in every column are gone; a member's second rating of a film is still there. "
        "Look for repeated pairs of userId and movieId.":
            lambda frame: possible(frame).drop_duplicates(),
        "You kept one rating a film, of whichever member. A pair is userId and movieId together.":
            lambda frame: possible(frame).sort_values("timestamp").drop_duplicates("movieId", keep="last"),
        "You kept one rating a member, of whichever film. A pair is userId and movieId together.":
            lambda frame: possible(frame).sort_values("timestamp").drop_duplicates("userId", keep="last"),
    },
    also_right=[
        cleaned_row_by_row,
        lambda frame: possible(frame).sort_values("timestamp").groupby(PAIR, as_index=False).last(),
    ],
    shows="One rating a cell, and each of them one that a member can give.",
)  # fmt: skip

q5 = Fix(
    "film_means(stars)",
    stub="def film_means(stars):\n    full = np.nan_to_num(stars)\n    return full.mean(axis=0)",
    symptom="a film that one member gave 5 stars, and that nobody else has rated, comes out below 5",
    answer=lambda stars: np.nanmean(stars, axis=0),
    probes=[PAPER, [[5.0, 1.0], [HOLE, 2.0], [HOLE, 3.0]]],
    more_probes=some_table,
    mistakes={
        "Those are the members' means. Films stand in the columns: axis=0.": lambda stars: np.nanmean(stars, axis=1),
        "Now the middle of the scale stands in the holes. Nobody gave that either: leave the holes out.":
            lambda stars: np.nan_to_num(stars, nan=3.0).mean(axis=0),
        "Now the mean of all ratings stands in the holes. Nobody gave that: leave the holes out.":
            lambda stars: np.nan_to_num(stars, nan=np.nanmean(stars)).mean(axis=0),
        "One hole makes the whole mean nan. np.nanmean leaves holes out.": lambda stars: stars.mean(axis=0),
        "You divided by the number of all ratings. Each film has its own number of raters.":
            lambda stars: np.nansum(stars, axis=0) / (~np.isnan(stars)).sum(),
        "That is the mean of all ratings. One number a film was asked for: axis=0.": lambda stars: np.nanmean(stars),
        "Those are the sums. Divide each by how many members rated the film.": lambda stars: np.nansum(stars, axis=0),
    },
    also_right=[
        lambda stars: np.nansum(stars, axis=0) / (~np.isnan(stars)).sum(axis=0),
        lambda stars: [column[column > 0].mean() for column in np.nan_to_num(stars).T],
        lambda stars: pd.DataFrame(stars).mean(),
    ],
    shows="Each film is divided by its own number of raters, so a hole counts for nothing.",
)  # fmt: skip

q6 = Choice(
    "What will the mean be when everybody has seen it?",
    answer="b",
    wrong={
        "a": "Forty ratings would be plenty if the forty had been drawn by lot. They were not: they chose the film.",
        "c": "Those who expected to like it came first. Those who are left expected less.",
        "d": "A hole is not a zero: the others have not said that it is worthless. They have said nothing.",
    },
    shows="The mean of those who chose is not the mean of everybody: the holes are missing not at random.",
)

q7 = Function(
    "head_shares(counts)",
    stub="...",
    answer=lambda counts: np.cumsum([0, *-np.sort(-counts)]) / counts.sum(),
    probes=[[1, 6, 2, 1], [3, 3, 3], [0, 4, 0, 1]],
    more_probes=lambda rng: rng.integers(1, 100, size=9),
    same=close(1e-6),
    mistakes={
        "The smallest come first: that is the Lorenz curve of the lesson. Here the most rated film comes first.":
            lambda counts: np.cumsum([0, *np.sort(counts)]) / counts.sum(),
        "You added up in the order in which the films stand. Sort them first, the most rated first.":
            lambda counts: np.cumsum([0, *counts]) / counts.sum(),
        "Those are numbers of ratings. Divide by how many there are in all.":
            lambda counts: np.cumsum([0, *-np.sort(-counts)]),
        "The 0 is missing: no films hold no ratings, and the curve begins there.":
            lambda counts: np.cumsum(-np.sort(-counts)) / counts.sum(),
        "Those are the shares of single films. Add up as you go: np.cumsum.":
            lambda counts: np.array([0, *-np.sort(-counts)]) / counts.sum(),
        "That is in percent. A share lies between 0 and 1.":
            lambda counts: 100 * np.cumsum([0, *-np.sort(-counts)]) / counts.sum(),
    },
    also_right=[
        lambda counts: 1 - (np.cumsum([0, *np.sort(counts)]) / counts.sum())[::-1],
        lambda counts: [sum(sorted(counts, reverse=True)[:k]) / sum(counts) for k in range(len(counts) + 1)],
    ],
    shows="Your curve climbs steeply and then flattens: the head of the catalogue first, then the tail.",
)  # fmt: skip
