"""Hold the models of lists against others' on ml-latest-small: same splits, same hyperparameters, five seeds.

    python benchmarks/lists/compare.py          into results.csv; about six minutes on one core

Films rated 4 stars or more are the liked ones; members with fewer than five of them are left out. Of the rest each
member's liked films are cut 80/20 within the member, for each seed. Recall and NDCG of the first 20 films, of which
the training likes are left out. Factors depend on their random start: of both sides the mean of three starts.
"""

import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from course_lib import datasets, splits  # noqa: E402
from course_lib.baselines import Popularity  # noqa: E402
from course_lib.implicit import ImplicitALS  # noqa: E402
from course_lib.liked_neighbors import LikedItemKNN  # noqa: E402
from course_lib.linear import EASE  # noqa: E402
from course_lib.list_metrics import at_k  # noqa: E402
from course_lib.top_n import top_n  # noqa: E402

RESULTS = Path(__file__).with_name("results.csv")
SEEDS, STARTS, FEWEST = range(5), range(3), 5
FACTORS = {"n_factors": 64, "alpha": 10, "regularization": 50, "n_iterations": 15}
PENALTY, NEIGHBORS = 300.0, 100


def split_of(ratings, seed):
    """Cut the liked films of members who have enough of them."""
    liked = ratings.rows(ratings.values >= 4)
    busy = np.bincount(liked.users, minlength=liked.n_users) >= FEWEST
    return splits.within_users(liked.rows(busy[liked.users]), validation=0.0, test=0.2, seed=seed)


def measured(items, split):
    """Return mean Recall and NDCG at 20 of lists."""
    table = at_k(items, split.test, 20, ("recall", "ndcg"))
    return {"Recall@20": table["recall"].mean(), "NDCG@20": table["ndcg"].mean()}


def ours(model, split):
    """Measure a model of course_lib."""
    return measured(model.fit(split.train).recommend_all(20)[0], split)


def mean(results):
    """Average several measurements."""
    return pd.DataFrame(results).mean().to_dict()


def implicits_factors(split, start):
    """Measure implicit's ALS, from one random start."""
    from implicit.als import AlternatingLeastSquares
    from scipy import sparse

    k, lam, n, alpha = (FACTORS[name] for name in ("n_factors", "regularization", "n_iterations", "alpha"))
    # Its confidence of a 1 is the value itself: 1 + alpha.
    X = sparse.csr_matrix(split.train.csr.astype(bool).astype(np.float32) * (1 + alpha))
    model = AlternatingLeastSquares(k, regularization=lam, iterations=n, random_state=start, num_threads=1)
    model.fit(X, show_progress=False)
    return listed(np.asarray(model.user_factors) @ np.asarray(model.item_factors).T, split)


def textbook_ease(split):
    """Measure EASE as its paper writes it, with numpy's inverse, on the films that anybody liked."""
    X = split.train.csr.astype(bool).astype(np.float64)
    there = np.flatnonzero(np.bincount(split.train.items, minlength=split.train.n_items))
    X = X[:, there].toarray()
    G = X.T @ X
    G[np.diag_indices(len(G))] += PENALTY
    P = np.linalg.inv(G)
    B = P / -np.diag(P)
    B[np.diag_indices(len(B))] = 0
    scores = np.zeros((split.train.n_users, split.train.n_items))
    scores[:, there] = X @ B
    return listed(scores, split)


def listed(scores, split):
    """Measure lists made of scores."""
    scores = scores.astype(np.float32)
    scores[split.train.users, split.train.items] = -np.inf
    return measured(top_n(scores, 20)[0], split)


def run(split):
    """Yield (model, by whom, measurement) for one split."""
    yield "popularity", "course_lib", ours(Popularity(), split)
    yield "item neighbours", "course_lib", ours(LikedItemKNN(n_neighbors=NEIGHBORS), split)
    yield "EASE", "course_lib", ours(EASE(regularization=PENALTY), split)
    yield "EASE", f"numpy {version('numpy')}", textbook_ease(split)
    yield "implicit ALS", "course_lib", mean([ours(ImplicitALS(**FACTORS, random_state=s), split) for s in STARTS])
    yield "implicit ALS", f"implicit {version('implicit')}", mean([implicits_factors(split, s) for s in STARTS])


def main():
    """Compute all rows and store them."""
    ratings = datasets.load("ml-latest-small").ratings
    rows = []
    for seed in SEEDS:
        for model, by, result in run(split_of(ratings, seed)):
            rows.append({"seed": seed, "model": model, "by": by} | {key: round(one, 5) for key, one in result.items()})
            print(*rows[-1].values(), flush=True)
    table = pd.DataFrame(rows)
    table.to_csv(RESULTS, index=False, lineterminator="\n")
    print(table.groupby(["model", "by"])[["Recall@20", "NDCG@20"]].mean().round(4))


if __name__ == "__main__":
    main()
