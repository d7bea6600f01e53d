"""Tables without holes: the true tastes of simulated members, and the fullest corner of ratings."""

import numpy as np
import pytest

from course_lib import datasets, full_tables
from tests import toy


@pytest.fixture(scope="module")
def data():
    return datasets.load("matinee")


def test_the_true_tastes_have_no_hole_and_are_what_the_truth_expects(data):
    tastes = full_tables.full_table(data)
    assert tastes.shape == (1500, 480) and np.isfinite(tastes.to_numpy()).all()
    assert tastes.to_numpy().min() >= 0.5 and tastes.to_numpy().max() <= 5
    assert tastes.index.tolist() == data.ratings.user_ids[data.truth.is_core_user].tolist()
    assert tastes.columns.tolist() == data.films.index[data.truth.is_core_item].tolist()
    for member in tastes.index[[0, 700, -1]]:
        n = len(tastes.columns)
        last = np.full(n, data.ratings.timestamps.max())
        expected = data.truth.mean_rating(np.full(n, member), tastes.columns.to_numpy(), last)
        assert np.array_equal(tastes.loc[member], expected)


def test_the_true_tastes_are_made_without_simulating_who_watched_what(data, monkeypatch):
    monkeypatch.setattr("course_lib.matinee.world", None)
    assert full_tables.true_tastes(data).shape == (1500, 480)


def test_what_was_rated_agrees_with_the_true_taste(data):
    tastes = full_tables.true_tastes(data)
    rows = data.ratings.to_frame()
    rows = rows[rows["userId"].isin(tastes.index) & rows["movieId"].isin(tastes.columns)]
    places = tastes.index.get_indexer(rows["userId"]), tastes.columns.get_indexer(rows["movieId"])
    assert np.corrcoef(tastes.to_numpy()[places], rows["rating"])[0, 1] > 0.6


@pytest.mark.parametrize("n_films", [1, 2, 3])
def test_a_full_corner_holds_ratings_that_were_given_and_no_hole(n_films):
    ratings = toy.paper()
    corner = full_tables.full_corner(ratings, n_films)
    assert corner.shape[1] == n_films and (corner.to_numpy() > 0).all()
    for (row, column), stars in np.ndenumerate(corner.to_numpy()):
        member, film = corner.index[row], corner.columns[column]
        assert toy.PAPER[member - 1, list(toy.FILMS.index).index(film)] == stars


def test_a_full_corner_stops_before_nobody_is_left():
    ratings = toy.random_ratings(n_users=6, n_items=5, density=0.3, seed=1)
    corner = full_tables.full_corner(ratings, 5)
    assert 0 < corner.shape[1] < 5 and len(corner)


def test_the_first_film_of_a_full_corner_is_the_most_rated_one():
    ratings = toy.random_ratings(n_users=12, n_items=6, density=0.6, seed=3)
    counts = np.bincount(ratings.items, minlength=ratings.n_items)
    assert full_tables.full_corner(ratings, 3).columns[0] == ratings.item_ids[counts.argmax()]
