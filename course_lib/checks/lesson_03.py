"""The questions of lesson 03, a recommender from descriptions."""

import numpy as np

from course_lib import content
from course_lib.checks import Choice, Fix, Function, Value
from course_lib.checks.same import close, same_order

N_FILMS, N_WITH = 19, 4
VECTORS = [[1, 0, 1, 0], [0, 1, 1, 0], [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 1]]


def some_ratings(rng):
    """Draw half-star ratings of a few films, and the films' vectors."""
    return rng.integers(1, 11, size=6) / 2, rng.uniform(0, 1, size=(6, 4))


def some_films(rng):
    """Draw a profile, films, and which of them were seen."""
    return rng.normal(size=4), rng.uniform(0, 1, size=(9, 4)), rng.choice(9, size=3, replace=False), 3


def best_unseen(profile, vectors, seen, n):
    """Return the rows of the n films with the highest scores that are not among the seen."""
    scores = vectors @ profile
    scores[seen] = -np.inf
    return np.argsort(-scores, kind="stable")[:n]


def best(scores, n):
    """Return the positions of the n highest scores."""
    return np.argsort(-scores, kind="stable")[:n]


q1 = Value(
    "weight",
    stub="weight = ...",
    answer=float(np.log((1 + N_FILMS) / (1 + N_WITH)) + 1),
    same=close(0.001),
    mistakes={
        "The last step is missing: the weight of a word that every film has is 1, not 0.":
            float(np.log((1 + N_FILMS) / (1 + N_WITH))),
        "Add 1 above and below the line, as in the lesson; otherwise a word that no film has divides by zero.":
            float(np.log(N_FILMS / N_WITH) + 1),
        "The fraction stands on its head: rare words have to weigh more.":
            float(np.log((1 + N_WITH) / (1 + N_FILMS)) + 1),
        "That is the logarithm to base 10. numpy's natural logarithm is np.log.":
            float(np.log10((1 + N_FILMS) / (1 + N_WITH)) + 1),
    },
    shows="A word that 4 of 19 films have weighs 2.39 times as much as a word that all have.",
)  # fmt: skip

q2 = Function(
    "profile(ratings, vectors)",
    stub="...",
    answer=lambda ratings, vectors: (ratings - ratings.mean()) @ vectors,
    probes=[([5.0, 2.0], [[1, 1, 0], [0, 1, 1]]), ([4.0, 4.0, 4.0], VECTORS[:3]), ([0.5, 3, 5, 4], VECTORS[:4])],
    more_probes=some_ratings,
    same=close(1e-6),
    mistakes={
        "Films she hated pull too: count each rating from her mean, so that they push.":
            lambda ratings, vectors: ratings @ vectors,
        "You subtracted 2.5, the middle of the scale. Her own mean is the point that says nothing.":
            lambda ratings, vectors: (ratings - 2.5) @ vectors,
        "You divided by the number of films. A profile is a sum: who has rated more has a longer one.":
            lambda ratings, vectors: (ratings - ratings.mean()) @ vectors / len(ratings),
        "You added up words a film. The profile has one number a word: add up over the films.":
            lambda ratings, vectors: (ratings - ratings.mean()) * vectors.sum(axis=1),
    },
    also_right=[
        lambda ratings, vectors: sum((r - ratings.mean()) * v for r, v in zip(ratings, vectors, strict=True)),
        lambda ratings, vectors: ((ratings - ratings.mean())[:, None] * vectors).sum(axis=0),
        lambda ratings, vectors: ratings @ (vectors - vectors.mean(axis=0)),  # centring either factor is the same sum
    ],
    shows="For the two films of the lesson it is [1.5, 0, -1.5], and four stars for everything say nothing.",
)  # fmt: skip

q3 = Function(
    "recommend(profile, vectors, seen, n)",
    stub="...",
    answer=best_unseen,
    probes=[([1.5, 0.1, -1.5, 0.2], VECTORS, [2], 2), ([0.1, 1, 0.5, 2], VECTORS, [3], 3),
            ([-30.0, -31.0, -32.0, -33.0], VECTORS, [2], 4)],
    more_probes=some_films,
    same=same_order,
    properties={
        "no film that she has seen is in the list":
            lambda result, profile, vectors, seen, n: not set(np.ravel(result).tolist()) & set(seen.tolist()),
    },
    mistakes={
        "These fit her worst: np.argsort puts the smallest first.":
            lambda profile, vectors, seen, n: [row for row in best(-(vectors @ profile), len(vectors))
                                               if row not in seen][:n],
        "Those are the scores. Return the row numbers of the films they belong to.":
            lambda profile, vectors, seen, n: (vectors @ profile)[best_unseen(profile, vectors, seen, n)],
        "You took the first n, and then left out the seen ones: the list came out too short, or by luck right.":
            lambda profile, vectors, seen, n: [row for row in best(vectors @ profile, n) if row not in seen][: n - 1],
    },
    also_right=[
        lambda profile, vectors, seen, n: [row for row in best(vectors @ profile, len(vectors)) if row not in seen][:n],
        lambda profile, vectors, seen, n: sorted(set(range(len(vectors))) - set(seen.tolist()),
                                                 key=lambda row: -(vectors[row] @ profile))[:n],
    ],
    shows="Your list starts with the best film that she has not seen.",
)  # fmt: skip

q4 = Function(
    "contributions(profile, film)",
    stub="...",
    answer=lambda profile, film: profile * film,
    probes=[([1.5, 0.0, -1.5], [1.0, 1.0, 0.5]), ([2.0, -1.0, 0.0, 3.0], [0.0, 1.0, 1.0, 0.5])],
    more_probes=lambda rng: (rng.normal(size=5), rng.uniform(size=5)),
    same=close(1e-6),
    mistakes={
        "That is the score. An explanation is what it is the sum of: one number a word.":
            lambda profile, film: profile @ film,
        "That is the profile. A word counts only as far as the film has it.": lambda profile, film: profile,
        "Add and multiply are mixed up: a word that the film does not have must contribute 0.":
            lambda profile, film: profile + film,
        "Those are shares of the score. They add up to 1; the contributions add up to the score.":
            lambda profile, film: profile * film / (profile @ film),
    },
    also_right=[
        lambda profile, film: [p * f for p, f in zip(profile, film, strict=True)],
        lambda profile, film: np.multiply(profile, film),
    ],
    behaviours={
        "Your contributions do not add up to the score.":
            lambda f: np.isclose(np.sum(f(np.array([1.0, 2.0]), np.array([3.0, 4.0]))), 11.0),
    },
    shows="Your contributions add up to the score, word by word.",
)  # fmt: skip

q5 = Fix(
    "vector_of_new_film(words, vocabulary, idf)",
    stub=(
        "def vector_of_new_film(words, vocabulary, idf):\n"
        "    vector = np.zeros(len(vocabulary))\n"
        "    for word in words:\n"
        "        if word in vocabulary:\n"
        "            vector[vocabulary.index(word)] = 1\n"
        "    return vector * idf"
    ),
    symptom="a film whose description has more words gets a longer vector, and so a larger score",
    answer=lambda words, vocabulary, idf: content.unit(np.isin(vocabulary, words) * idf),
    probes=[
        (("Drama", "space"), ["Crime", "Drama", "space"], [1.5, 1.0, 2.0]),
        (("Drama", "never seen"), ["Crime", "Drama", "space"], [1.5, 1.0, 2.0]),
        (("Crime", "Drama", "space"), ["Crime", "Drama", "space"], [1.5, 1.0, 2.0]),
        (("never seen", "cyberspace"), ["Crime", "Drama", "space"], [1.5, 1.0, 2.0]),
    ],
    same=close(1e-6),
    mistakes={
        "You divided by the sum. Then long descriptions get short vectors: divide by the length, the root of "
        "the sum of squares.":
            lambda words, vocabulary, idf: _over_sum(np.isin(vocabulary, words) * idf),
        "You divided by the number of words. Divide by the length of the vector.":
            lambda words, vocabulary, idf: np.isin(vocabulary, words) * idf / len(words),
        "You brought it to length 1 before the weights. Weigh first, then divide by the length.":
            lambda words, vocabulary, idf: content.unit(np.isin(vocabulary, words) * 1.0) * idf,
        "Right, except for a film without any known word: 0/0 is nan. Leave its zeros as they are.":
            lambda words, vocabulary, idf: _naive_unit(np.isin(vocabulary, words) * idf),
    },
    also_right=[
        lambda words, vocabulary, idf: content.unit([w * (v in words) for v, w in zip(vocabulary, idf, strict=True)]),
        lambda words, vocabulary, idf: _guarded_unit(np.isin(vocabulary, words) * idf),
    ],
    shows="Every film of tomorrow gets an arrow of length 1, whoever wrote its description.",
)  # fmt: skip

q6 = Choice(
    "Whose page would you not build from descriptions?",
    answer="b",
    wrong={
        "a": "With 120 ratings and a clear liking there is much to go by. Here descriptions beat popularity.",
        "c": "A new film is where descriptions are the only thing there is.",
        "d": "Somebody's taste that differs from the crowd's is what popularity cannot see.",
    },
    shows="Three equal ratings make a plain profile of zeros. What everybody likes is the better guess.",
)


def _over_sum(vector):
    return vector / (vector.sum() or 1.0)


def _naive_unit(vector):
    with np.errstate(invalid="ignore"):
        return vector / np.sqrt((vector**2).sum())


def _guarded_unit(vector):
    length = np.linalg.norm(vector)
    return vector / length if length else vector
