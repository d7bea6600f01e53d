"""The simulated members of the data set ``matinee``: real films, invented taste, and the whole truth known.

``simulate(table, seed)`` makes the data set, ``simulate_large(n_users, n_items, n_ratings, seed)`` one of any size by
the same law. Each file holds one step, in the order in which a film comes to a member: `law` (every number of the
world), `films`, `members`, `viewing` (what is shown and chosen), `opinions` (and the stars they become), `world`
(all of it together), `truth` (what no real data set knows). `stream` makes random numbers that are the same bytes
everywhere.
"""

from course_lib.simulate.large import simulate_large
from course_lib.simulate.law import Law
from course_lib.simulate.world import simulate

__all__ = ["Law", "simulate", "simulate_large"]
