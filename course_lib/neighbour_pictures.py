"""Pictures of neighbours: where similarities lie, and what a number of neighbours is good for."""

import textwrap

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from course_lib import plotting

DISAGREE_AGREE = LinearSegmentedColormap.from_list("agreement", ["#E08A55", "#FFFFFF", "#6AA5D8"])
COLORS = (plotting.BLUE, plotting.VERMILLION)


def spreads(panels, title, unit, bins=21):
    """Draw where similarities lie, from -1 to 1: a panel for each of several cases, with up to two kinds of pairs.

    Parameters
    ----------
    panels : dict of str to dict of str to array_like of float
        Panel title to kind of pair to its similarities. The kinds of the first panel are named in the picture.
    title : str
        The message.
    unit : str
        What the similarities are.
    bins : int, default=21
        Odd, so that 0 has a bar of its own.

    Returns
    -------
    Figure
        Bars are shares in percent of the pairs of a kind.
    """
    fig, axes = plotting.figure(9.0, 3.6, columns=len(panels), sharey=True)
    edges = np.linspace(-1, 1, bins + 1)
    middles, width = (edges[:-1] + edges[1:]) / 2, 2 / bins
    for ax, (name, kinds) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for place, (kind, values) in enumerate(kinds.items()):
            inside = np.clip(values, -1, 1)  # a cosine may be a hair above 1
            shares = 100 * np.histogram(inside, edges)[0] / len(values)
            left = middles + (place - (len(kinds) - 1) / 2) * width / len(kinds)
            ax.bar(left, shares, 0.95 * width / len(kinds), color=COLORS[place], label=kind)
        ax.axvline(0, ls=":", color=plotting.INK, lw=1.2, label="_zero")
        ax.set(xlabel=unit, xlim=(-1.05, 1.05))
        ax.set_xticks([-1, 0, 1])
        ax.set_title(name, fontsize=12)
    first = np.atleast_1d(axes)[0]
    first.set_ylabel("pairs (%)")
    if len(next(iter(panels.values()))) > 1:
        np.atleast_1d(axes)[-1].legend(fontsize=10, loc="upper right", handlelength=1)
    fig.suptitle(textwrap.fill(title, 76), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def error_by_neighbors(errors, without, title):
    """Draw the error by how many neighbours count, beside a dotted line for the baseline without neighbours.

    Parameters
    ----------
    errors : dict of str to Series of float
        Whose members to RMSE in stars by number of neighbours, ascending; a panel each.
    without : dict of str to float
        RMSE of the baseline, by the same names.
    title : str
        The message.

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(8.6, 3.8, columns=len(errors), sharey=True)
    for ax, (name, series) in zip(np.atleast_1d(axes), errors.items(), strict=True):
        best = series.idxmin()
        ax.plot(series.index, series.to_numpy(), "o-", color=plotting.BLUE, markersize=6, label="item neighbours")
        ax.plot([best], [series[best]], "o", color=plotting.VERMILLION, label="smallest error")
        plotting.label(ax, best, series[best], f"{best}", plotting.VERMILLION, dx=0, dy=-14, ha="center")
        ax.axhline(without[name], ls=":", color=plotting.INK, lw=1.5, label="biases alone")
        plotting.label(ax, series.index[-1], without[name], "biases alone", dx=0, dy=8, ha="right", fontsize=10.5)
        ax.set(xscale="log", xlabel="neighbours that count, k")
        ax.set_xticks(series.index, [str(k) for k in series.index])
        ax.minorticks_off()
        ax.set_title(name, fontsize=12)
        ax.margins(y=0.15)
    np.atleast_1d(axes)[0].set_ylabel("RMSE on hidden ratings (stars)")
    fig.suptitle(textwrap.fill(title, 68), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def agreement(similarity, names, title):
    """Draw how alike each is to each other, as a table in colours: blue for agreement, orange for the opposite.

    Parameters
    ----------
    similarity : array_like of shape (n, n)
        From -1 to 1; the diagonal is left empty.
    names : sequence of str
    title : str
        The message.

    Returns
    -------
    Figure
    """
    table = np.array(similarity, dtype=float)
    np.fill_diagonal(table, 0.0)
    fig, ax = plotting.figure(6.4, 4.6)
    ax.imshow(table, cmap=DISAGREE_AGREE, vmin=-1, vmax=1)
    for (row, column), value in np.ndenumerate(table):
        if row != column:
            ax.text(column, row, f"{round(value, 2) + 0.0:.2f}", ha="center", va="center", fontsize=11)  # never "-0.00"
    ax.set_xticks(range(len(names)), [name.replace(" ", "\n") for name in names], fontsize=9)  # six side by side
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(length=0, labelcolor=plotting.INK)
    ax.spines[:].set_visible(False)
    ax.set_title(title)
    return fig
