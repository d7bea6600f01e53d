"""Why a row misses its goal, written by hand: by row, or by row and data, or by row, data and k. The nearest counts."""

BUSY = (
    "Measured while other programs kept both cores busy (see the load): each side's numbers are pushed out of the "
    "processor's caches again and again. To be measured again on a quiet machine."
)
REASONS = {
    "sgd-cornac": BUSY,
    "sgd-large": BUSY,
    "sgd-surprise": (
        "Surprise visits a rating in 0.16 to 0.19 µs here (k 64). Forty times faster would be 4 to 5 ns, and our loop "
        "needs 8 ns for 64 factors at best: they have to be read, multiplied and written. " + BUSY
    ),
}


def reason(line):
    """Return what is known about a line of the table that misses its goal."""
    keys = ((line["row"], line["data"], line["k"]), (line["row"], line["data"]), line["row"])
    return next((REASONS[key] for key in keys if key in REASONS), "")
