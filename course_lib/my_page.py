"""The last cell of a lesson: your own row of films, by that lesson's model."""

import numpy as np

from course_lib import cards, datasets, members
from course_lib.errors import CourseError

FEWEST = 3
"""Under so many ratings a row says more about everybody than about you."""
SIMULATED = "What our simulated members would say"
EXAMPLE = "Alien (1979)"
REAL = "ml-latest-small"
KNOWN_ENOUGH = 20
"""Ratings by real members that a film needs to be on your row: under it, a model's score is mostly luck."""


def show_my_row(model, heading=None, n=5, real_members=False, stars=True):
    """Draw the films that a model recommends to you, or say how to begin.

    Parameters
    ----------
    model : Recommender
        Fitted. Your ratings are folded in; nothing is fitted again.
    heading : str, optional
        Of the row. Where the members are simulated, it says so as well: they know nothing about people's taste.
    n : int, default=5
        How many films.
    real_members : bool, default=False
        Where the model's members are simulated and `REAL` is on this machine, fit the same model on it first:
        real people know about taste. For models that learn from other members, lesson 05 and later.
    stars : bool, default=True
        Whether to write the predicted stars beside the films, for a model that predicts any. The scores of an SVD of
        zeros are none that anybody would give.

    Raises
    ------
    NotFitted
        When the model has not learned anything yet.
    """
    candidates = None
    if real_members:
        model, candidates = _among_real_members(model)
    listed = members.my_list(model, n, candidates)
    films, note = model.ratings_.films, model.ratings_.note
    n_used, n_rated = len(members.my_ratings(films)[0]), members.count()
    if n_used < FEWEST:
        print("\n".join([*members.problems(), _how_to_begin(films, n_used, n_rated)]))
        return
    if "simulated" in note:
        heading = f"{heading} ({SIMULATED[0].lower()}{SIMULATED[1:]})" if heading else SIMULATED
    notes = [f"{score:.1f} stars predicted" for score in listed["score"].clip(*model.ratings_.scale)]
    cards.row(films.loc[listed.index], heading or "For you", notes if stars and model.predicts_stars else None)
    print("\n".join([*members.problems(), *_what_it_is_made_from(n_used, n_rated - n_used)]))
    if candidates is not None:
        print(f"Fitted on {REAL}, on the films with at least {KNOWN_ENOUGH} ratings: real members of MovieLens.")


def _among_real_members(model):
    """Return the model fitted on real members and the films to choose from; as it is where they are not here."""
    if "simulated" not in model.ratings_.note or members.count() < FEWEST or not datasets.available(REAL):
        return model, None
    try:
        ratings = datasets.load(REAL).ratings
    except CourseError as error:  # a damaged file must not take the row away
        print(f"{REAL} is here and cannot be read: {error}")
        return model, None
    n_ratings = np.bincount(ratings.items, minlength=ratings.n_items)
    learns_from_likes = model.ratings_.seen is not model.ratings_
    fitted = type(model)(**model.get_params(deep=False)).fit(ratings.liked() if learns_from_likes else ratings)
    return fitted, ratings.item_ids[n_ratings >= KNOWN_ENOUGH]


def _how_to_begin(films, n_used, n_rated):
    title = EXAMPLE if EXAMPLE in set(films["title"]) else films["title"].iloc[0]
    others = f" (and {n_rated - n_used} that it does not have)" if n_rated > n_used else ""
    return (
        f"You have rated {_films(n_used)} of {films.catalog or 'this film table'}{others}; your own row begins with "
        f"{FEWEST}. Open the form in lesson 00, or rate in a cell, and run this one again:\n"
        f'    from course_lib import members\n    members.rate(data.films, "{title}", 4)'
    )


def _what_it_is_made_from(n_used, others):
    yield f"Made from your {n_used} ratings. To start over, type in a terminal: course reset ratings"
    if others:
        are = "is of a film" if others == 1 else "are of films"
        yield f"{others} more {are} that this film table does not have: members.problems(data.films) names them."


def _films(number):
    return {0: "no film", 1: "1 film"}.get(number, f"{number} films")
