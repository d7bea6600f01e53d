"""The scores of GMF, MLP and NeuMF in numpy: for many members and all films, or for one with its slopes (lesson 16)."""

import numpy as np

from course_lib.networks import relu, sigmoid

PAIRS_AT_ONCE = 20_000
"""For how many pairs of a member and a film hidden layers are computed at a time: 2.6 MB for 32 numbers each."""


class Interaction:
    """The scores of a trained network, in numpy.

    The first Dense layer takes both embeddings side by side, so its kernel has two halves: one that is multiplied
    with the member's, one with the film's. Each half is multiplied once for each member and each film, and a pair
    is a sum. No pair is ever put side by side.

    Parameters
    ----------
    weights : dict of str to ndarray
        Of one of the three networks, by the layer's name and "kernel", "bias" or "embeddings".
    dtype : numpy dtype, default=float32
        In which to compute.
    """

    def __init__(self, weights, dtype=np.float32):
        weights = {name: np.asarray(array, dtype=dtype) for name, array in weights.items()}
        self.tables = [name for name in ("gmf_user", "mlp_user") if f"{name}/embeddings" in weights]
        self.bias, last = weights["score/bias"], weights["score/kernel"][:, 0]
        self.product, self.film_half = None, None
        if "gmf_user" in self.tables:
            films = weights["gmf_item/embeddings"]
            self.product, last = films * last[: films.shape[1]], last[films.shape[1] :]
        if "mlp_user" in self.tables:
            films, kernel = weights["mlp_item/embeddings"], weights["dense_1/kernel"]
            self.member_half = kernel[: -films.shape[1]]
            self.film_half = films @ kernel[-films.shape[1] :] + weights["dense_1/bias"]
            depth = sum(name.startswith("dense_") and name.endswith("kernel") for name in weights)
            self.layers = [(weights[f"dense_{n}/kernel"], weights[f"dense_{n}/bias"]) for n in range(2, depth + 1)]
            self.last = last

    def scores(self, members):
        """Score all films for some members.

        Parameters
        ----------
        members : list of ndarray of shape (n, n_factors)
            Their embeddings, one array for each of `tables`.

        Returns
        -------
        ndarray of shape (n, n_items)
        """
        members = dict(zip(self.tables, members, strict=True))
        n = len(next(iter(members.values())))
        total = np.zeros((n, 1), dtype=self.bias.dtype) + self.bias
        if self.product is not None:
            total = total + members["gmf_user"] @ self.product.T
        if self.film_half is None:
            return total
        total = np.broadcast_to(total, (n, len(self.film_half))).copy()
        half = members["mlp_user"] @ self.member_half
        size = max(1, PAIRS_AT_ONCE // len(self.film_half))
        for start in range(0, n, size):
            hidden = (half[start : start + size, np.newaxis] + self.film_half).reshape(-1, half.shape[1])
            np.maximum(hidden, 0, out=hidden)  # in place, as below: relu() would make one more large array
            for kernel, bias in self.layers:
                hidden = hidden @ kernel
                hidden += bias
                np.maximum(hidden, 0, out=hidden)
            total[start : start + size] += (hidden @ self.last).reshape(-1, len(self.film_half))
        return total

    def scores_and_slopes(self, member, slope_of):
        """Score all films for one member, and say how a sum over them changes with the member's numbers.

        Parameters
        ----------
        member : list of ndarray of shape (n_factors,)
            The embeddings, one array for each of `tables`.
        slope_of : callable
            Takes the scores, of shape (n_items,), and gives the slope of the sum for each.

        Returns
        -------
        scores : ndarray of shape (n_items,)
        slopes : list of ndarray of shape (n_factors,)
            By each of the member's numbers.
        """
        member, slopes = dict(zip(self.tables, member, strict=True)), []
        scores, states = np.zeros(1, dtype=self.bias.dtype) + self.bias, []
        if self.product is not None:
            scores = scores + self.product @ member["gmf_user"]
        if self.film_half is not None:
            states.append(relu(member["mlp_user"] @ self.member_half + self.film_half))
            for kernel, bias in self.layers:
                states.append(relu(states[-1] @ kernel + bias))
            scores = scores + states[-1] @ self.last
        outer = slope_of(scores)
        if self.product is not None:
            slopes.append(outer @ self.product)
        if self.film_half is not None:
            back = outer[:, np.newaxis] * self.last * (states[-1] > 0)
            for (kernel, _), state in zip(self.layers[::-1], states[-2::-1], strict=True):
                back = (back @ kernel.T) * (state > 0)
            slopes.append(self.member_half @ back.sum(axis=0))
        return scores, slopes


def best_member(weights, start, chosen, n_negatives, chances, regularization):
    r"""Find the embeddings of one member for which the expected loss is smallest, while all else stays.

    .. math::

        \sum_{i \text{ chosen}} \ln(1 + e^{-s_i}) + n\,m \sum_j \pi_j \ln(1 + e^{s_j})
        + n (1 + m) \lambda \lVert p \rVert^2

    with n chosen films and m negatives for each: what training adds up over this member's rows, with the mean in
    place of drawing lots. Behind hidden layers it may have several lowest points. L-BFGS goes down to one, the same
    each time.

    Parameters
    ----------
    weights : dict of str to ndarray
        As in `Interaction`.
    start : list of ndarray of shape (n_factors,)
        Where to begin, one array for each table.
    chosen : ndarray of int
        Positions of the films that were chosen.
    n_negatives : int
        m.
    chances : ndarray of shape (n_items,)
        :math:`\pi_j`: how likely each film is to be drawn; adds up to 1, and is 0 for what has been seen.
    regularization : float
        :math:`\lambda`.

    Returns
    -------
    list of ndarray of shape (n_factors,), float64
    """
    from scipy.optimize import minimize

    network, cut = Interaction(weights, np.float64), np.cumsum([len(part) for part in start])[:-1]
    right, wrong = np.zeros(len(chances)), len(chosen) * n_negatives * chances
    right[chosen] = 1.0
    price = len(chosen) * (1 + n_negatives) * regularization

    def loss(numbers):
        scores, slopes = network.scores_and_slopes(
            np.split(numbers, cut), lambda s: wrong * sigmoid(s) - right * sigmoid(-s)
        )
        value = right @ np.logaddexp(0, -scores) + wrong @ np.logaddexp(0, scores) + price * numbers @ numbers
        return value, np.concatenate(slopes) + 2 * price * numbers

    found = minimize(loss, np.concatenate(start).astype(np.float64), jac=True, method="L-BFGS-B")
    return np.split(found.x, cut)
