"""Quick learners of ratings, in stars. Tools to measure a world with, not the course's models.

`members` and `films` are the rows of each rating, `residuals` and `rated` matrices (n_members, n_films): what the
biases leave over, and 1 where there is a rating.
"""

import numpy as np
from numba import njit


@njit(cache=True)
def fit_biases(members, films, stars, n_members, n_films, reg, sweeps=40):
    """Mean, member biases and film biases by alternating shrunk means; `reg` counts in ratings."""
    mean = stars.mean()
    member_bias, film_bias = np.zeros(n_members), np.zeros(n_films)
    of_member, of_film = np.zeros(n_members), np.zeros(n_films)
    for row in range(len(stars)):
        of_member[members[row]] += 1
        of_film[films[row]] += 1
    for _ in range(sweeps):
        total = np.zeros(n_films)
        for row in range(len(stars)):
            total[films[row]] += stars[row] - mean - member_bias[members[row]]
        film_bias = total / (of_film + reg)
        total = np.zeros(n_members)
        for row in range(len(stars)):
            total[members[row]] += stars[row] - mean - film_bias[films[row]]
        member_bias = total / (of_member + reg)
    return mean, member_bias, film_bias


@njit(cache=True)
def fit_mf(members, films, stars, n_members, n_films, rank, reg, start, epochs=120, first_rate=0.035, decay=0.03):
    """Matrix factorization with biases by stochastic gradient descent: mean, both biases, P, Q."""
    # numba's own generator, which only knows the legacy calls; the datasheet's figures come from these starts.
    np.random.seed(start)  # noqa: NPY002
    mean = stars.mean()
    member_bias, film_bias = np.zeros(n_members), np.zeros(n_films)
    P = 0.1 * np.random.randn(n_members, rank)  # noqa: NPY002
    Q = 0.1 * np.random.randn(n_films, rank)  # noqa: NPY002
    for epoch in range(epochs):
        rate = first_rate / (1 + decay * epoch)
        for row in np.random.permutation(len(stars)):  # noqa: NPY002
            u, i = members[row], films[row]
            guess = mean + member_bias[u] + film_bias[i]
            for axis in range(rank):
                guess += P[u, axis] * Q[i, axis]
            error = stars[row] - guess
            member_bias[u] += rate * (error - reg * member_bias[u])
            film_bias[i] += rate * (error - reg * film_bias[i])
            for axis in range(rank):
                before = P[u, axis]
                P[u, axis] += rate * (error * Q[i, axis] - reg * before)
                Q[i, axis] += rate * (error * before - reg * Q[i, axis])
    return mean, member_bias, film_bias, P, Q


def predict_mf(factors, members, films):
    """Stars that `fit_mf`'s result predicts."""
    mean, member_bias, film_bias, P, Q = factors
    return np.clip(mean + member_bias[members] + film_bias[films] + (P[members] * Q[films]).sum(1), 0.5, 5)


def film_similarity(residuals, rated, shrink):
    """Cosine of two films' residuals over the members they share, shrunk as if by `shrink` members; none below 0."""
    products = residuals.T @ residuals
    squares = (residuals * residuals).T @ rated
    shared = rated.T @ rated
    similarity = products / np.sqrt(np.maximum(squares * squares.T, 1e-12)) * shared / (shared + shrink)
    similarity = np.maximum(similarity, 0)
    np.fill_diagonal(similarity, 0)
    return similarity


@njit(cache=True)
def predict_knn(members, films, base, residuals, rated, similarity, neighbours):
    """`base` and the weighted residuals of each film's nearest films that the member has rated."""
    result = np.empty(len(members))
    for row in range(len(members)):
        weights = np.where(rated[members[row]] > 0, similarity[films[row]], 0.0)
        # 0.5 in the denominator draws a guess from few or distant neighbours towards the biases.
        total, weight = 0.0, 0.5
        for other in np.argsort(-weights)[:neighbours]:
            total += weights[other] * residuals[members[row], other]
            weight += weights[other]
        result[row] = base[row] + total / weight
    return result


def content_kernel(catalogue, weights):
    """Similarity of films by what the catalogue says: tf-idf cosine for each kind of word, times its weight squared."""
    n_films = len(catalogue)
    kernel = np.zeros((n_films, n_films))
    kinds = {
        "genres": [film["genres"] for film in catalogue],
        "director": [film["directors"] for film in catalogue],
        "actors": [film["cast"][:3] for film in catalogue],
        "keywords": [film["keywords"] for film in catalogue],
        "decade": [(str(film["year"] // 10),) for film in catalogue],
        "series": [(film["franchise"],) if film["franchise"] else () for film in catalogue],
        "star": [(film["star"],) if film["star"] else () for film in catalogue],
    }
    for kind, words_of_films in kinds.items():
        vocabulary = sorted({word for words in words_of_films for word in words})
        column = {word: place for place, word in enumerate(vocabulary)}
        has = np.zeros((n_films, len(vocabulary)))
        for row, words in enumerate(words_of_films):
            for word in words:
                has[row, column[word]] = 1
        has *= np.log((1 + n_films) / (1 + has.sum(0))) + 1
        has /= np.maximum(np.sqrt((has * has).sum(1, keepdims=True)), 1e-12)
        kernel += weights[kind] ** 2 * has @ has.T
    return kernel


def fit_content(members, films, residuals, kernel, n_members, reg):
    """Corrections (n_members, n_films) to the biases: for each member a ridge regression on the films' words.

    `residuals` has one number a rating here. It is solved in its dual form, as a member has fewer ratings than there
    are words.
    """
    corrections = np.zeros((n_members, len(kernel)))
    order = np.argsort(members, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(members[order])) + 1):
        seen = films[rows]
        weights = np.linalg.solve(kernel[np.ix_(seen, seen)] + reg * np.eye(len(seen)), residuals[rows])
        corrections[members[rows[0]]] = kernel[:, seen] @ weights
    return corrections
