import pytest
from sklearn.base import clone

from course_lib.baselines import BiasModel, GlobalMean, ItemMean
from course_lib.errors import DataError
from course_lib.recommender import Recommender


class Shifted(Recommender):
    """A model made of a model."""

    def __init__(self, base=None, shift=0.0):
        self.base = base
        self.shift = shift


def test_parameters_are_read_by_name_and_into_models_that_are_parameters():
    assert BiasModel(damping=2).get_params() == {"damping": 2, "n_sweeps": 50}
    assert GlobalMean().get_params() == {}
    inner = ItemMean(damping=3)
    assert Shifted(inner).get_params() == {"base": inner, "shift": 0.0, "base__damping": 3}
    assert Shifted(inner).get_params(deep=False) == {"base": inner, "shift": 0.0}


def test_parameters_are_set_by_name_and_in_models_that_are_parameters():
    model = Shifted(ItemMean())
    assert model.set_params(shift=1.0, base__damping=7) is model
    assert (model.shift, model.base.damping) == (1.0, 7)


@pytest.mark.parametrize(
    ("model", "params", "sentence"),
    [
        (
            BiasModel(),
            {"dampening": 3},
            "BiasModel has no parameter 'dampening'. Its parameters are damping, n_sweeps.",
        ),
        (GlobalMean(), {"damping": 3}, "GlobalMean has no parameter 'damping'. It has no parameters at all."),
        (Shifted(ItemMean()), {"base__k": 3}, "ItemMean has no parameter 'k'. Its parameters are damping."),
    ],
)
def test_a_parameter_that_is_not_there_cannot_be_set(model, params, sentence):
    with pytest.raises(DataError) as caught:
        model.set_params(**params)
    assert str(caught.value) == sentence


def test_nothing_is_set_when_one_name_is_wrong():
    model = BiasModel()
    with pytest.raises(DataError):
        model.set_params(damping=9, dampening=3)
    assert model.damping == 5.0


def test_the_repr_shows_what_differs_from_the_default():
    assert repr(BiasModel()) == "BiasModel()"
    assert repr(BiasModel(damping=2.0)) == "BiasModel(damping=2.0)"
    assert repr(Shifted(BiasModel(n_sweeps=3), shift=0.0)) == "Shifted(base=BiasModel(n_sweeps=3))"


def test_scikit_learns_clone_copies_models_made_of_models():
    model = Shifted(ItemMean(damping=3), shift=0.5)
    copy = clone(model)
    assert copy is not model and copy.base is not model.base
    assert repr(copy) == repr(model)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (BiasModel(damping=-1), "BiasModel has damping=-1. Give a number of at least 0."),
        (BiasModel(n_sweeps=0), "BiasModel has n_sweeps=0. Give a whole number of at least 1."),
        (BiasModel(damping=float("nan")), "BiasModel has damping=nan. Give a number of at least 0."),
        (BiasModel(damping="five"), "BiasModel has damping='five'. Give a number of at least 0."),
        (BiasModel(n_sweeps=2.5), "BiasModel has n_sweeps=2.5. Give a whole number of at least 1."),
    ],
)
def test_a_parameter_out_of_bounds_is_refused(model, sentence):
    with pytest.raises(DataError) as caught:
        model._require(damping=0, n_sweeps=1)
    assert str(caught.value) == sentence
