"""Quick learners of lists: scores (n_members, n_films) from a matrix of who has which film, 0 or 1."""

import numpy as np


def cosine_knn(has, neighbours=50, shrink=10):
    """Sum of the shrunk cosines between a film and the member's films, over each film's nearest ones."""
    together = has.T @ has
    count = np.diag(together)
    similarity = together / (np.sqrt(np.outer(count, count)) + shrink)
    np.fill_diagonal(similarity, 0)
    least = np.sort(similarity, axis=1)[:, -neighbours][:, None]
    return has @ np.where(similarity >= least, similarity, 0).T


def ease(has, reg=1000.0):
    """EASE (Steck 2019): the linear model from films to films with nothing on its diagonal."""
    together = has.T @ has
    together[np.diag_indices(len(together))] += reg
    inverse = np.linalg.inv(together)
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return has @ weights


def ials(has, confidence, rank=8, reg=20.0, sweeps=12, start=0):
    """Implicit alternating least squares (Hu, Koren and Volinsky 2008); `confidence` is what a cell counts beyond 1."""
    rng = np.random.default_rng(start)
    film_factors = 0.1 * rng.standard_normal((has.shape[1], rank))

    def solved(fixed, confidence, wanted):
        outer = (fixed[:, :, None] * fixed[:, None, :]).reshape(len(fixed), -1)
        left = (confidence @ outer).reshape(-1, rank, rank) + fixed.T @ fixed + reg * np.eye(rank)
        return np.linalg.solve(left, (wanted @ fixed)[..., None])[..., 0]

    wanted = has * (1 + confidence)
    for _ in range(sweeps):
        member_factors = solved(film_factors, confidence, wanted)
        film_factors = solved(member_factors, confidence.T, wanted.T)
    return member_factors @ film_factors.T
