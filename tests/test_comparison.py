import numpy as np
import pytest

from course_lib import evaluation, splits
from course_lib.baselines import BiasModel, GlobalMean, ItemMean, Popularity
from course_lib.errors import CourseError, DataError, UnknownId
from course_lib.splits import Split
from tests.toy import random_ratings

SPLIT = splits.within_users(random_ratings(n_users=60, n_items=30), validation=0.2, test=0.2, seed=1)


def fitted(*models):
    return {type(model).__name__: model.fit(SPLIT.train) for model in models}


def errors_of(model):
    held_out = SPLIT.validation
    return model.predict(held_out.user_ids[held_out.users], held_out.item_ids[held_out.items]) - held_out.values


@pytest.mark.parametrize(("measure", "expected"), [("RMSE", lambda e: np.sqrt((e**2).mean())),
                                                   ("MAE", lambda e: np.abs(e).mean())])  # fmt: skip
def test_the_table_holds_the_errors_of_each_model_and_how_far_they_are_apart(measure, expected):
    models = fitted(GlobalMean(), BiasModel())
    table = evaluation.compare(models, SPLIT, measure=measure)
    by_hand = [expected(errors_of(model)) for model in models.values()]
    assert table["value"].tolist() == pytest.approx(by_hand)
    assert table["difference"].tolist() == pytest.approx([0, by_hand[1] - by_hand[0]])
    assert table.index.tolist() == ["GlobalMean", "BiasModel"] and table.index.name == "model"
    assert table.iloc[0, 3:].tolist() == [0, 0, 0]
    for name, model in models.items():
        alone = evaluation.star_error(model, SPLIT, measure=measure)
        assert table.loc[name, ["value", "low", "high"]].tolist() == pytest.approx(alone)


def test_the_interval_of_a_difference_draws_the_same_members_for_both():
    models = fitted(ItemMean(), BiasModel())
    totals = [evaluation.member_errors(model, SPLIT)["total"].to_numpy() for model in models.values()]
    counts = evaluation.member_errors(models["ItemMean"], SPLIT)["count"].to_numpy()
    rng, drawn = np.random.default_rng(0), []
    for _ in range(2000):
        members = rng.integers(len(counts), size=len(counts))
        first, second = (np.sqrt(total[members].sum() / counts[members].sum()) for total in totals)
        drawn.append(second - first)
    row = evaluation.compare(models, SPLIT).loc["BiasModel"]
    assert [row["difference_low"], row["difference_high"]] == pytest.approx(
        np.quantile(drawn, [0.025, 0.975]), abs=0.003
    )


def test_against_names_the_model_to_compare_with():
    table = evaluation.compare(fitted(GlobalMean(), ItemMean(), BiasModel()), SPLIT, against="BiasModel")
    assert table.loc["BiasModel", "difference"] == 0
    assert table.loc["GlobalMean", "difference"] == pytest.approx(
        table["value"]["GlobalMean"] - table["value"]["BiasModel"]
    )
    with pytest.raises(UnknownId, match="no model 'Magic' among GlobalMean"):
        evaluation.compare(fitted(GlobalMean()), SPLIT, against="Magic")
    with pytest.raises(DataError, match="There are no models to compare"):
        evaluation.compare({}, SPLIT)


def test_members_without_ratings_in_the_part_are_left_out():
    errors = evaluation.member_errors(fitted(GlobalMean())["GlobalMean"], SPLIT)
    assert (errors["count"] > 0).all() and errors["count"].sum() == len(SPLIT.validation)
    assert errors.index.name == "userId" and len(errors) < SPLIT.train.n_users


def test_choosing_tries_every_combination_and_orders_them_by_validation():
    table = evaluation.choose(BiasModel(), SPLIT, {"damping": [0.0, 5.0, 20.0], "n_sweeps": [1, 30]})
    assert len(table) == 6 and table["RMSE"].is_monotonic_increasing
    best = table.attrs["best"]
    assert best == {"damping": table["damping"][0], "n_sweeps": table["n_sweeps"][0]}
    model = BiasModel(**best).fit(SPLIT.train)
    assert table["RMSE"][0] == pytest.approx(np.sqrt((errors_of(model) ** 2).mean()))


def test_choosing_by_lists_takes_the_largest_ndcg_and_can_learn_from_liked_films_alone():
    grid = {"damping": [0.0, 2.0, 50.0]}
    table = evaluation.choose(ItemMean(), SPLIT, grid, measure="NDCG")
    assert table["NDCG"].is_monotonic_decreasing and len(table) == 3
    best = ItemMean(**table.attrs["best"]).fit(SPLIT.train)
    assert table["NDCG"][0] == evaluation.member_measures(best, SPLIT, measures=("ndcg",))["ndcg"].mean()
    liked = evaluation.choose(Popularity(), SPLIT, {}, measure="NDCG", liked_only=True)
    popular = Popularity().fit(SPLIT.train.liked())
    assert liked["NDCG"][0] == evaluation.member_measures(popular, SPLIT, measures=("ndcg",))["ndcg"].mean()


def test_of_equal_combinations_the_first_wins_and_the_model_is_not_changed():
    model = GlobalMean()
    table = evaluation.choose(model, SPLIT, {}, measure="MAE")
    assert table.attrs["best"] == {} and not hasattr(model, "ratings_")
    biases = BiasModel(damping=3.0)
    table = evaluation.choose(biases, SPLIT, {"n_sweeps": [50, 49]})
    assert table["n_sweeps"].tolist() == [50, 49] and biases.n_sweeps == 50


def test_what_cannot_be_measured_is_refused_in_a_sentence():
    with pytest.raises(DataError, match="no measure 'R2' of stars. There are RMSE, MAE"):
        evaluation.compare(fitted(GlobalMean()), SPLIT, measure="R2")
    with pytest.raises(DataError, match="has no parameter 'dampng'"):
        evaluation.choose(BiasModel(), SPLIT, {"dampng": [1]})
    with pytest.raises(DataError, match="has no values to try"):
        evaluation.choose(BiasModel(), SPLIT, {"damping": []})
    with pytest.raises(CourseError, match="orders films but predicts no stars"):
        evaluation.star_error(Popularity().fit(SPLIT.train), SPLIT)
    nothing = Split(SPLIT.train, SPLIT.validation.rows([]), SPLIT.test)
    with pytest.raises(DataError, match="The validation part has no ratings"):
        evaluation.star_error(GlobalMean().fit(SPLIT.train), nothing)
    with pytest.raises(DataError, match="ratings that it is to be measured on"):
        evaluation.star_error(GlobalMean().fit(SPLIT.train_and_validation), SPLIT)
