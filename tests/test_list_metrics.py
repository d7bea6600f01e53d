import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score, roc_auc_score

from course_lib import auc as auc_file
from course_lib import list_hits
from course_lib import list_metrics as lists
from course_lib.baselines import Popularity
from course_lib.errors import DataError
from tests.toy import quick, random_ratings

AT_K = {
    "precision": lists.precision_at_k,
    "recall": lists.recall_at_k,
    "hit_rate": lists.hit_rate_at_k,
    "average_precision": lists.average_precision_at_k,
    "reciprocal_rank": lists.reciprocal_rank_at_k,
    "ndcg": lists.ndcg_at_k,
}
TREC = {
    "precision": "P_{}",
    "recall": "recall_{}",
    "hit_rate": "success_{}",
    "average_precision": "map_cut_{}",
    "reciprocal_rank": "recip_rank",
    "ndcg": "ndcg_cut_{}",
}
every_measure = pytest.mark.parametrize("measure", AT_K)

# Member 0 wants films 1 and 4 and finds both, in places 2 and 4; member 1 wants 0 and does not; member 2 wants none;
# member 3 wants 0, 1 and 2, has one film left, and it is one of them.
LISTS = np.array([[3, 1, 0, 4], [1, 2, 3, 4], [0, 1, 2, 3], [2, -1, -1, -1]])
WANTED = (np.array([0, 0, 1, 3, 3, 3]), np.array([4, 1, 0, 0, 1, 2]))


def random_lists(seed, n_users=12, n_items=15, n=10, with_gains=True):
    """Lists of different lengths and what is relevant to whom; nobody wants anything in the last row."""
    rng = np.random.default_rng(seed)
    items = np.argsort(rng.random((n_users, n_items)), axis=1)[:, :n].astype(np.int32)
    items[np.arange(n) >= rng.integers(0, n + 1, size=(n_users, 1))] = -1
    wants = rng.random((n_users, n_items)) < rng.random((n_users, 1))
    wants[-1], wants[0, 0] = False, True
    users, films = np.nonzero(wants)
    order = rng.permutation(len(users))
    gains = rng.integers(1, 6, size=len(users)) if with_gains else np.ones(len(users), dtype=int)
    return items, (users[order], films[order], gains)


@pytest.mark.parametrize(
    ("measure", "k", "expected"),
    [
        ("precision", 4, [2 / 4, 0, 1 / 4]),  # empty places are wrong
        ("precision", 2, [1 / 2, 0, 1 / 2]),
        ("recall", 4, [1, 0, 1 / 3]),
        ("recall", 1, [0, 0, 1 / 3]),
        ("hit_rate", 4, [1, 0, 1]),
        ("hit_rate", 1, [0, 0, 1]),
        ("average_precision", 4, [(1 / 2 + 2 / 4) / 2, 0, 1 / 3]),
        ("average_precision", 3, [1 / 2 / 2, 0, 1 / 3]),
        ("reciprocal_rank", 4, [1 / 2, 0, 1]),
        ("reciprocal_rank", 1, [0, 0, 1]),
        (
            "ndcg",
            4,
            [
                (1 / np.log2(3) + 1 / np.log2(5)) / (1 + 1 / np.log2(3)),
                0,
                1 / (1 + 1 / np.log2(3) + 1 / 2),
            ],
        ),
        ("ndcg", 1, [0, 0, 1]),
    ],
)
def test_four_members_by_hand(measure, k, expected):
    values = AT_K[measure](LISTS, WANTED, k)
    assert values.index.tolist() == [0, 1, 3] and values.index.name == "user"  # nobody can find what is not there
    assert values.tolist() == pytest.approx(expected, abs=1e-15)
    assert values.name.endswith(f" at {k}")


def test_gains_say_which_films_should_come_first():
    wanted = ([0, 0], [1, 4], [1.0, 3.0])
    best = 3 + 1 / np.log2(3)
    assert lists.ndcg_at_k([[1, 4, 0]], wanted, 2).item() == pytest.approx((1 + 3 / np.log2(3)) / best)
    assert lists.ndcg_at_k([[4, 1, 0]], wanted, 2).item() == 1
    assert lists.ndcg_at_k([[4, 0, 1]], wanted, 1).item() == 1  # the best list of one place has the best film
    assert lists.recall_at_k([[1, 4, 0]], wanted, 1).item() == 1 / 2  # the other measures count films
    nothing = ([0, 0, 0], [1, 4, 0], [1.0, 3.0, 0.0])
    assert lists.precision_at_k([[0, 1, 4]], nothing, 1).item() == 0


@every_measure
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("k", [1, 3, 10])
@pytest.mark.parametrize("with_gains", [False, True])
def test_every_value_is_that_of_trec_eval(measure, seed, k, with_gains):
    trec = pytest.importorskip("pytrec_eval", reason="pytrec_eval has no wheel here")
    items, relevant = random_lists(seed, with_gains=with_gains)
    wanted = {f"{user}": {} for user in range(len(items))}
    for user, film, gain in zip(*relevant, strict=True):
        wanted[f"{user}"][f"film {film}"] = int(gain)
    runs = {
        f"{user}": {f"film {film}": float(-place) for place, film in enumerate(row[:k]) if film >= 0}
        for user, row in enumerate(items)
    }
    name = TREC[measure].format(k)
    theirs = trec.RelevanceEvaluator(wanted, {name.replace(f"_{k}", f".{k}")}).evaluate(runs)
    ours = AT_K[measure](items, relevant if with_gains else relevant[:2], k)
    with_relevant = sorted({int(user) for user in relevant[0]})
    assert ours.index.tolist() == with_relevant
    for user in with_relevant:
        assert ours[user] == pytest.approx(
            theirs.get(f"{user}", {name: 0.0})[name], abs=1e-9
        )  # empty runs are left out
    # Where ours has no value, trec_eval has a 0, which would pull a mean down.
    for user in set(range(len(items))) - set(with_relevant):
        assert theirs.get(f"{user}", {name: 0.0})[name] == 0


def test_equal_scores_are_ordered_by_position_where_trec_eval_orders_them_by_name():
    class Even(Popularity):
        def _scores(self, users):
            return np.zeros((len(users), self.ratings_.n_items))

    model = Even().fit(random_ratings(n_users=4, n_items=6))
    items, _ = model.recommend_all(6, exclude_seen=False)
    assert (items == np.arange(6)).all()
    relevant = (np.arange(4), np.zeros(4, dtype=int))
    assert (lists.reciprocal_rank_at_k(items, relevant, 6) == 1).all()
    trec = pytest.importorskip("pytrec_eval", reason="pytrec_eval has no wheel here")
    run = {"0": {f"film {film}": 0.0 for film in range(6)}}
    theirs = trec.RelevanceEvaluator({"0": {"film 0": 1}}, {"recip_rank"}).evaluate(run)
    assert theirs["0"]["recip_rank"] == pytest.approx(1 / 6)  # so give trec_eval ranks, not scores that tie


@pytest.mark.parametrize("seed", range(3))
def test_ndcg_with_gains_is_that_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    gains = rng.integers(0, 4, size=(5, 9)).astype(float)
    gains[:, 0] += 1
    scores = rng.random((5, 9))
    users, films = np.nonzero(gains)
    ours = lists.ndcg_at_k(np.argsort(-scores, axis=1), (users, films, gains[users, films]), 4)
    assert ours.mean() == pytest.approx(ndcg_score(gains, scores, k=4), abs=1e-12)


@every_measure
@quick
@given(st.integers(0, 10**6), st.integers(1, 10))
def test_every_value_is_between_zero_and_one_whatever_the_order_of_rows(measure, seed, k):
    items, relevant = random_lists(seed)
    values = AT_K[measure](items, relevant, k)
    assert ((values >= 0) & (values <= 1 + 1e-12)).all() and set(values.index) == set(relevant[0].tolist())
    shuffled = np.random.default_rng(seed).permutation(len(relevant[0]))
    again = AT_K[measure](items, tuple(column[shuffled] for column in relevant), k)
    pd.testing.assert_series_equal(values, again, rtol=1e-12)
    members = np.random.default_rng(seed + 1).permutation(len(items))
    moved = AT_K[measure](items[members], (np.argsort(members)[relevant[0]], *relevant[1:]), k)
    moved.index = members[moved.index]
    pd.testing.assert_series_equal(values, moved.sort_index(), rtol=1e-12, check_index_type=False, check_names=False)


@every_measure
@quick
@given(st.integers(0, 10**6), st.integers(1, 10))
def test_the_perfect_list_has_one_where_there_are_as_many_films_as_the_measure_asks_for(measure, seed, k):
    rng = np.random.default_rng(seed)
    gains = np.where(rng.random((8, 12)) < 0.4, rng.integers(1, 5, size=(8, 12)), 0)
    gains[:, 0] = 1
    perfect = np.argsort(-gains, axis=1, kind="stable")
    users, films = np.nonzero(gains)
    n_relevant = np.bincount(users)
    values = AT_K[measure](perfect, (users, films, gains[users, films]), k)
    reachable = {
        "precision": np.minimum(n_relevant / k, 1),
        "recall": np.minimum(k / n_relevant, 1),
        "average_precision": np.minimum(k / n_relevant, 1),
    }
    assert values.to_numpy() == pytest.approx(reachable.get(measure, np.ones(8)), abs=1e-12)


@every_measure
@quick
@given(st.integers(0, 10**6), st.integers(0, 8))
def test_a_relevant_film_moved_up_by_one_place_never_makes_a_list_worse(measure, seed, place):
    items, relevant = random_lists(seed, with_gains=False)
    better = items.copy()
    is_wanted = np.zeros((len(items), 16), dtype=bool)
    is_wanted[relevant[0], relevant[1]] = True
    here, after = is_wanted[np.arange(12), items[:, place]], is_wanted[np.arange(12), items[:, place + 1]]
    swap = ~here & after & (items[:, place + 1] >= 0)
    better[swap, place], better[swap, place + 1] = items[swap, place + 1], items[swap, place]
    assert (AT_K[measure](better, relevant, 5) >= AT_K[measure](items, relevant, 5) - 1e-12).all()


def test_of_ratings_every_row_is_relevant_and_members_are_named_by_id():
    ratings = random_ratings(n_users=20, n_items=15, text_ids=True)
    liked = ratings.liked(4.0)
    items, _ = Popularity().fit(ratings).recommend_all(8, exclude_seen=False)
    for measure in AT_K:
        values = AT_K[measure](items, liked, 8)
        by_position = AT_K[measure](items, (liked.users, liked.items), 8)
        assert values.to_numpy() == pytest.approx(by_position.to_numpy(), abs=0)
        assert values.index.tolist() == ratings.user_ids[by_position.index].tolist() and values.index.name == "userId"


def test_several_measures_at_once_are_those_one_by_one():
    items, relevant = random_lists(3)
    table = lists.at_k(items, relevant, 5)
    assert list(table) == list(lists.MEASURES) == list(AT_K)
    for measure, values in table.items():
        pd.testing.assert_series_equal(values, AT_K[measure](items, relevant, 5), check_names=False)
    assert list(lists.at_k(items, relevant, 5, ["ndcg", "recall"])) == ["ndcg", "recall"]


def test_a_large_catalogue_is_searched_in_another_way_with_the_same_answer(monkeypatch):
    items, relevant = random_lists(8)
    table = lists.at_k(items, relevant, 5)
    monkeypatch.setattr(list_hits, "TABLE_CELLS", 10)
    pd.testing.assert_frame_equal(table, lists.at_k(items, relevant, 5))
    with pytest.raises(DataError, match="same member twice"):
        lists.recall_at_k([[1, 2]], ([0, 0], [1, 1]), 2)


def test_more_places_than_films_are_filled_up_and_a_member_who_has_seen_everything_has_an_empty_list():
    ratings = random_ratings(n_users=6, n_items=5, density=1.0)
    left = (ratings.users == 0) | (ratings.items < 3)
    model = Popularity().fit(ratings.rows(left))  # member 1 has seen everything, the others three of five films
    items, _ = model.recommend_all(20)
    assert (items[0] == -1).all() and ((items[1:] >= 0).sum(axis=1) == 2).all()
    table = lists.at_k(items, ratings.rows(~left), 20)
    assert table.index.tolist() == [2, 3, 4, 5, 6]  # nothing is left that member 1 could want
    assert (table["recall"] == 1).all() and (table["precision"] == 2 / 20).all() and (table["ndcg"] == 1).all()
    assert lists.recall_at_k(items, ([0], [4]), 20).tolist() == [0.0]


@pytest.mark.parametrize(
    ("items", "relevant", "k", "sentence"),
    [
        ([[0, 1]], ([0], [1]), 3, "The lists have 2 places and k is 3. Make them with recommend_all(3)"),
        ([[0, 1]], ([0], [1]), 0, "k is 0. Say how many places of each list count"),
        ([[0, 1]], ([0], [1]), 2.0, "k is 2.0. Say how many places"),
        ([[0, 1]], ([0], [1]), True, "k is True. Say how many places"),
        ([0, 1], ([0], [1]), 1, "items has the shape (2,)"),
        ([[0.5, np.nan]], ([0], [1]), 1, "recommend_all(k) gives first, not its scores"),
        ([[0, -2]], ([0], [1]), 1, "items holds -2. Positions of films count from 0"),
        ([[0, 1]], ([], []), 1, "Nobody has a relevant film"),
        ([[0, 1]], ([0], [1], [0.0]), 1, "Nobody has a relevant film"),
        ([[1, 1]], ([0], [1]), 2, "A list holds the same film twice"),
        ([[0, 1]], ([0, 0], [1, 1]), 2, "The same film is relevant to the same member twice"),
        ([[0, 1]], ([1], [1]), 2, "a member outside of 0 to 0"),
        ([[0, 1]], ([-1], [1]), 2, "a member outside of 0 to 0"),
        ([[0, 1]], ([0], [-1]), 2, "or a film below 0"),
        ([[0, 1]], ([0], ["film"]), 2, "have to be positions, whole numbers"),
        ([[0, 1]], ([0.0], [1.0]), 2, "have to be positions, whole numbers"),
        ([[0, 1]], ([0], [1, 0]), 2, "have to be equally long"),
        ([[0, 1]], ([0], [1], [1, 2]), 2, "have to be equally long"),
        ([[0, 1]], ([0], [1], [-1.0]), 2, "A gain is negative or not a number"),
        ([[0, 1]], ([0], [1], [np.nan]), 2, "A gain is negative or not a number"),
        ([[0, 1]], {1, 2}, 2, "relevant is of type set. Give Ratings of what was liked"),
        ([[0, 1]], random_ratings(), 2, "The lists are of 1 members and 2 films or more, the relevant films of 30"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_a_sentence(items, relevant, k, sentence):
    with pytest.raises(DataError, match=re.escape(sentence)):
        lists.ndcg_at_k(items, relevant, k)


def test_lists_of_films_beyond_the_catalogue_and_unknown_measures_are_refused():
    ratings = random_ratings(n_users=3, n_items=4)
    with pytest.raises(DataError, match="of 3 members and 10 films or more, the relevant films of 3 members and 4"):
        lists.recall_at_k([[9], [1], [2]], ratings, 1)
    with pytest.raises(DataError, match="no measure 'f1' of a list. There are precision, recall"):
        lists.at_k([[0]], ([0], [0]), 1, ["f1"])


def test_auc_by_hand():
    hidden = -np.inf
    scores = np.array([[0.9, 0.8, 0.8, 0.1], [0.3, hidden, 0.2, 0.2], [1.0, 2.0, 3.0, 4.0]])
    values = lists.auc(scores, ([0, 0, 1, 2, 2, 2, 2], [1, 3, 2, 0, 1, 2, 3]))
    # Member 0: film 1 loses to 0 and ties with 2; film 3 loses to both. Member 1: film 2 loses to 0, ties with 3.
    assert values.to_dict() == {0: 0.5 / 4, 1: 0.5 / 2}  # member 2 wants all there is: no pair to compare
    assert values.name == "AUC"


@quick
@given(st.integers(0, 10**6), st.sampled_from([np.float32, np.float64]))
def test_auc_is_that_of_scikit_learn_with_ties_and_hidden_films(seed, dtype):
    rng = np.random.default_rng(seed)
    n_items = int(rng.integers(3, 20))
    scores = rng.integers(0, 6, size=(7, n_items)).astype(dtype) / 3
    wants = rng.random(scores.shape) < 0.4
    scores[(rng.random(scores.shape) < 0.2) & ~wants] = -np.inf
    wants[0, 0], scores[0, 0] = True, 1.0
    values = lists.auc(scores, np.nonzero(wants))
    there = scores > -np.inf
    expected = {
        user: roc_auc_score(wants[user, there[user]], scores[user, there[user]])
        for user in range(7)
        if len(np.unique(wants[user, there[user]])) == 2
    }
    assert values.to_dict() == pytest.approx(expected, abs=1e-12)
    assert ((values >= 0) & (values <= 1)).all()
    turned = lists.auc(np.where(there, -scores, -np.inf), np.nonzero(wants))
    assert (values + turned).to_numpy() == pytest.approx(1.0)


def test_auc_in_parts_is_the_same(monkeypatch):
    rng = np.random.default_rng(5)
    scores, relevant = rng.random((9, 14)), np.nonzero(rng.random((9, 14)) < 0.3)
    whole = lists.auc(scores, relevant)
    monkeypatch.setattr(auc_file, "SCORES_AT_ONCE", 30)
    pd.testing.assert_series_equal(whole, lists.auc(scores, relevant))


@pytest.mark.parametrize(
    ("scores", "relevant", "sentence"),
    [
        ([[0.1, np.nan]], ([0], [0]), "The score of film 1 for member 0 is not a number"),
        ([0.1, 0.2], ([0], [0]), "scores has the shape (2,)"),
        ([[0.1, -np.inf]], ([0], [1]), "A relevant film has the score -inf"),
        ([[0.1, 0.2]], ([0], [2]), "There are scores of 2 films, and film 2 is relevant"),
        ([[0.1, 0.2]], ([0, 0], [1, 1]), "relevant to the same member twice"),
        ([[0.1, 0.2]], ([], []), "Nobody has a relevant film"),
    ],
)
def test_scores_that_say_nothing_are_refused_in_a_sentence(scores, relevant, sentence):
    with pytest.raises(DataError, match=re.escape(sentence)):
        lists.auc(scores, relevant)


def test_coverage_and_gini_by_hand():
    items = [[0, 1], [0, 2], [0, -1]]
    assert lists.coverage(items, 5) == 3 / 5
    # How often: 0 0 1 1 3. The mean of all differences between two films, over twice the mean.
    times = np.array([3, 1, 1, 0, 0])
    assert lists.gini(items, 5) == pytest.approx(np.abs(times[:, None] - times).mean() / (2 * times.mean()))
    assert lists.gini([[0, 1], [2, 3]], 4) == 0 and lists.coverage([[0, 1], [2, 3]], 4) == 1
    assert lists.gini([[2], [2]], 4) == 3 / 4
    assert lists.coverage([[-1, -1]], 4) == 0


@quick
@given(st.integers(0, 10**6))
def test_gini_is_between_zero_and_the_most_there_can_be_whatever_the_names_of_films(seed):
    rng = np.random.default_rng(seed)
    items = np.argsort(rng.random((6, 9)), axis=1)[:, :4]
    renamed = rng.permutation(9)[items]
    assert 0 <= lists.gini(items, 9) <= 8 / 9
    assert lists.gini(items, 9) == pytest.approx(lists.gini(renamed, 9))
    assert lists.coverage(items, 9) == lists.coverage(renamed, 9) == len(np.unique(items)) / 9


def test_films_outside_of_the_catalogue_and_lists_of_nothing_are_refused():
    with pytest.raises(DataError, match="positions from 0 to 3, and -1 for an empty place"):
        lists.coverage([[4]], 4)
    with pytest.raises(DataError, match="positions from 0 to 3"):
        lists.coverage([[1.5]], 4)
    with pytest.raises(DataError, match="All places of all lists are empty"):
        lists.gini([[-1]], 4)
