"""What members did, without how much they liked it: the ones of a table that has no zeros (lessons 10-12)."""

import numpy as np

WATCHED_UNKNOWN = "These ratings do not say how much of a film was watched: each film counts as watched whole (r = 1)."


def history(ratings):
    """Put a 1 wherever there is a rating, whatever its stars.

    Parameters
    ----------
    ratings : Ratings
        After `Ratings.liked`, what was liked.

    Returns
    -------
    scipy.sparse.csr_array of shape (n_users, n_items), float32
        The films of each row in order, so that sums are the same in whatever order the ratings came.
    """
    return _table(ratings, np.ones(len(ratings), dtype=np.float32))


def confidence(ratings, alpha):
    r"""Say how sure it is, in each cell where something was watched, that the member wanted it.

    .. math:: c_{ui} = 1 + \alpha r_{ui}

    Parameters
    ----------
    ratings : Ratings
        :math:`r_{ui}` is the share of the film that was watched; 1 where the ratings do not know it.
    alpha : float
        How much surer a film that was watched whole is than a film that was not watched at all, whose confidence is 1.

    Returns
    -------
    scipy.sparse.csr_array of shape (n_users, n_items), float32
        The films of each row in order.

    References
    ----------
    Hu, Koren & Volinsky (2008), section 4.
    """
    share = np.ones(len(ratings), dtype=np.float32) if ratings.watched is None else ratings.watched
    return _table(ratings, (1.0 + alpha * share).astype(np.float32))


def liked_from(ratings):
    """Return the lowest stars among the ratings that a model learns from.

    Somebody new comes with stars, and not all of them are for liked films. A model that learned from ratings of 4
    stars on counts as a sign of taste what somebody new gave 4 stars or more, and the rest as seen.

    Parameters
    ----------
    ratings : Ratings

    Returns
    -------
    float
        In stars.
    """
    return float(ratings.values.min())


def _table(ratings, values):
    from scipy import sparse

    table = sparse.csr_array((values, (ratings.users, ratings.items)), shape=(ratings.n_users, ratings.n_items))
    table.sort_indices()
    return table
