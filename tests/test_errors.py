import pickle

import pytest

from course_lib.errors import CourseError, DataError, DownloadError, NotFitted, StorageError, UnknownId

SENTENCE = "There is no film called 'Allien'. Did you mean 'Alien (1979)'?"


@pytest.mark.parametrize("error", [CourseError, DataError, DownloadError, NotFitted, StorageError, UnknownId])
def test_an_error_reads_as_its_sentence_and_survives_a_pickle(error):
    assert str(error(SENTENCE)) == SENTENCE
    again = pickle.loads(pickle.dumps(error(SENTENCE)))
    assert type(again) is error and str(again) == SENTENCE


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (DataError, ValueError),
        (UnknownId, KeyError),
        (DownloadError, OSError),
        (NotFitted, ValueError),
        (StorageError, OSError),
    ],
)
def test_code_that_knows_only_pythons_own_errors_catches_ours(error, builtin):
    with pytest.raises(builtin) as caught:
        raise error(SENTENCE)
    assert isinstance(caught.value, CourseError)
