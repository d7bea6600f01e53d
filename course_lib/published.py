"""The data sets of real members that the course can read: their form, address, licence and checksum."""

from dataclasses import dataclass, field

from course_lib import movielens
from course_lib.netflix_prize import NetflixPrizeFiles


@dataclass(frozen=True)
class Card:
    """Where a data set comes from and what it may be used for.

    Parameters
    ----------
    source : str
        Who made it, when, of what.
    licence : str
        What it may be used for; a summary, the data's own README holds.
    citation : str
        What to cite.
    url : str
        A page, or a file to download; empty for a file of the user's own.
    checksum : dict of str to str
        sha256 by file name, of what is known.
    notes : tuple of str
        What happened when it was loaded.
    """

    source: str
    licence: str
    citation: str = ""
    url: str = ""
    checksum: dict = field(default_factory=dict)
    notes: tuple = ()


@dataclass(frozen=True)
class Published:
    """One data set.

    Parameters
    ----------
    name : str
    files : object
        The format: `movielens.MovieLensFiles` or its counterpart.
    scale : (lowest, highest)
        Stars.
    card : Card
    sha256 : str, default=None
        Of the archive at ``card.url``; None when the course does not download it.
    folders : tuple of str
        What the folder of its files may be called; the archives add ".zip".
    """

    name: str
    files: object
    scale: tuple
    card: Card
    sha256: str | None = None
    folders: tuple = ()

    @property
    def places(self):
        """Names that the folder of its files may have, the data set's own first."""
        return (self.name, *self.folders)


_ADDRESS = "https://files.grouplens.org/datasets/movielens"
_RESEARCH = (
    "For research, with acknowledgement, no endorsement implied, no commercial use without permission of GroupLens; "
)
_SHARED_ALIKE = _RESEARCH + "may be passed on under the same conditions."
_NOT_SHARED = _RESEARCH + "may not be passed on without permission."
_CITATION = (
    "F. Maxwell Harper and Joseph A. Konstan. 2015. The MovieLens Datasets: History and Context. ACM "
    "Transactions on Interactive Intelligent Systems 5, 4: 19:1-19:19. https://doi.org/10.1145/2827872"
)
_STARS, _HALF_STARS = (1.0, 5.0), (0.5, 5.0)


def _movielens(name, files, scale, licence, made, sha256=None, folders=(), checksum=None):
    known = dict(checksum or {})
    if sha256:
        known[f"{name}.zip"] = sha256
    source = f"GroupLens Research, University of Minnesota: ratings of members of MovieLens, {made}."
    card = Card(source, licence, _CITATION, f"{_ADDRESS}/{name}.zip", known)
    return Published(name, files, scale, card, sha256, folders)


_ALL = (
    _movielens(
        "ml-latest-small",
        movielens.CSV_WITH_TAGS,
        _HALF_STARS,
        _SHARED_ALIKE,
        "1996-2018",
        "696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436",
        checksum={
            "ratings.csv": "aa289ca83157595d0df6aea1be6a4ded676ddc4385472e8313a8ed9805352646",
            "movies.csv": "5a5f32dd9bb3797b8e728a1b98958789d2b13f294a69fdfbc5727f8a9611aa07",
            "tags.csv": "92a9f8bb7916dceef6151209845788c3643f794dfa79d1feaec7121b5960399d",
        },
    ),
    _movielens(
        "ml-100k",
        movielens.TABS,
        _STARS,
        _NOT_SHARED,
        "1997-1998",
        "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229",
    ),
    _movielens(
        "ml-1m",
        movielens.DAT_LATIN_1,
        _STARS,
        _NOT_SHARED,
        "2000-2003",
        "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20",
    ),
    _movielens("ml-10m", movielens.DAT, _HALF_STARS, _NOT_SHARED, "1995-2009", folders=("ml-10M100K",)),
    _movielens(
        "ml-20m",
        movielens.CSV,
        _HALF_STARS,
        _NOT_SHARED,
        "1995-2015",
        "96f243c338a8665f6bcc89c53edf6ee39162a846940de6b7c8c48aeada765ff3",
    ),
    _movielens(
        "ml-25m",
        movielens.CSV,
        _HALF_STARS,
        _NOT_SHARED,
        "1995-2019",
        "8b21cfb7eb1706b4ec0aac894368d90acf26ebdfb6aced3ebd4ad5bd1eb9c6aa",
    ),
    _movielens("ml-32m", movielens.CSV, _HALF_STARS, _SHARED_ALIKE, "1995-2023"),
    Published(
        "netflix-prize",
        NetflixPrizeFiles(),
        _STARS,
        Card(
            "Netflix: ratings of its members, 1998-2005, given to the teams of the Netflix Prize (2006-2009).",
            "For research, with acknowledgement, no endorsement implied, no commercial use without "
            "permission of Netflix; may not be passed on without permission. It has not been published "
            "since 2010.",
            "James Bennett and Stan Lanning. 2007. The Netflix Prize. Proceedings of KDD Cup and Workshop 2007.",
        ),
        folders=("nf_prize_dataset", "netflix-prize-data"),
    ),
)

REGISTRY = {data.name: data for data in _ALL}
