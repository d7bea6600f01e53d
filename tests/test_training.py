"""Training of networks: what is kept, when it stops, what it refuses, and that it learns what Keras' own loop does."""

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="TensorFlow has no wheel for this machine")

import keras  # noqa: E402

from course_lib.errors import CourseError, DataError  # noqa: E402
from course_lib.training import Interrupted, check_ids, fit_network, train, whole_number  # noqa: E402

N = 40
TARGET = np.linspace(-1, 1, N).astype(np.float32)


def run(**changed):
    """Train one number towards a target of 1, and return it with what happened."""
    variable = keras.Variable(np.zeros(1, dtype=np.float32))

    def loss(wanted):
        return keras.ops.mean((variable - wanted) ** 2)

    settings = {"batch_size": 8, "n_epochs": 6, "learning_rate": 0.05, "rng": np.random.default_rng(0), "what": "One"}
    settings |= {"draw": (np.ones(N, dtype=np.float32),), "validate": None} | changed
    if callable(settings["validate"]):
        told = settings["validate"]
        settings["validate"] = lambda: told(variable)
    done = train([variable], loss, settings.pop("draw"), **settings)
    return float(variable.value.numpy()[0]), done


def says(values):
    """Validate by reading numbers from a list; an exception in it is raised."""
    left = iter(values)

    def validate(variable):
        value = next(left)
        if isinstance(value, BaseException):
            raise value
        seen.append(float(variable.value.numpy()[0]))
        return value

    seen = []
    return validate, seen


# What is kept


def test_the_loss_falls_and_without_validation_the_last_epoch_is_the_best():
    value, done = run()
    assert (np.diff(done.loss_curve) < 0).all() and len(done.loss_curve) == 6 and value > 0.5
    assert done.best_epoch == 6 and len(done.validation_curve) == 0 and not done.interrupted


def test_the_weights_of_the_best_epoch_are_kept():
    validate, seen = says([3, 1, 2, 2, 2, 2])
    value, done = run(validate=validate)
    assert value == seen[1] != seen[-1] and done.best_epoch == 2
    assert done.validation_curve.tolist() == [3, 1, 2, 2, 2, 2] and len(done.loss_curve) == 6


def test_training_stops_early_after_so_many_epochs_without_something_better():
    validate, seen = says([3, 1, 2, 1, 0, 0])
    value, done = run(validate=validate, patience=2)
    assert len(done.loss_curve) == len(seen) == 4 and value == seen[1] and done.best_epoch == 2


def test_the_mean_loss_of_an_epoch_counts_each_row_once():
    _, done = run(draw=(TARGET,), learning_rate=1e-12, batch_size=7, n_epochs=1)  # 40 rows: five batches and a rest
    assert done.loss_curve[0] == pytest.approx((TARGET**2).mean(), rel=1e-5)


def test_each_epoch_gets_arrays_drawn_anew():
    asked = []

    def draw(epoch):
        asked.append(epoch)
        return (np.full(N + epoch, float(epoch), dtype=np.float32),)  # another length too, as with sampled negatives

    value, done = run(draw=draw, learning_rate=1e-12, n_epochs=3)
    assert asked == [0, 1, 2] and done.loss_curve == pytest.approx([0, 1, 4], abs=1e-5)


def test_the_same_seed_gives_the_same_weights_and_another_one_others():
    def twice(seed):
        return run(draw=(TARGET,), rng=np.random.default_rng(seed), batch_size=3)[0]

    assert twice(5) == twice(5) != twice(6)


# When it is interrupted


def test_an_interruption_keeps_the_best_weights_and_warns():
    validate, seen = says([3, 1, 2, KeyboardInterrupt()])
    with pytest.warns(Interrupted, match=r"interrupted after epoch 3 of 6. The best weights so far, of epoch 2, are k"):
        value, done = run(validate=validate)
    assert value == seen[1] and done.interrupted and done.best_epoch == 2
    assert len(done.loss_curve) == len(done.validation_curve) == 3


def test_an_interruption_without_validation_keeps_what_there_is():
    def draw(epoch):
        if epoch == 2:
            raise KeyboardInterrupt
        return (np.ones(N, dtype=np.float32),)

    with pytest.warns(Interrupted, match=r"after epoch 2 of 6. The weights so far are kept"):
        value, done = run(draw=draw)
    assert value > 0 and done.interrupted and done.best_epoch == 2 == len(done.loss_curve)


def test_an_interruption_before_anything_is_learned_goes_on_to_the_learner():
    def draw(epoch):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(draw=draw)
    with pytest.raises(KeyboardInterrupt):
        run(validate=says([KeyboardInterrupt()])[0])


def test_epochs_of_different_lengths_are_traced_once():
    variable, traced = keras.Variable(np.zeros(1, dtype=np.float32)), []

    def loss(wanted):
        traced.append(wanted)
        return keras.ops.mean((variable - wanted) ** 2)

    def draw(epoch):
        return (np.ones(N + 3 * epoch, dtype=np.float32),)

    train([variable], loss, draw, batch_size=8, n_epochs=5, learning_rate=0.1, rng=np.random.default_rng(0), what="One")
    assert len(traced) == 1


# What it refuses


def test_a_loss_that_is_no_number_is_told_with_a_way_out():
    with pytest.raises(CourseError, match=r"epoch 1: its loss is not a number any more. Lower .*which is 0.05, for ex"):
        run(draw=(np.array([1.0, np.nan], dtype=np.float32),))
    with pytest.raises(CourseError, match=r"epoch 2: its loss on the validation rows is not a number"):
        run(validate=says([1.0, np.nan])[0])


@pytest.mark.parametrize("wrong", [0, -1, 2.5, True, "8"])
def test_a_batch_or_a_number_of_epochs_is_a_whole_number(wrong):
    for name in ("batch_size", "n_epochs"):
        with pytest.raises(DataError, match=f"One has {name}={wrong!r}. Give a whole number of at least 1"):
            run(**{name: wrong})
    whole_number(np.int64(3), "batch_size", "One")


def test_arrays_of_different_lengths_and_empty_ones_are_refused():
    with pytest.raises(DataError, match=r"The arrays for One have \[2, 40\] rows"):
        run(draw=(TARGET, TARGET[:2]))
    with pytest.raises(DataError, match="not a single row for One"):
        run(draw=(TARGET[:0],))


@pytest.mark.parametrize("wrong", [[-1], [5], [0, 7], [np.nan]])
def test_an_id_without_a_row_is_found(wrong):
    check_ids([0, 4], 5)
    with pytest.raises(DataError, match="'film' has input_dim=5, so rows 0 to 4, and an id is .*Give positions"):
        check_ids(wrong, 5, "film")


# fit_network, beside network.fit


def small_network(loss="binary_crossentropy", **options):
    """The article's form with small tables, and the same weights each time."""
    inputs, tables = [], []
    for name, rows in (("user", 12), ("movie", 9)):
        start = keras.initializers.RandomUniform(seed=rows)
        inputs.append(keras.Input([1], dtype="int32", name=name))
        tables.append(keras.layers.Embedding(rows, 4, name=f"{name}_table", embeddings_initializer=start)(inputs[-1]))
    x = keras.layers.Flatten()(keras.layers.Concatenate()(tables))
    x = keras.layers.Dense(6, activation="relu", kernel_initializer=keras.initializers.GlorotUniform(seed=1))(x)
    if options.get("dropout"):
        x = keras.layers.Dropout(options["dropout"], seed=0)(x)
    price = keras.regularizers.L2(options.get("price", 0.0))
    last = keras.initializers.GlorotUniform(seed=2)
    output = keras.layers.Dense(1, "sigmoid", kernel_initializer=last, kernel_regularizer=price)(x)
    network = keras.Model(inputs, output, name="small")
    if loss is not None:
        network.compile(keras.optimizers.Adam(0.01), loss=loss)
    return network


rng = np.random.default_rng(0)
USERS, MOVIES = rng.integers(12, size=200), rng.integers(9, size=200)
LABELS = ((USERS + MOVIES) % 2).astype(np.float32)


@pytest.mark.parametrize("price", [0.0, 0.05])
def test_with_the_whole_data_as_one_batch_it_takes_the_steps_of_keras(price):
    ours, keras_own = small_network(price=price), small_network(price=price)
    done = fit_network(ours, (USERS, MOVIES), LABELS, batch_size=200, n_epochs=5, learning_rate=0.01)
    history = keras_own.fit([USERS, MOVIES], LABELS, batch_size=200, epochs=5, verbose=0).history["loss"]
    assert done.loss_curve == pytest.approx(history, rel=1e-5)
    for one, other in zip(ours.get_weights(), keras_own.get_weights(), strict=True):
        assert one == pytest.approx(other, abs=1e-4)


def test_a_loss_given_as_an_object_is_the_same_as_by_its_name():
    curves = []
    for loss in ("binary_crossentropy", keras.losses.BinaryCrossentropy()):
        curves.append(fit_network(small_network(loss), (USERS, MOVIES), LABELS, n_epochs=2).loss_curve)
    assert curves[0] == pytest.approx(curves[1], rel=1e-6)
    with pytest.raises(DataError, match="takes labels from 0 to 1"):
        fit_network(small_network(keras.losses.BinaryCrossentropy()), (USERS, MOVIES), LABELS * 5)


def test_the_validation_loss_is_that_of_evaluate_and_the_best_weights_are_in_the_network():
    noise = np.random.default_rng(1).random(200) < 0.5
    known, held_out = ((USERS[50:], MOVIES[50:]), noise[50:]), ((USERS[:50], MOVIES[:50]), noise[:50])
    network = small_network()
    done = fit_network(network, *known, n_epochs=60, learning_rate=0.05, validation=held_out, patience=3)
    loss = network.evaluate(list(held_out[0]), held_out[1].astype(np.float32), verbose=0)
    assert done.validation_curve.min() == pytest.approx(loss, rel=1e-4)
    assert len(done.validation_curve) == done.best_epoch + 3 < 60


def test_many_networks_one_after_another_are_silent(capfd):
    for _ in range(7):  # TensorFlow warns when it has traced a function five times
        fit_network(small_network(), (USERS, MOVIES), LABELS, n_epochs=1, validation=((USERS, MOVIES), LABELS))
    assert capfd.readouterr() == ("", "")


def test_dropout_is_on_while_it_learns_and_off_when_it_is_asked():
    network = small_network(dropout=0.5)
    done = fit_network(network, (USERS, MOVIES), LABELS, learning_rate=1e-12, n_epochs=2)
    assert done.loss_curve[0] != done.loss_curve[1]
    said = [network.predict([USERS, MOVIES], verbose=0) for _ in range(2)]
    assert (said[0] == said[1]).all()


def test_the_same_random_state_gives_the_same_weights_twice():
    def weights(seed):
        network = small_network()
        fit_network(network, (USERS, MOVIES), LABELS, batch_size=16, n_epochs=2, random_state=seed)
        return np.concatenate([one.ravel() for one in network.get_weights()])

    assert (weights(3) == weights(3)).all() and (weights(3) != weights(4)).any()


@pytest.mark.filterwarnings("error")
def test_a_network_with_one_input_and_one_whose_input_is_no_column_learn_too():
    table = keras.Sequential([keras.Input([3]), keras.layers.Dense(1)])
    table.compile(loss="mse")
    x = np.random.default_rng(0).random((30, 3)).astype(np.float32)
    done = fit_network(table, x, x.sum(axis=1), n_epochs=3, validation=(x, x.sum(axis=1)))
    assert done.loss_curve[-1] < done.loss_curve[0]
    ids = keras.Input((), dtype="int32", name="ids")
    flat = keras.Model(ids, keras.layers.Embedding(9, 1)(ids))
    flat.compile(loss="mse")
    assert len(fit_network(flat, MOVIES, LABELS, n_epochs=2).loss_curve) == 2
    with pytest.raises(DataError, match=r"takes \(3,\) numbers a sample, and \(2,\) came"):
        fit_network(table, x[:, :2], x.sum(axis=1))


@pytest.mark.parametrize(
    ("inputs", "labels", "settings", "said"),
    [
        ((USERS + 1, MOVIES), LABELS, {}, "'user_table' has input_dim=12, so rows 0 to 11, and an id is 12"),
        ((USERS, MOVIES - 1), LABELS, {}, "'movie_table' has input_dim=9, so rows 0 to 8, and an id is -1"),
        ((USERS, MOVIES), LABELS * 4.5 + 0.5, {}, r"A label is 5, .* Scale the stars, for example \(stars - 0.5\)"),
        ((USERS, MOVIES), LABELS - 0.5, {}, "A label is -0.5"),
        ((USERS, MOVIES), LABELS * np.nan, {}, "A label is nan"),
        ((USERS, MOVIES), LABELS, {"batch_size": 0}, "small has batch_size=0"),
        ((USERS, MOVIES), LABELS, {"n_epochs": 0}, "small has n_epochs=0"),
        ((USERS, MOVIES), LABELS, {"patience": 3}, "give validation="),
        ((USERS, MOVIES), LABELS[:9], {}, r"The arrays for small have \[9, 200\] rows"),
        ((USERS[:0], MOVIES[:0]), LABELS[:0], {}, "not a single row for small"),
        (USERS, LABELS, {}, "'small' has 2 inputs, and 1 came"),
        ((USERS, MOVIES), LABELS, {"validation": ((USERS, MOVIES), LABELS[:9])}, r"\[9, 200\] rows"),
        ((USERS, MOVIES), LABELS, {"validation": ((USERS, MOVIES + 9), LABELS)}, "'movie_table' has input_dim=9"),
    ],
)
def test_what_would_go_wrong_later_is_told_before_it_begins(inputs, labels, settings, said):
    network = small_network()
    before = network.get_weights()
    with pytest.raises(DataError, match=said):
        fit_network(network, inputs, labels, **settings)
    assert all((one == other).all() for one, other in zip(before, network.get_weights(), strict=True))


def test_stars_can_be_labels_of_another_loss():
    done = fit_network(small_network("mse"), (USERS, MOVIES), LABELS * 5, n_epochs=1)
    assert np.isfinite(done.loss_curve).all()


def test_a_network_that_is_not_ready_is_refused_with_a_sentence():
    with pytest.raises(CourseError, match="The network 'small' has not one loss yet"):
        fit_network(small_network(loss=None), (USERS, MOVIES), LABELS)
    with pytest.raises(CourseError, match="has not one loss yet"):
        fit_network(small_network(["binary_crossentropy"]), (USERS, MOVIES), LABELS)
    shapeless = keras.Sequential([keras.layers.Dense(1)])
    shapeless.compile(loss="mse")
    with pytest.raises(CourseError, match="has no shapes yet"):
        fit_network(shapeless, np.ones((3, 1)), np.ones(3))
