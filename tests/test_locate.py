import errno
import http.server
import os
import shutil
import threading

import pytest

from course_lib import datasets
from course_lib.errors import DataError, DownloadError, StorageError
from tests.small_data import RATINGS, checksum, register, write, write_zip


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache, and no folder of data."""
    monkeypatch.setattr(datasets, "CACHE", tmp_path / "cache")
    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    return tmp_path / "cache"


@pytest.mark.parametrize("place", ["ml-25m", "."])
def test_a_folder_that_was_given_is_used(tmp_path, place):
    write(tmp_path / "mine" / place)
    data = datasets.load("ml-25m", tmp_path / "mine")
    assert data.name == "ml-25m" and data.ratings.user_ids.tolist() == [1, 3]
    assert data.ratings.item_ids.tolist() == [10, 5, 7] and data.films["title"].iloc[0] == "The Matrix (1999)"


def test_course_data_dir_comes_before_the_cache(tmp_path, monkeypatch, cache):
    write(cache / "ml-25m")
    write(tmp_path / "elsewhere" / "ml-25m", RATINGS + "8,10,3.0,964982703\n")
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "elsewhere"))
    assert len(datasets.load("ml-25m").ratings) == 4
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "nowhere"))
    assert len(datasets.load("ml-25m").ratings) == 3


def test_a_relative_course_data_dir_counts_from_the_course(tmp_path, monkeypatch):
    write(tmp_path / "elsewhere" / "ml-25m")
    monkeypatch.setenv("COURSE_DATA_DIR", os.path.relpath(tmp_path / "elsewhere", datasets.ROOT))
    monkeypatch.chdir(tmp_path)
    assert datasets.available("ml-25m")


def test_a_folder_of_ratings_is_not_taken_for_another_data_set(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(write(tmp_path / "ml-25m")))
    assert datasets.available("ml-25m") and not datasets.available("ml-20m")


def test_a_folder_may_have_the_name_that_its_archive_gives_it(tmp_path, cache):
    (cache / "ml-10M100K").mkdir(parents=True)
    (cache / "ml-10M100K" / "ratings.dat").write_text("3::10::3.5::964982703\n", encoding="utf-8")
    (cache / "ml-10M100K" / "movies.dat").write_text("10::Heat (1995)::Action\n", encoding="utf-8")
    assert datasets.load("ml-10m").ratings.values.tolist() == [3.5]


def test_a_folder_without_the_files_says_what_it_lacks(tmp_path):
    (write(tmp_path / "mine") / "movies.csv").unlink()
    with pytest.raises(DataError) as caught:
        datasets.load("ml-25m", tmp_path / "mine")
    assert str(caught.value) == (
        f"{tmp_path / 'mine'} is not ml-25m: it lacks movies.csv. Give the folder of these files or of ml-25m.zip."
    )


def test_what_is_not_downloaded_says_where_to_put_it(cache):
    for name in ("ml-10m", "ml-32m", "netflix-prize"):
        with pytest.raises(DataError) as caught:
            datasets.load(name)
        assert str(caught.value) == (
            f"The course does not download {name}. Put its files into {cache / name}, or {name}.zip into {cache}, or "
            "set COURSE_DATA_DIR to a folder that has one of them. Or go on with the data that ships with the course: "
            "datasets.load('matinee')."
        )


@pytest.mark.parametrize("where", ["cache", "elsewhere", "given"])
def test_an_archive_that_lies_there_is_unpacked_into_the_cache(tmp_path, monkeypatch, cache, where):
    archive = write_zip(tmp_path / where / "ml-25m.zip")
    register(monkeypatch, "ml-25m", checksum(archive))
    if where == "elsewhere":
        monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / where))
    assert datasets.available("ml-25m") or where == "given"
    data = datasets.load("ml-25m", tmp_path / where if where == "given" else None)
    assert len(data.ratings) == 3
    assert sorted(path.name for path in (cache / "ml-25m").iterdir()) == ["movies.csv", "parsed", "ratings.csv"]
    archive.unlink()
    assert len(datasets.load("ml-25m").ratings) == 3


def test_an_archive_without_a_known_checksum_is_used_too(cache):
    write_zip(cache / "ml-32m.zip")
    assert len(datasets.load("ml-32m").ratings) == 3


def test_an_archive_with_another_checksum_or_other_files_is_refused(cache):
    archive = write_zip(cache / "ml-25m.zip")
    with pytest.raises(DownloadError, match="ml-25m.zip does not have the checksum"):
        datasets.load("ml-25m")
    shutil.move(archive, cache / "ml-10m.zip")
    with pytest.raises(DataError, match="ml-10m.zip is not ml-10m: it lacks ratings.dat and movies.dat. Delete it"):
        datasets.load("ml-10m")


class Files(http.server.SimpleHTTPRequestHandler):
    def copyfile(self, source, outputfile):
        outputfile.write(source.read())

    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path):
    """A server on this machine, and the folder that it serves."""
    folder = tmp_path / "served"
    folder.mkdir()

    def handler(*arguments):
        return Files(*arguments, directory=str(folder))

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", folder
        server.shutdown()


def test_a_download_is_verified_unpacked_and_kept(monkeypatch, cache, server):
    address, folder = server
    archive = write_zip(folder / "ml-25m.zip")
    register(monkeypatch, "ml-25m", checksum(archive), f"{address}/ml-25m.zip")
    assert not datasets.available("ml-25m")
    assert len(datasets.load("ml-25m").ratings) == 3
    archive.unlink()
    assert datasets.available("ml-25m") and len(datasets.load("ml-25m").ratings) == 3
    assert sorted(path.name for path in cache.iterdir()) == ["ml-25m", "ml-25m.zip"]


def test_without_a_network_the_way_on_is_named(monkeypatch, cache, server):
    address, _ = server
    register(monkeypatch, "ml-25m", "0" * 64, f"{address}/ml-25m.zip")
    with pytest.raises(DownloadError, match=r"ml-25m.zip could not be downloaded .* datasets.load\('matinee'\)"):
        datasets.load("ml-25m")
    with pytest.raises(DataError, match="it lacks ratings.csv and movies.csv"):
        datasets.load("ml-25m", cache)  # a folder that was given is no reason to download


def test_a_full_disk_is_a_storage_error(monkeypatch, cache, server):
    address, folder = server
    archive = write_zip(folder / "ml-25m.zip")
    register(monkeypatch, "ml-25m", checksum(archive), f"{address}/ml-25m.zip")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(StorageError, match="the disk is full"):
        datasets.load("ml-25m")
    assert list((cache / "ml-25m").iterdir()) == []
