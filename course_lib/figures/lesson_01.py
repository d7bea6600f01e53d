"""Lesson 01 on real members: the shape of their table of ratings, whole and cut to its 480 most rated films."""

import numpy as np

CORE = 480
"""Films: our simulator was made to resemble the ratings of so many most rated ones."""


def figures(data):
    """Compute what lesson 01 says of real members.

    Parameters
    ----------
    data : Dataset

    Returns
    -------
    dict of str to float
        Shares in percent, means in stars.
    """
    frame = data.ratings.to_frame()
    most_rated = frame["movieId"].value_counts().index[:CORE]
    parts = {"all": frame, "core": frame[frame["movieId"].isin(most_rated)]}
    return {f"{part}: {name}": value for part, rows in parts.items() for name, value in _shape(rows).items()}


def _shape(frame):
    by_user, by_film = frame.groupby("userId")["rating"], frame.groupby("movieId")["rating"]
    never_half = by_user.agg(lambda stars: (stars % 1 == 0).all())
    return {
        "cells filled (%)": 100 * len(frame) / (len(by_user) * len(by_film)),
        "mean (stars)": frame["rating"].mean(),
        "members who never give a half (%)": 100 * never_half.mean(),
        "Gini of members": _gini(by_user.size()),
        "Gini of films": _gini(by_film.size()),
        "films with 5 ratings or fewer (%)": 100 * (by_film.size() <= 5).mean(),
    }


def _gini(counts):
    """How unevenly something is spread, by the area under the Lorenz curve."""
    ordered = np.sort(counts.to_numpy())
    shares = np.concatenate([[0], ordered.cumsum() / ordered.sum()])
    return 1 - (shares[:-1] + shares[1:]).mean()
