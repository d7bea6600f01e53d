"""BPR: against finite differences, plain Python, and the minimum that folding in promises."""

import numpy as np
import pytest

from course_lib._kernels.pairs import bpr_epoch
from course_lib.errors import CourseError, DataError
from course_lib.pairs import BPR, LEAST, best_taste
from course_lib.sampling import NegativeSampler
from tests.toy import HOLE, from_matrix, paper, random_ratings

RATINGS = random_ratings()
H = 1e-6


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def a_start(seed=0, k=3):
    rng = np.random.default_rng(seed)
    return rng.normal(0, 0.5, 20), rng.normal(0, 0.5, (30, k)), rng.normal(0, 0.5, (20, k))


def pair_loss(u, i, j, b, P, Q, lam):
    """-ln σ(x_uij), plus half of λ times the squares of every number that the pair touches."""
    x = b[i] - b[j] + P[u] @ (Q[i] - Q[j])
    squares = b[i] ** 2 + b[j] ** 2 + P[u] @ P[u] + Q[i] @ Q[i] + Q[j] @ Q[j]
    return -np.log(sigmoid(x)) + lam / 2 * squares


@pytest.mark.parametrize("pair", [(0, 3, 5), (7, 0, 19), (2, 11, 4)])
def test_a_step_is_minus_the_gradient_of_the_pairs_loss(pair):
    lam, before = 0.07, a_start()
    after = [array.copy() for array in before]
    u, i, j = (np.array([position], dtype=np.int32) for position in pair)
    bpr_epoch(np.array([0]), u, i, j, *after, 1.0, lam)
    for array, stepped in zip(before, after, strict=True):
        for place in np.ndindex(array.shape):
            kept = array[place]
            array[place] = kept + H
            above = pair_loss(*pair, *before, lam)
            array[place] = kept - H
            below = pair_loss(*pair, *before, lam)
            array[place] = kept
            assert stepped[place] - kept == pytest.approx(-(above - below) / (2 * H), abs=1e-7)


def test_the_loss_of_an_epoch_is_the_sum_over_its_pairs():
    b, P, Q = a_start()
    users, positives, negatives = np.array([[0, 7, 2], [3, 0, 11], [5, 19, -1]], dtype=np.int32)
    loss = bpr_epoch(np.array([2, 0, 1]), users, positives, negatives, b.copy(), P.copy(), Q.copy(), 0.0, 0.0)
    assert loss == pytest.approx(pair_loss(0, 3, 5, b, P, Q, 0) + pair_loss(7, 0, 19, b, P, Q, 0))


def test_very_wrong_and_very_right_pairs_stay_numbers():
    b = np.array([2000.0, -2000.0])
    arrays = b, np.zeros((1, 1)), np.zeros((2, 1))
    users, first, second = (np.array([position], dtype=np.int32) for position in (0, 0, 1))
    assert bpr_epoch(np.array([0]), users, first, second, *arrays, 0.0, 0.0) == 0
    assert bpr_epoch(np.array([0]), users, second, first, *arrays, 1.0, 0.0) == 4000
    assert b.tolist() == [1999.0, -1999.0]


def test_the_compiled_kernel_gives_the_numbers_of_its_own_source():
    negatives = NegativeSampler(RATINGS).draw(RATINGS.users, 0)
    order, results = np.random.default_rng(1).permutation(len(RATINGS)), []
    for epoch in (bpr_epoch, bpr_epoch.py_func):
        learned = [array.astype(np.float32) for array in a_start()]
        arguments = order, RATINGS._users, RATINGS._items, negatives, *learned, np.float32(0.1), np.float32(0.02)
        results.append((epoch(*arguments), *learned))
    for compiled, plain in zip(*results, strict=True):
        assert compiled == pytest.approx(plain, rel=1e-5, abs=1e-5)


def planted(n_users=120, n_items=60, seed=0):
    """Members of two kinds, who choose films of their own kind nine times in ten."""
    rng = np.random.default_rng(seed)
    alike = np.arange(n_users)[:, np.newaxis] % 2 == np.arange(n_items) % 2
    chosen = rng.random((n_users, n_items)) < np.where(alike, 0.27, 0.03)
    return from_matrix(np.where(chosen, 4.0, HOLE), films=random_ratings(n_items=n_items).films), alike


@pytest.mark.parametrize("negatives", ["uniform", "popularity"])
def test_planted_tastes_are_found(negatives):
    ratings, alike = planted()
    settings = dict(n_factors=4, n_epochs=60, regularization=0.05)
    model = BPR(negatives=negatives, **settings).fit(ratings)
    scores = model.scores(ratings.user_ids)
    left = np.ones(scores.shape, dtype=bool)
    left[ratings.users, ratings.items] = False  # what was chosen is not asked about
    shares = []
    for member in range(120):
        right, wrong = scores[member, alike[member] & left[member]], scores[member, ~alike[member] & left[member]]
        shares.append((right[:, np.newaxis] > wrong).mean())
    assert np.mean(shares) > 0.9
    assert model.loss_curve_[-1] < 0.8 * model.loss_curve_[0] and model.loss_curve_[0] < 0.75


def test_fewer_epochs_are_the_way_to_more_epochs():
    short, long = (BPR(n_factors=3, n_epochs=n).fit(RATINGS) for n in (4, 9))
    assert (long.loss_curve_[:4] == short.loss_curve_).all()


def test_the_seed_decides_and_the_order_of_ratings_does_not():
    turned = RATINGS.rows(np.arange(len(RATINGS))[::-1])
    one, other, third = (
        BPR(n_factors=3, n_epochs=3, random_state=seed).fit(ratings)
        for seed, ratings in ((0, RATINGS), (0, turned), (1, RATINGS))
    )
    assert (one.user_factors_ == other.user_factors_).all()
    assert (one.user_factors_ != third.user_factors_).any()


def test_with_no_factors_the_order_is_nearly_that_of_popularity():
    ratings, _ = planted()
    model = BPR(n_factors=0, n_epochs=80, learning_rate=0.02, regularization=0.0).fit(ratings)
    counts = np.bincount(ratings.items, minlength=ratings.n_items)
    assert np.corrcoef(np.argsort(np.argsort(counts)), np.argsort(np.argsort(model.item_bias_)))[0, 1] > 0.9


def test_members_who_chose_nothing_are_scored_by_the_biases_alone():
    model = BPR(n_epochs=3).fit(RATINGS)
    assert not model.user_factors_[-1].any()
    assert (model.scores([RATINGS.user_ids[-1], "nobody"]) == model.item_bias_).all()


def expected_loss(p, Q, b, chosen, chances, lam):
    scores = b + Q @ p
    losses = np.log1p(np.exp(-(scores[chosen][:, np.newaxis] - scores)))
    return (losses @ chances).sum() + len(chosen) * lam / 2 * p @ p


@pytest.mark.parametrize("lam", [0.001, 0.1])
def test_folding_in_ends_where_no_step_lowers_the_expected_loss(lam):
    b, _, Q = a_start(k=4)
    chosen = np.array([2, 5, 11])
    chances = np.full(20, 1 / 17)
    chances[chosen] = 0
    p = best_taste(Q, b, chosen, chances, lam)
    lowest = expected_loss(p, Q, b, chosen, chances, lam)
    rng = np.random.default_rng(0)
    for _ in range(50):
        assert expected_loss(p + rng.normal(0, 0.05, 4), Q, b, chosen, chances, lam) > lowest
    for f in range(4):
        step = np.eye(4)[f] * 1e-5
        slope = expected_loss(p + step, Q, b, chosen, chances, lam) - expected_loss(
            p - step, Q, b, chosen, chances, lam
        )
        assert slope / 2e-5 == pytest.approx(0, abs=1e-4)


def test_folding_in_does_not_depend_on_how_many_pairs_are_compared_at_a_time(monkeypatch):
    b, _, Q = a_start()
    chances = np.full(20, 1 / 20)
    whole = best_taste(Q, b, np.arange(6), chances, 0.01)
    monkeypatch.setattr("course_lib.pairs.PAIRS_AT_ONCE", 25)
    assert best_taste(Q, b, np.arange(6), chances, 0.01) == pytest.approx(whole, abs=1e-9)


def test_a_member_who_is_folded_in_gets_nearly_the_members_own_list():
    ratings, _ = planted()
    model = BPR(n_factors=4, n_epochs=150, learning_rate=0.02, regularization=0.05).fit(ratings)
    correlations = []
    for member in range(0, 120, 5):
        items = ratings.item_ids[ratings.items[ratings.users == member]]
        again = model.fold_in(items, np.full(len(items), 4.0))
        correlations.append(np.corrcoef(again, model.scores(ratings.user_ids[member])[0])[0, 1])
    assert np.median(correlations) > 0.95


def test_what_somebody_new_did_not_like_is_seen_and_not_chosen():
    model = BPR(n_factors=3, n_epochs=5).fit(RATINGS.liked(4))
    liked, with_disliked = model.fold_in([10, 12], [5.0, 4.0]), model.fold_in([10, 11, 12], [5.0, 2.0, 4.0])
    assert liked == pytest.approx(with_disliked, abs=0.2) and (liked != with_disliked).any()
    assert (model.fold_in([11], [2.0]) == model.item_bias_).all()


def test_somebody_new_who_has_seen_everything_or_orders_all_pairs_rightly_gets_numbers():
    model = BPR(n_factors=5, n_epochs=5, regularization=0.0).fit(RATINGS)
    assert (model.fold_in(RATINGS.item_ids, np.full(20, 4.0)) == model.item_bias_).all()
    assert np.isfinite(model.fold_in([10], [4.0])).all() and LEAST > 0


def test_reasons_are_the_film_and_each_factor():
    model = BPR(n_factors=2, n_epochs=5).fit(paper())
    assert model.explain(1, 104)["reason"].tolist() == ["this film", "factor 1", "factor 2"]


@pytest.mark.parametrize(("learning_rate", "regularization"), [(1e4, 0.01), (1e30, 0.01), (1.0, 5.0), (1e300, 0.0)])
def test_too_large_steps_end_in_a_sentence_and_not_in_nan(learning_rate, regularization):
    model = BPR(learning_rate=learning_rate, regularization=regularization)
    with pytest.raises(CourseError, match=r"out of bounds in epoch \d+: .* Lower learning_rate, which is") as caught:
        model.fit(RATINGS)
    assert ("or regularization, which is" in str(caught.value)) == (learning_rate * regularization >= 1)
    assert not hasattr(model, "ratings_")


def test_where_everybody_has_seen_everything_there_is_nothing_to_learn():
    with pytest.raises(DataError, match="seen every film that could be drawn"):
        BPR().fit(from_matrix(np.full((3, 5), 4.0)))
    some = np.full((3, 5), 4.0)
    some[2, 3] = HOLE
    model = BPR(n_epochs=4).fit(from_matrix(some))
    assert np.isfinite(model.scores([1, 2, 3])).all() and model.loss_curve_.shape == (4,)


def test_without_a_positive_there_is_nothing_to_learn():
    with pytest.raises(DataError, match="no ratings to learn from"):
        BPR().fit(from_matrix(np.full((3, 5), 2.0)).liked(4))


def test_bad_hyperparameters_are_named():
    for settings, name in (
        (dict(n_factors=-1), "n_factors=-1"),
        (dict(n_epochs=0), "n_epochs=0"),
        (dict(learning_rate=-0.1), "learning_rate=-0.1"),
        (dict(learning_rate=np.nan), "learning_rate=nan"),
        (dict(regularization=np.nan), "regularization=nan"),
        (dict(negatives="hard"), "negatives is 'hard'"),
        (dict(power=-1), "power=-1"),
    ):
        with pytest.raises(DataError, match=name):
            BPR(**settings).fit(RATINGS)
