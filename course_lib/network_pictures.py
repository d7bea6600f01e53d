"""Pictures of a network: its layers with their shapes, its losses while it learns, what it can and cannot imitate."""

import textwrap

import numpy as np

from course_lib import plotting

COLORS = (plotting.BLUE, plotting.VERMILLION, plotting.GREEN, plotting.PURPLE)


def layers(network, title):
    """Draw a network from its inputs down to its output, a box a layer.

    Parameters
    ----------
    network : keras.Model
        Built by the functional interface, so that each layer knows where its input comes from.
    title : str

    Returns
    -------
    Figure
        Each box has the layer's name and kind, the shape of what it puts out for one sample, and how many numbers it
        learns.
    """
    known = {layer.name for layer in network.layers}  # a Sequential network does not list its input
    parents = {layer.name: [name for name in _parents(layer) if name in known] for layer in network.layers}
    depth = {}
    for layer in network.layers:  # Keras lists a layer after those that feed it
        depth[layer.name] = 1 + max((depth[name] for name in parents[layer.name]), default=-1)
    rows = [[layer for layer in network.layers if depth[layer.name] == row] for row in range(max(depth.values()) + 1)]
    widest = max(map(len, rows))
    fig, ax = plotting.figure(min(4.1 * widest, 9.6), 0.5 + 0.95 * len(rows))
    place = {}
    for down, row in enumerate(rows):
        for across, layer in enumerate(row):
            place[layer.name] = x, y = across - (len(row) - 1) / 2, -down
            color = plotting.BLUE if layer.count_params() else plotting.GREY
            box = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": color, "linewidth": 1.6}
            ax.text(x, y, _in_words(layer), ha="center", va="center", fontsize=11, bbox=box, zorder=3)
    for name, above in parents.items():
        for parent in above:
            (x0, y0), (x1, y1) = place[parent], place[name]
            arrow = {"arrowstyle": "->", "color": plotting.GREY, "lw": 1.6}
            ax.annotate("", (x1, y1 + 0.3), (x0, y0 - 0.3), arrowprops=arrow)
    ax.set(xlim=(-widest / 2 - 0.02, widest / 2 + 0.02), ylim=(0.55 - len(rows), 0.45))
    ax.axis("off")
    fig.suptitle(textwrap.fill(title, 76), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def _parents(layer):
    """Names of the layers whose output a layer takes."""
    if type(layer).__name__ == "InputLayer":
        return []
    taken = layer.input if isinstance(layer.input, list) else [layer.input]
    return [tensor._keras_history.operation.name for tensor in taken]


def _in_words(layer):
    kind, numbers = type(layer).__name__, layer.count_params()
    name = kind if layer.name.rstrip("_0123456789") == kind.lower() else f"{layer.name}: {kind}"
    shape = " x ".join(f"{n:,}" for n in layer.output.shape[1:]) or "one number"
    learned = " + ".join(" x ".join(f"{n:,}" for n in one.shape) for one in layer.weights)
    if "x" not in learned and "+" not in learned:
        return f"{name}\ngives {shape}"
    return f"{name}\ngives {shape}, learns {learned} = {numbers:,}"


def losses(panels, levels, title, measure):
    """Draw how a loss moves from epoch to epoch, with a dot where it is smallest before it rises.

    Parameters
    ----------
    panels : dict of str to dict of str to sequence of float
        Panel title to name of a line to its values, the first of epoch 1.
    levels : dict of str to (str, float)
        Panel title to name and value of a dotted line.
    title, measure : str

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(9.6 if len(panels) > 1 else 7.0, 4.3, columns=len(panels), sharey=True)
    for ax, (head, lines) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for (name, values), color in zip(lines.items(), COLORS, strict=False):
            epochs, lowest = np.arange(1, len(values) + 1), int(np.argmin(values))
            ax.plot(epochs, values, color=color, label=name)
            if values[-1] > 1.01 * values[lowest]:  # a line that has hardly risen again has no place to stop at
                ax.plot([lowest + 1], [values[lowest]], "o", color=color, label=f"best of {name}")
            plotting.label(ax, epochs[-1], values[-1], name, color, fontsize=11)
        name, value = levels[head]
        ax.axhline(value, ls=":", color=plotting.INK, lw=1.5, label=name)
        plotting.label(ax, 1, value, name, dx=2, dy=9, fontsize=11)
        longest = max(map(len, lines.values()))
        ax.set(xlabel="epochs", xlim=(0, 1.65 * longest))
        ax.set_xticks([1, *range(5, longest + 1, 5)])
        ax.set_title(head, fontsize=12)
    bottom = 0.9 * min(min(values) for lines in panels.values() for values in lines.values())
    np.atleast_1d(axes)[0].set(ylabel=measure, ylim=(bottom, None))
    fig.suptitle(textwrap.fill(title, 78), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def two_members(panels, title, labels):
    """Draw what two members' chances for the same films are, a dot a film.

    Parameters
    ----------
    panels : dict of str to (ndarray of shape (n_items,), ndarray of shape (n_items,))
        Panel title to the numbers of the one and of the other member.
    title : str
    labels : sequence of (str, str)
        Names of the axes, for each panel.

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(8.8, 4.3, columns=len(panels))
    for ax, (head, (one, other)), (x, y) in zip(np.atleast_1d(axes), panels.items(), labels, strict=True):
        ax.plot(one, other, "o", ms=3.5, alpha=0.6, color=plotting.BLUE, label="films")
        ax.set(xlabel=x, ylabel=y)
        ax.set_title(head, fontsize=12)
    fig.suptitle(textwrap.fill(title, 74), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def by_width(lines, level, title, measure, marked=None):
    """Draw an error over the number of hidden units, both logarithmic.

    Parameters
    ----------
    lines : dict of str to dict of int to float
        Name of a line to error by units.
    level : (str, float)
        Name and value of a dotted line.
    title, measure : str
    marked : int, optional
        Units to mark by a vertical line.

    Returns
    -------
    Figure
    """
    fig, ax = plotting.figure(7.6, 4.3)
    for (name, errors), color in zip(lines.items(), COLORS, strict=False):
        units, values = list(errors), list(errors.values())
        ax.plot(units, values, "o-", color=color, label=name)
        plotting.label(ax, units[-1], values[-1], name, color)
    name, value = level
    ax.axhline(value, ls=":", color=plotting.INK, lw=1.5, label=name)
    plotting.label(ax, units[-1], value, name, dy=9)
    ax.set_xscale("log", base=2)
    ax.set_yscale("log")
    ax.set_xticks(units, units)
    low = min(min(errors.values()) for errors in lines.values())
    ticks = [tick for tick in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0) if tick > 0.7 * low]
    ax.set_yticks(ticks, ticks)
    ax.minorticks_off()
    if marked is not None:
        ax.axvline(marked, color=plotting.PALE, lw=1.5, zorder=0, label=f"{marked} units")
    ax.set(xlabel="hidden units", ylabel=measure, xlim=(units[0] / 1.2, units[-1] * 6))
    ax.set_title(textwrap.fill(title, 62))
    return fig
