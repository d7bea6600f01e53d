"""Pictures of learning from pairs: the sigmoid and its loss, lists while a model learns, where negatives come from."""

import textwrap

import numpy as np

from course_lib import plotting

COLORS = (plotting.BLUE, plotting.VERMILLION, plotting.GREEN)


def sigmoid_and_loss(marked, title):
    """Draw the chance that a difference of scores stands for, and beside it what that chance costs.

    Parameters
    ----------
    marked : sequence of float
        Differences to draw as points with their values.
    title : str

    Returns
    -------
    Figure
    """
    x, marked = np.linspace(-4, 4, 81), np.asarray(marked, dtype=float)
    fig, axes = plotting.figure(9.4, 3.9, columns=2)
    curves = {
        "chance that she prefers Alien: σ(x)": lambda x: 1 / (1 + np.exp(-x)),
        "loss of the pair: -ln σ(x)": lambda x: np.logaddexp(0, -x),
    }
    for ax, (name, curve), color in zip(axes, curves.items(), COLORS, strict=False):
        ax.axvline(0, ls=":", color=plotting.GREY, lw=1.3, label="a tie")
        ax.plot(x, curve(x), color=color, label=name)
        ax.plot(marked, curve(marked), "o", color=plotting.INK, ms=6, label="points")
        down = 1 if ax is axes[0] else -1
        for place in marked:
            plotting.label(ax, place, curve(place), f"{curve(place):.2f}", dx=8, dy=-9 * down, fontsize=11)
        ax.set(xlabel="x: score of Alien minus score of the other film", ylabel=name, xlim=(-4.2, 4.6))
    axes[0].set_ylim(-0.05, 1.1)
    fig.suptitle(textwrap.fill(title, 76), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def while_learning(panels, levels, title, measure):
    """Draw how good the lists are after so many epochs, beside models that are fitted already.

    Parameters
    ----------
    panels : dict of str to dict of str to dict of int to float
        Panel title to name of a line to value by epochs.
    levels : dict of str to dict of str to float
        Panel title to name to value: dotted lines.
    title, measure : str

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(9.8, 4.3, columns=len(panels), sharey=True)
    for ax, (head, lines) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for (name, line), color in zip(lines.items(), COLORS, strict=False):
            epochs, values = list(line), list(line.values())
            ax.plot(epochs, values, "o-", ms=4, color=color, label=name)
            plotting.label(ax, epochs[-1], values[-1], name, color, fontsize=11)
        for name, value in levels[head].items():
            ax.plot([0.9, max(line)], [value, value], ":", color=plotting.INK, lw=1.5, label=name)
            plotting.label(ax, 1, value, name, dx=2, dy=9, fontsize=11)
        ax.set_xscale("log")
        ticks = [epochs for epochs in (1, 3, 10, 30, 100) if epochs <= max(line)]
        ax.set_xticks(ticks, ticks)
        ax.set_xticks([], minor=True)
        ax.set(xlabel="epochs", xlim=(0.9, 16 * max(line)))
        ax.set_title(head, fontsize=12)
    top = max(max(level.values()) for level in levels.values())
    np.atleast_1d(axes)[0].set(ylabel=measure, ylim=(0, 1.2 * top))
    fig.suptitle(textwrap.fill(title, 78), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def drawn_from(panels, levels, title, measure, wrong=()):
    """Draw a bar for each way to draw negatives, and a dotted line for a model to beat.

    Parameters
    ----------
    panels : dict of str to dict of str to float
        Panel title to way to value.
    levels : dict of str to (str, float)
        Panel title to the name and value of the dotted line.
    title, measure : str
    wrong : sequence of str
        Ways to draw in another colour.

    Returns
    -------
    Figure
    """
    rows = len(next(iter(panels.values())))
    fig, axes = plotting.figure(9.6, 1.8 + 0.45 * rows, columns=len(panels), sharey=True, sharex=True)
    for ax, (head, ways) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        colors = [plotting.VERMILLION if way in wrong else plotting.BLUE for way in ways]
        bars = ax.barh(range(rows), list(ways.values()), 0.65, color=colors, label=measure)
        ax.bar_label(bars, fmt="%.2f", padding=4, fontsize=11, color=plotting.INK)
        name, level = levels[head]
        ax.axvline(level, ls=":", color=plotting.INK, lw=1.5, label=name)
        plotting.label(ax, level, rows - 0.62, name, dx=5, fontsize=11)
        ax.set_yticks(range(rows), ways)
        ax.tick_params(axis="y", length=0, labelcolor=plotting.INK)
        ax.set(xlabel=measure)
        ax.margins(x=0.22)
        ax.set_title(head, fontsize=12)
    np.atleast_1d(axes)[0].set_ylim(rows - 0.3, -0.5)
    fig.suptitle(textwrap.fill(title, 76), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig
