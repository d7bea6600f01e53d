"""What is asked of the data set, line by line, and whether a measured world has it."""

from dataclasses import dataclass

import numpy as np
from member_1 import STARS_ASKED, WORST_RANK

# The share of ratings with 0.5, 1, ... 5 stars among the 480 most-rated films of MovieLens' ml-latest-small.
MOVIELENS_SHARES = np.array([0.009, 0.019, 0.010, 0.051, 0.039, 0.178, 0.120, 0.290, 0.102, 0.182])
LARGEST_MISS = 0.02
# Name in the shape, what is asked, how far off it may be. Most are MovieLens' figures.
SHAPE = (
    ("ratings", 100000, 0.15),
    ("mean", 3.72, 0.05),
    ("sd", 0.99, 0.05),
    ("density", 0.147, 0.05),
    ("sd of members' means", 0.455, 0.05),
    ("sd of films' means", 0.384, 0.05),
    ("sd within a member", 0.869, 0.05),
    ("Gini of activity", 0.5, 0.05),
    ("Gini of films", 0.25, 0.05),
    ("median of ratings a member", 43, 0.05),
    ("mean of ratings a member", 71, 0.05),
)


@dataclass(frozen=True)
class Line:
    """One line of the list."""

    name: str
    asked: str
    measured: str
    holds: bool


def lines(measured):
    """The whole list, or of a quick measurement the part that it can answer."""
    full = "ladder" in measured
    return [
        *shape_lines(measured["shape"]),
        *(star_lines(measured["ladder"]) if full else []),
        *(list_lines(measured["lists"]) if full else []),
        *(uniform_lines(measured["ladder"]) if full else []),
        *(next_film_lines(measured) if full else []),
        *(edge_lines(measured) if full else []),
        *world_lines(measured),
    ]


def shape_lines(shape):
    for name, asked, off in SHAPE:
        yield Line(name, f"{asked} +-{off:.0%}", f"{shape[name]:.3f}", abs(shape[name] / asked - 1) <= off)
    shares = np.array(shape["shares of stars"])
    miss = np.abs(shares - MOVIELENS_SHARES).max()
    yield Line("shares of stars", "each within .02", numbers(shares, "{:.3f}"), bool(miss <= LARGEST_MISS))
    correlation = shape["log popularity with a film's mean"]
    yield Line("popularity and mean", ".34 +-.05", f"{correlation:.3f}", abs(correlation - 0.34) <= 0.05)
    floors = f"{shape['floor']:.4f}, day known {shape['floor, day known']:.4f}"
    yield Line("floor", ".70-.77", floors, 0.70 <= shape["floor"] <= 0.77)


def star_lines(ladder):
    errors, by_rank = ladder["RMSE"], ladder["validation RMSE by rank"]
    biases, knn, mf, blend = (errors[model] for model in ("biases", "kNN", "MF", "blend"))
    measured = f"{biases:.4f} - {mf:.4f} = {biases - mf:.4f}"
    yield Line("MF better than biases", ".05-.08", measured, 0.05 <= biases - mf <= 0.08)
    elbow = int(min(by_rank, key=by_rank.get))
    yield Line("elbow", "5", f"{elbow}: {named(by_rank, '{:.4f}')}", elbow == 5)
    axes = np.array(ladder["canonical correlations"])
    measured = f"{axes.mean():.3f}, weakest {axes.min():.3f}"
    yield Line("canonical correlations", "mean >= .85", measured, bool(axes.mean() >= 0.85))
    yield Line("kNN - MF", "<= .03", f"{knn - mf:.4f}", knn - mf <= 0.03)
    yield Line("biases - kNN", ">= .02", f"{biases - knn:.4f}", biases - knn >= 0.02)
    gain, (least, most) = ladder["gain of the blend"], ladder["its interval"]
    weights = numbers(ladder["weights of the blend"], "{:.2f}")
    measured = f"{blend:.4f}: {gain:.4f} [{least:.4f}, {most:.4f}], weights {weights}, content {errors['content']:.4f}"
    yield Line("blend", ">= .008, 0 excluded", measured, gain >= 0.008 and least > 0)


def list_lines(lists):
    ndcg = lists["NDCG@20"]
    rising = ndcg["popularity"] < ndcg["kNN"] < min(ndcg["iALS"], ndcg["EASE"])
    yield Line("lists, NDCG@20", "popularity < kNN < iALS, EASE", named(ndcg), rising)
    everybody, clear = lists["liked films, all members"], lists["liked films, clear taste"]
    below = everybody["content"] < everybody["popularity"]
    yield Line("content, all members", "< popularity", named(everybody), below)
    measured = (
        f"content {clear['content']:.3f}  popularity {clear['popularity']:.3f}"
        f" ({clear['members']} members, s.e. {clear['standard error']:.3f})"
    )
    yield Line("content, clear taste, 40 ratings", "> popularity", measured, clear["content"] > clear["popularity"])
    liked, every = lists["iALS, liked films"], lists["iALS, all films"]
    measured = (
        f"liked: {named(liked)}, all: {named(every)}; with opinion {lists['watched with opinion']:.2f}"
        f"; mean share: {named(lists['mean share watched'], '{:.2f}')}"
    )
    yield Line("watched helps", "watched > ones", measured, liked["watched"] > liked["ones"])


def uniform_lines(ladder):
    uniform, errors = ladder["uniform test"], ladder["RMSE"]
    worse = all(uniform[model] > errors[model] for model in ("biases", "kNN", "MF"))
    measured = (
        f"{named(uniform)}; oracle on observed ratings {ladder['oracle']:.3f}"
        f" ({ladder['oracle that ignores time']:.3f} without time)"
    )
    holds = worse and uniform["MF"] < uniform["kNN"] < uniform["biases"]
    yield Line("uniform test", "all worse, same order", measured, holds)


def next_film_lines(measured):
    found = measured["next film"]
    yield Line("next film, hit@10", "Markov > EASE", next_film_text(found), found["Markov"] > found["EASE"])
    found = measured["order switched off"]
    gain, error = found["both"] - found["EASE"], found["standard error, both - EASE"]
    holds = gain <= 2 * error and found["Markov"] <= found["EASE"]
    yield Line("order switched off, hit@10", "Markov <= EASE", next_film_text(found), holds)


def next_film_text(found):
    hit = named({name: found[name] for name in ("popularity", "EASE", "Markov", "both")})
    return f"{hit} (weight {found['weight of Markov']}, s.e. {found['standard error, both - EASE']:.3f})"


def edge_lines(measured):
    starts = measured["ladder"]["MF trained with tail and light members"]
    without = measured["ladder"]["RMSE"]["MF"]
    text = f"{min(starts):.4f} (worst start {max(starts):.4f}); without {without:.4f}"
    yield Line("MF trained with tail and light", "as without", text, min(starts) - without < 0.003)


def world_lines(measured):
    tail, light = measured["tail"], measured["light members"]
    holds = tail["number"] == 120 and tail["fewest"] >= 1 and tail["most"] <= 15
    yield Line("tail", "120 films with 1-15", named(tail, "{:g}"), holds)
    holds = light["number"] == 150 and light["fewest"] >= 3 and light["most"] <= 8
    yield Line("light members", "150 with 3-8", named(light, "{:g}"), holds)
    acclaim, fame = (measured["shape"][name] for name in ("film mean with acclaim", "log popularity with fame"))
    text = f"{acclaim:.3f}; log popularity and fame {fame:.3f}"
    yield Line("film mean with acclaim", ">= .7", text, bool(acclaim >= 0.7))
    member = measured["member 1"]
    stars, rank = member["stars for Interstellar"], member["rank of Inception"]
    text = f"{stars}, rank {rank}"
    holds = stars >= STARS_ASKED and rank <= WORST_RANK and member["Inception not rated"]
    yield Line("member 1", "Interstellar >= 4.5, Inception 1-5", text, holds)


def numbers(values, form):
    return " ".join(form.format(value) for value in values)


def named(values, form="{:.3f}"):
    """Names and values on one line."""
    return "  ".join(f"{name} {form.format(value)}" for name, value in values.items())
