"""The look of the course's pictures, and the one way in which a picture is shown.

Importing this file sets the look. ``figure()`` gives axes, ``label()`` writes a name where a line or a point ends,
``show()`` displays. The pictures that lessons share are in ``pictures.py``.
"""

import base64
import html
import io

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import PIL.Image
from IPython.display import display

# Okabe and Ito's palette: told apart with every kind of colour vision. Yellow and orange are left out, since text in
# them cannot be read on white.
BLUE, VERMILLION, GREEN, PURPLE, SKY = "#0072B2", "#D55E00", "#007A5A", "#A64D85", "#56B4E9"
GREY, INK, PALE = "#6B6B6B", "#222222", "#D9D9D9"

STYLE = {
    "font.family": "DejaVu Sans",  # ships with matplotlib: the same letters on every machine
    "font.size": 12,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "axes.titlesize": 14,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 14,
    "axes.labelsize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": matplotlib.cycler(color=[BLUE, VERMILLION, GREEN, PURPLE, SKY, GREY]),
    "lines.linewidth": 2.4,
    "lines.markersize": 8,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "grid.color": PALE,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "svg.hashsalt": "what-to-watch-next",
}
plt.rcParams.update(STYLE)

PIXELS_PER_INCH = 96  # of the page; the picture itself has twice as many, for sharp screens and projectors
SHORTEST_ALT = 30


def figure(width=7.0, height=4.2, columns=1, **options):
    """Make a figure in the course's look.

    Parameters
    ----------
    width, height : float
        In inches; 7 is as wide as the page.
    columns : int, default=1
        Axes side by side.
    **options
        Passed on to ``matplotlib.pyplot.subplots``.

    Returns
    -------
    (Figure, Axes) or (Figure, ndarray of Axes)
    """
    return plt.subplots(1, columns, figsize=(width, height), layout="constrained", **options)


def label(ax, x, y, text, color=INK, dx=8, dy=0, **options):
    """Write a name beside a point or the end of a line, instead of in a legend.

    Parameters
    ----------
    ax : Axes
    x, y : float
        Where, in data units.
    text : str
    color : str
    dx, dy : float
        How far from there, in points (a 72nd of an inch).
    **options
        Passed on to ``Axes.annotate``.
    """
    side = {"ha": "left" if dx >= 0 else "right", "va": "center"} | options
    ax.annotate(text, (x, y), (dx, dy), textcoords="offset points", color=color, **side)


def show(fig, alt):
    """Display a figure with a text for those who cannot see it, and close it.

    The picture is an ``<img>`` with its alt text, which JupyterLab, exported pages and the website all keep. Beside
    it goes a description made from the figure itself; nbval compares that, so a changed picture is noticed.

    Parameters
    ----------
    fig : Figure
    alt : str
        What is to be seen, in a sentence.

    Raises
    ------
    ValueError
        When the text is too short to say what is to be seen, or words run over the picture's edge.
    """
    if len(alt) < SHORTEST_ALT:
        raise ValueError(f"The alt text {alt!r} does not say what is to be seen. Write a sentence.")
    cut = _cut_off(fig)
    if cut:
        raise ValueError(f"The picture's edge cuts off {cut!r}. Make the figure wider or the words fewer.")
    text, data = describe(fig), base64.b64encode(png(fig)).decode()
    plt.close(fig)
    width = round(fig.get_figwidth() * PIXELS_PER_INCH)
    image = f'<img alt="{html.escape(alt)}" width="{width}" src="data:image/png;base64,{data}">'
    display({"text/html": image, "text/plain": f"[Figure: {alt}]\n{text}"}, raw=True)


def png(fig, colors=128, scale=2):
    """Draw a figure with as few colours as it needs: a third of the bytes, the same to the eye.

    Parameters
    ----------
    fig : Figure
    colors : int, default=128
    scale : float, default=2
        Pixels of the picture for one of the page.

    Returns
    -------
    bytes
        A PNG file.
    """
    fig.set_dpi(scale * PIXELS_PER_INCH)
    fig.canvas.draw()
    image = PIL.Image.fromarray(np.asarray(fig.canvas.buffer_rgba())).convert("RGB")
    picture = io.BytesIO()
    image.quantize(colors, dither=PIL.Image.Dither.NONE).save(picture, format="png", optimize=True)
    return picture.getvalue()


def describe(fig):
    """Say in words what a figure holds.

    Parameters
    ----------
    fig : Figure

    Returns
    -------
    str
        For each axes a line with title and axis names, and a line for each line, group of bars, group of points and
        image: its label, how many values, the smallest, the largest and the last, to two digits. Then the words
        written into the picture.
    """
    lines = [fig.get_suptitle().replace("\n", " ")] if fig.get_suptitle() else []
    for ax in fig.axes:
        title = ax.get_title("left") or ax.get_title()
        lines.append(f"{title} | x: {ax.get_xlabel()} | y: {ax.get_ylabel()}".replace("\n", " "))
        for line in ax.lines:
            lines.append(_summary("line", line.get_label(), line.get_ydata(), line.get_xdata()))
        for bars in ax.containers:
            sideways = getattr(bars, "orientation", "vertical") == "horizontal"
            sizes = [bar.get_width() if sideways else bar.get_height() for bar in bars.patches]
            lines.append(_summary("bars", bars.get_label(), sizes))
        for points in ax.collections:
            offsets = np.asarray(points.get_offsets())
            if len(offsets):
                lines.append(_summary("points", points.get_label(), offsets[:, 1], offsets[:, 0]))
        for image in ax.images:
            lines.append(_summary("image", image.get_label(), np.ravel(image.get_array())))
        words = [text.get_text() for text in ax.texts if text.get_text()]
        if words:
            lines.append("  words: " + "; ".join(words).replace("\n", " "))
    return "\n".join(lines)


def _cut_off(fig):
    """Return the first words that the figure's edge cuts off, None where all are inside."""
    fig.canvas.draw()
    words = [fig._suptitle] if fig._suptitle else []
    for ax in fig.axes:
        words += [*ax.texts, ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label]
    for text in words:
        box = text.get_window_extent()
        inside = box.x0 > -1 and box.y0 > -1 and box.x1 < fig.bbox.x1 + 1 and box.y1 < fig.bbox.y1 + 1
        if text.get_visible() and text.get_text().strip() and not inside:
            return text.get_text()
    return None


def _summary(kind, name, values, along=None):
    values = np.asarray(values, dtype=float)
    name = "" if str(name).startswith("_") else f" {name}"
    text = f"  {kind}{name}: {len(values)} values, {_range(values)}"
    return text if along is None else text + f"; x {_range(np.asarray(along, dtype=float))}"


def _range(values):
    if not len(values):
        return "none"
    return f"{_digits(np.min(values))} to {_digits(np.max(values))}, last {_digits(values[-1])}"


def _digits(value):
    # Two digits, with a nudge so that 0.125 and its neighbour one bit below are written the same way on all machines.
    return f"{value * (1 + 1e-9) + 0.0:.2g}"
