"""The shape of the ratings: how many, how spread, by whom, of what. Nothing is learned here."""

import numpy as np
from core import rows_in_truth

SESSION_GAP = 6 * 3600
DAY = 86400
# MovieLens' figures, beside which the datasheet puts these, were taken over members with at least 20 ratings.
ENOUGH = 20
GRADES = ("acclaim", "fame")


def gini(counts):
    """Inequality of counts: 0 if all are equal, near 1 if one has everything."""
    counts = np.sort(counts)
    n = len(counts)
    return 2 * (np.arange(1, n + 1) * counts).sum() / (n * counts.sum()) - (n + 1) / n


def measure_shape(core):
    """Counts, means and spreads (in stars), shares of members and of ratings, correlations, and the three floors."""
    stars, truth = core.stars, core.world.truth
    of_member = np.bincount(core.members, minlength=core.n_members)
    of_film = np.bincount(core.films, minlength=core.n_films)
    member_mean = np.bincount(core.members, stars) / np.maximum(of_member, 1)
    film_mean = np.bincount(core.films, stars, minlength=core.n_films) / np.maximum(of_film, 1)
    squares = np.bincount(core.members, (stars - member_mean[core.members]) ** 2)
    many, rated = of_member >= ENOUGH, of_film > 0
    acclaim, fame = (np.array([film[grade] for film in core.catalogue[: core.n_films]]) for grade in GRADES)
    return {
        "ratings": len(stars),
        "mean": stars.mean(),
        "sd": stars.std(),
        "density": len(stars) / core.n_members / core.n_films,
        "sd of members' means": member_mean[many].std(ddof=1),
        "sd of films' means": film_mean[of_film >= 5].std(ddof=1),
        "sd within a member": float(np.sqrt(squares[many] / (of_member[many] - 1)).mean()),
        "sd within a member, pooled": float(np.sqrt(squares.sum() / len(stars))),
        "Gini of activity": gini(of_member),
        "Gini of films": gini(of_film),
        "median of ratings a member": float(np.median(of_member)),
        "mean of ratings a member": of_member.mean(),
        "fewest ratings of a film": int(of_film.min()),
        "log popularity with a film's mean": np.corrcoef(np.log(of_film[rated]), film_mean[rated])[0, 1],
        "log activity with a member's mean": np.corrcoef(np.log(of_member), member_mean)[0, 1],
        **habits(core),
        "shares of stars": shares_of_stars(stars),
        "film mean with acclaim": np.corrcoef(film_mean[rated], acclaim[rated])[0, 1],
        "log popularity with fame": np.corrcoef(np.log(of_film[rated]), fame[rated])[0, 1],
        "floor": truth.floor,
        "floor, day known": truth.floor_day_known,
        "floor of the uniform test": truth.floor_uniform,
    }


def habits(core):
    """Ratings a session; shares of the members who came on one day, and who give whole stars only."""
    same_member = np.diff(core.members) == 0
    sessions = np.count_nonzero(~same_member | (np.diff(core.times) > SESSION_GAP)) + 1
    first = np.r_[0, np.flatnonzero(~same_member) + 1]
    last = np.r_[first[1:], len(core.members)] - 1
    return {
        "ratings a session": len(core.stars) / sessions,
        "share of members with one day": np.mean(core.times[last] - core.times[first] < DAY),
        "share with whole stars only": np.logical_and.reduceat(core.stars % 1 == 0, first).mean(),
    }


def shares_of_stars(stars):
    """The share of ratings with 0.5, 1, ... 5 stars."""
    return np.bincount((stars * 2).astype(int), minlength=11)[1:] / len(stars)


def measure_edges(core):
    """Ratings in the tail (films outside the core) and by light members (outside it too, of core films)."""
    ratings, truth = core.world.ratings, core.world.truth
    members, films = rows_in_truth(core.world, ratings)
    of_tail = np.bincount(films, minlength=len(truth.films.ids))[core.n_films :]
    lonely = core.n_films + np.flatnonzero(of_tail == 1)
    of_light = np.bincount(members[films < core.n_films], minlength=len(truth.members.ids))[core.n_members :]
    return {
        "tail": {**summary(of_tail), "films with a single rating, of 5 stars": count_fives(ratings, films, lonely)},
        "light members": summary(of_light),
    }


def count_fives(ratings, films, wanted):
    """How many ratings of the wanted films have 5 stars."""
    return int((ratings["rating"][np.isin(films, wanted)] == 5.0).sum())


def summary(counts):
    """How many there are, and the fewest, median, most and total ratings."""
    return {
        "number": len(counts),
        "fewest": int(counts.min()),
        "median": float(np.median(counts)),
        "most": int(counts.max()),
        "ratings": int(counts.sum()),
    }
