"""What all tests share: a learner's folder of their own, and the shipped data whatever the learner chose."""

import pytest


@pytest.fixture(autouse=True, scope="session")
def a_learners_folder_of_their_own(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_HOME", str(tmp_path_factory.mktemp("home")))
        patch.delenv("COURSE_DATASET", raising=False)
        patch.setenv("TQDM_DISABLE", "1")
        yield


@pytest.fixture
def empty_home(tmp_path, monkeypatch):
    """An empty learner's folder for one test."""
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "my"))
    return tmp_path / "my"
