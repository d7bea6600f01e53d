"""Hot loops, plain enough to be printed in a lesson; numba compiles each when it is first called."""

import contextlib
import functools
import types

FASTER = {"contract", "reassoc", "nsz", "arcp"}
"""What a fast loop allows the compiler: to add up in another order. Numbers that are not finite stay what they are."""


prange = range
"""The loop whose rounds parallel kernels share out; in plain Python, one after the other."""


class kernel:  # noqa: N801 (used as a decorator)
    """Compile a function with numba at its first call, not before: importing costs nothing.

    The machine code is kept on disk for the next time, where anything can be written.

    Parameters
    ----------
    function : callable
        Loops over arrays and numbers; one type for each argument, so that it is compiled once. It may call other
        kernels of its file.
    **options : object
        For `numba.njit`: fastmath, parallel.

    Attributes
    ----------
    py_func : callable
        The function as it was written, in plain Python.
    """

    def __init__(self, function, **options):
        self.py_func = function
        self._options = options
        functools.update_wrapper(self, function)

    def __call__(self, *arguments):
        return self._compiled(*arguments)

    @functools.cached_property
    def _compiled(self):
        import numba

        function = _as_numba_sees_it(self.py_func)
        try:
            return numba.njit(cache=True, **self._options)(function)
        except RuntimeError:  # neither the package's folder nor the home folder can be written
            return numba.njit(**self._options)(function)

    def __reduce__(self):
        return self.py_func.__qualname__  # found again by its name in its module


fast_kernel = functools.partial(kernel, fastmath=FASTER)
"""A kernel whose sums may be added up in another order, many numbers at a time."""

parallel_kernel = functools.partial(kernel, fastmath=FASTER, parallel=True)
"""A fast kernel whose prange loops are shared out among processor cores."""

exact_parallel_kernel = functools.partial(kernel, parallel=True)
"""The same with sums in the order in which they are written."""


@contextlib.contextmanager
def at_most_threads(n):
    """Let parallel kernels use at most so many threads in a with block; it makes no difference to what they compute.

    Parameters
    ----------
    n : int or None
        None for as many as numba would take anyway.
    """
    import numba

    before = numba.get_num_threads()
    numba.set_num_threads(before if n is None else min(n, before))
    try:
        yield
    finally:
        numba.set_num_threads(before)


def _as_numba_sees_it(function):
    """Return the function with other kernels that it names, and prange, replaced by what numba can compile."""
    import numba

    named = {name: function.__globals__.get(name) for name in function.__code__.co_names}
    replaced = {name: value._compiled for name, value in named.items() if isinstance(value, kernel)}
    replaced |= {name: numba.prange for name, value in named.items() if value is prange}
    if not replaced:
        return function
    copy = types.FunctionType(function.__code__, function.__globals__ | replaced, function.__name__)
    return functools.update_wrapper(copy, function, updated=())
