"""Pictures that more than one lesson draws: each function makes one figure, ready for ``plotting.show``."""

import textwrap

import numpy as np

from course_lib import plotting

COLORS = (plotting.BLUE, plotting.VERMILLION, plotting.GREEN, plotting.PURPLE)


def arrows(vectors, axes, title, gap=None, names_left=()):
    """Draw vectors with two entries as arrows from zero, and the gap between two of their tips.

    Parameters
    ----------
    vectors : dict of str to pair of float
        Name to vector; the names are written at the tips, in the palette's order of colours.
    axes : pair of str
        What the two entries are, with their unit.
    title : str
    gap : pair of str, optional
        Names of two vectors; a dotted line joins their tips.
    names_left : sequence of str, optional
        Names to write at the left of the tip, out of another arrow's way.

    Returns
    -------
    Figure
    """
    fig, ax = plotting.figure(6.6, 4.2)
    for (name, tip), color in zip(vectors.items(), COLORS, strict=False):
        head = {"arrowstyle": "-|>", "color": color, "lw": 2.6, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", tip, (0, 0), arrowprops=head)
        ax.plot(*tip, ".", color=color, label=name)  # so that the axes, and the description, know the tip
        plotting.label(ax, *tip, name, color, dx=-8 if name in names_left else 8, dy=9)
    if gap:
        start, end = (np.asarray(vectors[name], dtype=float) for name in gap)
        ax.plot(*zip(start, end, strict=True), ":", color=plotting.INK, label="gap")
        plotting.label(ax, *(start + end) / 2, "the gap", dx=-10, dy=-13)
    furthest = np.max(list(vectors.values()), axis=0)
    ax.set(xlim=(0, furthest[0] + 4), ylim=(0, furthest[1] + 2), xlabel=axes[0], ylabel=axes[1], aspect="equal")
    ax.set_title(title)
    return fig


def places(before, after, names, title, follow):
    """Draw how each film's place in a list changes: one line a film, the followed ones in colour.

    Parameters
    ----------
    before, after : sequence of str
        The same titles in two orders, the first place first.
    names : pair of str
        What the two lists are.
    title : str
    follow : sequence of str
        Titles to draw in colour and to name at the right.

    Returns
    -------
    Figure
    """
    place_before = {film: place for place, film in enumerate(before, start=1)}
    place_after = {film: place for place, film in enumerate(after, start=1)}
    colors = dict(zip(follow, COLORS, strict=False))
    fig, ax = plotting.figure(7.6, 5.2)
    for film in before:
        ends, color = [place_before[film], place_after[film]], colors.get(film, plotting.PALE)
        ax.plot([0, 1], ends, "o-", color=color, zorder=3 if film in colors else 1, label=film)
        if film in colors:
            plotting.label(ax, 1, ends[1], f"{ends[1]}. {film}", color)
            plotting.label(ax, 0, ends[0], f"{ends[0]}.", color, dx=-10)
    ax.set(xlim=(-0.2, 1.9), ylim=(len(before) + 0.7, 0.3), ylabel="place in the list (1 = first)")
    ax.set_xticks([0, 1], names)
    ax.set_title(title)
    return fig


def bars_from(zeros, vectors, features, readings, unit):
    """Draw the same vectors as bars that start at different zeros, side by side.

    Parameters
    ----------
    zeros : sequence of float
        One panel each: where its bars start.
    vectors : dict of str to sequence of float
        Name to vector, up to four; one colour each.
    features : sequence of str
        The entries' names.
    readings : sequence of str
        The panels' titles.
    unit : str
        What the numbers are.

    Returns
    -------
    Figure
    """
    fig, panels = plotting.figure(8.6, 3.9, columns=len(zeros), sharey=True)
    width = 0.8 / len(vectors)
    for ax, zero, reading in zip(panels, zeros, readings, strict=True):
        for place, ((name, vector), color) in enumerate(zip(vectors.items(), COLORS, strict=False)):
            left = np.arange(len(features)) - 0.4 + width * (place + 0.5)
            ax.bar(left, np.asarray(vector) - zero, 0.9 * width, bottom=zero, color=color, label=name)
        ax.axhline(zero, color=plotting.INK, lw=1.5, label="_zero")
        ax.set(ylim=(0, 10), title=reading)
        ax.set_xticks(range(len(features)), features)
    panels[0].set_ylabel(unit)
    tight = {"fontsize": 10, "columnspacing": 1, "handlelength": 1, "handletextpad": 0.5}
    panels[-1].legend(loc="lower center", ncols=len(vectors), **tight)
    return fig


def shares(parts, labels, title, unit):
    """Draw how a sum divides into its parts, in percent, once for each of several sums.

    Parameters
    ----------
    parts : dict of str to sequence of float
        Name to the parts of a sum; one colour each.
    labels : sequence of str
        The parts' names.
    title : str
    unit : str
        What is divided.

    Returns
    -------
    Figure
    """
    fig, ax = plotting.figure(7.0, 3.6)
    height = 0.8 / len(parts)
    for place, (name, values) in enumerate(parts.items()):
        percent = 100 * np.asarray(values) / np.sum(values)
        middle = np.arange(len(labels)) - 0.4 + height * (place + 0.5)
        bars = ax.barh(middle, percent, 0.9 * height, label=name)
        ax.bar_label(bars, fmt="%.1f %%", padding=4, fontsize=10, color=plotting.INK)
    ax.set_yticks(range(len(labels)), labels)
    ax.invert_yaxis()
    ax.set(xlabel=f"share of {unit} (%)", xlim=(0, 115))
    ax.legend(loc="center right")
    ax.set_title(title)
    return fig


def curves(x, panels, x_name, y_names, mark=None):
    """Draw panels of lines over the same x, side by side; each line's name stands at its end.

    Parameters
    ----------
    x : ndarray of shape (n,)
    panels : dict of str to dict of str to ndarray of shape (n,)
        Panel title to line name to values. A single line needs no name in the picture, and gets none.
    x_name : str
    y_names : sequence of str
        One a panel.
    mark : float, optional
        Where on the x axis a dotted line stands.

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(8.6, 3.8, columns=len(panels))
    for ax, (title, lines), y_name in zip(np.atleast_1d(axes), panels.items(), y_names, strict=True):
        for (name, values), color in zip(lines.items(), COLORS, strict=False):
            ax.plot(x, values, color=color, label=name)
            if len(lines) > 1:
                plotting.label(ax, x[-1], values[-1], name, color)
        if mark is not None:
            ax.axvline(mark, ls=":", color=plotting.INK, lw=1.5, label="mark")
        ax.set(xlabel=x_name, ylabel=y_name)
        ax.set_title(title)
    return fig


def contributions(reasons, title, unit):
    """Draw what a score is made of: one bar a reason, to the right for, to the left against.

    Parameters
    ----------
    reasons : DataFrame
        reason and contribution, in the order in which they are drawn, from the top.
    title : str
    unit : str
        What the contributions are.

    Returns
    -------
    Figure
    """
    values = reasons["contribution"].to_numpy()
    fig, ax = plotting.figure(7.6, 0.9 + 0.42 * len(reasons))
    colors = [plotting.BLUE if value >= 0 else plotting.VERMILLION for value in values]
    bars = ax.barh(np.arange(len(values)), values, 0.7, color=colors, label="reasons")
    numbers = ax.bar_label(bars, fmt="%.2f", padding=4, fontsize=10, color=plotting.INK)
    ax.set_yticks(range(len(values)), reasons["reason"])
    ax.invert_yaxis()
    ax.margins(x=0.15)
    ax.axvline(0, color=plotting.INK, lw=1.2, label="_zero")
    ax.set(xlabel=unit)
    fig.suptitle(textwrap.fill(title, 62), x=0.01, ha="left", fontsize=14, weight="bold")
    _make_room_at_the_left(ax, values, numbers)
    return fig


def _make_room_at_the_left(ax, values, numbers):
    # Else the number of a long negative bar stands on the names beside the axis. It has 4 points of air on both sides.
    ax.figure.canvas.draw()  # places the numbers
    left, right = ax.get_xlim()
    air = 8 * ax.figure.dpi / 72
    for value, number in zip(values, numbers, strict=True):
        if value < 0:
            share = (number.get_window_extent().width + air) / ax.bbox.width  # of the axis, for this number
            left = min(left, (value - share * right) / (1 - share))
    ax.set_xlim(left=left)


def intervals(rows, title, unit):
    """Draw values with their intervals, one a line, beside a dotted zero.

    Parameters
    ----------
    rows : dict of str to (value, low, high)
        Name to an `Interval`, from the top.
    title : str
    unit : str
        What the values are.

    Returns
    -------
    Figure
    """
    fig, ax = plotting.figure(7.6, 1.2 + 0.45 * len(rows))
    for place, (value, low, high) in enumerate(rows.values()):
        color = plotting.GREY if low <= 0 <= high else plotting.BLUE if low > 0 else plotting.VERMILLION
        ax.plot([low, high], [place, place], color=color, label=list(rows)[place])
        ax.plot([value], [place], "o", color=color, label="_mean")
    ax.axvline(0, ls=":", color=plotting.INK, lw=1.5, label="zero")
    ax.set_yticks(range(len(rows)), rows)
    ax.set(xlabel=unit, ylim=(len(rows) - 0.5, -0.5))
    fig.suptitle(textwrap.fill(title, 62), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig
