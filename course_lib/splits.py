"""Parts of the ratings to learn from, to choose by, and to test on once.

Who goes where depends on the ids of member and film and on the seed, not on the order of rows or on the other
ratings: the same file, sorted in another way, gives the same split.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from course_lib.errors import DataError
from course_lib.ratings import Ratings

FEWEST = 5
"""A member with fewer ratings stays in the training part: there is too little to hold out."""


@dataclass(frozen=True)
class Split:
    """Ratings in parts, all of the same users, items and films.

    Parameters
    ----------
    train : Ratings
        To fit models on.
    validation : Ratings or None
        To choose between models by; None when none was asked for.
    test : Ratings
        To be looked at once, when all choices are made.
    """

    train: Ratings
    validation: Ratings | None
    test: Ratings

    @cached_property
    def train_and_validation(self):
        """Ratings to fit the chosen model on, before the test."""
        return self.train if self.validation is None else self.train.join(self.validation)


def random_split(ratings, test=0.2, validation=0.0, seed=0):
    """Hold out ratings drawn from all of them alike.

    Parameters
    ----------
    ratings : Ratings
    test, validation : float, default=0.2 and 0.0
        Shares of all rows.
    seed : int, default=0

    Returns
    -------
    Split

    Raises
    ------
    DataError
        When the shares leave nothing to train on.
    """
    _check_shares(validation, test)
    rank = _rank(_draw(ratings, seed))
    return _cut(ratings, rank, *_rounded_shares(len(ratings), validation, test))


def within_users(ratings, validation=0.2, test=0.2, seed=0):
    """Hold out a share of each member's ratings; the course's own split.

    Parameters
    ----------
    ratings : Ratings
    validation, test : float, default=0.2
        Shares of each member's rows. Of 5 rows or more, at least one goes into each part.
    seed : int, default=0

    Returns
    -------
    Split
        Members with fewer than 5 rows are in the training part only.

    Raises
    ------
    DataError
        When the shares leave nothing to train on.
    """
    _check_shares(validation, test)
    rank = _rank_within(ratings.users, _draw(ratings, seed))
    return _cut(ratings, rank, *_shares_of_each(ratings, validation, test))


def temporal(ratings, validation=0.2, test=0.2, per_user=False):
    """Hold out the latest ratings: learn from the past, test on what came after it.

    Parameters
    ----------
    ratings : Ratings
    validation, test : float, default=0.2
        Shares of all rows, or of each member's.
    per_user : bool, default=False
        False cuts at one moment for everybody, so that nothing from the future is known; members who joined
        later have no training rows. True cuts each member's own history, as `within_users` does.

    Returns
    -------
    Split
        Validation lies between training and test. Equal times are ordered by the positions of film and
        member.

    Raises
    ------
    DataError
        When there are no times, or the shares leave nothing to train on.
    """
    _check_shares(validation, test)
    latest_first = _latest_first(ratings)
    if per_user:
        rank = _rank_within(ratings.users, *latest_first)
        return _cut(ratings, rank, *_shares_of_each(ratings, validation, test))
    return _cut(ratings, _rank(*latest_first), *_rounded_shares(len(ratings), validation, test))


def leave_last_out(ratings, n=1):
    """Hold out each member's last `n` ratings: the next film is to be guessed.

    Parameters
    ----------
    ratings : Ratings
    n : int, default=1

    Returns
    -------
    Split
        Without a validation part. Members with `n` rows or fewer are in the training part only.

    Raises
    ------
    DataError
        When there are no times, or `n` is not a positive whole number.
    """
    if not isinstance(n, int | np.integer) or n < 1:
        raise DataError(f"n is {n!r}. Say how many of each member's ratings to hold out: 1 or more.")
    rank = _rank_within(ratings.users, *_latest_first(ratings))
    enough = np.bincount(ratings.users, minlength=ratings.n_users) > n
    return _split(ratings, test=(rank < n) & enough[ratings.users])


def k_fold(ratings, k=5, seed=0):
    """Cut the ratings into `k` parts, and test on each in turn.

    Parameters
    ----------
    ratings : Ratings
    k : int, default=5
    seed : int, default=0

    Returns
    -------
    list of Split
        Each row is in one test part. The parts differ by one row at most, and so do each member's rows.

    Raises
    ------
    DataError
        When `k` is not a whole number from 2 to the number of rows.
    """
    if not isinstance(k, int | np.integer) or not 2 <= k <= len(ratings):
        raise DataError(f"k is {k!r}. Give a whole number of folds from 2 to the {len(ratings):,} ratings there are.")
    # Members in a drawn order, each with their ratings in a drawn order, are dealt out like cards.
    draw_of_user = _mix(_keys(ratings.user_ids) ^ _seed_key(seed))
    fold = _rank(draw_of_user[ratings.users], _draw(ratings, seed)) % k
    return [_split(ratings, test=fold == one) for one in range(k)]


def _split(ratings, test, validation=None):
    train = ~test if validation is None else ~test & ~validation
    held_out = None if validation is None else ratings.rows(validation)
    return Split(ratings.rows(train), held_out, ratings.rows(test))


def _cut(ratings, rank, n_test, n_validation):
    """Give the first ranks to the test, the next ones to the validation, the others to the training."""
    test = rank < n_test
    validation = None if n_validation is None else ~test & (rank < n_test + n_validation)
    return _split(ratings, test, validation)


def _rounded_shares(n, validation, test):
    return round(test * n), round(validation * n) if validation else None


def _shares_of_each(ratings, validation, test):
    """For each row, how many test and validation rows its member has."""
    n = np.bincount(ratings.users, minlength=ratings.n_users)
    enough = n >= FEWEST
    n_test = enough * np.clip(np.rint(test * n), 1, n - 2) if test else 0 * n
    n_validation = enough * np.clip(np.rint(validation * n), 1, n - n_test - 1) if validation else None
    of_row = ratings.users
    return n_test[of_row], None if n_validation is None else n_validation[of_row]


def _check_shares(validation, test):
    if not (0 <= validation < 1 and 0 <= test < 1 and validation + test < 1):
        raise DataError(
            f"validation={validation!r} and test={test!r} are no shares that leave rows to train on. Give "
            "shares from 0 to 1 that add up to less than 1, such as validation=0.2 and test=0.2."
        )


def _latest_first(ratings):
    """Sort keys that put the latest ratings first, the most important key first."""
    if ratings.timestamps is None:
        raise DataError(
            "These ratings have no times, and this split goes by time. Use within_users(), or read the "
            "ratings with their timestamps."
        )
    return -ratings.timestamps, -ratings.items, -ratings.users


def _rank(*keys):
    order = np.lexsort(keys[::-1])
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _rank_within(users, *keys):
    """Rank each row among its member's rows: 0, 1, 2 and so on."""
    n_before = np.cumsum(np.bincount(users)) - np.bincount(users) if len(users) else users
    return _rank(users, *keys) - n_before[users]


def _draw(ratings, seed):
    """Draw a number for each row from the ids of its member and film: uniform 64-bit integers."""
    user_keys = _mix(_keys(ratings.user_ids) ^ _seed_key(seed))
    return _mix(user_keys[ratings.users] ^ _mix(_keys(ratings.item_ids))[ratings.items])


def _keys(ids):
    """Turn ids into 64-bit numbers that are the same on each machine and in each run."""
    if ids.dtype.kind == "i":
        return ids.astype(np.uint64)
    digests = [hashlib.blake2b(one.encode(), digest_size=8).digest() for one in ids]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def _seed_key(seed):
    return _mix(np.array([seed % 2**64], dtype=np.uint64))


def _mix(numbers):
    """Scramble 64-bit numbers so that near ones end far apart (the last steps of SplitMix64).

    Steele, Lea & Flood (2014), "Fast Splittable Pseudorandom Number Generators", OOPSLA.
    """
    numbers = numbers + 0x9E3779B97F4A7C15
    numbers = (numbers ^ (numbers >> 30)) * 0xBF58476D1CE4E5B9
    numbers = (numbers ^ (numbers >> 27)) * 0x94D049BB133111EB
    return numbers ^ (numbers >> 31)
