"""Ratings laid out for fast gradient descent: in blocks of some members and some films, in a random order.

Members are dealt into groups, and so are films. A round of an epoch gives each group of members another group of
films, so that no two of them share a row, and the groups can be worked on at the same time: after as many rounds as
there are groups, each member has met each film. Within a group, members come in blocks whose rows fit near the
processor; films are numbered by how often they are rated, so that the rows that are needed most lie together.
"""

import numpy as np

N_GROUPS = 4
"""Of members, and of films: so many cores can work at a time."""
BYTES_A_BLOCK = 1 << 15
"""Of the members' rows: what a core keeps nearest."""


class Blocks:
    """The layout of some ratings.

    Parameters
    ----------
    ratings : Ratings
    row_bytes : int
        Of the factors of one member.
    rng : numpy.random.Generator
        Draws which members share a block, and the order of visits.
    with_values : bool, default=True
        Whether stars are wanted.

    Attributes
    ----------
    users, items : ndarray of shape (n,), uint32
        The ratings' members and films under their new numbers, block after block.
    values : ndarray of shape (n,), float32
        Stars; empty where they are not wanted.
    starts : ndarray of int64
        Where each block begins, and where the last one ends.
    n_users, n_items : int
        How many new numbers there are: a few more than members and films, so that groups are of one size.
    items_a_group : int
        A group of films is so many new numbers in a row.
    """

    def __init__(self, ratings, row_bytes, rng, with_values=True):
        from course_lib._kernels.blocks import shuffle_blocks, sort_into_blocks

        blocks_a_group = -(-ratings.n_users * row_bytes // (N_GROUPS * BYTES_A_BLOCK))
        users_a_block = -(-ratings.n_users // (N_GROUPS * blocks_a_group))
        self.items_a_group = -(-ratings.n_items // N_GROUPS)
        self.n_users, self.n_items = N_GROUPS * blocks_a_group * users_a_block, N_GROUPS * self.items_a_group
        self.new_user = rng.permutation(ratings.n_users)
        rank = np.empty(ratings.n_items, dtype=np.int64)
        counts = np.bincount(ratings._items, minlength=ratings.n_items)
        rank[np.argsort(-counts, kind="stable")] = np.arange(ratings.n_items)
        self.new_item = rank % N_GROUPS * self.items_a_group + rank // N_GROUPS  # dealt out like cards
        group, block = np.divmod(self.new_user // users_a_block, blocks_a_group)
        block_of_user = group * N_GROUPS * blocks_a_group + block
        block_of_item = rank % N_GROUPS * blocks_a_group
        n = len(ratings)
        self._shape = N_GROUPS, N_GROUPS, blocks_a_group
        self.starts = np.empty(N_GROUPS * N_GROUPS * blocks_a_group + 1, dtype=np.int64)
        self.users, self.items = np.empty(n, dtype=np.uint32), np.empty(n, dtype=np.uint32)
        values = ratings._values if with_values else np.empty(0, dtype=np.float32)
        self.values = np.empty(len(values), dtype=np.float32)
        arrays = self.starts, self.users, self.items, self.values
        sort_into_blocks(
            ratings._users, ratings._items, values, block_of_user, block_of_item, self.new_user, self.new_item, *arrays
        )
        shuffle_blocks(*arrays, int(rng.integers(1 << 62)))

    def visits(self, rng):
        """Draw the order of blocks for one epoch.

        Parameters
        ----------
        rng : numpy.random.Generator

        Returns
        -------
        ndarray of shape (n_rounds, n_groups, blocks_a_group), int64
            Blocks by number. Those of one round in different groups share neither members nor films.
        """
        numbers = np.arange(len(self.starts) - 1).reshape(self._shape)
        numbers = rng.permuted(numbers, axis=2)
        groups, first = np.arange(N_GROUPS), rng.permutation(N_GROUPS)
        return np.stack([numbers[groups, (first + s) % N_GROUPS] for s in range(N_GROUPS)])

    def row_order(self, visits):
        """Return the positions of the layout's ratings in the order in which the visits come to them, one by one."""
        parts = [np.arange(self.starts[block], self.starts[block + 1]) for block in visits.ravel()]
        return np.concatenate(parts)

    def spread(self, of_users, of_items, width=None):
        """Put arrays of members and of films under the new numbers, as float32, with zeros where nobody is.

        Parameters
        ----------
        of_users, of_items : ndarray of shape (n_users, ...) and (n_items, ...)
        width : int, optional
            Of the second axis, filled up with zeros.

        Returns
        -------
        tuple of ndarray
        """
        sides = (self.n_users, self.new_user, of_users), (self.n_items, self.new_item, of_items)
        spread = []
        for n, new, old in sides:
            rows = zeros((n, *old.shape[1:]) if width is None else (n, width))
            rows[new if width is None else (new, slice(old.shape[1]))] = old
            spread.append(rows)
        return tuple(spread)

    def gather(self, of_users, of_items, width=None):
        """Undo `spread`.

        Parameters
        ----------
        of_users, of_items : ndarray
            As `spread` returned them.
        width : int, optional
            How many columns to keep.

        Returns
        -------
        tuple of ndarray
        """
        columns = () if width is None else (slice(width),)
        return of_users[self.new_user, *columns], of_items[self.new_item, *columns]


def padded(k):
    """Return how many columns the compiler likes instead of k: it takes many numbers at a time.

    Parameters
    ----------
    k : int

    Returns
    -------
    int
        At least k. Columns of zeros stay zeros.
    """
    return 16 if k <= 16 else -(-k // 32) * 32


def zeros(shape):
    """Return zeros in float32 that begin where the processor fetches 64 bytes from: a quarter less time a step.

    Parameters
    ----------
    shape : tuple of int

    Returns
    -------
    ndarray
    """
    room = np.zeros(4 * int(np.prod(shape)) + 64, dtype=np.uint8)
    begin = -room.ctypes.data % 64
    return room[begin : len(room) - 64 + begin].view(np.float32).reshape(shape)
