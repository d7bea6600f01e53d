"""Downloads that are verified before they are used, and archives that are looked through before unpacking."""

import errno
import hashlib
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

from course_lib.errors import DownloadError, StorageError

GO_ON = "Or go on with the data that ships with the course: datasets.load('matinee')."
TIMEOUT = 30.0  # seconds without an answer


def fetch(url, path, sha256):
    """Download a file unless it is there already.

    Parameters
    ----------
    url : str
    path : Path
        Where the file belongs. What is there already is replaced only by a download with the right checksum.
    sha256 : str
        The checksum that the file has to have.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    DownloadError
        Without a network, when the server does not have the file, and when its checksum is another one.
    StorageError
        When the file cannot be written.
    """
    import pooch
    import requests
    from tqdm import tqdm

    pooch.get_logger().setLevel("ERROR")
    try:
        # pooch sets the total once it knows it; a bar without one cannot be asked whether it is there.
        with tqdm(desc=path.name, total=1, unit="B", unit_scale=True, ncols=79, delay=1) as bar:
            downloader = pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUT)
            pooch.retrieve(url, f"sha256:{sha256}", fname=path.name, path=path.parent, downloader=downloader)
    except requests.HTTPError as error:
        status = error.response.status_code
        reason = f"the server answered {status} instead of the file"
        raise DownloadError(_by_hand(path, url, reason)) from error
    except requests.RequestException as error:
        raise DownloadError(_by_hand(path, url, "the server was not reached or broke off")) from error
    except OSError as error:
        raise StorageError(_storage(error, path.name, path.parent)) from error
    except ValueError as error:  # how pooch says that the checksum is another one
        raise DownloadError(
            f"{path.name} from {url} does not have the checksum that the course knows: it was damaged on "
            "its way, or another version is published by now. The download was deleted. Try again; if it "
            f"happens twice, unpack a copy of your own into {path.with_suffix('')}. {GO_ON}"
        ) from error
    return path


def verify(path, sha256):
    """Compare the checksum of a file that somebody put there by hand.

    Parameters
    ----------
    path : Path
    sha256 : str or None
        None when no checksum is known: nothing is compared then.

    Raises
    ------
    DownloadError
        When it is another one.
    """
    if sha256 is None:
        return
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise DownloadError(
            f"{path} does not have the checksum that the course knows (it should begin with {sha256[:8]} "
            f"and begins with {found[:8]}): it is damaged or another version. Delete it and try again; if "
            f"you trust it, unpack it yourself into {path.with_suffix('')}."
        )


def unpack(archive, folder, wanted):
    """Unpack the wanted files of a zip archive, each of them whole or not at all.

    Parameters
    ----------
    archive : Path
    folder : Path
        Where the files go. The folders of the archive are not kept, except those that a pattern names.
    wanted : sequence of str
        Patterns such as "ratings.csv" or "training_set/mv_*.txt".

    Returns
    -------
    list of Path
        The files, in the archive's order.

    Raises
    ------
    DownloadError
        When the archive is damaged, or holds a member that would be written outside `folder` (an absolute
        path, "..", a link): nothing is unpacked then.
    StorageError
        When the files cannot be written.
    """
    made = []
    try:
        with zipfile.ZipFile(archive) as members:
            chosen = []
            for member in members.infolist():
                _refuse_unsafe(archive, member)
                target = _target(member, wanted)
                if target is not None:
                    chosen.append((member, target))
            folder.mkdir(parents=True, exist_ok=True)
            _refuse_too_big(archive, sum(member.file_size for member, _ in chosen), folder)
            with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=folder) as temporary:
                for position, (member, _) in enumerate(chosen):
                    with members.open(member) as source, open(Path(temporary, str(position)), "wb") as copy:
                        shutil.copyfileobj(source, copy, 1 << 20)
                for position, (_, target) in enumerate(chosen):
                    path = folder / target
                    path.parent.mkdir(exist_ok=True)
                    os.replace(Path(temporary, str(position)), path)
                    made.append(path)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DownloadError(
            f"{archive} cannot be unpacked ({error}): it is cut off, damaged or no zip archive. Delete it "
            "and get it again."
        ) from error
    except DownloadError:
        raise
    except OSError as error:
        raise StorageError(_storage(error, f"What is in {archive.name}", folder)) from error
    return made


def _target(member, wanted):
    """Return where a member goes, relative to the folder; None when nobody wants it."""
    name = PurePosixPath(member.filename)
    if member.is_dir():
        return None
    for pattern in wanted:
        if name.match(pattern):
            return Path(*name.parts[-len(PurePosixPath(pattern).parts) :])
    return None


def _refuse_unsafe(archive, member):
    name = member.filename
    link = stat.S_ISLNK(member.external_attr >> 16)
    outside = PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive or PureWindowsPath(name).root
    if link or outside or ".." in PureWindowsPath(name).parts:
        reason = "is a link" if link else "would be written outside the folder of the data"
        raise DownloadError(
            f"{archive} was not unpacked: its member {name!r} {reason}. An archive of ratings has no such "
            "member. Delete it and get it from its publisher."
        )


def _refuse_too_big(archive, size, folder):
    free = shutil.disk_usage(folder).free
    if size > free:
        raise StorageError(
            f"What is in {archive.name} takes {size / 1e6:,.0f} MB, and {folder} has {free / 1e6:,.0f} MB "
            "left. Make room and try again. Nothing was written."
        )


def _by_hand(path, url, reason):
    return (
        f"{path.name} could not be downloaded from {url}: {reason}. Try again, or get the file in another "
        f"way and put it into {path.parent}, as it is or unpacked. {GO_ON}"
    )


def _storage(error, what, place):
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        reason = "the disk is full. Make room and try again"
    else:
        why = error.strerror or error
        reason = f"{why}. Free that folder for writing, or set COURSE_DATA_DIR to one that has the data"
    return f"{what} could not be written in {place}: {reason}. Nothing half-written was kept."
