"""Tables without holes: what simulated members would give to every film, and the fullest corner of real ratings."""

import numpy as np
import pandas as pd

from course_lib.matinee import SimulatedTruth

N_FILMS = 20
"""Films of a full corner of real ratings: with more, hardly a member has rated them all."""
N_CORE = 480
"""Films of the shipped data's core."""
_OF_RATINGS = ("floor", "floor_day_known", "uniform_test", "floor_uniform")  # what the truth knows of ratings


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
    truth = _tastes(data.films) if isinstance(data.truth, SimulatedTruth) else data.truth
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


def _tastes(films):
    """Make the films and members of the shipped data again, and let nobody watch: that would take most of the time."""
    from course_lib.simulate.films import make_films, read_catalogue
    from course_lib.simulate.law import Law
    from course_lib.simulate.members import make_members
    from course_lib.simulate.truth import Truth
    from course_lib.simulate.world import SEED

    catalogue, law, nobody_rated = read_catalogue(films.reset_index()), Law(), dict.fromkeys(_OF_RATINGS)
    films = make_films(catalogue, SEED, law, N_CORE)
    members = make_members(catalogue, films, SEED, law)
    return Truth(films=films, members=members, law=law, seed=SEED, **nobody_rated)
