"""Negatives: never a seen film, the right frequencies, the same films from the same seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from course_lib._kernels.sampling import draw_unseen
from course_lib.errors import DataError
from course_lib.sampling import NegativeSampler
from tests.toy import HOLE, from_matrix, quick, random_ratings

RATINGS = random_ratings()
KINDS = ["uniform", "popularity"]


def seen_of(ratings, user):
    return ratings.seen.items[ratings.seen.users == user]


@quick
@given(
    seed=st.integers(0, 10_000),
    negatives=st.sampled_from(KINDS),
    density=st.floats(0.05, 1),
    at_least=st.sampled_from([0, 4]),
)
def test_a_film_that_was_seen_is_never_drawn_and_one_that_was_not_where_there_is_one(
    seed, negatives, density, at_least
):
    ratings = random_ratings(n_users=8, n_items=6, density=density, seed=seed).liked(at_least)
    if not len(ratings):
        return
    sampler = NegativeSampler(ratings, negatives)
    users = np.repeat(np.arange(8), 30)
    for user, item in zip(users, sampler.draw(users, seed), strict=True):
        possible = np.flatnonzero(sampler.probabilities(seen_of(ratings, user)))
        assert item in possible if len(possible) else item == -1


def test_what_was_seen_and_not_liked_is_no_negative_either():
    liked = RATINGS.liked(4)
    drawn = NegativeSampler(liked).draw(np.zeros(2000, dtype=int), 0)
    assert set(drawn) == set(range(20)) - set(seen_of(RATINGS, 0))


@pytest.mark.parametrize("negatives", KINDS)
def test_the_same_seed_draws_the_same_films_and_a_generator_goes_on(negatives):
    sampler, users = NegativeSampler(RATINGS, negatives), RATINGS.users
    assert (sampler.draw(users, 3) == sampler.draw(users, 3)).all()
    assert (sampler.draw(users, 3) != sampler.draw(users, 4)).any()
    rng = np.random.default_rng(3)
    first, second = sampler.draw(users, rng), sampler.draw(users, rng)
    assert (first == sampler.draw(users, 3)).all() and (first != second).any()


@pytest.mark.parametrize(("negatives", "power"), [("uniform", 0.75), ("popularity", 0.75), ("popularity", 1.5)])
def test_films_come_as_often_as_they_should(negatives, power):
    sampler, n = NegativeSampler(RATINGS, negatives, power), 60_000
    counts = np.bincount(RATINGS.items, minlength=20)
    for user in (0, 1, 29):  # the last one has seen nothing
        weights = counts**power if negatives == "popularity" else np.ones(20)
        weights[seen_of(RATINGS, user)] = 0
        expected = n * weights / weights.sum()
        there = expected > 0
        drawn = np.bincount(sampler.draw(np.full(n, user), 0), minlength=20)
        assert drawn[~there].sum() == 0
        assert chisquare(drawn[there], expected[there]).pvalue > 1e-3
        assert sampler.probabilities(seen_of(RATINGS, user)) == pytest.approx(expected / n)


def test_the_frequencies_are_right_too_where_almost_everything_was_seen():
    # The 198 most popular of 200 films: nearly all draws are thrown away, and what is left is added up.
    matrix = np.full((5000, 200), HOLE)
    matrix[0, 2:] = 4.0
    matrix[1:30, 2:] = 4.0
    matrix[1, 0], matrix[1:4, 1] = 4.0, 4.0
    ratings = from_matrix(matrix[:40], films=random_ratings(n_items=200).films)
    sampler = NegativeSampler(ratings, "popularity", power=1.0)
    drawn = np.bincount(sampler.draw(np.zeros(20_000, dtype=int), 0), minlength=200)
    assert drawn[2:].sum() == 0
    assert chisquare(drawn[:2], [5_000, 15_000]).pvalue > 1e-3


def test_with_popularity_a_film_that_nobody_rated_is_never_drawn():
    drawn = NegativeSampler(RATINGS, "popularity").draw(np.full(5000, 29), 0)
    assert 19 not in drawn and set(drawn) == set(range(19))
    assert 19 in NegativeSampler(RATINGS, "uniform").draw(np.full(5000, 29), 0)


def test_a_power_of_zero_is_uniform_over_the_films_that_were_rated():
    chances = NegativeSampler(RATINGS, "popularity", power=0).probabilities()
    assert chances[:19] == pytest.approx(1 / 19) and chances[19] == 0


def test_a_member_who_has_seen_everything_gets_minus_one():
    matrix = np.array([[4.0, 3, 2, 1, 5], [HOLE, 3, HOLE, 1, 5]])
    drawn = NegativeSampler(from_matrix(matrix)).draw([0, 1, 0, 1], 0)
    assert (drawn[[0, 2]] == -1).all() and set(drawn[[1, 3]]) <= {0, 2}
    assert not NegativeSampler(from_matrix(matrix)).probabilities(np.arange(5)).any()


def test_members_may_come_in_any_order():
    sampler, users = NegativeSampler(RATINGS), np.tile(np.arange(30), 40)
    for user, item in zip(users, sampler.draw(users, 1), strict=True):
        assert item not in seen_of(RATINGS, user)


def test_the_compiled_kernel_draws_the_films_of_its_own_source():
    sampler = NegativeSampler(RATINGS, "popularity")
    parts = sampler._seen.indptr, sampler._seen.indices, sampler._cumulative, sampler._first
    plain = np.empty(len(RATINGS), dtype=np.int32)
    draw_unseen.py_func(RATINGS._users, *parts, np.random.default_rng(5), plain)
    assert (sampler.draw(RATINGS.users, 5) == plain).all()


def test_bad_arguments_are_named():
    for settings, complaint in (
        (dict(negatives="all"), "negatives is 'all'"),
        (dict(power=-1), "power is -1"),
        (dict(power=np.nan), "power is nan"),
        (dict(power=np.inf), "power is inf"),
    ):
        with pytest.raises(DataError, match=complaint):
            NegativeSampler(RATINGS, **settings)
    with pytest.raises(DataError, match="no films to draw"):
        NegativeSampler(RATINGS.rows(RATINGS.values < 0), "popularity")
    for users in ([30], [-1]):
        with pytest.raises(DataError, match="there are 30 members"):
            NegativeSampler(RATINGS).draw(users, 0)
    assert NegativeSampler(RATINGS).draw([], 0).size == 0
