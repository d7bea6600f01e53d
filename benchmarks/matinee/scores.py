"""How good predictions are: RMSE in stars, NDCG@20 and hit@10 from 0 to 1."""

import numpy as np


def rmse(predicted, stars):
    """Root mean squared error, in stars."""
    return float(np.sqrt(np.mean((predicted - stars) ** 2)))


def mean_ndcg(scores, train, held_out):
    """NDCG@20 averaged over the members who have something held out."""
    return float(np.nanmean(ndcg(scores, train, held_out)))


def ndcg(scores, train, held_out, length=20):
    """NDCG of each member's list of films outside `train`; nan where nothing is held out."""
    scores = np.where(train > 0, -np.inf, scores)
    top = np.argsort(-scores, axis=1, kind="stable")[:, :length]
    gains = np.take_along_axis(held_out, top, 1)
    discount = 1 / np.log2(np.arange(length) + 2)
    n_held_out = held_out.sum(1).astype(int)
    best = np.cumsum(discount)[np.minimum(n_held_out, length) - 1]
    result = gains @ discount / best
    result[n_held_out == 0] = np.nan
    return result


def hits(scores, train, target, length=10):
    """1 for each member whose `target` film is on the list of `length` films outside `train`, else 0."""
    scores = np.where(train > 0, -np.inf, scores)
    of_target = scores[np.arange(len(scores)), target][:, None]
    return ((scores > of_target).sum(1) < length).astype(float)


def standard_error(differences):
    """Standard error of a mean over members."""
    return float(differences.std() / np.sqrt(len(differences)))
