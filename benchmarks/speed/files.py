"""Reading 25 million ratings from a text file: ours the first time and from the cache, and pandas."""

import gc
import shutil
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.speed import data as data_
from benchmarks.speed.side import Side
from course_lib import datasets


class OurReader(Side):
    """course_lib's loader: `fit` is the first time, checks, ids and writing the cache included; `use` is any later."""

    by = "course_lib"

    def form(self, data):
        """Return the folder of the file, in the form of ml-25m, and an empty folder for the cache."""
        return data_.csv_folder(), Path(tempfile.mkdtemp(dir=data_.CACHE))

    def fit(self, form, seed):
        """Load without a cache."""
        folder, cache = form
        shutil.rmtree(cache, ignore_errors=True)
        datasets.CACHE = cache  # a learner's own copy of ml-25m is left alone
        self.folder = folder
        return len(datasets.load("ml-25m", folder).ratings)

    def use(self, model, data):
        """Load with a cache."""
        return len(datasets.load("ml-25m", self.folder).ratings)

    def judge(self, model, used, data, other):
        """Return the number of ratings."""
        shutil.rmtree(datasets.CACHE, ignore_errors=True)
        return float(used)


class PandasReader(OurReader):
    """pandas.read_csv, every time."""

    by = "pandas"

    def fit(self, form, seed):
        """Read the table."""
        self.folder, self.cache = form
        return self.use(None, None)

    def use(self, model, data):
        """Read the table."""
        gc.collect()
        return len(pd.read_csv(self.folder / "ratings.csv"))

    def judge(self, model, used, data, other):
        """Return the number of ratings."""
        shutil.rmtree(self.cache, ignore_errors=True)
        return float(used)
