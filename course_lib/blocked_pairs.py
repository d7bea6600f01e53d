"""Gradient descent on pairs by blocks: the fast way of `BPR`."""

import numpy as np

from course_lib._kernels import at_most_threads
from course_lib.blocks import N_GROUPS, Blocks, padded
from course_lib.solvers import threads_for

BITS_A_FILM = 16
"""A table of so many bits for each film that a member has seen tells of 15 in 16 others that they were not."""


class BlockedPairs:
    """P, Q and the films' biases on their way, laid out in blocks of members and films.

    It takes the steps of the plain loop in float32, block by block. The film that a chosen one is compared with is
    drawn from the same quarter of the catalogue, so that several cores can work at the same time; each quarter has
    popular films and rare ones.

    Parameters
    ----------
    ratings : Ratings
        The films chosen; ``ratings.seen`` are not drawn.
    chances : ndarray of shape (n_items,) or None
        How likely each film is to be drawn; all alike when None.
    P, Q : ndarray of shape (n_users, n_factors) and (n_items, n_factors)
        Where the factors begin; the biases begin with 0.
    rng : numpy.random.Generator
    """

    def __init__(self, ratings, chances, P, Q, rng):
        from course_lib._kernels.pairs_fast import mark_seen

        self.k, width = P.shape[1], padded(P.shape[1])
        self.n_threads, self.rng = threads_for(ratings), rng
        self.blocks = blocks = Blocks(ratings, 4 * width, rng, with_values=False)
        self.P, self.Q = blocks.spread(P, Q, width)
        self.b_item = blocks.spread(np.zeros(len(P)), np.zeros(len(Q)))[1]
        self.old_user, self.old_item = np.full(blocks.n_users, -1), np.full(blocks.n_items, -1)
        self.old_user[blocks.new_user], self.old_item[blocks.new_item] = np.arange(len(P)), np.arange(len(Q))
        self.n_in_group = np.bincount(blocks.new_item // blocks.items_a_group, minlength=N_GROUPS)
        self.cumulative = np.empty(0) if chances is None else self._cumulative(chances)
        seen = ratings.seen._csr
        if not seen.has_sorted_indices:
            seen = seen.sorted_indices()
        lengths = np.maximum(BITS_A_FILM * np.diff(seen.indptr), 64)
        bits = np.int64(1) << np.ceil(np.log2(lengths)).astype(np.int64)  # powers of two: a mask instead of a division
        bit_start = np.append(0, np.cumsum(bits))
        self.seen = seen.indptr, seen.indices, bit_start, np.zeros(bit_start[-1] // 64, dtype=np.uint64)
        mark_seen(seen.indptr, seen.indices, blocks.new_item, bit_start, self.seen[3])

    def _cumulative(self, chances):
        """Return, for each film of each group, how likely it or one before it is to be drawn."""
        spread = np.zeros((N_GROUPS, self.blocks.items_a_group))
        spread.ravel()[self.blocks.new_item] = chances
        total = np.cumsum(spread, axis=1)
        total /= np.maximum(total[:, -1:], np.finfo(float).tiny)
        return total.ravel()

    def epoch(self, learning_rate, lam, drawn=None):
        """Visit each chosen film once.

        Parameters
        ----------
        learning_rate, lam : float32
        drawn : ndarray of int64, optional
            Filled with the new numbers of the films drawn, -1 where there was none, in the order of the layout.

        Returns
        -------
        loss : float
            The sum of -ln σ(x) over the pairs, each before its step.
        n_pairs : int
        """
        from course_lib._kernels.pairs_fast import bpr_epoch_by_blocks

        blocks, loss, n_pairs = self.blocks, np.empty(N_GROUPS), np.empty(N_GROUPS, dtype=np.int64)
        visits = blocks.visits(self.rng)
        seeds = self.rng.integers(1, 1 << 63, size=(N_GROUPS, N_GROUPS), dtype=np.uint64)
        drawn = np.empty(0, dtype=np.int64) if drawn is None else drawn
        with at_most_threads(self.n_threads):
            bpr_epoch_by_blocks(
                visits, blocks.starts, blocks.users, blocks.items, seeds, blocks.items_a_group, self.n_in_group,
                self.cumulative, self.old_user, self.old_item, *self.seen, self.b_item, self.P, self.Q, learning_rate,
                lam, loss, n_pairs, drawn,
            )  # fmt: skip
        return float(loss.sum()), int(n_pairs.sum())

    def learned(self):
        """Return P, Q and the films' biases as they are now, under the ratings' own numbers."""
        return *self.blocks.gather(self.P, self.Q, self.k), self.b_item[self.blocks.new_item]
