"""Measure the figures of the datasheet: simulate a seed, then print line by line what is asked, found, and holds.

python benchmarks/matinee/measure.py 1172                     the shipped seed
    --select          hold out other rows than the test rows, to choose a seed
    --quick           shape and member 1 only, nothing is learned
    --splits 2        average the RMSEs over two random splits
    --law '{"order": 0}'     change numbers of course_lib/simulate/law.py
    --keep FILE.jsonl        append every number to a file, for table.py
"""

import argparse
import dataclasses
import json
import time

from asked import lines, named
from core import shipped_catalogue, simulated_core
from ladder import averaged, measure_ladder
from lists import measure_lists
from member_1 import measure_member_1
from next_film import measure_next_film
from shape import measure_edges, measure_shape

from course_lib.simulate import Law

# Printed too, though nothing is asked of them.
NOT_ASKED = (
    "sd within a member, pooled",
    "log activity with a member's mean",
    "ratings a session",
    "share of members with one day",
    "share with whole stars only",
    "fewest ratings of a film",
)


def measure(catalogue, seed, law=None, select=False, quick=False, splits=1):
    """Measure one seed: a dict of numbers that json can write."""
    law, start = law or Law(), time.perf_counter()
    core = simulated_core(catalogue, seed, law)
    measured = {
        "seed": seed,
        "seconds to simulate": round(time.perf_counter() - start, 1),
        "shape": measure_shape(core),
        "member 1": measure_member_1(core),
        **measure_edges(core),
    }
    if not quick:
        measured["ladder"] = averaged([measure_ladder(core, split, select) for split in range(splits)])
        measured["lists"] = measure_lists(core, select)
        measured["next film"] = measure_next_film(core, select)
        without_order = simulated_core(catalogue, seed, dataclasses.replace(law, order=0.0))
        measured["order switched off"] = measure_next_film(without_order, select)
    measured["seconds"] = round(time.perf_counter() - start, 1)
    return json.loads(json.dumps(measured, default=lambda value: value.tolist()))


def report(measured):
    """Print the list."""
    print(f"seed {measured['seed']} ({measured['seconds']} s)")
    print("   also:", named({name: measured["shape"][name] for name in NOT_ASKED}))
    for line in lines(measured):
        print(f"   {'yes' if line.holds else 'NO ':4}{line.name:34}{line.asked:36}{line.measured}")
    print(flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seeds", nargs="+", type=int)
    parser.add_argument("--select", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--splits", type=int, default=1)
    parser.add_argument("--law", type=json.loads, default={})
    parser.add_argument("--keep")
    asked = parser.parse_args()
    catalogue = shipped_catalogue()
    for seed in asked.seeds:
        measured = measure(catalogue, seed, Law(**asked.law), asked.select, asked.quick, asked.splits)
        report(measured)
        if asked.keep:
            with open(asked.keep, "a", encoding="utf-8") as handle:
                handle.write(json.dumps(measured) + "\n")


if __name__ == "__main__":
    main()
