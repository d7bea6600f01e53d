"""Execute the lessons and solutions and store their outputs, if these are the same under other conditions.

    python tools/notebooks.py                   execute and store notebooks/ and solutions/
    python tools/notebooks.py --verify          store nothing; execute and compare with what is stored
        --conditions other | here               under which conditions to verify (default: other)
        --lesson 02                             one lesson alone; LESSON=02 in the environment does the same
        --jobs 2                                how many notebooks at a time

Each notebook is run twice: as things are here, and with another BLAS kernel, a plain CPU, one thread, another
hash seed and so on (see `conditions`). An output that differs would be another one on a reader's machine: the
notebook is then left as it was, and the cell and both outputs are printed.
"""

import argparse
import contextlib
import copy
import difflib
import hashlib
import json
import math
import os
import queue
import re
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ipykernel.kernelspec
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that it runs as a script too

from tools import conditions  # noqa: E402

FOLDERS = ("notebooks", "solutions")
IGNORED = "nbval-ignore-output"
CELL_SECONDS = 300
NO_DATA = f"is passed over: it runs on {conditions.REAL}, which is not on this machine (set COURSE_DATA_DIR)"
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# The block that a kernel reports, whole: JupyterLab would fill in what is missing and call the notebook changed.
# Only the version differs between Pythons, so it is written down instead of taken from the kernel.
LANGUAGE_INFO = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": "3.11.7",
}
FLEETING = ("execution", "ExecuteTime", "trusted", "collapsed")  # cell metadata that differs from run to run
WIDGET = "application/vnd.jupyter.widget-view+json"  # a random number; the widget itself is not stored
PICTURE = re.compile(r"(data:image/png;base64,)[A-Za-z0-9+/=]+")


class Unstable(Exception):
    """A notebook that raises, or whose outputs are not the same twice."""


class _OwnKernels(KernelSpecManager):
    """Only knows the Python that runs this: a kernel of the same name elsewhere is never taken."""

    def get_kernel_spec(self, kernel_name):
        return self.kernel_spec_class(
            resource_dir=ipykernel.kernelspec.RESOURCES, **ipykernel.kernelspec.get_kernel_dict()
        )


class _Client(NotebookClient):
    def create_kernel_manager(self):
        manager = super().create_kernel_manager()
        manager.kernel_spec_manager = _OwnKernels()
        return manager

    async def async_start_new_kernel_client(self):
        client = await super().async_start_new_kernel_client()
        for channel in (client.shell_channel, client.iopub_channel):
            channel.get_msg = _looks_again(channel.get_msg)
        return client


def _looks_again(get_message):
    """Wait for a message in slices of a second.

    A wake-up of the socket is lost now and then (seen in one run of about thirty): the message is there, and the
    reader sleeps until its time is up, five minutes or for ever.
    """

    async def get_message_in_slices(timeout=None):
        end = math.inf if timeout is None else time.monotonic() + timeout
        while True:
            left = end - time.monotonic()
            try:
                return await get_message(timeout=max(0.0, min(1.0, left)))
            except queue.Empty:
                if left <= 1:
                    raise

    return get_message_in_slices


def read(path):
    """Read a notebook; cells without an id get one that depends on their place and text alone.

    Parameters
    ----------
    path : Path

    Returns
    -------
    NotebookNode
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    taken = set()
    for place, cell in enumerate(content["cells"]):
        if cell.get("id") in taken | {None, ""}:
            text = "".join(cell["source"])
            cell["id"] = f"c{place:03d}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        taken.add(cell["id"])
    content["nbformat_minor"] = max(5, content.get("nbformat_minor", 5))  # the first with ids
    return nbformat.reads(json.dumps(content), as_version=4)


def execute(notebook, folder, environment, allow_errors=False):
    """Run a notebook from top to bottom in a new kernel and an empty learner's folder.

    Parameters
    ----------
    notebook : NotebookNode
        Left as it is.
    folder : Path
        Where it runs.
    environment : dict
        The kernel's environment variables.
    allow_errors : bool, default=False
        Go on after a cell that raises.

    Returns
    -------
    NotebookNode
        With its outputs and in the form in which notebooks are stored.

    Raises
    ------
    Unstable
        When a cell raises.
    """
    notebook = copy.deepcopy(notebook)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        own = {"COURSE_HOME": str(Path(scratch) / "my"), "IPYTHONDIR": str(Path(scratch) / "ipython")}
        client = _Client(
            notebook,
            kernel_name="python3",
            timeout=CELL_SECONDS,
            allow_errors=allow_errors,
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(folder)}},
        )
        try:
            with open(os.devnull, "w") as nowhere:
                client.execute(env=environment | own, stderr=nowhere)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise Unstable(str(error)) from error
    return normalised(notebook)


def normalised(notebook):
    """Return a notebook in the form in which it is stored: without what differs from run to run.

    Parameters
    ----------
    notebook : NotebookNode

    Returns
    -------
    NotebookNode
    """
    notebook = copy.deepcopy(notebook)
    kept = {key: value for key, value in notebook.metadata.items() if key in ("title", "course", "authors")}
    notebook.metadata = nbformat.from_dict(kept | {"kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO})
    notebook.nbformat_minor = 5
    for cell in notebook.cells:
        for key in FLEETING:
            cell.metadata.pop(key, None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
    return notebook


def text_of(notebook):
    """Return a notebook as the text of its file."""
    return nbformat.writes(notebook) + "\n"


def differences(notebook, again):
    """Return what differs between two runs of a notebook.

    Parameters
    ----------
    notebook, again : NotebookNode

    Returns
    -------
    list of str
        One text for each cell: its place, and both outputs as a diff. Cells whose output cannot repeat have a tag
        that says so, and an assert in their place.
    """
    told = []
    pairs = zip(notebook.cells, again.cells, strict=True)
    for place, (cell, other) in enumerate(pairs):
        if cell.cell_type != "code" or IGNORED in cell.metadata.get("tags", []):
            continue
        one, two = _comparable(cell), _comparable(other)
        if one != two:
            lines = difflib.unified_diff(_lines(one), _lines(two), "one run", "the other run", "", "", 1, "")
            told.append(f"cell {place} (In[{cell.execution_count}]):\n" + "\n".join(lines))
    return told


def _lines(text):
    """Return text in lines that can be read one below the other: long HTML is broken at its tags."""
    return re.sub(r"(?<=>)(?=<)", "\n", text).splitlines()


def _comparable(cell):
    """Return a cell's outputs as text; of pictures only what is said about them, not their bytes."""
    parts = []
    for output in cell.outputs:
        if output.output_type == "stream":
            parts.append(f"[{output.name}]\n{output.text}")
        elif output.output_type == "error":
            parts.append(f"[error] {output.ename}: {output.evalue}")
        else:
            for kind, data in sorted(output.data.items()):
                data = data if isinstance(data, str) else json.dumps(data, sort_keys=True, indent=1)
                data = "PNG" if kind.startswith("image/") else PICTURE.sub(r"\1PNG", data)
                parts.append(f"[{kind}]\n{data}")
    return "\n".join(parts)


def store(path):
    """Execute a notebook under both conditions and store it; return a line that says what happened."""
    data = conditions.data_for(path)
    if data is None:
        return NO_DATA
    notebook = read(path)
    here = execute(notebook, path.parent, conditions.here() | data)
    unstable = differences(here, execute(notebook, path.parent, conditions.other() | data))
    if unstable:
        raise Unstable("gives other outputs under other conditions, in\n" + "\n".join(unstable))
    text = text_of(here)
    if path.read_text(encoding="utf-8") == text:
        return "is as it was"
    path.write_text(text, encoding="utf-8", newline="\n")
    return "is stored"


def verify(path, environment):
    """Execute a notebook and compare it with what is stored; return a line that says what happened."""
    data = conditions.data_for(path)
    if data is None:
        return NO_DATA
    notebook = read(path)
    unstable = differences(notebook, execute(notebook, path.parent, environment | data))
    if unstable:
        raise Unstable("gives other outputs than those stored, in\n" + "\n".join(unstable))
    return "gives what is stored"


def main(arguments=None):
    """Do what the command line asks; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--verify", action="store_true")
    parser.add_argument("--conditions", choices=("other", "here"), default="other")
    parser.add_argument("--lesson", default=os.environ.get("LESSON", ""))
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args(arguments)
    pattern = f"{options.lesson.zfill(2) if options.lesson else ''}*.ipynb"
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob(pattern))]
    if not paths:
        print(f"There is no notebook {pattern} in {' or '.join(FOLDERS)}.")
        return 1
    environment = getattr(conditions, options.conditions)()
    status = 0
    with ThreadPoolExecutor(options.jobs) as pool, contextlib.suppress(BrokenPipeError):
        work = [(verify, path, environment) if options.verify else (store, path) for path in paths]
        runs = [pool.submit(*call) for call in work]
        for path, run in zip(paths, runs, strict=True):
            try:
                print(f"{path.parent.name}/{path.name} {run.result()}", flush=True)
            except Unstable as error:
                status = 1
                print(f"{path.parent.name}/{path.name} {error}\nIt is left as it was.", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
