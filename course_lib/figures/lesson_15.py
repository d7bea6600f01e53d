"""The numbers of lesson 15: the article's network, trained, on real members, measured on the validation part."""

import numpy as np

from course_lib import quiet
from course_lib.auc import auc
from course_lib.baselines import BiasModel, Popularity
from course_lib.board import board_split
from course_lib.factorization import MatrixFactorization
from course_lib.linear import EASE
from course_lib.list_metrics import recall_at_k
from course_lib.sampling import NegativeSampler
from course_lib.top_n import top_n
from course_lib.training import fit_network

EPOCHS = 14
STEPS = {"batch_size": 1024, "learning_rate": 0.003}
"""Larger steps than Keras' 256 rows and 0.001: they reach the same smallest loss in half the time."""
SOME = 200
"""Members whose orders of films are compared."""
QUESTIONS = ("scaled", "liked", "watched")
REAL_FACTORS = {"n_factors": 50, "regularization": 0.12}
"""Of lesson 08, chosen on validation; likewise lesson 12's penalty."""
REAL_PENALTY = 200


def article_network(n_users=10_000, n_movies=1_700, n_units=64, dropout=0.0, random_state=0):
    """Build the article's network: its snippet with the sizes as arguments, and its random start fixed.

    Parameters
    ----------
    n_users, n_movies : int
        Rows of the two tables.
    n_units : int, default=64
        Of the hidden layer; with 0 there is none.
    dropout : float, default=0.0
        The share of the 20 numbers that is set to 0 while it learns.
    random_state : int, default=0
        Seed of the start and of what is dropped.

    Returns
    -------
    keras.Model
        Compiled with binary cross-entropy.
    """
    quiet.tensorflow()
    from keras import Input, Model, initializers, layers

    start = [4 * random_state + part for part in range(4)]
    inputs, tables = [], []
    for name, n_rows, seed in (("user", n_users, start[0]), ("movie", n_movies, start[1])):
        drawn = initializers.RandomUniform(seed=seed)
        inputs.append(Input(shape=[1], dtype="int32", name=name))
        tables.append(layers.Embedding(n_rows, 10, name=f"{name}_embedding", embeddings_initializer=drawn)(inputs[-1]))
    x = layers.Flatten()(layers.Concatenate()(tables))
    if dropout:
        x = layers.Dropout(dropout, seed=random_state)(x)
    if n_units:
        x = layers.Dense(n_units, activation="relu", kernel_initializer=initializers.GlorotUniform(seed=start[2]))(x)
    last = initializers.GlorotUniform(seed=start[3])
    model = Model(inputs, layers.Dense(1, activation="sigmoid", kernel_initializer=last)(x), name="article")
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


def samples(ratings, question, known, rng):
    """Turn ratings into what the network takes and should say.

    Parameters
    ----------
    ratings : Ratings
        The training part, or the validation part.
    question : {"scaled", "liked", "watched"}
        The stars on a scale from 0 to 1; four stars or more; or rated, with as many films that were not.
    known : Ratings
        The training part; it says what was not watched.
    rng : numpy.random.Generator

    Returns
    -------
    (tuple of ndarray, ndarray of float)
        Positions of members and of films, and the labels.
    """
    if question == "scaled":
        return (ratings.users, ratings.items), (ratings.values - 0.5) / 4.5
    if question == "liked":
        return (ratings.users, ratings.items), (ratings.values >= 4).astype(float)
    unseen = NegativeSampler(known).draw(ratings.users, rng)
    users, films = np.tile(ratings.users, 2), np.concatenate([ratings.items, unseen])
    labels = np.repeat([1.0, 0.0], len(ratings))
    return (users[films >= 0], films[films >= 0]), labels[films >= 0]


def fitted(split, question, dropout=0.0, n_epochs=EPOCHS, patience=1, n_units=64):
    """Train the article's network to answer one question.

    Parameters
    ----------
    split : Split
    question, dropout, n_units
        As in `samples` and `article_network`.
    n_epochs, patience : int
        As in `course_lib.training.fit_network`.

    Returns
    -------
    (keras.Model, Training)
        With the weights of the epoch whose validation loss was smallest.
    """
    rng = np.random.default_rng(0)
    network = sized(split.train, dropout, n_units)
    known, hidden = (samples(part, question, split.train, rng) for part in (split.train, split.validation))
    done = fit_network(network, *known, validation=hidden, n_epochs=n_epochs, patience=patience, **STEPS)
    return network, done


def sized(ratings, dropout=0.0, n_units=64):
    """Build the article's network with room for all members and films, of these if they are more than its own."""
    return article_network(max(10_000, ratings.n_users), max(1_700, ratings.n_items), n_units, dropout)


def chances(network, users, n_items):
    """Ask a network for its number for each film.

    Parameters
    ----------
    network : keras.Model
    users : ndarray of int of shape (n,)
        Positions.
    n_items : int

    Returns
    -------
    ndarray of float32 of shape (n, n_items)
    """
    films, found = np.arange(n_items)[:, None], []
    at_once = max(1, 300_000 // n_items)
    for start in range(0, len(users), at_once):
        some = users[start : start + at_once]
        said = network([np.repeat(some, n_items)[:, None], np.tile(films, (len(some), 1))], training=False)
        found.append(said.numpy().reshape(len(some), n_items))
    return np.concatenate(found)


def some_members(ratings):
    """Draw positions of members with ratings, to compare their orders of films."""
    there = np.unique(ratings.users)
    return np.random.default_rng(0).choice(there, min(SOME, len(there)), replace=False)


def alike(scores):
    """Average the rank correlation of two members' orders of films over all pairs of members; 1 is the same order."""
    from scipy.stats import rankdata

    together = np.corrcoef(rankdata(scores, axis=1))
    return float(together[np.triu_indices(len(scores), 1)].mean())


def in_order(scores, hidden):
    """Average over members the share of pairs of their hidden films, a liked one and another, that are in order."""
    among = np.full(scores.shape, -np.inf, dtype=np.float32)
    among[hidden.users, hidden.items] = scores[hidden.users, hidden.items]
    return float(auc(among, hidden.liked()).mean())


def recall(scores, split):
    """Measure the recall of the first 20 films that are not in the training part."""
    scores = scores.copy()
    scores[split.train.users, split.train.items] = -np.inf
    return float(recall_at_k(top_n(scores, 20)[0], split.validation.liked()).mean())


def rmse(stars, hidden):
    """Measure the error in stars of predictions for hidden ratings."""
    return float(np.sqrt(np.mean((np.clip(stars, 0.5, 5) - hidden.values) ** 2)))


def answers(networks, split, factors=None, penalty=REAL_PENALTY):
    """Measure what networks say to three questions, and simpler models beside them.

    Parameters
    ----------
    networks : dict of str to keras.Model
        By question, as `fitted` returns them.
    split : Split
    factors : dict, optional
        Hyperparameters of `MatrixFactorization`.
    penalty : float
        Of `EASE`.

    Returns
    -------
    dict of (str, str) to float
        By question and model: RMSE for "scaled", pairs in order for "liked", recall of the first 20 for "watched".
        Models: "network", "for everybody" (biases or popularity) and "of taste" (lesson 08's factors, lesson 12's
        EASE). "alike" in place of the model is `alike` for the network.
    """
    train, hidden, found = split.train, split.validation, {}
    some = some_members(train)
    biases, taste = BiasModel().fit(train), MatrixFactorization(**factors or {}).fit(train)
    for question, network in networks.items():
        scores = chances(network, np.arange(train.n_users), train.n_items)
        found[question, "alike"] = alike(scores[some])
        if question == "scaled":
            found[question, "network"] = rmse(0.5 + 4.5 * scores[hidden.users, hidden.items], hidden)
            for name, model in (("for everybody", biases), ("of taste", taste)):
                found[question, name] = rmse(model._predict(hidden.users, hidden.items), hidden)
            continue
        measure = in_order if question == "liked" else recall
        rivals = {"for everybody": biases, "of taste": taste}
        if question == "watched":
            rivals = {"for everybody": Popularity().fit(train), "of taste": EASE(penalty).fit(train.liked())}
        about = hidden if question == "liked" else split
        found[question, "network"] = measure(scores, about)
        found |= {(question, name): measure(model.scores(train.user_ids), about) for name, model in rivals.items()}
    return found


def figures(data):
    """Compute what lesson 15 says about real members.

    Parameters
    ----------
    data : Dataset
        In full.

    Returns
    -------
    dict of str to float
        The article's network with larger tables, asked for liked or not: its losses by epoch, with and without
        dropout; how alike the members' orders are after all epochs; what it names of coin flips; the loss of always
        saying the share that is liked, and of a network without the hidden layer; then what `answers` has.
    """
    split = board_split(data.ratings)
    train, hidden = split.train, split.validation
    liked = (hidden.values >= 4).astype(float)
    found = {"members": train.n_users, "films": train.n_items, "share liked": (train.values >= 4).mean()}
    found["loss, always the share"] = cross_entropy(liked, found["share liked"])
    networks = {}
    for name, dropout in (("dropout", 0.5), ("plain", 0.0)):
        networks["liked"], done = fitted(split, "liked", dropout, patience=None)
        for epoch, (known, checked) in enumerate(zip(done.loss_curve, done.validation_curve, strict=True), start=1):
            found |= {f"{name}, training, epoch {epoch}": known, f"{name}, validation, epoch {epoch}": checked}
    found["loss, no hidden layer"] = fitted(split, "liked", n_units=0)[1].validation_curve.min()
    found |= dict(zip(("coins, training", "coins, hidden"), coin_flips(split), strict=True))
    long = sized(train)
    fit_network(long, (train.users, train.items), (train.values >= 4).astype(float), n_epochs=EPOCHS, **STEPS)
    found["alike, trained to the end"] = alike(chances(long, some_members(train), train.n_items))
    networks |= {question: fitted(split, question)[0] for question in QUESTIONS if question not in networks}
    answered = answers(networks, split, REAL_FACTORS)
    return found | {f"{question}, {name}": value for (question, name), value in answered.items()}


def cross_entropy(labels, chance):
    """Average the binary cross-entropy of chances."""
    return float(-np.mean(labels * np.log(chance) + (1 - labels) * np.log(1 - chance)))


def product_error(k, n_units, n=20_000, n_epochs=20):
    """Let a network with one hidden layer learn the dot product of two vectors from examples.

    Parameters
    ----------
    k, n_units : int
        Numbers of each vector, and units of the hidden layer.
    n, n_epochs : int
        Examples, and rounds through them. All numbers are drawn from a normal distribution, scaled so that the
        products have a standard deviation of 1.

    Returns
    -------
    float
        RMSE on 10,000 pairs of vectors that it has not seen. Always answering 0 has 1.
    """
    from keras import Input, Sequential, initializers, layers

    p, q = np.random.default_rng(0).standard_normal((2, n + 10_000, k)).astype(np.float32)
    products, pairs = (p * q).sum(axis=1) / np.sqrt(k), np.hstack([p, q])
    start = [initializers.GlorotUniform(seed=seed) for seed in (1, 2)]
    hidden = layers.Dense(n_units, activation="relu", kernel_initializer=start[0])
    network = Sequential([Input([2 * k]), hidden, layers.Dense(1, kernel_initializer=start[1])])
    network.compile(loss="mse")
    fit_network(network, pairs[:n], products[:n], n_epochs=n_epochs, learning_rate=0.003)
    said = network(pairs[n:], training=False).numpy()[:, 0]
    return float(np.sqrt(np.mean((said - products[n:]) ** 2)))


def coin_flips(split, n_epochs=20, learning_rate=0.01):
    """Train on coin flips; return the share of them that it names, and of coins flipped for the validation part."""
    rng = np.random.default_rng(0)
    known, hidden = ((rng.random(len(part)) < 0.5).astype(float) for part in (split.train, split.validation))
    network = sized(split.train)
    settings = {"batch_size": 1024, "n_epochs": n_epochs, "learning_rate": learning_rate}
    fit_network(network, (split.train.users, split.train.items), known, **settings)
    shares = []
    for part, coins in ((split.train, known), (split.validation, hidden)):
        said = network([part.users[:, None], part.items[:, None]], training=False).numpy()[:, 0] > 0.5
        shares.append(float((said == coins).mean()))
    return tuple(shares)
