"""Lesson 07 on real members: what each way of filling the holes is worth, by stars and as a list."""

from course_lib.baselines import BiasModel, Popularity
from course_lib.board import board_split
from course_lib.comparison import choose, compare
from course_lib.intervals import difference_interval, mean_interval
from course_lib.measures import liked_in_top
from course_lib.svd import FILLS, FilledSVD, SoftImpute

RANKS = (1, 2, 3, 4, 5, 6, 8, 12, 16, 24, 32, 48)
SOFT = {"n_factors": [5, 8], "regularization": [8.0, 10.0, 12.0, 14.0, 16.0]}


def figures(data):
    """Compute what lesson 07 says of real members.

    Parameters
    ----------
    data : Dataset
        In full.

    Returns
    -------
    dict of str to float
        All of models fitted on the training part and asked about the validation part, which also chose their
        numbers of factors. RMSE in stars, with intervals (bootstrap over members), and minus that of the biases;
        RMSE by the number of factors; the share of liked films in the first 20, and minus that of popularity.
    """
    split = board_split(data.ratings)
    fitted, found = {"BiasModel": BiasModel().fit(split.train)}, {}
    for fill in FILLS:
        tried = choose(FilledSVD(fill=fill), split, {"n_factors": list(RANKS)})
        for k, error in zip(tried["n_factors"], tried["RMSE"], strict=True):
            found[f"{fill}, {k} factors"] = error
        fitted[fill] = FilledSVD(**tried.attrs["best"], fill=fill).fit(split.train)
        found[f"{fill}, best number of factors"] = fitted[fill].n_factors
    soft = SoftImpute(**choose(SoftImpute(), split, SOFT).attrs["best"])
    fitted["soft-impute"] = soft.fit(split.train)
    found |= {"soft-impute, best number of factors": soft.n_factors, "soft-impute, best lambda": soft.regularization}
    for name, row in compare(fitted, split).iterrows():
        found |= {f"{name}, {end}": row[end] for end in row.index}
    step = compare(fitted, split, against="biases").loc["soft-impute"]
    found |= {f"soft-impute minus centred, {end}": step[end] for end in step.index[3:]}
    popular = liked_in_top(Popularity().fit(split.train), split)
    for name, model in fitted.items():
        shares = liked_in_top(model, split)
        for end, value in mean_interval(shares)._asdict().items():
            found[f"list, {name}, {end}"] = value
        for end, value in difference_interval(shares, popular)._asdict().items():
            found[f"list, {name} minus popularity, {end}"] = value
    for end, value in mean_interval(popular)._asdict().items():
        found[f"list, popularity, {end}"] = value
    return found
