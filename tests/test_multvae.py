"""Mult-VAE: its loss against numpy, its forward pass against Keras, its clouds against the standard one."""

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="TensorFlow has no wheel for this machine")

import tensorflow as tf  # noqa: E402

from course_lib.errors import DataError  # noqa: E402
from course_lib.multvae import MultVAE, build_decoder, build_encoder, draw_points, kl_divergence  # noqa: E402
from course_lib.networks import put_weights  # noqa: E402
from course_lib.reconstruction import multinomial_loss  # noqa: E402
from course_lib.training import Interrupted  # noqa: E402
from tests.stopping import interrupted_after  # noqa: E402
from tests.toy import random_ratings  # noqa: E402

RATINGS = random_ratings()
LIKED = RATINGS.liked(3)


def rows_of(ratings):
    rows = (ratings.csr.toarray() > 0).astype(np.float32)
    return rows[rows.any(axis=1)][:, rows.any(axis=0)]


def test_the_divergence_is_that_of_two_normals():
    """Against the integral of p log(p / q), number by number."""
    mean, log_variance = np.array([[0.7, -1.2]]), np.array([[0.4, -1.0]])
    x = np.linspace(-30, 30, 200_001)
    total = 0.0
    for m, v in zip(mean[0], np.exp(log_variance[0]), strict=True):
        p = np.exp(-((x - m) ** 2) / (2 * v)) / np.sqrt(2 * np.pi * v)
        log_p, log_q = -((x - m) ** 2) / (2 * v) - 0.5 * np.log(v), -(x**2) / 2
        total += np.trapezoid(p * (log_p - log_q), x)
    assert kl_divergence(mean, log_variance).numpy() == pytest.approx([total], abs=1e-6)
    assert kl_divergence(np.zeros((3, 4)), np.zeros((3, 4))).numpy().tolist() == [0, 0, 0]


@pytest.mark.parametrize("beta", [0.0, 0.7])
def test_the_loss_is_likelihood_plus_beta_times_divergence_as_numpy_has_it(beta):
    model = MultVAE(n_hidden=6, n_factors=3, dropout=0.0, beta=beta, annealing_epochs=1, n_epochs=1, batch_size=99)
    rows = rows_of(LIKED).astype(np.float64)
    size = rows.shape[1], 6, 3
    encoder, decoder = build_encoder(*size, dropout=0.0), build_decoder(*size)
    mean, log_variance = (one.numpy().astype(np.float64) for one in encoder(rows))
    z = np.array(draw_points(mean, log_variance, seed=0))
    scores = decoder(z).numpy().astype(np.float64)
    log_share = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    divergence = 0.5 * (mean**2 + np.exp(log_variance) - log_variance - 1).sum(axis=1)
    by_hand = (-(rows * log_share).sum(axis=1) + beta * divergence).mean()
    ours = tf.reduce_mean(multinomial_loss(scores, rows) + beta * kl_divergence(mean, log_variance))
    assert float(ours) == pytest.approx(by_hand, rel=1e-9)
    # In the first epoch the price is still 0.
    assert model.fit(LIKED).loss_curve_[0] == pytest.approx(-(rows * log_share).sum(axis=1).mean(), rel=0.05)


def test_the_price_grows_from_epoch_to_epoch_and_then_stays():
    """With weights that hardly move the loss shows the price: 0, half, all, all of it."""
    settings = dict(n_hidden=6, n_factors=3, dropout=0.0, n_epochs=4, batch_size=99, learning_rate=1e-9)
    free = MultVAE(**settings, beta=0.0).fit(LIKED).loss_curve_
    priced = MultVAE(**settings, beta=40.0, annealing_epochs=2).fit(LIKED).loss_curve_
    extra = priced - free
    assert extra[0] == pytest.approx(0, abs=1e-4) and extra[1] > 0
    assert extra[2:] == pytest.approx([2 * extra[1]] * 2, rel=1e-3)


def test_the_numpy_forward_is_keras_forward_from_the_clouds_mean():
    model = MultVAE(n_epochs=3).fit(LIKED)
    size = RATINGS.n_items, model.n_hidden, model.n_factors
    encoder, decoder = build_encoder(*size, dropout=model.dropout), build_decoder(*size)
    put_weights(encoder, model.weights_)
    put_weights(decoder, model.weights_)
    rows = (LIKED.csr.toarray() > 0).astype(np.float32)
    assert model.scores(RATINGS.user_ids) == pytest.approx(decoder(encoder(rows)[0]).numpy(), abs=1e-5)


def test_points_are_drawn_around_the_mean_with_the_width_that_was_asked_for():
    mean, log_variance = np.full((20_000, 2), [1.0, -2.0]), np.full((20_000, 2), np.log([4.0, 0.25]))
    points = np.array(draw_points(mean, log_variance, seed=3))
    assert points.mean(axis=0) == pytest.approx([1, -2], abs=0.05)
    assert points.std(axis=0) == pytest.approx([2, 0.5], rel=0.02)
    assert (points == np.array(draw_points(mean, log_variance, seed=3))).all()


def test_slopes_reach_the_mean_and_the_width_through_the_draw():
    mean, log_variance = tf.Variable([[0.5]]), tf.Variable([[0.2]])
    with tf.GradientTape() as tape:
        z = draw_points(mean, log_variance, seed=1)
        loss = tf.reduce_sum(z)
    of_mean, of_width = tape.gradient(loss, [mean, log_variance])
    assert of_mean.numpy().item() == 1  # moving the cloud moves the point as far
    assert of_width.numpy().item() == pytest.approx((z - mean).numpy().item() / 2, rel=1e-5)


def test_a_high_price_makes_all_clouds_the_standard_one_and_all_lists_alike():
    model = MultVAE(beta=200.0, annealing_epochs=1, n_epochs=150, dropout=0.0).fit(LIKED)
    encoder = build_encoder(RATINGS.n_items, model.n_hidden, model.n_factors)
    put_weights(encoder, model.weights_)
    rows = (LIKED.csr.toarray() > 0).astype(np.float32)
    assert kl_divergence(*encoder(rows)).numpy().max() < 0.05
    scores = model.scores(RATINGS.user_ids)
    assert (scores - scores.mean(axis=0)).std() < 0.1 * scores.mean(axis=0).std()


def test_it_learns():
    model = MultVAE(beta=0.0, n_epochs=60).fit(LIKED)
    assert model.loss_curve_[-1] < 0.9 * model.loss_curve_[0]


def test_the_same_seed_gives_the_same_bits_and_another_seed_others():
    one, two, other = (MultVAE(n_epochs=3, random_state=seed).fit(LIKED).scores(1) for seed in (0, 0, 1))
    assert (one == two).all() and (one != other).any()


def test_an_interrupted_training_leaves_a_model_that_can_be_used(monkeypatch):
    monkeypatch.setattr("course_lib.training.waiting", interrupted_after(4))
    with pytest.warns(Interrupted, match="interrupted after epoch 4 of 50"):
        model = MultVAE().fit(LIKED)
    monkeypatch.undo()
    assert (model.scores([1, "nobody"]) == MultVAE(n_epochs=4).fit(LIKED).scores([1, "nobody"])).all()


def test_bad_hyperparameters_are_named():
    for settings, name in (
        (dict(n_hidden=0), "n_hidden=0"),
        (dict(n_factors=0), "n_factors=0"),
        (dict(dropout=1.0), "dropout=1.0: nothing would be left"),
        (dict(beta=-1.0), "beta=-1.0"),
        (dict(annealing_epochs=0), "annealing_epochs=0"),
    ):
        with pytest.raises(DataError, match=name):
            MultVAE(**settings).fit(LIKED)
