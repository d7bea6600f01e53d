"""A picture of how cost grows: seconds a round against ratings, each model beside its peers."""

import math

from benchmarks.speed import rows, table

PICTURE = table.RESULTS.parent.parent / "growth.png"
PANELS = {
    "Biased MF by SGD": ("sgd-cornac", "sgd-surprise"),
    "Explicit ALS": ("als-lenskit", "als-cmfrec"),
    "Implicit ALS": ("ials-implicit",),
    "BPR": ("bpr-cornac", "bpr-implicit"),
    "Item neighbours": ("knn-implicit", "knn-lenskit"),
}
"""Title, and the rows whose times it shows; of those with several k, k = 64."""
COLORS = {"course_lib": "#D55E00", "cornac": "#0072B2", "scikit-surprise": "#009E73", "lenskit": "#CC79A7",
          "cmfrec": "#56B4E9", "implicit": "#000000"}  # fmt: skip
"""Okabe and Ito's palette, safe for colour-blind eyes; each library has a marker of its own as well."""
MARKERS = {"course_lib": "o", "cornac": "s", "scikit-surprise": "^", "lenskit": "D", "cmfrec": "v", "implicit": "P"}


def curves(lines):
    """Return {panel: {library: [(ratings, seconds a round)]}}, by size; what was measured twice with its median."""
    found = {}
    for title, names in PANELS.items():
        points = {}
        for line in lines:
            wanted = line["row"] in names and line["threads"] == 1 and not line["failed"]
            if not wanted or rows.ROWS[line["row"]].measure != "sum of similarities" and line["k"] != 64:
                continue
            for side, library in (("ours", "course_lib"), ("theirs", line["peer"])):
                seconds = line[f"fit_{side}"] / (line["rounds"] or 1)
                points.setdefault(library, {}).setdefault(line["n_ratings"], []).append(seconds)
        found[title] = {
            library: sorted((n, sorted(seconds)[len(seconds) // 2]) for n, seconds in of_size.items())
            for library, of_size in points.items()
        }
    return {title: libraries for title, libraries in found.items() if libraries}


def slope(points):
    """Return by which power of the number of ratings time grows, between the smallest and the largest of them."""
    (n, seconds), (more, longer) = points[0], points[-1]
    return math.log(longer / seconds) / math.log(more / n)


def describe(lines):
    """Describe the picture for somebody who does not see it."""
    parts = []
    for title, libraries in curves(lines).items():
        ours = libraries["course_lib"]
        at = ours[-1][0]
        ends = [f"{name} {points[-1][1]:.2g} s" for name, points in libraries.items() if points[-1][0] == at]
        grows = f"growing as ratings to the power {slope(ours):.2f} for course_lib; " if len(ours) > 1 else ""
        parts.append(f"{title}: {grows}at {at:,} ratings {', '.join(ends)}")
    axes = (
        "Seconds for one epoch, iteration or fit against the number of training ratings, both axes logarithmic, one "
        "panel a model, one line a library"
    )
    return ". ".join([axes, *parts]) + "."


def draw(lines, path=PICTURE):
    """Draw one panel a model, both axes logarithmic."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    found = curves(lines)
    figure, axes = pyplot.subplots(1, len(found), figsize=(3.5 * len(found), 3.8), squeeze=False, layout="constrained")
    for ax, (title, libraries) in zip(axes[0], found.items(), strict=True):
        for library, points in libraries.items():
            looks = {
                "color": COLORS[library],
                "marker": MARKERS[library],
                "lw": 2.5 if library == "course_lib" else 1.5,
            }
            ax.loglog(*zip(*points, strict=True), label=library, **looks)
        ax.set(title=title, xlabel="training ratings")
        ax.grid(True, which="major", alpha=0.3)
        ax.legend(frameon=False, fontsize=9)
    axes[0, 0].set_ylabel("seconds for one round (1 thread)")
    figure.savefig(path, dpi=120, metadata={"Software": None})
    pyplot.close(figure)
