import errno
import hashlib
import http.server
import os
import shutil
import socket
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections import namedtuple
from pathlib import Path

import pooch
import pytest

from course_lib import downloads
from course_lib.errors import DownloadError, StorageError

CONTENT = b"userId,movieId,rating\n" * 500
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/missing.zip":
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        if self.path == "/broken-off.zip":
            self.wfile.write(CONTENT[:1000])
            return self.close_connection
        if self.path == "/slow.zip":
            self.wfile.write(CONTENT[:5000])
            time.sleep(1.3)
            self.wfile.write(CONTENT[5000:])
        elif self.path == "/other.zip":
            self.wfile.write(CONTENT[::-1])
        else:
            self.wfile.write(CONTENT)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_file_with_the_right_checksum_arrives(server, tmp_path):
    path = tmp_path / "cache" / "ml-x.zip"
    assert downloads.fetch(f"{server}/ml-x.zip", path, SHA256) == path
    assert path.read_bytes() == CONTENT
    assert [file.name for file in path.parent.iterdir()] == ["ml-x.zip"]


def test_a_file_that_is_there_is_not_downloaded_again(tmp_path):
    (tmp_path / "ml-x.zip").write_bytes(CONTENT)
    downloads.fetch("http://127.0.0.1:9/ml-x.zip", tmp_path / "ml-x.zip", SHA256)


def test_another_checksum_is_refused_and_what_was_there_stays(server, tmp_path):
    path = tmp_path / "ml-x.zip"
    path.write_bytes(b"an older file")
    with pytest.raises(DownloadError, match=r"ml-x.zip from http://.*other.zip does not have the checksum") as caught:
        downloads.fetch(f"{server}/other.zip", path, SHA256)
    assert "The download was deleted. Try again" in str(caught.value)
    assert "datasets.load('matinee')" in str(caught.value)
    assert path.read_bytes() == b"an older file"
    assert [file.name for file in tmp_path.iterdir()] == ["ml-x.zip"]


def no_server():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("{server}/missing.zip", "the server answered 404 instead of the file"),
        ("{server}/broken-off.zip", "the server was not reached or broke off"),
        ("{nobody}/ml-x.zip", "the server was not reached or broke off"),
    ],
)
def test_without_a_network_the_sentence_names_file_address_place_and_the_way_on(server, tmp_path, address, reason):
    url = address.format(server=server, nobody=no_server())
    with pytest.raises(DownloadError) as caught:
        downloads.fetch(url, tmp_path / "cache" / "ml-x.zip", SHA256)
    assert str(caught.value) == (
        f"ml-x.zip could not be downloaded from {url}: {reason}. Try again, or get the file in another way and put "
        f"it into {tmp_path / 'cache'}, as it is or unpacked. Or go on with the data that ships with the course: "
        "datasets.load('matinee')."
    )
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize(
    ("number", "advice"),
    [(errno.ENOSPC, "the disk is full. Make room and try again"), (errno.EROFS, "set COURSE_DATA_DIR to one that has")],
)
def test_a_download_that_cannot_be_written_leaves_nothing(tmp_path, monkeypatch, number, advice):
    def write(_, url, path, *__):
        Path(path).write_bytes(b"half of it")
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", write)
    with pytest.raises(StorageError, match=f"ml-x.zip could not be written in .*{advice}.*Nothing half-written"):
        downloads.fetch("http://127.0.0.1:9/ml-x.zip", tmp_path / "ml-x.zip", SHA256)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shown", [True, False])
def test_a_slow_download_shows_a_bar_unless_bars_are_off(server, tmp_path, monkeypatch, shown):
    if shown:
        monkeypatch.delenv("TQDM_DISABLE")
    code = (
        "from pathlib import Path; from course_lib import downloads; "
        f"downloads.fetch('{server}/slow.zip', Path(r'{tmp_path / 'slow.zip'}'), '{SHA256}')"
    )
    here = Path(__file__).parent.parent
    run = subprocess.run([sys.executable, "-c", code], cwd=here, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "slow.zip: " in run.stderr if shown else run.stderr == ""


def test_a_file_put_there_by_hand_is_verified(tmp_path):
    path = tmp_path / "ml-x.zip"
    path.write_bytes(CONTENT)
    downloads.verify(path, SHA256)
    downloads.verify(path, None)
    path.write_bytes(CONTENT[:-1])
    with pytest.raises(
        DownloadError, match=r"ml-x.zip does not have the checksum .* Delete it and try again; .*ml-x\."
    ):
        downloads.verify(path, SHA256)


def make_zip(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


WANTED = ("movies.csv", "README*", "training_set/mv_*.txt", "ratings.csv")


def test_only_what_is_wanted_is_unpacked_without_the_folders_of_the_archive(tmp_path):
    archive = make_zip(
        tmp_path / "ml-x.zip",
        **{
            "ml-x/": "",
            "ml-x/ratings.csv": CONTENT,
            "ml-x/movies.csv": b"films",
            "ml-x/genome-scores.csv": b"large",
            "__MACOSX/ml-x/._ratings.csv": b"junk",
            "ml-x/README.txt": b"licence",
            "deep/er/training_set/mv_0000001.txt": b"1:",
        },
    )
    made = downloads.unpack(archive, tmp_path / "out", WANTED)
    names = ["ratings.csv", "movies.csv", "README.txt", "training_set/mv_0000001.txt"]
    assert [path.relative_to(tmp_path / "out").as_posix() for path in made] == names
    assert made[0].read_bytes() == CONTENT
    assert len([path for path in (tmp_path / "out").rglob("*") if path.is_file()]) == 4


@pytest.mark.parametrize(
    "name", ["../ratings.csv", "ml-x/../../ratings.csv", "/etc/ratings.csv", r"..\ratings.csv", "C:/ratings.csv",
             r"\\server\share\ratings.csv"],
)  # fmt: skip
def test_a_member_that_would_land_outside_is_refused(tmp_path, name):
    archive = make_zip(tmp_path / "ml-x.zip", **{"ml-x/movies.csv": b"films", name: b"evil"})
    with pytest.raises(DownloadError, match="was not unpacked: its member .* would be written outside the folder"):
        downloads.unpack(archive, tmp_path / "out", WANTED)
    assert not (tmp_path / "out").exists() and not (tmp_path / "ratings.csv").exists()


def test_a_link_in_an_archive_is_refused(tmp_path):
    link = zipfile.ZipInfo("ml-x/ratings.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "ml-x.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(DownloadError, match=r"its member 'ml-x/ratings.csv' is a link.*Delete it"):
        downloads.unpack(tmp_path / "ml-x.zip", tmp_path / "out", WANTED)


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-30])


def flip_a_byte(path):
    whole = bytearray(path.read_bytes())
    whole[45] ^= 0xFF  # in the compressed ratings
    path.write_bytes(whole)


def replace_by_a_page(path):
    path.write_text("<html>Please log in</html>", encoding="utf-8")


@pytest.mark.parametrize("damage", [cut_off, flip_a_byte, replace_by_a_page])
def test_a_damaged_archive_says_so_and_unpacks_nothing(tmp_path, damage):
    archive = make_zip(tmp_path / "ml-x.zip", **{"ratings.csv": CONTENT, "movies.csv": b"films"})
    damage(archive)
    with pytest.raises(DownloadError, match="cannot be unpacked .* cut off, damaged or no zip archive. Delete it"):
        downloads.unpack(archive, tmp_path / "out", WANTED)
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


def test_a_full_disk_while_unpacking_leaves_what_was_there(tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "ratings.csv").write_text("older", encoding="utf-8")
    archive = make_zip(tmp_path / "ml-x.zip", **{"ratings.csv": CONTENT})

    def write(source, copy, _):
        copy.write(source.read(100))
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfileobj", write)
    with pytest.raises(StorageError, match="What is in ml-x.zip could not be written in .*: the disk is full"):
        downloads.unpack(archive, tmp_path / "out", WANTED)
    assert [path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()] == ["older"]


def test_an_archive_that_is_too_big_for_the_disk_is_not_begun(tmp_path, monkeypatch):
    archive = make_zip(tmp_path / "ml-x.zip", **{"ratings.csv": b"0" * 5_000_000})
    usage = namedtuple("usage", "total used free")(0, 0, 2_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(StorageError, match="takes 5 MB, and .* has 2 MB left. Make room"):
        downloads.unpack(archive, tmp_path / "out", WANTED)
    assert list((tmp_path / "out").iterdir()) == []
