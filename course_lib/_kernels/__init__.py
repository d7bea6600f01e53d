"""Hot loops, plain enough to be printed in a lesson; numba compiles each when it is first called."""

import functools


class kernel:  # noqa: N801 (used as a decorator)
    """Compile a function with numba at its first call, not before: importing costs nothing.

    The machine code is kept on disk for the next time, where anything can be written.

    Parameters
    ----------
    function : callable
        Loops over arrays and numbers; one type for each argument, so that it is compiled once.

    Attributes
    ----------
    py_func : callable
        The function as it was written, in plain Python.
    """

    def __init__(self, function):
        self.py_func = function
        functools.update_wrapper(self, function)

    def __call__(self, *arguments):
        return self._compiled(*arguments)

    @functools.cached_property
    def _compiled(self):
        import numba

        try:
            return numba.njit(cache=True)(self.py_func)
        except RuntimeError:  # neither the package's folder nor the home folder can be written
            return numba.njit(self.py_func)

    def __reduce__(self):
        return self.py_func.__qualname__  # found again by its name in its module
