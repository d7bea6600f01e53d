"""GMF, MLP and NeuMF: a network in the place of the dot product (lesson 16)."""

import numpy as np

from course_lib.errors import DataError
from course_lib.feedback import history, liked_from
from course_lib.interactions import Interaction, best_member
from course_lib.networks import Network, put_weights, weights_of
from course_lib.neural_networks import build_gmf, build_mlp, build_neumf, join, loss_of, one_epoch
from course_lib.recommender import Recommender
from course_lib.sampling import NegativeSampler
from course_lib.training import whole_number

__all__ = ["GMF", "MLP", "NeuMF", "build_gmf", "build_mlp", "build_neumf", "join", "loss_of", "one_epoch"]
NO_NEGATIVES = (
    "Every member here has seen every film that could be drawn, so there is no film to say 0 to. Give ratings of more "
    "films, or negatives='uniform'."
)


class _Neural(Network, Recommender):
    """What the three models have in common: all but the network.

    What counts as chosen is every row of the ratings that `fit` gets: all of them, or those that ``ratings.liked(4)``
    keeps. Somebody without any is scored as the mean of the members who have some. A film that nobody chose and that
    is never drawn gets the mean embedding of the films that were chosen least.

    `fold_in` starts somebody new at the mean of the members' embeddings, and goes from there to the embedding for
    which the expected loss of the films that were liked is smallest (`course_lib.interactions.best_member`).
    """

    predicts_stars = False

    def _fit(self, ratings):
        self._require(
            n_factors=1, n_negatives=1, n_epochs=1, batch_size=1, learning_rate=0, regularization=0, power=0,
            random_state=0,
        )  # fmt: skip
        sampler, chosen = NegativeSampler(ratings, self.negatives, self.power), history(ratings)
        self.liked_from_, self.chances_ = liked_from(ratings), sampler.probabilities()
        self._learn(ratings, chosen, sampler)
        self._fill(chosen)

    def _learn(self, ratings, chosen, sampler):
        self.weights_ = self._train_on(self._network(build_gmf, ratings), chosen, sampler)

    def _network(self, build, ratings):
        """Build a network with the hyperparameters of the model."""
        shape = (self.n_factors,) if build is build_gmf else (self.n_factors, tuple(self.layers))
        return build(ratings.n_users, ratings.n_items, *shape, self.regularization, self.random_state)

    def _train_on(self, network, chosen, sampler):
        """Train a network on liked films and on negatives drawn anew in each epoch; return its weights."""
        rng = np.random.default_rng(self.random_state)

        def draw(epoch):
            users, items, labels = one_epoch(chosen, sampler, self.n_negatives, rng)
            if labels.all():
                raise DataError(NO_NEGATIVES)
            return users, items, labels

        self._train(network.trainable_variables, loss_of(network), draw, rng)
        return weights_of(network)

    def _fill(self, chosen):
        """Give rows to those that training never touched: members who chose nothing, films that were never drawn."""
        by_user, by_item = np.diff(chosen.indptr), np.bincount(chosen.indices, minlength=chosen.shape[1])
        untouched = (by_item == 0) & (self.chances_ == 0)
        rarest = by_item == by_item[by_item > 0].min()
        for name, table in self.weights_.items():
            if name.endswith("user/embeddings"):
                table[by_user == 0] = table[by_user > 0].mean(axis=0)
            elif name.endswith("item/embeddings"):
                table[untouched] = table[rarest].mean(axis=0)

    def _tables(self, side):
        names = (f"{part}_{side}/embeddings" for part in ("gmf", "mlp"))
        return [self.weights_[name] for name in names if name in self.weights_]

    def _scores(self, users):
        return Interaction(self.weights_).scores([table[users] for table in self._tables("user")])

    def _fold_in(self, items, values):
        items, values = items[np.argsort(items)], values[np.argsort(items)]  # the same sums in whatever order they came
        by_user = np.diff(self.ratings_._csr.indptr) > 0
        member = [table[by_user].mean(axis=0, dtype=np.float64) for table in self._tables("user")]
        chances, chosen = self.chances_.copy(), items[values >= self.liked_from_]
        chances[items] = 0
        if len(chosen) and chances.any():
            chances /= chances.sum()
            member = best_member(self.weights_, member, chosen, self.n_negatives, chances, self.regularization)
        return Interaction(self.weights_).scores([part.astype(np.float32)[np.newaxis] for part in member])[0]

    def _item_vectors(self):
        return np.hstack(self._tables("item"))


class GMF(_Neural):
    r"""The chance that a member chooses a film, from a dot product in which each factor has a weight.

    .. math:: s_{ui} = b + \sum_f w_f\, p_{uf}\, q_{if}, \qquad \hat y_{ui} = \sigma(s_{ui})

    Training makes the binary cross-entropy small: of each chosen film with label 1, and of `n_negatives` films that
    the member has not seen with label 0. With all w = 1 this is matrix factorization with another loss.

    What counts as chosen is every row of the ratings that `fit` gets. Somebody without any is scored as the mean of
    the members who have some.

    Parameters
    ----------
    n_factors : int, default=16
        k, the length of each embedding.
    n_negatives : int, default=4
        How many films with a 0 are drawn for each chosen film with a 1, anew in each epoch.
    negatives : {"uniform", "popularity"}, default="uniform"
        How they are drawn: see `NegativeSampler`.
    power : float, default=0.5
        For "popularity": the chance of a film grows with the number of its rows to this power.
    n_epochs : int, default=20
        How often each chosen film is visited. With too many the lists get worse again: choose on validation.
    batch_size : int, default=1024
        Rows, chosen and drawn, for which Adam takes one step.
    learning_rate : float, default=0.005
        Adam's.
    regularization : float, default=0.001
        :math:`\lambda`: the price of the squares of the looked-up rows, and of w.
    random_state : int, default=0
        Seed of the start, of the order of the rows and of the negatives. A model of fewer epochs is what one of more
        epochs was on its way.

    Attributes
    ----------
    weights_ : dict of str to ndarray
        "gmf_user/embeddings" is P, "gmf_item/embeddings" Q, "score/kernel" w and "score/bias" b.
    loss_curve_ : ndarray of shape (n_epochs,)
        Mean loss of the rows of each epoch, with the price of the numbers.
    chances_ : ndarray of shape (n_items,)
        How likely each film is to be drawn for somebody who has seen nothing.
    liked_from_ : float
        The lowest stars among the ratings it learned from. `fold_in` counts what has less as seen, not as chosen.

    References
    ----------
    He, Liao, Zhang, Nie, Hu & Chua (2017), "Neural Collaborative Filtering", sections 3.1.1 and 3.2.
    """

    def __init__(
        self, n_factors=16, n_negatives=4, negatives="uniform", power=0.5, n_epochs=20, batch_size=1024,
        learning_rate=0.005, regularization=0.001, random_state=0,
    ):  # fmt: skip
        self.n_factors = n_factors
        self.n_negatives = n_negatives
        self.negatives = negatives
        self.power = power
        self.n_epochs = n_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.regularization = regularization
        self.random_state = random_state

    def _explain(self, user, item):
        P, Q = (self.weights_[f"gmf_{side}/embeddings"] for side in ("user", "item"))
        parts = P[user] * Q[item] * self.weights_["score/kernel"][:, 0]
        bias = float(self.weights_["score/bias"][0])
        return [("everybody", bias), *((f"factor {f}", part) for f, part in enumerate(parts, start=1))]


class MLP(_Neural):
    r"""The chance that a member chooses a film, from Dense layers over both embeddings side by side.

    .. math:: h_1 = \max(0, W_1 [p_u, q_i] + c_1), \quad \ldots, \qquad s_{ui} = b + w \cdot h_L

    Trained as `GMF`, which says what counts as chosen and who is scored how.

    Parameters
    ----------
    n_factors : int, default=8
        k, the length of each embedding.
    layers : tuple of int, default=(32, 16, 8)
        Width of each Dense layer.
    n_negatives, negatives, power, batch_size, learning_rate
        As in `GMF`.
    n_epochs : int, default=20
        How often each chosen film is visited.
    regularization : float, default=0.0001
        :math:`\lambda`: the price of the squares of the looked-up rows, and of the layers' weights.
    random_state : int, default=0
        As in `GMF`.

    Attributes
    ----------
    weights_ : dict of str to ndarray
        "mlp_user/embeddings" and "mlp_item/embeddings", then kernel and bias of "dense_1", "dense_2" ... and "score".
    loss_curve_, chances_, liked_from_
        As in `GMF`.

    References
    ----------
    He et al. (2017), section 3.3.
    """

    def __init__(
        self, n_factors=8, layers=(32, 16, 8), n_negatives=4, negatives="uniform", power=0.5, n_epochs=20,
        batch_size=1024, learning_rate=0.005, regularization=0.0001, random_state=0,
    ):  # fmt: skip
        self.n_factors = n_factors
        self.layers = layers
        self.n_negatives = n_negatives
        self.negatives = negatives
        self.power = power
        self.n_epochs = n_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.regularization = regularization
        self.random_state = random_state

    def _learn(self, ratings, chosen, sampler):
        self._check_layers()
        self.weights_ = self._train_on(self._network(build_mlp, ratings), chosen, sampler)

    def _check_layers(self):
        for width in self.layers or (None,):
            whole_number(width, "a width in layers", type(self).__name__)


class NeuMF(MLP):
    r"""GMF and MLP next to each other, each with embeddings of its own, and one weighted sum over both.

    .. math:: s_{ui} = b + w \cdot [\, p_u \odot q_i,\; h_L \,]

    Trained as `GMF`.

    Parameters
    ----------
    n_factors : int, default=8
        k, the length of each embedding in both parts.
    layers : tuple of int, default=(32, 16, 8)
        Width of each Dense layer.
    n_negatives, negatives, power, batch_size, learning_rate
        As in `GMF`.
    n_epochs : int, default=8
        How often each chosen film is visited.
    regularization : float, default=0.0003
        :math:`\lambda`: the price of the squares of the looked-up rows, and of the layers' weights.
    pretrained : bool, default=False
        Train a GMF and an MLP first, each for `n_epochs`, and start from both (`join`).
    random_state : int, default=0
        As in `GMF`.

    Attributes
    ----------
    weights_ : dict of str to ndarray
        Those of `GMF` and `MLP`, with one "score" for both.
    loss_curve_, chances_, liked_from_
        As in `GMF`.

    References
    ----------
    He et al. (2017), section 3.4; pretraining in 3.4.1. There the second training is plain gradient descent; here it
    is Adam again.
    """

    def __init__(
        self, n_factors=8, layers=(32, 16, 8), n_negatives=4, negatives="uniform", power=0.5, n_epochs=8,
        batch_size=1024, learning_rate=0.005, regularization=0.0003, pretrained=False, random_state=0,
    ):  # fmt: skip
        super().__init__(
            n_factors, layers, n_negatives, negatives, power, n_epochs, batch_size, learning_rate, regularization,
            random_state,
        )  # fmt: skip
        self.pretrained = pretrained

    def _learn(self, ratings, chosen, sampler):
        self._check_layers()
        network = self._network(build_neumf, ratings)
        if self.pretrained:
            halves = (
                self._train_on(self._network(build, ratings), chosen, sampler) for build in (build_gmf, build_mlp)
            )
            put_weights(network, join(*halves))
        self.weights_ = self._train_on(network, chosen, sampler)
