"""Make the shipped data again from its catalogue: datasets/matinee/ratings.csv and opened.csv.

    python tools/simulate.py            write both files
    python tools/simulate.py --check    say whether they are what the simulator makes, byte for byte
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from course_lib.matinee import SHIPPED, world  # noqa: E402
from course_lib.simulate.truth import ratings_text  # noqa: E402


def main(arguments):
    """Write the files, or compare them."""
    made = {"ratings.csv": world().ratings, "opened.csv": world().opened}
    differ = 0
    for name, table in made.items():
        content = ratings_text(table).encode("ascii")
        if "--check" in arguments:
            same = (SHIPPED / name).read_bytes() == content
            print(f"{name} is {'what' if same else 'NOT what'} the simulator makes")
            differ += not same
        else:
            (SHIPPED / name).write_bytes(content)
            print(f"{name}: {len(content):,} bytes")
    return differ


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
