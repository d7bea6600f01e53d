"""Hold fit_network against Keras' own network.fit: the article's network, the same arrays, the same batches.

    python benchmarks/neural/pipeline.py        into pipeline.csv; about two minutes on one core

Both take Adam's steps from the same start. A pass of one and a pass of the other take turns, so that a busy machine
slows both; the first pass of each, in which TensorFlow traces, is not counted. Samples a second of processor time.
"""

import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from course_lib import datasets, evaluation, quiet  # noqa: E402
from course_lib.training import fit_network  # noqa: E402

RESULTS = Path(__file__).with_name("pipeline.csv")
SNIPPET = ROOT / "tests" / "article" / "network.py.txt"
BATCHES, REPEATS, EPOCHS = (256, 1024), 5, 3


def article_network():
    """Build the article's network from its own code."""
    names = {}
    exec(SNIPPET.read_text(encoding="utf-8"), names)
    return names["model"]


def seconds(function):
    """Measure one call, in seconds of the processor."""
    begin = time.process_time()
    function()
    return time.process_time() - begin


def main():
    """Measure, print and store."""
    quiet.tensorflow()
    train = evaluation.board_split(datasets.load("matinee").ratings).train
    users, movies, liked = train.users, train.items, (train.values >= 4).astype(np.float32)
    rows = []
    for batch in BATCHES:
        ours, theirs = article_network(), article_network()
        theirs.set_weights(ours.get_weights())
        # Ours traces anew in each call, so its epochs are measured as the difference of a long and a short training.
        ways = {
            "fit_network": lambda n, one=ours, b=batch: fit_network(
                one, (users, movies), liked, batch_size=b, n_epochs=n),
            "network.fit": lambda n, one=theirs, b=batch: one.fit(
                [users, movies], liked, batch_size=b, epochs=n, verbose=0),
        }  # fmt: skip
        for way in ways.values():
            way(1)
        for repeat in range(REPEATS):
            for name, way in ways.items():
                whole = seconds(lambda way=way: way(EPOCHS))
                steady = seconds(lambda way=way: way(2 * EPOCHS)) - whole
                rows.append({"batch": batch, "repeat": repeat, "way": name,
                             "samples a second": EPOCHS * len(liked) / steady,
                             "with tracing": EPOCHS * len(liked) / whole})  # fmt: skip
    speed = pd.DataFrame(rows).groupby(["batch", "way"])[["samples a second", "with tracing"]].median().round(-3)
    speed = speed.astype(int).reset_index()
    for column in ("samples a second", "with tracing"):
        slow = speed[speed["way"] == "network.fit"].set_index("batch")[column]
        speed[f"times network.fit, {column}"] = (speed[column] / speed["batch"].map(slow)).round(1)
    speed["samples"], speed["epochs"], speed["repeats"] = len(liked), EPOCHS, REPEATS
    speed["tensorflow"], speed["keras"] = _tensorflow_version(), version("keras")
    print(speed.to_string(index=False))
    speed.to_csv(RESULTS, index=False, lineterminator="\n")


def _tensorflow_version():
    import tensorflow as tf

    return tf.__version__


if __name__ == "__main__":
    main()
