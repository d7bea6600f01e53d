"""Make the shipped data again from its catalogue: ratings.csv and opened.csv in datasets/matinee/.

python tools/simulate.py            write both files
python tools/simulate.py --check    say whether they are what the simulator makes, byte for byte
python tools/simulate.py --picture  draw the world for the datasheet, world.png
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from course_lib.matinee import SHIPPED, world  # noqa: E402
from course_lib.simulate.truth import ratings_text  # noqa: E402

NAMED = (
    "The Silence of the Lambs (1991)",
    "Shutter Island (2010)",
    "Star Wars: Episode IV - A New Hope (1977)",
    "Beauty and the Beast (1991)",
    "Home Alone (1990)",
    "Interstellar (2014)",
)


def main(arguments):
    """Write the files, compare them, or draw the picture."""
    if "--picture" in arguments:
        picture(SHIPPED / "world.png")
        return 0
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


def picture(path):
    """Draw films on two axes, members' tastes on the same two, and who was shown what."""
    from course_lib import plotting

    truth = world().truth
    films, members = truth.item_factors, truth.user_factors
    fig, (left, middle, right) = plotting.figure(10.5, 3.6, columns=3)
    left.plot(films[:, 0], films[:, 1], ".", color=plotting.SKY, ms=3)
    for title in NAMED:
        row = truth.films.titles.index(title)
        left.plot(*films[row, :2], ".", color=plotting.INK, ms=5)
        plotting.label(left, *films[row, :2], title[:-7].split(":")[0], dx=3, dy=4, fontsize=8)
    middle.plot(members[:, 0], members[:, 1], ".", color=plotting.VERMILLION, ms=3)
    left.set(xlabel="spectacle", ylabel="dark", xlim=(-1.1, 1.4))
    middle.set(xlabel="liking for spectacle", ylabel="liking for dark")
    shown = truth.exposure()
    shown = shown[shown.sum(axis=1).argsort()[::-1]][:, shown.sum(axis=0).argsort()[::-1]]
    right.imshow(shown[::4, ::2], aspect="auto", cmap="Blues", interpolation="nearest")
    right.set(xlabel="films, most shown first", ylabel="members, most shown first", xticks=[], yticks=[])
    for ax, title in ((left, "600 films"), (middle, "1,650 tastes"), (right, "Who was shown what")):
        ax.set_title(title)
    path.write_bytes(plotting.png(fig, colors=16, scale=1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
