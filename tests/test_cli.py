import json

import pytest
from click.testing import CliRunner

from course_lib import cli, home, machine


@pytest.fixture(autouse=True)
def my_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "mine"))
    return tmp_path / "mine"


def course(*arguments):
    return CliRunner().invoke(cli.main, arguments)


@pytest.fixture
def started(monkeypatch):
    commands = []
    monkeypatch.setattr(cli, "become", commands.append)
    return commands


def test_lab_opens_the_lesson_on_loopback_with_the_repository_as_root(started):
    assert course("lab", "2", "--no-browser").exit_code == 0
    command = started[0]
    assert "--LabApp.default_url=/lab/tree/notebooks/02_content_vectors.ipynb" in command
    assert "--ServerApp.ip=127.0.0.1" in command and f"--ServerApp.root_dir={cli.ROOT}" in command
    assert "--no-browser" in command and not any("token" in part for part in command)


def test_lab_without_a_number_opens_the_first_lesson(started):
    course("lab")
    first = min(path.name for path in (cli.ROOT / "notebooks").glob("*.ipynb"))
    assert f"--LabApp.default_url=/lab/tree/notebooks/{first}" in started[0]


def test_lab_copies_the_exercises_once_and_never_overwrites_one(started, my_folder):
    course("lab", "02")
    blank = {path.name for path in (cli.ROOT / "exercises").glob("*.ipynb")}
    assert {path.name for path in my_folder.glob("*.ipynb")} == blank
    mine = my_folder / "02_content_vectors.ipynb"
    assert mine.read_bytes() == (cli.ROOT / "exercises" / mine.name).read_bytes()
    mine.write_text("my answers")
    course("lab", "02")
    assert mine.read_text() == "my answers"


def test_reset_gives_a_fresh_exercise_and_keeps_what_was_there(started, my_folder):
    course("lab", "02")
    mine = my_folder / "02_content_vectors.ipynb"
    mine.write_text("my answers")
    result = course("reset", "02")
    assert result.exit_code == 0
    assert mine.read_bytes() == (cli.ROOT / "exercises" / mine.name).read_bytes()
    kept = [path for path in my_folder.rglob("*") if path.is_file() and path.read_bytes() == b"my answers"]
    assert len(kept) == 1


def test_reset_takes_the_number_of_a_wrap_up_too(started, my_folder):
    course("lab")
    (my_folder / "03w_content.ipynb").write_text("my answers")
    assert course("reset", "03w").exit_code == 0
    assert (my_folder / "03w_content.ipynb").read_text(encoding="utf-8") != "my answers"
    assert "these numbers: 00" in course("reset", "nonsense").output


@pytest.mark.parametrize("what", ["ratings", "progress"])
def test_reset_of_ratings_or_progress_keeps_a_backup(what, my_folder):
    assert "nothing to reset" in course("reset", what).output
    home.update_json(f"{what}.json", lambda _: {"a": 1})
    assert course("reset", what).exit_code == 0
    assert not (my_folder / f"{what}.json").exists()
    assert [json.loads(p.read_text()) for p in my_folder.rglob(f"*{what}*") if p.is_file() and p.suffix != ".lock"] == [
        {"a": 1}
    ]


def test_a_lesson_that_does_not_exist_is_answered_with_those_that_do():
    result = course("lab", "77")
    assert result.exit_code == 1
    assert "There is no 77 in notebooks/. Give one of these numbers: 00" in result.output and "02" in result.output


def test_data_lists_what_is_at_hand_without_the_network():
    result = course("data", "--list")
    assert result.exit_code == 0 and "ml-latest-small" in result.output


def test_progress_names_the_lesson():
    result = course("progress")
    assert result.exit_code == 0 and "02" in result.output


def test_check_prints_a_line_for_each_thing_and_fails_when_one_is_not_ok(monkeypatch):
    good, bad = machine.Finding("disk", True, "7 GB free"), machine.Finding("memory", False, "Close programs.")
    monkeypatch.setattr(machine, "check_up", lambda: [good])
    assert course("check").exit_code == 0
    monkeypatch.setattr(machine, "check_up", lambda: [good, bad])
    result = course("check")
    assert result.exit_code == 1 and "Close programs." in result.output


def test_the_check_up_of_this_machine_finds_python_libraries_and_kernel():
    findings = {finding.subject: finding for finding in machine.check_up()}
    for subject in ("Python", "libraries", "data", "your folder"):
        assert findings[subject].is_ok, findings[subject].says
    assert "numpy" in findings["libraries"].says


def test_a_missing_package_is_reported_with_the_lessons_that_run_without_it(monkeypatch):
    monkeypatch.setattr(machine, "version_of", lambda name: None)
    finding = machine.compiled("tensorflow", "14")
    assert not finding.is_ok and "Lessons before 14 run without it" in finding.says
    assert "Run make lab again" in machine.libraries().says


def test_little_memory_and_a_full_disk_say_what_to_do(monkeypatch):
    monkeypatch.setattr(machine, "container_limit", lambda: 0.4e9)
    assert not machine.memory().is_ok and "Close programs" in machine.memory().says
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 1e8}))
    assert not machine.disk().is_ok and "Make room" in machine.disk().says
