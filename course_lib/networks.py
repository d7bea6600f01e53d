"""What networks have in common once they are trained: plain numpy arrays, so they predict and travel without Keras."""

import numpy as np

from course_lib.training import train

PART = "weights_."


class Network:
    """The half of a model that is trained with Keras and predicts with numpy.

    It goes in front of `Recommender` among a model's parents. The model has `batch_size`, `n_epochs`,
    `learning_rate` and `random_state`, calls `_train`, and puts what was learned into `weights_`.

    Attributes
    ----------
    weights_ : dict of str to ndarray
        What was learned, by the layer's name and "kernel", "bias" or "embeddings".
    loss_curve_, validation_curve_ : ndarray
        See `course_lib.training.Training`.
    best_epoch_ : int
    interrupted_ : bool
    """

    def _train(self, variables, loss, draw, rng, validate=None, patience=None):
        self._require(batch_size=1, n_epochs=1, learning_rate=0, random_state=0)
        done = train(
            variables, loss, draw, batch_size=self.batch_size, n_epochs=self.n_epochs, rng=rng, validate=validate,
            learning_rate=self.learning_rate, patience=patience, what=type(self).__name__,
        )  # fmt: skip
        self.loss_curve_, self.validation_curve_ = done.loss_curve, done.validation_curve
        self.best_epoch_, self.interrupted_ = done.best_epoch, done.interrupted

    def _state(self):
        state = super()._state()
        return state | {PART + name: array for name, array in state.pop("weights_", {}).items()}

    def _restore(self, state):
        weights = {name.removeprefix(PART): array for name, array in state.items() if name.startswith(PART)}
        super()._restore({name: value for name, value in state.items() if not name.startswith(PART)})
        if weights:
            self.weights_ = weights


def weights_of(network):
    """Read what a Keras network has learned.

    Parameters
    ----------
    network : keras.Model

    Returns
    -------
    dict of str to ndarray
        By the layer's name and "kernel", "bias" or "embeddings", such as "user_embedding/embeddings".
    """
    return {f"{layer.name}/{one.name}": one.value.numpy() for layer in network.layers for one in layer.weights}


def put_weights(network, weights):
    """Give a Keras network the weights that another of the same form has learned.

    Parameters
    ----------
    network : keras.Model
    weights : dict of str to ndarray
        As `weights_of` returns them.
    """
    for layer in network.layers:
        for one in layer.weights:
            one.assign(weights[f"{layer.name}/{one.name}"])


def dense(x, kernel, bias, activation=None):
    """Compute what a Keras Dense layer does.

    Parameters
    ----------
    x : ndarray of shape (..., n_in)
    kernel : ndarray of shape (n_in, n_out)
    bias : ndarray of shape (n_out,)
    activation : callable, optional
        `relu`, `sigmoid` or numpy.tanh.

    Returns
    -------
    ndarray of shape (..., n_out)
    """
    z = x @ kernel + bias
    return z if activation is None else activation(z)


def relu(z):
    """Replace what is below 0 by 0.

    Parameters
    ----------
    z : ndarray

    Returns
    -------
    ndarray
    """
    return np.maximum(z, 0)


def sigmoid(z):
    """Squeeze any number between 0 and 1.

    Parameters
    ----------
    z : ndarray

    Returns
    -------
    ndarray
    """
    from scipy.special import expit

    return expit(z)
