"""Pictures of lists made from what was watched: which settings beat popularity, and what each cell is scored."""

import textwrap

import matplotlib
import numpy as np

from course_lib import plotting

ABOVE = matplotlib.colors.LinearSegmentedColormap.from_list("above", ["#CFE3F2", plotting.BLUE])
SCORES = matplotlib.colors.LinearSegmentedColormap.from_list("scores", ["white", plotting.SKY])


def recall_by_settings(panels, bars, title, mark=None):
    """Draw the recall for each pair of alpha and lambda, in blue where it is above popularity's and in grey elsewhere.

    Parameters
    ----------
    panels : dict of str to DataFrame
        Panel title to recalls of the first 20, from 0 to 1: a row an alpha, a column a lambda.
    bars : dict of str to float
        Popularity's recall, by panel title.
    title : str
        The message.
    mark : dict of str to tuple, optional
        The row and the column, by their names, of a cell that gets a frame, by panel title.

    Returns
    -------
    Figure
    """
    rows = max(len(table) for table in panels.values())
    fig, axes = plotting.figure(10.0, 1.9 + 0.46 * rows, columns=len(panels))
    for ax, (head, table) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        values, bar = table.to_numpy(), bars[head]
        shades = ABOVE.with_extremes(under=plotting.PALE)
        ax.imshow(values, cmap=shades, vmin=bar, vmax=max(values.max(), bar + 1e-6), aspect="auto", label="recall")
        strong = bar + 0.6 * (values.max() - bar)
        for (row, column), value in np.ndenumerate(values):
            color = plotting.GREY if value < bar else "white" if value > strong else plotting.INK
            ax.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=12, color=color)
        if mark and head in mark:
            row, column = list(table.index).index(mark[head][0]), list(table.columns).index(mark[head][1])
            frame = {"fill": False, "ec": plotting.VERMILLION, "lw": 3}
            ax.add_patch(matplotlib.patches.Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, **frame))
        ax.set_xticks(range(len(table.columns)), [f"{one:g}" for one in table.columns])
        ax.set_yticks(range(len(table)), [f"{one:g}" for one in table.index])
        ax.tick_params(length=0, labelcolor=plotting.INK)
        ax.spines[:].set_visible(False)
        ax.set(xlabel="λ, the price of large factors", ylabel="α, the weight of a watched film")
        ax.set_title(f"{head}; popularity {bar:.2f}", fontsize=12)
    fig.suptitle(textwrap.fill(title, 84), x=0.01, ha="left", fontsize=14, weight="bold")
    return fig


def scored_table(scores, watched, title):
    """Draw the score of each cell of a small table, and what was watched of the film.

    Parameters
    ----------
    scores : array_like of shape (n_users, n_items)
        What the model says; about 0 for no, 1 for yes.
    watched : DataFrame of shape (n_users, n_items)
        A row a member, a column a film: the share that was watched, nan where nothing was.
    title : str
        The message.

    Returns
    -------
    Figure
    """
    scores = np.asarray(scores, dtype=float)
    fig, ax = plotting.figure(8.4, 1.6 + 0.52 * len(scores))
    ax.imshow(scores, cmap=SCORES, vmin=0, vmax=1, aspect="auto", label="score")
    for (row, column), share in np.ndenumerate(watched.to_numpy(dtype=float)):
        ax.text(column, row - 0.13, f"{scores[row, column]:.2f}", ha="center", va="center", fontsize=14, weight="bold")
        below = "not watched" if np.isnan(share) else f"watched {100 * share:.0f} %"
        color = plotting.VERMILLION if np.isnan(share) else plotting.INK
        ax.text(column, row + 0.27, below, ha="center", va="center", fontsize=9, color=color)
    ax.set_xticks(range(watched.shape[1]), watched.columns)
    ax.set_yticks(range(len(watched)), [f"member {one}" for one in watched.index])
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelcolor=plotting.INK)
    ax.spines[:].set_visible(False)
    fig.suptitle(title, x=0.01, ha="left", fontsize=14, weight="bold")
    return fig
