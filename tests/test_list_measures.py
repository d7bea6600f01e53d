import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from course_lib import evaluation, list_metrics, splits
from course_lib import list_measures as measures
from course_lib.baselines import BiasModel, ItemMean, Popularity
from course_lib.errors import DataError, UnknownId
from course_lib.svd import FilledSVD
from tests.toy import from_matrix, random_ratings

SPLIT = splits.within_users(random_ratings(n_users=60, n_items=30), validation=0.2, test=0.2, seed=1)
N = np.nan


def fitted(*models, on=SPLIT.train):
    return {type(model).__name__: model.fit(on) for model in models}


class Order(Popularity):
    """Films in the order of the catalogue, the last one first."""

    def _scores(self, users):
        return np.tile(np.arange(self.ratings_.n_items, dtype=float), (len(users), 1))


def by_hand():
    """Train: film 1. Held out: member 1 likes films 2 and 5, member 2 film 3, member 3 none."""
    every = from_matrix(np.array([[3, 4, N, N, 5], [3, N, 4.5, N, 2], [3, 3, N, N, N]], dtype=float))
    train = every.items == 0
    return splits.Split(every.rows(train), every.rows(~train), every.rows(~train))


def test_two_members_by_hand():
    split = by_hand()
    table = measures.member_measures(Order().fit(split.train), split, k=3, measures=["recall", "ndcg", "auc"])
    # Everybody's list is films 5, 4, 3, 2. Member 1 likes 5 and 2, member 2 likes 3.
    assert table.index.tolist() == [1, 2] and table.index.name == "userId"
    assert table["recall"].tolist() == [1 / 2, 1]
    assert table["ndcg"].tolist() == pytest.approx([1 / (1 + 1 / np.log2(3)), 1 / 2])
    assert table["auc"].tolist() == pytest.approx([2 / 4, 1 / 3])
    strict = measures.member_measures(Order().fit(split.train), split, k=3, at_least=5, measures="recall")
    assert strict["recall"].to_dict() == {1: 1.0}


def test_recall_is_the_share_of_liked_films_that_the_board_measures():
    model = Popularity().fit(SPLIT.train)
    shares = evaluation.liked_in_top(model, SPLIT, n=5)
    recall = measures.member_measures(model, SPLIT, k=5, measures=["recall"])["recall"]
    pd.testing.assert_series_equal(shares, recall, check_names=False)


def test_every_measure_of_lists_is_there_for_each_member():
    model = BiasModel().fit(SPLIT.train_and_validation)
    table = measures.member_measures(model, SPLIT, k=5, part="test")
    liked = SPLIT.test.liked()
    pd.testing.assert_frame_equal(table, list_metrics.at_k(model.recommend_all(5)[0], liked, 5))
    assert len(table) == len(np.unique(liked.users))


def test_auc_leaves_out_what_was_seen_also_when_members_come_in_parts(monkeypatch):
    model = BiasModel().fit(SPLIT.train)
    whole = measures.member_measures(model, SPLIT, measures=["auc"])
    monkeypatch.setattr(measures, "SCORES_AT_ONCE", 90)
    pd.testing.assert_frame_equal(whole, measures.member_measures(model, SPLIT, measures=["auc"]))
    liked, scores = SPLIT.validation.liked(), model.scores(SPLIT.train.user_ids)
    for user, value in whole["auc"].items():
        row = user - 1
        left = ~np.isin(np.arange(30), SPLIT.train.items[SPLIT.train.users == row])
        is_liked = np.isin(np.arange(30), liked.items[liked.users == row])
        assert value == pytest.approx(roc_auc_score(is_liked[left], scores[row][left]))


def test_the_table_holds_each_models_mean_and_how_far_they_are_apart():
    models = fitted(Popularity(), ItemMean(), BiasModel())
    table = measures.rank(models, SPLIT, k=5, measures=["ndcg", "recall", "auc"], against="ItemMean")
    assert table.index.names == ["measure", "model"] and len(table) == 9
    assert list(table) == ["value", "low", "high", "difference", "difference_low", "difference_high"]
    of = {name: measures.member_measures(model, SPLIT, 5, measures=["ndcg", "auc"]) for name, model in models.items()}
    for name in models:
        for measure in ("ndcg", "auc"):
            values, others = of[name][measure], of["ItemMean"][measure]
            row = table.loc[measure, name]
            assert row.iloc[:3].tolist() == pytest.approx(evaluation.mean_interval(values))
            assert row.iloc[3:].tolist() == pytest.approx(evaluation.difference_interval(values, others), abs=1e-12)
    assert (table.xs("ItemMean", level="model").iloc[:, 3:] == 0).all(axis=None)
    first = measures.rank(models, SPLIT, k=5, measures="ndcg")
    assert first.loc[("ndcg", "Popularity"), "difference"] == 0


def test_the_same_models_in_another_order_get_the_same_values():
    models = fitted(Popularity(), ItemMean(), BiasModel())
    turned = dict(reversed(models.items()))
    one = measures.rank(models, SPLIT, k=5, against="ItemMean")
    pd.testing.assert_frame_equal(one.sort_index(), measures.rank(turned, SPLIT, k=5, against="ItemMean").sort_index())


def test_reach_is_coverage_and_gini_of_all_lists():
    models = fitted(Popularity(), BiasModel())
    table = measures.reach(models, n=4)
    items, _ = models["BiasModel"].recommend_all(4)
    expected = list_metrics.coverage(items, 30), list_metrics.gini(items, 30)
    assert table.loc["BiasModel"].tolist() == list(expected) and list(table) == ["coverage", "gini"]
    assert table.index.name == "model" and ((table >= 0) & (table <= 1)).all(axis=None)


def test_lists_without_what_a_model_has_seen_are_its_own(monkeypatch):
    model = BiasModel().fit(SPLIT.train)
    expected, _ = model.recommend_all(7)
    assert (measures.lists_without(model, SPLIT.train, 7) == expected).all()
    monkeypatch.setattr(measures, "SCORES_AT_ONCE", 90)
    assert (measures.lists_without(model, SPLIT.train, 7) == expected).all()
    assert (
        measures.lists_without(model, SPLIT.train.rows([]), 7) == model.recommend_all(7, exclude_seen=False)[0]
    ).all()


def test_a_model_that_was_fitted_on_the_films_to_be_found_can_be_shown_to_leak():
    leaks, honest = (FilledSVD(10, "zero").fit(part) for part in (SPLIT.train_and_validation, SPLIT.train))
    liked = SPLIT.validation.liked()
    assert list_metrics.recall_at_k(leaks.recommend_all(5)[0], liked, 5).max() == 0  # it takes them for seen
    found = list_metrics.recall_at_k(measures.lists_without(leaks, SPLIT.train, 5), liked, 5)
    assert found.mean() > 2 * list_metrics.recall_at_k(honest.recommend_all(5)[0], liked, 5).mean()


def test_what_cannot_be_compared_is_refused_in_a_sentence():
    models = fitted(Popularity())
    with pytest.raises(DataError, match="There are no models to compare"):
        measures.rank({}, SPLIT)
    with pytest.raises(UnknownId, match="no model 'Magic' among Popularity"):
        measures.rank(models, SPLIT, against="Magic")
    with pytest.raises(DataError, match="no measure 'f1' of a list. There are precision, .*, auc"):
        measures.rank(models, SPLIT, measures=["ndcg", "f1"])
    with pytest.raises(DataError, match="no measure '' of a list"):
        measures.rank(models, SPLIT, measures=[])
    with pytest.raises(DataError, match="Nobody gave 6 stars or more in the validation part"):
        measures.rank(models, SPLIT, at_least=6)
    with pytest.raises(DataError, match="ratings that it is to be measured on"):
        measures.rank(fitted(Popularity(), on=SPLIT.train_and_validation), SPLIT)
    with pytest.raises(DataError, match="no part 'train'"):
        measures.rank(models, SPLIT, part="train")
    with pytest.raises(DataError, match="k is 0"):
        measures.member_measures(models["Popularity"], SPLIT, k=0)
    mixed = models | fitted(BiasModel(), on=SPLIT.train_and_validation)
    with pytest.raises(DataError, match="'Popularity' and 'BiasModel' were fitted on different ratings"):
        measures.rank(mixed, SPLIT, part="test")
    alike = models | {"liked only": BiasModel().fit(SPLIT.train.liked())}  # what was not liked still counts as seen
    assert len(measures.rank(alike, SPLIT, measures="recall")) == 2
