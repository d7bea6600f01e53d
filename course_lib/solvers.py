"""Which of two ways to the same model is taken: the plain loop that a lesson prints, or a fast one."""

from course_lib.errors import DataError

FAST_FROM = 1_000_000
"""From so many ratings on "auto" is fast; below, the plain loops take seconds."""
ALONE_BELOW = 1_000_000
"""With fewer ratings one core is enough: others would wait for each other more than they would help."""


def is_fast(model, ratings, name="solver", fast="fast", plain="plain"):
    """Tell whether a model is to be learned by its fast loop.

    Parameters
    ----------
    model : Recommender
    ratings : Ratings
    name : str, default="solver"
        The hyperparameter that chooses.
    fast, plain : str, optional
        What the two are called.

    Returns
    -------
    bool

    Raises
    ------
    DataError
        When it is something else.
    """
    value = getattr(model, name)
    if value not in ("auto", plain, fast):
        raise DataError(f'{type(model).__name__} has {name}={value!r}. Choose one of "auto", "{plain}", "{fast}".')
    return value == fast or (value == "auto" and len(ratings) >= FAST_FROM)


def threads_for(ratings):
    """Return how many cores a fast loop may use at most; None where there is no limit.

    Parameters
    ----------
    ratings : Ratings

    Returns
    -------
    int or None
    """
    return 1 if len(ratings) < ALONE_BELOW else None
