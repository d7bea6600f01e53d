"""Autoencoders: a network that is fed a row with holes and says what stands in them (lesson 17)."""

import numpy as np

from course_lib import quiet
from course_lib.biases import fit_biases
from course_lib.factors import Factors
from course_lib.networks import Network, dense, sigmoid, weights_of
from course_lib.recommender import Recommender
from course_lib.reconstruction import LikedRows, build_autoencoder, multinomial_loss, sum_of_squares


def build_autorec(n_users, n_hidden=32, random_state=0):
    """Build AutoRec's network: a film's column of stars goes in and comes out.

    Parameters
    ----------
    n_users : int
    n_hidden : int, default=32
    random_state : int, default=0
        Seed of the weights.

    Returns
    -------
    keras.Model
        Rows of shape (n_users,): what a film got from each member, 0 where nothing.
    """
    return build_autoencoder(n_users, n_hidden, "sigmoid", use_bias=(True, False), random_state=random_state)


def masked_error(said, stars, known):
    """Add up squared errors where there is a rating, and nowhere else.

    Parameters
    ----------
    said : tensor of shape (n, m)
    stars : tensor of shape (n, m)
        Anything may stand in the holes.
    known : tensor of shape (n, m), bool
        True where there is a rating.

    Returns
    -------
    tensor of shape (n,)
    """
    tf = quiet.tensorflow()
    return tf.reduce_sum(tf.where(known, tf.square(said - stars), 0.0), axis=1)


class AutoRec(Network, Factors, Recommender):
    r"""A film's stars go through a narrow layer, and come out for every member, also for those who did not rate it.

    .. math:: q_i = \sigma(V x_i + c), \qquad \hat r_{ui} = \mu + b_u + b_i + p_u \cdot q_i

    :math:`x_i` has a number for each member: how far the rating of film i is above :math:`\mu + b_u + b_i`, and 0
    where there is none. :math:`p_u` is member u's row of the last layer's weights, P. So this is the factorization of
    lesson 08, in which a film's factors are not looked up in a table, but computed from its ratings. The loss looks
    at the ratings that exist:

    .. math:: \sum_{(u,i)} (r_{ui} - \hat r_{ui})^2
        + \frac{\lambda}{2} \big( \lVert V \rVert^2 + \lVert P \rVert^2 \big)

    `fold_in` solves a ridge regression: the :math:`p_u` that makes this loss smallest for somebody new, while the
    films stay as they are.

    Parameters
    ----------
    n_hidden : int, default=32
        Width of the layer in the middle: how many numbers a film is squeezed into.
    regularization : float, default=60.0
        :math:`\lambda`.
    damping : float, default=5.0
        In ratings: how far the biases are drawn towards 0.
    n_epochs : int, default=40
        How often each film is visited.
    learning_rate : float, default=0.003
        Adam's.
    batch_size : int, default=128
        Films of a step.
    random_state : int, default=0
        Seed of the start and of the order of visits.

    Attributes
    ----------
    mean_ : float
        :math:`\mu`, in stars.
    user_bias_, item_bias_ : ndarray of shape (n_users,) and (n_items,)
        In stars.
    user_factors_ : ndarray of shape (n_users, n_hidden), float32
        P; zeros for members without ratings.
    item_factors_ : ndarray of shape (n_items, n_hidden), float32
        :math:`q_i`, each from 0 to 1.
    weights_ : dict of str to ndarray
        "encoder/kernel" of shape (n_users, n_hidden), "encoder/bias" of shape (n_hidden,), and "decoder/kernel" of
        shape (n_hidden, n_users), as the network has learned them.
    loss_curve_ : ndarray of shape (n_epochs,)
        The loss, divided by the number of films.

    Notes
    -----
    The table is dense while it learns: n_items times n_users times 5 bytes, 30 MB for 610 members and 9,742 films,
    1 GB for 6,000 members and 40,000 films. What is kept afterwards has n_hidden numbers a member and a film.

    The paper feeds the stars themselves. It has members as rows too (U-AutoRec), and found films better, as we did.

    References
    ----------
    Sedhain, Menon, Sanner & Xie (2015), "AutoRec: Autoencoders Meet Collaborative Filtering", I-AutoRec, eq. 1-2.
    """

    def __init__(
        self, n_hidden=32, regularization=60.0, damping=5.0, n_epochs=40, learning_rate=0.003, batch_size=128,
        random_state=0,
    ):  # fmt: skip
        self.n_hidden = n_hidden
        self.regularization = regularization
        self.damping = damping
        self.n_epochs = n_epochs
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.random_state = random_state

    def _fit(self, ratings):
        self._require(n_hidden=1, regularization=0, damping=0, random_state=0)
        self.mean_, self.user_bias_, self.item_bias_ = biases = fit_biases(ratings, self.damping)
        table = np.zeros((ratings.n_items, ratings.n_users), dtype=np.float32)
        table[ratings.items, ratings.users] = ratings.values - biases.of(ratings.users, ratings.items)
        known = np.zeros(table.shape, dtype=bool)
        known[ratings.items, ratings.users] = True
        self._learn(table, known)
        self.item_factors_ = dense(table, self.weights_["encoder/kernel"], self.weights_["encoder/bias"], sigmoid)
        self.user_factors_ = self.weights_["decoder/kernel"].T * known.any(axis=0)[:, np.newaxis]

    def _learn(self, table, known):
        tf = quiet.tensorflow()
        network = build_autorec(table.shape[1], self.n_hidden, self.random_state)
        rated = known.any(axis=1)
        price = self.regularization / 2 / rated.sum()

        def loss(stars, known):
            return tf.reduce_mean(masked_error(network(stars), stars, known)) + price * sum_of_squares(variables)

        variables, rng = network.trainable_variables, np.random.default_rng(self.random_state)
        self._train(variables, loss, (table[rated], known[rated]), rng)
        self.weights_ = weights_of(network)

    def _fold_in(self, items, values):
        order = np.argsort(items)  # the same sums in whatever order they came
        items, values = items[order], values[order]
        baseline = self._baseline(self._newcomer_bias(items, values))
        Q = self.item_factors_[items].astype(np.float64)
        # A ridge regression is a plain one with a row more for each number that is to stay small.
        Q = np.vstack([Q, np.sqrt(self.regularization / 2) * np.eye(Q.shape[1])])
        above = np.append(values - baseline[items], np.zeros(Q.shape[1]))
        return baseline + self.item_factors_ @ np.linalg.lstsq(Q, above)[0]

    def _item_vectors(self):
        rated = np.bincount(self.ratings_.items, minlength=self.ratings_.n_items) > 0
        return self.item_factors_ - self.item_factors_[rated].mean(axis=0)  # all are above 0: differences are what tell


def build_denoising(n_items, n_hidden=64, dropout=0.5, random_state=0):
    """Build the denoising autoencoder's network: a member's row of liked films goes in with gaps, scores come out.

    Parameters
    ----------
    n_items : int
    n_hidden : int, default=64
    dropout : float, default=0.5
    random_state : int, default=0
        Seed of the weights and of the gaps.

    Returns
    -------
    keras.Model
        Rows of shape (n_items,): 1 where a film was chosen, else 0.
    """
    return build_autoencoder(n_items, n_hidden, "tanh", dropout, random_state=random_state)


class DenoisingAutoencoder(LikedRows, Recommender):
    r"""A member's liked films go in with some of them taken away, and all of them are to come out.

    .. math:: h_u = \tanh \Big( V\, \frac{\tilde x_u}{\lVert x_u \rVert} + c \Big), \qquad s_u = W h_u + d

    :math:`x_u` has a 1 for each film that the member chose, else 0; in :math:`\tilde x_u` each 1 is replaced by 0 with
    a probability, `dropout`, anew in each epoch. What is predicted with is the whole row. The loss lets the films
    compete (multinomial, by softmax), as a list does, and a price for large weights keeps the network from learning
    the members by heart:

    .. math:: -\frac{1}{m} \sum_u \sum_i x_{ui} \log \frac{\exp s_{ui}}{\sum_j \exp s_{uj}}
        + \lambda \big( \lVert V \rVert^2 + \lVert W \rVert^2 \big)

    Somebody who has chosen nothing gets the network's answer to an empty row.

    Parameters
    ----------
    n_hidden : int, default=64
        Width of the layer in the middle.
    dropout : float, default=0.5
        Below 1; with 0 nothing is taken away.
    regularization : float, default=0.01
        :math:`\lambda`, for the mean over the m members. Many films need less (0.001 for ml-latest-small).
    n_epochs : int, default=50
        How often each member is visited.
    learning_rate : float, default=0.003
        Adam's.
    batch_size : int, default=64
        Members of a step.
    random_state : int, default=0
        Seed of the start, of the order of visits and of what is taken away.

    Attributes
    ----------
    weights_ : dict of str to ndarray
        "encoder/kernel" of shape (n_items, n_hidden), "decoder/kernel" of shape (n_hidden, n_items), and both biases.
    loss_curve_ : ndarray of shape (n_epochs,)
        The loss.
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
    Liang, Krishnan, Hoffman & Jebara (2018), "Variational Autoencoders for Collaborative Filtering", Mult-DAE.
    """

    def __init__(
        self, n_hidden=64, dropout=0.5, regularization=0.01, n_epochs=50, learning_rate=0.003, batch_size=64,
        random_state=0,
    ):  # fmt: skip
        self.n_hidden = n_hidden
        self.dropout = dropout
        self.regularization = regularization
        self.n_epochs = n_epochs
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.random_state = random_state

    def _fit(self, ratings):
        self._require(n_hidden=1, dropout=0, regularization=0, random_state=0)
        self._check_dropout()
        tf = quiet.tensorflow()
        table, films = self._remember(ratings)
        network = build_denoising(len(films), self.n_hidden, self.dropout, self.random_state)
        variables, rng = network.trainable_variables, np.random.default_rng(self.random_state)

        def loss(rows):
            unlikely = multinomial_loss(network(rows, training=True), rows)
            return tf.reduce_mean(unlikely) + self.regularization * sum_of_squares(variables)

        self._train(variables, loss, (table,), rng)
        self._spread(weights_of(network), films)

    def _reconstruct(self, rows):
        hidden = self._encoded(rows, "encoder", np.tanh)
        return dense(hidden, self.weights_["decoder/kernel"], self.weights_["decoder/bias"])
