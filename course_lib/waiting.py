"""What takes long: a bar for what takes over a second, and how much faster one way is than another."""

import os
import sys
import time


def waiting(iterable, what):
    """Go through something slowly, with a progress bar once a second has passed.

    Parameters
    ----------
    iterable : iterable
        With a length.
    what : str
        Stands in front of the bar.

    Returns
    -------
    iterable
        The same things. There is no bar while notebooks are stored or validated (``TQDM_DISABLE=1``; in a notebook
        tqdm does not look at that variable by itself), nor in a log, where it would be a line a step.
    """
    from tqdm.auto import tqdm

    hidden = os.environ.get("TQDM_DISABLE", "0") not in ("", "0")
    in_notebook = any(base.__module__ == "tqdm.notebook" for base in tqdm.__mro__)
    hidden = hidden or not (in_notebook or sys.stderr.isatty())
    return tqdm(iterable, desc=what, delay=1, leave=False, disable=hidden)


def times_faster(fast, slow, *arguments):
    """Find how many times as fast one function is as another, on this machine and at this moment.

    Parameters
    ----------
    fast, slow : callable
    *arguments
        Both are called with these: the slow one once, the fast one four times, of which the quickest counts.

    Returns
    -------
    float
        Seconds of `slow` divided by seconds of `fast`, in the time of the processor. Lessons assert a bound far below
        it, and never print it.
    """
    return _seconds(slow, arguments) / max(min(_seconds(fast, arguments) for _ in range(4)), 1e-6)


def _seconds(function, arguments):
    begin = time.process_time()
    function(*arguments)
    return time.process_time() - begin
