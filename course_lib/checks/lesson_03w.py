"""The questions of the wrap-up of part one: a recommender from descriptions, for real members."""

import numpy as np

from course_lib.checks import Choice, Fix, Function
from course_lib.checks.same import close

FILMS = [[1, 0, 1], [0, 1, 1], [1, 1, 0], [0, 0, 1]]


def some_table(rng):
    """Draw a table of zeros and ones in which each word stands somewhere."""
    table = (rng.uniform(size=(9, 5)) < 0.4).astype(float)
    table[rng.integers(9, size=5), np.arange(5)] = 1.0
    return table


def some_member(rng):
    """Draw three ratings, which films they are of, and all films' vectors."""
    return rng.integers(1, 11, size=3) / 2, rng.choice(8, size=3, replace=False), rng.uniform(size=(8, 4))


def scores_of(ratings, rated, vectors):
    """Return the score of each film for the profile of some ratings; rated films are out of the race."""
    scores = vectors @ ((ratings - ratings.mean()) @ vectors[rated])
    scores[rated] = -np.inf
    return scores


q1 = Function(
    "idf(table)",
    stub="...",
    answer=lambda table: np.log((1 + len(table)) / (1 + table.sum(axis=0))) + 1,
    probes=[[[1, 1], [1, 0], [1, 0]], FILMS],
    more_probes=some_table,
    same=close(1e-6),
    mistakes={
        "You counted the words of each film. Count the films of each word: add up along the other axis.":
            lambda table: np.log((1 + len(table)) / (1 + table.sum(axis=1))) + 1,
        "The last step is missing: a word that every film has weighs 1, not 0.":
            lambda table: np.log((1 + len(table)) / (1 + table.sum(axis=0))),
        "The fraction stands on its head: rare words have to weigh more.":
            lambda table: np.log((1 + table.sum(axis=0)) / (1 + len(table))) + 1,
        "Add 1 above and below the line, as lesson 03 does.":
            lambda table: np.log(len(table) / np.maximum(table.sum(axis=0), 1e-9)) + 1,
    },
    also_right=[
        lambda table: [1 + np.log((1 + len(table)) / (1 + sum(column))) for column in np.asarray(table).T],
        lambda table: 1 - np.log1p(table.sum(axis=0)) + np.log1p(table.shape[0]),
    ],
    shows="A word that every film has weighs 1, and every rarer one more.",
)  # fmt: skip

q2 = Function(
    "scores(ratings, rated, vectors)",
    stub="...",
    answer=scores_of,
    probes=[([5, 2], [0, 1], FILMS), ([4, 1, 3], [3, 0, 2], FILMS)],
    more_probes=some_member,
    same=close(1e-6),
    mistakes={
        "Rated films are still in the race. Give them the score -np.inf.":
            lambda ratings, rated, vectors: vectors @ ((ratings - ratings.mean()) @ vectors[rated]),
        "Disliked films pull too. Count each rating from the member's own mean.":
            lambda ratings, rated, vectors: _without(rated, vectors @ (ratings @ vectors[rated])),
        "You counted the ratings from 3. The member's own mean is the point that says nothing.":
            lambda ratings, rated, vectors: _without(rated, vectors @ ((ratings - 3) @ vectors[rated])),
        "Those are the first films of the table. The rated ones stand in the rows that `rated` names.":
            lambda ratings, rated, vectors: _without(
                rated, vectors @ ((ratings - ratings.mean()) @ vectors[: len(rated)])),
    },
    also_right=[
        lambda ratings, rated, vectors: [
            -np.inf if row in rated else float(
                sum((r - ratings.mean()) * (vectors[j] @ vectors[row]) for r, j in zip(ratings, rated, strict=True)))
            for row in range(len(vectors))
        ],
        lambda ratings, rated, vectors: np.where(
            np.isin(np.arange(len(vectors)), rated), -np.inf, vectors @ vectors[rated].T @ (ratings - ratings.mean())),
    ],
    shows="Liked films pull, disliked ones push, and what she has rated does not come back.",
)  # fmt: skip

q3 = Function(
    "share_found(listed, liked)",
    stub="...",
    answer=lambda listed, liked: np.isin(liked, listed).mean(),
    probes=[([4, 7, 9, 2], [7, 5]), ([1, 2, 3], [3, 2, 1]), ([1, 2, 3], [8]), ([5, 6, 7, 8], [8, 1, 2, 5])],
    more_probes=lambda rng: (rng.choice(30, 10, replace=False), rng.choice(30, 4, replace=False)),
    same=close(1e-6),
    mistakes={
        "You divided by the length of the list. The question is which share of the *liked* films was found.":
            lambda listed, liked: np.isin(liked, listed).sum() / len(listed),
        "You counted them. A share is a number from 0 to 1: divide by how many were liked.":
            lambda listed, liked: int(np.isin(liked, listed).sum()),
        "That only says whether one was found.": lambda listed, liked: float(np.isin(liked, listed).any()),
        "That is in percent. Leave out the 100.": lambda listed, liked: 100 * np.isin(liked, listed).mean(),
    },
    also_right=[
        lambda listed, liked: len(set(listed.tolist()) & set(liked.tolist())) / len(liked),
        lambda listed, liked: sum(film in listed for film in liked) / len(liked),
    ],
    shows="Of two liked films, one in the list: 0.5.",
)  # fmt: skip

q4 = Fix(
    "most_watched(items, stars, n_films)",
    stub=(
        "def most_watched(items, stars, n_films):\n"
        "    counts = np.bincount(items, weights=stars, minlength=n_films)\n"
        "    return np.argsort(-counts, kind='stable')"
    ),
    symptom="a film with two ratings of five stars comes before one with four ratings of two stars",
    answer=lambda items, stars, n_films: np.argsort(-np.bincount(items, minlength=n_films), kind="stable"),
    probes=[
        ([0, 0, 1, 1, 1, 1], [5.0, 5.0, 2.0, 2.0, 2.0, 2.0], 2),
        ([0, 0, 0, 1, 2, 2, 2, 2], [4.0, 4.0, 4.0, 5.0, 2.0, 2.0, 2.0, 2.0], 3),
        ([2, 2, 0, 1, 1, 1, 3, 3, 3, 3], [5.0, 5.0, 4.0, 1.0, 1.0, 1.0, 0.5, 0.5, 1.0, 1.0], 5),
    ],
    mistakes={
        "That orders by the mean rating. Most watched is about how many, not how good.":
            lambda items, stars, n_films: np.argsort(
                -np.bincount(items, stars, n_films) / np.maximum(np.bincount(items, minlength=n_films), 1),
                kind="stable"),
        "The least watched come first now. Mind the minus sign.":
            lambda items, stars, n_films: np.argsort(np.bincount(items, minlength=n_films), kind="stable"),
        "Those are the counts. Return the films in the order of their counts.":
            lambda items, stars, n_films: np.bincount(items, minlength=n_films),
    },
    also_right=[
        lambda items, stars, n_films: sorted(range(n_films), key=lambda film: -(items == film).sum()),
        lambda items, stars, n_films: np.argsort([-(items == film).sum() for film in range(n_films)], kind="stable"),
    ],
    shows="Four ratings are more than two, whatever the stars.",
)  # fmt: skip

q5 = Choice(
    "Why does content lose to popularity by so much here?",
    answer="d",
    wrong={
        "a": "Real members do have tastes: lessons 05 to 08 find them. They are not written in twenty genre names.",
        "b": "610 members are enough to count what is popular, and content needs no other members at all.",
        "c": "The cosine is not the problem: the same code wins for some members on the shipped data.",
    },
    shows="Twenty genres cannot tell thousands of films apart. What a method can find is limited by what it is told.",
)


def _without(rated, scores):
    scores[rated] = -np.inf
    return scores
