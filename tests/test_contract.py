"""What every model promises. A new model is tested by existing: each subclass of Recommender is found and tried."""

import importlib.util
import pickle
import pkgutil

import numpy as np
import pytest
from sklearn.base import clone

import course_lib
from course_lib.errors import CourseError, DataError, NotFitted
from course_lib.networks import Network
from course_lib.ratings import Ratings
from course_lib.recommender import Recommender
from tests.toy import random_ratings

RATINGS = random_ratings()
LONELY_USER, LONELY_ITEM = RATINGS.user_ids[-1], RATINGS.item_ids[-1]
"""In the catalogue, without a single rating."""


def every_model():
    for module in pkgutil.iter_modules(course_lib.__path__, "course_lib."):
        if not module.name.endswith("__main__"):
            try:
                importlib.import_module(module.name)
            except ModuleNotFoundError as error:
                if error.name.startswith("course_lib"):
                    raise  # anything else has no wheel for this platform; `course check` says so
    found, waiting = [], [Recommender]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        found += [model for model in below if model.__module__.startswith("course_lib.")]
    if importlib.util.find_spec("tensorflow") is None:  # no wheel for this platform either
        found = [model for model in found if not issubclass(model, Network)]
    return sorted((model for model in set(found) if not model.__name__.startswith("_")), key=lambda one: one.__name__)


MODELS = every_model()


@pytest.fixture(scope="module", params=MODELS, ids=lambda one: one.__name__)
def fitted(request):
    return request.param().fit(RATINGS)


@pytest.fixture(params=MODELS, ids=lambda one: one.__name__)
def kind(request):
    return request.param


def predicts_stars(model):
    if not model.predicts_stars:
        pytest.skip(f"{type(model).__name__} orders films and predicts no stars")


def test_there_are_models():
    assert {"GlobalMean", "ItemMean", "BiasModel", "Popularity"} <= {model.__name__ for model in MODELS}


def test_a_model_is_made_without_arguments_and_stores_them_as_given(kind):
    for name, value in kind().get_params(deep=False).items():
        assert getattr(kind(**{name: value}), name) is value


def test_scikit_learns_clone_works_and_forgets_what_was_learned(fitted):
    copy = clone(fitted)
    assert type(copy) is type(fitted) and repr(copy) == repr(fitted) and not hasattr(copy, "ratings_")


def test_before_fit_every_question_is_answered_with_a_sentence(kind):
    model = kind()
    for question in (
        lambda: model.predict(1, 10),
        lambda: model.scores(1),
        lambda: model.recommend(1),
        lambda: model.recommend_all(),
        lambda: model.similar(10),
        lambda: model.explain(1, 10),
        lambda: model.fold_in([10], [4]),
        lambda: model.save("nowhere"),
    ):
        with pytest.raises(NotFitted) as caught:
            question()
        assert str(caught.value) == f"This {kind.__name__} has not learned anything yet. Call fit(ratings) first."


def test_fit_returns_the_model_and_leaves_its_parameters_alone(kind):
    model = kind()
    before = repr(model)
    assert model.fit(RATINGS) is model
    assert repr(model) == before and model.ratings_ is RATINGS


def test_what_is_learned_ends_in_an_underscore(fitted):
    assert {name for name in vars(fitted) if not name.endswith("_")} <= set(fitted.get_params(deep=False))


def test_fitting_twice_gives_the_same_scores(fitted):
    again = clone(fitted).fit(RATINGS)
    assert (again.scores(RATINGS.user_ids) == fitted.scores(RATINGS.user_ids)).all()


def test_a_rating_is_never_predicted_outside_the_scale(fitted):
    predicts_stars(fitted)
    users = np.array([*RATINGS.user_ids, -7])
    items = np.array([*RATINGS.item_ids, -7])
    stars = fitted.predict(users[:, np.newaxis], items)
    assert stars.shape == (31, 21) and stars.dtype == np.float64
    assert stars.min() >= 0.5 and stars.max() <= 5.0


def test_one_pair_gives_a_float(fitted):
    predicts_stars(fitted)
    assert type(fitted.predict(1, 10)) is float


def test_a_score_of_a_star_model_is_its_prediction_before_clipping(fitted):
    predicts_stars(fitted)
    users = RATINGS.user_ids[:, np.newaxis]
    clipped = fitted.scores(RATINGS.user_ids).clip(0.5, 5.0)
    assert fitted.predict(users, RATINGS.item_ids) == pytest.approx(clipped, abs=1e-5)


def test_scores_are_numbers_for_known_unknown_and_unheard_of_members(fitted):
    scores = fitted.scores([1, "nobody", LONELY_USER, None])
    assert scores.shape == (4, 20) and scores.dtype == np.float32 and np.isfinite(scores).all()
    assert fitted.scores(1).shape == (1, 20)


def test_a_member_who_is_not_known_is_somebody_with_an_empty_history(fitted):
    assert (fitted.scores("nobody")[0] == fitted.fold_in([], [])).all()
    assert fitted.recommend("nobody", n=20)["score"].tolist() == sorted(fitted.fold_in([], []).tolist(), reverse=True)


def test_unknown_members_and_films_are_predicted_on_the_scale(fitted):
    predicts_stars(fitted)
    for user in (1, LONELY_USER, "nobody", 2**70):
        for item in (10, LONELY_ITEM, "nothing", None):
            assert 0.5 <= fitted.predict(user, item) <= 5.0


def test_members_do_not_depend_on_who_is_asked_with_them(fitted):
    together = fitted.scores(RATINGS.user_ids)
    for position, user in enumerate(RATINGS.user_ids[:5]):
        assert fitted.scores(user)[0] == pytest.approx(together[position], rel=1e-5, abs=1e-6)


def test_nothing_that_was_seen_is_recommended(fitted):
    for position, user in enumerate(RATINGS.user_ids):
        seen = RATINGS.item_ids[RATINGS.items[RATINGS.users == position]]
        assert not set(fitted.recommend(user, n=20).index) & set(seen)


def test_a_list_is_ordered_by_score_and_then_by_the_films_position(fitted):
    for user in (1, LONELY_USER, "nobody"):
        listed = fitted.recommend(user, n=20, exclude_seen=False)
        expected = np.argsort(-fitted.scores(user)[0], kind="stable")
        assert listed.index.tolist() == RATINGS.item_ids[expected].tolist() and listed.index.name == "movieId"
        assert listed.columns.tolist() == ["title", "score"]
        assert listed["title"].tolist() == RATINGS.films["title"].to_numpy()[expected].tolist()


def test_a_list_has_the_length_asked_for_and_only_candidates(fitted):
    assert len(fitted.recommend(LONELY_USER, n=3)) == 3
    assert set(fitted.recommend(LONELY_USER, candidates=[10, 12, 777]).index) == {10, 12}


def test_the_lists_for_everybody_are_the_lists_of_each(fitted):
    items, scores = fitted.recommend_all(n=12)
    assert items.shape == scores.shape == (30, 12) and items.dtype == np.int32 and scores.dtype == np.float32
    for position, user in enumerate(RATINGS.user_ids):
        listed, there = fitted.recommend(user, n=12), items[position] >= 0
        assert len(listed) == there.sum() and np.isnan(scores[position, ~there]).all()
        assert scores[position, there] == pytest.approx(listed["score"].to_numpy(), rel=1e-5, abs=1e-6)
        assert not set(items[position, there]) & set(RATINGS.items[RATINGS.users == position])


def test_making_lists_changes_nothing(fitted):
    before = fitted.scores(RATINGS.user_ids)
    fitted.recommend_all(n=5)
    fitted.recommend(1)
    assert (fitted.scores(RATINGS.user_ids) == before).all()


def test_somebody_new_is_scored_whatever_they_rated_and_in_whatever_order(fitted):
    items, values = [10, 12, 15, 17], [5.0, 0.5, 3.0, 4.5]
    scores = fitted.fold_in(items, values)
    assert scores.shape == (20,) and scores.dtype == np.float32 and np.isfinite(scores).all()
    assert fitted.fold_in(items[::-1], values[::-1]) == pytest.approx(scores, rel=1e-5, abs=1e-6)
    assert (fitted.fold_in([*items, "unknown"], [*values, 5.0]) == scores).all()
    for alone in (10, LONELY_ITEM):
        assert np.isfinite(fitted.fold_in([alone], [4.0])).all()


def test_folding_in_teaches_the_model_nothing(fitted):
    before = fitted.scores(RATINGS.user_ids)
    fitted.fold_in([10, 11], [5.0, 1.0])
    assert (fitted.scores(RATINGS.user_ids) == before).all()


def test_similar_films_are_ordered_and_without_the_film_itself(fitted):
    try:
        listed = fitted.similar(10, n=19)
    except CourseError as error:
        assert str(error).startswith(f"{type(fitted).__name__} does not compare films.")
        return
    assert len(listed) == 19 and 10 not in listed.index and np.isfinite(listed["similarity"]).all()
    assert listed["similarity"].tolist() == sorted(listed["similarity"], reverse=True)
    assert np.isfinite(fitted.similar(LONELY_ITEM)["similarity"]).all()


def test_reasons_add_up_to_the_score(fitted):
    try:
        fitted.explain(1, 10)
    except CourseError as error:
        assert str(error).startswith(f"{type(fitted).__name__} gives no reasons.")
        return
    for user in (1, 2, LONELY_USER):
        for position, item in enumerate(RATINGS.item_ids):
            reasons = fitted.explain(user, item)
            assert reasons.columns.tolist() == ["reason", "contribution"]
            total = reasons["contribution"].sum()
            assert total == pytest.approx(fitted.scores(user)[0, position], rel=1e-4, abs=1e-4)


def test_a_saved_model_gives_the_same_answers(fitted, tmp_path):
    path = fitted.save(tmp_path / "model.npz")
    again = type(fitted).load(path, RATINGS)
    assert repr(again) == repr(fitted)
    assert (again.scores([*RATINGS.user_ids, -7]) == fitted.scores([*RATINGS.user_ids, -7])).all()
    assert (again.fold_in([10, 11], [5.0, 1.0]) == fitted.fold_in([10, 11], [5.0, 1.0])).all()
    assert again.recommend(1).equals(fitted.recommend(1))


def test_a_pickled_model_gives_the_same_answers(fitted):
    again = pickle.loads(pickle.dumps(fitted))
    assert (again.scores(RATINGS.user_ids) == fitted.scores(RATINGS.user_ids)).all()
    assert again.recommend(1).equals(fitted.recommend(1))


def test_a_saved_model_is_not_taken_for_one_of_another_catalogue(fitted, tmp_path):
    path = fitted.save(tmp_path / "model.npz")
    with pytest.raises(DataError, match="was fitted on another catalogue"):
        type(fitted).load(path, random_ratings(n_items=21))


def test_text_is_as_good_an_id_as_a_number(fitted):
    text = random_ratings(text_ids=True)
    again = clone(fitted).fit(text)
    assert again.scores(text.user_ids) == pytest.approx(fitted.scores(RATINGS.user_ids), rel=1e-4, abs=1e-5)


def test_what_was_not_liked_is_not_recommended_either(kind):
    liked = RATINGS.liked(at_least=4)
    items, _ = kind().fit(liked).recommend_all(n=20)
    for position, row in enumerate(items):
        assert not set(row[row >= 0]) & set(RATINGS.items[RATINGS.users == position])


@pytest.mark.parametrize("rows", [1, 2])
def test_one_or_two_ratings_are_enough_to_answer(kind, rows):
    model = kind().fit(RATINGS.rows(np.arange(rows)))
    assert np.isfinite(model.scores([*RATINGS.user_ids, "nobody"])).all()
    assert len(model.recommend(2, n=5)) == 5


def test_ratings_that_are_all_the_same_are_enough_to_answer(kind):
    frame = RATINGS.to_frame().assign(rating=4.0)
    model = kind().fit(Ratings.from_frame(frame, RATINGS.films))
    assert np.isfinite(model.scores(model.ratings_.user_ids)).all()
    if model.predicts_stars:
        assert model.predict(1, RATINGS.item_ids).min() >= 0.5
