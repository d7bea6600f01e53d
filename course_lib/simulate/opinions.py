"""From a member's opinion of a film to stars, and how far the best possible guess stays from them."""

import math

import numpy as np

from course_lib.simulate.members import position
from course_lib.simulate.stream import dot


def opinion(members, users, films, items, times, law):
    r"""Give the opinion behind a rating, before mood and noise.

    .. math:: m_{ui} = \mu - 0.2 x + b_u + b_i + 2 x c_i + (p_u + 2 x d_u) \cdot q_i + l_{ui}

    with x the place in the period (-0.5 to 0.5), c the film's drift, d the member's drift, l the liking for
    the star.

    Parameters
    ----------
    members : Members
    users : ndarray of int
        Rows of `members`.
    films : Films
    items : ndarray of int
        Rows of `films`, as many as users.
    times : ndarray of int
        Seconds since 1970.
    law : Law

    Returns
    -------
    ndarray
        On the scale of stars, but neither bent nor rounded.
    """
    x = position(times, law)
    taste = members.factors[users] + (2 * x)[:, None] * members.drift[users]
    star = films.star[items]
    liking = np.where(star >= 0, members.star_likings[users, star], 0.0)
    level = law.center + law.trend * x + members.bias[users]
    quality = films.bias[items] + 2 * x * films.drift[items]
    return np.round(level + quality + dot(taste, films.factors[items]) + liking, 6)


def stars(felt, whole_only, law):
    """Turn what is felt into stars: praise is bent down, then rounded to what the member uses.

    Parameters
    ----------
    felt : ndarray
        Opinion with mood and noise.
    whole_only : bool or ndarray of bool
    law : Law

    Returns
    -------
    ndarray
        0.5 to 5.0 in halves; 1 to 5 for those who give whole stars only.
    """
    slope = np.where(felt > law.middle, law.praise, law.blame)
    bent = law.middle + slope * (felt - law.middle)
    bent = bent - (law.harsh - law.blame) * np.maximum(0.0, law.harsh_at - felt)
    step = np.where(whole_only, 1.0, 0.5)
    return np.clip(np.floor(bent / step + 0.5) * step, step, 5.0)


def share_watched(opinions, luck, finishes, law):
    """Give the share of a film that is watched: more of what is liked.

    Parameters
    ----------
    opinions : ndarray
    luck : ndarray
        Of variance 1.
    finishes : float
        The share at a middling opinion.
    law : Law

    Returns
    -------
    ndarray
        0.05 to 1, in hundredths.
    """
    share = finishes + law.watched_slope * (opinions - law.center - 0.4) + law.watched_luck * luck
    return np.floor(np.clip(share, 0.05, 1.0) * 100.0 + 0.5) / 100.0


def _unbent(bent, law):
    """Undo the bends of `stars`."""
    unbent = law.middle + (bent - law.middle) / np.where(bent > law.middle, law.praise, law.blame)
    knee = law.middle - law.blame * (law.middle - law.harsh_at)
    return np.where(bent < knee, law.harsh_at - (knee - bent) / law.harsh, unbent)


class Expectation:
    """Mean and variance of a rating, given the opinion behind it.

    Parameters
    ----------
    spread : float
        Standard deviation of all that is added to the opinion before it becomes stars.
    law : Law
    """

    def __init__(self, spread, law):
        self._grid = np.arange(-600, 1401) / 100.0
        self._tables = {whole: self._moments(spread, whole, law) for whole in (False, True)}

    def _moments(self, spread, whole, law):
        """Add up over the stars: the chance of each is what the normal curve has between two borders."""
        step = 1.0 if whole else 0.5
        given = np.arange(step, 5.0 + step / 2, step)
        borders = given[:-1] + step / 2
        away = (_unbent(borders, law)[None, :] - self._grid[:, None]) / (spread * math.sqrt(2.0))
        below = 0.5 + 0.5 * np.array([math.erf(z) for z in away.ravel().tolist()]).reshape(away.shape)
        edges = np.concatenate([np.zeros((len(below), 1)), below, np.ones((len(below), 1))], axis=1)
        chances = np.diff(edges, axis=1)
        mean = chances @ given
        return mean, chances @ (given * given) - mean * mean

    def mean(self, opinions, whole_only):
        """Give the expected rating: no guess has a smaller squared error.

        Parameters
        ----------
        opinions, whole_only : ndarray

        Returns
        -------
        ndarray
            In stars.
        """
        return self._look_up(opinions, whole_only, 0)

    def variance(self, opinions, whole_only):
        """Give the variance of the rating: the squared error of the best guess.

        Parameters
        ----------
        opinions, whole_only : ndarray

        Returns
        -------
        ndarray
        """
        return self._look_up(opinions, whole_only, 1)

    def _look_up(self, opinions, whole_only, which):
        halves = np.interp(opinions, self._grid, self._tables[False][which])
        wholes = np.interp(opinions, self._grid, self._tables[True][which])
        return np.where(whole_only, wholes, halves)
