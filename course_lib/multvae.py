"""Mult-VAE: a member is a cloud of points instead of one point (lesson 17, optional)."""

import numpy as np

from course_lib import quiet
from course_lib.networks import dense, weights_of
from course_lib.recommender import Recommender
from course_lib.reconstruction import LikedRows, dense_layer, multinomial_loss


def build_encoder(n_items, n_hidden=64, n_factors=16, dropout=0.5, random_state=0):
    r"""Build the half that says where a member's cloud lies and how wide it is.

    Parameters
    ----------
    n_items : int
    n_hidden : int, default=64
    n_factors : int, default=16
        k, the length of z.
    dropout : float, default=0.5
    random_state : int, default=0
        Seed of the weights and of the dropout.

    Returns
    -------
    keras.Model
        From rows of shape (n_items,) to two outputs of shape (n_factors,): the cloud's mean, and the logarithm of its
        variance, :math:`\log \sigma^2`.
    """
    quiet.tensorflow()
    import keras

    row = keras.Input((n_items,), name="row")
    hidden = keras.layers.UnitNormalization(name="length_1")(row)
    hidden = keras.layers.Dropout(dropout, seed=random_state, name="dropout")(hidden)
    hidden = dense_layer(n_hidden, "encoder", random_state + 1, "tanh")(hidden)
    mean = dense_layer(n_factors, "mean", random_state + 2)(hidden)
    log_variance = dense_layer(n_factors, "log_variance", random_state + 3)(hidden)
    return keras.Model(row, [mean, log_variance], name="encoder")


def build_decoder(n_items, n_hidden=64, n_factors=16, random_state=0):
    """Build the half that scores all films from one point of a cloud.

    Parameters
    ----------
    n_items, n_hidden, n_factors, random_state
        As in `build_encoder`.

    Returns
    -------
    keras.Model
        From points of shape (n_factors,) to scores of shape (n_items,).
    """
    quiet.tensorflow()
    import keras

    z = keras.Input((n_factors,), name="z")
    hidden = dense_layer(n_hidden, "unfold", random_state + 4, "tanh")(z)
    return keras.Model(z, dense_layer(n_items, "decoder", random_state + 5)(hidden), name="decoder")


def kl_divergence(mean, log_variance):
    r"""Say how far clouds are from the standard one, whose mean is 0 and whose width is 1.

    .. math:: \frac12 \sum_f \big( \mu_f^2 + \sigma_f^2 - \log \sigma_f^2 - 1 \big)

    Parameters
    ----------
    mean, log_variance : tensor of shape (n, n_factors)

    Returns
    -------
    tensor of shape (n,)
        0 for the standard cloud, above 0 for any other.
    """
    tf = quiet.tensorflow()
    return 0.5 * tf.reduce_sum(tf.square(mean) + tf.exp(log_variance) - log_variance - 1.0, axis=1)


def draw_points(mean, log_variance, seed):
    r"""Draw one point from each cloud: :math:`z = \mu + \sigma \varepsilon`, with :math:`\varepsilon` from a normal.

    Parameters
    ----------
    mean, log_variance : tensor of shape (n, n_factors)
    seed : int or keras.random.SeedGenerator
        A generator draws other points each time.

    Returns
    -------
    tensor of shape (n, n_factors)
        Slopes pass through to the mean and to the variance, since the chance is in :math:`\varepsilon` alone (the
        reparametrisation trick).
    """
    tf = quiet.tensorflow()
    import keras

    mean = tf.convert_to_tensor(mean)
    noise = keras.random.normal(tf.shape(mean), dtype=mean.dtype.name, seed=seed)
    return mean + tf.exp(0.5 * log_variance) * noise


class MultVAE(LikedRows, Recommender):
    r"""A denoising autoencoder with a cloud of points in the middle.

    The encoder says, for a member's row :math:`x_u`, the mean :math:`\mu_u` and the width :math:`\sigma_u` of a cloud.
    While it learns, a point z is drawn from the cloud, and the decoder has to say all of the row from it. A price
    keeps the clouds near the standard one, so that they overlap and the space between members is used:

    .. math:: -\sum_i x_{ui} \log \pi_i(z) + \beta\, \mathrm{KL}\big( N(\mu_u, \sigma_u^2) \,\Vert\, N(0, 1) \big)

    The price starts at 0 and grows with each epoch up to :math:`\beta` (annealing). Scores are what the decoder says
    of the cloud's mean. Somebody who has chosen nothing gets the network's answer to an empty row.

    Parameters
    ----------
    n_hidden : int, default=64
        Width of the layer between row and cloud, and of the one between cloud and scores.
    n_factors : int, default=16
        k, the length of z.
    dropout : float, default=0.5
        Share of the row that is taken away while it learns; below 1.
    beta : float, default=1.0
        :math:`\beta`, after annealing.
    annealing_epochs : int, default=20
        In how many epochs the price grows to its full height.
    n_epochs : int, default=50
    learning_rate : float, default=0.003
        Adam's.
    batch_size : int, default=64
        Members of a step.
    random_state : int, default=0
        Seed of the start, of the order of visits, of what is taken away and of z.

    Attributes
    ----------
    weights_ : dict of str to ndarray
        Kernels and biases of the layers "encoder", "mean", "log_variance", "unfold" and "decoder".
    loss_curve_ : ndarray of shape (n_epochs,)
        The loss, with the price of that epoch; the mean over members.
    history_ : scipy.sparse.csr_array of shape (n_users, n_items), float32
        :math:`x_u`.
    liked_from_ : float
        The lowest stars among the ratings it learned from. `fold_in` counts what has less as not chosen.

    Notes
    -----
    The table of members and films that somebody chose is dense while it learns, 4 bytes a cell: at most 24 MB for 610
    members and 9,742 films, 1 GB for 6,000 members and 40,000 films. Scores are made from the sparse rows. A film that
    nobody chose has no weights, and the lowest bias of all.

    References
    ----------
    Liang, Krishnan, Hoffman & Jebara (2018), "Variational Autoencoders for Collaborative Filtering", eq. 2-7.
    """

    def __init__(
        self, n_hidden=64, n_factors=16, dropout=0.5, beta=1.0, annealing_epochs=20, n_epochs=50, learning_rate=0.003,
        batch_size=64, random_state=0,
    ):  # fmt: skip
        self.n_hidden = n_hidden
        self.n_factors = n_factors
        self.dropout = dropout
        self.beta = beta
        self.annealing_epochs = annealing_epochs
        self.n_epochs = n_epochs
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.random_state = random_state

    def _fit(self, ratings):
        self._require(n_hidden=1, n_factors=1, dropout=0, beta=0, annealing_epochs=1, random_state=0)
        self._check_dropout()
        tf = quiet.tensorflow()
        import keras

        table, films = self._remember(ratings)
        size = len(films), self.n_hidden, self.n_factors
        encoder = build_encoder(*size, dropout=self.dropout, random_state=self.random_state)
        decoder = build_decoder(*size, random_state=self.random_state)
        table, beta = tf.constant(table), tf.Variable(0.0)
        seeds, rng = keras.random.SeedGenerator(self.random_state), np.random.default_rng(self.random_state)

        def draw(epoch):
            beta.assign(self.beta * min(1.0, epoch / self.annealing_epochs))
            return (table,)

        def loss(rows):
            cloud = encoder(rows, training=True)
            unlikely = multinomial_loss(decoder(draw_points(*cloud, seeds)), rows)
            return tf.reduce_mean(unlikely + beta * kl_divergence(*cloud))

        self._train(encoder.trainable_variables + decoder.trainable_variables, loss, draw, rng)
        self._spread(weights_of(encoder) | weights_of(decoder), films)

    def _reconstruct(self, rows):
        hidden = self._encoded(rows, "encoder", np.tanh)
        for layer, activation in (("mean", None), ("unfold", np.tanh), ("decoder", None)):
            hidden = dense(hidden, self.weights_[f"{layer}/kernel"], self.weights_[f"{layer}/bias"], activation)
        return hidden
