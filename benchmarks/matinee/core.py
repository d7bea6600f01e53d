"""What is measured: the ratings of the core, as arrays."""

import csv
from dataclasses import dataclass

import numpy as np

from course_lib.matinee import SHIPPED
from course_lib.simulate import simulate
from course_lib.simulate.films import read_catalogue
from course_lib.simulate.truth import World, rows_of


@dataclass(frozen=True, eq=False)
class Core:
    """The ratings that core members gave to core films: one row a rating, by member, then by time.

    `members` and `films` are rows of the truth's arrays (0 and up), `stars` 0.5 to 5, `times` seconds since 1970,
    `watched` a share of the film. `catalogue` lists all films, the core first.
    """

    members: np.ndarray
    films: np.ndarray
    stars: np.ndarray
    times: np.ndarray
    watched: np.ndarray
    n_members: int
    n_films: int
    catalogue: list
    world: World


def shipped_catalogue():
    """Read the films of the data set."""
    with open(SHIPPED / "films.csv", encoding="utf-8", newline="") as handle:
        return read_catalogue(list(csv.DictReader(handle)))


def simulated_core(catalogue, seed, law):
    """Simulate a world and keep its core."""
    world = simulate(catalogue, seed, law)
    n_members, n_films = int(world.truth.members.core.sum()), int(world.truth.films.core.sum())
    members, films = rows_in_truth(world, world.ratings)
    keep = (members < n_members) & (films < n_films)
    stars, times, watched = (world.ratings[name][keep] for name in ("rating", "timestamp", "watched"))
    return Core(members[keep], films[keep], stars, times, watched, n_members, n_films, catalogue, world)


def rows_in_truth(world, table):
    """Turn the ids of a table (ratings, opened, uniform test) into rows of the truth's arrays."""
    truth = world.truth
    return (
        rows_of(table["userId"], truth.members.ids, "members"),
        rows_of(table["movieId"], truth.films.ids, "films"),
    )


def marked(members, films, shape, values=1):
    """Put values at (member, film) into a matrix of zeros."""
    matrix = np.zeros(shape)
    matrix[members, films] = values
    return matrix
