"""The numbers of lesson 12: one matrix of weights on real members, measured on the validation part."""

import numpy as np

from course_lib.baselines import Popularity
from course_lib.board import board_split
from course_lib.comparison import choose
from course_lib.implicit import ImplicitALS
from course_lib.linear import EASE
from course_lib.list_measures import rank
from course_lib.list_metrics import ndcg_at_k
from course_lib.neighbors import ItemKNN
from course_lib.svd import FilledSVD
from course_lib.top_n import top_n

FILM = "Interstellar (2014)"
PENALTIES = (50, 100, 200, 500, 1000, 2000)
TRAP_PENALTIES = (10, 30, 100, 300, 1000)
GRIDS = {
    "FilledSVD": (FilledSVD(fill="zero"), {"n_factors": [8, 16, 32]}, False),
    "ImplicitALS": (
        ImplicitALS(), {"n_factors": [32, 64], "alpha": [5.0, 20.0], "regularization": [20.0, 50.0]}, True,
    ),
}  # fmt: skip
"""Models whose settings are chosen on the validation part too: model, values to try, whether from liked films alone."""
N_WEIGHTS = 5


def figures(data):
    """Compute what lesson 12 says about real members.

    Parameters
    ----------
    data : Dataset
        In full: more films than members.

    Returns
    -------
    dict of str to float
        NDCG of the first 20 by penalty, learned from liked films and from all ratings; the best penalty; NDCG and
        recall of the first 20 of several models, with intervals and with each one's difference to EASE; NDCG by
        penalty with a zero and with a free diagonal; the films with the largest and the smallest weights for one
        film; how those who liked the film with the smallest weight differ from all others; members and films.
    """
    split = board_split(data.ratings)
    liked = split.train.liked()
    found = {"members": data.ratings.n_users, "films": data.ratings.n_items}
    by_penalty = {}
    for kind, known in (("liked", liked), ("all", split.train)):
        for penalty in PENALTIES:
            items, _ = EASE(penalty).fit(known).recommend_all(20)
            by_penalty[kind, penalty] = ndcg_at_k(items, split.validation.liked()).mean()
            found[f"NDCG, {kind}, penalty {penalty}"] = by_penalty[kind, penalty]
    best = max(PENALTIES, key=lambda penalty: by_penalty["liked", penalty])
    found["best penalty"] = best
    models = {"EASE": EASE(best).fit(liked), "Popularity": Popularity().fit(split.train),
              "ItemKNN": ItemKNN().fit(split.train)}  # fmt: skip
    for name, (model, grid, liked_only) in GRIDS.items():
        chosen = choose(model, split, grid, "NDCG", liked_only).attrs["best"]
        fitted = type(model)(**model.get_params(deep=False) | chosen)
        models[name] = fitted.fit(liked if liked_only else split.train)
    for (measure, name), row in rank(models, split, measures=("ndcg", "recall")).iterrows():
        found |= {f"{name}, {measure}, {column}": value for column, value in row.items()}
    return found | _trap(split) | _weights(data, best)


def _trap(split):
    """Measure ridge regression of each film on all films, itself included."""
    liked, found = split.train.liked(), {}
    seen, X = split.train.csr.toarray() > 0, liked.csr.toarray() > 0
    for penalty, scores in with_zero_and_free_diagonal(X.astype(float), TRAP_PENALTIES):
        for name, score in zip(("zero", "free"), scores, strict=True):
            items, _ = top_n(np.where(seen, -np.inf, score).astype(np.float32), 20)
            found[f"NDCG, {name} diagonal, penalty {penalty}"] = ndcg_at_k(items, split.validation.liked()).mean()
    return found


def with_zero_and_free_diagonal(X, penalties):
    """Score all films for all members by ridge regression, with a zero and with a free diagonal.

    Parameters
    ----------
    X : ndarray of shape (n_users, n_items), float
        1 where a film was chosen, else 0.
    penalties : iterable of float

    Yields
    ------
    penalty : float
    (zero, free) : pair of ndarray of shape (n_users, n_items)
        With X = U S Vᵀ the free weights are V S² / (S² + λ) Vᵀ. EASE's are the same but for the diagonal and a
        factor a film: each column divided by one minus its own weight.
    """
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    for penalty in penalties:
        kept = s**2 / (s**2 + penalty)
        own = kept @ Vt**2
        free = (U * (s * kept)) @ Vt
        yield penalty, ((free - X * own) / (1 - own), free)


def _weights(data, penalty):
    ratings, film = data.ratings, data.film(FILM)
    model = EASE(penalty).fit(ratings.liked())
    weights = model.weights(film)
    by_title = weights.set_index("title")["weight"]
    found = {f"speaks for it: {title}": weight for title, weight in by_title.head(N_WEIGHTS).items()}
    found |= {f"pushes it away: {title}": weight for title, weight in by_title.tail(N_WEIGHTS).items()}
    return found | _fans_and_others(model, ratings, film, weights.index[-1])


def _fans_and_others(model, ratings, film, pusher):
    """Compare those who liked the film that pushes another one away with all other members."""
    columns = ratings.films.index.get_indexer([film, pusher])
    stars = ratings.csr[:, columns[:1]].toarray().ravel()
    liked = ratings.liked().csr
    liked_it, fans = (liked[:, columns].toarray() > 0).T
    score = model.scores(ratings.user_ids)[:, columns[0]] - fans * model.weights(film).loc[pusher, "weight"]
    found = {}
    for name, group in (("fans", fans), ("others", ~fans)):
        found[f"{name}: members"] = group.sum()
        found[f"{name}: films liked"] = np.diff(liked.indptr)[group].mean()
        found[f"{name}: share who liked it"] = liked_it[group].mean()
        found[f"{name}: its stars"] = stars[group & (stars > 0)].mean()
        found[f"{name}: score from all other films"] = score[group].mean()
    return found
