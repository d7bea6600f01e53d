"""Pictures of ratings: the table and its holes, who rates how much, which stars are given, who would say what."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, ListedColormap

from course_lib import plotting

STARS = LinearSegmentedColormap.from_list("stars", ["#F0B48A", "#FFFFFF", "#8DBCE0"])
DOTS = ListedColormap(["white", plotting.BLUE])
COLORS = (plotting.BLUE, plotting.VERMILLION, plotting.GREEN)


def table(ratings, title):
    """Draw a small table of ratings as it stands on paper, its holes hatched.

    Parameters
    ----------
    ratings : DataFrame
        One row a member, one column a film, stars in the cells, nan where there is no rating.
    title : str

    Returns
    -------
    Figure
    """
    stars = ratings.to_numpy(dtype=float)
    fig, ax = plotting.figure(1.6 + 1.15 * stars.shape[1], 1.3 + 0.5 * len(stars))
    ax.imshow(np.nan_to_num(stars, nan=3.0), cmap=STARS, vmin=1, vmax=5, aspect="auto")
    for (row, column), value in np.ndenumerate(stars):
        if np.isnan(value):
            hole = {"fill": False, "hatch": "////", "ec": plotting.GREY, "lw": 0}
            ax.add_patch(plotting.plt.Rectangle((column - 0.5, row - 0.5), 1, 1, **hole))
        else:
            ax.text(column, row, f"{value:g}", ha="center", va="center", fontsize=14)
    ax.set_xticks(range(stars.shape[1]), [name.replace(" (", "\n(") for name in ratings.columns], fontsize=10.5)
    ax.set_yticks(range(len(stars)), [f"member {name}" for name in ratings.index])
    ax.set_xticks(np.arange(stars.shape[1] - 1) + 0.5, minor=True)
    ax.set_yticks(np.arange(len(stars) - 1) + 0.5, minor=True)
    ax.grid(which="minor", color="white", lw=2)
    ax.xaxis.tick_top()
    ax.tick_params(which="both", length=0, labelcolor=plotting.INK)
    ax.spines[:].set_visible(False)
    ax.set_title(title)
    return fig


def holes(ratings, title):
    """Draw the user-item matrix with a dot for each rating: the busiest members on top, the most rated films left.

    Dotted lines halve both sides.

    Parameters
    ----------
    ratings : Ratings
    title : str

    Returns
    -------
    Figure
    """
    rows, columns = place_by_count(ratings.users, ratings.n_users), place_by_count(ratings.items, ratings.n_items)
    filled = np.zeros((ratings.n_users, ratings.n_items), dtype=np.uint8)
    filled[rows[ratings.users], columns[ratings.items]] = 1
    fig, ax = plotting.figure(7.2, 5.4)
    ax.imshow(filled, cmap=DOTS, aspect="auto", interpolation="nearest")
    halves = {"ls": ":", "color": plotting.VERMILLION, "lw": 2.0}
    ax.axvline(ratings.n_items / 2, **halves, label="half of the films")
    ax.axhline(ratings.n_users / 2, **halves, label="half of the members")
    ax.set_xlabel(f"{ratings.n_items:,} films, the most rated first (left)")
    ax.set_ylabel(f"{ratings.n_users:,} members, the busiest first (top)")
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set_title(title)
    return fig


def place_by_count(groups, n_groups):
    """Give each member or film its place when they are sorted by how many ratings they have.

    Parameters
    ----------
    groups : ndarray of int
        The member or film of each rating.
    n_groups : int

    Returns
    -------
    ndarray of shape (n_groups,), int
        0 for the one with the most.
    """
    places = np.empty(n_groups, dtype=np.int64)
    places[np.argsort(-np.bincount(groups, minlength=n_groups), kind="stable")] = np.arange(n_groups)
    return places


def lorenz(curves, title):
    """Draw Lorenz curves: how much of all ratings the quietest so many have together.

    Parameters
    ----------
    curves : dict of str to ndarray
        Name to the share of all ratings that the 0, 1, 2, ... quietest ones have.
    title : str

    Returns
    -------
    Figure
    """
    fig, ax = plotting.figure(6.4, 4.8)
    ax.plot([0, 100], [0, 100], ":", color=plotting.GREY, label="all alike")
    plotting.label(ax, 40, 40, "all alike", plotting.GREY, dx=-8, dy=6)
    highest = max(curves, key=lambda name: curves[name].mean())
    for (name, shares), color in zip(curves.items(), COLORS, strict=False):
        percent = np.linspace(0, 100, len(shares))
        ax.plot(percent, 100 * shares, color=color, label=name)
        point = round((0.62 if name == highest else 0.72) * (len(shares) - 1))
        away = {"dx": -10, "dy": 12} if name == highest else {"dx": 10, "dy": -12}  # out of the other curve's way
        plotting.label(ax, percent[point], 100 * shares[point], name.replace(", ", "\n"), color, **away)
    ax.set(xlabel="share of members, or films, the quietest first (%)", ylabel="share of all ratings (%)")
    ax.set(xlim=(0, 104), ylim=(0, 102))
    ax.set_title(title)
    return fig


def half_stars(values, by_whole, title):
    """Draw how often each number of stars is given, and how much of that by members who never give a half.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Stars.
    by_whole : ndarray of bool of shape (n,)
        Whether the member who gave them never gives a half.
    title : str

    Returns
    -------
    Figure
    """
    steps = np.arange(0.5, 5.1, 0.5)
    share = 100 * np.array([(values == step).mean() for step in steps])
    whole = 100 * np.array([((values == step) & by_whole).mean() for step in steps])
    fig, ax = plotting.figure(7.0, 4.0)
    ax.bar(steps, whole, 0.4, color=plotting.GREY, label="by members who never give a half")
    bars = ax.bar(steps, share - whole, 0.4, bottom=whole, color=plotting.BLUE, label="by the others")
    ax.bar_label(bars, [f"{one:.0f}" if one >= 1 else f"{one:.1f}" for one in share], padding=3, color=plotting.INK)
    ax.set_xticks(steps)
    ax.set(xlabel="stars", ylabel="share of all ratings (%)")
    ax.legend(loc="upper left")
    ax.set_title(title)
    return fig


def chosen_and_all(everybody, raters, titles, title):
    """Draw for each film what its raters gave beside what everybody would give; name the film furthest apart.

    Parameters
    ----------
    everybody, raters : ndarray of shape (n_films,)
        Mean stars.
    titles : sequence of str
    title : str

    Returns
    -------
    Figure
    """
    everybody, raters = np.asarray(everybody), np.asarray(raters)
    ends = [np.floor(2 * min(everybody.min(), raters.min())) / 2, 5.0]
    far = int(np.argmax(raters - everybody))
    fig, ax = plotting.figure(6.8, 5.4)
    ax.plot(ends, ends, ":", color=plotting.GREY, label="the same")
    plotting.label(ax, ends[1] - 0.25, ends[1] - 0.25, "the same", plotting.GREY, dx=8, dy=-10)
    ax.scatter(everybody, raters, 22, color=plotting.BLUE, alpha=0.6, lw=0, label="films")
    ax.scatter(everybody[far : far + 1], raters[far : far + 1], 60, color=plotting.VERMILLION, label="furthest apart")
    line = {"arrowstyle": "-", "color": plotting.VERMILLION, "lw": 1.2}
    place = {"xytext": (0.04, 0.93), "textcoords": "axes fraction", "color": plotting.VERMILLION}
    ax.annotate(list(titles)[far], (everybody[far], raters[far]), **place, arrowprops=line)
    ax.set(xlabel="mean of what everybody would give (stars)", ylabel="mean of what was rated (stars)")
    ax.set(xlim=ends, ylim=ends, aspect="equal")
    ax.set_title(title)
    return fig
