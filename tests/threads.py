"""The same on one core and on two."""

import numba
import pytest

needs_two = pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="numba has one thread here")


def on_one_and_on_two(make):
    """Return what a function makes with one thread of numba, and what with two."""
    made = []
    for n in (1, 2):
        numba.set_num_threads(n)
        try:
            made.append(make())
        finally:
            numba.set_num_threads(numba.config.NUMBA_NUM_THREADS)
    return made
