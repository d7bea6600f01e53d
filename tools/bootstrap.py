"""Set the course up and start it: the one script behind `make lab`, `test` and `bench`, standard library only.

    python tools/bootstrap.py lab [NN]            set up, then open the course in JupyterLab
    python tools/bootstrap.py test                set up with the test tools, then run the tests
    python tools/bootstrap.py bench [--quick]     set up beside other libraries, then compare speeds
    python tools/bootstrap.py setup [test|bench]  set up, and stop there

On Windows without make: `py tools/bootstrap.py lab`. Everything lands in `.venv` in this folder, for `bench` in
`.venv-bench`; delete that folder to start over. The packages are wheels, pinned by hash in requirements/*.lock: no
compiler is needed, except for one of those that `bench` compares with.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("COURSE_VENV") or ROOT / ".venv")
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
SUPPORTED = ((3, 11), (3, 12), (3, 13))
NEEDED_GB = {"lab": 4, "test": 4, "bench": 9}  # lenskit brings PyTorch
FROM_SOURCE = {"bench": ("findblas", "cmfrec")}
"""What a lock has that comes without wheels: it is built when all else is installed, where there is a compiler."""


def stop(message):
    """End with a sentence instead of a traceback."""
    sys.exit(f"\n{message}\n")


def version_of(command):
    """Return (major, minor) of a Python given as a command list, or None when it does not run."""
    probe = "import sys, venv, ensurepip; print(*sys.version_info[:2])"
    try:
        run = subprocess.run([*command, "-c", probe], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    numbers = run.stdout.split()
    return tuple(map(int, numbers)) if run.returncode == 0 and len(numbers) == 2 else None


def find_python():
    """Return the command of a Python 3.11-3.13 that can make virtual environments, or say what to install.

    COURSE_PYTHON, when set, is the only candidate.
    """
    if os.environ.get("COURSE_PYTHON"):
        candidates = [[os.environ["COURSE_PYTHON"]]]
    else:
        candidates = [[sys.executable]]
        for major, minor in SUPPORTED:
            candidates += [[f"python{major}.{minor}"], ["py", f"-{major}.{minor}"]]
        candidates += [["python3"], ["python"]]
    for command in candidates:
        if version_of(command) in SUPPORTED:
            return command
    system = {"darwin": "On a Mac: install it from python.org.", "win32": "On Windows: install it from python.org."}
    stop(
        "The course needs Python 3.11, 3.12 or 3.13 with its venv module, and none was found.\n"
        + system.get(sys.platform, "On Debian or Ubuntu: sudo apt-get install python3 python3-venv")
        + "\nIf it is installed under another name, set COURSE_PYTHON to its path and run the same command again."
    )


def fingerprint(lock):
    """Return what the environment was built from: the lock, the project file and the interpreter."""
    digest = hashlib.sha256()
    for path in (lock, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    digest.update(str(ROOT).encode())
    return digest.hexdigest()


def run(*command, env=None, quiet=False):
    """Run a command in the repository's folder; stop with its last lines when it fails."""
    result = subprocess.run([str(part) for part in command], cwd=ROOT, env=env, text=True, capture_output=quiet)
    if result.returncode:
        if quiet:
            print(result.stdout[-2000:], result.stderr[-4000:], sep="\n")
        stop(f"This step failed: {' '.join(str(part) for part in command[:6])} …")


def install_environment():
    """Return this process's environment, changed so that pip compiles bytecode as it installs."""
    env = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"):
        env.pop(name, None)  # without bytecode each later start of TensorFlow takes 15 s instead of 4 s
    return env


def venv_of(kind):
    """Return the folder of an environment and its Python: that of `bench` is apart, since its peers differ."""
    if kind != "bench":
        return VENV, PYTHON
    venv = VENV.with_name(f"{VENV.name}-bench")
    return venv, venv / PYTHON.relative_to(BIN.parent)


def parts_of(lock, packages):
    """Cut the text of a lock file: all but some packages, then each of them, as requirements that pip reads."""
    entries = re.split(r"\n(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8").rstrip("\n"))
    of_package = {entry.partition("==")[0]: entry for entry in entries}
    apart = [of_package.pop(package) for package in packages]
    return ["\n".join(of_package.values()) + "\n", *apart]


def install(lock, kind, venv, python):
    """Install a lock file with pip: wheels, then what has none, which is no reason to stop when it fails."""
    env = install_environment()
    pip = tuple(map(str, (python, "-m", "pip", "--quiet", "install", "--compile")))
    listed = venv / "requirements.txt"
    wheels, *sources = parts_of(lock, FROM_SOURCE.get(kind, ()))
    listed.write_text(wheels, encoding="utf-8")
    run(*pip, "--require-hashes", "--only-binary", ":all:", "-r", listed, env=env)
    for package, source in zip(FROM_SOURCE.get(kind, ()), sources, strict=True):
        listed.write_text(source, encoding="utf-8")
        command = (*pip, "--require-hashes", "--no-deps", "--no-build-isolation", "-r", str(listed))
        if subprocess.run(command, cwd=ROOT, env=env).returncode:
            print(f"{package} could not be built; it needs a C compiler. All else goes on without it.")
    listed.unlink()
    run(*pip, "--no-index", "--no-deps", "--no-build-isolation", "-e", ROOT, env=env)


def set_up(kind):
    """Make `.venv` and install the lock named `kind`, unless that was done before from the same files."""
    lock, (venv, own_python) = ROOT / "requirements" / f"{kind}.lock", venv_of(kind)
    stamp = venv / f"course-{kind}.stamp"
    wanted = fingerprint(lock)
    installed_before = {path: path.read_text() for path in venv.glob("course-*.stamp")}
    # test.lock holds everything that lab.lock holds, so either environment can serve the lab
    if installed_before.get(stamp) == wanted or (kind == "lab" and _test_serves(installed_before)):
        return
    start = time.monotonic()
    python = find_python()
    if venv.exists() and version_of([str(own_python)]) not in SUPPORTED:
        print(f"The environment {venv.name} does not run any more; it is made again.")
        shutil.rmtree(venv)
    free = shutil.disk_usage(venv.parent).free / 1e9
    if not venv.exists():
        if free < NEEDED_GB[kind]:
            stop(f"The course needs {NEEDED_GB[kind]} GB here, and {free:.1f} GB are free. Make room and try again.")
        print(f"Making {venv.name} with Python {'.'.join(map(str, version_of(python)))} …", flush=True)
        run(*python, "-m", "venv", venv)
    for path in installed_before:
        path.unlink()  # from here to the last line the environment is neither what it was nor what it will be
    minutes = "ten" if kind == "bench" else "two"
    print(f"Installing requirements/{kind}.lock (about {minutes} minutes the first time) …", flush=True)
    install(lock, kind, venv, own_python)
    # matplotlib lists the machine's fonts once, and would say so in red in the first lesson
    run(own_python, "-c", "import matplotlib.font_manager", env=install_environment(), quiet=True)
    if kind != "bench":
        write_jupyter_settings()
    stamp.write_text(wanted)
    print(f"Set up in {time.monotonic() - start:.0f} s.", flush=True)


def _test_serves(installed):
    return installed.get(VENV / "course-test.stamp") == fingerprint(ROOT / "requirements" / "test.lock")


def write_jupyter_settings():
    """Turn off what JupyterLab would ask the network or the learner at its first start."""
    folder = VENV / "share" / "jupyter" / "lab" / "settings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "overrides.json").write_text(
        '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}\n'
    )


def course_environment():
    """Return the environment in which the course's own commands run: the venv first, no foreign kernels."""
    env = dict(os.environ, JUPYTER_PREFER_ENV_PATH="1", VIRTUAL_ENV=str(VENV))
    env["PATH"] = os.pathsep.join([str(BIN), env.get("PATH", "")])
    for name in ("JUPYTER_PATH", "PYTHONHOME", "PYTHONPATH"):
        env.pop(name, None)
    return env


def become(command, env):
    """Run a command in this process's place, so that Ctrl+C reaches it; on Windows, beside it."""
    if os.name == "nt":
        return subprocess.call(command, env=env)
    os.execve(command[0], command, env)


def main(arguments):
    """Do what the command line asks."""
    task, *rest = arguments or ["help"]
    os.chdir(ROOT)
    if task == "lab":
        set_up("lab")
        return become([str(PYTHON), "-m", "course_lib", "lab", *rest], course_environment())
    if task == "test":
        set_up("test")
        return become([str(PYTHON), str(ROOT / "tools" / "run_tests.py"), *rest], course_environment())
    if task == "bench":
        set_up("bench")
        script = ROOT / "benchmarks" / "speed" / "run.py"
        return become([str(venv_of("bench")[1]), str(script), *rest], dict(os.environ))
    if task == "setup":
        set_up(rest[0] if rest else "lab")
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
