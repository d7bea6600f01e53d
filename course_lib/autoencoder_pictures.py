"""Pictures of autoencoders: a row that is squeezed, lists while a network learns, and the price of a cloud."""

import textwrap

import numpy as np

from course_lib import plotting

CELL = 0.62
"""How tall a number of a row is drawn, where rows are 1 apart."""


def hourglass(goes_in, comes_out, names, title, n_code=2, heads=("goes in", "comes out")):
    """Draw a row that goes through a narrow layer: numbers at the left and right, circles in the middle.

    Parameters
    ----------
    goes_in, comes_out : sequence of float of shape (n,)
        nan in `comes_out` is drawn as a hole that nobody asks about.
    names : sequence of str of shape (n,)
        What each number is about.
    title : str
        The message.
    n_code : int, default=2
        Circles in the middle.
    heads : pair of str
        What stands above both sides.

    Returns
    -------
    Figure
    """
    n = len(goes_in)
    fig, ax = plotting.figure(7.6, 1.3 + 0.5 * n)
    places = np.arange(n, dtype=float)
    middle = (n - 1) / 2 + (np.arange(n_code) - (n_code - 1) / 2) * 1.1
    ax.add_patch(_threads([(0.5, place) for place in places], [(2.0, circle) for circle in middle]))
    ax.add_patch(_threads([(3.5, place) for place in places], [(2.0, circle) for circle in middle]))
    for x, values, color in ((0, goes_in, plotting.BLUE), (4, comes_out, plotting.VERMILLION)):
        for place, value in zip(places, values, strict=True):
            hole = np.isnan(value)
            ax.add_patch(_box(x, place, "white", plotting.GREY if hole else color, ":" if hole else "-"))
            text = "hole" if hole else f"{value:.1f}".replace("-0.0", "0.0")
            ax.text(x, place, text, ha="center", va="center", fontsize=12, color=plotting.GREY if hole else color)
    ax.plot(np.full(n_code, 2.0), middle, "o", ms=20, color=plotting.INK, zorder=3, label="code")
    for place, name in zip(places, names, strict=True):
        ax.text(-0.65, place, name, ha="right", va="center")
    for x, head in ((0, heads[0]), (2, f"{n_code} numbers" if n_code > 1 else "1 number"), (4, heads[1])):
        ax.text(x, -0.85, head, ha="center", va="center", color=plotting.GREY)
    ax.set(xlim=(-2.3, 4.7), ylim=(n - 0.4, -1.2))
    ax.axis("off")
    fig.suptitle(textwrap.fill(title, 66), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def _threads(starts, ends):
    """Return a line from each start to each end: the weights of a layer."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    points = [point for start in starts for end in ends for point in (start, end)]
    codes = [Path.MOVETO, Path.LINETO] * (len(points) // 2)
    return PathPatch(Path(points, codes), fc="none", ec=plotting.PALE, lw=1.2, zorder=1)


def _box(x, y, face, edge, style):
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.5, y - CELL / 2), 1.0, CELL, fc=face, ec=edge, ls=style, lw=1.8, zorder=2)


def lists_by_epoch(curves, levels, title, unit="NDCG of the first 20"):
    """Draw how good lists are after each epoch, one line a network, and what other models reach as dotted lines.

    Parameters
    ----------
    curves : dict of str to ndarray of shape (n_epochs,)
        Line name to values.
    levels : dict of str to float
        Name to value.
    title : str
        The message.
    unit : str
        What is measured.

    Returns
    -------
    Figure
    """
    fig, ax = plotting.figure(8.8, 4.4)
    colors = [plotting.VERMILLION, plotting.PURPLE, plotting.BLUE, plotting.GREEN]
    longest = max(len(values) for values in curves.values())
    ends = _apart([values[-1] for values in curves.values()], 0.045 * _span(curves, levels))
    for (name, values), color, end in zip(curves.items(), colors, ends, strict=False):
        epochs = np.arange(1, len(values) + 1)
        ax.plot(epochs, values, color=color, label=name)
        plotting.label(ax, epochs[-1], end, name, color)
    for name, value in levels.items():
        ax.axhline(value, ls=":", color=plotting.INK, lw=1.5, label=name)
        plotting.label(ax, longest * 1.42, value, name, dx=-2, dy=7, fontsize=10.5)  # where no curve is
    ax.set(xlabel="epoch", ylabel=unit, xlim=(0.5, longest * 1.42))
    ax.set_xticks([tick for tick in ax.get_xticks() if 1 <= tick <= longest])
    ax.set_title(textwrap.fill(title, 66))
    return fig


def _span(curves, levels):
    values = np.concatenate([*(np.asarray(one) for one in curves.values()), list(levels.values())])
    return float(np.ptp(values)) or 1.0


def _apart(values, gap):
    """Move places along a line until no two are closer than a gap; their order stays."""
    order, placed = np.argsort(values, kind="stable"), np.array(values, dtype=float)
    for lower, upper in zip(order[:-1], order[1:], strict=True):
        placed[upper] = max(placed[upper], placed[lower] + gap)
    return placed


def clouds(mean_and_width, prices, title):
    """Draw clouds of one number as bell curves over the standard one, with the price of each beside it.

    Parameters
    ----------
    mean_and_width : sequence of pair of float
        Mean and standard deviation of each cloud.
    prices : sequence of float
        Its KL divergence.
    title : str
        The message.

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(9.2, 2.9, columns=len(prices), sharey=True)
    x = np.linspace(-4, 4, 321)
    for ax, (mean, width), price in zip(np.atleast_1d(axes), mean_and_width, prices, strict=True):
        ax.plot(x, _bell(x, 0, 1), ls=":", color=plotting.INK, lw=1.5, label="standard")
        ax.plot(x, _bell(x, mean, width), color=plotting.BLUE, label="cloud")
        ax.fill_between(x, _bell(x, mean, width), color=plotting.BLUE, alpha=0.15, lw=0)
        ax.set(xlabel="z", yticks=[], xticks=[-3, 0, 3])
        ax.spines["left"].set_visible(False)
        ax.set_title(f"mean {mean:g}, width {width:g}:\nprice {price:.1f}", fontsize=12)
    fig.suptitle(textwrap.fill(title, 76), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def _bell(x, mean, width):
    return np.exp(-((x - mean) ** 2) / (2 * width**2)) / (width * np.sqrt(2 * np.pi))
