"""What counts as watched and how sure it is: against the table itself."""

import numpy as np
import pytest
from scipy import sparse

from course_lib.feedback import confidence, history, liked_from
from course_lib.ratings import Ratings
from tests.toy import random_ratings

RATINGS = random_ratings()


def with_shares(ratings, seed=0):
    """The same ratings, with a share watched for each."""
    shares = np.random.default_rng(seed).random(len(ratings)).astype(np.float32)
    return Ratings.from_frame(ratings.to_frame().assign(watched=shares), ratings.films, user_ids=ratings.user_ids)


def test_the_history_has_a_one_wherever_there_is_a_rating():
    table = history(RATINGS)
    assert (table.toarray() == (RATINGS.csr.toarray() > 0)).all() and table.dtype == np.float32


def test_after_liked_the_history_is_what_was_liked():
    assert history(RATINGS.liked(4)).sum() == (RATINGS.values >= 4).sum()


def test_confidence_is_one_plus_alpha_times_the_share_watched():
    ratings = with_shares(RATINGS)
    shares = sparse.csr_array((ratings.watched, (ratings.users, ratings.items)), shape=(30, 20)).toarray()
    rated = RATINGS.csr.toarray() > 0
    assert confidence(ratings, 7.0).toarray() == pytest.approx(rated * (1 + 7 * shares), rel=1e-6)


def test_where_no_share_is_known_every_film_was_watched_whole():
    assert set(confidence(RATINGS, 3.0).data) == {4.0}


def test_a_film_that_was_switched_off_at_once_is_watched_all_the_same():
    frame = RATINGS.to_frame().assign(watched=0.0)
    table = confidence(Ratings.from_frame(frame, RATINGS.films), 3.0)
    assert table.nnz == len(RATINGS) and set(table.data) == {1.0}


def test_the_order_of_ratings_does_not_matter():
    ratings = with_shares(RATINGS)
    turned = ratings.rows(np.arange(len(ratings))[::-1])
    for make in (history, lambda one: confidence(one, 2.0)):
        one, other = make(ratings), make(turned)
        assert (one.indices == other.indices).all() and (one.data == other.data).all()


def test_what_counts_as_liked_is_read_from_the_ratings():
    assert liked_from(RATINGS) == 0.5 and liked_from(RATINGS.liked(4)) == 4.0
