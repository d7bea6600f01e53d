"""Deliberate mistakes: without the switch each number is that of the library, with it the number flatters."""

import numpy as np
import pytest

from course_lib import mistakes, splits
from course_lib.baselines import BiasModel
from course_lib.factorization import MatrixFactorization
from course_lib.linear import EASE
from course_lib.list_measures import member_measures
from course_lib.list_metrics import recall_at_k
from course_lib.measures import star_error
from course_lib.svd import FilledSVD
from tests.toy import random_ratings

RATINGS = random_ratings(n_users=60, n_items=40)
SPLIT = splits.within_users(RATINGS)


def ndcg(model):
    return member_measures(model, SPLIT, measures="ndcg")["ndcg"].mean()


def test_an_error_where_it_was_learned_is_smaller_and_the_other_is_that_of_star_error():
    model = MatrixFactorization(n_factors=10, regularization=0.0, n_epochs=40).fit(SPLIT.train)
    hidden = mistakes.error_where_learned(model, SPLIT, False)
    assert hidden == pytest.approx(star_error(model, SPLIT).value)
    assert mistakes.error_where_learned(model, SPLIT, True) < hidden


def test_without_the_leak_it_is_recall_and_with_it_the_model_has_seen_what_it_is_asked():
    without = mistakes.recall_with_leak(EASE(1.0), SPLIT, False)
    lists = EASE(1.0).fit(SPLIT.train).recommend_all(20)[0]
    assert without == pytest.approx(recall_at_k(lists, SPLIT.validation.liked()).mean())
    with_leak = mistakes.recall_with_leak(FilledSVD(30, fill="zero"), SPLIT, True)
    assert with_leak > mistakes.recall_with_leak(FilledSVD(30, fill="zero"), SPLIT, False) + 0.2


def test_learning_from_liked_films_alone_still_leaves_out_all_that_was_seen():
    liked = EASE(1.0).fit(SPLIT.train.liked())
    expected = member_measures(liked, SPLIT, measures="recall")["recall"].mean()
    assert mistakes.recall_with_leak(EASE(1.0), SPLIT, False, liked_only=True) == pytest.approx(expected)


def test_the_best_of_many_that_draw_lots_looks_good_only_where_it_was_chosen():
    pairs = [[mistakes.best_of_random(SPLIT, made, 20, seed=seed) for made in (True, False)] for seed in range(20)]
    chosen, fresh = np.mean(pairs, axis=0)
    one = np.mean([mistakes.best_of_random(SPLIT, False, 1, seed=seed) for seed in range(20)])
    assert chosen > fresh + 0.04 and fresh == pytest.approx(one, abs=0.03)


def test_one_that_draws_lots_is_chosen_from_nothing_and_repeats_with_its_seed():
    assert mistakes.best_of_random(SPLIT, True, 5, seed=3) == mistakes.best_of_random(SPLIT, True, 5, seed=3)
    assert mistakes.best_of_random(SPLIT, True, 5) <= mistakes.best_of_random(SPLIT, True, 10)


def test_members_beyond_the_first_have_no_say():
    few = mistakes.best_of_random(SPLIT, True, 3, n_members=10)
    assert 0 <= few <= 1 and few != mistakes.best_of_random(SPLIT, True, 3)


def test_a_split_by_time_hides_the_latest_and_a_random_one_any():
    by_time = splits.temporal(RATINGS, per_user=True)
    expected = {True: (SPLIT, SPLIT), False: (by_time, by_time)}
    for made, (split, _) in expected.items():
        stars = mistakes.random_or_latest(BiasModel(), RATINGS, made, measure="RMSE")
        assert stars == pytest.approx(star_error(BiasModel().fit(split.train), split).value)
        lists = member_measures(EASE(5.0).fit(split.train.liked()), split, measures="ndcg")["ndcg"].mean()
        assert mistakes.random_or_latest(EASE(5.0), RATINGS, made, liked_only=True) == pytest.approx(lists)
    assert len(SPLIT.validation) == len(by_time.validation)


def test_a_rival_as_it_comes_is_not_the_rival_at_its_best():
    ours, grid = FilledSVD(5, fill="zero").fit(SPLIT.train), {"regularization": [0.1, 10.0, 100.0]}
    rival = EASE(0.1)
    assert mistakes.lead_over(rival, ours, SPLIT, True, grid) == pytest.approx(
        ndcg(ours) - ndcg(EASE(0.1).fit(SPLIT.train))
    )
    best = max(ndcg(EASE(penalty).fit(SPLIT.train)) for penalty in (0.1, 10.0, 100.0))
    assert mistakes.lead_over(rival, ours, SPLIT, False, grid) == pytest.approx(ndcg(ours) - best)
    assert rival.get_params() == EASE(0.1).get_params()
