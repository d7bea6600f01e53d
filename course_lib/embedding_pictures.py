"""Pictures of embeddings: a row that is looked up in a table."""

import numpy as np

from course_lib import plotting

GAP = 1.6
"""Between the three parts of the picture, in cells."""


def look_up(table, row, rows, columns, title):
    """Draw a one-hot row times a table: the row that comes out is the row of the one.

    Parameters
    ----------
    table : ndarray of shape (n_rows, k)
    row : int
        Which is looked up.
    rows : sequence of str
        What the table's rows stand for.
    columns : sequence of str
        What its columns are called.
    title : str

    Returns
    -------
    Figure
    """
    table = np.asarray(table, dtype=float)
    n_rows, k = table.shape
    fig, ax = plotting.figure(9.2, 1.6 + 0.42 * n_rows)
    middle, at = (n_rows - 1) / 2, n_rows + GAP + 1.5  # the names of the rows stand between the two
    for place in range(n_rows):
        _cell(ax, place, middle, f"{place == row:d}", place == row)
        ax.text(place, middle + 0.75, str(place), ha="center", va="center", fontsize=10, color=plotting.GREY)
    for place, name in enumerate(rows):
        ink = plotting.VERMILLION if place == row else plotting.GREY
        ax.text(at - 0.7, place, f"{name}  {place}", ha="right", va="center", fontsize=11, color=ink)
        for column in range(k):
            _cell(ax, at + column, place, f"{table[place, column]:g}", place == row)
    for column, name in enumerate(columns):
        ax.text(at + column, -0.8, name, ha="center", va="center", fontsize=10, color=plotting.GREY)
        _cell(ax, at + k + GAP + column, middle, f"{table[row, column]:g}", True)
    signs = {n_rows - 0.1: "x", at + k - 0.5 + GAP / 2: "="}
    for place, sign in signs.items():
        ax.text(place, middle, sign, ha="center", va="center", fontsize=17)
    ax.set(xlim=(-0.6, at + 2 * k + GAP - 0.4), ylim=(n_rows - 0.4, -1.2))
    ax.axis("off")
    ax.set_title(title)
    return fig


def _cell(ax, x, y, text, chosen):
    from matplotlib.patches import Rectangle

    color = plotting.VERMILLION if chosen else "white"
    ax.add_patch(Rectangle((x - 0.5, y - 0.45), 1, 0.9, facecolor=color, edgecolor=plotting.GREY, lw=1))
    ink = "white" if chosen else plotting.INK
    ax.text(x, y, text, ha="center", va="center", fontsize=13, color=ink, weight="bold" if chosen else "normal")
