import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import datasets, evaluation
from course_lib._kernels import neighbors as kernels
from course_lib.baselines import BiasModel
from course_lib.errors import CourseError, DataError
from course_lib.neighbors import ItemKNN, UserKNN
from course_lib.similarity import SIMILARITIES
from tests import pages
from tests.needs import real_data
from tests.toy import FILMS, from_matrix, paper, quick, random_ratings

BOTH = [ItemKNN, UserKNN]


@pytest.fixture(scope="module")
def shipped():
    return evaluation.board_split(datasets.load("matinee").ratings)


@pytest.fixture(scope="module")
def real():
    ratings = datasets.load("ml-latest-small", real_data().parent).ratings
    often = np.bincount(ratings.items, minlength=ratings.n_items) >= 20
    return evaluation.board_split(ratings.rows(often[ratings.items]))


def surprise_predicts(model, train, test):
    """What Surprise's KNNBaseline predicts for the rows of `test`, given the model's own biases."""
    surprise = pytest.importorskip("surprise")  # no wheel for this platform

    class SameBaseline(surprise.KNNBaseline):
        def compute_baselines(self):
            rows = [self.trainset.to_raw_uid(u) for u in self.trainset.all_users()]
            columns = [self.trainset.to_raw_iid(i) for i in self.trainset.all_items()]
            return model.user_bias_[rows], model.item_bias_[columns]

    order = np.argsort(train.cells)
    frame = pd.DataFrame({"user": train.users, "item": train.items, "stars": train.values.astype(float)}).iloc[order]
    made = surprise.Dataset.load_from_df(frame, surprise.Reader(rating_scale=train.scale)).build_full_trainset()
    options = {"name": model.similarity, "min_support": model.min_support, "user_based": isinstance(model, UserKNN)}
    theirs = SameBaseline(model.n_neighbors, model.min_neighbors, verbose=False, sim_options=options)
    theirs.sim_options["shrinkage"] = model.shrinkage
    theirs.fit(made)
    pairs = zip(test.users.tolist(), test.items.tolist(), strict=True)
    return np.array([theirs.predict(user, item, clip=False).est for user, item in pairs])


def predicted(model, test):
    return model._predict(test.users, test.items)


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize(
    "options",
    [
        {"similarity": "pearson_baseline"},
        {"similarity": "pearson_baseline", "shrinkage": 10.0, "n_neighbors": 3, "min_support": 4, "min_neighbors": 3},
        {"similarity": "cosine", "shrinkage": 0.0},
        {"similarity": "pearson", "shrinkage": 0.0, "n_neighbors": 5},
    ],
    ids=lambda options: "-".join(map(str, options.values())),
)
def test_predictions_are_those_of_surprise(kind, options, shipped):
    few = shipped.train.rows(shipped.train.users < 400), shipped.validation.rows(shipped.validation.users < 400)
    for train, test in [few, (random_ratings(60, 40, 0.3), random_ratings(60, 40, 0.2, seed=1))]:
        test = test.rows(~np.isin(test.cells, train.cells))
        model = kind(neighbor_damping=0.0, **options).fit(train)
        assert np.abs(predicted(model, test) - surprise_predicts(model, train, test)).max() < 1e-6


@pytest.mark.parametrize("kind", BOTH)
def test_on_real_members_predictions_are_those_of_surprise(kind, real):
    model = kind(neighbor_damping=0.0).fit(real.train)
    assert (
        np.abs(predicted(model, real.validation) - surprise_predicts(model, real.train, real.validation)).max() < 1e-6
    )


def test_what_the_lesson_shows_of_surprise_predicts_what_we_predict():
    pytest.importorskip("surprise")  # no wheel for this platform
    ratings = random_ratings(n_users=60, n_items=40)
    film, known = 13, ratings.rows((ratings.users != 0) | (ratings.item_ids[ratings.items] != 13))
    lesson = pages.source_of(pages.lessons()["05"])
    *lines, last = next(block for block in pages.fenced(lesson) if "KNNBaseline" in block).strip().splitlines()
    code = "\n".join([*lines, f"predicted = {last}"]).replace("KNNBaseline(k=40", "KNNBaseline(verbose=False, k=40")
    names = {"known": known.to_frame(), "film": film}
    exec(code, names)
    model = ItemKNN(neighbor_damping=0.0).fit(known)
    assert names["predicted"] == pytest.approx(model.predict(1, film), abs=1e-4)


def test_a_prediction_for_the_paper_table_by_hand():
    """Member 6 has not rated Clueless. Members 4 and 5 agree with member 6 and have: 5 and 4 stars."""
    model = UserKNN(similarity="pearson", shrinkage=0, neighbor_damping=0).fit(paper())
    # Common with 4: 1 1 5 4 and 1 2 4 4, both of mean 2.75. Common with 5: 1 5 and 2 5, a perfect correlation.
    agreement = np.array([8.75 / np.sqrt(12.75 * 6.75), 1.0])
    base = model.mean_ + model.user_bias_ + model.item_bias_[2]
    deviations = np.array([5, 4]) - base[[3, 4]]
    expected = base[5] + agreement @ deviations / agreement.sum()
    assert model._predict(np.array([5]), np.array([2]))[0] == pytest.approx(expected, abs=1e-12)


def slow(model, ratings, user, item):
    """The formula of the docstring, word by word, from dense tables."""
    films = isinstance(model, ItemKNN)
    s = model.neighbors_.toarray()[item if films else user]
    deviations = np.full((ratings.n_users, ratings.n_items), np.nan)
    base = model.mean_ + model.user_bias_[:, np.newaxis] + model.item_bias_
    deviations[ratings.users, ratings.items] = ratings.values - base[ratings.users, ratings.items]
    theirs = deviations[user] if films else deviations[:, item]
    known = [place for place in np.argsort(-np.abs(s), kind="stable") if s[place] and not np.isnan(theirs[place])]
    known = known[: model.n_neighbors]
    if len(known) < model.min_neighbors:
        return base[user, item]
    return base[user, item] + s[known] @ theirs[known] / (model.neighbor_damping + np.abs(s[known]).sum())


@quick
@given(
    st.integers(0, 100), st.sampled_from(BOTH), st.sampled_from(list(SIMILARITIES)), st.booleans(),
    st.integers(1, 6), st.integers(1, 4), st.sampled_from([0.0, 0.3]),
)  # fmt: skip
def test_every_prediction_is_the_weighted_deviation_from_the_baseline(seed, kind, similarity, positive, k, least, damp):
    ratings = random_ratings(n_users=9, n_items=7, density=0.5, seed=seed)
    model = kind(k, similarity, 5.0, 1, least, damp, positive).fit(ratings)
    users, items = (places.ravel() for places in np.indices((9, 7)))
    found = model._predict(users, items)
    assert found == pytest.approx([slow(model, ratings, *pair) for pair in zip(users, items, strict=True)], abs=1e-9)
    assert model._scores(np.arange(9)).ravel() == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_somebody_with_a_members_ratings_gets_that_members_scores(kind, similarity):
    ratings = random_ratings()
    model = kind(similarity=similarity, shrinkage=3.0).fit(ratings)
    for user in range(5):
        own, expected = ratings.users == user, model._scores(np.array([user]))[0]
        if kind is UserKNN:  # or the member would be the newcomer's nearest neighbour
            own_row = model.deviations_.indptr[user : user + 2]
            model.compared_.data[model.compared_.indices == user] = 0
            model.deviations_.data[slice(*own_row)] = 0
        unrated = ~np.isin(np.arange(20), ratings.items[own])
        found = model._fold_in(ratings.items[own], ratings.values[own].astype(np.float64))
        assert found[unrated] == pytest.approx(expected[unrated], abs=1e-6)
        model.fit(ratings)


@pytest.mark.parametrize("kind", BOTH)
def test_the_order_of_the_ratings_does_not_matter(kind):
    ratings = random_ratings()
    shuffled = ratings.rows(np.random.default_rng(0).permutation(len(ratings)))
    one, other = kind().fit(ratings), kind().fit(shuffled)
    assert other.scores(ratings.user_ids) == pytest.approx(one.scores(ratings.user_ids), abs=1e-5)


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_without_neighbours_the_prediction_is_the_baseline(kind, similarity):
    alone = from_matrix(np.array([[5.0, 4, np.nan, 1, 3]]))
    for ratings in (alone, from_matrix(np.array([[5.0, 4], [np.nan, np.nan]]), films=FILMS.iloc[:2])):
        model = kind(similarity=similarity, min_neighbors=2).fit(ratings)
        assert model.scores(ratings.user_ids) == pytest.approx(BiasModel().fit(ratings).scores(ratings.user_ids))


@pytest.mark.parametrize("kind", BOTH)
def test_with_a_very_large_pull_the_prediction_is_the_baseline(kind):
    ratings = random_ratings()
    model = kind(neighbor_damping=1e12).fit(ratings)
    assert model.scores(ratings.user_ids) == pytest.approx(BiasModel().fit(ratings).scores(ratings.user_ids), abs=1e-5)


@pytest.mark.parametrize("kind", BOTH)
def test_keeping_all_neighbours_by_number_is_keeping_all(kind):
    ratings = random_ratings()
    everything, counted = kind().fit(ratings), kind(n_kept=30).fit(ratings)
    assert (everything.scores(ratings.user_ids) == counted.scores(ratings.user_ids)).all()


def test_the_plain_loops_give_what_the_compiled_ones_give():
    ratings = random_ratings(n_users=9, n_items=7)
    model = ItemKNN(shrinkage=5.0).fit(ratings)
    near = model.neighbors_.indptr, model.neighbors_.indices, model.neighbors_.data
    rows = model.deviations_.indptr, model.deviations_.indices, model.deviations_.data
    turned = model.deviations_.tocsc().T
    columns = turned.indptr, turned.indices, turned.data
    users, items = (places.ravel().astype(np.int32) for places in np.indices((9, 7)))
    pairs, table = [np.empty(63), np.empty(63)], [np.empty((7, 9)), np.empty((7, 9))]
    for place, run in enumerate((kernels.mean_of_pairs, kernels.mean_of_pairs.py_func)):
        run(items, users, *near, *rows, 3, 1, 0.2, pairs[place])
    for place, run in enumerate((kernels.mean_of_rows, kernels.mean_of_rows.py_func)):
        run(np.arange(7, dtype=np.int32), *near, *columns, 3, 1, 0.2, table[place])
    assert (pairs[0] == pairs[1]).all() and (table[0] == table[1]).all()
    assert pairs[0].reshape(9, 7) == pytest.approx(table[0].T, abs=1e-12)


def test_reasons_are_the_baseline_and_then_the_ratings_behind_the_neighbours():
    model = ItemKNN(shrinkage=0.0, similarity="pearson").fit(paper())
    reasons = model.explain(1, 104)["reason"].tolist()
    assert reasons[:3] == ["the mean of all ratings", "this member", "this film"]
    assert reasons[3:] == ["because you rated Clueless (1995): 1", "because you rated Up (2009): 3"]
    model = UserKNN(shrinkage=0.0, similarity="pearson").fit(paper())
    reasons = model.explain(6, 103)["reason"].tolist()
    assert reasons[3:] == ["because member 4 rated it: 5", "because member 5 rated it: 4"]


def test_there_are_never_more_reasons_than_neighbours(shipped):
    model = ItemKNN(n_neighbors=5).fit(shipped.train)
    for item in shipped.train.item_ids[:30]:
        assert len(model.explain(1, item)) <= 8


def test_similar_films_are_the_nearest_neighbours_in_their_order(shipped):
    model = ItemKNN().fit(shipped.train)
    position = 3
    own = slice(*model.neighbors_.indptr[position : position + 2])
    listed = model.similar(shipped.train.item_ids[position], n=10)
    assert listed.index.tolist() == shipped.train.item_ids[model.neighbors_.indices[own][:10]].tolist()
    with pytest.raises(CourseError, match="UserKNN does not compare films"):
        UserKNN().fit(paper()).similar(101)


def test_a_film_that_is_not_known_gets_the_mean_and_the_members_bias():
    model = ItemKNN().fit(paper())
    assert model.predict(4, 999) == pytest.approx(model.mean_ + model.user_bias_[3])
    assert model.predict(77, 999) == pytest.approx(model.mean_)


@pytest.mark.parametrize(
    "options, asked",
    [
        ({"n_neighbors": 0}, "n_neighbors=0. Give a whole number of at least 1."),
        ({"shrinkage": -1}, "shrinkage=-1. Give a number of at least 0."),
        ({"min_support": 0.5}, "min_support=0.5. Give a whole number of at least 1."),
        ({"n_kept": 0}, "n_kept=0. Give a whole number of at least 1."),
        ({"neighbor_damping": float("nan")}, "neighbor_damping=nan. Give a number of at least 0."),
    ],
)
def test_hyperparameters_out_of_bounds_are_refused(options, asked):
    with pytest.raises(DataError) as caught:
        ItemKNN(**options).fit(paper())
    assert str(caught.value) == f"ItemKNN has {asked}"


@pytest.mark.parametrize("kind", BOTH)
def test_neighbours_beat_the_biases_on_the_shipped_data(kind, shipped):
    error, biases = (evaluation.star_error(model.fit(shipped.train), shipped).value for model in (kind(), BiasModel()))
    assert error < biases - 0.01


def test_item_neighbours_beat_the_biases_on_real_members(real):
    error, biases = (evaluation.star_error(model.fit(real.train), real).value for model in (ItemKNN(), BiasModel()))
    assert error < biases


def test_films_that_nobody_rated_in_training_get_the_baseline(real):
    model = ItemKNN().fit(real.train)
    unrated = np.flatnonzero(np.bincount(real.train.items, minlength=real.train.n_items) == 0)[:50]
    users = np.zeros(len(unrated), dtype=np.int32)
    assert predicted(model, real.train.rows(np.arange(0))).shape == (0,)
    assert model._predict(users, unrated) == pytest.approx(model.mean_ + model.user_bias_[0])
