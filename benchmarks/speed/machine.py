"""What the figures were measured on: processor, memory, system and versions, without names of machines or folders."""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("numpy", "scipy", "numba", "pandas", "cornac", "scikit-surprise", "implicit", "lenskit", "cmfrec",
            "pytrec_eval-terrier", "threadpoolctl")  # fmt: skip


def description():
    """Return what a reader has to know of the machine, as text by name."""
    return {
        "processor": processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory():.0f} GB",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "BLAS": blas(),
    } | {name: version_of(name) for name in PACKAGES}


def processor():
    """Return the processor's name."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def memory():
    """Return the memory of the machine in GB."""
    import psutil

    return psutil.virtual_memory().total / 1e9


def blas():
    """Return which BLAS numpy runs on, and its kernels."""
    import numpy  # noqa: F401
    from threadpoolctl import threadpool_info

    found = [one for one in threadpool_info() if one["user_api"] == "blas"]
    return ", ".join(f"{one['internal_api']} {one['version']} ({one.get('architecture', '?')})" for one in found)


def version_of(name):
    """Return the version of an installed package."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    sys.exit(print(description()))
