"""Lesson 08's model as two embedding layers and a dot product, trained by Adam in batches (lesson 14)."""

import numpy as np

from course_lib import quiet
from course_lib.factors import LearnedFactors, held_out, random_start, squared_error
from course_lib.networks import Network, weights_of
from course_lib.recommender import Recommender

TABLES = ("user_bias", "item_bias", "user_factors", "item_factors")
"""The names of the embedding layers."""


def build_factorization(
    n_users, n_items, n_factors=5, mean=0.0, regularization=0.08, bias_regularization=None, init_scale=0.1,
    random_state=0,
):  # fmt: skip
    r"""Build the Keras network whose output is :math:`\mu + b_u + b_i + p_u \cdot q_i`.

    Four embedding layers look up a row each: ``user_factors``, ``item_factors``, ``user_bias`` and ``item_bias``.
    Each charges for the rows that it has looked up, and for no others: with the mean squared error the loss of a
    batch is

    .. math::

        \frac{1}{n} \sum_{(u,i)} e_{ui}^2 + \lambda (\lVert p_u \rVert^2 + \lVert q_i \rVert^2)
        + \lambda_b (b_u^2 + b_i^2),

    over its n ratings. Over all ratings that is `course_lib.factors.objective`, divided by their number.

    Parameters
    ----------
    n_users, n_items : int
        Rows of the tables.
    n_factors : int, default=5
        k, columns of the two large tables.
    mean : float, default=0.0
        :math:`\mu`, in stars; it is not learned.
    regularization : float, default=0.08
        :math:`\lambda`.
    bias_regularization : float, optional
        :math:`\lambda_b`; the same as `regularization` when not given.
    init_scale : float, default=0.1
        Standard deviation of the factors at the beginning. Biases begin at 0.
    random_state : int, default=0
        Seed of these.

    Returns
    -------
    keras.Model
        Its inputs are two columns of positions, of members and of films; its output, of shape (n, 1), is in stars.
        It is not compiled.
    """
    quiet.tensorflow()
    from keras import Input, Model, initializers, layers, regularizers

    def rows(ids, n_rows, width, name, price, start):
        # Keras divides what the regularizer says by the rows of the batch: the sum of squares becomes a mean.
        looked_up = regularizers.L2(price)
        table = layers.Embedding(n_rows, width, name=name, embeddings_initializer=start, activity_regularizer=looked_up)
        return table(ids)

    lam_bias = regularization if bias_regularization is None else bias_regularization
    small = [initializers.RandomNormal(stddev=init_scale, seed=2 * random_state + side) for side in (0, 1)]
    user, item = Input((), dtype="int32", name="user"), Input((), dtype="int32", name="item")
    product = layers.Dot(axes=1, name="dot_product")([
        rows(user, n_users, n_factors, "user_factors", regularization, small[0]),
        rows(item, n_items, n_factors, "item_factors", regularization, small[1]),
    ])  # fmt: skip
    parts = [product, rows(user, n_users, 1, "user_bias", lam_bias, "zeros"),
             rows(item, n_items, 1, "item_bias", lam_bias, "zeros")]  # fmt: skip
    stars = layers.Rescaling(1.0, offset=mean, name="plus_mean")(layers.Add(name="sum")(parts))
    return Model([user, item], stars, name="factorization")


class EmbeddingFactorization(Network, LearnedFactors, Recommender):
    r"""A rating is the mean, plus both biases, plus the dot product of a member's and a film's embedding.

    .. math:: \hat r_{ui} = \mu + b_u + b_i + p_u \cdot q_i

    The model of `MatrixFactorization`, with the same objective and the same start. Another hand turns the numbers:
    Adam, which takes one step for a whole batch of ratings, and gives each number a step size of its own.

    Members and films without ratings keep zeros. Somebody new is folded in as in `MatrixFactorization`.

    Parameters
    ----------
    n_factors : int, default=5
        k, the length of each embedding.
    n_epochs : int, default=60
        How often each rating is visited; with early stopping, at most.
    batch_size : int, default=2048
        Ratings for which one step is taken.
    learning_rate : float, default=0.02
        Adam's: about how far a number moves in one of its first steps.
    regularization : float, default=0.08
        :math:`\lambda`: the price of each looked-up row, at each of its ratings.
    bias_regularization : float, optional
        :math:`\lambda_b`, the same for biases; equal to `regularization` when not given.
    init_scale : float, default=0.1
        Standard deviation of the random numbers that the factors start with.
    early_stopping : bool, default=False
        Learn from a part of the ratings only, watch the error on the others, and keep the numbers of the epoch in
        which it was smallest.
    validation_fraction : float, default=0.1
        The share of ratings to watch.
    patience : int, default=5
        Stop when the error has not become smaller for so many epochs.
    random_state : int, default=0
        Seed of the start, of the order of the ratings and of the part that is watched.

    Attributes
    ----------
    mean_ : float
        :math:`\mu`, in stars.
    user_bias_, item_bias_ : ndarray of shape (n_users,) and (n_items,)
        :math:`b_u` and :math:`b_i`, in stars.
    user_factors_, item_factors_ : ndarray of shape (n_users, n_factors) and (n_items, n_factors)
        P and Q: the tables of the two large embedding layers.
    loss_curve_ : ndarray of shape (n_epochs_run,)
        Mean loss of each epoch's batches, in stars squared, penalty included; each batch before its step.
    validation_curve_ : ndarray of shape (n_epochs_run,) or (0,)
        With early stopping, RMSE on the part that is watched after each epoch, in stars; else empty.
    best_epoch_ : int
        The epoch, counted from 1, whose numbers these are.
    interrupted_ : bool
        Whether the learner stopped the training; the best numbers until then are kept.

    References
    ----------
    The objective: Koren, Bell & Volinsky (2009), "Matrix Factorization Techniques for Recommender Systems", eq. 5. Adam
    is the optimizer of Keras.
    """

    def __init__(
        self,
        n_factors=5,
        n_epochs=60,
        batch_size=2048,
        learning_rate=0.02,
        regularization=0.08,
        bias_regularization=None,
        init_scale=0.1,
        early_stopping=False,
        validation_fraction=0.1,
        patience=5,
        random_state=0,
    ):
        self.n_factors = n_factors
        self.n_epochs = n_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.regularization = regularization
        self.bias_regularization = bias_regularization
        self.init_scale = init_scale
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.random_state = random_state

    def _fit(self, ratings):
        self._require(n_factors=1, n_epochs=1, batch_size=1, learning_rate=0, regularization=0)
        self._require(init_scale=0, patience=1, random_state=0)
        self._check_bias_regularization()
        learn_from, watched = self._parts(ratings)
        mean, rng = float(learn_from.values.mean(dtype=np.float64)), np.random.default_rng(self.random_state)
        network = self._at_its_start(learn_from, mean, rng)

        def validate():
            return np.sqrt(squared_error(watched, mean, *_tables(network)) / len(watched))

        self._train(
            network.trainable_variables, loss_of(network), (learn_from.users, learn_from.items, learn_from.values), rng,
            validate if watched is not None else None, self.patience,
        )  # fmt: skip
        self.mean_ = mean
        self.user_bias_, self.item_bias_, self.user_factors_, self.item_factors_ = _tables(network)

    def _parts(self, ratings):
        """Return the ratings to learn from, and with early stopping those to watch, else None."""
        split = held_out(self, ratings) if self.early_stopping else None
        return (ratings, None) if split is None else (split.train, split.test)

    def _at_its_start(self, ratings, mean, rng):
        """Build the network, with the start of `MatrixFactorization`: zeros where there is nothing to learn from."""
        network = build_factorization(
            ratings.n_users, ratings.n_items, self.n_factors, mean, self.regularization, self.bias_regularization
        )
        P, Q = random_start(ratings, self.n_factors, self.init_scale, rng)
        network.get_layer("user_factors").embeddings.assign(P)
        network.get_layer("item_factors").embeddings.assign(Q)
        return network


def loss_of(network):
    """Return the loss of a batch: the mean squared error, plus what the network's regularizers charge.

    Parameters
    ----------
    network : keras.Model
        With members' and films' positions as inputs, and stars as output.

    Returns
    -------
    callable
        Takes users, items and stars as tensors of one length; gives a scalar tensor, in stars squared.
    """
    from keras import ops

    def loss(users, items, stars):
        errors = stars - network([users, items], training=True)[:, 0]
        return ops.mean(errors**2) + sum(network.losses)

    return loss


def _tables(network):
    """Return b_u, b_i, P and Q as they stand in the network."""
    weights = weights_of(network)
    user_bias, item_bias, P, Q = (weights[f"{name}/embeddings"].astype(np.float64) for name in TABLES)
    return user_bias[:, 0], item_bias[:, 0], P, Q
