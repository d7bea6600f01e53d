"""Find the files of a data set on this machine, or get them."""

import os
from pathlib import Path

from course_lib import downloads
from course_lib.errors import DataError

ROOT = Path(__file__).resolve().parent.parent


def find(published, folder, cache):
    """Find the folder that has the files of a data set.

    Parameters
    ----------
    published : Published
    folder : path or None
        Where to look; None looks in ``COURSE_DATA_DIR``, then in `cache`.
    cache : Path

    Returns
    -------
    Path or None
        None when the files are nowhere.
    """
    for root in _roots(folder, cache):
        places = [root / name for name in published.places]
        # Folders of ratings look alike: one is taken by its name, or because it was given for this data set.
        if folder is not None or root.name in published.places:
            places.append(root)
        for place in places:
            if not published.files.missing(place):
                return place
    return None


def archive(published, folder, cache):
    """Find the archive of a data set.

    Parameters
    ----------
    published : Published
    folder : path or None
        As in `find`.
    cache : Path

    Returns
    -------
    Path or None
        None when it is nowhere.
    """
    paths = (root / f"{name}.zip" for root in _roots(folder, cache) for name in published.places)
    return next((path for path in paths if path.is_file()), None)


def get(published, folder, cache):
    """Unpack the archive of a data set, which is downloaded first where it is not there.

    Parameters
    ----------
    published : Published
    folder : path or None
        As in `find`; nothing is downloaded for a folder that was given.
    cache : Path
        Where the download and the unpacked files go.

    Returns
    -------
    Path
        The folder of the files.

    Raises
    ------
    DataError
        When there is no archive and none can be downloaded, or it is that of something else.
    DownloadError
        When the download fails, or the archive is damaged.
    StorageError
        When something cannot be written.
    """
    name = published.name
    packed = archive(published, folder, cache)
    if packed is not None:
        downloads.verify(packed, published.sha256)
    elif folder is not None:
        lacks = " and ".join(published.files.missing(Path(folder)))
        raise DataError(f"{folder} is not {name}: it lacks {lacks}. Give the folder of these files or of {name}.zip.")
    elif published.sha256 is None:
        raise DataError(
            f"The course does not download {name}. Put its files into {cache / name}, or {name}.zip into "
            f"{cache}, or set COURSE_DATA_DIR to a folder that has one of them. {downloads.GO_ON}"
        )
    else:
        packed = downloads.fetch(published.card.url, cache / f"{name}.zip", published.sha256)
    place = cache / name
    downloads.unpack(packed, place, published.files.wanted)
    lacks = " and ".join(published.files.missing(place))
    if lacks:
        raise DataError(f"{packed} is not {name}: it lacks {lacks}. Delete it and get the right one.")
    return place


def _roots(folder, cache):
    """List the folders to look in."""
    if folder is not None:
        return [Path(folder)]
    chosen = os.environ.get("COURSE_DATA_DIR")
    return [ROOT / Path(chosen).expanduser(), cache] if chosen else [cache]
