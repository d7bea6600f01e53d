"""Autoencoders: against mathematics (SVD, ridge regression, finite changes in the holes) and against Keras itself."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

pytest.importorskip("tensorflow", reason="TensorFlow has no wheel for this machine")

import tensorflow as tf  # noqa: E402

from course_lib import paper as table_on_paper  # noqa: E402
from course_lib.autoencoder import (  # noqa: E402
    AutoRec,
    DenoisingAutoencoder,
    build_autorec,
    build_denoising,
    masked_error,
)
from course_lib.biases import fit_biases  # noqa: E402
from course_lib.errors import DataError  # noqa: E402
from course_lib.low_rank import truncated_svd  # noqa: E402
from course_lib.networks import put_weights  # noqa: E402
from course_lib.reconstruction import build_autoencoder, multinomial_loss, sum_of_squares  # noqa: E402
from course_lib.training import Interrupted, train  # noqa: E402
from tests.stopping import interrupted_after  # noqa: E402
from tests.toy import HOLE, from_matrix, paper, random_ratings  # noqa: E402

RATINGS = random_ratings()


def slopes(network, stars, known):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(masked_error(network(np.where(known, stars, 0)), tf.constant(stars), known))
    return [np.array(one) for one in tape.gradient(loss, [one.value for one in network.trainable_variables])]


def test_what_stands_in_the_holes_changes_no_slope():
    rng, network = np.random.default_rng(0), build_autorec(6, n_hidden=3)
    known = rng.random((5, 6)) < 0.6
    stars = rng.normal(size=(5, 6)).astype(np.float32)
    for other in (0.0, 5.0, -1e6):
        moved = np.where(known, stars, np.float32(other))
        assert same(slopes(network, stars, known), slopes(network, moved, known))
    touched = stars.copy()
    touched[tuple(np.argwhere(known)[0])] += 1
    assert not same(slopes(network, stars, known), slopes(network, touched, known))


def same(these, those):
    return all((one == other).all() for one, other in zip(these, those, strict=True))


def test_a_member_who_did_not_rate_a_film_learns_nothing_from_it():
    known = np.array([[True, True, False, True]])
    *_, of_decoder = slopes(build_autorec(4, n_hidden=2), np.ones((1, 4), dtype=np.float32), known)
    assert not of_decoder[:, 2].any() and of_decoder[:, [0, 1, 3]].all()


def test_masked_error_is_the_sum_over_the_ratings_that_exist():
    said, stars = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 1.0]]), np.array([[2.0, 9.0, 1.0], [9.0, 9.0, 9.0]])
    known = np.array([[True, False, True], [False, False, False]])
    assert masked_error(said, stars, known).numpy().tolist() == [1 + 4, 0]


@pytest.mark.parametrize("k", [1, 2, 3])
def test_a_linear_autoencoder_reaches_the_error_of_the_svd(k):
    table = table_on_paper.FULL.to_numpy(dtype=np.float32)
    network = build_autoencoder(5, k, use_bias=(False, False))

    def loss(rows):
        return tf.reduce_mean(tf.square(rows - network(rows)))

    rng = np.random.default_rng(0)
    train(network.trainable_variables, loss, (table,), batch_size=6, n_epochs=2500, learning_rate=0.01, rng=rng,
          what="linear")  # fmt: skip
    P, Q = truncated_svd(table_on_paper.FULL.to_numpy(), k)
    best = np.sqrt(((table - P @ Q.T) ** 2).mean())
    reached = np.sqrt(((table - network(table).numpy()) ** 2).mean())
    assert best - 1e-6 < reached < best + 0.005  # Eckart & Young: none is below


def test_autorecs_numpy_forward_is_keras_forward():
    model = AutoRec(n_epochs=3).fit(RATINGS)
    network = build_autorec(RATINGS.n_users, model.n_hidden)
    put_weights(network, model.weights_)
    biases = fit_biases(RATINGS)
    table = np.zeros((RATINGS.n_items, RATINGS.n_users), dtype=np.float32)
    table[RATINGS.items, RATINGS.users] = RATINGS.values - biases.of(RATINGS.users, RATINGS.items)
    baseline = biases.of(np.arange(RATINGS.n_users)[:, np.newaxis], np.arange(RATINGS.n_items))
    said = baseline + network(table).numpy().T
    has_ratings = np.bincount(RATINGS.users, minlength=RATINGS.n_users) > 0
    scores = model.scores(RATINGS.user_ids)
    assert scores[has_ratings] == pytest.approx(said[has_ratings], abs=1e-5)
    assert scores[~has_ratings] == pytest.approx(baseline[~has_ratings], abs=1e-5)


def test_autorec_learns_the_table_on_paper():
    model = AutoRec(n_hidden=4, regularization=0.1, n_epochs=400, learning_rate=0.01).fit(paper())
    assert model.predict(6, 103) > 4 and model.predict(1, 104) < 2.6  # the holes, as the full table has them
    assert model.loss_curve_[-1] < model.loss_curve_[0] / 3
    errors = model.predict(paper().user_ids[paper().users], paper().item_ids[paper().items]) - paper().values
    assert np.sqrt((errors**2).mean()) < 0.5


def test_autorecs_loss_curve_is_the_loss_of_the_paper():
    ratings, model = random_ratings(n_users=8, n_items=6), AutoRec(n_hidden=3, n_epochs=1, batch_size=99)
    rated = len(np.unique(ratings.items))
    model.fit(ratings)
    start = build_autorec(8, 3)
    V, P = (start.get_layer(name).kernel.numpy() for name in ("encoder", "decoder"))
    table = np.zeros((6, 8), dtype=np.float32)
    table[ratings.items, ratings.users] = ratings.values - fit_biases(ratings).of(ratings.users, ratings.items)
    errors = (start(table).numpy() - table)[ratings.items, ratings.users]
    by_hand = (errors**2).sum() + model.regularization / 2 * ((V**2).sum() + (P**2).sum())
    assert model.loss_curve_[0] * rated == pytest.approx(by_hand, rel=1e-5)


def test_somebody_new_gets_a_ridge_regression_on_what_the_films_are():
    model = AutoRec(regularization=3.0, n_epochs=5).fit(RATINGS)
    items, values = np.array([2, 5, 9, 11]), np.array([5.0, 1.0, 3.5, 4.0])
    baseline = model._baseline(model._newcomer_bias(items, values))
    ridge = Ridge(alpha=1.5, fit_intercept=False).fit(model.item_factors_[items], values - baseline[items])
    expected = baseline + ridge.predict(model.item_factors_)
    assert model.fold_in(RATINGS.item_ids[items], values) == pytest.approx(expected, abs=1e-5)
    assert model.fold_in([], []) == pytest.approx(model.mean_ + model.item_bias_, abs=1e-6)


def test_a_member_who_is_folded_in_gets_nearly_the_members_own_scores():
    model = AutoRec(regularization=5.0, n_epochs=1500).fit(RATINGS)
    for member in range(4):
        own = RATINGS.users == member
        again = model.fold_in(RATINGS.item_ids[RATINGS.items[own]], RATINGS.values[own])
        assert np.abs(again - model.scores(RATINGS.user_ids[member])[0]).max() < 0.3


def test_autorec_on_noise_with_a_high_price_is_the_biases():
    model, biases = AutoRec(regularization=1e5, n_epochs=300).fit(RATINGS), fit_biases(RATINGS)
    users, items = np.arange(RATINGS.n_users)[:, np.newaxis], np.arange(RATINGS.n_items)
    assert model.scores(RATINGS.user_ids) == pytest.approx(biases.of(users, items), abs=0.02)


def test_two_groups_of_taste_are_found_by_the_denoising_autoencoder():
    likes = np.full((40, 8), HOLE)
    likes[:20, :4], likes[20:, 4:] = 5.0, 5.0
    likes[::5, 0] = likes[1::5, 4] = HOLE
    model = DenoisingAutoencoder(n_hidden=4, n_epochs=300).fit(from_matrix(likes, films=films(8)))
    assert (model.recommend(1, n=1).index == 201).all() and (model.recommend(22, n=1).index == 205).all()
    assert set(model.similar(201, n=3).index) == {202, 203, 204}


def films(n):
    import pandas as pd

    return pd.DataFrame({"title": [f"Film {k} (2000)" for k in range(n)]}, index=pd.RangeIndex(201, 201 + n))


def test_the_denoising_numpy_forward_is_keras_forward():
    liked = RATINGS.liked(3)
    model = DenoisingAutoencoder(n_epochs=3).fit(liked)
    network = build_denoising(RATINGS.n_items, model.n_hidden, model.dropout)
    put_weights(network, model.weights_)
    rows = (liked.csr.toarray() > 0).astype(np.float32)
    assert model.scores(RATINGS.user_ids) == pytest.approx(network(rows).numpy(), abs=1e-5)


def test_dropout_takes_films_away_and_only_while_it_learns():
    network = build_autoencoder(1000, 1000, dropout=0.3, use_bias=(False, False))
    network.get_layer("encoder").kernel.assign(np.eye(1000))
    network.get_layer("decoder").kernel.assign(np.eye(1000))
    row = np.ones((2, 1000), dtype=np.float32)
    quiet, noisy = network(row).numpy(), network(row, training=True).numpy()
    assert quiet == pytest.approx(1 / np.sqrt(1000), rel=1e-5)
    assert (noisy == 0).mean() == pytest.approx(0.3, abs=0.05)
    assert noisy[noisy > 0] == pytest.approx(1 / np.sqrt(1000) / 0.7, rel=1e-5)
    assert (noisy != network(row, training=True).numpy()).any()  # other gaps each time


def test_the_multinomial_loss_is_minus_the_logarithm_of_softmax():
    rng = np.random.default_rng(0)
    scores, rows = rng.normal(size=(4, 6)), (rng.random((4, 6)) < 0.5).astype(float)
    share = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert multinomial_loss(scores, rows).numpy() == pytest.approx(-(rows * np.log(share)).sum(axis=1))
    assert multinomial_loss(scores + 1000, rows).numpy() == pytest.approx(multinomial_loss(scores, rows).numpy())


def test_the_denoising_loss_curve_is_likelihood_plus_the_price_of_weights():
    liked = RATINGS.liked(3)
    model = DenoisingAutoencoder(n_hidden=5, dropout=0.0, regularization=0.5, n_epochs=1, batch_size=99).fit(liked)
    rows = (liked.csr.toarray() > 0).astype(np.float64)
    rows = rows[rows.any(axis=1)][:, rows.any(axis=0)]
    network = build_denoising(rows.shape[1], 5, 0.0)
    scores = network(rows).numpy().astype(np.float64)
    unlikely = -(rows * (scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))).sum(axis=1).mean()
    kernels = [network.get_layer(name).kernel.numpy() for name in ("encoder", "decoder")]
    price = 0.5 * sum((one**2).sum() for one in kernels)
    assert float(sum_of_squares(network.trainable_variables)) == pytest.approx(price / 0.5, rel=1e-5)
    assert model.loss_curve_[0] == pytest.approx(unlikely + price, rel=1e-5)


def test_a_film_that_nobody_chose_is_last_for_somebody_without_films_and_like_no_other():
    liked = RATINGS.liked(4)
    model = DenoisingAutoencoder(n_epochs=20).fit(liked)
    never = np.bincount(liked.items, minlength=liked.n_items) == 0
    assert never.sum() == 1 and model.weights_["decoder/bias"][never] == model.weights_["decoder/bias"].min()
    assert not model.weights_["encoder/kernel"][never].any()
    assert not model.similar(liked.item_ids[never][0], n=5)["similarity"].any()


def test_what_was_rated_low_is_no_sign_of_taste_and_somebody_known_gets_the_same_again():
    liked = RATINGS.liked(4)
    model = DenoisingAutoencoder(n_epochs=5).fit(liked)
    assert (model.fold_in([10, 11, 12], [5.0, 2.0, 4.0]) == model.fold_in([12, 10], [4.0, 4.5])).all()
    own = liked.users == 0
    again = model.fold_in(liked.item_ids[liked.items[own]], liked.values[own])
    assert again == pytest.approx(model.scores(liked.user_ids[0])[0], abs=1e-6)


@pytest.mark.parametrize("kind", [AutoRec, DenoisingAutoencoder])
def test_another_seed_is_another_start_and_the_same_seed_the_same_bits(kind):
    one, two, other = (kind(n_epochs=3, random_state=seed).fit(RATINGS).scores(1) for seed in (0, 0, 1))
    assert (one == two).all() and (one != other).any()


@pytest.mark.parametrize("kind", [AutoRec, DenoisingAutoencoder])
def test_an_interrupted_training_leaves_a_model_that_can_be_used(kind, monkeypatch):
    monkeypatch.setattr("course_lib.training.waiting", interrupted_after(4))
    with pytest.warns(Interrupted, match="interrupted after epoch 4 of"):
        model = kind().fit(RATINGS)
    monkeypatch.undo()
    assert model.interrupted_ and len(model.loss_curve_) == 4
    assert (model.scores([1, "nobody"]) == kind(n_epochs=4).fit(RATINGS).scores([1, "nobody"])).all()


def test_bad_hyperparameters_are_named():
    for kind, settings, name in (
        (AutoRec, dict(n_hidden=0), "n_hidden=0"),
        (AutoRec, dict(regularization=-1), "regularization=-1"),
        (AutoRec, dict(damping=-1), "damping=-1"),
        (AutoRec, dict(n_epochs=0), "n_epochs=0"),
        (DenoisingAutoencoder, dict(n_hidden=2.5), "n_hidden=2.5"),
        (DenoisingAutoencoder, dict(dropout=1.0), "dropout=1.0: nothing would be left"),
        (DenoisingAutoencoder, dict(dropout=-0.1), "dropout=-0.1"),
        (DenoisingAutoencoder, dict(batch_size=0), "batch_size=0"),
    ):
        with pytest.raises(DataError, match=name):
            kind(**settings).fit(RATINGS)


def test_a_fitted_model_holds_plain_arrays():
    for kind in (AutoRec, DenoisingAutoencoder):
        model = kind(n_epochs=1).fit(RATINGS)
        assert all(type(array) is np.ndarray for array in model.weights_.values())
