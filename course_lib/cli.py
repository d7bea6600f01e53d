"""The command ``course``: what a learner types beside the notebooks."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from course_lib import __version__, home
from course_lib.errors import CourseError

ROOT = Path(__file__).resolve().parent.parent


class Sentences(click.Group):
    """A group of commands whose expected errors are printed as sentences, without a traceback."""

    def invoke(self, context):
        """Run the command; turn the course's own errors into click's."""
        try:
            return super().invoke(context)
        except CourseError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Sentences)
@click.version_option(__version__, prog_name="What to Watch Next")
def main():
    """Run What to Watch Next, a course on recommenders: open lessons, fetch data, see your progress."""


@main.command()
def check():
    """Look whether this machine can run the course, and say what to do where it cannot."""
    from rich.console import Console
    from rich.table import Table

    from course_lib.machine import check_up

    findings = check_up()
    table = Table(box=None, show_header=False, pad_edge=False)
    for finding in findings:
        mark = "[green]ok[/green]" if finding.is_ok else "[bold red]no[/bold red]"
        table.add_row(mark, finding.subject, finding.says)
    Console(highlight=False).print(table)
    if not all(finding.is_ok for finding in findings):
        raise SystemExit(1)


@main.command()
@click.argument("lesson", required=False)
@click.option("--browser/--no-browser", default=True, help="Open a browser window, or only print the address.")
def lab(lesson, browser):
    """Open a LESSON (its number, like 02) in JupyterLab; without one, the first.

    The exercises are copied to your folder, but for those that you have there already.
    """
    notebook = lesson_notebook(lesson)
    for exercise in sorted((ROOT / "exercises").glob("*.ipynb")):
        copy_exercise(exercise.stem)
    click.echo(f"Your copies of the exercises are in {shown(home.folder())}")
    command = [
        sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={ROOT}", "--ServerApp.ip=127.0.0.1",
        f"--LabApp.default_url=/lab/tree/{notebook.relative_to(ROOT).as_posix()}",
        "--ServerApp.answer_yes=True",  # one Ctrl+C ends it, without a question
        "--ServerApp.log_level=WARN",  # what is left is the address, and what goes wrong
    ]  # fmt: skip
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in a container there is often no other user
    click.echo(f"JupyterLab opens {shown(notebook)} in your browser. Ctrl+C in this window ends it.")
    become(command)


@main.command()
@click.argument("name", required=False)
@click.option("--list", "list_all", is_flag=True, help="List the data sets and which of them are at hand.")
def data(name, list_all):
    """Download the data set NAME, verify and unpack it, and say what is in it."""
    from course_lib import datasets

    if list_all or not name:
        for known in datasets.names():
            click.echo(f"{'here' if datasets.available(known) else '    '}  {known}")
        return
    click.echo(repr(datasets.load(name)))


@main.command()
def progress():
    """Draw which questions of which lessons you have answered."""
    from course_lib.checks import progress as answered

    click.echo(answered.overview())


@main.command()
@click.argument("what")
def reset(what):
    """Start WHAT over: a lesson's exercise by its number (06), "ratings" or "progress". A backup is kept."""
    if what in ("ratings", "progress"):
        source = home.folder() / f"{what}.json"
        if not source.exists():
            click.echo(f"There is nothing to reset: you have no {what} yet.")
            return
        kept = home.backup(source.name)
        source.unlink()
        click.echo(f"Your {what} start over. What you had is kept as {shown(kept)}")
        return
    stem = numbered("exercises", what).stem
    mine = home.folder() / f"{stem}.ipynb"
    if mine.exists():
        kept = home.backup(mine.name)
        mine.unlink()
        click.echo(f"What you had is kept as {shown(kept)}")
    click.echo(f"A fresh exercise: {shown(copy_exercise(stem))}")


def become(command):
    """Run a command in this process's place, so that Ctrl+C and a closed terminal reach it and nobody else.

    Parameters
    ----------
    command : list of str
    """
    os.chdir(ROOT)
    if os.name == "nt":  # Windows cannot replace a process
        raise SystemExit(subprocess.call(command))
    os.execv(command[0], command)


def lesson_notebook(number):
    """Return the path of a lesson by its number; without one, of the first lesson there is.

    Parameters
    ----------
    number : str or None

    Returns
    -------
    Path

    Raises
    ------
    CourseError
        When there is no lesson with that number; the message lists those there are.
    """
    if number is None:
        return min((ROOT / "notebooks").glob("*.ipynb"))
    return numbered("notebooks", number)


def numbered(folder, number):
    """Return the path of the notebook with a number, like "2", "02" or "03w", in a folder of the course.

    Parameters
    ----------
    folder : str
    number : str

    Returns
    -------
    Path

    Raises
    ------
    CourseError
        When there is none; the message lists those there are.
    """
    there = {path.stem.partition("_")[0]: path for path in sorted((ROOT / folder).glob("*.ipynb"))}
    found = there.get(number) or there.get(number.zfill(2))
    if found is None:
        raise CourseError(f"There is no {number} in {folder}/. Give one of these numbers: {', '.join(there)}.")
    return found


def copy_exercise(stem):
    """Copy a lesson's exercise into the learner's folder, never over one that is there.

    Parameters
    ----------
    stem : str
        The lesson's number and slug, like ``02_content_vectors``.

    Returns
    -------
    Path or None
        The learner's copy, None when the lesson has no exercise.
    """
    source = ROOT / "exercises" / f"{stem}.ipynb"
    if not source.exists():
        return None
    target = home.folder() / source.name
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    return target


def shown(path):
    """Return a path as the learner would type it from the course's folder."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
