"""Gradient descent on ratings by blocks: the fast way of `MatrixFactorization`."""

import numpy as np

from course_lib._kernels import at_most_threads
from course_lib.blocks import N_GROUPS, Blocks, padded
from course_lib.solvers import threads_for


class BlockedDescent:
    """P, Q and biases on their way down, laid out in blocks of members and films.

    It takes the steps of the plain loop in float32, in another random order: the blocks in an order that is drawn for
    each epoch, within a block one that is drawn once.

    Parameters
    ----------
    ratings : Ratings
    mean : float
    P, Q : ndarray of shape (n_users, n_factors) and (n_items, n_factors)
        Where the factors begin; the biases begin with 0.
    lam, lam_bias : float
    rng : numpy.random.Generator
    """

    def __init__(self, ratings, mean, P, Q, lam, lam_bias, rng):
        self.k, width = P.shape[1], padded(P.shape[1])
        self.n_threads = threads_for(ratings)
        self.rng = rng
        self.blocks = Blocks(ratings, 4 * width, rng)
        self.P, self.Q = self.blocks.spread(P, Q, width)
        self.b_user, self.b_item = self.blocks.spread(np.zeros(len(P)), np.zeros(len(Q)))
        self.mean, self.lam, self.lam_bias = np.float32(mean), np.float32(lam), np.float32(lam_bias)

    def epoch(self, learning_rate):
        """Visit each rating once.

        Parameters
        ----------
        learning_rate : float

        Returns
        -------
        float
            The sum of squared errors, each taken before its step.
        """
        from course_lib._kernels.sgd_fast import sgd_epoch_by_blocks

        blocks, loss = self.blocks, np.empty(N_GROUPS)
        with at_most_threads(self.n_threads), np.errstate(over="ignore"):
            sgd_epoch_by_blocks(
                blocks.visits(self.rng), blocks.starts, blocks.users, blocks.items, blocks.values, self.mean,
                self.b_user, self.b_item, self.P, self.Q, np.float32(learning_rate), self.lam, self.lam_bias, loss,
            )  # fmt: skip
        return float(loss.sum())

    def learned(self):
        """Return both biases, P and Q as they are now, under the ratings' own numbers."""
        return *self.blocks.gather(self.b_user, self.b_item), *self.blocks.gather(self.P, self.Q, self.k)
