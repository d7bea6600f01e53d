"""You, as a member: your own ratings, and what a model makes of them.

Ratings are kept under the film's title, not its id, so that they go with you from one data set to another. They
are in ``ratings.json`` in your folder, which git ignores, and each is on disk when the call returns.
"""

import time

import numpy as np
import pandas as pd

from course_lib import rating_file
from course_lib.errors import DataError, NotFitted, UnknownId
from course_lib.films import Films, film_table
from course_lib.model import at_least_one
from course_lib.rating_file import ADVICE, NAME, same_film, why_not
from course_lib.titles import Titles
from course_lib.top_n import top_n


def rate(films, title, stars):
    """Keep a rating of yours, in place of an earlier one of the same film.

    Parameters
    ----------
    films : Films
        The film table, ``data.films``.
    title : str
        With the year: "Alien (1979)". Capitals, accents and the place of "The" do not matter.
    stars : float
        0.5 to 5, in halves.

    Raises
    ------
    UnknownId
        When no film has this title; the sentence names close ones.
    DataError
        When this is no number of stars.
    StorageError
        When it cannot be written; the ratings are then what they were.
    """
    films = as_film_table(films)
    title = _title_in(films, title)
    if reason := why_not(stars):
        raise DataError(f"{reason}. {ADVICE}")
    entry = {"stars": float(stars), "rated": int(time.time())}
    rating_file.change(lambda entries: _without(entries, title) | {title: entry})


def forget(title):
    """Take a rating of yours back, or any entry of your file.

    Parameters
    ----------
    title : str
        As you rated it.

    Raises
    ------
    UnknownId
        When there is no such entry.
    StorageError
        When the file cannot be written; the ratings are then what they were.
    """
    is_there = []

    def without(entries):
        left = {other: entry for other, entry in entries.items() if other != title}
        if len(left) == len(entries):  # no entry of exactly this title: take another spelling
            left = _without(entries, title)
        is_there.append(len(left) < len(entries))
        return left

    rating_file.change(without)
    if not is_there[-1]:
        raise UnknownId(f"You have not rated {title!r}, so there is nothing to take back. members.rated() lists yours.")


def rated():
    """List your ratings, whatever film table they are of.

    Returns
    -------
    DataFrame
        title, stars, and when you rated (datetime in UTC, or NaT), the latest first.
    """
    ratings = rating_file.read()[0][::-1]
    times = pd.to_datetime([rating.rated or None for rating in ratings], unit="s", utc=True, errors="coerce")
    columns = {"title": [one.title for one in ratings], "stars": np.array([one.stars for one in ratings], dtype=float)}
    return pd.DataFrame(columns | {"when": times})


def count():
    """Count your ratings, whatever film table they are of.

    Returns
    -------
    int
    """
    return len(rating_file.read()[0])


def my_ratings(films):
    """Return your ratings of the films in a film table, as models take them.

    Parameters
    ----------
    films : Films

    Returns
    -------
    ids : ndarray of shape (n,)
        Ids of films, each once, those you rated last at the end.
    values : ndarray of shape (n,), float32
        Your ratings, in stars.
    """
    films = as_film_table(films)
    found = _positions(films)
    positions, values = list(found), [rating.stars for rating in found.values()]
    return films.index.to_numpy()[positions], np.array(values, dtype=np.float32)


def problems(films=None):
    """Say what in your file cannot be used. Nothing of it is ever deleted.

    Parameters
    ----------
    films : Films, default=None
        Tells as well which titles are not in this film table.

    Returns
    -------
    list of str
        One sentence each; empty when all is well.
    """
    ratings, sentences = rating_file.read()
    if films is None:
        return sentences
    films = as_film_table(films)
    titles = Titles(films)
    return sentences + [
        f"{NAME} has a rating of {rating.title!r}. {_no_film(films, rating.title)} The rating is kept."
        for rating in ratings
        if titles.position(rating.title) is None
    ]


def my_list(model, n=5, candidates=None):
    """List the films that a model recommends to you, without those you have rated.

    Parameters
    ----------
    model : Recommender
        Fitted; it is not fitted again.
    n : int, default=5
    candidates : array_like of ids, optional
        List only these films.

    Returns
    -------
    DataFrame
        title and score, best first, indexed by movieId. Without ratings of yours it is what a newcomer gets.

    Raises
    ------
    DataError
        When `n` is not a positive whole number.
    NotFitted
        When the model has not learned anything yet.
    """
    n = at_least_one(n)
    if not hasattr(model, "ratings_"):
        raise NotFitted(f"This {type(model).__name__} has not learned anything yet. Call fit(ratings) first.")
    films = model.ratings_.films
    ids, values = my_ratings(films)
    # Half a star is off the scale of data sets that start at one.
    scores = np.array(model.fold_in(ids, values.clip(*model.ratings_.scale)), dtype=np.float32)
    mine = films["title"].isin(films["title"].loc[ids]).to_numpy()  # a film that is in the table twice, too
    scores[mine] = -np.inf
    if candidates is not None:
        scores[~films.index.isin(candidates)] = -np.inf
    items, best = (row[0] for row in top_n(scores[np.newaxis], n))
    items, best = items[items >= 0], best[items >= 0]
    index = pd.Index(films.index[items], name="movieId")
    return pd.DataFrame({"title": films["title"].to_numpy()[items], "score": best}, index=index)


def as_film_table(films):
    """Return a film table, or say how to come by one.

    Parameters
    ----------
    films : Films or DataFrame

    Returns
    -------
    Films

    Raises
    ------
    DataError
        When this is something else, or a table without titles.
    """
    if isinstance(films, Films):
        return films
    if not isinstance(films, pd.DataFrame):
        raise DataError(
            f"Films come first, as a film table, and this is of type {type(films).__name__}. "
            'With data = datasets.load(): members.rate(data.films, "Alien (1979)", 4).'
        )
    return film_table(films)


def _positions(films):
    """Map rows of the film table to your ratings of them; the latest counts."""
    titles, found = Titles(films), {}
    for rating in rating_file.read()[0]:
        position = titles.position(rating.title)
        if position is not None:
            found.pop(position, None)
            found[position] = rating
    return found


def _title_in(films, title):
    """Return a title as it stands in the film table."""
    if not isinstance(title, str):
        raise DataError(f'{title!r} is no title. Give the title of a film, with its year: "Alien (1979)".')
    if (films["title"] == title).any():
        return title
    position = Titles(films).position(title)
    if position is not None:
        return str(films["title"].iloc[position])
    raise _no_film(films, title)


def _no_film(films, title):
    """Make the error for a title that no film has."""
    try:
        films.id_of(title)
    except UnknownId as error:
        return error


def _without(entries, title):
    return {other: entry for other, entry in entries.items() if not same_film(other, title)}
