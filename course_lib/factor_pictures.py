"""Pictures of learned factors: the table that P and Q make, a slope, errors by the number of factors, maps of films."""

import html
import textwrap

import numpy as np
from IPython.display import display
from matplotlib.colors import to_hex

from course_lib import plotting
from course_lib.rating_pictures import STARS

ABOVE, BELOW = "▲", "▼"


def show_factored(table, p, q, title, base=3.0):
    """Show a small table of ratings and what one factor a side makes of it, as text with colours.

    It is a piece of a page: it follows a slider at once, where a picture would lag behind.

    Parameters
    ----------
    table : DataFrame
        One row a member, one column a film, stars in the cells, nan where there is no rating.
    p, q : sequence of float
        A number a member and a number a film.
    title : str
    base : float, default=3.0
        What is predicted where either is 0, in stars.
    """
    stars, p, q = table.to_numpy(dtype=float), np.ravel(p), np.ravel(q)
    films = [(film, f"q = {one:.2g}") for film, one in zip(table.columns, q, strict=True)]
    words = [title, "; ".join(f"{film} {number}" for film, number in films)]
    heads = "".join(f'<th style="text-align:center">{html.escape(film)}<br>{number}</th>' for film, number in films)
    rows = [f"<tr><th></th>{heads}</tr>"]
    for member, own, row in zip(table.index, p, stars, strict=True):
        guesses = base + own * q
        below = [_rated(*pair) for pair in zip(guesses, row, strict=True)]
        cells = "".join(_cell(*pair) for pair in zip(guesses, below, strict=True))
        rows.append(f'<tr><th style="white-space:nowrap">member {member}<br>p = {own:.2g}</th>{cells}</tr>')
        in_words = "; ".join(f"{guess:.1f} {rated}" for guess, rated in zip(guesses, below, strict=True))
        words.append(f"member {member} p = {own:.2g}: {in_words}")
    page = f'<p style="font-size:1.3em"><b>{html.escape(title)}</b></p><table>{"".join(rows)}</table>'
    display({"text/html": page, "text/plain": "\n".join(words)}, raw=True)


def _rated(guess, value):
    """Say what stands below a prediction: the rating, and an arrow where it is a star or more above or below."""
    if np.isnan(value):
        return "hole"
    return f"rated {value:g}" + (f" {ABOVE}" if value - guess >= 1 else f" {BELOW}" if guess - value >= 1 else "")


def _cell(guess, below):
    style = f"background:{to_hex(STARS((guess - 1) / 4))};color:{plotting.INK};text-align:center;min-width:6.5em"
    below = f"<b>{below}</b>" if below[-1] in ABOVE + BELOW else below
    return f'<td style="{style}"><b style="font-size:1.2em">{guess:.1f}</b><br>{below}</td>'


def slope(loss, at, steps, title, axes):
    """Draw a loss over one number, its slope at a place, and the places that steps downhill lead to.

    Parameters
    ----------
    loss : callable
        From numbers to losses.
    at : float
        Where the slope is drawn.
    steps : sequence of float
        Places, in their order, the first being `at`.
    title : str
    axes : pair of str
        What the number and the loss are.

    Returns
    -------
    Figure
    """
    fig, ax = plotting.figure(6.8, 4.0)
    x = np.linspace(min(0, *steps), 4, 81)
    ax.plot(x, loss(x), color=plotting.BLUE, label="loss")
    h = 1e-6
    gradient = (loss(at + h) - loss(at - h)) / (2 * h)
    near = np.array([at - 0.6, at + 0.6])
    ax.plot(near, loss(at) + gradient * (near - at), color=plotting.GREY, lw=1.8, label="slope")
    plotting.label(ax, near[0], loss(at) - gradient * 0.6, f"slope {gradient:.0f}", plotting.GREY, dx=-8)
    steps = np.asarray(steps, dtype=float)
    ax.plot(steps, loss(steps), "o-", color=plotting.VERMILLION, lw=1.5, label="steps")
    plotting.label(ax, steps[-1], loss(steps[-1]), f"after {len(steps) - 1} steps", plotting.VERMILLION, dx=2, dy=22)
    ax.set(xlabel=axes[0], ylabel=axes[1], ylim=(-0.2, float(loss(x).max()) + 0.2))
    ax.set_title(title)
    return fig


def error_by_factors(panels, title, mark=None, levels=None):
    """Draw the error on known and on hidden ratings over the number of factors, with and without regularisation.

    Parameters
    ----------
    panels : dict of str to dict of str to dict of int to float
        Panel title to curve name to RMSE by number of factors. Of the names "known" is drawn dashed, and
        "no penalty" in another colour than the rest.
    title : str
    mark : dict of str to int, optional
        Panel title to a number of factors where a dotted line stands.
    levels : dict of str to float, optional
        Panel title to the RMSE of the biases alone, a dotted line across.

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(9.4, 4.4, columns=len(panels))
    for ax, (head, curves) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        places = sorted({k for curve in curves.values() for k in curve})
        for name, curve in curves.items():
            color = plotting.VERMILLION if "no penalty" in name else plotting.BLUE
            at = [places.index(k) for k in curve]
            style = "o--" if "known" in name else "o-"
            ax.plot(at, list(curve.values()), style, ms=4, color=color, label=name)
            below = levels and list(curve.values())[-1] < levels.get(head, 0)  # two names keep out of each other's way
            plotting.label(ax, at[-1], list(curve.values())[-1], name, color, dy=-4 if below else 0, fontsize=10)
        if mark and head in mark:
            ax.axvline(places.index(mark[head]), ls=":", color=plotting.INK, lw=1.5, label="mark")
        if levels and head in levels:
            ends, level = [-0.3, len(places) - 1], levels[head]
            ax.plot(ends, [level, level], ls=":", color=plotting.INK, lw=1.5, label="biases alone")
            plotting.label(ax, ends[1], level, "biases alone", dy=6, fontsize=10)
        ax.set_xticks(range(len(places)), places)
        ax.set(xlabel="factors (k)", ylabel="RMSE (stars)", xlim=(-0.3, 1.62 * len(places)))
        ax.set_title(head, fontsize=12)
    fig.suptitle(textwrap.fill(title, 76), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def film_maps(maps, title, axes=("first axis", "second axis")):
    """Draw films as points in a plane, with their names, on one or several maps.

    Parameters
    ----------
    maps : dict of str to DataFrame
        Panel title to the columns x and y, indexed by title; of a film that has a year, the year is left out.
    title : str
    axes : pair of str

    Returns
    -------
    Figure
    """
    fig, panels = plotting.figure(10.6, 5.4, columns=len(maps))
    for ax, (head, table) in zip(np.atleast_1d(panels), maps.items(), strict=True):
        ax.axhline(0, color=plotting.PALE, lw=1, zorder=0, label="_zero")
        ax.axvline(0, color=plotting.PALE, lw=1, zorder=0, label="_zero")
        ax.scatter(table["x"], table["y"], s=30, color=plotting.BLUE, label="films")
        across, up = np.ptp(table["x"]), np.ptp(table["y"])
        limits = {"xlim": (table["x"].min() - 0.42 * across, table["x"].max() + 0.42 * across)}
        ax.set(xlabel=axes[0], ylabel=axes[1], **limits)
        points = np.column_stack(
            [(table["x"] - limits["xlim"][0]) / (1.84 * across), (table["y"] - table["y"].min()) / up]
        )
        for row, (dx, dy) in enumerate(_beside(points, [len(title) - 7 for title in table.index])):
            ax.annotate(
                table.index[row][:-7], table.iloc[row], (7 * dx, 14 * dy), textcoords="offset points", fontsize=10,
                va="center", ha={1: "left", -1: "right", 0: "center"}[dx], color=plotting.INK,
            )  # fmt: skip
        ax.set_xticks([])
        ax.set_yticks([])
        ax.set_title(head, fontsize=12)
    fig.suptitle(textwrap.fill(title, 84), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def _beside(points, lengths):
    """Choose for each name the side of its point where it is in nobody's way: right, left, above or below."""
    sides = [(1, 0), (-1, 0), (0, 1), (0, -1)]
    boxes = [[_box(x, y, length, *side) for side in sides] for (x, y), length in zip(points, lengths, strict=True)]
    chosen = [0] * len(points)
    for _ in range(6):  # each in turn gives way to all others, as they stand
        for row in range(len(points)):
            others = [boxes[other][chosen[other]] for other in range(len(points)) if other != row]
            crowded = [
                3 * sum(_overlap(box, other) for other in others) + sum(_inside(box, p) for p in points)
                for box in boxes[row]
            ]
            chosen[row] = int(np.argmin(crowded))
    return [sides[one] for one in chosen]


def _box(x, y, length, dx, dy):
    """Where a name stands: left, right, bottom and top as shares of the panel."""
    height, wide, away = 0.045, 0.0155 * length, 0.02
    left, middle = x + dx * away - {1: 0, -1: wide, 0: wide / 2}[dx], y + dy * 0.046
    return left, left + wide, middle - height / 2, middle + height / 2


def _overlap(a, b):
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


def _inside(box, point):
    return box[0] - 0.01 < point[0] < box[1] + 0.01 and box[2] - 0.01 < point[1] < box[3] + 0.01
