import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import splits
from course_lib.errors import DataError
from course_lib.ratings import Ratings
from tests.toy import paper, quick, random_ratings

shares = st.tuples(st.floats(0.05, 0.9), st.floats(0.05, 0.9)).filter(lambda two: sum(two) < 0.95)


@st.composite
def some_ratings(draw):
    """Ratings of members with few and many rows, with equal times among them, in any order."""
    per_user = draw(st.lists(st.integers(1, 14), min_size=1, max_size=6))
    rows = [(user, film) for user, n in enumerate(per_user) for film in range(n)]
    rows = draw(st.permutations(rows))
    times = draw(st.lists(st.integers(0, 6), min_size=len(rows), max_size=len(rows)))
    frame = pd.DataFrame(rows, columns=["userId", "movieId"]).assign(rating=3.0, timestamp=times)
    if draw(st.booleans()):
        frame["userId"] = "member " + frame["userId"].astype(str)
    return Ratings.from_frame(frame)


KINDS = {
    "random": lambda ratings, v, t, seed: splits.random_split(ratings, test=t, validation=v, seed=seed),
    "within users": lambda ratings, v, t, seed: splits.within_users(ratings, v, t, seed),
    "temporal": lambda ratings, v, t, seed: splits.temporal(ratings, v, t),
    "temporal per user": lambda ratings, v, t, seed: splits.temporal(ratings, v, t, per_user=True),
    "leave last out": lambda ratings, v, t, seed: splits.leave_last_out(ratings, n=1 + seed % 3),
}


def parts(split):
    return [part for part in (split.train, split.validation, split.test) if part is not None]


def cells(part):
    return set(part.cells.tolist())


@pytest.mark.parametrize("kind", KINDS)
@quick
@given(some_ratings(), shares, st.integers(0, 99))
def test_the_parts_are_disjoint_and_complete_and_of_one_universe(kind, ratings, two, seed):
    split = KINDS[kind](ratings, *two, seed)
    assert sum(len(part) for part in parts(split)) == len(ratings)
    assert set().union(*map(cells, parts(split))) == cells(ratings)
    assert all(part.films is ratings.films and part.user_ids is ratings.user_ids for part in parts(split))


@pytest.mark.parametrize("kind", KINDS)
@quick
@given(some_ratings(), shares, st.integers(0, 99), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(kind, ratings, two, seed, random):
    rows = list(range(len(ratings)))
    random.shuffle(rows)
    one, other = KINDS[kind](ratings, *two, seed), KINDS[kind](ratings.rows(rows), *two, seed)
    assert list(map(cells, parts(one))) == list(map(cells, parts(other)))


@pytest.mark.parametrize("kind", ["within users", "temporal per user"])
@quick
@given(some_ratings(), shares, st.integers(0, 99))
def test_a_member_with_five_rows_is_in_each_part_and_one_with_fewer_stays_in_training(kind, ratings, two, seed):
    split = KINDS[kind](ratings, *two, seed)
    rows = np.bincount(ratings.users)
    for part in parts(split):
        assert set(np.unique(part.users)) >= set(np.flatnonzero(rows >= 5))
    held_out = np.concatenate([split.validation.users, split.test.users])
    assert set(held_out) <= set(np.flatnonzero(rows >= 5))


@quick
@given(some_ratings(), st.integers(0, 99), st.integers(2, 6))
def test_each_row_is_tested_in_one_fold_and_folds_are_of_equal_size(ratings, seed, k):
    k = min(k, len(ratings))
    folds = splits.k_fold(ratings, k, seed) if k > 1 else []
    for fold in folds:
        assert fold.validation is None and cells(fold.train) | cells(fold.test) == cells(ratings)
        assert len(fold.train) + len(fold.test) == len(ratings)
    sizes = [len(fold.test) for fold in folds]
    assert sum(sizes) == (len(ratings) if folds else 0) and max(sizes, default=0) - min(sizes, default=0) <= 1
    of_members = np.array([np.bincount(fold.test.users, minlength=ratings.n_users) for fold in folds])
    assert (np.ptp(of_members, axis=0) <= 1).all() if folds else k == 1


@quick
@given(some_ratings(), shares)
def test_globally_no_training_row_is_later_than_a_validation_row_or_that_than_a_test_row(ratings, two):
    split = splits.temporal(ratings, *two)
    times = [part.timestamps for part in parts(split) if len(part)]
    assert all(before.max() <= after.min() for before, after in zip(times, times[1:], strict=False))


@quick
@given(some_ratings(), shares, st.integers(1, 3))
def test_within_a_member_no_training_row_is_later_than_a_test_row(ratings, two, n):
    for split in (splits.temporal(ratings, *two, per_user=True), splits.leave_last_out(ratings, n)):
        for user in np.unique(split.test.users):
            before = split.train.timestamps[split.train.users == user]
            assert before.max() <= split.test.timestamps[split.test.users == user].min()


@quick
@given(some_ratings(), st.integers(1, 3))
def test_the_last_rows_of_each_member_who_has_more_are_left_out(ratings, n):
    held_out = np.bincount(splits.leave_last_out(ratings, n).test.users, minlength=ratings.n_users)
    assert held_out.tolist() == [n if rows > n else 0 for rows in np.bincount(ratings.users)]


def test_equal_times_are_ordered_by_film():
    frame = pd.DataFrame({"userId": 1, "movieId": [5, 9, 7], "rating": 3.0, "timestamp": 100})
    assert splits.leave_last_out(Ratings.from_frame(frame)).test.to_frame()["movieId"].tolist() == [9]


def test_a_split_is_the_same_in_each_run_and_on_each_machine():
    assert splits.random_split(paper(), seed=0).test.cells.tolist() == [0, 1, 12, 23, 29]
    text = Ratings.from_frame(paper().to_frame().assign(userId=lambda frame: "m" + frame["userId"].astype(str)))
    assert splits.random_split(text, seed=0).test.cells.tolist() == [4, 6, 17, 20, 22]


def test_the_draw_is_the_published_generator():
    # The first three numbers of SplitMix64 from the state 0, as its authors' reference implementation gives them.
    states = np.array([k * 0x9E3779B97F4A7C15 % 2**64 for k in range(3)], dtype=np.uint64)
    published = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert splits._mix(states).tolist() == published


def test_another_seed_draws_another_split():
    ratings = random_ratings()
    drawn = {frozenset(cells(splits.within_users(ratings, seed=seed).test)) for seed in range(20)}
    assert len(drawn) == 20
    assert cells(splits.within_users(ratings, seed=-1).test) not in drawn


def test_other_members_ratings_do_not_change_a_members_split():
    ratings = random_ratings()
    alone = ratings.rows(ratings.users == 3)
    everybody = splits.within_users(ratings)
    assert cells(splits.within_users(alone).test) == cells(everybody.test.rows(everybody.test.users == 3))


def test_a_member_with_one_rating_is_tested_in_a_drawn_fold():
    frame = pd.DataFrame({"userId": range(12), "movieId": 1, "rating": 3.0, "timestamp": 0})
    ratings = Ratings.from_frame(frame)
    drawn = {frozenset(cells(splits.k_fold(ratings, k=3, seed=seed)[0].test)) for seed in range(10)}
    assert len(drawn) == 10


def test_shares_are_kept_within_rounding():
    ratings = random_ratings(n_users=40, n_items=50, density=0.5)
    split = splits.within_users(ratings, validation=0.2, test=0.2)
    rows = np.bincount(ratings.users)
    assert np.abs(np.bincount(split.test.users) - 0.2 * rows).max() <= 0.5
    assert np.abs(np.bincount(split.validation.users) - 0.2 * rows).max() <= 0.5
    assert len(splits.random_split(ratings, test=0.25).test) == round(0.25 * len(ratings))


def test_the_draw_favours_no_row():
    # Each cell is held out with the chance of its share; 400 seeds put the frequency within 5 standard deviations.
    ratings = random_ratings(n_users=10, n_items=20, density=1.0)
    times = np.zeros((10, 20))
    for seed in range(400):
        test = splits.within_users(ratings, seed=seed).test
        times[test.users, test.items] += 1
    assert np.abs(times / 400 - 0.2).max() < 5 * np.sqrt(0.2 * 0.8 / 400)


def test_without_validation_there_is_none_and_training_is_all_but_the_test():
    for split in (splits.random_split(paper()), splits.within_users(paper(), validation=0)):
        assert split.validation is None and split.train_and_validation is split.train


def test_training_and_validation_are_put_together_for_the_last_fit():
    split = splits.within_users(random_ratings())
    assert cells(split.train_and_validation) == cells(split.train) | cells(split.validation)
    assert split.train_and_validation is split.train_and_validation


def test_a_split_of_what_was_liked_does_not_count_the_held_out_films_as_seen():
    ratings = random_ratings()
    split = splits.within_users(ratings.liked(at_least=4))
    assert cells(split.train.seen) == cells(ratings) - cells(split.validation) - cells(split.test)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda r: splits.within_users(r, 0.5, 0.5),
            "validation=0.5 and test=0.5 are no shares that leave rows to train",
        ),
        (lambda r: splits.random_split(r, test=20), "validation=0.0 and test=20 are no shares"),
        (lambda r: splits.temporal(r, test=-0.1), "validation=0.2 and test=-0.1 are no shares"),
        (lambda r: splits.within_users(r, test=float("nan")), "test=nan are no shares"),
        (lambda r: splits.k_fold(r, k=1), "k is 1. Give a whole number of folds from 2 to the 24 ratings there are."),
        (lambda r: splits.k_fold(r, k=25), "k is 25. Give a whole number of folds"),
        (lambda r: splits.k_fold(r, k=2.0), "k is 2.0. Give a whole number of folds"),
        (lambda r: splits.leave_last_out(r, n=0), "n is 0. Say how many of each member's ratings to hold out"),
        (
            lambda r: splits.temporal(Ratings.from_frame(r.to_frame(), columns={"timestamp": None})),
            "These ratings have no times, and this split goes by time. Use within_users(), or read",
        ),
    ],
)
def test_a_split_that_cannot_be_meant_is_refused_with_the_reason(call, sentence):
    with pytest.raises(DataError) as caught:
        call(paper())
    assert sentence in str(caught.value)


def test_a_split_cannot_be_changed_afterwards():
    with pytest.raises(AttributeError):
        splits.within_users(paper()).test = None
