import numpy as np
import pandas as pd
import pytest

from course_lib import evaluation, sampled_metrics, splits
from course_lib.baselines import BiasModel, ItemMean, Popularity
from course_lib.errors import DataError
from course_lib.list_measures import member_measures
from course_lib.sampled_metrics import rank_sampled, sampled_ranks
from tests.test_list_measures import Order, by_hand
from tests.toy import from_matrix, random_ratings

SPLIT = splits.within_users(random_ratings(n_users=60, n_items=30), validation=0.2, test=0.2, seed=1)
MODELS = {type(model).__name__: model.fit(SPLIT.train) for model in (Popularity(), ItemMean(), BiasModel())}


def test_two_members_by_hand():
    split = by_hand()
    ranks, n_others = sampled_ranks({"order": Order().fit(split.train)}, split, n=None)
    # Films 5, 4, 3, 2 in that order. Member 1 likes 2 and 5, each among 4 and 3; member 2 likes 3, among 5, 4 and 2.
    assert ranks["order"].to_dict() == {(1, 102): 3, (1, 105): 1, (2, 103): 3}
    assert n_others.to_dict() == {(1, 102): 2, (1, 105): 2, (2, 103): 3}
    table = rank_sampled({"order": Order().fit(split.train)}, split, n=None, k=2, measures=["recall", "ndcg", "auc"])
    assert table.loc[("recall", "order"), "value"] == pytest.approx((1 / 2 + 0) / 2)
    assert table.loc[("ndcg", "order"), "value"] == pytest.approx((1 / 2 + 0) / 2)
    assert table.loc[("auc", "order"), "value"] == pytest.approx(((0 + 1) / 2 + 1 / 3) / 2)


def test_the_auc_among_all_films_is_the_auc():
    table = rank_sampled(MODELS, SPLIT, n=None, measures="auc")
    for name in ("Popularity", "BiasModel"):
        whole = member_measures(MODELS[name], SPLIT, measures=["auc"])["auc"]
        # A tie counts half there, and goes by position here.
        assert table.loc[("auc", name), "value"] == pytest.approx(
            whole.mean(), abs=0.02 if name == "Popularity" else 1e-9
        )


def test_more_films_than_there_are_is_all_of_them():
    everything, n_others = sampled_ranks(MODELS, SPLIT, n=None)
    for n in (29, 30, 1000):
        ranks, n_there = sampled_ranks(MODELS, SPLIT, n=n)
        pd.testing.assert_frame_equal(everything, ranks)
        pd.testing.assert_series_equal(n_others, n_there)


def test_the_rank_among_sampled_films_follows_the_hypergeometric_law():
    everything, n_others = sampled_ranks(MODELS, SPLIT, n=None)
    drawn = np.stack([sampled_ranks(MODELS, SPLIT, n=5, seed=seed)[0].to_numpy() for seed in range(300)])
    assert (drawn <= 6).all() and (drawn >= 1).all() and (drawn <= everything.to_numpy()).all()
    above = everything.to_numpy() - 1
    n_others = n_others.to_numpy()[:, np.newaxis]
    share = above / n_others
    error = np.sqrt(5 * share * (1 - share) * (n_others - 5) / (n_others - 1) / 300)
    distance = np.abs(drawn.mean(axis=0) - 1 - 5 * share)[error > 0] / error[error > 0]
    assert distance.max() < 4.5 and distance.mean() == pytest.approx(0.8, abs=0.15)  # of a normal law: 0.8


def test_the_same_films_are_drawn_for_every_model_whatever_the_order_of_rows_or_the_size_of_parts(monkeypatch):
    ranks, _ = sampled_ranks(MODELS, SPLIT, n=5, seed=3)
    twice = {"one": MODELS["BiasModel"], "two": MODELS["BiasModel"]}
    again, _ = sampled_ranks(twice, SPLIT, n=5, seed=3)
    assert (again["one"] == again["two"]).all() and (again["one"] == ranks["BiasModel"]).all()
    turned = splits.Split(SPLIT.train, SPLIT.validation.rows(np.arange(len(SPLIT.validation))[::-1]), SPLIT.test)
    pd.testing.assert_frame_equal(ranks, sampled_ranks(MODELS, turned, n=5, seed=3)[0])
    monkeypatch.setattr(sampled_metrics, "SCORES_AT_ONCE", 100)
    pd.testing.assert_frame_equal(ranks, sampled_ranks(MODELS, SPLIT, n=5, seed=3)[0])
    assert not ranks.equals(sampled_ranks(MODELS, SPLIT, n=5, seed=4)[0])


def test_sampling_leaves_the_auc_where_it_is_and_lifts_everything_else():
    everything = rank_sampled(MODELS, SPLIT, n=None, k=5, measures=["recall", "ndcg", "auc"])["value"]
    sampled = rank_sampled(MODELS, SPLIT, n=8, k=5, measures=["recall", "ndcg", "auc"])["value"]
    assert sampled["auc"].to_numpy() == pytest.approx(everything["auc"].to_numpy(), abs=0.03)
    assert (sampled["recall"] > everything["recall"] + 0.1).all()
    assert (sampled["ndcg"] > everything["ndcg"] + 0.1).all()


def test_equal_scores_are_ordered_by_position_as_in_a_list():
    class Even(Order):
        def _scores(self, users):
            return np.zeros((len(users), self.ratings_.n_items))

    split = by_hand()
    ranks, _ = sampled_ranks({"even": Even().fit(split.train)}, split, n=None)
    assert ranks["even"].to_dict() == {(1, 102): 1, (1, 105): 3, (2, 103): 2}


def test_the_table_is_that_of_members_means():
    ranks, _ = sampled_ranks(MODELS, SPLIT, n=10, seed=2)
    hits = {name: (places <= 4).groupby(level="userId").mean() for name, places in ranks.items()}
    table = rank_sampled(MODELS, SPLIT, n=10, k=4, measures="recall", seed=2, against="ItemMean").loc["recall"]
    for name in MODELS:
        row = table.loc[name].tolist()
        assert row[:3] == pytest.approx(evaluation.mean_interval(hits[name]))
        assert row[3:] == pytest.approx(evaluation.difference_interval(hits[name], hits["ItemMean"]), abs=1e-12)
    both = rank_sampled(MODELS, SPLIT, n=10, k=4, measures=["average_precision", "reciprocal_rank"])["value"]
    assert both["average_precision"].tolist() == pytest.approx(both["reciprocal_rank"].tolist())


def test_sampled_metrics_put_the_wrong_model_first_where_one_is_sharp_and_the_other_even():
    """Krichene & Rendle's point, in numbers: A finds one film in ten first and nine late, B finds all in the middle."""
    n_items, n_members = 400, 100
    rng = np.random.default_rng(0)
    liked = rng.integers(1, n_items, size=n_members)
    matrix = np.full((n_members, n_items), np.nan)
    matrix[:, 0], matrix[np.arange(n_members), liked] = 3.0, 5.0
    ratings = from_matrix_of(matrix)
    split = splits.Split(ratings.rows(ratings.items == 0), ratings.rows(ratings.items != 0), ratings.rows([]))
    ranks = {"sharp": np.where(np.arange(n_members) % 10 == 0, 1, 200), "even": np.full(n_members, 40)}
    models = {name: Placed(liked, places).fit(split.train) for name, places in ranks.items()}
    full = rank_sampled(models, split, n=None, k=10, measures="recall")["value"].loc["recall"]
    sampled = rank_sampled(models, split, n=20, k=10, measures="recall")["value"].loc["recall"]
    assert full.to_dict() == {"sharp": 0.1, "even": 0.0}
    assert sampled["even"] > 0.99 > sampled["sharp"]


class Placed(Popularity):
    """Puts one film of each member in a given place."""

    def __init__(self, films=None, places=None):
        self.films, self.places = films, places

    def _scores(self, users):
        scores = np.tile(-np.arange(self.ratings_.n_items, dtype=float), (len(users), 1))
        film, place = self.films[users], self.places[users]
        # Film 0 has been seen by all, so that place r is behind film r - 1, or behind film r for a film that is moved.
        scores[np.arange(len(users)), film] = -np.where(place <= film, place - 0.5, place + 0.5)
        return scores


def from_matrix_of(matrix):
    films = pd.DataFrame({"title": [f"Film {k}" for k in range(matrix.shape[1])]}, index=range(matrix.shape[1]))
    return from_matrix(matrix, films=films)


def test_what_cannot_be_sampled_is_refused_in_a_sentence():
    for n in (0, -1, 1.5, True):
        with pytest.raises(DataError, match="Say how many films to sample, from 1 on, or None"):
            rank_sampled(MODELS, SPLIT, n=n)
    with pytest.raises(DataError, match="k is 0"):
        rank_sampled(MODELS, SPLIT, k=0)
    with pytest.raises(DataError, match="no measure 'f1'"):
        rank_sampled(MODELS, SPLIT, measures=["f1"])
    with pytest.raises(DataError, match="There are no models"):
        sampled_ranks({}, SPLIT)
    with pytest.raises(DataError, match="Nobody gave 6 stars"):
        rank_sampled(MODELS, SPLIT, at_least=6)
    mixed = MODELS | {"more": Popularity().fit(SPLIT.train_and_validation)}
    with pytest.raises(DataError, match="were fitted on different ratings"):
        sampled_ranks(mixed, SPLIT, part="test")
