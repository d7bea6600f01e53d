import numpy as np
import pandas as pd
import pytest

from course_lib import recommender
from course_lib.baselines import BiasModel, Popularity
from course_lib.errors import CourseError, DataError, NotFitted, UnknownId
from course_lib.recommender import Recommender
from tests.toy import FILMS, paper, random_ratings


class ByHand(Recommender):
    """Predicts stars from a table: what a member gives to a film is 10 times the member plus the film's position."""

    def __init__(self, factor=10):
        self.factor = factor

    def _fit(self, ratings):
        self.base_ = self.factor * np.arange(1, ratings.n_users + 1)

    def _predict(self, users, items):
        return (self.base_[users] + items) / 15

    def _fold_in(self, items, values):
        return np.arange(self.ratings_.n_items) / 15 + (np.sum(values) if len(items) else 0.25)

    def _item_vectors(self):
        return np.array([[1, 0], [1, 1], [0, 2], [0, 0], [-1, 0]])

    def _explain(self, user, item):
        return [("the member", self.base_[user] / 15), ("the film", item / 15)]


class Tied(ByHand):
    """Gives everything the same score."""

    def _predict(self, users, items):
        return np.full(len(users), 3.0)


@pytest.fixture
def model():
    return ByHand().fit(paper())


def test_one_pair_gives_a_float_and_several_give_an_array(model):
    assert model.predict(2, 103) == pytest.approx((20 + 2) / 15)
    assert isinstance(model.predict(2, 103), float)
    assert model.predict([1, 2], [101, 102]) == pytest.approx([10 / 15, 21 / 15])
    assert model.predict(2, [101, 105]) == pytest.approx([20 / 15, 24 / 15])
    assert model.predict([[1], [2]], [[101, 102, 103]]).shape == (2, 3)
    assert model.predict([], []).shape == (0,)
    assert model.predict(pd.Series([1]), pd.Index([101])).tolist() == [pytest.approx(10 / 15)]


def test_a_prediction_is_clipped_to_the_scale_and_a_score_is_not():
    model = ByHand(factor=100).fit(paper())
    assert model.predict(1, 101) == 5.0
    assert model.scores(1)[0, 0] == np.float32(100 / 15)


def test_a_member_who_is_not_known_is_somebody_without_ratings(model):
    assert model.predict(77, 105) == pytest.approx(0.25 + 4 / 15)
    assert model.predict([77, 1, "x"], [105, 105, 104]) == pytest.approx([0.25 + 4 / 15, 14 / 15, 0.5])  # on the scale
    assert model.scores([77, 2]) == pytest.approx(np.array([np.arange(5) / 15 + 0.25, np.arange(20, 25) / 15]))


def test_a_film_that_is_not_known_gets_the_mean_of_the_training_ratings(model):
    mean = paper().values.mean()
    assert model.predict([1, 77], [999, "Alien"]) == pytest.approx([mean, mean])


def test_users_and_items_have_to_fit_together(model):
    with pytest.raises(DataError) as caught:
        model.predict([1, 2, 3], [101, 102])
    assert str(caught.value) == "There are 3 users and 2 items. Give equally many, or one of either."


def test_a_list_leaves_out_what_was_seen_and_starts_with_the_best(model):
    # Member 2 has not rated film 103; member 3 has not rated film 101.
    listed = model.recommend(2)
    assert listed.index.tolist() == [103] and listed.index.name == "movieId"
    assert listed["title"].tolist() == ["Clueless (1995)"] and listed["score"].tolist() == [np.float32(22 / 15)]
    assert model.recommend(2, exclude_seen=False).index.tolist() == [105, 104, 103, 102, 101]
    assert model.recommend(2, n=2, exclude_seen=False).index.tolist() == [105, 104]


def test_a_stranger_has_seen_nothing(model):
    assert model.recommend("stranger", n=3).index.tolist() == [105, 104, 103]


def test_equal_scores_are_in_the_order_of_the_film_table():
    assert Tied().fit(paper()).recommend(1, exclude_seen=False).index.tolist() == FILMS.index.tolist()


def test_candidates_are_the_only_films_listed(model):
    assert model.recommend(2, candidates=[101, 103, 999, "x"]).index.tolist() == [103]
    assert model.recommend(2, candidates=[101, 103], exclude_seen=False).index.tolist() == [103, 101]
    assert len(model.recommend(2, candidates=[])) == 0


def test_what_was_set_aside_as_not_liked_is_seen_all_the_same():
    model = ByHand().fit(paper().liked(at_least=5))
    assert model.recommend(2).index.tolist() == [103]
    assert model.recommend_all(n=2)[0].tolist()[1] == [2, -1]


def test_the_lists_for_everybody_are_each_ones_list_in_whatever_batches(monkeypatch):
    model = BiasModel().fit(random_ratings())
    ratings = model.ratings_
    for at_once in (1, 47, 10**6):
        monkeypatch.setattr(recommender, "SCORES_AT_ONCE", at_once)
        for exclude in (True, False):
            items, scores = model.recommend_all(n=15, exclude_seen=exclude)
            assert items.shape == scores.shape == (30, 15)
            assert items.dtype == np.int32 and scores.dtype == np.float32
            for user, row, best in zip(ratings.user_ids, items, scores, strict=True):
                listed = model.recommend(user, n=15, exclude_seen=exclude)
                assert ratings.item_ids[row[row >= 0]].tolist() == listed.index.tolist()
                assert best[row >= 0].tolist() == listed["score"].tolist()
                assert np.isnan(best[row < 0]).all()


@pytest.mark.parametrize("n", [0, -1, 2.0, "ten", None, True])
def test_a_list_has_a_positive_whole_number_of_films(model, n):
    for call in (lambda: model.recommend(1, n=n), lambda: model.recommend_all(n=n), lambda: model.similar(101, n=n)):
        with pytest.raises(DataError) as caught:
            call()
        assert str(caught.value) == f"n is {n!r}. Say how many films to list: a whole number from 1 on."


def test_a_list_is_for_one_member_and_about_one_film(model):
    for call, what in (
        (lambda: model.recommend([1, 2]), "member"),
        (lambda: model.explain([1, 2], 101), "member"),
        (lambda: model.explain(1, [101, 102]), "film"),
        (lambda: model.similar([101, 102]), "film"),
    ):
        with pytest.raises(DataError) as caught:
            call()
        assert str(caught.value) == f"This takes the id of one {what}, and got 2. Ask for one at a time."


def test_alike_films_are_those_in_the_same_direction(model):
    listed = model.similar(101)
    assert listed.index.tolist() == [102, 103, 104, 105]  # the film itself is left out
    assert listed["similarity"].tolist() == pytest.approx([np.sqrt(0.5), 0, 0, -1])
    assert model.similar(101, n=1)["title"].tolist() == ["Blade Runner (1982)"]
    assert model.similar(104)["similarity"].tolist() == [0, 0, 0, 0]


def test_reasons_add_up_to_the_score(model):
    reasons = model.explain(2, 105)
    assert reasons.columns.tolist() == ["reason", "contribution"]
    assert reasons["contribution"].sum() == pytest.approx(model.scores(2)[0, 4])


def test_somebody_new_is_scored_by_what_they_rated(model):
    scores = model.fold_in([101, 999, 103], [4, 5, 0.5])
    assert scores.dtype == np.float32 and scores == pytest.approx(np.arange(5) / 15 + 4.5)
    assert model.fold_in([], []) == pytest.approx(np.arange(5) / 15 + 0.25)


@pytest.mark.parametrize(
    ("items", "values", "sentence"),
    [
        ([101, 102], [4], "There are 2 films and 1 ratings. Give one rating a film."),
        ([101, 102], [4, 6], "A rating is off the scale from 0.5 to 5 stars: 6.0 in row 1 (counted from 0)"),
        ([101, 102], [4, np.nan], "A rating is off the scale from 0.5 to 5 stars: nan in row 1"),
        ([101, 101], [4, 4], "A film is there twice. Give each film one rating, the latest one."),
    ],
)
def test_ratings_of_somebody_new_have_to_be_ratings(model, items, values, sentence):
    with pytest.raises(DataError) as caught:
        model.fold_in(items, values)
    assert sentence in str(caught.value)


def test_who_is_not_there_is_named(model):
    with pytest.raises(UnknownId, match="There is no member 77 among the 6 that the model was fitted on"):
        model.explain(77, 101)
    for call in (lambda: model.similar(999), lambda: model.explain(1, 999)):
        with pytest.raises(
            UnknownId, match="No film in this film table has the id 999; its ids are like 101, 102, 103"
        ):
            call()
    with pytest.raises(UnknownId, match="'Alien .1979.' is a title, and films are asked for by id: this one is 101"):
        model.similar("Alien (1979)")


def test_what_a_model_cannot_do_it_says():
    popularity = Popularity().fit(paper())
    for call, sentence in (
        (
            lambda: popularity.predict(1, 101),
            "Popularity orders films but predicts no stars. Use scores() or recommend()",
        ),
        (lambda: popularity.similar(101), "Popularity does not compare films. Ask a model that has film vectors."),
    ):
        with pytest.raises(CourseError) as caught:
            call()
        assert sentence in str(caught.value)
    with pytest.raises(CourseError, match="Silent gives no reasons. Ask a model whose score is a sum of parts."):
        Silent().fit(paper()).explain(1, 101)


class Silent(Tied):
    """Has no reasons."""

    _explain = Recommender._explain


class Unfinished(Recommender):
    """Says nothing about itself."""


def test_a_model_that_is_not_finished_says_what_it_lacks():
    with pytest.raises(NotImplementedError, match="Unfinished has to say how it learns"):
        Unfinished().fit(paper())
    for call, lacks in (
        (lambda one: one._predict([0], [0]), "how it predicts"),
        (lambda one: one._fold_in([], []), "somebody new"),
    ):
        with pytest.raises(NotImplementedError, match=lacks):
            call(Unfinished())


@pytest.mark.parametrize(
    ("ratings", "sentence"),
    [
        (paper().to_frame(), "fit() takes Ratings, and this is of type DataFrame. Use Ratings.from_frame()."),
        (paper().rows([]), "There are no ratings to learn from. Check the split or filter that made them."),
    ],
)
def test_only_ratings_teach_a_model(ratings, sentence):
    with pytest.raises(DataError) as caught:
        ByHand().fit(ratings)
    assert str(caught.value) == sentence


class Interrupted(Tied):
    """Breaks off in the middle of its second training."""

    def _fit(self, ratings):
        if len(ratings) == 24:
            raise KeyboardInterrupt


def test_a_model_that_was_interrupted_is_not_fitted():
    model = Interrupted().fit(paper().rows([0]))
    with pytest.raises(KeyboardInterrupt):
        model.fit(paper())
    with pytest.raises(NotFitted, match=r"This Interrupted has not learned anything yet. Call fit\(ratings\) first."):
        model.recommend(1)


class Diverged(Tied):
    """Has lost its numbers, as a training with too large steps does."""

    def _predict(self, users, items):
        return np.full(len(users), np.nan)


def test_a_model_that_has_lost_its_numbers_says_so_instead_of_listing_films():
    model = Diverged().fit(paper())
    for call in (
        model.recommend_all,
        lambda: model.recommend(1),
        lambda: model.scores(1),
        lambda: model.predict(1, 101),
    ):
        with pytest.raises(CourseError, match="The scores of this Diverged are not numbers any more"):
            call()


class Frozen(Tied):
    """Hands out scores that nobody may write into, such as one row for everybody."""

    def _fit(self, ratings):
        self.row_ = np.arange(5, dtype=np.float32)

    def _scores(self, users):
        scores = np.tile(self.row_, (len(users), 1))
        scores.flags.writeable = False
        return scores


def test_scores_that_are_read_only_can_be_listed():
    model = Frozen().fit(paper())
    assert model.recommend(2).index.tolist() == [103]
    assert model.recommend_all(n=1)[0].ravel().tolist() == [3, 2, 0, -1, 4, 2]
