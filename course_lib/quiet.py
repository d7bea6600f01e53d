"""TensorFlow without its notes about the machine, which would stand in a lesson's outputs."""

import contextlib
import os
import sys

from course_lib.errors import CourseError


def tensorflow():
    """Import TensorFlow in silence. After this, ``import tensorflow`` anywhere is silent too.

    Returns
    -------
    module

    Raises
    ------
    CourseError
        When TensorFlow is not installed, or does not load.
    """
    first = "tensorflow" not in sys.modules
    try:
        with _without_stderr() if first else contextlib.nullcontext():
            import tensorflow as tf

            if first:
                tf.constant(1) + tf.constant(1)  # the second half of the notes comes with the first computation
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError)
        what = f"{error.name} is not installed" if missing else f"it cannot be loaded ({error})"
        raise CourseError(
            f"Lessons 14-18 need TensorFlow, and {what}: there is none for this machine, "
            "or set-up was cut short. Run make lab again; the lessons before 14 run without it."
        ) from error
    return tf


@contextlib.contextmanager
def _without_stderr():
    """Send what is written to file descriptor 2 nowhere: the notes come from C++ and pass by sys.stderr."""
    try:
        kept = os.dup(2)
    except OSError:  # a program without a terminal has no such descriptor, and shows nothing anyway
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
