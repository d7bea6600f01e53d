"""What is measured on: the shipped data, ml-latest-small where it is at hand, and simulated ratings of any size."""

import os
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.speed import big
from course_lib import datasets, splits
from course_lib.ratings import Ratings

CACHE = datasets.CACHE / "speed"
HELD_OUT = {"sim-100m": 0.05}
"""Shares of the ratings; a tenth where nothing stands here."""
TINY = big.Shape(60, 240, 1500)
"""To warm up on: what is compiled at the first call is not measured."""
LIKED = 4.0


@dataclass(frozen=True)
class Data:
    """Ratings in two parts, of the same members and films."""

    name: str
    train: Ratings
    test: Ratings

    @cached_property
    def liked(self):
        """The films of the training part that were liked, and nothing else: peers do not know of what was seen."""
        return self.train.rows(self.train.values >= LIKED)

    @cached_property
    def relevant(self):
        """The films of the test part that were liked."""
        return self.test.rows(self.test.values >= LIKED)

    def pairs(self, n):
        """The first `n` pairs of the test part: positions of members, of films, and stars."""
        return self.test.users[:n], self.test.items[:n], self.test.values[:n]


def is_here(name):
    """Tell whether a data set can be measured on without a download."""
    return name.startswith("sim-") or datasets.available(name)


def load(name):
    """Load a data set by name, "tiny" among them."""
    if name == "tiny":
        return _parts(name, *big.generate(TINY), TINY)
    if not name.startswith("sim-"):
        split = splits.random_split(datasets.load(name).ratings, test=0.1, seed=0)
        return Data(name, split.train, split.test)
    shape, folder = big.SHAPES[name], CACHE / name
    if not (folder / "test_values.npy").is_file():
        _store(folder, *_cut(name, *big.generate(shape)))
    parts = (_ratings(shape, *(_stored(folder, part, column) for column in COLUMNS)) for part in ("train", "test"))
    return Data(name, *parts)


COLUMNS = ("users", "items", "values")


def _parts(name, users, items, values, shape):
    train, test = _cut(name, users, items, values)
    return Data(name, _ratings(shape, *train), _ratings(shape, *test))


def _cut(name, users, items, values):
    """Hold some rows out; both parts stay in the order of members and films."""
    held_out = np.random.default_rng(1).random(len(users), dtype=np.float32) < HELD_OUT.get(name, 0.1)
    return [[column[which] for column in (users, items, values)] for which in (~held_out, held_out)]


def _store(folder, train, test):
    """Keep the arrays for the next process: the folder appears whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
        for part, columns in (("train", train), ("test", test)):
            for name, column in zip(COLUMNS, columns, strict=True):
                np.save(Path(unfinished) / f"{part}_{name}.npy", column)
        os.rename(unfinished, folder)
        Path(unfinished).mkdir()  # for the context manager to remove


def _stored(folder, part, column):
    return np.load(folder / f"{part}_{column}.npy", mmap_mode="c")


def _ratings(shape, users, items, values):
    ids = np.arange(1, shape.n_items + 1)
    films = pd.DataFrame({"title": [f"Film {one}" for one in ids]}, index=ids)
    return Ratings.from_arrays(users, items, values, user_ids=np.arange(1, shape.n_users + 1), films=films)


def csv_folder(name="sim-25m"):
    """Write simulated ratings in the form of MovieLens' files, once, and return their folder."""
    folder = CACHE / f"{name}-csv"
    if not (folder / "movies.csv").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        users, items, values = big.generate(big.SHAPES[name])
        times = np.random.default_rng(2).integers(1_000_000_000, 1_600_000_000, size=len(users))
        frame = pd.DataFrame({"userId": users + 1, "movieId": items + 1, "rating": values, "timestamp": times})
        frame.to_csv(folder / "ratings.csv", index=False, lineterminator="\n", chunksize=1_000_000)
        ids = np.arange(1, big.SHAPES[name].n_items + 1)
        films = pd.DataFrame({"movieId": ids, "title": [f"Film {one} (2000)" for one in ids], "genres": "Drama"})
        films.to_csv(folder / "movies.csv", index=False, lineterminator="\n")
    return folder
