"""The questions of lesson 00, start here."""

import numpy as np
import pandas as pd

from course_lib.checks import Choice, Function, Value
from course_lib.checks.same import close, exactly

RATED = pd.DataFrame({
    "userId": [1, 1, 1, 2, 2, 3], "movieId": [11, 12, 13, 11, 14, 12], "rating": [5.0, 4.0, 1.0, 3.0, 4.0, 2.0],
})  # fmt: skip

q1 = Value(
    "mean_of_member_1",
    stub="mean_of_member_1 = ...",
    answer=float(RATED.query("userId == 1")["rating"].mean()),
    same=close(0.001),
    mistakes={
        "That is the mean of everybody's ratings. Take member 1's rows alone.": float(RATED["rating"].mean()),
        "That is the sum of her ratings. Divide by how many there are.":
            float(RATED.query("userId == 1")["rating"].sum()),
        "3 is how many films she rated, and also 10 // 3, which cuts off. The mean is the sum / the number.":
            3.0,
        "That is her middle rating, the median. The mean is the sum divided by the number.":
            float(RATED.query("userId == 1")["rating"].median()),
    },
    shows="Member 1 gave 5, 4 and 1 stars: 3.33 on average.",
)  # fmt: skip

q2 = Function(
    "in_common(page, other_page)",
    stub="...",
    answer=lambda page, other_page: len(set(page) & set(other_page)),
    probes=[
        (("Alien", "Her", "Jaws"), ("Jaws", "Alien", "Heat")),
        (("Alien", "Her"), ("Alien", "Her")),
        (("Alien", "Her"), ("Jaws", "Heat")),
        (("Alien", "Her", "Up"), ("Her", "Up", "Alien")),
        (("Alien", "Heat"), ("Aliens", "Heathers", "Heat")),
    ],
    same=exactly,
    mistakes={
        "You counted films at the same place. A film that stands first here and third there is shared too.":
            lambda page, other_page: sum(a == b for a, b in zip(page, other_page, strict=False)),
        "Those are the films themselves. How many are there?":
            lambda page, other_page: set(page) & set(other_page),
        "You counted all the films of both pages. Count those that are on both.":
            lambda page, other_page: len(set(page) | set(other_page)),
        "That only says whether there is one. Count them all before you return.":
            lambda page, other_page: bool(set(page) & set(other_page)),
    },
    also_right=[
        lambda page, other_page: sum(film in other_page for film in page),
        lambda page, other_page: len([film for film in page if film in other_page]),
    ],
    shows="Two pages with the same films in another order share all of them.",
)  # fmt: skip

q3 = Choice(
    "What can the service not know?",
    answer="c",
    wrong={
        "a": "It plays the film, so it knows when it was stopped.",
        "b": "It gets each search, letter by letter.",
        "d": "Every request says what kind of device it comes from.",
    },
    shows="Who sits on the couch is not recorded. An account is not a person.",
)

q4 = Function(
    "largest_share(contributions)",
    stub="...",
    answer=lambda contributions: contributions.max() / contributions.sum(),
    probes=[[2.0, 1.0, 1.0], [0.5, 3.0, 0.5], [1.0]],
    more_probes=lambda rng: rng.uniform(0.1, 3, size=5),
    same=close(1e-6),
    mistakes={
        "That is the largest contribution. Divide it by the sum of all.": lambda contributions: contributions.max(),
        "You took the first contribution. The largest need not stand first.":
            lambda contributions: contributions[0] / contributions.sum(),
        "You divided by the number of reasons. A share is a part of the sum.":
            lambda contributions: contributions.max() / len(contributions),
        "That is in percent. A share runs from 0 to 1: leave out the 100.":
            lambda contributions: 100 * contributions.max() / contributions.sum(),
    },
    also_right=[
        lambda contributions: max(contributions) / sum(contributions),
        lambda contributions: sorted(contributions)[-1] / np.sum(contributions),
    ],
    shows="Of the contributions 2, 1 and 1, the largest makes half the score.",
)  # fmt: skip
