"""What a list is chosen from, and what its places hold: why good stars and good lists are two things (lesson 09)."""

from typing import NamedTuple

import numpy as np

from course_lib.errors import DataError
from course_lib.list_hits import checked_k
from course_lib.list_measures import candidate_scores
from course_lib.measures import held_out_part
from course_lib.top_n import top_n


class Places(NamedTuple):
    """What the places of all lists hold, as shares from 0 to 1.

    Attributes
    ----------
    precision : float
        Of all places, those with a film that the member chose and liked. The product of the other two.
    chosen : float
        Of all places, those with a film that the member chose, whatever the stars.
    liked : float
        Of these, those that the member liked; nan when no listed film was chosen.
    """

    precision: float
    chosen: float
    liked: float


def lists_among(model, seen, candidates, n=20):
    """List films as `Recommender.recommend_all` does, but from some films only.

    Parameters
    ----------
    model : Recommender
        Fitted.
    seen : Ratings
        What is left out of the lists, such as ``split.train``.
    candidates : array_like of bool, of shape (n_items,) or (n_users, n_items)
        Which films may be listed, for everybody or for each member.
    n : int, default=20

    Returns
    -------
    items : ndarray of shape (n_users, n), int32
        Positions of films, best first; -1 where fewer are left.

    Raises
    ------
    DataError
        When candidates are of another shape.
    """
    candidates, shape = np.asarray(candidates, dtype=bool), (seen.n_users, seen.n_items)
    if candidates.shape not in (shape, shape[1:]):
        raise DataError(
            f"candidates has the shape {candidates.shape}. Give one True or False for each of {seen.n_items:,} films, "
            f"or a row of them for each of {seen.n_users:,} members."
        )
    parts = []
    for users, scores in candidate_scores(model, seen):
        allowed = candidates if candidates.ndim == 1 else candidates[users]
        parts.append(top_n(np.where(allowed, scores, -np.inf), n)[0])
    return np.concatenate(parts)


def chosen_and_liked(model, split, k=20, part="validation", at_least=4.0):
    """Take precision apart: how many of the listed films were chosen, and how many of the chosen ones were liked.

    A film is chosen when the member rated it in the held-out part. Of a listed film that was not chosen nobody knows
    whether the member would have liked it; precision counts it as wrong.

    Parameters
    ----------
    model : Recommender
        Fitted on ``split.train``, or for the test on ``split.train_and_validation``.
    split : Split
    k : int, default=20
        Length of the lists, from which films are left out that the member has rated already.
    part : {"validation", "test"}, default="validation"
    at_least : float, default=4.0
        From how many stars on a film was liked.

    Returns
    -------
    Places
        Over all places of the members who liked a film of this part.

    Raises
    ------
    DataError
        When `k` is not a positive whole number, nobody liked a film, or as in `measures.member_errors`.
    """
    held_out, k = held_out_part(model, split, part), checked_k(k)
    chosen = np.zeros((held_out.n_users, held_out.n_items + 1), dtype=bool)  # one more, for the -1 of short lists
    liked = np.zeros_like(chosen)
    is_liked = held_out.values >= at_least
    chosen[held_out.users, held_out.items] = True
    liked[held_out.users[is_liked], held_out.items[is_liked]] = True
    asked = liked.any(axis=1)
    if not asked.any():
        raise DataError(f"Nobody gave {at_least:g} stars or more in the {part} part. Lower at_least.")
    rows, items = np.flatnonzero(asked)[:, np.newaxis], model.recommend_all(k)[0][asked]
    n_chosen, n_liked = int(chosen[rows, items].sum()), int(liked[rows, items].sum())
    share = n_liked / n_chosen if n_chosen else np.nan
    return Places(n_liked / items.size, n_chosen / items.size, share)
