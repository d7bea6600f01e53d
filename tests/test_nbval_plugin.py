"""The nbval pass sees a changed output, too much memory and a connection that leaves the machine."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.nbval_plugin import LIMIT_MB, STARTS, starts_again

ROOT = Path(__file__).resolve().parent.parent

GOOD = [
    "import socket\nserver = socket.create_server(('127.0.0.1', 0))\n"
    "socket.create_connection(server.getsockname()).close()\nprint('loopback works')",
    "import os, pathlib\nprint(os.environ['OMP_NUM_THREADS'], os.environ.get('COURSE_DATASET'))\n"
    "print(pathlib.Path(os.environ['COURSE_HOME']).exists())",
    "import ipywidgets\nbox = ipywidgets.Output()\nwith box:\n    print('captured')\nprint('free')",
]
OUTPUTS = ["loopback works\n", "1 None\nFalse\n", "free\n"]
BAD = {
    "changed": ["print(2)"],
    "neural": [
        "import sys, types\nsys.modules['tensorflow'] = types.ModuleType('tensorflow')",
        f"import numpy as np\nhog = np.ones({LIMIT_MB}, dtype='V1048576')\ndel hog",
    ],
    "memory": [f"import numpy as np\nhog = np.ones({LIMIT_MB}, dtype='V1048576')\ndel hog"],
    "network": [
        "import socket\ntry:\n    socket.create_connection(('192.0.2.1', 80), timeout=1)\nexcept OSError:\n    pass",
        "try:\n    socket.getaddrinfo('films.example', 80)\nexcept OSError:\n    pass",
    ],
}


def notebook(cells, outputs):
    made = nbformat.v4.new_notebook()
    for count, (source, text) in enumerate(zip(cells, outputs, strict=True), start=1):
        stored = [nbformat.v4.new_output("stream", name="stdout", text=text)] if text else []
        made.cells.append(nbformat.v4.new_code_cell(source, execution_count=count, outputs=stored))
    return made


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("validated")
    nbformat.write(notebook(GOOD, OUTPUTS), folder / "good.ipynb")
    for name, cells in BAD.items():
        nbformat.write(notebook(cells, ["1\n" if name == "changed" else None] * len(cells)), folder / f"{name}.ipynb")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "COURSE_DATASET": "ml-25m"}
    flags = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", str(ROOT / "tests" / "nbval_sanitize.cfg")]
    command = [sys.executable, "-m", "pytest", str(folder), *flags, "-p", "tests.nbval_plugin"]
    command += ["-p", "no:cacheprovider", "-rA", "--color=no"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True).stdout


def outcomes(report, name):
    lines = re.findall(rf"^(PASSED|FAILED) \S*{name}\.ipynb::(.*?)(?: - .*)?$", report, re.M)
    return {test: state for state, test in lines}


def test_a_good_notebook_passes_with_its_widgets_its_peak_memory_and_offline(report):
    expected = dict.fromkeys(["Cell 0", "Cell 1", "Cell 2", "peak memory", "offline"], "PASSED")
    assert outcomes(report, "good") == expected, report


def test_a_changed_output_fails(report):
    assert outcomes(report, "changed") == {"Cell 0": "FAILED", "peak memory": "PASSED", "offline": "PASSED"}


def test_memory_that_was_given_back_still_counts(report):
    assert outcomes(report, "memory")["peak memory"] == "FAILED"
    assert f"the limit is {LIMIT_MB} MB" in report


def test_with_tensorflow_a_kernel_may_take_more(report):
    assert outcomes(report, "neural")["peak memory"] == "PASSED"


def test_a_connection_that_leaves_the_machine_fails_even_when_the_notebook_catches_the_error(report):
    assert outcomes(report, "network") == {
        "Cell 0": "PASSED",
        "Cell 1": "PASSED",
        "peak memory": "PASSED",
        "offline": "FAILED",
    }
    assert "tried to connect to 192.0.2.1, films.example" in report


@pytest.mark.parametrize("deaf", range(STARTS + 1))
def test_a_kernel_that_does_not_answer_is_started_again_and_one_that_never_does_fails(deaf):
    asked = []

    def start_new_kernel(startup_timeout, kernel_name):
        asked.append(kernel_name)
        if len(asked) <= deaf:
            raise RuntimeError("Kernel didn't respond in 60 seconds")
        return "manager", "client"

    if deaf == STARTS:
        with pytest.raises(RuntimeError, match="didn't respond"):
            starts_again(start_new_kernel)(kernel_name="python3")
    else:
        assert starts_again(start_new_kernel)(kernel_name="python3") == ("manager", "client")
    assert asked == ["python3"] * min(deaf + 1, STARTS)
