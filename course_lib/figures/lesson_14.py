"""The numbers of lesson 14: embeddings of real members and films, measured on the validation part or looked at."""

from itertools import permutations

import numpy as np

from course_lib.board import board_split
from course_lib.comparison import compare
from course_lib.embeddings import EmbeddingFactorization
from course_lib.factorization import MatrixFactorization

GENRES = ("Action", "Drama", "Comedy", "Sci-Fi")
NEIGHBOURS_OF = ("Star Wars: Episode IV - A New Hope (1977)", "The Godfather (1972)", "Alien (1979)")
ON_THE_MAP = (
    "Mission: Impossible (1996)", "Armageddon (1998)", "Jurassic Park (1993)", "The Terminator (1984)",
    "The Matrix (1999)", "Mrs. Doubtfire (1993)", "Clueless (1995)", "Groundhog Day (1993)", "Toy Story (1995)",
    "Annie Hall (1977)", "Schindler's List (1993)", "The Godfather (1972)", "Pulp Fiction (1994)",
)  # fmt: skip
SEQUELS = (
    ("The Godfather (1972)", "The Godfather: Part II (1974)"), ("Alien (1979)", "Aliens (1986)"),
    ("The Terminator (1984)", "Terminator 2: Judgment Day (1991)"),
    ("Star Wars: Episode IV - A New Hope (1977)", "Star Wars: Episode V - The Empire Strikes Back (1980)"),
    ("Kill Bill: Vol. 1 (2003)", "Kill Bill: Vol. 2 (2004)"), ("Toy Story (1995)", "Toy Story 2 (1999)"),
    ("Shrek (2001)", "Shrek 2 (2004)"), ("The Matrix (1999)", "The Matrix Reloaded (2003)"),
    ("Batman Begins (2005)", "The Dark Knight (2008)"), ("Spider-Man (2002)", "Spider-Man 2 (2004)"),
    ("The Lord of the Rings: The Fellowship of the Ring (2001)", "The Lord of the Rings: The Two Towers (2002)"),
    ("X-Men (2000)", "X2: X-Men United (2003)"), ("Back to the Future (1985)", "Back to the Future Part II (1989)"),
    ("Die Hard (1988)", "Die Hard 2 (1990)"), ("Jurassic Park (1993)", "The Lost World: Jurassic Park (1997)"),
    ("Pirates of the Caribbean: The Curse of the Black Pearl (2003)",
     "Pirates of the Caribbean: Dead Man's Chest (2006)"),
    ("The Bourne Identity (2002)", "The Bourne Supremacy (2004)"),
    ("Mission: Impossible (1996)", "Mission: Impossible II (2000)"),
    ("Men in Black (a.k.a. MIB) (1997)", "Men in Black II (a.k.a. MIIB) (a.k.a. MIB 2) (2002)"),
    ("Ace Ventura: Pet Detective (1994)", "Ace Ventura: When Nature Calls (1995)"),
)  # fmt: skip
"""A film and its first sequel, of which both have 20 ratings."""
OFTEN, SOMETIMES, N_NEAREST, NEAR = 50, 20, 20, 0.75


def figures(data):
    """Compute what lesson 14 says about real members.

    Parameters
    ----------
    data : Dataset
        In full.

    Returns
    -------
    dict of str to float
        RMSE of lesson 08's model and of this lesson's, with the interval of their difference, and by how much their
        objectives differ; then, from all ratings: neighbours of some films, how many of the films near a genre's
        average have that genre, places of films on a map of two such averages, and how well a sequel is found by
        arithmetic and without.
    """
    split, settings = board_split(data.ratings), dict(n_factors=50, regularization=0.12)
    models = {
        kind.__name__: kind(**settings).fit(split.train) for kind in (MatrixFactorization, EmbeddingFactorization)
    }
    table = compare(models, split)
    found = {name: row["value"] for name, row in table.iterrows()}
    found |= {end: table.loc["EmbeddingFactorization", end] for end in ("difference", "difference_low")}
    found["difference_high"] = table.loc["EmbeddingFactorization", "difference_high"]
    theirs, ours = (model.objective(split.train) for model in models.values())
    found["objective, ours by theirs"] = ours / theirs
    found["Interstellar's id"] = data.film("Interstellar (2014)")
    Q = EmbeddingFactorization(**settings).fit(data.ratings).item_factors_
    n_ratings = np.bincount(data.ratings.items, minlength=data.ratings.n_items)
    titles = data.films["title"].to_list()
    return found | _neighbours(Q, n_ratings >= OFTEN, titles) | _averages(Q, data, n_ratings >= OFTEN, titles) | (
        _sequels(Q, n_ratings >= SOMETIMES, titles)
    )  # fmt: skip


def alike(vectors, target):
    """Compare one vector with many.

    Parameters
    ----------
    vectors : ndarray of shape (n, k)
    target : ndarray of shape (k,)

    Returns
    -------
    ndarray of shape (n,)
        Cosines; 0 for a vector of zeros.
    """
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(target)
    return (vectors @ target) / np.where(lengths > 0, lengths, 1)


def near_the_average(Q, of_the_genre, often, n=N_NEAREST):
    """Average the embeddings of half the films of a genre, and look at the nearest films of the other half.

    Parameters
    ----------
    Q : ndarray of shape (n_items, k)
    of_the_genre, often : ndarray of bool of shape (n_items,)
        Which films have the genre, and which have enough ratings to be looked at.
    n : int, default=20
        How many films to look at.

    Returns
    -------
    found : int
        How many of them have the genre.
    by_chance : float
        How many would, if they were drawn from the other half by lot.
    """
    one, other = np.flatnonzero(often)[::2], np.flatnonzero(often)[1::2]
    average = Q[one[of_the_genre[one]]].mean(axis=0) - Q[one].mean(axis=0)
    nearest = other[np.argsort(-alike(Q[other], average), kind="stable")[:n]]
    return int(of_the_genre[nearest].sum()), n * float(of_the_genre[other].mean())


def has_genre(films, genre):
    """Say which films have a genre.

    Parameters
    ----------
    films : Films
    genre : str

    Returns
    -------
    ndarray of bool of shape (n_items,)
    """
    return np.array([genre in genres for genres in films["genres"]])


def _neighbours(Q, often, titles):
    found = {}
    for film in NEIGHBOURS_OF:
        own = titles.index(film)
        likeness = np.where(often, alike(Q, Q[own]), -1)
        likeness[own] = -1
        for other in np.flatnonzero(likeness > NEAR):
            found[f"{film} is near {titles[other]}"] = likeness[other]
    return found


def _averages(Q, data, often, titles):
    found, rows = {}, [titles.index(film) for film in ON_THE_MAP]
    drawn = np.zeros(len(Q), dtype=bool)
    drawn[rows] = True
    for genre in GENRES:
        of_it = has_genre(data.films, genre)
        near, chance = near_the_average(Q, of_it, often)
        found |= {f"{genre}, near the average": near, f"{genre}, by chance": chance}
    for axis, genre in zip("xy", ("Action", "Comedy"), strict=True):
        others = often & ~drawn  # a film must not help to make the axis on which it is placed
        of_it = has_genre(data.films, genre)
        likeness = alike(Q, Q[of_it & others].mean(axis=0) - Q[others].mean(axis=0))
        found |= {f"{film}, {axis}": likeness[row] for film, row in zip(ON_THE_MAP, rows, strict=True)}
    return found


def _sequels(Q, known, titles):
    """Ask for each sequel by arithmetic with another pair (first - second + ...), and as a mere neighbour."""
    pairs = [(titles.index(first), titles.index(second)) for first, second in SEQUELS]
    places = {"arithmetic": [], "neighbour": []}
    is_given = []
    for (first, second), (film, sequel) in permutations(pairs, 2):
        given = [first, second, film]
        for way, target in (("arithmetic", Q[second] - Q[first] + Q[film]), ("neighbour", Q[film])):
            likeness = np.where(known, alike(Q, target), -1)
            if way == "arithmetic":
                is_given.append(likeness.argmax() in given)
            likeness[given] = -1
            places[way].append(1 + (likeness > likeness[sequel]).sum())
    steps = np.array([Q[second] - Q[first] for first, second in pairs])
    cosines = np.array([alike(steps, step) for step in steps])
    found = {"sequels": len(pairs), "questions": len(is_given), "films asked about": known.sum()}
    found["steps, mean cosine"] = cosines[np.triu_indices(len(steps), 1)].mean()
    found["nearest is one of the three given"] = np.mean(is_given)
    for way, place in places.items():
        found |= {f"{way}, first": np.mean(np.array(place) == 1), f"{way}, first 10": np.mean(np.array(place) <= 10)}
    return found
