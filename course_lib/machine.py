"""What ``course check`` looks at: whether this machine can run the course, line by line."""

import importlib.metadata
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = ("jupyterlab", "numpy", "pandas", "scipy", "scikit-learn", "matplotlib", "ipywidgets", "pooch")
MEMORY_GB, NEURAL_MEMORY_GB, DISK_GB = 1.0, 2.0, 0.5


@dataclass(frozen=True)
class Finding:
    """One line of the check-up.

    Attributes
    ----------
    subject : str
        What was looked at.
    is_ok : bool
    says : str
        What was found and, where it is not ok, what to do.
    """

    subject: str
    is_ok: bool
    says: str


def check_up():
    """Look at everything a learner's machine needs.

    Returns
    -------
    list of Finding
    """
    return [python(), libraries(), compiled("numba", "08"), compiled("tensorflow", "14"), memory(), disk(), data(),
            kernel(), personal_folder()]  # fmt: skip


def python():
    """Look at the version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("Python", True, version)
    return Finding("Python", False, f"{version}; the course is tested on 3.11-3.13. Install one, then make lab.")


def libraries():
    """Look for the libraries that every lesson needs."""
    found = {name: version_of(name) for name in LIBRARIES}
    missing = [name for name, version in found.items() if version is None]
    if missing:
        return Finding("libraries", False, f"missing: {', '.join(missing)}. Run make lab again.")
    return Finding("libraries", True, ", ".join(f"{name} {version}" for name, version in found.items()))


def compiled(package, first_lesson):
    """Look for a package that has no wheel on some machines, and say which lessons need it."""
    version = version_of(package) or version_of(f"{package}-cpu")
    if version:
        return Finding(package, True, version)
    return Finding(
        package, False, f"not installed: there is none for this kind of machine, or set-up was cut short. Lessons "
        f"before {first_lesson} run without it. If yours is a common machine, run make lab again.",
    )  # fmt: skip


def memory():
    """Look at the memory that is free now."""
    import psutil

    free = min(psutil.virtual_memory().available, container_limit()) / 1e9
    if free >= NEURAL_MEMORY_GB:
        return Finding("memory", True, f"{free:.1f} GB free")
    if free >= MEMORY_GB:
        return Finding("memory", True, f"{free:.1f} GB free: enough, but close other notebooks before lessons 14-18")
    return Finding("memory", False, f"{free:.1f} GB free; a lesson needs up to {MEMORY_GB:.0f} GB. Close programs.")


def container_limit():
    """Return how many bytes a container (Binder, Docker) allows, infinity where there is no such limit."""
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            return float(Path(name).read_text())
        except (OSError, ValueError):
            continue
    return float(os.environ.get("MEM_LIMIT") or "inf")


def disk():
    """Look at the room on the disk that holds the course."""
    free = shutil.disk_usage(ROOT).free / 1e9
    if free >= DISK_GB:
        return Finding("disk", True, f"{free:.0f} GB free")
    return Finding("disk", False, f"{free:.1f} GB free; downloads and your own files need {DISK_GB} GB. Make room.")


def data():
    """Load what ships and say which real data is at hand."""
    from course_lib import datasets
    from course_lib.errors import CourseError

    try:
        count = len(datasets.load_graded())
    except CourseError as error:
        return Finding("data", False, str(error))
    here = [name for name in datasets.names() if datasets.available(name)]
    return Finding("data", True, f"{count} graded films; here: {', '.join(here) or 'none'}. More: course data --list")


def kernel():
    """Look whether a notebook would run on this very Python."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return Finding("kernel", False, "JupyterLab has no kernel named python3. Run make lab again.")
    named = shutil.which(command) or command
    same = not Path(command).is_absolute() or Path(named).parent == Path(sys.executable).parent
    if same:
        return Finding("kernel", True, "notebooks run on this Python")
    return Finding("kernel", False, f"notebooks would run on {named}. Start JupyterLab with make lab or course lab.")


def personal_folder():
    """Try whether the learner's own folder can be written to."""
    from course_lib import home
    from course_lib.errors import CourseError

    try:
        home.write_probe()
    except CourseError as error:
        return Finding("your folder", False, str(error))
    return Finding("your folder", True, f"{home.folder().name}/ keeps your answers, ratings and progress")


def version_of(package):
    """Return the installed version of a package, None where there is none."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
