import numpy as np
import pytest

from course_lib import list_metrics
from course_lib.baselines import BiasModel, Popularity
from course_lib.board import board_split
from course_lib.errors import DataError
from course_lib.list_candidates import chosen_and_liked, lists_among
from course_lib.list_measures import member_measures
from tests.toy import random_ratings


@pytest.fixture(scope="module")
def split():
    return board_split(random_ratings(n_users=60, n_items=40, density=0.5))


@pytest.fixture(scope="module")
def model(split):
    return BiasModel().fit(split.train)


def test_with_all_films_allowed_the_lists_are_those_of_the_model(split, model):
    lists = lists_among(model, split.train, np.ones(split.train.n_items, dtype=bool), 10)
    assert np.array_equal(lists, model.recommend_all(10)[0])


def test_films_that_are_not_candidates_are_not_listed_and_the_others_keep_their_order(split, model):
    allowed = np.arange(split.train.n_items) % 3 > 0
    lists, everything = lists_among(model, split.train, allowed, 8), model.recommend_all(split.train.n_items)[0]
    for mine, whole in zip(lists, everything, strict=True):
        expected = [film for film in whole if film >= 0 and allowed[film]][:8]
        assert mine.tolist() == expected + [-1] * (8 - len(expected))


def test_candidates_may_be_another_set_for_each_member(split, model):
    hidden = split.validation.csr.toarray() > 0
    lists = lists_among(model, split.train, hidden, 40)
    for row, films in enumerate(lists):
        assert sorted(films[films >= 0]) == np.flatnonzero(hidden[row]).tolist()


def test_candidates_of_another_shape_are_refused(split, model):
    with pytest.raises(DataError, match=r"shape \(3,\). Give one True or False for each of 40 films"):
        lists_among(model, split.train, [True, False, True])


@pytest.mark.parametrize("k", [1, 5, 20])
@pytest.mark.parametrize("fresh", [BiasModel, Popularity])
def test_precision_is_the_share_that_was_chosen_times_the_share_of_these_that_was_liked(split, k, fresh):
    model = fresh().fit(split.train)
    places = chosen_and_liked(model, split, k)
    assert places.precision == pytest.approx(member_measures(model, split, k)["precision"].mean())
    assert places.precision == pytest.approx(places.chosen * places.liked)
    hidden, asked = split.validation, np.unique(split.validation.liked().users)
    chosen = list_metrics.precision_at_k(model.recommend_all(k)[0], (hidden.users, hidden.items), k)
    assert places.chosen == pytest.approx(chosen.loc[asked].mean())


def test_places_where_nothing_was_chosen_and_a_part_where_nothing_was_liked(split, model):
    with pytest.raises(DataError, match="Nobody gave 6 stars or more in the validation part"):
        chosen_and_liked(model, split, at_least=6)
    with pytest.raises(DataError, match="k is 0"):
        chosen_and_liked(model, split, 0)

    class Unchosen(Popularity):
        def _scores(self, users):
            return -split.validation.csr.toarray()[users]

    places = chosen_and_liked(Unchosen().fit(split.train), split, 1)
    assert places.chosen == places.precision == 0 and np.isnan(places.liked)
