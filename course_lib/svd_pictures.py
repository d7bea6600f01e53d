"""Pictures of SVD on ratings: tables with filled holes, the error by the number of factors, what an axis says."""

import textwrap

import numpy as np

from course_lib import plotting
from course_lib.rating_pictures import STARS

COLORS = (plotting.BLUE, plotting.VERMILLION, plotting.GREEN, plotting.PURPLE)


def filled_tables(tables, holes, members, films, title):
    """Draw tables of the same shape side by side, the stars in the cells, with a frame around what was a hole.

    Parameters
    ----------
    tables : dict of str to ndarray of shape (n_users, n_items)
        Panel title to stars.
    holes : ndarray of shape (n_users, n_items), bool
    members, films : sequence of str
    title : str

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(9.4, 3.6, columns=len(tables), sharey=True)
    for ax, (name, stars) in zip(np.atleast_1d(axes), tables.items(), strict=True):
        ax.imshow(stars, cmap=STARS, vmin=0, vmax=5, aspect="auto", label=name)
        for (row, column), value in np.ndenumerate(stars):
            weight = "bold" if holes[row, column] else "normal"
            text = f"{value + 0.0:.1f}".replace("-0.0", "0.0")
            ax.text(column, row, text, ha="center", va="center", fontsize=10.5, weight=weight)
            if holes[row, column]:
                frame = {"fill": False, "ec": plotting.INK, "lw": 2}
                ax.add_patch(plotting.plt.Rectangle((column - 0.46, row - 0.44), 0.92, 0.88, **frame))
        ax.set_xticks(range(len(films)), [textwrap.fill(film, 8) for film in films], fontsize=9.5)
        ax.set_yticks(range(len(members)), members)
        ax.tick_params(which="both", length=0, labelcolor=plotting.INK)
        ax.spines[:].set_visible(False)
        ax.set_title(name, fontsize=12)
    fig.suptitle(textwrap.fill(title, 76), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def error_by_factors(panels, baselines, title):
    """Draw the error over the number of factors, each group of curves in its own panel and on its own scale.

    Parameters
    ----------
    panels : dict of str to dict of str to Series
        Panel title to line name to RMSE in stars, indexed by the number of factors.
    baselines : dict of str to float
        Name and RMSE of what has no factors; dotted where it fits into a panel's scale.
    title : str

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(9.4, 4.0, columns=len(panels))
    colors = iter(COLORS)
    for ax, (panel, lines) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for name, errors in lines.items():
            color = next(colors)
            ax.plot(errors.index, errors, "o-", color=color, label=name, ms=5)
            best = errors.idxmin()
            below = f"{name}\nbest: {errors[best]:.3f} with {best}"
            plotting.label(ax, best, errors[best], below, color, dx=1, dy=-24, ha="center", fontsize=10.5)
        values = np.concatenate([errors.to_numpy() for errors in lines.values()])
        bounds = values.min() - 0.1, values.max() + 0.1
        for name, value in baselines.items():
            if bounds[0] < value < bounds[1]:
                ax.axhline(value, ls=":", color=plotting.INK, lw=1.5, label=name)
                ax.annotate(name, (1, value), (-2, 8), xycoords=("axes fraction", "data"),
                            textcoords="offset points", ha="right", va="center", fontsize=10.5)  # fmt: skip
        ax.set_xscale("log", base=2)
        ticks = [k for k in (1, 2, 4, 8, 16, 32, 64) if k <= errors.index.max()]
        ax.set_xticks(ticks, ticks)
        ax.minorticks_off()
        ax.margins(y=0.3)
        ax.set(xlabel="number of factors k", ylabel="RMSE on hidden ratings (stars)")
        ax.set_title(panel, fontsize=12)
    fig.suptitle(textwrap.fill(title, 76), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def axis(values, titles, title, n=5, unit="place on the axis (q)"):
    """Draw all films along one axis, and name those at both ends.

    Parameters
    ----------
    values : ndarray of shape (n_items,)
        Each film's number on the axis.
    titles : sequence of str
    title : str
    n : int, default=5
        How many films to name at each end.
    unit : str

    Returns
    -------
    Figure
    """
    values, titles = np.asarray(values, dtype=float), np.asarray(titles)
    order = np.argsort(values, kind="stable")
    fig, ax = plotting.figure(9.0, 1.9 + 0.27 * n)
    ax.plot(values, np.zeros(len(values)), "|", color=plotting.GREY, ms=14, label="all films", alpha=0.6)
    for end, color, side in ((order[:n], plotting.VERMILLION, 0.0), (order[::-1][:n], plotting.BLUE, 1.0)):
        ax.plot(values[end], np.zeros(n), "|", color=color, ms=22, mew=2.5, label=f"end {side:.0f}")
        for place, film in enumerate(end):
            ax.text(side, 0.86 - 0.78 * place / n, titles[film], color=color, fontsize=11, va="center",
                    ha="right" if side else "left", transform=ax.transAxes)  # fmt: skip
    ax.axvline(0, ls=":", color=plotting.INK, lw=1.5, label="zero")
    ax.set(ylim=(-0.25, 2.4), yticks=[], xlabel=unit)
    ax.spines["left"].set_visible(False)
    ax.set_title(title)
    return fig


def correlations(tables, rows, columns, title):
    """Draw how strongly each learned axis goes with each true one, as squares of numbers side by side.

    Parameters
    ----------
    tables : dict of str to ndarray of shape (n_learned, n_true)
        Panel title to correlations, -1 to 1.
    rows : dict of str to sequence of str
        Panel title to the learned axes' names.
    columns : sequence of str
        The true axes.
    title : str

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(9.4, 3.9, columns=len(tables))
    for ax, (name, table) in zip(np.atleast_1d(axes), tables.items(), strict=True):
        ax.imshow(np.abs(table), cmap="Blues", vmin=0, vmax=1.15, aspect="auto", label=name)
        for (row, column), value in np.ndenumerate(table):
            color = "white" if abs(value) > 0.7 else plotting.INK
            ax.text(column, row, f"{value:.1f}".replace("-0.0", "0.0"), ha="center", va="center", color=color)
        ax.set_xticks(range(len(columns)), columns, fontsize=10)
        ax.set_yticks(range(len(table)), rows[name], fontsize=10)
        ax.tick_params(which="both", length=0, labelcolor=plotting.INK)
        ax.spines[:].set_visible(False)
        ax.set_title(name, fontsize=12)
    fig.suptitle(textwrap.fill(title, 76), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig
