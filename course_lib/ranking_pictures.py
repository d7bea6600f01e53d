"""Pictures of lists: what a place is worth, errors in stars against lists, and what the places of a list hold."""

import textwrap

import numpy as np

from course_lib import plotting

WIDE, NARROW = 3.2, 1.0
"""Widths of the two parts of an axis that is cut."""


def discounts(hits, title):
    """Draw what a hit in each place of a list is worth for the NDCG, the hits of one list in colour.

    Parameters
    ----------
    hits : sequence of bool
        Whether each place, from the first, holds a relevant film.
    title : str

    Returns
    -------
    Figure
    """
    places, worth = np.arange(1, len(hits) + 1), 1 / np.log2(np.arange(2, len(hits) + 2))
    fig, ax = plotting.figure(7.0, 3.4)
    colors = [plotting.BLUE if hit else plotting.PALE for hit in hits]
    bars = ax.bar(places, worth, 0.75, color=colors, label="worth of a hit")
    ax.bar_label(bars, fmt="%.2f", padding=3, fontsize=11, color=plotting.INK)
    for place in places[np.asarray(hits, dtype=bool)]:
        ax.text(place, 0.05, "hit", ha="center", color="white", fontsize=11, weight="bold")
    ax.set_xticks(places)
    ax.set(xlabel="place in the list", ylabel="worth of a hit there", ylim=(0, 1.15))
    ax.set_title(title)
    return fig


def stars_and_lists(panels, title, follow=(), cut=1.5, left=()):
    """Draw a dot a model: its error in stars against its lists, with an axis that is cut before the largest errors.

    Parameters
    ----------
    panels : dict of str to DataFrame
        Panel title to a table with a row a model and the columns RMSE (stars) and NDCG. A model without an RMSE
        predicts no stars, and is drawn as a dotted line.
    title : str
        The message.
    follow : sequence of str
        Models to draw in another colour.
    cut : float, default=1.5
        Errors from here on, in stars, go to the right of the cut.
    left : sequence of str, optional
        Models whose name stands at the left of the dot, out of another's way.

    Returns
    -------
    Figure
    """
    widths = [WIDE, NARROW] * len(panels)
    fig, axes = plotting.figure(9.8, 4.4, columns=2 * len(panels), sharey=True, width_ratios=widths)
    for (head, table), near, far in zip(panels.items(), axes[::2], axes[1::2], strict=True):
        for name, (stars, ndcg) in table[["RMSE", "NDCG"]].iterrows():
            if np.isnan(stars):
                for ax in (near, far):
                    ax.axhline(ndcg, ls=":", color=plotting.INK, lw=1.5, label=name)
                plotting.label(near, 0, ndcg, name, dx=4, dy=8, xycoords=("axes fraction", "data"), fontsize=11)
                continue
            ax, color = far if stars >= cut else near, plotting.VERMILLION if name in follow else plotting.BLUE
            ax.plot([stars], [ndcg], "o", color=color, label=name)
            beside = {"dx": -8 if name in left else 8}
            if ax is far:
                beside = {"dx": 0, "dy": 12, "ha": "center"}
            plotting.label(ax, stars, ndcg, name, color, fontsize=11, **beside)
        stars = table["RMSE"]
        inside = stars[stars < cut]
        room = np.ptp(inside)
        near.set(xlim=(inside.min() - 0.65 * room, inside.max() + 0.5 * room), xlabel="RMSE (stars), less is better")
        beyond = stars[stars >= cut]
        far.set(xlim=(beyond.min() - 0.5, beyond.max() + 0.5) if len(beyond) else (2, 3))
        far.set_xticks(np.unique(beyond.round(1)))
        _mark_the_cut(near, far)
        near.set_title(head, fontsize=12)
        highest = max(one["NDCG"].max() for one in panels.values())
        near.set_ylim(-0.05 * highest, 1.2 * highest)
    axes[0].set_ylabel("NDCG of the first 20, more is better")
    fig.suptitle(textwrap.fill(title, 76), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def held_places(panels, title):
    """Draw how many of 100 listed films were chosen, and how many of these were liked.

    Parameters
    ----------
    panels : dict of str to dict of str to Places
        Panel title to model to what `list_candidates.chosen_and_liked` found.
    title : str
        The message.

    Returns
    -------
    Figure
    """
    rows = len(next(iter(panels.values())))
    fig, axes = plotting.figure(9.6, 1.6 + 0.45 * rows, columns=len(panels), sharey=True, sharex=True)
    for ax, (head, models) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        at = np.arange(len(models))
        liked = 100 * np.array([places.precision for places in models.values()])
        chosen = 100 * np.array([places.chosen for places in models.values()])
        ax.barh(at, liked, 0.7, color=plotting.BLUE, label="chosen and liked")
        ax.barh(at, chosen - liked, 0.7, left=liked, color=plotting.PALE, label="chosen, not liked")
        for row, places in enumerate(models.values()):
            plotting.label(ax, chosen[row], row, f"{100 * places.liked:.0f} % liked", fontsize=11)
        ax.set_yticks(at, models)
        ax.tick_params(axis="y", length=0, labelcolor=plotting.INK)
        ax.set(xlabel="of 100 listed films, chosen")
        ax.margins(x=0.3)
        ax.set_title(head, fontsize=12)
    axes = np.atleast_1d(axes)
    axes[0].set_ylim(rows - 0.5, -0.5)
    axes[-1].legend(loc="lower right", fontsize=10)
    fig.suptitle(textwrap.fill(title, 76), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def _mark_the_cut(near, far):
    """Draw the two slanted strokes that say: the axis leaves something out here."""
    stroke = {"marker": [(-0.6, -1), (0.6, 1)], "ms": 9, "ls": "none", "color": plotting.GREY, "clip_on": False}
    near.plot([1], [0], transform=near.transAxes, label="_cut", **stroke)
    far.plot([0], [0], transform=far.transAxes, label="_cut", **stroke)
    far.spines["left"].set_visible(False)
    far.tick_params(axis="y", length=0)
