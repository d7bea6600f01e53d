"""The next film: hit@10 of each member's last film, from all films before it."""

import numpy as np
from core import marked
from list_learners import ease
from scores import hits, standard_error

MARKOV_WEIGHTS = (0, 0.5, 1, 2, 4, 8)
# The transitions from a film are mixed with so many transitions to films at large.
PRIOR_TRANSITIONS = 10


def measure_next_film(core, select=False):
    """Hit@10 of popularity, EASE, a Markov step and both; their weight is chosen on the last film but one.

    Choosing a seed (`select`) drops each member's last film first.
    """
    members, films = core.members, core.films
    if select:
        members, films = without_last(members, films)
    before = last_film_scores(core, *without_last(members, films))
    weight = max(MARKOV_WEIGHTS, key=lambda weight: mixed_hits(before, weight).mean())
    now = last_film_scores(core, members, films)
    hit = {name: hits(now[name], now["train"], now["target"]) for name in ("popularity", "EASE", "Markov")}
    hit["both"] = mixed_hits(now, weight)
    return {
        "weight of Markov": weight,
        **{name: float(of_members.mean()) for name, of_members in hit.items()},
        "standard error, Markov - EASE": standard_error(hit["Markov"] - hit["EASE"]),
        "standard error, both - EASE": standard_error(hit["both"] - hit["EASE"]),
    }


def last_rows(members):
    """The last row of each member; rows are by member, then by time."""
    return np.r_[np.flatnonzero(np.diff(members)), len(members) - 1]


def without_last(members, films):
    """Drop each member's last row."""
    last = last_rows(members)
    return np.delete(members, last), np.delete(films, last)


def last_film_scores(core, members, films):
    """Scores (members, films) for each member's last film, learned from the films before."""
    last = last_rows(members)
    target, current = films[last], films[last - 1]
    having = np.unique(members)
    members, films = without_last(members, films)
    train = marked(members, films, (core.n_members, core.n_films))
    popularity = train.sum(0) / train.sum()
    transitions = np.zeros((core.n_films, core.n_films))
    followed = np.flatnonzero(np.diff(members) == 0)
    np.add.at(transitions, (films[followed], films[followed + 1]), 1)
    markov = transitions + PRIOR_TRANSITIONS * popularity
    markov /= transitions.sum(1, keepdims=True) + PRIOR_TRANSITIONS
    return {
        "popularity": np.broadcast_to(popularity, (len(having), core.n_films)),
        "EASE": ease(train)[having],
        "Markov": markov[current],
        "train": train[having],
        "target": target,
    }


def mixed_hits(scores, weight):
    """Hits of EASE plus the weighted Markov step."""
    return hits(scores["EASE"] + weight * scores["Markov"], scores["train"], scores["target"])
