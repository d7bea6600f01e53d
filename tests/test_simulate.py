"""The data set comes out byte for byte the same, and obeys the law it says it obeys."""

import csv
import dataclasses
import hashlib
import json
import math
import os
import pathlib
import subprocess
import sys

import numpy as np
import numpy._core._multiarray_umath as umath
import pytest

from course_lib import datasets
from course_lib.simulate import simulate
from course_lib.simulate.films import make_films, read_catalogue
from course_lib.simulate.large import simulate_large
from course_lib.simulate.law import Law
from course_lib.simulate.members import position, sessions
from course_lib.simulate.opinions import stars
from course_lib.simulate.stream import Stream, standardized
from course_lib.simulate.truth import ratings_text

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "datasets" / "matinee"
STORED_AT = pathlib.Path(__file__).with_name("simulate_fingerprints.json")
STORED = json.loads(STORED_AT.read_text(encoding="utf-8"))


def catalogue():
    """Read the film table as the data set ships it."""
    with open(FOLDER / "films.csv", encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def fingerprint(*arrays):
    """Hash arrays as little-endian bytes."""
    digest = hashlib.sha256()
    for array in arrays:
        array = np.ascontiguousarray(array)
        kind = "<f8" if array.dtype.kind == "f" else "|b1" if array.dtype.kind == "b" else "<i8"
        digest.update(array.astype(kind).tobytes())
    return digest.hexdigest()


def fingerprints(world):
    """Hash each stage of a world."""
    films, members, test = world.truth.films, world.truth.members, world.truth.uniform_test
    return {
        "stream": fingerprint(Stream(7, "test", "name").normals(99), Stream(7, "test", 3).quick_normals(99)),
        "films": fingerprint(*(getattr(films, name) for name in FILM_FIELDS)),
        "members": fingerprint(*(getattr(members, name) for name in MEMBER_FIELDS)),
        "ratings": hashlib.sha256(ratings_text(world.ratings).encode("ascii")).hexdigest(),
        "opened": fingerprint(*world.opened.values()),
        "uniform test": fingerprint(*test.values()),
        "floors": [world.truth.floor, world.truth.floor_day_known, world.truth.floor_uniform],
    }


FILM_FIELDS = (
    "ids", "core", "factors", "visible", "bias", "drift", "fame", "released", "star", "first", "sequel",
    "follows",
)  # fmt: skip
MEMBER_FIELDS = (
    "ids", "core", "strength", "factors", "drift", "bias", "star_likings", "whole_only", "n_ratings",
    "joined", "one_day",
)  # fmt: skip


@pytest.fixture(scope="module")
def world():
    return simulate(catalogue())


@pytest.fixture(scope="module")
def core(world):
    """Core ratings with rows into films and members."""
    truth, ratings = world.truth, world.ratings
    users, items = ratings["userId"] - 1, ratings["movieId"] - 1
    keep = truth.members.core[users] & truth.films.core[items]
    kept = {name: column[keep] for name, column in ratings.items()}
    return kept | {"users": users[keep], "items": items[keep]}


def test_the_catalogue_is_the_one_the_fingerprints_were_made_with():
    text = (FOLDER / "films.csv").read_bytes().replace(b"\r\n", b"\n")
    assert hashlib.sha256(text).hexdigest() == STORED["films.csv"]


def test_the_first_ratings_are_these(world):
    assert ratings_text(world.ratings).splitlines()[:6] == STORED["first rows"]


def test_each_stage_has_its_stored_bytes(world):
    assert fingerprints(world) == STORED["stages"]


def test_the_shipped_files_are_what_the_simulator_makes(world):
    for name, table in (("ratings.csv", world.ratings), ("opened.csv", world.opened)):
        assert (FOLDER / name).read_bytes() == ratings_text(table).encode("ascii"), "run python tools/simulate.py"


def test_the_data_set_comes_with_its_truth(world):
    data = datasets.load("matinee")
    assert data.truth and data.truth.floor == world.truth.floor
    assert (data.truth.item_factors == world.truth.item_factors).all()
    assert len(data.opened) == len(world.opened["userId"])
    assert "Inception (2010)" not in set(
        data.films["title"].loc[data.ratings.to_frame().query("userId == 1")["movieId"]]
    )


def test_what_ships_stays_under_three_and_a_half_megabytes():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 3_500_000


def features_to_do_without():
    """Name the processor features that this numpy uses here and can do without."""
    return " ".join(name for name in umath.__cpu_dispatch__ if umath.__cpu_features__[name])


@pytest.mark.parametrize(
    "changed",
    [
        {"NPY_DISABLE_CPU_FEATURES": features_to_do_without()},
        {"OPENBLAS_CORETYPE": "PRESCOTT", "OPENBLAS_NUM_THREADS": "2", "PYTHONHASHSEED": "5"},
    ],
    ids=["older processor", "another BLAS kernel"],
)
def test_another_machine_gives_the_same_bytes(changed):
    code = "from tests import test_simulate as t; print(t.json.dumps(t.fingerprints(t.simulate(t.catalogue()))))"
    run = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT,
        env=os.environ | changed,
    )  # fmt: skip
    assert json.loads(run.stdout) == STORED["stages"]


@pytest.mark.parametrize("towards", [-math.inf, math.inf])
def test_the_last_bit_of_exp_log_and_erf_does_not_matter(monkeypatch, towards):
    for name in ("exp", "log", "erf"):
        exact = getattr(math, name)
        monkeypatch.setattr(math, name, lambda x, exact=exact: math.nextafter(exact(x), towards))
    assert fingerprints(simulate(catalogue())) == STORED["stages"]


def test_a_stream_is_not_moved_by_another_stage_or_member():
    numbers = Stream(1, "rating", 5).uniforms(4)
    Stream(1, "rating", 4).uniforms(100)
    assert (Stream(1, "rating", 5).uniforms(4) == numbers).all()
    assert not (Stream(1, "rating", 6).uniforms(4) == numbers).any()
    assert not (Stream(1, "opened", 5).uniforms(4) == numbers).any()


def test_random_numbers_have_the_moments_they_promise():
    stream = Stream(3, "moments")
    for numbers, spread in ((stream.normals(200_000), 1.0), (stream.quick_normals(200_000), 1.0)):
        assert abs(numbers.mean()) < 0.01
        assert abs(numbers.std() - spread) < 0.01
    even = stream.uniforms(200_000)
    assert 0 <= even.min() < 0.001 < 0.999 < even.max() < 1
    assert abs(even.var() - 1 / 12) < 0.001


def test_the_order_of_the_film_table_does_not_change_a_film():
    table = read_catalogue(catalogue())
    films = make_films(table, 5, Law())
    turned = make_films(table[:480][::-1] + table[480:], 5, Law())
    assert np.allclose(films.bias[:480], turned.bias[:480][::-1], atol=2e-6)
    assert np.allclose(films.factors[:480], turned.factors[:480][::-1], atol=2e-6)


def test_a_table_of_strings_and_a_frame_of_lists_are_read_alike():
    pandas = pytest.importorskip("pandas")
    rows = read_catalogue(catalogue())
    frame = pandas.read_csv(FOLDER / "films.csv").set_index("movieId")
    for field in ("genres", "cast"):
        frame[field] = [film[field] for film in rows]
    assert read_catalogue(frame) == rows


def test_the_factors_of_the_core_are_uncorrelated_and_equally_wide(world):
    factors = world.truth.item_factors[world.truth.films.core]
    spread = world.truth.law.taste / math.sqrt(5)
    assert np.allclose(np.cov(factors.T, bias=True), spread**2 * np.eye(5), atol=1e-5)


def test_the_shape_is_that_of_movielens(core):
    given = core["rating"]
    shares = np.array([(given == half / 2).mean() for half in range(1, 11)])
    target = [0.009, 0.019, 0.010, 0.051, 0.039, 0.178, 0.120, 0.290, 0.102, 0.182]
    assert np.abs(shares - target).max() <= 0.02
    n_users, n_items = 1500, 480
    per_user = np.bincount(core["users"], minlength=n_users)
    per_item = np.bincount(core["items"], minlength=n_items)
    mean_user = np.bincount(core["users"], given) / per_user
    mean_item = np.bincount(core["items"], given) / per_item
    many = per_user >= 20
    square = np.bincount(core["users"], (given - mean_user[core["users"]]) ** 2)
    measured = {
        "mean": given.mean(), "sd": given.std(), "density": len(given) / n_users / n_items,
        "members": mean_user[many].std(), "films": mean_item.std(),
        "within": np.sqrt(square[many] / (per_user[many] - 1)).mean(),
        "gini members": gini(per_user), "gini films": gini(per_item), "median": np.median(per_user),
        "per member": per_user.mean(),
    }  # fmt: skip
    asked = {
        "mean": 3.72, "sd": 0.99, "density": 0.147, "members": 0.455, "films": 0.384, "within": 0.869,
        "gini members": 0.50, "gini films": 0.25, "median": 43, "per member": 71,
    }  # fmt: skip
    assert {name: measured[name] for name in asked if abs(measured[name] / asked[name] - 1) > 0.05} == {}
    assert np.corrcoef(np.log(per_item), mean_item)[0, 1] == pytest.approx(0.34, abs=0.05)


def gini(counts):
    counts = np.sort(counts)
    n = len(counts)
    return 2 * (np.arange(1, n + 1) * counts).sum() / (n * counts.sum()) - (n + 1) / n


def test_the_floors_are_what_an_independent_experiment_finds(world, core):
    truth, law = world.truth, world.truth.law
    rng = np.random.default_rng(8)
    rows = rng.integers(len(core["users"]), size=20_000)
    opinions = truth.opinion(core["userId"][rows], core["movieId"][rows], core["timestamp"][rows])
    whole = truth.members.whole_only[core["users"][rows]]
    for mood, stated in ((law.mood, truth.floor), (0.0, truth.floor_day_known)):
        felt = opinions[:, None] + math.hypot(law.noise, mood) * rng.standard_normal((len(rows), 60))
        given = stars(felt, whole[:, None], law)
        assert math.sqrt(given.var(axis=1, ddof=1).mean()) == pytest.approx(stated, abs=0.004)


def test_the_mean_rating_is_the_best_guess_and_reaches_the_floor(world, core):
    guess = world.truth.mean_rating(core["userId"], core["movieId"], core["timestamp"])
    error = core["rating"] - guess
    assert math.sqrt((error**2).mean()) == pytest.approx(world.truth.floor, abs=0.006)
    assert abs(error.mean()) < 0.01
    assert abs(np.corrcoef(guess, error)[0, 1]) < 0.01


def test_what_was_watched_had_been_shown(world):
    viewed = {}
    for user, film in zip(world.ratings["userId"].tolist(), world.ratings["movieId"].tolist(), strict=True):
        viewed.setdefault(user, set()).add(film)
    tail = set(world.truth.films.ids[~world.truth.films.core].tolist())
    for user in (2, 77, 1500, 1600):
        shown = {film for _, films in world.truth.shown(user) for film in films.tolist()}
        assert viewed[user] - tail <= shown
        opened = world.opened["movieId"][world.opened["userId"] == user]
        assert set(opened.tolist()) <= shown - viewed[user]


def test_the_exposure_is_what_was_shown_to_each_member(world):
    exposure = world.truth.exposure()
    assert exposure.shape == (1650, 600)
    for user in (1, 500, 1650):
        shown = {film for _, films in world.truth.shown(user) for film in films.tolist()}
        assert set((np.flatnonzero(exposure[user - 1]) + 1).tolist()) == shown
    inception = world.truth.films.titles.index("Inception (2010)")
    assert not exposure[0, inception]


def test_an_unknown_id_is_said_to_be_unknown(world):
    with pytest.raises(ValueError, match="no films with the ids .9999."):
        world.truth.mean_rating(1, 9999, 1_600_000_000)
    with pytest.raises(ValueError, match="Take ids from 1 to 1650"):
        world.truth.shown(0)


def test_nobody_rates_a_film_before_its_release_or_twice(world):
    ratings, films = world.ratings, world.truth.films
    assert (ratings["timestamp"] >= films.released[ratings["movieId"] - 1]).all()
    assert len(np.unique(ratings["userId"] * 1000 + ratings["movieId"])) == len(ratings["userId"])


def test_the_uniform_test_asks_for_films_not_rated_and_there(world):
    test, ratings, films = world.truth.uniform_test, world.ratings, world.truth.films
    assert len(test["userId"]) == 15_000
    rated = np.unique(ratings["userId"] * 1000 + ratings["movieId"])
    assert not np.isin(test["userId"] * 1000 + test["movieId"], rated).any()
    assert films.core[test["movieId"] - 1].all()
    assert (test["timestamp"] >= films.released[test["movieId"] - 1]).all()


def test_the_tail_and_the_light_members_stand_beside_the_core(world):
    ratings, truth = world.ratings, world.truth
    per_film = np.bincount(ratings["movieId"] - 1, minlength=600)
    assert per_film[480:].min() >= 1
    assert per_film[480:].max() <= 15
    light = ratings["userId"] > 1500
    per_light = np.bincount(ratings["userId"][light & truth.films.core[ratings["movieId"] - 1]])[1501:]
    assert len(per_light) == 150
    assert per_light.min() >= 3
    assert per_light.max() <= 8


def test_without_the_tail_the_core_is_the_same(world):
    alone = simulate(catalogue(), law=dataclasses.replace(Law(), tail_most=0))
    keep = world.truth.films.core[world.ratings["movieId"] - 1]
    keep_alone = alone.truth.films.core[alone.ratings["movieId"] - 1]
    assert (world.ratings["rating"][keep] == alone.ratings["rating"][keep_alone]).all()


def test_member_1_loves_interstellar_and_would_love_inception(world):
    truth, ratings = world.truth, world.ratings
    mine = ratings["userId"] == 1
    film = dict(zip(truth.films.titles, truth.films.ids.tolist(), strict=True))
    given = dict(zip(ratings["movieId"][mine].tolist(), ratings["rating"][mine].tolist(), strict=True))
    assert given[film["Interstellar (2014)"]] >= 4.5
    assert film["Inception (2010)"] not in given
    last = ratings["timestamp"][mine].max()
    unseen = [i for i in truth.films.ids[truth.films.core].tolist() if i not in given]
    there = [i for i in unseen if truth.films.released[i - 1] <= last]
    opinions = truth.opinion(np.ones(len(there), dtype=int), there, np.full(len(there), last))
    inception = opinions[there.index(film["Inception (2010)"])]
    assert 1 + (opinions > inception).sum() <= 5


def test_more_of_a_liked_film_is_watched(world):
    ratings = world.ratings
    assert np.corrcoef(ratings["rating"], ratings["watched"])[0, 1] > 0.5
    assert ratings["watched"].mean() > world.opened["watched"].mean() + 0.3
    assert 0.05 <= ratings["watched"].min() < ratings["watched"].max() == 1.0


def test_a_member_has_as_many_films_as_the_sessions_hold(world):
    members, law = world.truth.members, world.truth.law
    for row in (0, 1, 99, 1499, 1649):
        sizes, starts, _ = sessions(members, row, world.truth.seed, law)
        assert sum(sizes) == members.n_ratings[row]
        assert starts == sorted(starts)
        assert all(-0.5 <= position(start, law) <= 0.5 for start in starts)


def test_standardized_core_has_mean_0_and_variance_1():
    core = np.arange(50) < 30
    numbers = standardized(np.arange(50.0) ** 2, core)
    assert numbers[core].mean() == pytest.approx(0, abs=1e-12)
    assert numbers[core].std() == pytest.approx(1)


def test_the_large_simulation_gives_what_was_asked_for():
    many = simulate_large(3000, 2000, 200_000, seed=4)
    assert len(many["rating"]) == 200_000
    assert len(np.unique(many["userId"].astype(np.int64) * 10_000 + many["movieId"])) == 200_000
    assert np.bincount(many["userId"])[1:].min() >= 12
    assert many["movieId"].max() <= 2000
    assert many["rating"].mean() == pytest.approx(3.72, rel=0.06)
    assert many["rating"].std() == pytest.approx(0.99, rel=0.06)


def test_the_large_simulation_says_what_cannot_be():
    with pytest.raises(ValueError, match="Ask for 1200 to"):
        simulate_large(100, 500, 500)


if __name__ == "__main__":  # stores the fingerprints of the world as it is made now
    made = simulate(catalogue())
    stored = {
        "films.csv": hashlib.sha256((FOLDER / "films.csv").read_bytes()).hexdigest(),
        "first rows": ratings_text(made.ratings).splitlines()[:6],
        "stages": fingerprints(made),
    }
    STORED_AT.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8", newline="\n")
