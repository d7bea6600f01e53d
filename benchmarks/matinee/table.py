"""Make the Markdown tables: fresh seeds' mean and range beside the shipped seed, from what measure.py kept.

python benchmarks/matinee/table.py fresh.jsonl shipped.jsonl
"""

import json
import sys

import numpy as np
from asked import MOVIELENS_SHARES, lines

SHAPE = {
    "ratings": "{:,.0f}",
    "mean": "{:.3f}",
    "sd": "{:.3f}",
    "density": "{:.3f}",
    "sd of members' means": "{:.3f}",
    "sd of films' means": "{:.3f}",
    "sd within a member": "{:.3f}",
    "Gini of activity": "{:.3f}",
    "Gini of films": "{:.3f}",
    "median of ratings a member": "{:.1f}",
    "mean of ratings a member": "{:.1f}",
    "log popularity with a film's mean": "{:.3f}",
    "log activity with a member's mean": "{:.3f}",
    "ratings a session": "{:.1f}",
    "share of members with one day": "{:.2f}",
    "share with whole stars only": "{:.2f}",
    "film mean with acclaim": "{:.3f}",
    "log popularity with fame": "{:.3f}",
    "floor": "{:.4f}",
    "floor, day known": "{:.4f}",
}


def rows(measured):
    """Give (name, format, value) of every number in the table."""
    shape = measured["shape"]
    yield from ((name, form, shape[name]) for name, form in SHAPE.items())
    for place, (share, movielens) in enumerate(zip(shape["shares of stars"], MOVIELENS_SHARES, strict=True)):
        yield f"share of {(place + 1) / 2} (MovieLens {movielens:.3f})", "{:.3f}", share
    miss = np.abs(np.array(shape["shares of stars"]) - MOVIELENS_SHARES).max()
    yield "largest miss of a share", "{:.3f}", miss
    yield "tail: ratings", "{:.0f}", measured["tail"]["ratings"]
    yield "light members: ratings", "{:.0f}", measured["light members"]["ratings"]
    yield "stars for Interstellar", "{:.1f}", measured["member 1"]["stars for Interstellar"]
    yield "rank of Inception", "{:.0f}", measured["member 1"]["rank of Inception"]
    if "ladder" in measured:
        yield from ladder_rows(measured["ladder"])
        yield from list_rows(measured["lists"])
        for part in ("next film", "order switched off"):
            yield from prefixed(f"{part}, hit@10: ", measured[part], ("popularity", "EASE", "Markov", "both"))


def ladder_rows(ladder):
    errors = ladder["RMSE"]
    yield from prefixed("RMSE ", errors, errors, "{:.4f}")
    for worse, better in (("biases", "MF"), ("kNN", "MF"), ("biases", "kNN")):
        yield f"{worse} - {better}", "{:.4f}", errors[worse] - errors[better]
    yield "gain of the blend", "{:.4f}", ladder["gain of the blend"]
    yield from zip(("its interval, from", "to"), ("{:.4f}", "{:.4f}"), ladder["its interval"], strict=True)
    yield "oracle that ignores time", "{:.4f}", ladder["oracle that ignores time"]
    by_rank = ladder["validation RMSE by rank"]
    yield from prefixed("validation RMSE, k = ", by_rank, by_rank, "{:.4f}")
    yield "canonical correlations, mean", "{:.3f}", np.mean(ladder["canonical correlations"])
    yield "canonical correlations, weakest", "{:.3f}", min(ladder["canonical correlations"])
    yield from prefixed("uniform test: ", ladder["uniform test"], ladder["uniform test"])
    everything = min(ladder["MF trained with tail and light members"])
    yield "core test RMSE, MF trained with tail and light members", "{:.4f}", everything


def list_rows(lists):
    yield from prefixed("NDCG@20 ", lists["NDCG@20"], lists["NDCG@20"])
    for part in ("liked films, all members", "liked films, clear taste"):
        yield from prefixed(f"NDCG@20, {part}: ", lists[part], ("content", "popularity"))
    yield "watched with opinion", "{:.3f}", lists["watched with opinion"]
    yield from prefixed("iALS NDCG@20 of liked films, ", lists["iALS, liked films"], ("ones", "watched"))


def prefixed(prefix, values, names, form="{:.3f}"):
    return ((prefix + name, form, values[name]) for name in names)


def number_table(fresh, shipped):
    """Write every number: mean and range over the fresh seeds, and the shipped seed's."""
    yield f"| | {len(fresh)} fresh seeds: mean (range) | shipped |\n|---|---|---|"
    for (name, form, value), *others in zip(rows(shipped), *map(rows, fresh), strict=True):
        values = [other[2] for other in others]
        mean, least, most, own = (form.format(x) for x in (np.mean(values), min(values), max(values), value))
        yield f"| {name} | {mean} ({least} to {most}) | {own} |"


def holds_table(fresh, shipped):
    """Write every line of the list: in how many fresh seeds it holds, and whether in the shipped seed."""
    yield "\n| | asked | holds in | shipped |\n|---|---|---|---|"
    for line, *others in zip(lines(shipped), *map(lines, fresh), strict=True):
        holding = sum(other.holds for other in others)
        yield f"| {line.name} | {line.asked} | {holding} of {len(fresh)} | {'yes' if line.holds else 'no'} |"


def kept(path):
    with open(path, encoding="utf-8") as handle:
        return [json.loads(line) for line in handle]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    fresh, shipped = kept(sys.argv[1]), kept(sys.argv[2])[-1]
    for text in (*number_table(fresh, shipped), *holds_table(fresh, shipped)):
        print(text)


if __name__ == "__main__":
    main()
