"""Lists of films: NDCG@20 on held-out ratings; taste against popularity; what watching time adds."""

import numpy as np
from core import marked, rows_in_truth
from learners import content_kernel
from list_learners import cosine_knn, ease, ials
from scores import mean_ndcg, ndcg, standard_error

# What a word of each kind counts when films are compared with those a member liked.
WEIGHTS = {"genres": 1, "director": 0.5, "actors": 0.3, "keywords": 0.5, "decade": 0.4, "series": 0.5, "star": 0.5}
LIKED = 4
# "Clear taste": the quarter of the members whose taste reaches farthest, if they have enough ratings to show it.
CLEAR_QUANTILE, CLEAR_RATINGS = 0.75, 40
CONFIDENCE = 2


def measure_lists(core, select=False):
    """Every list is made from 80 % of the ratings; choosing a seed (`select`) holds out another fifth."""
    place = np.random.default_rng(777).permutation(len(core.stars)) / len(core.stars)
    test = (place >= 0.6) & (place < 0.8) if select else place >= 0.8
    shape = (core.n_members, core.n_films)
    liked = test & (core.stars >= LIKED)
    has = marked(core.members[~test], core.films[~test], shape)
    held_out = marked(core.members[test], core.films[test], shape)
    held_out_liked = marked(core.members[liked], core.films[liked], shape)
    popularity = np.broadcast_to(has.sum(0), shape)
    scores = {
        "popularity": popularity,
        "kNN": cosine_knn(has),
        "iALS": ials(has, CONFIDENCE * has),
        "EASE": ease(has),
    }
    return {
        "NDCG@20": {name: mean_ndcg(of_films, has, held_out) for name, of_films in scores.items()},
        **taste_against_popularity(core, ~test, has, held_out_liked, popularity),
        **watching_time(core, ~test, has, held_out, held_out_liked),
    }


def taste_against_popularity(core, train, has, held_out_liked, popularity):
    """NDCG@20 of held-out liked films by likeness to liked films and by popularity: all members, clear taste."""
    liked = marked(core.members[train], core.films[train], has.shape, core.stars[train] >= LIKED)
    kernel = content_kernel(core.catalogue[: core.n_films], WEIGHTS)
    kernel = kernel - kernel.mean(0) - kernel.mean(1)[:, None] + kernel.mean()
    content = ndcg(liked @ kernel / np.sqrt(np.diag(kernel)), has, held_out_liked)
    popular = ndcg(popularity, has, held_out_liked)
    strength = core.world.truth.members.strength[: core.n_members]
    clear = (strength >= np.quantile(strength, CLEAR_QUANTILE)) & (has.sum(1) >= CLEAR_RATINGS)
    difference = (content - popular)[clear]
    difference = difference[~np.isnan(difference)]
    return {
        "liked films, all members": means(content=content, popularity=popular),
        "liked films, clear taste": {
            **means(content=content[clear], popularity=popular[clear]),
            "members": int(clear.sum()),
            "standard error": standard_error(difference),
        },
    }


def watching_time(core, train, has, held_out, held_out_liked):
    """NDCG@20 of iALS on rated and opened films, all counted alike or by the share watched; what that share means."""
    truth, opened = core.world.truth, core.world.opened
    members, films = rows_in_truth(core.world, opened)
    of_core = members < core.n_members
    watched = marked(core.members[train], core.films[train], has.shape, core.watched[train])
    watched[members[of_core], films[of_core]] = opened["watched"][of_core]
    watched[held_out > 0] = 0
    met = (watched > 0).astype(float)
    scores = {"ones": ials(met, CONFIDENCE * met), "watched": ials(met, CONFIDENCE * watched)}
    opinions = truth.opinion(truth.members.ids[core.members], truth.films.ids[core.films], core.times)
    return {
        "iALS, liked films": {name: mean_ndcg(of_films, has, held_out_liked) for name, of_films in scores.items()},
        "iALS, all films": {name: mean_ndcg(of_films, has, held_out) for name, of_films in scores.items()},
        "watched with opinion": float(np.corrcoef(opinions, core.watched)[0, 1]),
        "mean share watched": {"rated": float(core.watched.mean()), "opened": float(opened["watched"].mean())},
    }


def means(**ndcgs):
    """Mean over the members who have something held out."""
    return {name: float(np.nanmean(of_members)) for name, of_members in ndcgs.items()}
