import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def tool(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bootstrap, lock = tool("bootstrap"), tool("lock")
LOCKS = [lock.LAB, lock.TEST, lock.BENCH]


def test_environment_yml_holds_the_pins_of_the_lock():
    assert (ROOT / "environment.yml").read_text(encoding="utf-8") == lock.conda_environment()


def test_each_direct_dependency_is_locked_and_has_its_reason_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in lock.direct_dependencies():
        assert name in lock.pins(lock.LAB), name
        assert re.search(rf"^\|[^|]*\b{re.escape(name)}\b[^|]*\|", readme, re.M), name


def test_the_test_lock_installs_the_same_versions_as_the_lab_lock():
    test_pins = lock.pins(lock.TEST)
    assert len(lock.pins(lock.LAB)) > 100
    for name, pin in lock.pins(lock.LAB).items():
        assert test_pins[name] == pin, name


def test_the_bench_lock_installs_the_same_versions_but_for_what_its_peers_do_not_take_yet():
    bench_pins, lab_pins = lock.pins(lock.BENCH), lock.pins(lock.LAB)
    both = set(bench_pins) & set(lab_pins)
    assert {"numpy", "scipy", "numba"} <= both
    assert {name for name in both if bench_pins[name][0] != lab_pins[name][0]} == lock.APART


def test_each_peer_that_the_benchmark_names_is_locked():
    group = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["bench"]
    for requirement in group:
        assert re.match(r"[A-Za-z0-9._-]+", requirement)[0].replace("_", "-") in lock.pins(lock.BENCH), requirement


def test_what_has_no_wheels_is_cut_out_of_the_bench_lock_and_nothing_is_lost():
    names = bootstrap.FROM_SOURCE["bench"]
    wheels, *sources = bootstrap.parts_of(lock.BENCH, names)
    for name, source in zip(names, sources, strict=True):
        assert source.startswith(f"{name}==") and "--hash=sha256:" in source and source.count("==") == 1
        assert not re.search(rf"^{name}==", wheels, re.M)
    entries = lock.BENCH.read_text(encoding="utf-8").split()
    assert sorted(entries) == sorted(" ".join([wheels, *sources]).split())
    assert bootstrap.parts_of(lock.LAB, ())[0] == lock.LAB.read_text(encoding="utf-8")


def test_the_benchmark_has_an_environment_of_its_own():
    venv, python = bootstrap.venv_of("bench")
    assert venv == bootstrap.VENV.with_name(f"{bootstrap.VENV.name}-bench")
    assert python.parent.parent == venv and python.name == bootstrap.PYTHON.name
    assert bootstrap.venv_of("test") == (bootstrap.VENV, bootstrap.PYTHON)


def test_without_a_compiler_all_else_is_installed(tmp_path, monkeypatch, capsys):
    commands = []

    class Failed:
        returncode = 1

    monkeypatch.setattr(bootstrap.subprocess, "run", lambda command, **_: Failed())
    monkeypatch.setattr(bootstrap, "run", lambda *command, **_: commands.append(command))
    bootstrap.install(lock.BENCH, "bench", tmp_path, Path("python"))
    assert "cmfrec could not be built; it needs a C compiler" in capsys.readouterr().out
    assert [("-r" in command, "-e" in command) for command in commands] == [(True, False), (False, True)]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_a_lock_has_a_hash_for_every_pin_and_no_address(path):
    text = path.read_text(encoding="utf-8")
    assert "://" not in text and "--index" not in text and "--find-links" not in text
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text.split("\n", 1)[1]):
        assert "--hash=sha256:" in entry, entry[:60]


def test_a_python_that_is_too_old_or_missing_is_answered_with_what_to_install(monkeypatch):
    monkeypatch.setenv("COURSE_PYTHON", "no-such-python")
    with pytest.raises(SystemExit, match=r"needs Python 3\.11, 3\.12 or 3\.13(.|\n)*set COURSE_PYTHON"):
        bootstrap.find_python()


def test_the_python_that_runs_the_tests_is_found():
    assert bootstrap.version_of([sys.executable]) == sys.version_info[:2]
    assert bootstrap.version_of(bootstrap.find_python()) in bootstrap.SUPPORTED


def test_foreign_kernels_and_paths_are_left_out_of_the_courses_environment(monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", "elsewhere")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    env = bootstrap.course_environment()
    assert "JUPYTER_PATH" not in env and "PYTHONPATH" not in env
    assert env["PATH"].startswith(str(bootstrap.BIN))


def test_set_up_is_not_repeated_when_nothing_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "find_python", lambda: pytest.fail("it set up again"))
    stamp = bootstrap.fingerprint(lock.TEST)
    (tmp_path / "course-test.stamp").write_text(stamp)
    bootstrap.set_up("test")
    bootstrap.set_up("lab")  # the test environment holds all of the lab's
    (tmp_path / "course-test.stamp").write_text("of another lock")
    with pytest.raises(pytest.fail.Exception, match="it set up again"):
        bootstrap.set_up("test")


def test_no_command_gives_the_help():
    run = subprocess.run([sys.executable, ROOT / "tools" / "bootstrap.py"], capture_output=True, text=True)
    assert run.returncode == 2 and "lab" in run.stdout


def test_actions_are_pinned_by_hash_and_read_only():
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert re.search(r"^permissions:\n  contents: read$", text, re.M)
        uses = re.findall(r"uses: (\S+)", text)
        assert uses and all(re.search(r"@[0-9a-f]{40}$", use) for use in uses)
