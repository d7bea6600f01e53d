import dataclasses

import numpy as np
import pandas as pd
import pytest

from course_lib import board, datasets, evaluation, splits
from course_lib import list_measures as measures
from course_lib.baselines import BiasModel, GlobalMean, ItemMean, Popularity
from course_lib.errors import CourseError, DataError
from course_lib.propensity import (
    popularity_propensity,
    star_propensity,
    uniform_split,
    weighted_liked_in_top,
    weighted_star_error,
)
from tests.toy import from_matrix, random_ratings

SPLIT = splits.within_users(random_ratings(n_users=60, n_items=30), validation=0.2, test=0.2, seed=1)


@pytest.fixture(scope="module")
def shipped():
    data = datasets.load("matinee")
    split = board.board_split(data.ratings)
    core = data.truth.is_core_user[:, np.newaxis] & data.truth.is_core_item
    return data, split, uniform_split(data, split), core


def some_propensity(rows):
    return 0.1 + 0.8 * rows.items / rows.n_items


@pytest.mark.parametrize("measure", ["RMSE", "MAE"])
@pytest.mark.parametrize(("target", "weight"), [("all", lambda p: 1 / p), ("unrated", lambda p: (1 - p) / p)])
def test_the_weighted_error_is_the_weighted_mean_of_all_errors(measure, target, weight):
    model, held_out = ItemMean().fit(SPLIT.train), SPLIT.validation
    error = model.predict(held_out.user_ids[held_out.users], held_out.item_ids[held_out.items]) - held_out.values
    w = weight(some_propensity(held_out))
    estimate = weighted_star_error(model, SPLIT, some_propensity, measure=measure, target=target)
    if measure == "RMSE":
        assert estimate.value == pytest.approx(np.sqrt(np.average(error**2, weights=w)))
    else:
        assert estimate.value == pytest.approx(np.average(np.abs(error), weights=w))
    assert estimate.low < estimate.value < estimate.high
    matrix = np.tile(0.1 + 0.8 * np.arange(30) / 30, (60, 1))
    for same in (matrix, matrix[0], matrix[:1]):
        assert weighted_star_error(model, SPLIT, same, measure=measure, target=target) == pytest.approx(estimate)


def test_without_a_propensity_or_with_an_even_one_it_is_the_error_as_it_is():
    model = BiasModel().fit(SPLIT.train)
    plain = evaluation.star_error(model, SPLIT)
    assert weighted_star_error(model, SPLIT) == pytest.approx(plain)
    assert weighted_star_error(model, SPLIT, 0.3) == pytest.approx(plain)
    assert weighted_star_error(model, SPLIT, 1.0, target="all") == pytest.approx(plain)


def test_among_says_which_cells_count():
    model, among = GlobalMean().fit(SPLIT.train), np.arange(30) < 12
    held_out = SPLIT.validation.rows(SPLIT.validation.items < 12)
    expected = np.sqrt(np.mean((model.mean_ - held_out.values) ** 2))
    assert weighted_star_error(model, SPLIT, among=among).value == pytest.approx(expected)


def test_the_weighted_share_of_liked_films_in_the_list():
    model, liked = Popularity().fit(SPLIT.train), SPLIT.validation.liked()
    listed, _ = model.recommend_all(5)
    found = np.array([item in listed[user] for user, item in zip(liked.users, liked.items, strict=True)])
    assert weighted_liked_in_top(model, SPLIT, k=5).value == pytest.approx(found.mean())
    p = some_propensity(liked)
    for target, weights in (("all", 1 / p), ("unrated", (1 - p) / p)):
        estimate = weighted_liked_in_top(model, SPLIT, some_propensity, k=5, target=target)
        assert estimate.value == pytest.approx(np.average(found, weights=weights))
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert weighted_liked_in_top(model, SPLIT, k=40).value == 1  # everything that is left is in the list


def test_true_propensities_give_back_what_all_films_would_say():
    """Ratings go missing by a known law that depends on their stars; the estimate is right on average."""
    rng = np.random.default_rng(0)
    full = rng.integers(1, 11, size=(300, 40)) / 2
    law = 0.05 + 0.5 * (full / 5) ** 3
    there = rng.random(full.shape) < law
    films = pd.DataFrame({"title": [f"Film {k}" for k in range(40)]}, index=range(40))
    ratings = from_matrix(np.where(there, full, np.nan), films=films)
    # One film a member to learn from, all others held out.
    first = np.unique(ratings.users, return_index=True)[1]
    is_first = np.isin(np.arange(len(ratings)), first)
    split = splits.Split(ratings.rows(is_first), ratings.rows(~is_first), ratings.rows([]))
    model = GlobalMean().fit(split.train)
    all_films = np.sqrt(np.mean((model.mean_ - full) ** 2))
    unrated = np.sqrt(np.mean((model.mean_ - full[~there]) ** 2))
    as_it_is = weighted_star_error(model, split)
    assert abs(as_it_is.value - all_films) > 0.2
    every = weighted_star_error(model, split, law, target="all")
    others = weighted_star_error(model, split, law)
    assert every.low < all_films < every.high and others.low < unrated < others.high
    assert abs(every.value - all_films) < 0.05 and abs(others.value - unrated) < 0.05
    # The same law, told from a few films drawn evenly.
    drawn = from_matrix(np.where(~there & (rng.random(full.shape) < 0.2), full, np.nan), films=films)
    estimated = star_propensity(ratings, drawn)(split.validation)
    assert estimated == pytest.approx(law[split.validation.users, split.validation.items], abs=0.05)
    assert weighted_star_error(model, split, star_propensity(ratings, drawn)).value == pytest.approx(unrated, abs=0.08)


def test_propensities_from_popularity_by_hand():
    N = np.nan
    ratings = from_matrix(np.array([[3, 4, N, N, 5], [3, N, 4.5, N, 2], [3, 3, N, N, N]], dtype=float))
    by_film = popularity_propensity(ratings)
    # 8 ratings; members gave 3, 3, 2; films have 3, 2, 1, 0, 2. No count is below 1.
    assert by_film(ratings).tolist() == [min(1, 9 / 8), 6 / 8, 6 / 8, min(1, 9 / 8), 3 / 8, 6 / 8, 6 / 8, 4 / 8]
    nobody = from_matrix(np.array([[N, N, N, 3, N], [N] * 5, [N] * 5], dtype=float))
    assert by_film(nobody).tolist() == [3 / 8]


def test_the_shipped_data_has_a_test_that_members_did_not_choose(shipped):
    data, split, uniform, _ = shipped
    assert uniform.train is split.train and uniform.validation is split.validation
    drawn = uniform.test
    assert len(drawn) == 15_000 and not np.isin(drawn.cells, data.ratings.cells).any()
    assert drawn.values.mean() < data.ratings.values.mean() - 0.2  # one does choose what one likes
    truth = data.truth.uniform_test
    assert (drawn.user_ids[drawn.users] == truth["userId"]).all()
    assert (drawn.item_ids[drawn.items] == truth["movieId"]).all()
    assert drawn.values == pytest.approx(truth["rating"])


def test_on_films_that_nobody_chose_stars_are_harder_and_popularity_is_worth_less(shipped):
    _, split, uniform, _ = shipped
    biases, popularity = BiasModel().fit(split.train), Popularity().fit(split.train)
    chosen, unchosen = evaluation.star_error(biases, split), evaluation.star_error(biases, uniform, "test")
    assert unchosen.low > chosen.high + 0.1
    models = {"popularity": popularity, "biases": biases}
    on_chosen = measures.rank(models, split, measures="recall")["value"]["recall"]
    on_drawn = measures.rank(models, uniform, part="test", measures="recall")["value"]["recall"]
    assert on_chosen["popularity"] > on_chosen["biases"] and on_drawn["popularity"] < on_drawn["biases"]


def test_weights_close_a_part_of_the_gap_and_which_part_depends_on_the_propensities(shipped):
    _, split, uniform, core = shipped
    biases, popularity = BiasModel().fit(split.train), Popularity().fit(split.train)
    by_film, by_stars = popularity_propensity(split.train), star_propensity(split.train, uniform.test, core.sum())

    as_it_is = weighted_star_error(biases, split, among=core).value
    wanted = weighted_star_error(biases, uniform, part="test").value
    closed = [
        (weighted_star_error(biases, split, p, among=core).value - as_it_is) / (wanted - as_it_is)
        for p in (by_film, by_stars)
    ]
    assert closed[0] < 0.15 and 0.4 < closed[1] < 0.8  # ratings go missing by what they would say, not by film alone

    as_it_is = weighted_liked_in_top(popularity, split, among=core).value
    wanted = weighted_liked_in_top(popularity, uniform, part="test").value
    closed = [
        (weighted_liked_in_top(popularity, split, p, among=core).value - as_it_is) / (wanted - as_it_is)
        for p in (by_film, by_stars)
    ]
    assert 0.7 < closed[0] < 1 and closed[1] < 0.15  # a list of liked films is misled by who was shown what


def test_what_cannot_be_weighted_is_refused_in_a_sentence():
    model = GlobalMean().fit(SPLIT.train)
    for p, said in ((0.0, "0"), (1.2, "1.2"), (np.nan, "nan"), (-0.1, "-0.1")):
        with pytest.raises(DataError, match=f"The propensity of a rating is {said}. What is there had some chance"):
            weighted_star_error(model, SPLIT, p)
    with pytest.raises(DataError, match="Every propensity is 1, so nothing is unrated"):
        weighted_star_error(model, SPLIT, 1.0)
    with pytest.raises(DataError, match="no target 'seen'. Ask for 'unrated' or 'all'"):
        weighted_star_error(model, SPLIT, 0.5, target="seen")
    with pytest.raises(DataError, match="no measure 'R2' of stars. There are RMSE, MAE"):
        weighted_star_error(model, SPLIT, measure="R2")
    with pytest.raises(DataError, match="There is no rating to weight"):
        weighted_star_error(model, SPLIT, among=False)
    with pytest.raises(DataError, match="There is no rating to weight"):
        weighted_liked_in_top(model, SPLIT, at_least=6)
    with pytest.raises(CourseError, match="orders films but predicts no stars"):
        weighted_star_error(Popularity().fit(SPLIT.train), SPLIT)
    with pytest.raises(DataError, match="shape"):
        weighted_star_error(model, SPLIT, np.full(7, 0.5))
    with pytest.raises(DataError, match="ratings that it is to be measured on"):
        weighted_liked_in_top(Popularity().fit(SPLIT.train_and_validation), SPLIT)
    with pytest.raises(DataError, match="There are no ratings to compare"):
        star_propensity(SPLIT.train, SPLIT.train.rows([]))


def test_real_members_have_no_such_test():
    shipped = datasets.load("matinee")
    real = dataclasses.replace(shipped, name="ml-latest-small", truth=datasets.Unknown())
    with pytest.raises(DataError, match="ml-latest-small has no ratings of films drawn evenly"):
        uniform_split(real, SPLIT)
