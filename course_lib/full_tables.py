"""Tables without holes: what simulated members would give to every film, and the fullest corner of real ratings."""

import numpy as np
import pandas as pd

N_FILMS = 20
"""Films of a full corner of real ratings: with more, hardly a member has rated them all."""


def full_table(data):
    """Return a table of stars without holes.

    Parameters
    ----------
    data : Dataset

    Returns
    -------
    DataFrame of shape (n_members, n_films)
        Indexed by member and film ids. Of simulated data the true tastes, see `true_tastes`; elsewhere
        `full_corner` of the ratings.
    """
    return true_tastes(data) if data.truth else full_corner(data.ratings)


def true_tastes(data):
    """Return the stars to be expected of every member for every film, seen or not. No service has this table.

    Parameters
    ----------
    data : Dataset
        Simulated. Light members and the tail of the catalogue are left out.

    Returns
    -------
    DataFrame of shape (n_members, n_films)
        In stars, without the mood of a day and without rounding; as of the last rating of the data.
    """
    truth = data.truth
    users, items = data.ratings.user_ids[truth.is_core_user], data.films.index[truth.is_core_item]
    pairs = np.repeat(users, len(items)), np.tile(items, len(users))
    last = np.full(len(pairs[0]), data.ratings.timestamps.max())
    stars = truth.mean_rating(*pairs, last).reshape(len(users), len(items))
    return pd.DataFrame(stars, index=pd.Index(users, name="userId"), columns=items)


def full_corner(ratings, n_films=N_FILMS):
    """Cut a corner without holes out of ratings: some films, and the members who rated all of them.

    One film after another is chosen: always the one that most of the members who are left have rated.

    Parameters
    ----------
    ratings : Ratings
    n_films : int, default=20
        At most so many; fewer when nobody is left.

    Returns
    -------
    DataFrame of shape (n_members, n_films)
        Stars, indexed by member and film ids. Busy members and well-known films: no fair sample.
    """
    rated = ratings.csr.astype(bool).toarray()
    members, films = np.ones(len(rated), dtype=bool), []
    for _ in range(min(n_films, rated.shape[1])):
        counts = rated[members].sum(axis=0)
        counts[films] = 0
        if not counts.max():
            break
        films.append(int(counts.argmax()))
        members &= rated[:, films[-1]]
    stars = ratings.csr[members][:, films].toarray().astype(float)
    user_ids, films = pd.Index(ratings.user_ids[members], name="userId"), ratings.films.index[films]
    return pd.DataFrame(stars, index=user_ids, columns=films)
