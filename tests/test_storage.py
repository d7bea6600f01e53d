import errno
import json
import os

import numpy as np
import pytest

from course_lib import storage


@pytest.fixture
def sources(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text("1,2,3\n", encoding="utf-8")
    return [path]


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache" / "ml-x" / "parsed"


class Parser:
    """Hands over columns in two pieces, as a reader does, and counts how often it was asked."""

    def __init__(self):
        self.asked = 0

    def __call__(self, columns):
        self.asked += 1
        columns.append(users=np.array([30, 10], "int32"), values=np.array([1.5, 2.5], "float32"))
        columns.append(users=np.array([20, 10], "int32"), values=np.array([3.5, 4.5], "float32"))
        columns.rewrite("users", lambda ids: ids // 10 - 1)
        columns.append(user_ids=np.array([10, 20, 30]))


EXPECTED = {"users": [2, 0, 1, 0], "values": [1.5, 2.5, 3.5, 4.5], "user_ids": [10, 20, 30]}


def as_lists(columns):
    return {name: column.tolist() for name, column in columns.items()}


def test_what_was_parsed_once_is_mapped_and_not_parsed_again(cache, sources):
    parse = Parser()
    for _ in range(3):
        columns, is_cached = storage.parsed(cache, sources, parse)
        assert is_cached and as_lists(columns) == EXPECTED
        assert isinstance(columns["users"].base, np.memmap)
    assert parse.asked == 1
    assert [column.dtype for column in columns.values()] == ["int32", "float32", "int64"]


def test_columns_are_plain_npy_files(cache, sources):
    storage.parsed(cache, sources, Parser())
    [folder] = cache.iterdir()
    assert np.load(folder / "users.npy", mmap_mode="r").tolist() == EXPECTED["users"]
    assert sorted(path.name for path in folder.iterdir()) == [
        "columns.json", "user_ids.npy", "users.npy", "values.npy",
    ]  # fmt: skip


def test_what_is_written_to_a_column_does_not_reach_the_cache(cache, sources):
    columns, _ = storage.parsed(cache, sources, Parser())
    columns["users"][:] = 7
    assert as_lists(storage.parsed(cache, sources, Parser())[0]) == EXPECTED


@pytest.mark.parametrize("change", ["size", "time"])
def test_a_changed_file_is_parsed_again_and_what_is_stale_is_removed(cache, sources, change):
    parse = Parser()
    storage.parsed(cache, sources, parse)
    [before] = cache.iterdir()
    status = sources[0].stat()
    if change == "size":
        sources[0].write_text("1,2,3\n4,5,6\n", encoding="utf-8")
        os.utime(sources[0], ns=(status.st_atime_ns, status.st_mtime_ns))
    else:
        os.utime(sources[0], ns=(status.st_atime_ns, status.st_mtime_ns + 1000))
    storage.parsed(cache, sources, parse)
    [after] = cache.iterdir()
    assert parse.asked == 2 and after != before


def test_another_version_of_the_readers_parses_again(cache, sources, monkeypatch):
    parse = Parser()
    storage.parsed(cache, sources, parse)
    monkeypatch.setattr(storage, "VERSION", storage.VERSION + 1)
    storage.parsed(cache, sources, parse)
    assert parse.asked == 2


def cut(folder):
    path = folder / "users.npy"
    path.write_bytes(path.read_bytes()[:-4])


def empty(folder):
    (folder / "values.npy").write_bytes(b"")


def lose(folder):
    (folder / "user_ids.npy").unlink()


def other_type(folder):
    np.save(folder / "users.npy", np.zeros(4))


def other_length(folder):
    np.save(folder / "users.npy", np.zeros(3, "int32"))


def not_json(folder):
    (folder / "columns.json").write_text("{", encoding="utf-8")


def odd_json(folder):
    (folder / "columns.json").write_text("[1, 2]", encoding="utf-8")


def no_pickle(folder):
    np.save(folder / "users.npy", np.array([{}]), allow_pickle=True)


@pytest.mark.parametrize("damage", [cut, empty, lose, other_type, other_length, not_json, odd_json, no_pickle])
def test_a_damaged_cache_is_rebuilt_silently(cache, sources, damage, recwarn):
    parse = Parser()
    storage.parsed(cache, sources, parse)
    damage(next(cache.iterdir()))
    columns, is_cached = storage.parsed(cache, sources, parse)
    assert is_cached and as_lists(columns) == EXPECTED and parse.asked == 2 and not recwarn.list
    storage.parsed(cache, sources, parse)
    assert parse.asked == 2


def test_a_parse_that_breaks_off_leaves_no_cache(cache, sources):
    def parse(columns):
        columns.append(users=np.arange(3))
        raise ValueError("line 7 is wrong")

    with pytest.raises(ValueError, match="line 7 is wrong"):
        storage.parsed(cache, sources, parse)
    assert list(cache.iterdir()) == []


def test_without_a_folder_that_can_be_written_the_columns_are_made_in_memory(tmp_path, sources):
    (tmp_path / "cache").write_text("a file where the folder should be", encoding="utf-8")
    columns, is_cached = storage.parsed(tmp_path / "cache" / "parsed", sources, Parser())
    assert not is_cached and as_lists(columns) == EXPECTED


class FullAfter:
    """Files that take a number of writes; then the disk is full."""

    def __init__(self, writes):
        self.left = writes

    def open(self, *arguments, **options):
        file, disk = open(*arguments, **options), self

        class File:
            def __getattr__(self, name):
                return getattr(file, name)

            def write(self, data):
                disk.left -= 1
                if disk.left < 0:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                return file.write(data)

        return File()


@pytest.mark.parametrize("writes", range(13))
def test_on_a_full_disk_the_columns_are_made_in_memory_and_nothing_is_left(cache, sources, monkeypatch, writes):
    monkeypatch.setattr(storage, "open", FullAfter(writes).open, raising=False)
    columns, is_cached = storage.parsed(cache, sources, Parser())
    assert as_lists(columns) == EXPECTED
    assert is_cached or list(cache.iterdir()) == []
    assert is_cached == (writes == 12)  # 3 headers, twice each, 5 pieces, one rewritten column


def test_what_somebody_else_finished_first_is_used(cache, sources):
    first = Parser()

    def parse(columns):
        storage.parsed(cache, sources, first)
        Parser()(columns)

    columns, is_cached = storage.parsed(cache, sources, parse)
    assert is_cached and as_lists(columns) == EXPECTED
    assert len(list(cache.iterdir())) == 1


def test_an_unfinished_folder_is_left_alone_until_it_is_a_day_old(cache, sources):
    cache.mkdir(parents=True)
    (cache / ".parsing-now").mkdir()
    (cache / ".parsing-long-ago").mkdir()
    os.utime(cache / ".parsing-long-ago", (0, 0))
    storage.parsed(cache, sources, Parser())
    assert (cache / ".parsing-now").exists() and not (cache / ".parsing-long-ago").exists()


def test_a_long_column_is_rewritten_as_a_whole(cache, sources, monkeypatch):
    monkeypatch.setattr(storage, "_BLOCK", 10)

    def parse(columns):
        columns.append(users=np.arange(25))
        columns.append(users=np.arange(25, 31))
        columns.rewrite("users", np.negative)

    columns, _ = storage.parsed(cache, sources, parse)
    assert columns["users"].tolist() == [-n for n in range(31)]


def test_forgetting_removes_what_was_kept(cache, sources):
    storage.parsed(cache, sources, Parser())
    storage.forget(cache)
    assert not cache.exists()
    storage.forget(cache)


def test_the_description_of_the_columns_is_readable(cache, sources):
    storage.parsed(cache, sources, Parser())
    described = json.loads((next(cache.iterdir()) / "columns.json").read_text(encoding="utf-8"))
    assert described["values"] == ["<f4", 4]
