"""The learner's own folder: answers, ratings and progress, which no update of the course ever touches.

Files are small JSON. Two notebooks that are open at once may change the same file: each change holds a lock,
and what is written replaces the file in one step, so that a reader sees the old or the new content and never
half of it.
"""

import contextlib
import errno
import json
import os
import shutil
import tempfile
import warnings
from pathlib import Path

import filelock

from course_lib.errors import DataError, StorageError

ROOT = Path(__file__).resolve().parent.parent
LOCK_SECONDS = 20.0


def folder():
    """Return the learner's folder; it is made when something is first written.

    Returns
    -------
    Path
        ``COURSE_HOME`` (a relative path counts from the course's folder), else ``my/`` in the course's
        folder.
    """
    chosen = os.environ.get("COURSE_HOME")
    return ROOT / Path(chosen).expanduser() if chosen else ROOT / "my"


def read_json(name, default=None):
    """Return what a file of the learner's folder holds.

    Parameters
    ----------
    name : str
        A file name such as "ratings.json"; ".json" may be left out.
    default : object
        Given back when there is no such file, and when the file is damaged: then it is kept beside as
        ``ratings.json.damaged-1`` and a warning says so. A file whose content is not of the default's type (a
        list where a dict is expected) counts as damaged.

    Returns
    -------
    object

    Raises
    ------
    StorageError
        When the file is there and cannot be read.
    """
    path = _path(name)
    if not path.exists():
        return default
    try:
        with _locked(path):
            return _read(path, default)
    except StorageError:
        return _read(path, default)  # a read-only folder has no lock, and nobody who writes


def update_json(name, change, default=None):
    """Replace what a file holds by ``change`` of it, with no other update in between.

    Parameters
    ----------
    name : str
        A file name such as "progress.json"; ".json" may be left out.
    change : callable
        Gets the content (`default` when there is none yet) and returns the new content.
    default : object
        As in `read_json`.

    Returns
    -------
    object
        The new content.

    Raises
    ------
    StorageError
        When the disk is full, the folder is read-only, or another program holds the file for too long. The
        file is then what it was.
    """
    path = _path(name)
    with _locked(path):
        content = change(_read(path, default))
        if content is None:
            raise TypeError(f"The change of {path.name} returned None. Return the new content.")
        _write(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return content


def backup(name):
    """Copy a file of the learner's folder to ``backups/`` in it.

    Parameters
    ----------
    name : str
        A file name such as "06_svd.ipynb", or "ratings" for "ratings.json".

    Returns
    -------
    Path
        The copy, numbered: ``backups/ratings.1.json``, ``backups/ratings.2.json``.

    Raises
    ------
    DataError
        When there is no such file.
    StorageError
        When the copy cannot be written.
    """
    path = _path(name)
    if (folder() / name).is_file():
        path = folder() / name
    if not path.is_file():
        raise DataError(f"There is no {path.name} in {path.parent}, so there is nothing to back up.")
    with _explained(f"The backup of {path.name}", path.parent):
        (path.parent / "backups").mkdir(exist_ok=True)
        copy = _unused(path.parent / "backups", f"{path.stem}.{{}}{path.suffix}")
        temporary = copy.with_name(copy.name + ".part")
        try:
            shutil.copyfile(path, temporary)
            os.replace(temporary, copy)
        finally:
            temporary.unlink(missing_ok=True)
    return copy


def write_probe():
    """Write and delete a small file, to find out whether the learner's folder can be written to.

    Raises
    ------
    StorageError
        When it cannot; the message says what to do.
    """
    path = folder() / ".probe"
    with _explained("A test file", path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, "{}\n")
    path.unlink(missing_ok=True)


def _path(name):
    """Return the path of a JSON file by its name, which may not lead out of the folder."""
    if Path(name).name != name or name in ("", ".", ".."):
        raise DataError(f"{name!r} is no file of your folder. Give a name without a path: 'ratings'.")
    return folder() / (name if name.endswith(".json") else f"{name}.json")


def _read(path, default):
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return default
    except OSError as error:
        reason = error.strerror or error
        raise StorageError(f"{path} cannot be read ({reason}). Check the rights on that file.") from error
    try:
        content = json.loads(text.decode("utf-8"))
        if default is None or isinstance(content, type(default)):
            return content
    except (ValueError, RecursionError):  # not JSON, or not UTF-8
        pass
    _put_aside(path)
    return default


def _put_aside(path):
    """Keep a damaged file under another name and say so."""
    kept = _unused(path.parent, f"{path.name}.damaged-{{}}")
    try:
        os.replace(path, kept)
        where = f"It is kept as {kept.name}, and you start with an empty one."
    except OSError:
        where = "It could not be kept under another name: copy it before you go on."
    warnings.warn(f"{path.name} in {path.parent} is damaged and cannot be read. {where}", stacklevel=4)


def _write(path, text):
    with _explained(path.name, path.parent):
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        try:
            with open(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())  # else a power cut may leave an empty file under the right name
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise


@contextlib.contextmanager
def _locked(path):
    """Hold the lock of one file; the folder is made when it is not there."""
    with _explained(path.name, path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(path.with_name(f".{path.name}.lock"), timeout=LOCK_SECONDS)
        try:
            lock.acquire()
        except filelock.Timeout as error:
            raise StorageError(
                f"{path.name} in {path.parent} has been held by another program for {LOCK_SECONDS:.0f} "
                "seconds. Close other notebooks of the course and run this again."
            ) from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _explained(what, place):
    """Turn an error of the operating system into a sentence."""
    try:
        yield
    except StorageError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            reason = "the disk is full. Make room and run this again"
        else:
            reason = f"{error.strerror or error}. Set COURSE_HOME to a folder that you can write to"
        message = f"{what} could not be written in {place}: {reason}. Nothing was changed."
        raise StorageError(message) from error


def _unused(place, pattern):
    """Return the first path of a numbered row that is not taken."""
    number = 1
    while (place / pattern.format(number)).exists():
        number += 1
    return place / pattern.format(number)
