import errno
import json
import os
import subprocess
import sys

import filelock
import pytest

from course_lib import home
from course_lib.errors import DataError, StorageError

COUNT_UP = """
from course_lib import home
for _ in range(60):
    home.update_json("count", lambda count: count + 1, default=0)
"""


@pytest.fixture(autouse=True)
def my(empty_home):
    return empty_home


def test_the_folder_is_my_in_the_course_unless_course_home_names_another(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "elsewhere"))
    assert home.folder() == tmp_path / "elsewhere"
    monkeypatch.setenv("COURSE_HOME", "beside")
    assert home.folder() == home.ROOT / "beside"
    monkeypatch.delenv("COURSE_HOME")
    assert home.folder() == home.ROOT / "my"


def test_reading_makes_nothing_and_gives_the_default(my):
    assert home.read_json("ratings.json", {}) == {}
    assert not my.exists()


def test_what_was_written_is_read_again_with_or_without_the_ending(my):
    assert home.update_json("ratings", lambda all: all | {"Amélie (2001)": 4.5}, default={}) == {"Amélie (2001)": 4.5}
    assert home.read_json("ratings.json", {}) == home.read_json("ratings") == {"Amélie (2001)": 4.5}
    assert json.loads((my / "ratings.json").read_text(encoding="utf-8")) == {"Amélie (2001)": 4.5}


def test_no_update_is_lost_when_two_processes_change_the_same_file(my):
    running = [subprocess.Popen([sys.executable, "-c", COUNT_UP], cwd=home.ROOT) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert home.read_json("count") == 120


def test_a_change_that_fails_changes_nothing():
    home.update_json("progress", lambda _: [1])
    with pytest.raises(ZeroDivisionError):
        home.update_json("progress", lambda _: 1 / 0)
    with pytest.raises(TypeError, match="progress.json returned None. Return the new content"):
        home.update_json("progress", lambda done: done.append(2))
    assert home.read_json("progress") == [1]


@pytest.mark.parametrize("damaged", [b'{"a": ', b"", b"\xff\xfe", b"[1, 2]", b"[" * 100_000])
def test_a_damaged_file_is_kept_beside_and_a_warning_says_so(my, damaged):
    my.mkdir()
    for number in (1, 2):
        (my / "ratings.json").write_bytes(damaged)
        with pytest.warns(UserWarning, match=f"is damaged .* kept as ratings.json.damaged-{number}") as caught:
            assert home.read_json("ratings", {}) == {}
        assert caught[0].filename == __file__
        assert (my / f"ratings.json.damaged-{number}").read_bytes() == damaged
    assert not (my / "ratings.json").exists()


def test_a_damaged_file_does_not_stop_an_update(my):
    my.mkdir()
    (my / "ratings.json").write_text("{", encoding="utf-8")
    with pytest.warns(UserWarning, match="you start with an empty one"):
        home.update_json("ratings", lambda all: all | {"1": 5.0}, default={})
    assert home.read_json("ratings") == {"1": 5.0}


def failing(number):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize(
    ("number", "advice"),
    [(errno.ENOSPC, "the disk is full. Make room"), (errno.EROFS, "Set COURSE_HOME to a folder that you can write to")],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_says_what_to_do_and_leaves_the_file_as_it_was(my, monkeypatch, number, advice, step):
    home.update_json("ratings", lambda _: {"1": 5.0})
    monkeypatch.setattr(os, step, failing(number))
    with pytest.raises(StorageError, match=f"ratings.json could not be written .*{advice}.* Nothing was changed"):
        home.update_json("ratings", lambda _: {"1": 1.0})
    assert home.read_json("ratings") == {"1": 5.0}
    assert not list(my.glob("*.part")) + list(my.glob(".*.part"))


def test_a_folder_that_cannot_be_made_is_a_storage_error(my):
    my.write_text("a file where the folder should be", encoding="utf-8")
    for attempt in (lambda: home.update_json("ratings", lambda _: {}), home.write_probe):
        with pytest.raises(StorageError, match="could not be written in .*Set COURSE_HOME"):
            attempt()


def test_a_read_only_folder_can_still_be_read(my, monkeypatch):
    home.update_json("ratings", lambda _: {"1": 5.0})
    monkeypatch.setattr(filelock.FileLock, "acquire", failing(errno.EROFS))
    assert home.read_json("ratings") == {"1": 5.0}


def test_a_file_that_is_held_for_too_long_says_so(my, monkeypatch):
    home.update_json("ratings", lambda _: {})
    monkeypatch.setattr(home, "LOCK_SECONDS", 0.05)
    with filelock.FileLock(my / ".ratings.json.lock"):
        with pytest.raises(StorageError, match="has been held by another program .* Close other notebooks"):
            home.update_json("ratings", lambda _: {"1": 1.0})


def test_a_probe_leaves_nothing_behind(my):
    home.write_probe()
    assert list(my.iterdir()) == []


def test_backups_are_numbered_and_hold_what_was_there(my):
    home.update_json("ratings", lambda _: {"1": 5.0})
    first = home.backup("ratings")
    home.update_json("ratings", lambda _: {"1": 1.0})
    second = home.backup("ratings.json")
    assert [first, second] == [my / "backups" / "ratings.1.json", my / "backups" / "ratings.2.json"]
    assert [json.loads(path.read_text(encoding="utf-8")) for path in (first, second)] == [{"1": 5.0}, {"1": 1.0}]


def test_a_notebook_is_backed_up_under_its_own_name(my):
    my.mkdir()
    (my / "06_svd.ipynb").write_text("cells", encoding="utf-8")
    assert home.backup("06_svd.ipynb").read_text(encoding="utf-8") == "cells"


def test_a_backup_of_nothing_and_a_backup_that_fails_say_so(my, monkeypatch):
    with pytest.raises(DataError, match="There is no ratings.json in .* nothing to back up"):
        home.backup("ratings")
    home.update_json("ratings", lambda _: {})
    monkeypatch.setattr(os, "replace", failing(errno.ENOSPC))
    with pytest.raises(StorageError, match="The backup of ratings.json could not be written .* disk is full"):
        home.backup("ratings")
    assert list((my / "backups").iterdir()) == []


@pytest.mark.parametrize("name", ["../ratings", "a/b", "", "..", "/etc/passwd"])
def test_a_name_never_leads_out_of_the_folder(name):
    for attempt in (home.read_json, home.backup, lambda name: home.update_json(name, lambda _: {})):
        with pytest.raises(DataError, match="is no file of your folder"):
            attempt(name)
