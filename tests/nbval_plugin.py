"""What the nbval pass over the notebooks measures besides their outputs: peak memory and connections.

Each notebook gets two more tests, "peak memory" and "offline". Both read what a start-up file in the kernel
has written: it notes the peak memory after each cell, and refuses every connection that would leave the machine.
The kernel has an empty learner's folder, the shipped data and one thread.

Loaded by ``pytest -p tests.nbval_plugin`` (see tools/run_tests.py).
"""

import contextlib
import functools
import json
import os
import tempfile
from pathlib import Path

import nbval.kernel
import pytest
from nbval.plugin import IPyNbFile

from tools import conditions

LIMIT_MB = 700
LIMIT_WITH_TENSORFLOW_MB = 1500
STARTS, START_SECONDS = 3, 60
STARTUP = Path(__file__).with_name("kernel_startup.py")
LOG = "COURSE_KERNEL_LOG"
OUTPUTS = {"stream", "display_data", "execute_result", "error", "clear_output"}
SCRATCH = pytest.StashKey[tempfile.TemporaryDirectory]()


class KernelItem(pytest.Item):
    """A test of what the kernel of one notebook has noted, after the last cell."""

    def runtest(self):
        lines = Path(os.environ[LOG]).read_text(encoding="utf-8").splitlines()
        self.check([json.loads(line) for line in lines])

    def reportinfo(self):
        return self.path, None, f"{self.path.parent.name}/{self.path.name}: {self.name}"

    def repr_failure(self, excinfo):
        return str(excinfo.value)


class PeakMemory(KernelItem):
    """A lesson runs on a machine with 2 GB."""

    def check(self, notes):
        peaks = [note["peak_mb"] for note in notes if "peak_mb" in note]
        assert peaks, "The kernel has noted nothing: no cell has run."
        peak = max(peaks)
        limit = LIMIT_WITH_TENSORFLOW_MB if any(note.get("tensorflow") for note in notes) else LIMIT_MB
        self.add_report_section("call", "peak memory", f"{peak:.0f} MB")
        self.user_properties.append(("peak_mb", round(peak)))
        assert peak < limit, f"The kernel took {peak:.0f} MB at its peak; the limit is {limit} MB."


class Offline(KernelItem):
    """A lesson needs nothing from outside."""

    def check(self, notes):
        tried = [note["blocked"] for note in notes if "blocked" in note]
        assert not tried, f"The notebook tried to connect to {', '.join(sorted(set(tried)))}."


def pytest_collection_modifyitems(config, items):
    """Put the two tests behind the last cell of each notebook."""
    last = {item.parent: place for place, item in enumerate(items) if isinstance(item.parent, IPyNbFile)}
    for notebook in last:
        notebook.data = conditions.data_for(notebook.path)
    for notebook, place in sorted(last.items(), key=lambda entry: -entry[1]):
        items[place + 1 : place + 1] = [
            PeakMemory.from_parent(notebook, name="peak memory"),
            Offline.from_parent(notebook, name="offline"),
        ]
    absent = [item for item in items if isinstance(item.parent, IPyNbFile) and item.parent.data is None]
    if absent:  # a wrap-up whose data is not on this machine
        config.hook.pytest_deselected(items=absent)
        items[:] = [item for item in items if item not in absent]


def pytest_configure(config):
    config.stash[SCRATCH] = tempfile.TemporaryDirectory(prefix="course-nbval-", ignore_cleanup_errors=True)
    nbval.kernel.start_new_kernel = starts_again(nbval.kernel.start_new_kernel)


def pytest_unconfigure(config):
    nbval.kernel.start_new_kernel = nbval.kernel.start_new_kernel.__wrapped__
    config.stash[SCRATCH].cleanup()


def starts_again(start_new_kernel):
    """Start another kernel when one does not answer: seen once in some thousand starts, before any cell had run."""

    @functools.wraps(start_new_kernel)
    def start(startup_timeout=START_SECONDS, **how):
        for _ in range(STARTS - 1):
            with contextlib.suppress(RuntimeError):  # nbval has shut it down
                return start_new_kernel(startup_timeout=startup_timeout, **how)
        return start_new_kernel(startup_timeout=startup_timeout, **how)

    return start


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Before a notebook's kernel starts, lay out what it finds: a fresh folder, the start-up file, a log."""
    notebook = item.parent
    if isinstance(notebook, IPyNbFile) and notebook.kernel is None:
        scratch = item.config.stash[SCRATCH].name
        for name in conditions.PERSONAL:
            os.environ.pop(name, None)
        os.environ.update(_kernel_environment(Path(tempfile.mkdtemp(dir=scratch))) | notebook.data)
        notebook.get_kernel_message = _without_captured_output(notebook.get_kernel_message)


def _without_captured_output(get_message):
    """Leave out what an ipywidgets Output captures, as every front end does: nbval takes it for the cell's own.

    An Output widget says in a message of its own which cell's output it takes from now on, and when it stops.
    """
    capturing = {}

    def get(timeout=None, stream="iopub"):
        while True:
            message = get_message(timeout=timeout, stream=stream)
            content = message["content"]
            if message["msg_type"] == "comm_msg":
                state = content["data"].get("state", {})
                if "msg_id" in state:
                    capturing[content["comm_id"]] = state["msg_id"]
            elif message["msg_type"] not in OUTPUTS or not _is_captured(message, capturing):
                return message

    return get


def _is_captured(message, capturing):
    return message["parent_header"].get("msg_id") in capturing.values()


def _kernel_environment(scratch):
    startup = scratch / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00_course.py").write_text(STARTUP.read_text(encoding="utf-8"), encoding="utf-8")
    log = scratch / "kernel.jsonl"
    log.touch()
    own = {"COURSE_HOME": str(scratch / "my"), "IPYTHONDIR": str(scratch / "ipython"), LOG: str(log)}
    return own | conditions.one_thread() | {"TQDM_DISABLE": "1"}
