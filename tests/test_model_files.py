import json

import numpy as np
import pytest
from scipy import sparse

from course_lib import model_files
from course_lib.baselines import BiasModel, ItemMean
from course_lib.errors import CourseError, DataError, NotFitted, StorageError
from course_lib.recommender import Recommender
from tests.toy import FILMS, PAPER, from_matrix, paper


class Everything(Recommender):
    """Has learned one of each kind of thing that can be stored."""

    def __init__(self, sizes=(4, 2), name="x", rate=0.1):
        self.sizes = sizes
        self.name = name
        self.rate = rate

    def _fit(self, ratings):
        self.array_ = np.arange(6.0).reshape(2, 3)
        self.flags_ = np.array([True, False])
        self.rows_ = sparse.csr_array(np.array([[0, 1.5], [2, 0]]))
        self.columns_ = sparse.csc_array(np.array([[0, 1], [2, 0]]))
        self.mean_ = np.float64(1 / 3)
        self.names_ = ["é", "b"]
        self.nothing_ = None


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.npz"


def test_a_model_comes_back_as_it_was_stored(path):
    model = Everything(sizes=(8, 4), rate=np.float64(0.3)).fit(paper())
    assert model.save(path) == path
    again = Everything.load(path, paper())
    assert again.get_params() == {"sizes": (8, 4), "name": "x", "rate": 0.3}
    assert (again.array_ == model.array_).all() and again.flags_.tolist() == [True, False]
    for name, kind in (("rows_", "csr"), ("columns_", "csc")):
        assert getattr(again, name).format == kind
        assert (getattr(again, name).toarray() == getattr(model, name).toarray()).all()
    assert (again.mean_, again.names_, again.nothing_) == (1 / 3, ["é", "b"], None)


def test_the_path_is_taken_as_given_and_as_text(tmp_path):
    chosen = tmp_path / "modèle.fitted"
    ItemMean().fit(paper()).save(str(chosen))
    assert [file.name for file in tmp_path.iterdir()] == ["modèle.fitted"]
    assert ItemMean.load(str(chosen), paper()).damping == 5.0


def test_a_loaded_model_knows_what_was_seen(path):
    BiasModel().fit(paper()).save(path)
    assert BiasModel.load(path, paper()).recommend(2).index.tolist() == [103]


def test_nothing_in_the_file_is_run_when_it_is_opened(path):
    with open(path, "wb") as file:
        np.savez(file, header=np.array([{"a": 1}], dtype=object))
    with pytest.raises(DataError, match="is no whole model file"):
        BiasModel.load(path, paper())


@pytest.mark.parametrize("share", [0, 0.3, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_recognised(path, share):
    BiasModel().fit(paper()).save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(DataError) as caught:
        BiasModel.load(path, paper())
    assert str(caught.value) == (
        f"{path} is no whole model file: it was cut off or changed, or is something else. Save the model again."
    )


def test_a_changed_byte_is_recognised(path):
    BiasModel().fit(paper()).save(path)
    content = bytearray(path.read_bytes())
    place = content.find(np.float64(BiasModel().fit(paper()).item_bias_[1]).tobytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match="is no whole model file"):
        BiasModel.load(path, paper())


@pytest.mark.parametrize("content", [b"title,year\nAlien,1979\n", b"\x93NUMPY"])
def test_a_file_of_another_kind_is_recognised(path, content):
    path.write_bytes(content)
    with pytest.raises(DataError, match="is no whole model file"):
        BiasModel.load(path, paper())
    np.save(path.with_suffix(".npy"), np.arange(3))
    with pytest.raises(DataError, match="is no whole model file"):
        BiasModel.load(path.with_suffix(".npy"), paper())


def test_a_model_of_another_catalogue_is_refused(path):
    BiasModel().fit(paper()).save(path)
    renumbered = from_matrix(PAPER, films=FILMS.set_axis([1, 2, 3, 4, 5]))
    turned = from_matrix(PAPER, films=FILMS.iloc[::-1])
    for other in (renumbered, turned, from_matrix(PAPER[:, :4], films=FILMS.iloc[:4])):
        with pytest.raises(DataError) as caught:
            BiasModel.load(path, other)
        assert str(caught.value) == (
            f"The BiasModel in {path} was fitted on another catalogue: its films are not the {other.n_items} of these "
            "ratings in this order. Load it with the ratings it was fitted on, or fit it on these."
        )


def test_a_model_of_other_members_is_refused(path):
    BiasModel().fit(paper()).save(path)
    with pytest.raises(DataError, match="its members are not the 5 of these ratings"):
        BiasModel.load(path, from_matrix(PAPER[:5]))
    with pytest.raises(DataError, match="its members are not the 6 of these ratings"):
        BiasModel.load(path, from_matrix(PAPER, user_ids=np.array(list("abcdef"), dtype=object)))


def test_a_file_of_another_model_says_how_to_load_it(path):
    BiasModel().fit(paper()).save(path)
    with pytest.raises(DataError) as caught:
        ItemMean.load(path, paper())
    assert str(caught.value) == f"The model in {path} is a BiasModel. Use BiasModel.load(path, ratings)."


@pytest.mark.parametrize("change", [{"format": 0}, {"params": {"damping": 5.0}}, {"params": {"shrinkage": 1}}])
def test_a_file_of_another_version_says_to_fit_again(path, change):
    BiasModel().fit(paper()).save(path)
    with np.load(path) as file:
        arrays = dict(file)
    header = json.loads(arrays.pop("header").tobytes()) | change
    with open(path, "wb") as file:
        np.savez(file, header=np.frombuffer(json.dumps(header).encode(), dtype=np.uint8), **arrays)
    with pytest.raises(DataError) as caught:
        BiasModel.load(path, paper())
    assert str(caught.value) == (f"{path} was saved by another version of course_lib. Fit the model again and save it.")


def test_a_model_that_has_not_been_fitted_is_not_stored(path):
    with pytest.raises(NotFitted):
        BiasModel().save(path)
    assert not path.exists()


class Unstorable(Everything):
    """Has learned something that is neither array, number nor text."""

    def _fit(self, ratings):
        self.rule_ = print


def test_what_cannot_be_stored_is_said_before_anything_is_written(path):
    with pytest.raises(CourseError, match="This Unstorable holds something that is neither array, number nor text"):
        Unstorable().fit(paper()).save(path)
    assert not path.exists()


def test_a_folder_that_is_not_there_is_named(tmp_path):
    model, path = BiasModel().fit(paper()), tmp_path / "nowhere" / "model.npz"
    with pytest.raises(StorageError) as caught:
        model.save(path)
    assert str(caught.value).startswith(f"{path} cannot be written: ")
    assert "Choose a folder that exists" in str(caught.value)
    with pytest.raises(StorageError) as caught:
        BiasModel.load(path, paper())
    assert str(caught.value).startswith(f"{path} cannot be opened: ")


def test_a_full_disk_leaves_the_old_file_as_it_was_and_nothing_beside_it(path, monkeypatch):
    BiasModel().fit(paper()).save(path)
    before = path.read_bytes()

    def full(file, **arrays):
        file.write(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(model_files.np, "savez", full)
    with pytest.raises(StorageError, match="cannot be written: No space left on device. Choose a folder that exists"):
        BiasModel(damping=1).fit(paper()).save(path)
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]
