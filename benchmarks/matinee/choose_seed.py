"""Find seeds whose member 1 fits and whose shape is within its limits, as the shipped seed was found.

python benchmarks/matinee/choose_seed.py 1000 1240

What is printed last goes to `measure.py --select --splits 2`.
"""

import dataclasses
import sys

import numpy as np
from asked import lines
from core import shipped_catalogue
from measure import measure
from member_1 import STARS_ASKED, WORST_RANK

from course_lib.simulate import Law
from course_lib.simulate.films import make_films
from course_lib.simulate.members import PERSONA_HAS_NOT_SEEN, PERSONA_HAS_SEEN, make_members
from course_lib.simulate.opinions import opinion
from course_lib.simulate.viewing import watch
from course_lib.simulate.world import _rate


def member_1_alone(catalogue, seed, law):
    """Give what `measure_member_1` gives, but simulate nobody else, which is much quicker."""
    films = make_films(catalogue, seed, law)
    members = make_members(catalogue, films, seed, dataclasses.replace(law, n_members=1, n_light_members=0))
    viewing = watch(members, 0, films, seed, law)
    stars = _rate(members, 0, films, viewing, seed, law)["rating"]
    seen, unseen = films.titles.index(PERSONA_HAS_SEEN), films.titles.index(PERSONA_HAS_NOT_SEEN)
    last = viewing.times[-1]
    there = films.core & (films.released <= last)
    there[viewing.films] = False
    n_films = len(films.ids)
    rows, times = np.zeros(n_films, dtype=int), np.full(n_films, last)
    opinions = opinion(members, rows, films, np.arange(n_films), times, law)
    rank = 1 + int(((opinions > opinions[unseen]) & there).sum())
    return float(stars[viewing.films.tolist().index(seen)]), rank


def main():
    catalogue, law, good = shipped_catalogue(), Law(), []
    first, last = (int(word) for word in sys.argv[1:3])
    for seed in range(first, last):
        stars, rank = member_1_alone(catalogue, seed, law)
        if stars < STARS_ASKED or rank > WORST_RANK:
            continue
        missed = [line for line in lines(measure(catalogue, seed, law, quick=True)) if not line.holds]
        print(seed, stars, rank, "; ".join(f"{line.name}: {line.measured}" for line in missed) or "all", flush=True)
        if not missed:
            good.append(seed)
    print(*good)


if __name__ == "__main__":
    main()
