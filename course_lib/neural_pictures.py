"""Pictures of neural collaborative filtering: the three networks, lists while one learns, runs from several seeds."""

import textwrap

import numpy as np

from course_lib import plotting

COLORS = (plotting.BLUE, plotting.VERMILLION, plotting.GREEN)
HEIGHT, WIDTH = 0.62, 1.9
"""Of a box, in the picture's units."""


def three_networks(sizes, title):
    """Draw GMF, MLP and NeuMF from the embeddings at the bottom to the chance at the top.

    Parameters
    ----------
    sizes : dict of str to list of str
        Name of a network to the words in its boxes from the bottom: for a part with a product "k x k", for one with
        layers their widths. NeuMF has both: its boxes are those of the two others.
    title : str

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(10.4, 4.6, columns=3, sharey=True)
    top = max(len(boxes) for boxes in sizes.values())
    for ax, name in zip(axes, (*sizes, "NeuMF"), strict=True):
        parts = list(sizes.items()) if name == "NeuMF" else [(name, sizes[name])]
        places = (0, 2.3) if len(parts) == 2 else (0,)
        for (_, boxes), x, color in zip(parts, places, COLORS if name != "MLP" else COLORS[1:], strict=False):
            for y, words in enumerate(boxes):
                _box(ax, x, y, words, color)
                if y:
                    _arrow(ax, (x, y - 1 + HEIGHT / 2), (x, y - HEIGHT / 2))
            _arrow(ax, (x, len(boxes) - 1 + HEIGHT / 2), (np.mean(places), top - HEIGHT / 2))
        _box(ax, np.mean(places), top, "weighted sum, σ", plotting.INK)
        ax.set(xlim=(-1.2, max(places) + 1.2), ylim=(-0.6, top + 0.7))
        ax.set_title(name, fontsize=13)
        ax.axis("off")
    fig.suptitle(textwrap.fill(title, 84), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def _box(ax, x, y, words, color):
    from matplotlib.patches import FancyBboxPatch

    corner = x - WIDTH / 2 + 0.05, y - HEIGHT / 2 + 0.05
    ax.add_patch(
        FancyBboxPatch(corner, WIDTH - 0.1, HEIGHT - 0.1, "round,pad=0.05", fc=plotting.PALE, ec=color, lw=1.8)
    )
    ax.text(x, y, words, ha="center", va="center", fontsize=10.5, color=plotting.INK)


def _arrow(ax, start, end):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": plotting.GREY, "lw": 1.4})


def anew_or_once(panels, title, measures):
    """Draw the loss and the lists over epochs, for negatives that are drawn anew or once and for all.

    Parameters
    ----------
    panels : dict of str to dict of str to dict of int to (float, float)
        Crowd to way to epoch to loss and to what the lists are worth: two panels for each crowd. A line is labelled
        with the last word of its way.
    title : str
    measures : pair of str
        Names of the two.

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(10.4, 3.9, columns=2 * len(panels))
    for place, (crowd, ways) in enumerate(panels.items()):
        for ax, measure, which in zip(axes[2 * place :], measures, (0, 1), strict=False):
            for (way, line), color in zip(ways.items(), COLORS, strict=False):
                epochs, values = list(line), [pair[which] for pair in line.values()]
                ax.plot(epochs, values, "o-", ms=3.5, color=color, label=way)
                above = values[-1] == max(one[epochs[-1]][which] for one in ways.values())
                word, dy = way.split()[-1], 6 if above else -6
                plotting.label(ax, epochs[-1], values[-1], word, color, dx=6, dy=dy, fontsize=11)
            ax.set(xlabel="epochs", ylim=(0, None), xlim=(0, 1.4 * epochs[-1]))
            ax.set_xticks([epochs[len(epochs) // 2 - 1], epochs[-1]])
            ax.set_title(f"{crowd}:\n{measure}", fontsize=11.5)
    fig.suptitle(textwrap.fill(title, 84), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def seeds_and_intervals(panels, title, unit, follow=()):
    """Draw each model's runs as dots, one a seed, and their mean with its interval over members.

    Parameters
    ----------
    panels : dict of str to DataFrame
        Crowd to a table with a row a run: model, seed, value, and for seed "mean" also low and high. Models stand in
        the order of the first table.
    title, unit : str
    follow : sequence of str, optional
        Models to draw in another colour.

    Returns
    -------
    Figure
    """
    names = list(dict.fromkeys(next(iter(panels.values()))["model"]))
    fig, axes = plotting.figure(9.8, 1.7 + 0.5 * len(names), columns=len(panels), sharex=True, sharey=True)
    for ax, (crowd, table) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for name, rows in table.groupby("model", sort=False):
            place, color = names.index(name), plotting.VERMILLION if name in follow else plotting.BLUE
            mean, runs = rows[rows["seed"] == "mean"].iloc[0], rows[rows["seed"] != "mean"]["value"]
            ax.plot([mean["low"], mean["high"]], [place, place], color=color, label=name)
            ax.plot(runs, [place] * len(runs), "o", ms=4, mfc="none", color=color, label="_seeds")
            plotting.label(ax, max(mean["high"], runs.max()), place, f"{mean['value']:.3f}", color, fontsize=10.5)
        ax.margins(x=0.17)
        ax.set(xlabel=unit)
        ax.set_title(crowd, fontsize=12)
        ax.tick_params(axis="y", length=0, labelcolor=plotting.INK)
    np.atleast_1d(axes)[0].set_yticks(range(len(names)), names)
    np.atleast_1d(axes)[0].set_ylim(len(names) - 0.5, -0.5)
    fig.suptitle(textwrap.fill(title, 78), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig
