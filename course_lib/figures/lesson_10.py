"""The numbers of lesson 10: lists from what was watched, on real members, measured on the validation part."""

from course_lib.baselines import Popularity
from course_lib.board import board_split
from course_lib.factorization import MatrixFactorization
from course_lib.implicit import ImplicitALS
from course_lib.list_measures import rank
from course_lib.list_metrics import recall_at_k
from course_lib.ratings import Ratings

ALPHAS = (0, 1, 5, 10, 40)
REGULARIZATIONS = (5, 20, 50, 100, 200)
CARELESS = {"n_factors": 64, "alpha": 20, "regularization": 5}


def figures(data):
    """Compute what lesson 10 says about real members.

    Parameters
    ----------
    data : Dataset
        In full. It does not know how much of a film was watched: each rated film counts as watched whole.

    Returns
    -------
    dict of str to float
        Recall of the first 20, of hidden films with four stars or more, by models that were fitted on the rated films
        of the training part without their stars. Of implicit ALS by alpha and lambda, and with a careless choice; the
        best of these, popularity, and implicit ALS fitted on liked films alone, with intervals of the recall and of
        the difference to popularity; learned factors for labels that are all 1.
    """
    split = board_split(data.ratings)
    record = without_stars(split.train)
    liked = split.validation.liked()
    found, best = {}, (0.0, None)
    for alpha in ALPHAS:
        for regularization in REGULARIZATIONS:
            model = ImplicitALS(alpha=alpha, regularization=regularization).fit(record)
            value = _recall(model, liked)
            found[f"alpha {alpha}, lambda {regularization}"] = value
            best = max(best, (value, (alpha, regularization)))
    alpha, regularization = best[1]
    models = {
        "Popularity": Popularity().fit(record),
        "ImplicitALS": ImplicitALS(alpha=alpha, regularization=regularization).fit(record),
        "ImplicitALS, liked films alone": ImplicitALS(alpha=alpha, regularization=regularization).fit(
            split.train.liked()
        ),
        "ImplicitALS, careless": ImplicitALS(**CARELESS).fit(record),
        "MatrixFactorization, all labels 1": MatrixFactorization().fit(record),
    }
    found |= {"best alpha": alpha, "best lambda": regularization}
    for name, row in rank(models, split, measures=["recall"]).loc["recall"].iterrows():
        found |= {f"{name}, {end}": row[end] for end in row.index}
    return found


def without_stars(ratings):
    """Return the same members and films with the same number instead of all stars."""
    frame = ratings.to_frame().assign(rating=1.0)
    return Ratings.from_frame(frame, ratings.films, scale=ratings.scale, user_ids=ratings.user_ids, note=ratings.note)


def _recall(model, liked):
    return float(recall_at_k(model.recommend_all(20)[0], liked).mean())
