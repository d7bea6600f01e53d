"""Columns that were parsed once, kept as memory-mapped arrays.

Parsing 25 million lines takes seconds and as much memory again; a memory-mapped column takes neither. The
columns are ``.npy`` files in a folder whose name comes from the sizes and times of the files they were parsed
from, so that a changed file is parsed again. The folder appears in one step: no reader ever sees half of it.
"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np

VERSION = 1  # of what the readers make of the files: raise it when they make something else
_BLOCK = 1 << 20  # values that are rewritten at a time
_ABANDONED = 24 * 3600.0  # seconds after which an unfinished folder belongs to a process that died


def parsed(cache, sources, parse):
    """Return the columns of some files, from the cache when these files were parsed before.

    Parameters
    ----------
    cache : Path
        Folder of this data set's cache. Where it cannot be written, or the disk is full, the columns are made
        in memory. What is damaged or was parsed from other files is removed.
    sources : sequence of Path
        The files that the columns come from.
    parse : callable
        ``parse(columns)`` reads the files and hands the columns over, in one piece or in several, with
        ``columns.append(name=array, ...)``; ``columns.rewrite(name, function)`` then applies a function to
        all values of a column. It is called a second time when the first attempt could not be written.

    Returns
    -------
    columns : dict of str to ndarray
        Writable, but private: what is written to them stays in memory.
    is_cached : bool
        False when the columns could not be kept.
    """
    final = Path(cache) / _key(sources)
    columns = _open(final)
    if columns is not None:
        return columns, True
    with contextlib.suppress(OSError):
        columns = _build(final, parse)
    if columns is not None:
        return columns, True
    columns = _InMemory()
    parse(columns)
    return columns.finish(), False


def forget(cache):
    """Remove what was kept, as far as the system lets us.

    Parameters
    ----------
    cache : Path
        As given to `parsed`.
    """
    shutil.rmtree(cache, ignore_errors=True)


class _InMemory:
    """Columns as lists of their pieces."""

    def __init__(self):
        self.pieces = {}

    def append(self, **columns):
        for name, values in columns.items():
            self.pieces.setdefault(name, []).append(np.asarray(values))

    def rewrite(self, name, function):
        self.pieces[name] = [function(piece) for piece in self.pieces[name]]

    def finish(self):
        # One name at a time: the pieces of a column are given back before the next one is joined.
        columns = {}
        for name in list(self.pieces):
            pieces = self.pieces.pop(name)
            columns[name] = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        return columns


class _OnDisk:
    """Columns as .npy files that grow at their end.

    They are written with ordinary writes: a full disk is then an error that can be caught, where it would end
    the process if the files were mapped.
    """

    def __init__(self, folder):
        self.folder = folder
        self.files = {}
        self.shapes = {}

    def append(self, **columns):
        for name, values in columns.items():
            values = np.ascontiguousarray(values)
            if name not in self.files:
                self.files[name] = open(self.folder / f"{name}.npy", "w+b")  # closed by `close`
                self.shapes[name] = (values.dtype, 0)
                self._write_header(name)
            dtype, count = self.shapes[name]
            self.files[name].write(values.astype(dtype, copy=False).data)
            self.shapes[name] = (dtype, count + len(values))

    def rewrite(self, name, function):
        file = self.files[name]
        dtype, count = self.shapes[name]
        start = file.seek(0, os.SEEK_END) - count * dtype.itemsize
        for first in range(0, count, _BLOCK):
            position = start + first * dtype.itemsize
            file.seek(position)
            values = np.frombuffer(file.read(_BLOCK * dtype.itemsize), dtype)
            file.seek(position)
            file.write(np.ascontiguousarray(function(values), dtype).data)
        file.seek(0, os.SEEK_END)

    def finish(self):
        for name in self.files:
            self.files[name].seek(0)
            self._write_header(name)  # numpy leaves room in it for the number of rows to grow
        self.close()
        described = {name: [dtype.str, count] for name, (dtype, count) in self.shapes.items()}
        (self.folder / "columns.json").write_text(json.dumps(described), encoding="utf-8", newline="\n")

    def close(self):
        for file in self.files.values():
            file.close()

    def _write_header(self, name):
        dtype, count = self.shapes[name]
        header = {"descr": dtype.str, "fortran_order": False, "shape": (count,)}
        np.lib.format.write_array_header_1_0(self.files[name], header)


def _build(final, parse):
    """Parse into an unfinished folder, then give it its name."""
    final.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".parsing-", dir=final.parent))
    columns = _OnDisk(temporary)
    try:
        parse(columns)
        columns.finish()
        shutil.rmtree(final, ignore_errors=True)  # it was damaged, or it would have been used
        try:
            os.replace(temporary, final)
        except OSError:  # somebody else was faster
            if not final.is_dir():
                raise
    finally:
        with contextlib.suppress(OSError):
            columns.close()
        shutil.rmtree(temporary, ignore_errors=True)
    _remove_stale(final)
    return _open(final)


def _open(folder):
    """Map the columns of a folder; None when it is not there or is not whole."""
    try:
        described = json.loads((folder / "columns.json").read_text(encoding="utf-8"))
        columns = {}
        for name, (dtype, count) in described.items():
            # "c": a kernel that is compiled for writable arrays gets one, and the file stays as it is.
            column = np.asarray(np.load(folder / f"{name}.npy", mmap_mode="c", allow_pickle=False))
            if column.dtype.str != dtype or column.shape != (count,):
                return None
            columns[name] = column
        return columns
    except (OSError, ValueError, TypeError, AttributeError, EOFError):
        return None


def _remove_stale(final):
    for other in final.parent.iterdir():
        unfinished = other.name.startswith(".parsing-")
        with contextlib.suppress(OSError):
            if other != final and (not unfinished or time.time() - other.stat().st_mtime > _ABANDONED):
                shutil.rmtree(other, ignore_errors=True)


def _key(sources):
    """Return a name that changes when a file's size or time does."""
    described = [VERSION]
    for path in sources:
        status = path.stat()
        described.append([path.name, status.st_size, status.st_mtime_ns])
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()[:16]
