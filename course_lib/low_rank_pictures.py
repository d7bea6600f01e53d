"""Pictures of low rank: an outer product, a table and its ranks, random starts, the price of more columns."""

import numpy as np

from course_lib import plotting
from course_lib.rating_pictures import STARS


def outer_product(p, q, members, films, title, names=("p", "q")):
    """Draw a multiplication table: p down the left, q along the top, each product where they meet.

    Parameters
    ----------
    p : ndarray of shape (n_users,)
    q : ndarray of shape (n_items,)
    members, films : sequence of str
    title : str
    names : pair of str
        What p and q are called.

    Returns
    -------
    Figure
    """
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    products = p[:, None] * q
    fig, ax = plotting.figure(2.6 + 1.05 * len(q), 1.5 + 0.48 * len(p))
    ax.imshow(products, cmap=STARS, vmin=0, vmax=5, aspect="auto", extent=(-0.5, len(q) - 0.5, len(p) - 0.5, -0.5))
    for (row, column), value in np.ndenumerate(products):
        ax.text(column, row, f"{value:.3g}", ha="center", va="center", fontsize=13)
    bold = {"ha": "center", "va": "center", "fontsize": 13, "weight": "bold"}
    for row, value in enumerate(p):
        ax.text(-1.1, row, f"{value:.3g}", color=plotting.VERMILLION, **bold)
    for column, value in enumerate(q):
        ax.text(column, -1.0, f"{value:.3g}", color=plotting.BLUE, **bold)
    ax.text(-1.1, -1.0, f"{names[0]} x {names[1]}", ha="center", va="center", fontsize=12, color=plotting.GREY)
    ax.set(xlim=(-1.6, len(q) - 0.5), ylim=(len(p) - 0.5, -1.5))
    _frame(ax, members, films)
    ax.set_title(title)
    return fig


def ranks(tables, members, films, title):
    """Draw tables of the same shape side by side, the stars written in the cells.

    Parameters
    ----------
    tables : dict of str to ndarray of shape (n_users, n_items)
        Panel title to stars.
    members, films : sequence of str
    title : str

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(2.7 * len(tables), 4.0, columns=len(tables))
    for place, (ax, (name, table)) in enumerate(zip(axes, tables.items(), strict=True)):
        ax.imshow(table, cmap=STARS, vmin=1, vmax=5, aspect="auto")
        for (row, column), value in np.ndenumerate(table):
            ax.text(column, row, f"{value:.1f}", ha="center", va="center", fontsize=10.5)
        _frame(ax, members if place == 0 else [""] * len(table), films, turned=True)
        ax.set_title(name, fontsize=12)
    fig.suptitle(title, x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def descents(errors, floor, title, floor_name):
    """Draw how the error falls from many starts, and the line that none goes below.

    Parameters
    ----------
    errors : ndarray of shape (n_starts, n_sweeps)
        RMSE after each sweep, in stars.
    floor : float
    title : str
    floor_name : str

    Returns
    -------
    Figure
    """
    sweeps = np.arange(1, errors.shape[1] + 1)
    fig, ax = plotting.figure(7.0, 4.0)
    for line in errors:
        ax.plot(sweeps, line, color=plotting.BLUE, alpha=0.3, lw=1, label="one start")
    ax.axhline(floor, ls=":", color=plotting.VERMILLION, label="floor")
    plotting.label(ax, sweeps[-1], floor, floor_name, plotting.VERMILLION, dx=-4, dy=-11)
    ax.set(xlabel="rounds of taking turns", ylabel="RMSE (stars)", ylim=(0, None))
    ax.set_xticks(sweeps)
    ax.set_title(title)
    return fig


def two_errors(panels, units, title):
    """Draw the error on cells that were seen and on cells that were hidden, over the rank, beside a dotted baseline.

    Parameters
    ----------
    panels : dict of str to DataFrame
        Panel title to a table indexed by rank with the columns "visible", "hidden" and "one number".
    units : sequence of str
        Of the errors, one a panel.
    title : str

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(9.2, 4.2, columns=len(panels))
    looks = {"hidden": ("o-", plotting.VERMILLION), "visible": ("o-", plotting.BLUE), "one number": (":", plotting.INK)}
    for ax, (name, table), unit in zip(np.atleast_1d(axes), panels.items(), units, strict=True):
        for column, (style, color) in looks.items():
            ax.plot(table.index, table[column], style, color=color, ms=5, label=column)
        places = {"hidden": 0, "visible": 0, "one number": 0}
        ends = {column: table[column].iloc[-1] for column in looks}
        near = 0.06 * (table.to_numpy().max())
        if abs(ends["hidden"] - ends["one number"]) < near:
            places = places | ({"hidden": 7, "one number": -7} if ends["hidden"] > ends["one number"] else {})
        for column, (_, color) in looks.items():
            plotting.label(ax, table.index[-1], ends[column], column, color, dy=places[column])
        ax.set_xscale("log")
        ax.set_xticks(table.index, [str(k) if k in _few(table.index) else "" for k in table.index], minor=False)
        ax.minorticks_off()
        ax.set(xlabel="rank k", ylabel=f"RMSE ({unit})", ylim=(0, 1.08 * table.to_numpy().max()))
        ax.set_title(name, fontsize=12)
    fig.suptitle(title, x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def planes(panels, films, title, members_by=8):
    """Draw members as numbers and films as squares in the plane of two factors, once for each of several pairs P, Q.

    Parameters
    ----------
    panels : dict of str to (ndarray of shape (n_users, 2), ndarray of shape (n_items, 2))
        Panel title to P and Q.
    films : sequence of str
    title : str
    members_by : float, default=8
        Members are drawn so many times nearer to zero, so that both fit into one picture.

    Returns
    -------
    Figure
    """
    fig, axes = plotting.figure(1.2 + 4.2 * len(panels), 4.8, columns=len(panels))
    points = np.vstack([[[0, 0]], *(np.vstack([p / members_by, q]) for p, q in panels.values())])
    middle, reach = (points.max(axis=0) + points.min(axis=0)) / 2, 0.62 * np.ptp(points, axis=0).max()
    middle[0] -= 0.12 * reach  # the films' names stand to their left
    left, low = middle - reach
    right, high = middle + reach
    for ax, (name, (p, q)) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        ax.axhline(0, color=plotting.PALE, lw=1, label="_zero")
        ax.axvline(0, color=plotting.PALE, lw=1, label="_zero")
        ax.plot(*(p / members_by).T, " ", color=plotting.BLUE, label="members")  # their numbers mark the places
        ax.plot(*q.T, "s", color=plotting.VERMILLION, label="films")
        for number, (x, y) in enumerate(p / members_by, start=1):
            ax.text(x, y, str(number), color=plotting.BLUE, fontsize=12, weight="bold", ha="center", va="center")
        _names(ax, *_together(films, q), plotting.VERMILLION, 0.11 * reach)
        ax.set(xlim=(left, right), ylim=(low, high), aspect="equal", ylabel="factor 2")
        ax.set_xlabel(f"factor 1 (members: all numbers divided by {members_by})")
        ax.set_title(name, fontsize=12)
    fig.suptitle(title, x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def _few(ranks):
    """Ranks that get a number on a logarithmic axis without running into each other."""
    kept = []
    for k in ranks:
        if not kept or k >= 1.9 * kept[-1]:
            kept.append(k)
    return kept


def _together(films, q):
    """Join the names of films that lie on one point."""
    points = {}
    for film, point in zip(films, q, strict=True):
        points.setdefault(tuple(np.round(point, 6) + 0.0), []).append(film)
    return [",\n".join(names) for names in points.values()], np.array(list(points))


def _names(ax, names, points, color, gap):
    """Write names to the left of points, those of neighbours one above the other."""
    height = -np.inf
    for place in np.argsort(points[:, 1], kind="stable"):
        x, y = points[place]
        near = np.abs(points[:, 0] - x) < 3 * gap
        height = max(y - gap / 3, height + gap) if near.sum() > 1 and height > y - gap else y
        ax.text(x - 0.6 * gap, height, names[place], color=color, fontsize=11, va="center", ha="right")


def _frame(ax, members, films, turned=False):
    turn = {"rotation": 60, "ha": "left", "rotation_mode": "anchor"} if turned else {}
    ax.set_xticks(range(len(films)), films, fontsize=10.5, **turn)
    ax.set_yticks(range(len(members)), members)
    ax.xaxis.tick_top()
    ax.tick_params(which="both", length=0, labelcolor=plotting.INK)
    ax.spines[:].set_visible(False)
