"""Random numbers and sums that come out the same, bit for bit, on every machine.

numpy promises the raw output of a bit generator, but neither the methods of ``Generator`` nor the last bit
of ``np.exp``, ``np.sum`` or ``@``: those change with numpy's version, the processor and the BLAS library. So
here every random number is made of raw integers, and every sum of floats is ``math.fsum``, which rounds once.
"""

import math
import zlib

import numpy as np


class Stream:
    """Random numbers of one stage of a simulation.

    Each stage, and within it each member or film, has a stream of its own: whoever draws one number more does
    not move the numbers of the others.

    Parameters
    ----------
    seed : int
        The seed of the whole simulation, 0 or more.
    stage : str
        What the numbers are for.
    key : int or str, default=0
        For whom: an id from 0 to 2**32 - 1, or a name.
    """

    def __init__(self, seed, stage, key=0):
        number = zlib.crc32(key.encode("utf-8")) if isinstance(key, str) else int(key)
        sequence = np.random.SeedSequence([int(seed), zlib.crc32(stage.encode("utf-8")), number])
        self._generator = np.random.PCG64(sequence)

    def raw(self, n):
        """Give n random 64-bit integers.

        Parameters
        ----------
        n : int

        Returns
        -------
        ndarray of shape (n,), uint64
        """
        return self._generator.random_raw(int(n))

    def uniforms(self, n):
        """Give n numbers spread evenly over [0, 1).

        Parameters
        ----------
        n : int

        Returns
        -------
        ndarray of shape (n,)
        """
        return (self.raw(n) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def normals(self, n):
        """Give n numbers of mean 0 and variance 1: twelve uniform integers added up, nearly a normal.

        Parameters
        ----------
        n : int

        Returns
        -------
        ndarray of shape (n,)
        """
        return _sixteen_bits(self.raw(3 * n)).reshape(n, 3).sum(axis=1) / 65536.0 - 6.0

    def quick_normals(self, n):
        """Give n numbers of mean 0 and variance 1 made of four uniform integers: cheaper, with shorter tails.

        Parameters
        ----------
        n : int

        Returns
        -------
        ndarray of shape (n,)
        """
        return (_sixteen_bits(self.raw(n)) / 65536.0 - 2.0) * math.sqrt(3.0)

    def sample(self, n, size):
        """Give distinct numbers below n, in random order.

        Parameters
        ----------
        n : int
        size : int
            How many; all n of them when there are fewer.

        Returns
        -------
        ndarray of shape (min(size, n),), int64
        """
        return np.argsort(self.raw(n), kind="stable")[:size].astype(np.int64)


def _sixteen_bits(raw):
    """Add up the four 16-bit integers that each raw number holds."""
    low = np.uint64(0xFFFF)
    first, second, third = (raw >> np.uint64(48)), (raw >> np.uint64(32)) & low, (raw >> np.uint64(16)) & low
    return (first + second + third + (raw & low)).astype(np.int64)


def total(numbers):
    """Add numbers up with one rounding at the end.

    Parameters
    ----------
    numbers : ndarray

    Returns
    -------
    float
    """
    return math.fsum(np.ravel(numbers).tolist())


def standardized(numbers, core):
    """Center and scale so that the core films have mean 0 and variance 1.

    Parameters
    ----------
    numbers : ndarray of shape (n,)
    core : ndarray of shape (n,), bool
        Whose mean and variance count. The others are moved and scaled alike.

    Returns
    -------
    ndarray of shape (n,)
    """
    count = int(core.sum())
    centered = numbers - total(numbers[core]) / count
    return centered / math.sqrt(total(centered[core] * centered[core]) / count)


def orthogonalized(columns, core):
    """Take from each column what the columns before it can explain (Gram-Schmidt), then standardize it.

    Parameters
    ----------
    columns : ndarray of shape (n, k)
    core : ndarray of shape (n,), bool

    Returns
    -------
    ndarray of shape (n, k)
    """
    done = []
    for column in columns.T:
        rest = standardized(column, core)
        for other in done:
            rest = rest - total((rest * other)[core]) / int(core.sum()) * other
        done.append(standardized(rest, core))
    return np.stack(done, axis=1)


def dot(left, right):
    """Multiply and add along the last axis, always in the same order.

    ``left @ right.T`` leaves the order to the BLAS library, and with it the last bit.

    Parameters
    ----------
    left, right : ndarray of shape (..., k)
        Broadcast against each other.

    Returns
    -------
    ndarray of shape (...)
    """
    result = left[..., 0] * right[..., 0]
    for axis in range(1, left.shape[-1]):
        result = result + left[..., axis] * right[..., axis]
    return result
