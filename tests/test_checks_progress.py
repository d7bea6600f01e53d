"""What is answered is remembered, and whatever happens to the file, a right answer passes."""

import json

import pytest

from course_lib import home
from course_lib.checks import progress
from course_lib.errors import CourseError, StorageError

LESSON = progress.lessons()[0]
FIRST = next(iter(progress.questions_of(LESSON).values()))


def test_what_passes_is_remembered_once(empty_home):
    assert progress.remember("02", "q10") is None
    assert progress.remember("02", "q2") is None
    assert progress.remember("02", "q2") is None
    assert progress.remember("05", "q1") is None
    assert progress.answered("02") == ["q2", "q10"]
    assert json.loads((empty_home / "progress.json").read_text(encoding="utf-8")) == {
        "02": ["q2", "q10"],
        "05": ["q1"],
    }


def test_a_check_that_passes_is_remembered_by_lesson_and_number(empty_home):
    assert (FIRST.lesson, FIRST.name, FIRST.label) == (LESSON, "q1", "Q1")
    FIRST(*FIRST.right_answers()[0])
    assert progress.answered(LESSON) == ["q1"]


def test_the_map_tells_done_from_open(empty_home, capsys):
    progress.remember(LESSON, "q1")
    progress.show(LESSON)
    lines = capsys.readouterr().out.splitlines()
    total = len(progress.questions_of(LESSON))
    assert lines[0] == f"Lesson {LESSON}: 1 of {total} answered"
    assert lines[1] == f"  [x] Q1 {FIRST.title}"
    assert lines[2].startswith("  [ ] Q2 ")
    assert len(lines) == 1 + total
    assert f"Lesson {LESSON}  #{'.' * (total - 1)}  1 of {total} answered" in progress.overview()


@pytest.mark.parametrize("content", ["{", "[1]", "null", '{"02": {"q1": true}, "03": ["q1", 5, "x"]}', "\x00"])
def test_a_damaged_file_is_no_obstacle(empty_home, content):
    empty_home.mkdir()
    (empty_home / "progress.json").write_text(content, encoding="utf-8")
    assert progress.answered("02") == []
    (empty_home / "progress.json").write_text(content, encoding="utf-8")
    progress.remember("02", "q1")
    assert progress.answered("02") == ["q1"]


def test_that_a_damaged_file_was_kept_is_said_once_and_not_as_a_warning(empty_home, recwarn):
    empty_home.mkdir()
    (empty_home / "progress.json").write_text("{", encoding="utf-8")
    assert "damaged" in progress.remember("02", "q1")
    assert progress.remember("02", "q2") is None
    assert not recwarn.list


@pytest.mark.parametrize("error", [StorageError("the disk is full."), PermissionError("no")])
def test_a_check_passes_when_its_progress_cannot_be_stored_and_says_so(monkeypatch, capsys, error):
    def fails(*_, **__):
        raise error

    monkeypatch.setattr(home, "update_json", fails)
    FIRST(*FIRST.right_answers()[0])
    assert f"(Your progress could not be stored: {error})" in capsys.readouterr().out


def test_a_lesson_without_questions_is_named():
    with pytest.raises(CourseError, match=f"'99' has no questions. These have: .*{LESSON}"):
        progress.show("99")
