"""What autoencoders have in common: a network that says its own input again, and lists made of what it says."""

import numpy as np

from course_lib import quiet
from course_lib.errors import DataError
from course_lib.feedback import history, liked_from
from course_lib.networks import Network, dense


def build_autoencoder(n_inputs, n_hidden, activation="linear", dropout=None, use_bias=(True, True), random_state=0):
    """Build a network with one narrow layer that is to say its own input again.

    Parameters
    ----------
    n_inputs : int
        Numbers in a row: a row goes in, and as many numbers come out.
    n_hidden : int
        Width of the layer in the middle, the bottleneck.
    activation : str, default="linear"
        Of the layer in the middle; what comes out has none.
    dropout : float, optional
        While it learns, each number of a row is replaced by 0 with this probability, and the others grow to make up
        for it. Each row is first brought to length 1, as in Liang et al. (2018). Without it the row goes in as it is.
    use_bias : pair of bool, default=(True, True)
        Whether the layer in the middle and the last one add a number to each of theirs.
    random_state : int, default=0
        Seed of the weights and of the dropout.

    Returns
    -------
    keras.Model
        With the layers "encoder" and "decoder".
    """
    quiet.tensorflow()
    import keras

    row = hidden = keras.Input((n_inputs,), name="row")
    if dropout is not None:
        hidden = keras.layers.UnitNormalization(name="length_1")(hidden)
        hidden = keras.layers.Dropout(dropout, seed=random_state, name="dropout")(hidden)
    encoder = dense_layer(n_hidden, "encoder", random_state + 1, activation, use_bias[0])
    decoder = dense_layer(n_inputs, "decoder", random_state + 2, use_bias=use_bias[1])
    return keras.Model(row, decoder(encoder(hidden)), name="autoencoder")


def dense_layer(units, name, seed, activation=None, use_bias=True):
    """Make a Keras Dense layer whose weights are drawn from a seed of its own (Glorot's uniform).

    Parameters
    ----------
    units : int
    name : str
    seed : int
    activation : str, optional
    use_bias : bool, default=True

    Returns
    -------
    keras.layers.Dense
    """
    import keras

    start = keras.initializers.GlorotUniform(seed=seed)
    return keras.layers.Dense(units, activation, use_bias=use_bias, kernel_initializer=start, name=name)


def multinomial_loss(scores, rows):
    r"""Say how unlikely what a member chose is, when the films compete for her choice.

    .. math:: -\sum_i x_{ui} \log \pi_{ui}, \qquad
        \pi_{ui} = \frac{\exp f_{ui}}{\sum_j \exp f_{uj}} \quad \text{(softmax)}

    Parameters
    ----------
    scores : tensor of shape (n, n_items)
        :math:`f_{ui}`.
    rows : tensor of shape (n, n_items)
        :math:`x_{ui}`: 1 where a film was chosen, else 0.

    Returns
    -------
    tensor of shape (n,)

    References
    ----------
    Liang, Krishnan, Hoffman & Jebara (2018), eq. 2.
    """
    tf = quiet.tensorflow()
    return -tf.reduce_sum(rows * tf.nn.log_softmax(scores), axis=1)


def sum_of_squares(variables):
    """Add up the squares of all weights that multiply something: kernels, not biases.

    Parameters
    ----------
    variables : list of keras.Variable

    Returns
    -------
    tensor
        A scalar.
    """
    tf = quiet.tensorflow()
    return tf.add_n([tf.reduce_sum(tf.square(one.value)) for one in variables if one.name == "kernel"])


class LikedRows(Network):
    """The half of a model that is fed the row of films which a member chose, and scores all films from it.

    It goes in front of `Recommender` among a model's parents. The model has `_reconstruct(rows)`. What counts as
    chosen is every row of the ratings that `fit` gets: all of them, or those that ``ratings.liked(4)`` keeps.

    Attributes
    ----------
    history_ : scipy.sparse.csr_array of shape (n_users, n_items), float32
        1 where a film was chosen.
    liked_from_ : float
        The lowest stars among the ratings it learned from. `fold_in` counts what has less as not chosen.
    """

    predicts_stars = False

    def _check_dropout(self):
        if not self.dropout < 1:
            raise DataError(
                f"{type(self).__name__} has dropout={self.dropout!r}: nothing would be left to learn from. Give a "
                "number from 0 to below 1."
            )

    def _remember(self, ratings):
        """Keep what members chose; return a dense table of members and films with a choice, and these films."""
        self.history_, self.liked_from_ = history(ratings), liked_from(ratings)
        films = np.unique(ratings.items)
        return self.history_[np.diff(self.history_.indptr) > 0][:, films].toarray(), films

    def _spread(self, weights, films):
        """Give weights for some films a place in the catalogue: a film that nobody chose has the lowest bias alone."""
        n_items, kernel, bias = self.history_.shape[1], weights["decoder/kernel"], weights["decoder/bias"]
        spread = {
            "encoder/kernel": np.zeros((n_items, weights["encoder/kernel"].shape[1]), dtype=np.float32),
            "decoder/kernel": np.zeros((len(kernel), n_items), dtype=np.float32),
            "decoder/bias": np.full(n_items, bias.min(), dtype=np.float32),
        }
        spread["encoder/kernel"][films] = weights["encoder/kernel"]
        spread["decoder/kernel"][:, films], spread["decoder/bias"][films] = kernel, bias
        self.weights_ = weights | spread

    def _encoded(self, rows, layer, activation):
        """Feed sparse rows of length 1 to a layer: only the chosen films' weights are touched."""
        chosen = np.maximum(np.diff(rows.indptr), 1).astype(np.float32)
        rows = type(rows)((rows.data / np.sqrt(np.repeat(chosen, np.diff(rows.indptr))), rows.indices, rows.indptr),
                          shape=rows.shape)  # fmt: skip
        return dense(rows, self.weights_[f"{layer}/kernel"], self.weights_[f"{layer}/bias"], activation)

    def _scores(self, users):
        return self._reconstruct(self.history_[users])

    def _fold_in(self, items, values):
        from scipy import sparse

        items = np.sort(items[values >= self.liked_from_])
        ones, ends = np.ones(len(items), dtype=np.float32), np.array([0, len(items)])
        return self._reconstruct(sparse.csr_array((ones, items, ends), shape=(1, self.history_.shape[1])))[0]

    def _item_vectors(self):
        return self.weights_["decoder/kernel"].T
