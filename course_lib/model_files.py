"""Fitted models as files: arrays and JSON in one .npz, never pickle, so that opening one runs no code."""

import contextlib
import hashlib
import json
import os
import zipfile
import zlib
from pathlib import Path

import numpy as np

from course_lib.errors import CourseError, DataError, StorageError

FORMAT = 1
"""Grows when old files cannot be read any more."""

SPARSE_PARTS = ("data", "indices", "indptr")


class Stored:
    """What makes a fitted model outlive the notebook: `save` and `load`."""

    def save(self, path):
        """Store what the model was told and what it has learned.

        Parameters
        ----------
        path : str or Path
            The file is there whole or not at all, also when the disk runs full.

        Returns
        -------
        Path

        Raises
        ------
        CourseError
            When the model holds something that is neither array, number nor text.
        NotFitted
            When `fit` has not been called.
        StorageError
            When the file cannot be written.
        """
        ratings = self._fitted_on()
        arrays, values, sparse = {}, {}, {}
        for name, value in self._state().items():
            if hasattr(value, "indptr"):
                sparse[name] = {"kind": value.format, "shape": value.shape}
                arrays |= {f"{name}.{part}": getattr(value, part) for part in SPARSE_PARTS}
            elif isinstance(value, np.ndarray) and value.dtype.kind != "O":
                arrays[name] = value
            else:
                values[name] = value
        header = {"format": FORMAT, "model": type(self).__name__, "params": self.get_params(deep=False)}
        header |= {"films": _digest(ratings.item_ids), "members": _digest(ratings.user_ids)}
        header |= {"values": values, "sparse": sparse}
        try:
            header = json.dumps(header, default=lambda value: value.tolist()).encode()
        except (TypeError, AttributeError) as error:
            raise CourseError(
                f"This {type(self).__name__} holds something that is neither array, number nor text, and "
                f"save() stores nothing else ({error}). Keep the model in memory, or fit one without it."
            ) from error
        return _write(Path(path), {"header": np.frombuffer(header, dtype=np.uint8), **arrays})

    @classmethod
    def load(cls, path, ratings):
        """Read a model that `save` has stored.

        Parameters
        ----------
        path : str or Path
        ratings : Ratings
            Of the members and films that the model was fitted on; they say what was seen.

        Returns
        -------
        Recommender
            Fitted.

        Raises
        ------
        DataError
            When the file is damaged, or of another model, other films or other members.
        StorageError
            When the file is not there or cannot be opened.
        """
        header, arrays = _read(path)
        name = header["model"]
        if name != cls.__name__:
            raise DataError(f"The model in {path} is a {name}. Use {name}.load(path, ratings).")
        for what, ids in (("films", ratings.item_ids), ("members", ratings.user_ids)):
            if header[what] != _digest(ids):
                raise DataError(
                    f"The {name} in {path} was fitted on another catalogue: its {what} are not the "
                    f"{len(ids):,} of these ratings in this order. Load it with the ratings it was fitted "
                    "on, or fit it on these."
                )
        params = {own: tuple(one) if isinstance(one, list) else one for own, one in header["params"].items()}
        if header["format"] != FORMAT or set(params) != set(cls._defaults()):
            raise DataError(f"{path} was saved by another version of course_lib. Fit the model again and save it.")
        model = cls(**params)
        model._restore(header["values"] | _with_sparse(arrays, header["sparse"]))
        model.ratings_ = ratings
        return model

    def _state(self):
        """Return what the model has learned: arrays, sparse arrays, numbers and text by name."""
        learned = {name: value for name, value in vars(self).items() if name.endswith("_")}
        learned.pop("ratings_")
        return learned

    def _restore(self, state):
        """Take up what `_state` returned."""
        vars(self).update(state)


def _write(path, arrays):
    part = path.with_name(f"{path.name}.part-{os.getpid()}")
    try:
        with open(part, "wb") as file:
            np.savez(file, **arrays)
        os.replace(part, path)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror or error}. Choose a folder that exists, that you may "
            "write to, and whose disk has room."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return path


def _read(path):
    try:
        # Opened here, because numpy leaves the file open when it turns out not to be an archive.
        with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return json.loads(arrays.pop("header").tobytes()), arrays
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise StorageError(f"{path} cannot be opened: {error.strerror}. Give the path that save() returned.") from error
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(
            f"{path} is no whole model file: it was cut off or changed, or is something else. Save the model again."
        ) from error


def _with_sparse(arrays, described):
    """Put sparse arrays together again from their parts."""
    if not described:
        return arrays
    from scipy import sparse

    kinds = {"csr": sparse.csr_array, "csc": sparse.csc_array}
    for name, shape_and_kind in described.items():
        parts = tuple(arrays.pop(f"{name}.{part}") for part in SPARSE_PARTS)
        arrays[name] = kinds[shape_and_kind["kind"]](parts, shape=tuple(shape_and_kind["shape"]))
    return arrays


def _digest(ids):
    kind = "numbers" if ids.dtype.kind == "i" else "text"
    content = ids.astype("<i8").tobytes() if kind == "numbers" else "\0".join(ids).encode()
    return hashlib.sha256(f"{kind} {len(ids)} ".encode() + content).hexdigest()
