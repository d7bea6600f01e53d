"""Pictures of what mistakes do: orders that turn round, hits by places, and the gap between two scores."""

import textwrap

import numpy as np

from course_lib import plotting

COLORS = (plotting.BLUE, plotting.VERMILLION, plotting.GREEN, plotting.PURPLE, plotting.SKY, plotting.GREY)


def orders(columns, title, follow=(), form="{:.3f}"):
    """Draw the order of models by several measurements, a line a model from column to column.

    Parameters
    ----------
    columns : dict of str to Series of float
        Head of a column to value by model; the largest stands on top. The same models in each.
    title : str
        The message.
    follow : sequence of str, optional
        Models whose lines have a colour; the others are grey.
    form : str, default="{:.3f}"
        How a value is written beside its place.

    Returns
    -------
    Figure
    """
    names = list(next(iter(columns.values())).index)
    fig, ax = plotting.figure(3.0 + 2.7 * len(columns), 1.8 + 0.46 * len(names))
    places = {head: series.rank(ascending=False, method="first") for head, series in columns.items()}
    shades = dict(zip(follow, COLORS, strict=False))
    for name in names:
        color, wide = shades.get(name, plotting.GREY), name in shades
        ax.plot(range(len(columns)), [places[head][name] for head in columns], "o-", color=color, lw=3 if wide else 1.6,
                label=name)  # fmt: skip
        for x, (head, series) in enumerate(columns.items()):
            first = x == 0
            words = f"{name}  {form.format(series[name])}" if first else f"{form.format(series[name])}  {name}"
            if first or x == len(columns) - 1:
                plotting.label(ax, x, places[head][name], words, color if wide else plotting.INK, -10 if first else 10)
            else:
                plotting.label(ax, x, places[head][name], form.format(series[name]), plotting.INK, 0, 13, ha="center",
                               fontsize=10.5, bbox={"fc": "white", "ec": "none", "pad": 0.6})  # fmt: skip
    ax.set_xticks(range(len(columns)), [textwrap.fill(head, 24) for head in columns], color=plotting.INK)
    ax.xaxis.tick_top()
    ax.set(ylim=(len(names) + 0.6, 0.4), xlim=(-0.95, len(columns) - 0.05), ylabel="place")
    ax.set_yticks(range(1, len(names) + 1))
    ax.tick_params(length=0)
    for side in ax.spines.values():
        side.set_visible(False)
    return _titled(fig, title, 40 + 14 * len(columns))


def hits_by_places(places, lines, marks, title):
    """Draw the share of liked films that are found when more and more places of a list count.

    Parameters
    ----------
    places : array_like of int
        How many places count.
    lines : dict of str to array_like of float
        Model to share, from 0 to 1; each name stands in the legend.
    marks : dict of str to float
        What a dotted upright line says, to its number of places.
    title : str
        The message.

    Returns
    -------
    Figure
    """
    fig, ax = plotting.figure(8.6, 4.4)
    for (name, share), color in zip(lines.items(), COLORS, strict=False):
        ax.plot(places, 100 * np.asarray(share), color=color, label=name)
    ax.set(xscale="log", xlabel="places of the list that count", ylabel="liked films found (%)", ylim=(0, 104))
    ticks = [place for place in (1, 10, 100, 1000, 10_000) if place <= places[-1]]
    ax.set_xticks(ticks, [f"{place:,}" for place in ticks])
    ax.minorticks_off()
    for words, at in marks.items():
        ax.axvline(at, ls=":", color=plotting.INK, lw=1.5, label=words)
        ax.annotate(textwrap.fill(words, 20), (at, 101), (-6, 0), textcoords="offset points", ha="right", va="top",
                    fontsize=10.5)  # fmt: skip
    ax.legend([line for line in ax.lines if line.get_label() in lines], list(lines), loc="lower right", fontsize=11)
    return _titled(fig, title, 72)


def gaps(rows, have, wanted, others, title, unit):
    """Draw, for each model, the score that we have, the one that we wanted, and what stands in for it.

    Parameters
    ----------
    rows : dict of str to dict of str to float or (float, float, float)
        Model to name of a score to its value, or its value and between which bounds it varies.
    have, wanted : str
        Names of the two ends, drawn as a grey bar from one to the other.
    others : sequence of str
        Names of the estimates, drawn between.
    title : str
        The message.
    unit : str
        What is measured.

    Returns
    -------
    Figure
    """
    fig, ax = plotting.figure(9.2, 1.9 + 0.75 * len(rows))
    looks = {have: ("o", plotting.BLUE), wanted: ("D", plotting.VERMILLION)}
    looks |= {name: (mark, color) for name, mark, color in zip(others, "sv^", COLORS[2:], strict=False)}
    for y, scores in enumerate(rows.values()):
        ax.plot([scores[have], scores[wanted]], [y, y], color=plotting.PALE, lw=9, solid_capstyle="butt", zorder=0,
                label="_gap")  # fmt: skip
        for name, (mark, color) in looks.items():
            value, low, high = scores[name] if np.ndim(scores[name]) else (scores[name],) * 3
            down = y + 0.2 * (name in others) * (1 + list(others).index(name) if name in others else 0)
            if high > low:
                ax.plot([low, high], [down, down], color=color, lw=2, label="_range")
            ax.plot([value], [down], mark, color=color, label=name if y == 0 else f"_{name}")
    ax.set_yticks(range(len(rows)), list(rows), color=plotting.INK)
    ax.set(ylim=(len(rows) - 0.3, -0.5), xlabel=unit)
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.24), ncols=len(looks), fontsize=11)
    return _titled(fig, title, 72)


def _titled(fig, title, width):
    fig.suptitle(textwrap.fill(title, width, break_on_hyphens=False), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig
