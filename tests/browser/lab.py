"""Drives JupyterLab as a learner would: starts `course lab`, opens a page in headless Chromium, runs all cells."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
IDLE = ".jp-Notebook-ExecutionIndicator[data-status=idle]"
ALL_DONE = """() => {
    const prompts = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')];
    const said = prompts.map(p => p.textContent.trim());
    return said.length && said.some(t => /\\[\\d+\\]/.test(t)) && !said.some(t => t.includes('*'))
        && document.querySelector('.jp-Notebook-ExecutionIndicator').dataset.status === 'idle';
}"""


def chromium():
    """Return the path of a Chromium or Chrome, None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((path for path in map(shutil.which, names) if path), None)


def jupyter_lab(course_home, lesson="02"):
    """Run `course lab` without a browser window and give its address, the token included."""
    return served([sys.executable, "-m", "course_lib", "lab", lesson, "--no-browser"], course_home)


def jupyter_lab_in(folder, notebook, course_home):
    """Run JupyterLab in a folder outside the course, whose notebooks can import it; give a notebook's address."""
    command = [
        sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", "--ServerApp.ip=127.0.0.1",
        f"--LabApp.default_url=/lab/tree/{notebook}", "--ServerApp.log_level=WARN", "--no-browser",
    ]  # fmt: skip
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return served(command, course_home)


@contextlib.contextmanager
def served(command, course_home):
    """Run a command that starts JupyterLab, and give the address that it prints."""
    env = dict(os.environ, COURSE_HOME=str(course_home), JUPYTER_CONFIG_DIR=tempfile.mkdtemp(dir=course_home.parent),
               PATH=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))  # fmt: skip
    for name in ("COURSE_DATASET", "COURSE_DATA_DIR", "JUPYTER_PATH"):
        env.pop(name, None)
    server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = []
    try:
        for line in server.stdout:
            lines.append(line)
            found = re.search(r"http://127\.0\.0\.1:\d+/lab\S*token=\w+", line)
            if found:
                # keep reading, or the server stops when the pipe is full
                threading.Thread(target=lambda: lines.extend(server.stdout), daemon=True).start()
                yield found[0]
                return
        raise AssertionError("JupyterLab did not start:\n" + "".join(lines))
    finally:
        server.terminate()
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:  # it sometimes waits for ever for a kernel that it is about to restart
            server.kill()
            server.wait()


@contextlib.contextmanager
def page(address, width=1280, height=1000, **options):
    """Open an address in headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        try:
            tab = browser.new_page(viewport={"width": width, "height": height}, **options)
            tab.goto(f"{address}&reset")  # else the notebook of an earlier page may be opened beside it
            tab.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)
            tab.wait_for_selector(IDLE, timeout=90_000)
            yield tab
        finally:
            browser.close()


def run_all(tab, timeout=80_000):
    """Restart the kernel and run every cell, from the keyboard; return when all is done.

    On a busy machine a key is lost now and then, so that nothing starts: it is then tried again.
    """
    from playwright.sync_api import TimeoutError as TooLate

    for attempt in range(3):
        _ask_for_a_run(tab)
        try:
            tab.wait_for_function(ALL_DONE, timeout=timeout)
            return
        except TooLate:
            tab.keyboard.press("Escape")
            if attempt == 2:
                raise


def _ask_for_a_run(tab):
    """Give the command by the palette, and confirm it."""
    from playwright.sync_api import TimeoutError as TooLate

    palette, dialog = tab.locator(".jp-ModalCommandPalette"), tab.locator(".jp-Dialog")
    command = palette.locator(".lm-CommandPalette-item.lm-mod-active", has_text="Restart Kernel and Run All Cells")
    for _ in range(8):  # a shortcut is not heard before the page has finished its start
        tab.keyboard.press("Control+Shift+C")
        try:
            palette.locator("input").fill("Restart Kernel and Run All", timeout=3_000)
            command.wait_for(timeout=3_000)
            tab.keyboard.press("Enter")
            dialog.wait_for(timeout=5_000)
            break
        except TooLate:
            tab.keyboard.press("Escape")
    tab.keyboard.press("Enter")
    dialog.wait_for(state="detached")


def scroll_through(tab):
    """Scroll from the first cell to the last: JupyterLab draws the outputs of a cell when it comes near."""
    panel = tab.locator(".jp-WindowedPanel-outer").first
    top = 0
    while top < panel.evaluate("panel => panel.scrollHeight"):
        panel.evaluate("(panel, top) => { panel.scrollTop = top; }", top)
        tab.wait_for_timeout(150)
        top += 600


def prompts(tab):
    """Return the text in front of each code cell."""
    return tab.evaluate(
        "() => [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')].map(p => p.textContent)"
    )


def errors(tab):
    """Return the text of each error that a cell shows."""
    selector = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"
    return tab.evaluate(
        "selector => [...document.querySelectorAll('.jp-Notebook ' + selector)].map(e => e.textContent)", selector
    )


def alt_texts(tab):
    """Return the alt text of each picture in an output."""
    return tab.evaluate(
        "() => [...document.querySelectorAll('.jp-Notebook .jp-OutputArea img')].map(i => i.getAttribute('alt') || '')"
    )


def scroll_to(tab, selector):
    """Scroll the notebook until something is there, and return it."""
    found = tab.locator(selector).first
    panel = tab.locator(".jp-WindowedPanel-outer").first
    for step in range(60):
        if found.count() and found.is_visible():
            break
        panel.evaluate("(panel, top) => { panel.scrollTop = top; }", 600 * step)
        tab.wait_for_timeout(150)
    found.scroll_into_view_if_needed()
    return found
