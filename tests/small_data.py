"""A data set of three ratings in the files that MovieLens has, for tests that need files and not data."""

import dataclasses
import hashlib
import zipfile

from course_lib import datasets

MOVIES = 'movieId,title,genres\n10,"Matrix, The (1999)",Action|Sci-Fi\n5,Amélie (2001),Drama\n7,Heat (1995),Action\n'
RATINGS = "userId,movieId,rating,timestamp\n3,10,4.0,964982703\n3,5,5.0,964981247\n1,5,0.5,964982224\n"


def write(folder, ratings=RATINGS, movies=MOVIES):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ratings.csv").write_text(ratings, encoding="utf-8", newline="\n")
    (folder / "movies.csv").write_text(movies, encoding="utf-8", newline="\n")
    return folder


def write_zip(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ml-x/ratings.csv", RATINGS)
        archive.writestr("ml-x/movies.csv", MOVIES)
        archive.writestr("ml-x/genome-scores.csv", "large")
    return path


def register(monkeypatch, name, sha256, url=""):
    """Let the registry expect another archive."""
    known = datasets.REGISTRY[name]
    card = dataclasses.replace(known.card, url=url)
    monkeypatch.setitem(datasets.REGISTRY, name, dataclasses.replace(known, sha256=sha256, card=card))


def checksum(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
