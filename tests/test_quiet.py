"""TensorFlow is imported without a word, with oneDNN and without, and its absence is told in a sentence."""

import importlib.util
import os
import subprocess
import sys

import pytest

from course_lib import quiet
from course_lib.errors import CourseError
from tests.pages import ROOT

PROGRAM = """
from course_lib import quiet
tf = quiet.tensorflow()
import keras
assert quiet.tensorflow() is tf and float(tf.constant(1.0) + keras.ops.sum(tf.ones(2))) == 3.0
"""


@pytest.mark.parametrize("one_dnn", ["0", "1", None])
def test_nothing_is_written_when_tensorflow_is_imported(one_dnn):
    if importlib.util.find_spec("tensorflow") is None:
        pytest.skip("TensorFlow has no wheel for this machine")
    chosen = {} if one_dnn is None else {"TF_ENABLE_ONEDNN_OPTS": one_dnn}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")} | chosen
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_is_written_afterwards_is_seen_again(capfd):
    with quiet._without_stderr():
        os.write(2, b"a note about the machine\n")
    os.write(2, b"an error\n")
    assert capfd.readouterr().err == "an error\n"


def test_stderr_comes_back_after_an_error(capfd):
    with pytest.raises(ZeroDivisionError), quiet._without_stderr():
        1 / 0  # noqa: B018
    os.write(2, b"still here\n")
    assert capfd.readouterr().err == "still here\n"


def test_a_program_without_stderr_imports_too(monkeypatch):
    def nothing_there(descriptor):
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(os, "dup", nothing_there)
    with quiet._without_stderr():
        pass


def test_a_missing_tensorflow_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(CourseError, match=r"^Lessons 14-18 need TensorFlow, and tensorflow is not installed: .* lab"):
        quiet.tensorflow()


def test_a_tensorflow_that_does_not_load_is_told_with_the_reason(monkeypatch, tmp_path):
    (tmp_path / "tensorflow.py").write_text("raise ImportError('DLL load failed')")
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(CourseError, match=r"it cannot be loaded \(DLL load failed\)"):
        quiet.tensorflow()
