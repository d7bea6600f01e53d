"""Pictures of one matrix of weights: what its penalty does, which films speak for one, and what it costs."""

import textwrap

import numpy as np

from course_lib import plotting

COLORS = (plotting.BLUE, plotting.VERMILLION, plotting.GREEN, plotting.PURPLE)


def by_penalty(panels, title, unit):
    """Draw how good lists are by the penalty, a panel for each crowd; the best penalty of each line has a dot.

    Parameters
    ----------
    panels : dict of str to dict of str to Series of float
        Whose members, to a line's name, to the measure by penalty, ascending. The same lines in each panel.
    title : str
        The message.
    unit : str
        What is measured.

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(9.4, 4.0, columns=len(panels), sharey=True)
    for ax, (head, lines) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for place, ((name, series), color) in enumerate(zip(lines.items(), COLORS, strict=False)):
            best = series.idxmax()
            ax.plot(series.index, series.to_numpy(), color=color, label=name)
            ax.plot([best], [series[best]], "o", color=color, label=f"_best of {name}")
            plotting.label(ax, best, series[best], f"{best:g}", color, dx=0, dy=-14 if place else 12, ha="center")
        first = next(iter(lines.values()))
        ax.set(xscale="log", xlabel="penalty λ (members)")
        ax.set_xticks(first.index, [f"{penalty:g}" for penalty in first.index])
        ax.minorticks_off()
        ax.set_title(head, fontsize=12)
        ax.margins(y=0.15)
    np.atleast_1d(axes)[0].set_ylabel(unit)
    np.atleast_1d(axes)[-1].legend(fontsize=11, loc="lower right")
    return _titled(fig, title)


def speaking(panels, title):
    """Draw weights of films as bars: to the right those that speak for a film, to the left those that push it away.

    Parameters
    ----------
    panels : dict of str to Series of float
        Whose members, to weight by title, from the top.
    title : str
        The message.

    Returns
    -------
    Figure
    """
    height = 1.4 + 0.36 * max(len(series) for series in panels.values())
    fig, axes = plotting.figure(10.2, height, columns=len(panels))
    for ax, (head, series) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        colors = [plotting.BLUE if weight >= 0 else plotting.VERMILLION for weight in series]
        ax.barh(np.arange(len(series)), series.to_numpy(), 0.7, color=colors, label="weights")
        ax.set_yticks(range(len(series)), [textwrap.shorten(name, 32, placeholder=" ...") for name in series.index])
        ax.tick_params(axis="y", labelsize=10.5, labelcolor=plotting.INK, length=0)
        ax.invert_yaxis()
        ax.axvline(0, color=plotting.INK, lw=1.2, label="_zero")
        ax.locator_params(axis="x", nbins=4)
        ax.set(xlabel="weight")
        ax.set_title(head, fontsize=12)
    return _titled(fig, title)


def work(n_items, lines, marks, title):
    """Draw how many multiplications a model takes by the number of films, both on logarithmic scales.

    Parameters
    ----------
    n_items : ndarray of shape (n,)
    lines : dict of str to ndarray of shape (n,)
        Name to multiplications; each name stands at its line's end.
    marks : dict of str to int
        Catalogues to mark: name to number of films.
    title : str
        The message.

    Returns
    -------
    Figure
    """
    fig, ax = plotting.figure(8.6, 4.4)
    for (name, values), color in zip(lines.items(), COLORS, strict=False):
        ax.plot(n_items, values, color=color, label=name)
        plotting.label(ax, n_items[-1], values[-1], name, color)
    ax.set(xscale="log", yscale="log", xlabel="films", ylabel="multiplications")
    bottom = ax.get_ylim()[0]
    for name, films in marks.items():
        ax.axvline(films, ls=":", color=plotting.GREY, lw=1.4, label=name)
        ax.annotate(name, (films, bottom), (4, 6), textcoords="offset points", rotation=90, fontsize=10.5, va="bottom")
    return _titled(fig, title)


def _titled(fig, title):
    fig.suptitle(textwrap.fill(title, 74, break_on_hyphens=False), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig
