"""The conditions under which notebooks are run: as things are here, and as they might be elsewhere."""

import os
import platform
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WRAP_UP = re.compile(r"\d\dw_")
REAL = "ml-latest-small"

# What a learner has chosen, for the course or for every notebook.
PERSONAL = (
    "COURSE_HOME",
    "COURSE_DATASET",
    "COURSE_DATA_DIR",
    "COURSE_REQUIRE",
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
    "MPLBACKEND",
    "MATPLOTLIBRC",
)
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
           "NUMBA_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")  # fmt: skip
# OpenBLAS kernels that every machine of that kind can run; they sum in another order than newer ones.
PLAIN_BLAS = {"x86_64": "Nehalem", "AMD64": "Nehalem", "aarch64": "ARMV8", "arm64": "ARMV8"}


def here():
    """Return the environment of a run as things are here.

    Returns
    -------
    dict of str to str
    """
    environment = {name: value for name, value in os.environ.items() if name not in PERSONAL}
    return environment | {"TQDM_DISABLE": "1", "PYTHONHASHSEED": "0"}


def data_for(path):
    """Return what a notebook needs beyond the shipped data: a part's wrap-up runs on real members.

    Parameters
    ----------
    path : Path
        Of the notebook.

    Returns
    -------
    dict of str to str, or None
        Variables to add to its environment; None for a wrap-up whose data is not on this machine.
    """
    if not WRAP_UP.match(path.name):
        return {}
    from course_lib import datasets

    if not datasets.available(REAL):
        return None
    chosen = os.environ.get("COURSE_DATA_DIR")
    return {"COURSE_DATA_DIR": str((ROOT / chosen).resolve())} if chosen else {}


def one_thread():
    """Return the variables that hold every library to one thread.

    Returns
    -------
    dict of str to str
    """
    return dict.fromkeys(THREADS, "1")


def other():
    """Return the environment of a run as it might be elsewhere.

    Another order of summation in BLAS, numpy without the CPU's wide registers, numba for a generic CPU, one
    thread, oneDNN switched over, another hash seed and another time zone.

    Returns
    -------
    dict of str to str
    """
    environment = here() | one_thread()
    environment |= {
        "NPY_DISABLE_CPU_FEATURES": " ".join(_optional_cpu_features()),
        "NUMBA_CPU_NAME": "generic",
        "TF_ENABLE_ONEDNN_OPTS": "01"[environment.get("TF_ENABLE_ONEDNN_OPTS", "0") == "0"],  # course_lib says 0
        "PYTHONHASHSEED": "4711",
        "TZ": "Pacific/Auckland",
    }
    if platform.machine() in PLAIN_BLAS:
        environment["OPENBLAS_CORETYPE"] = PLAIN_BLAS[platform.machine()]
    return environment


def _optional_cpu_features():
    """Return the features of this CPU that numpy can do without."""
    from numpy._core import _multiarray_umath as numpy_core

    return [name for name in numpy_core.__cpu_dispatch__ if numpy_core.__cpu_features__[name]]
