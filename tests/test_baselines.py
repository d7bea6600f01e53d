import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.linear_model import Ridge

from course_lib.baselines import BiasModel, GlobalMean, ItemMean, Popularity, UserMean
from course_lib.biases import damped_mean
from course_lib.errors import DataError
from course_lib.ratings import Ratings
from tests.needs import real_data
from tests.toy import FILMS, PAPER, from_matrix, paper, quick, random_ratings


def ridge_biases(ratings, damping):
    """User and item biases by scikit-learn: one column a user, one an item, the same penalty on both."""
    rows = np.arange(len(ratings))
    shape = len(ratings), ratings.n_users + ratings.n_items
    columns = np.concatenate([ratings.users, ratings.n_users + ratings.items])
    one_hot = sparse.csr_array((np.ones(2 * len(ratings)), (np.tile(rows, 2), columns)), shape=shape)
    values = ratings.values.astype(np.float64)
    ridge = Ridge(alpha=damping, fit_intercept=False, solver="sparse_cg", tol=1e-10)
    weights = ridge.fit(one_hot, values - values.mean()).coef_
    return weights[: ratings.n_users], weights[ratings.n_users :]


def furthest_from_ridge(model, ratings):
    users, items = ridge_biases(ratings, model.damping)
    return max(np.abs(model.user_bias_ - users).max(), np.abs(model.item_bias_ - items).max())


@pytest.fixture(scope="module")
def real_frame():
    return pd.read_csv(real_data() / "ratings.csv")


@pytest.fixture(scope="module")
def real_ratings(real_frame):
    return Ratings.from_frame(real_frame)


def test_damped_means_by_hand():
    values, groups = np.array([1.0, 2.0, 3.0, -4.0]), np.array([0, 0, 0, 2])
    assert damped_mean(values, groups, 4, damping=1).tolist() == [6 / 4, 0, -4 / 2, 0]
    assert damped_mean(values, groups, 4, damping=0).tolist() == [6 / 3, 0, -4, 0]


@quick
@given(st.lists(st.tuples(st.integers(0, 4), st.floats(-5, 5)), max_size=30), st.floats(0, 100))
def test_a_damped_mean_lies_between_zero_and_the_mean(rows, damping):
    groups = np.array([group for group, _ in rows], dtype=int)
    values = np.array([value for _, value in rows], dtype=float)
    means = damped_mean(values, groups, 5, damping=0)
    damped = damped_mean(values, groups, 5, damping)
    assert (np.abs(damped) <= np.abs(means)).all() and (damped * means >= 0).all()


@pytest.mark.parametrize("damping", [-1, float("nan")])
def test_damping_is_not_negative(damping):
    with pytest.raises(DataError) as caught:
        ItemMean(damping=damping).fit(paper())
    assert str(caught.value) == f"ItemMean has damping={damping!r}. Give a number of at least 0."
    with pytest.raises(DataError, match="It counts ratings: give 0 or more."):
        damped_mean(np.ones(2), np.zeros(2, dtype=int), 1, damping)


def test_the_global_mean_is_the_mean_of_the_paper_table():
    model = GlobalMean().fit(paper())
    assert model.mean_ == model.predict(1, 101) == np.nanmean(PAPER)


def test_film_means_of_the_paper_table_are_those_of_its_columns():
    assert ItemMean(damping=0).fit(paper()).item_mean_ == pytest.approx(np.nanmean(PAPER, axis=0))


def test_members_means_of_the_paper_table_are_those_of_its_rows():
    assert UserMean(damping=0).fit(paper()).user_mean_ == pytest.approx(np.nanmean(PAPER, axis=1))


def test_a_members_mean_is_drawn_to_the_mean_where_the_member_has_given_few_ratings():
    model = UserMean(damping=2).fit(paper())
    assert model.predict(1, 103) == pytest.approx((13 + 2 * model.mean_) / (4 + 2))
    assert model.predict(1, 999) == model.predict(1, 103)  # the film is not known, the member is
    assert model.predict(77, 101) == pytest.approx(model.mean_)
    assert model.fold_in([101, 104], [5, 4]) == pytest.approx((9 + 2 * model.mean_) / (2 + 2))
    assert model.explain(1, 101)["contribution"].sum() == pytest.approx(model.predict(1, 101))


def test_a_film_with_one_five_star_rating_does_not_lead_the_damped_list():
    matrix = np.array([[5, np.nan, 4], [np.nan, 5, 2], [5, np.nan, 1], [5, np.nan, 3], [4, np.nan, 2]])
    ratings = from_matrix(matrix, films=FILMS.iloc[:3])
    assert ItemMean(damping=0).fit(ratings).recommend("new").index[0] == 102
    assert ItemMean(damping=5).fit(ratings).recommend("new").index[0] == 101


def test_films_that_nobody_rated_get_the_mean():
    ratings = random_ratings()
    for model in (ItemMean(), ItemMean(damping=0)):
        model.fit(ratings)
        assert model.item_mean_[-1] == model.mean_


def test_biases_of_three_ratings_by_hand():
    # Two members, one film, damping 1, ratings 4, 2 and mean 3. By symmetry b_i = 0 and b_u = (r - 3) / 2.
    model = BiasModel(damping=1).fit(from_matrix(np.array([[4.0], [2.0]]), films=FILMS.iloc[:1]))
    assert model.item_bias_.tolist() == [0.0] and model.user_bias_.tolist() == [0.5, -0.5]
    assert model.predict([1, 2], 101).tolist() == [3.5, 2.5]


@pytest.mark.parametrize("damping", [0.1, 5.0, 25.0])
def test_biases_are_those_of_scikit_learns_ridge(damping):
    ratings = random_ratings(n_users=60, n_items=40)
    assert furthest_from_ridge(BiasModel(damping).fit(ratings), ratings) < 1e-6


def test_on_real_members_biases_are_those_of_scikit_learns_ridge(real_ratings):
    assert furthest_from_ridge(BiasModel().fit(real_ratings), real_ratings) < 1e-6


def test_biases_are_those_of_surprise_when_it_takes_as_many_turns():
    import surprise

    ratings = random_ratings(n_users=60, n_items=40)
    table = surprise.Dataset.load_from_df(
        ratings.to_frame()[["userId", "movieId", "rating"]], surprise.Reader(rating_scale=(0.5, 5))
    )
    theirs = surprise.BaselineOnly({"method": "als", "n_epochs": 1000, "reg_u": 5, "reg_i": 5}, verbose=False)
    theirs.fit(table.build_full_trainset())
    ours = BiasModel(damping=5.0).fit(ratings)
    users, items = ratings.user_ids[ratings.users], ratings.item_ids[ratings.items]
    predicted = [theirs.predict(user, item).est for user, item in zip(users, items, strict=True)]
    assert ours.predict(users, items) == pytest.approx(np.array(predicted), abs=1e-5)
    known = [theirs.trainset.to_inner_iid(item) for item in ratings.item_ids[:-1]]
    assert ours.item_bias_[:-1] == pytest.approx(theirs.bi[known], abs=1e-5)


def test_the_biases_stop_moving_long_before_the_last_sweep(real_ratings):
    early, late = BiasModel(n_sweeps=20).fit(real_ratings), BiasModel().fit(real_ratings)
    assert np.abs(early.user_bias_ - late.user_bias_).max() < 1e-8
    assert np.abs(early.item_bias_ - late.item_bias_).max() < 1e-8


def test_films_and_members_without_ratings_do_not_slow_the_sweeps_down():
    films = pd.DataFrame({"title": [f"Film {k}" for k in range(5000)]})
    rated = random_ratings(n_users=60, n_items=40, density=0.9)
    ratings = Ratings.from_arrays(rated.users, rated.items, rated.values, user_ids=np.arange(3000), films=films)
    model = BiasModel(damping=0.5).fit(ratings)
    assert furthest_from_ridge(model, ratings) < 1e-6
    assert not model.item_bias_[40:].any() and not model.user_bias_[60:].any()


def test_without_damping_predictions_are_those_of_least_squares():
    ratings = paper()
    rows, n_users = np.arange(len(ratings)), ratings.n_users
    one_hot = np.zeros((len(ratings), n_users + ratings.n_items))
    one_hot[rows, ratings.users] = one_hot[rows, n_users + ratings.items] = 1
    values = ratings.values - np.nanmean(PAPER)
    fitted = one_hot @ np.linalg.lstsq(one_hot, values, rcond=None)[0] + np.nanmean(PAPER)
    model = BiasModel(damping=0, n_sweeps=200).fit(ratings)
    assert model._predict(ratings.users, ratings.items) == pytest.approx(fitted, abs=1e-9)


@quick
@given(st.integers(0, 20))
def test_no_change_of_a_bias_makes_the_penalised_error_smaller(seed):
    ratings = random_ratings(n_users=8, n_items=6, seed=seed)
    model = BiasModel(damping=2.0).fit(ratings)
    error = ratings.values - model._predict(ratings.users, ratings.items)
    # The gradient of the objective in the docstring, divided by -2.
    assert np.bincount(ratings.users, error, 8) == pytest.approx(2.0 * model.user_bias_, abs=1e-6)
    assert np.bincount(ratings.items, error, 6) == pytest.approx(2.0 * model.item_bias_, abs=1e-6)


def test_a_film_that_is_not_known_gets_the_mean_and_the_members_bias():
    model = BiasModel().fit(paper())
    assert model.predict(4, 999) == pytest.approx(model.mean_ + model.user_bias_[3])
    assert model.predict(77, 999) == pytest.approx(model.mean_)
    assert model.predict(77, 103) == pytest.approx(model.mean_ + model.item_bias_[2])


def test_somebody_with_a_members_ratings_gets_that_members_scores():
    ratings = random_ratings()
    model = BiasModel().fit(ratings)
    for user in ratings.user_ids[:5]:
        own = ratings.rows(ratings.users == ratings.user_index(user)).to_frame()
        assert model.fold_in(own["movieId"], own["rating"]) == pytest.approx(model.scores(user)[0], abs=1e-6)


def test_biases_are_reasons():
    reasons = BiasModel().fit(paper()).explain(1, 101)
    assert reasons["reason"].tolist() == ["the mean of all ratings", "this member", "this film"]
    reasons = ItemMean().fit(paper()).explain(1, 101)
    assert reasons["reason"].tolist() == ["the mean of all ratings", "this film"]


def test_popularity_counts_ratings_and_after_liked_the_likes():
    assert Popularity().fit(paper()).n_ratings_.tolist() == (~np.isnan(PAPER)).sum(axis=0).tolist()
    assert Popularity().fit(paper().liked(4)).n_ratings_.tolist() == (np.nan_to_num(PAPER) >= 4).sum(axis=0).tolist()


def test_equally_popular_films_are_in_the_order_of_the_film_table():
    listed = Popularity().fit(paper()).recommend("new")
    assert listed["score"].tolist() == sorted(listed["score"], reverse=True)
    assert listed.index.tolist() == [101, 102, 104, 105, 103]


def test_means_and_counts_of_real_members_are_those_of_pandas(real_frame, real_ratings):
    by_film = real_frame.groupby("movieId")["rating"]
    assert ItemMean(damping=0).fit(real_ratings).item_mean_ == pytest.approx(by_film.mean().to_numpy(), abs=1e-12)
    assert Popularity().fit(real_ratings).n_ratings_.tolist() == by_film.count().tolist()
    assert GlobalMean().fit(real_ratings).mean_ == pytest.approx(real_frame["rating"].mean(), abs=1e-12)
