"""The ladder: what each model reaches, with its interval, above the best that any model could reach."""

import textwrap

import numpy as np
import pandas as pd

from course_lib import plotting
from course_lib.errors import DataError

COLUMNS = ["value", "low", "high"]
HEADS = ("simulated members", "real members")
UNIT = "RMSE on hidden ratings (stars), less is better"


def ladder(rows, floor=None, title="", real=None, follow=(), heads=HEADS, unit=UNIT):
    """Draw models from top to bottom as dots with intervals, and the noise floor as a dotted band.

    Parameters
    ----------
    rows : DataFrame or dict of str to Interval
        One a model, from the top: value, low and high. A frame's models are its column "model" or its index, as
        `evaluation.leaderboard` and `evaluation.compare` give them; of one measure only.
    floor : object, optional
        ``data.truth``. Its ``floor`` and ``floor_day_known`` are the ends of the band. Where nobody knows the truth
        it is false, and nothing is drawn.
    title : str
        The message.
    real : DataFrame or dict of str to Interval, optional
        The same of real members, drawn in a second panel beside the first, without a floor. A model that is
        missing there leaves its line empty.
    follow : sequence of str, optional
        Models to draw in another colour.
    heads : pair of str
        Titles of the panels, where there are two.
    unit : str
        What is measured.

    Returns
    -------
    Figure

    Raises
    ------
    DataError
        When there is no row, or a model has two.
    """
    panels = [_intervals(part) for part in (rows, real) if part is not None]
    names = list(dict.fromkeys(name for panel in panels for name in panel.index))
    height = 1.5 + 0.46 * (len(names) + bool(floor))
    fig, axes = plotting.figure(7.6 if real is None else 9.4, height, columns=len(panels), sharex=True, sharey=True)
    axes = np.atleast_1d(axes)
    for ax, panel, head in zip(axes, panels, heads, strict=False):
        for name, (value, low, high) in zip(panel.index, panel.to_numpy(), strict=True):
            place, color = names.index(name), plotting.VERMILLION if name in follow else plotting.BLUE
            ax.plot([low, high], [place, place], color=color, label=name)
            ax.plot([value], [place], "o", color=color, label="_value")
            plotting.label(ax, high, place, f"{value:.3f}", color, fontsize=10.5)
        ax.margins(x=0.16)
        ax.set(xlabel=unit if real is None else textwrap.fill(unit, 34))
        if real is not None:
            ax.set_title(head, fontsize=12)
    axes[0].set_yticks(range(len(names)), names, color=plotting.INK)
    axes[0].set_ylim(len(names) - 0.5 + bool(floor), -0.5)
    for ax in axes:
        ax.tick_params(axis="y", length=0, labelcolor=plotting.INK)
    if floor:
        _draw_floor(axes[0], floor, len(names))
    fig.suptitle(textwrap.fill(title, 62 if real is None else 76), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def _intervals(rows):
    """Return a frame with value, low and high, a row a model."""
    if isinstance(rows, pd.DataFrame):
        table = (rows.set_index("model") if "model" in rows else rows)[COLUMNS]
    else:
        table = pd.DataFrame([list(interval) for interval in rows.values()], index=list(rows), columns=COLUMNS)
    if table.empty:
        raise DataError("There is no model to draw. Give one row a model: value, low and high.")
    if table.index.has_duplicates:
        twice = table.index[table.index.duplicated()][0]
        raise DataError(f"{twice} is there twice. Draw one measure at a time: board[board['measured'] == 'RMSE'].")
    return table.astype(float)


def _draw_floor(ax, truth, place):
    """Draw the two readings of the noise floor, and write them below the last model."""
    known, unknown = float(truth.floor_day_known), float(truth.floor)
    ax.axvspan(known, unknown, color=plotting.PALE, lw=0)
    for value, name in ((known, "floor, the day known"), (unknown, "floor")):
        ax.axvline(value, ls=":", color=plotting.INK, lw=1.5, label=name)
    words = f"best possible: {unknown:.3f},\nor {known:.3f} if the mood of the day is known"
    plotting.label(ax, unknown, place - 0.05, words, fontsize=10.5)
