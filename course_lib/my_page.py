"""The last cell of a lesson: your own row of films, by that lesson's model."""

from course_lib import cards, members

FEWEST = 3
"""Under so many ratings a row says more about everybody than about you."""
SIMULATED = "What our simulated members would say"
EXAMPLE = "Alien (1979)"


def show_my_row(model, heading=None, n=5):
    """Draw the films that a model recommends to you, or say how to begin.

    Parameters
    ----------
    model : Recommender
        Fitted. Your ratings are folded in; nothing is fitted again.
    heading : str, optional
        Of the row. Where the members are simulated, it says so as well: they know nothing about people's taste.
    n : int, default=5
        How many films.

    Raises
    ------
    NotFitted
        When the model has not learned anything yet.
    """
    listed = members.my_list(model, n)
    films, note = model.ratings_.films, model.ratings_.note
    n_used, n_rated = len(members.my_ratings(films)[0]), members.count()
    if n_used < FEWEST:
        print("\n".join([*members.problems(), _how_to_begin(films, n_used, n_rated)]))
        return
    if "simulated" in note:
        heading = f"{heading} ({SIMULATED[0].lower()}{SIMULATED[1:]})" if heading else SIMULATED
    notes = [f"{stars:.1f} stars predicted" for stars in listed["score"].clip(*model.ratings_.scale)]
    cards.row(films.loc[listed.index], heading or "For you", notes if model.predicts_stars else None)
    print("\n".join([*members.problems(), *_what_it_is_made_from(n_used, n_rated - n_used)]))


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
