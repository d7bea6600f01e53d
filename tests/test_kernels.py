import inspect
import pickle
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np

from course_lib._kernels import at_most_threads, kernel, parallel_kernel, prange


@kernel
def total(values):
    """Add up."""
    result = 0.0
    for value in values:
        result += value
    return result


@kernel
def total_of_rows(table):
    """Add up row by row, by another kernel."""
    result = 0.0
    for row in table:
        result += total(row)
    return result


@parallel_kernel
def totals(table, results):
    """Add up each row, on several cores."""
    for row in prange(len(table)):
        for value in table[row]:
            results[row] += value


def test_a_kernel_is_compiled_at_its_first_call_and_once():
    assert "_compiled" not in vars(total)
    assert total(np.arange(4.0)) == 6.0 and total(np.ones(3)) == 3.0
    assert len(total._compiled.signatures) == 1


def test_a_kernel_can_be_read_and_run_in_plain_python():
    assert "result += value" in inspect.getsource(total) and total.__doc__ == "Add up."
    assert total.py_func(np.arange(4.0)) == 6.0


def test_a_kernel_can_be_pickled():
    assert pickle.loads(pickle.dumps(total)) is total


def test_a_kernel_may_call_another_one_of_its_file():
    assert total_of_rows(np.ones((3, 4))) == total_of_rows.py_func(np.ones((3, 4))) == 12.0


def test_a_parallel_kernel_gives_the_numbers_of_its_own_source_on_any_number_of_cores():
    table, before = np.arange(40.0).reshape(8, 5), numba.get_num_threads()
    plain = np.zeros(8)
    totals.py_func(table, plain)
    for n in (1, None, 99):
        results = np.zeros(8)
        with at_most_threads(n):
            assert n != 1 or numba.get_num_threads() == 1
            totals(table, results)
        assert (results == plain).all() and numba.get_num_threads() == before


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
