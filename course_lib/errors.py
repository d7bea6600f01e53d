"""The errors of the course: each says what is wrong, then what to do, in plain sentences."""


class CourseError(Exception):
    """Something that the reader can put right.

    Parameters
    ----------
    message : str
        What is wrong, then what to do.
    """

    def __init__(self, message):
        super().__init__(message)
        self.message = message

    def __str__(self):
        # KeyError would show the repr of the sentence, with its quotes and backslashes.
        return self.message


class DataError(CourseError, ValueError):
    """A table, a file or a value that cannot be used."""


class UnknownId(CourseError, KeyError):
    """A member, a film, a title or a column that is not there."""


class DownloadError(CourseError, OSError):
    """A download that did not arrive whole: no network, a wrong checksum, a broken archive."""


class NotFitted(CourseError, ValueError):
    """A model that was asked before it had seen ratings."""


class StorageError(CourseError, OSError):
    """A file that cannot be written or read: a read-only folder, a full disk."""
