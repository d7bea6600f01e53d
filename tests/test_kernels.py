import inspect
import pickle
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np

from course_lib._kernels import kernel


@kernel
def total(values):
    """Add up."""
    result = 0.0
    for value in values:
        result += value
    return result


def test_a_kernel_is_compiled_at_its_first_call_and_once():
    assert "_compiled" not in vars(total)
    assert total(np.arange(4.0)) == 6.0 and total(np.ones(3)) == 3.0
    assert len(total._compiled.signatures) == 1


def test_a_kernel_can_be_read_and_run_in_plain_python():
    assert "result += value" in inspect.getsource(total) and total.__doc__ == "Add up."
    assert total.py_func(np.arange(4.0)) == 6.0


def test_a_kernel_can_be_pickled():
    assert pickle.loads(pickle.dumps(total)) is total


def test_where_nothing_can_be_written_a_kernel_is_compiled_without_a_cache(monkeypatch):
    real = numba.njit

    def unwritable(*arguments, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return real(*arguments, **options)

    monkeypatch.setattr(numba, "njit", unwritable)
    assert kernel(total.py_func)(np.arange(3.0)) == 3.0


def test_importing_kernels_compiles_nothing_and_loads_no_numba():
    folder = Path(__file__).resolve().parent.parent / "course_lib" / "_kernels"
    names = [path.stem for path in folder.glob("*.py") if path.stem != "__init__"]
    modules = ", ".join(f"course_lib._kernels.{name}" for name in names) or "course_lib._kernels"
    code = f"import sys, {modules}; print('numba' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
