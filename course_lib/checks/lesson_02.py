"""The questions of lesson 02, content vectors."""

import numpy as np
from scipy.spatial.distance import cosine as scipy_cosine_distance
from scipy.spatial.distance import euclidean as scipy_distance
from sklearn.metrics.pairwise import cosine_similarity as sklearn_cosine_similarity

from course_lib import content
from course_lib.checks import Choice, Fix, Function, Value
from course_lib.checks.same import close, same_order

MEMBER_2, GLADIATOR = np.array([2, 9, 6]), np.array([0, 8, 8])
STEPS = MEMBER_2 - GLADIATOR
GRADES = [[10, 3, 8], [9, 7, 6], [0, 10, 2], [0, 0, 10], [1, 3, 4], [8, 9, 4], [0, 0, 0]]


def some_films(rng):
    """Draw a member and a small table of films with grades from 0 to 10."""
    return rng.uniform(0, 10, size=3), rng.uniform(0, 10, size=(8, 3)), 3


def smallest_first(scores, n):
    """Return the positions of the n smallest scores."""
    return np.argsort(scores, kind="stable")[:n]


q1 = Value(
    "squares and distance",
    stub="squares = ...\ndistance = ...",
    answer=(STEPS**2, 3.0),
    same=close(0.001),
    mistakes={
        "The squares are right. The distance is not their sum yet: one step is missing, the root.":
            (STEPS**2, float((STEPS**2).sum())),
        "You added the differences without their signs. Square each of them before you add.":
            (..., float(np.abs(STEPS).sum())),
        "You added the differences as they are, so that minus cancels plus. Square each of them first.":
            (..., float(STEPS.sum())),
        "You took the mean of the squares. A distance takes their sum.": (..., float(np.sqrt((STEPS**2).mean()))),
        "In Python ^ is no power: it compares bits. Write difference ** 2.": (STEPS ^ 2, float("nan")),
        "The squares are still the differences. Multiply each by itself: ** 2.": (STEPS, ...),
    },
    shows="Member 2 is 3 steps from Gladiator: 2 in Sci-Fi, 1 in Action and 2 in Drama, by Pythagoras.",
)  # fmt: skip

q2 = Function(
    "cosine_similarity(a, b)",
    stub="...",
    answer=content.cosine_similarity,
    probes=[([8, 5, 7], [10, 3, 8]), ([1, 0, 0], [0, 1, 0]), ([2, 4], [1, 2]), ([3, -1], [-3, 1]), ([1, -1], [1, -1]),
            ([0, 0], [1, 2]), ([1, 2], [0, 0])],
    more_probes=lambda rng: (rng.normal(size=6), rng.normal(size=6)),
    same=close(1e-6),
    mistakes={
        "That is the dot product: long vectors win. Divide by both lengths.": lambda a, b: a @ b,
        "Python divides first and multiplies then. Put brackets around the product of the two lengths.":
            lambda a, b: a @ b / np.linalg.norm(a) * np.linalg.norm(b) if a.any() else 0.0,
        "The lengths are squared. Take the root of each sum of squares before you divide.":
            lambda a, b: a @ b / ((a @ a) * (b @ b)) if a.any() and b.any() else 0.0,
        "You divided by one length. A vector twice as long must not get a larger answer: divide by both.":
            lambda a, b: a @ b / np.linalg.norm(a) if a.any() else 0.0,
        "That is the distance. The similarity of two vectors of the same direction is 1.":
            lambda a, b: np.linalg.norm(a - b),
        "Right, except for a vector of zeros: 1 would say that it points the same way as everything. Answer 0.":
            lambda a, b: content.cosine_similarity(a, b) if a.any() and b.any() else 1.0,
        "That is the cosine distance, 1 minus the cosine: alike should be 1, not 0.":
            lambda a, b: 1 - content.cosine_similarity(a, b),
        "Right, except for a vector of zeros: 0/0 is nan. It has no direction; answer 0 for it.":
            lambda a, b: np.divide(a @ b, np.linalg.norm(a) * np.linalg.norm(b)),
    },
    also_right=[
        lambda a, b: 1 - scipy_cosine_distance(a, b) if a.any() and b.any() else 0.0,
        lambda a, b: sklearn_cosine_similarity([a], [b])[0, 0],
        lambda a, b: sum(x * y for x, y in zip(a, b, strict=True)) / ((sum(a**2) * sum(b**2)) ** 0.5 or 1.0),
    ],
    shows="Your cosine gives 0.977 for member 1 and Interstellar, and does not break on a vector of zeros.",
)  # fmt: skip

q3 = Function(
    "most_alike(member, grades, n)",
    stub="...",
    answer=lambda member, grades, n: smallest_first(-content.cosine_similarity(grades, member), n),
    probes=[([8, 5, 7], GRADES, 3), ([0, 10, 0], GRADES, 2), ([4, 2.5, 3.5], GRADES, 4)],
    more_probes=some_films,
    same=same_order,
    mistakes={
        "These are the least alike: np.argsort puts the smallest first. Turn the order round.":
            lambda member, grades, n: smallest_first(content.cosine_similarity(grades, member), n),
        "You ranked by distance. Halve the member and your list changes; rank by the cosine.":
            lambda member, grades, n: smallest_first(content.euclidean_distance(grades, member), n),
        "You ranked by the dot product: films with large grades win. Divide by the lengths.":
            lambda member, grades, n: smallest_first(-(grades @ member), n),
        "Those are the similarities themselves. Return the row numbers of the films they belong to.":
            lambda member, grades, n: -np.sort(-content.cosine_similarity(grades, member))[:n],
        "Rows are counted from 0 in Python: the first film is row 0.":
            lambda member, grades, n: smallest_first(-content.cosine_similarity(grades, member), n) + 1,
        "That is the whole list. Return the first n.":
            lambda member, grades, n: smallest_first(-content.cosine_similarity(grades, member), len(grades)),
    },
    also_right=[
        lambda member, grades, n: list(np.argsort(content.cosine_similarity(grades, member))[::-1][:n]),
        lambda member, grades, n: sorted(
            range(len(grades)), key=lambda row: -content.cosine_similarity(grades[row], member)
        )[:n],
    ],
    shows="The calm member and member 1 get the same list from your function.",
)  # fmt: skip

q4 = Choice(
    "Which column has to be centred?",
    answer="c",
    wrong={
        "a": "Minutes watched are an amount: zero means she watched none. Subtracting 60 would turn a viewer "
        "of 30 minutes into an enemy of the genre.",
        "b": "A count of films is an amount too. Zero says that there were none, and none is what it should say.",
        "d": "Look at what zero means in each column. One of the three has a middle that says nothing.",
    },
    shows='"Neither" is a middle that says nothing: centre the answers at 3. Minutes and counts start at none.',
)

q5 = Fix(
    "opinion_cosine(a, b, middle)",
    stub=(
        "def opinion_cosine(a, b, middle):\n"
        "    a = a - middle\n"
        "    return a @ b / (np.linalg.norm(a) * np.linalg.norm(b))"
    ),
    symptom="two people who answer the middle or below everywhere do not come out as alike",
    answer=lambda a, b, middle: content.centred_cosine(a, b, middle),
    probes=[([8, 5, 7], [10, 3, 8], 5), ([4, 2.5, 3.5], [10, 3, 8], 5), ([1, 2, 2], [1, 1, 2], 3)],
    more_probes=lambda rng: (rng.uniform(1, 5, size=5), rng.uniform(1, 5, size=5), 3.0),
    same=close(1e-6),
    mistakes={
        "Now nothing is centred. Both vectors have to be measured from the middle.":
            lambda a, b, middle: content.cosine_similarity(a, b),
        "Now b is centred and a is not. Both have to be measured from the middle.":
            lambda a, b, middle: content.cosine_similarity(a, b - middle),
        "b was lost: your second line measures a twice. Subtract the middle from b.":
            lambda a, b, middle: content.cosine_similarity(a - middle, a - 2 * middle),
        "You centred before the dot product and not in the lengths. Use the centred vectors in both.":
            lambda a, b, middle: (a - middle) @ (b - middle) / (np.linalg.norm(a) * np.linalg.norm(b)),
        "You subtracted each vector's own mean. The middle of the scale is given: subtract that.":
            lambda a, b, middle: content.cosine_similarity(a - a.mean(), b - b.mean()),
    },
    also_right=[
        lambda a, b, middle: (a - middle) @ (b - middle) / (np.linalg.norm(a - middle) * np.linalg.norm(b - middle)),
        lambda a, b, middle: 1 - scipy_cosine_distance(a - middle, b - middle),
        lambda a, b, middle: content.dot_product(content.unit(a - middle), content.unit(b - middle)),
    ],
    shows="Both sides are measured from the middle now: -0.237 for the calm member and Interstellar.",
)  # fmt: skip

q6 = Function(
    "distances_when_scaled(member, film, shares)",
    stub="...",
    answer=lambda member, film, shares: content.euclidean_distance(shares[:, None] * member, film),
    probes=[([8, 5, 7], [10, 3, 8], [0.5, 1.0, 1.5, 2.0]), ([1, 2], [2, 1], [0.0, 1.0, 3.0])],
    more_probes=lambda rng: (rng.uniform(0, 10, 3), rng.uniform(0, 10, 3), rng.uniform(0, 2, 5)),
    same=close(1e-6),
    mistakes={
        "You scaled both, or the distance itself. Only the member gets calmer or louder; the film stays as it is.":
            lambda member, film, shares: shares * content.euclidean_distance(member, film),
        "You scaled the film instead of the member.":
            lambda member, film, shares: content.euclidean_distance(member, shares[:, None] * film),
        "Those are the squared distances. Take the root.":
            lambda member, film, shares: content.euclidean_distance(shares[:, None] * member, film) ** 2,
    },
    also_right=[
        lambda member, film, shares: [scipy_distance(share * member, film) for share in shares],
        lambda member, film, shares: np.linalg.norm(np.outer(shares, member) - film, axis=1),
    ],
    shows="Your curve has its lowest point a little right of 1: even the best share leaves a gap.",
)  # fmt: skip
