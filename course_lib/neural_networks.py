"""Three small Keras networks that make a score of a member's and a film's embedding, and what they learn from."""

import numpy as np

from course_lib import quiet

START = 0.1
"""Standard deviation of the random numbers that embeddings start with."""


def build_gmf(n_users, n_items, n_factors=16, regularization=0.0, random_state=0):
    r"""Build GMF: a dot product in which each factor has a weight.

    .. math:: s_{ui} = b + \sum_f w_f\, p_{uf}\, q_{if}, \qquad \text{output } \sigma(s_{ui})

    Parameters
    ----------
    n_users, n_items : int
        Rows of the tables.
    n_factors : int, default=16
        k, the length of each embedding.
    regularization : float, default=0.0
        :math:`\lambda`: the price of the squares of the rows that were looked up, as a mean over the batch, and of
        the weights w. Were w free of charge, it could grow while the embeddings shrink, and the price of these
        would mean nothing.
    random_state : int, default=0
        Seed of the numbers that it starts with.

    Returns
    -------
    keras.Model
        Inputs: columns of positions, of members and of films. Output, of shape (n, 1): the chance that the member
        chooses the film; the layer "score" before it gives :math:`s_{ui}`. It is not compiled.

    References
    ----------
    He, Liao, Zhang, Nie, Hu & Chua (2017), section 3.2. Why w needs its price: Rendle, Krichene, Zhang & Anderson
    (2020).
    """
    return _build("GMF", n_users, n_items, n_factors, None, regularization, random_state)


def build_mlp(n_users, n_items, n_factors=16, layers=(32, 16, 8), regularization=0.0, random_state=0):
    r"""Build MLP: both embeddings side by side, then Dense layers with ReLU.

    .. math:: h_1 = \max(0, W_1 [p_u, q_i] + c_1), \quad h_2 = \max(0, W_2 h_1 + c_2), \ldots \qquad
        s_{ui} = b + w \cdot h_L

    Parameters
    ----------
    n_users, n_items, n_factors, regularization, random_state
        As in `build_gmf`; the price is also that of the layers' weights.
    layers : tuple of int, default=(32, 16, 8)
        Width of each Dense layer.

    Returns
    -------
    keras.Model
        As `build_gmf`.

    References
    ----------
    He et al. (2017), section 3.3.
    """
    return _build("MLP", n_users, n_items, n_factors, layers, regularization, random_state)


def build_neumf(n_users, n_items, n_factors=16, layers=(32, 16, 8), regularization=0.0, random_state=0):
    r"""Build NeuMF: GMF and MLP next to each other, each with embeddings of its own, and one sum over both.

    .. math:: s_{ui} = b + w \cdot [\, p_u \odot q_i,\; h_L \,]

    Parameters
    ----------
    n_users, n_items, n_factors, layers, regularization, random_state
        As in `build_mlp`; both parts have embeddings of `n_factors`.

    Returns
    -------
    keras.Model
        As `build_gmf`.

    References
    ----------
    He et al. (2017), section 3.4.
    """
    return _build("NeuMF", n_users, n_items, n_factors, layers, regularization, random_state)


def _build(name, n_users, n_items, n_factors, widths, regularization, random_state):
    quiet.tensorflow()
    from keras import Input, Model, initializers, layers, regularizers

    price = regularizers.L2(regularization) if regularization else None
    seeds = iter(np.random.SeedSequence(random_state).generate_state(5 + len(widths or ())).tolist())
    user, item = Input((), dtype="int32", name="user"), Input((), dtype="int32", name="item")

    def look_up(ids, n_rows, table):
        # Keras divides what an activity regularizer says by the rows of the batch: a mean over the batch.
        start = initializers.RandomNormal(stddev=START, seed=next(seeds))
        return layers.Embedding(
            n_rows, n_factors, name=table, embeddings_initializer=start, activity_regularizer=price
        )(ids)

    def dense(width, layer, activation=None):
        start = initializers.GlorotUniform(seed=next(seeds))
        return layers.Dense(
            width, activation=activation, name=layer, kernel_initializer=start, kernel_regularizer=price
        )

    parts = []
    if name != "MLP":
        both = look_up(user, n_users, "gmf_user"), look_up(item, n_items, "gmf_item")
        parts.append(layers.Multiply(name="product")(both))
    if name != "GMF":
        both = look_up(user, n_users, "mlp_user"), look_up(item, n_items, "mlp_item")
        hidden = layers.Concatenate(name="side_by_side")(both)
        for number, width in enumerate(widths, start=1):
            hidden = dense(width, f"dense_{number}", "relu")(hidden)
        parts.append(hidden)
    score = dense(1, "score")(parts[0] if len(parts) == 1 else layers.Concatenate(name="both")(parts))
    return Model([user, item], layers.Activation("sigmoid", name="chance")(score), name=name)


def join(gmf, mlp, share=0.5):
    r"""Put the weights of a trained GMF and a trained MLP together, for a NeuMF to start from.

    Tables and layers are taken as they are; the weights of the last sum stand below each other. With a share of a
    half the score is the mean of both scores.

    Parameters
    ----------
    gmf, mlp : dict of str to ndarray
        As `course_lib.networks.weights_of` returns them.
    share : float, default=0.5
        How much the GMF counts; the MLP counts the rest.

    Returns
    -------
    dict of str to ndarray
        For `course_lib.networks.put_weights`.

    References
    ----------
    He et al. (2017), section 3.4.1.
    """
    return (
        gmf
        | mlp
        | {
            "score/kernel": np.concatenate([share * gmf["score/kernel"], (1 - share) * mlp["score/kernel"]]),
            "score/bias": share * gmf["score/bias"] + (1 - share) * mlp["score/bias"],
        }
    )


def loss_of(network):
    """Return the loss of a batch: binary cross-entropy of the scores, plus what the regularizers charge.

    Parameters
    ----------
    network : keras.Model
        One of the three, with a layer "score".

    Returns
    -------
    callable
        Takes users, items and labels as tensors, gives a scalar tensor.
    """
    tf = quiet.tensorflow()
    import keras

    scorer = keras.Model(network.inputs, network.get_layer("score").output)

    def loss(users, items, labels):
        scores = scorer([users, items], training=True)[:, 0]
        wrong = tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=scores)
        return tf.reduce_mean(wrong) + sum(scorer.losses, start=0.0)

    return loss


def one_epoch(chosen, sampler, n_negatives, rng):
    """Put together the rows of one epoch: each chosen film with a 1, and negatives drawn for it with a 0.

    Parameters
    ----------
    chosen : csr_array of shape (n_users, n_items)
        As `course_lib.feedback.history` gives it.
    sampler : NegativeSampler
    n_negatives : int
        How many negatives a chosen film gets.
    rng : numpy.random.Generator
        Used up a little, so that the next epoch has other negatives.

    Returns
    -------
    users, items : ndarray of shape (n,), int32
        Positions; first all chosen films, then the negatives.
    labels : ndarray of shape (n,), float32
        1 or 0.
    """
    users = np.repeat(np.arange(chosen.shape[0], dtype=np.int32), np.diff(chosen.indptr))
    asked = np.repeat(users, n_negatives)
    drawn = sampler.draw(asked, rng)
    there = drawn >= 0  # not for somebody who has seen everything
    labels = np.zeros(len(users) + np.count_nonzero(there), dtype=np.float32)
    labels[: len(users)] = 1.0
    items = chosen.indices.astype(np.int32)
    return np.concatenate([users, asked[there]]), np.concatenate([items, drawn[there]]), labels
