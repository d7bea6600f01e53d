"""The rows of the table: which models, on which data, with which hyperparameters, and what we aim at."""

from dataclasses import dataclass, field

from benchmarks.speed import files, ours, peers_lists, peers_stars


@dataclass(frozen=True)
class Case:
    """One comparison: data, what both sides are given, and the goal.

    `goal` is the ratio of times (peer / ours) that we aim at, in fitting, or in using where nothing is fitted;
    `goal_use` that of using where both count. `seconds` and `gigabytes` are limits for ours alone.
    """

    data: str
    settings: dict = field(default_factory=dict)
    goal: float | None = None
    goal_use: float | None = None
    seconds: float | None = None
    gigabytes: float | None = None
    quick: bool = False
    once: bool = False

    @property
    def k(self):
        """The number of factors, or of neighbours."""
        return self.settings.get("k", self.settings.get("neighbors"))


@dataclass(frozen=True)
class Row:
    """One model beside one peer.

    `measure` says what the accuracy is, `holds` when ours is good enough (of ours and theirs; theirs may be None), and
    `reports` which times mean something: fit, use, or both.
    """

    name: str
    title: str
    ours: object
    theirs: object | None
    cases: tuple
    measure: str
    holds: object
    reports: tuple = ("fit", "use")


SGD = {"rate": 0.01, "penalty": 0.02, "pairs": 100_000}
SURPRISE = {"rate": 0.005, "penalty": 0.02, "rounds": 20, "pairs": 100_000}
ALS = {"k": 64, "penalty": 0.05, "pairs": 10_000}
IALS = {"alpha": 20.0, "penalty": 5.0}
BPR = {"k": 64, "rate": 0.05, "penalty": 0.01}


def near(ours, theirs):
    """RMSE: at most 0.003 above the peer's."""
    return theirs is None or ours <= theirs + 0.003


def as_good(ours, theirs):
    """Recall: at most 0.005 under the peer's."""
    return ours >= theirs - 0.005


def not_below(ours, theirs):
    """Recall: not below the peer's."""
    return ours >= theirs


def same(ours, theirs):
    """Both numbers are the same, as far as single precision goes."""
    return abs(ours - theirs) <= 1e-5 * abs(theirs)


def small(ours, theirs):
    """The largest error in a weight."""
    return ours < 1e-5


def nearly_all(ours, theirs):
    """Lists: nearly all places hold the same film; equal scores may change places."""
    return theirs > 0.999


def equal(ours, theirs):
    """Measures: what is left is rounding."""
    return theirs < 1e-12


SMALL, SHIPPED = "ml-latest-small", "matinee"


def _with(kind, make):
    """Return what makes our side from a class and the function that names hyperparameters."""
    return lambda settings, threads: kind(make, settings, threads)


def _ials(goals, *data):
    return tuple(
        Case(name, IALS | {"k": k, "rounds": rounds} | more, goal, quick=k == 64 and name in (SMALL, SHIPPED))
        for name, rounds in data for k, goal, more in goals
    )  # fmt: skip


CG = ((32, 2.5, {}), (64, 2.5, {}), (128, 1.7, {}))
EXACT = ((64, 3.3, {"exact": True}),)


def _bpr(rows):
    return tuple(
        Case(name, BPR | {"rounds": rounds} | more, 2.5, quick=name in (SMALL, SHIPPED)) for name, rounds, more in rows
    )


_ALL = (
    Row("sgd-cornac", "biased MF, SGD", _with(ours.OneByOne, ours.sgd), peers_stars.CornacMF, (
        Case(SMALL, SGD | {"k": 64, "rounds": 20}, 2.5, quick=True),
        Case(SHIPPED, SGD | {"k": 64, "rounds": 20}, 2.5, quick=True),
        Case("sim-1m", SGD | {"k": 64, "rounds": 10}, 2.5),
        Case("sim-10m", SGD | {"k": 64, "rounds": 3}, 2.5),
        Case("sim-25m", SGD | {"k": 64, "rounds": 2}, 2.5, once=True),
    ), "RMSE", near),
    Row("sgd-surprise", "biased MF, SGD", _with(ours.OneByOne, ours.sgd), peers_stars.SurpriseSVD, (
        Case(SMALL, SURPRISE | {"k": 100}, 20, quick=True),
        Case(SMALL, SURPRISE | {"k": 64}, 40, quick=True),
        Case(SHIPPED, SURPRISE | {"k": 64}, 40, quick=True),
        Case("sim-1m", SURPRISE | {"k": 64}, 40),
    ), "RMSE", near),
    Row("als-lenskit", "explicit ALS", _with(ours.Stars, ours.als), peers_stars.LenskitALS, (
        Case(SMALL, ALS | {"rounds": 10}, 12, quick=True),
        Case(SHIPPED, ALS | {"rounds": 10}, 12, quick=True),
        Case("sim-1m", ALS | {"rounds": 5}, 12),
        Case("sim-10m", ALS | {"rounds": 3}, 12, once=True),
    ), "RMSE", near),
    Row("als-cmfrec", "explicit ALS", _with(ours.Stars, ours.als), peers_stars.CmfrecALS, (
        Case(SMALL, ALS | {"rounds": 10}, 2.5, quick=True),
        Case(SHIPPED, ALS | {"rounds": 10}, 2.5, quick=True),
        Case("sim-1m", ALS | {"rounds": 5}, 2.5),
        Case("sim-10m", ALS | {"rounds": 3}, 2.5, once=True),
    ), "RMSE", near),
    Row("ials-implicit", "implicit ALS, 3 CG steps", _with(ours.Lists, ours.ials), peers_lists.ImplicitALS,
        _ials(CG, (SMALL, 10), (SHIPPED, 10), ("sim-1m", 4), ("sim-10m", 2)), "Recall@20", as_good),
    Row("ials-exact", "implicit ALS, exact", _with(ours.Lists, ours.ials), peers_lists.ImplicitALS,
        _ials(EXACT, (SMALL, 10), (SHIPPED, 10), ("sim-1m", 4)), "Recall@20", as_good),
    Row("bpr-cornac", "BPR", _with(ours.Lists, ours.bpr), peers_lists.CornacBPR, _bpr((
        (SMALL, 100, {"rate": 0.01}), (SHIPPED, 100, {"rate": 0.01}), ("sim-1m", 10, {}), ("sim-10m", 10, {}),
    )), "Recall@20", not_below),
    Row("bpr-implicit", "BPR", _with(ours.Lists, ours.bpr), peers_lists.ImplicitBPR, _bpr((
        (SMALL, 100, {"rate": 0.01}), (SHIPPED, 100, {"rate": 0.01}), ("sim-1m", 10, {}), ("sim-10m", 10, {}),
    )), "Recall@20", not_below),
    Row("knn-implicit", "item neighbours", _with(ours.Neighbors, ours.knn_liked), peers_lists.ImplicitNeighbors,
        tuple(Case(name, {"neighbors": 50}, 1.9, quick=name in (SMALL, SHIPPED))
              for name in (SMALL, SHIPPED, "sim-1m", "sim-10m")), "sum of similarities", same, ("fit",)),
    Row("knn-lenskit", "item neighbours", _with(ours.Neighbors, ours.knn_liked), peers_lists.LenskitNeighbors,
        tuple(Case(name, {"neighbors": 50}, 5, quick=name in (SMALL, SHIPPED))
              for name in (SMALL, SHIPPED, "sim-1m", "sim-10m")), "sum of similarities", same, ("fit",)),
    Row("knn-surprise", "item neighbours, common ratings", _with(ours.NeighborsOfStars, ours.knn_stars),
        peers_stars.SurpriseCosine, (
            Case(SHIPPED, {"neighbors": 50}, 35, quick=True),
            Case(SMALL, {"neighbors": 50}, 35, once=True),
            Case("sim-1m", {"neighbors": 50}, 35, once=True),
        ), "sum of similarities", same, ("fit",)),
    Row("ease", "EASE, float32", _with(ours.Weights, ours.ease), peers_lists.NumpyInverse, (
        Case(SHIPPED, {"penalty": 300.0}, 6, quick=True),
        Case("sim-1m", {"penalty": 300.0}, 6),
        Case(SMALL, {"penalty": 300.0}, 50, once=True),
    ), "largest error in B", small, ("fit",)),
    Row("recommend", "10 films for everybody", peers_lists.OurLists, peers_lists.ImplicitLists, tuple(
        Case(name, IALS | {"k": 64, "rounds": 1}, 2, quick=name in (SMALL, SHIPPED))
        for name in (SMALL, SHIPPED, "sim-1m", "sim-10m")
    ), "places with the same film", nearly_all, ("use",)),
    Row("metrics", "NDCG, recall, average precision at 20", peers_lists.OurMetrics, peers_lists.PytrecEval, tuple(
        Case(name, IALS | {"k": 16, "rounds": 1}, 5, seconds=0.005 if name == "sim-1m" else None,
             quick=name in (SMALL, SHIPPED))
        for name in (SMALL, SHIPPED, "sim-1m")
    ), "largest difference", equal, ("use",)),
    Row("sgd-large", "biased MF, SGD, alone", _with(ours.OneByOne, ours.sgd), None, (
        Case("sim-25m", SGD | {"k": 64, "rounds": 20}, seconds=10, gigabytes=1.5, once=True),
        Case("sim-100m", SGD | {"k": 64, "rounds": 20}, seconds=60, gigabytes=5, once=True),
    ), "RMSE", near, ("fit",)),
    Row("csv", "reading ratings.csv; first, then cached", files.OurReader, files.PandasReader, (
        Case("sim-25m", {}, 1, goal_use=10, once=True),
    ), "rows", same),
)  # fmt: skip
ROWS = {row.name: row for row in _ALL}
