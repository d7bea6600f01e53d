"""What networks share: the numpy forward pass is Keras' own, and weights travel as plain arrays."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

pytest.importorskip("tensorflow", reason="TensorFlow has no wheel for this machine")

import keras  # noqa: E402

from course_lib.errors import CourseError, DataError  # noqa: E402
from course_lib.networks import Network, dense, put_weights, relu, sigmoid, weights_of  # noqa: E402
from course_lib.recommender import Recommender  # noqa: E402
from course_lib.training import Interrupted  # noqa: E402
from tests.stopping import interrupted_after  # noqa: E402
from tests.toy import random_ratings  # noqa: E402


@pytest.mark.parametrize(
    ("name", "activation"), [(None, None), ("relu", relu), ("sigmoid", sigmoid), ("tanh", np.tanh)]
)
def test_a_dense_layer_in_numpy_is_that_of_keras(name, activation):
    rng = np.random.default_rng(0)
    x = rng.normal(0, 3, (7, 5)).astype(np.float32)
    layer = keras.layers.Dense(4, name, bias_initializer=keras.initializers.RandomNormal(seed=1))
    said = layer(x).numpy()
    kernel, bias = layer.get_weights()
    assert dense(x, kernel, bias, activation) == pytest.approx(said, abs=1e-5)
    assert dense(x[0], kernel, bias, activation) == pytest.approx(said[0], abs=1e-5)


def test_relu_and_sigmoid_do_not_run_over():
    assert relu(np.array([-2.0, 0.0, 3.0])).tolist() == [0, 0, 3]
    with np.errstate(all="raise", under="ignore"):
        assert sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist() == [0, 0.5, 1]


def article_like():
    user, movie = keras.Input([1], dtype="int32"), keras.Input([1], dtype="int32")
    tables = [keras.layers.Embedding(5, 3, name="u")(user), keras.layers.Embedding(4, 3, name="m")(movie)]
    x = keras.layers.Dense(6, "relu", name="hidden")(keras.layers.Flatten()(keras.layers.Concatenate()(tables)))
    return keras.Model([user, movie], keras.layers.Dense(1, "sigmoid", name="out")(keras.layers.Dropout(0.5)(x)))


def test_weights_are_read_by_name_and_give_the_networks_output_in_numpy():
    network = article_like()
    w = weights_of(network)
    assert {name: array.shape for name, array in w.items()} == {
        "u/embeddings": (5, 3), "m/embeddings": (4, 3), "hidden/kernel": (6, 6), "hidden/bias": (6,),
        "out/kernel": (6, 1), "out/bias": (1,),
    }  # fmt: skip
    assert all(type(array) is np.ndarray for array in w.values())
    users, movies = np.array([0, 4, 2]), np.array([3, 0, 1])
    x = np.hstack([w["u/embeddings"][users], w["m/embeddings"][movies]])
    by_hand = dense(dense(x, w["hidden/kernel"], w["hidden/bias"], relu), w["out/kernel"], w["out/bias"], sigmoid)
    assert by_hand == pytest.approx(network.predict([users, movies], verbose=0), abs=1e-5)


def test_weights_that_were_read_do_not_move_when_the_network_learns_on():
    network = article_like()
    before = weights_of(network)
    network.layers[-1].bias.assign([7.0])
    assert before["out/bias"] == 0 and weights_of(network)["out/bias"] == 7


def test_another_network_of_the_same_form_takes_the_weights_over():
    one, other = article_like(), article_like()
    put_weights(other, weights_of(one))
    for mine, theirs in zip(one.get_weights(), other.get_weights(), strict=True):
        assert (mine == theirs).all()


class _TwoTables(Network, Recommender):
    """The smallest model there is: a bias for each member and each film, learned by a network."""

    def __init__(self, batch_size=16, n_epochs=3, learning_rate=0.1, random_state=0):
        self.batch_size = batch_size
        self.n_epochs = n_epochs
        self.learning_rate = learning_rate
        self.random_state = random_state

    def _fit(self, ratings):
        tables = [keras.layers.Embedding(n, 1, "zeros") for n in (ratings.n_users, ratings.n_items)]
        for table in tables:
            table.build()

        def loss(users, items, values):
            said = 3.0 + tables[0](users)[:, 0] + tables[1](items)[:, 0]
            return keras.ops.mean((values - said) ** 2)

        draw = (ratings.users, ratings.items, ratings.values)
        rng = np.random.default_rng(self.random_state)
        self._train([table.embeddings for table in tables], loss, draw, rng)
        self.weights_ = {f"{name}/embeddings": table.get_weights()[0] for name, table in zip("ui", tables, strict=True)}

    def _predict(self, users, items):
        return 3.0 + self.weights_["u/embeddings"][users, 0] + self.weights_["i/embeddings"][items, 0]

    def _fold_in(self, items, values):
        return 3.0 + self.weights_["i/embeddings"][:, 0]


RATINGS = random_ratings()


@pytest.fixture(scope="module")
def fitted():
    return _TwoTables().fit(RATINGS)


def test_a_model_says_how_it_was_trained(fitted):
    assert (np.diff(fitted.loss_curve_) < 0).all() and fitted.best_epoch_ == 3
    assert fitted.validation_curve_.shape == (0,) and fitted.interrupted_ is False


def test_a_fitted_model_holds_no_keras(fitted):
    for value in vars(fitted).values():
        assert not type(value).__module__.startswith(("keras", "tensorflow"))
    assert all(type(array) is np.ndarray for array in fitted.weights_.values())


def test_weights_survive_a_file_and_a_pickle_and_a_clone_has_none(fitted, tmp_path):
    for copy in (
        _TwoTables.load(fitted.save(tmp_path / "model.npz"), RATINGS),
        pickle.loads(pickle.dumps(fitted)),
    ):
        assert set(copy.weights_) == set(fitted.weights_) and copy.best_epoch_ == 3
        assert (copy.scores(RATINGS.user_ids) == fitted.scores(RATINGS.user_ids)).all()
    assert not hasattr(clone(fitted), "weights_")


def test_fitting_twice_gives_the_same_weights(fitted):
    again = _TwoTables().fit(RATINGS)
    assert all((again.weights_[name] == array).all() for name, array in fitted.weights_.items())


@pytest.mark.parametrize(
    ("name", "wrong"), [("batch_size", 0), ("n_epochs", 0), ("learning_rate", -1), ("batch_size", 2.5)]
)
def test_settings_that_cannot_be_are_refused(name, wrong):
    with pytest.raises(DataError, match=f"_TwoTables has {name}={wrong}"):
        _TwoTables(**{name: wrong}).fit(RATINGS)


def test_a_training_that_runs_away_is_told_with_the_models_name():
    with pytest.raises(CourseError, match="The training of _TwoTables went out of bounds in epoch 1"):
        _TwoTables(learning_rate=1e30).fit(RATINGS)


def test_an_interrupted_model_can_be_used(monkeypatch):
    monkeypatch.setattr("course_lib.training.waiting", interrupted_after(2))
    with pytest.warns(Interrupted, match="_TwoTables was interrupted after epoch 2 of 3"):
        model = _TwoTables().fit(RATINGS)
    assert model.interrupted_ and len(model.loss_curve_) == 2 and np.isfinite(model.scores(1)).all()
