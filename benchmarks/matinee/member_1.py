"""Member 1, whom the lessons follow: her stars for Interstellar, and how high Inception stands in her true taste."""

import numpy as np

from course_lib.simulate.members import PERSONA, PERSONA_HAS_NOT_SEEN, PERSONA_HAS_SEEN

# What is asked: the least stars for Interstellar, and the worst rank of Inception.
STARS_ASKED, WORST_RANK = 4.5, 5


def measure_member_1(core):
    """Stars (0 if not rated), and the rank by true opinion among the core films that were there and not rated."""
    truth = core.world.truth
    seen, unseen = (truth.films.titles.index(title) for title in (PERSONA_HAS_SEEN, PERSONA_HAS_NOT_SEEN))
    hers = core.members == PERSONA - 1
    stars = core.stars[hers & (core.films == seen)]
    last = core.times[hers].max()
    there = truth.films.core & (truth.films.released <= last)
    there[core.films[hers]] = False
    n_films = len(truth.films.ids)
    opinions = truth.opinion(np.full(n_films, PERSONA), truth.films.ids, np.full(n_films, last))
    return {
        "stars for Interstellar": float(stars[0]) if len(stars) else 0.0,
        "rank of Inception": 1 + int(((opinions > opinions[unseen]) & there).sum()),
        "Inception not rated": bool(unseen not in core.films[hers]),
    }
