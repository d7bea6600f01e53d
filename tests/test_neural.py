"""GMF, MLP and NeuMF as models: they find what is planted, and keep their promises about newcomers and lonely films."""

import numpy as np
import pytest

from course_lib.errors import DataError
from course_lib.interactions import Interaction
from tests.test_pairs import planted
from tests.toy import from_matrix, random_ratings

pytest.importorskip("tensorflow", reason="TensorFlow has no wheel for this machine")

from course_lib.neural import GMF, MLP, NeuMF  # noqa: E402
from course_lib.neural_networks import build_neumf  # noqa: E402

RATINGS = random_ratings()
MODELS = [GMF, MLP, NeuMF]
SMALL = {"n_factors": 3, "n_epochs": 3}


def share_in_order(model, ratings, alike):
    """Of films not chosen: how often one of the member's own kind stands before one of the other kind."""
    scores, shares = model.scores(ratings.user_ids), []
    left = np.ones(scores.shape, dtype=bool)
    left[ratings.users, ratings.items] = False
    for member in range(ratings.n_users):
        right, wrong = scores[member, alike[member] & left[member]], scores[member, ~alike[member] & left[member]]
        shares.append((right[:, np.newaxis] > wrong).mean())
    return np.mean(shares)


@pytest.mark.parametrize("model", [
    GMF(n_factors=4, n_epochs=40, learning_rate=0.02), MLP(n_factors=4, n_epochs=40, learning_rate=0.02),
    NeuMF(n_factors=4, n_epochs=20, learning_rate=0.02),
    NeuMF(n_factors=4, n_epochs=15, learning_rate=0.02, pretrained=True),
])  # fmt: skip
def test_planted_tastes_are_found(model):
    ratings, alike = planted()
    assert share_in_order(model.fit(ratings), ratings, alike) > 0.83
    assert model.loss_curve_[-1] < (0.9 if getattr(model, "pretrained", False) else 0.8) * model.loss_curve_[0]


@pytest.mark.parametrize("kind", MODELS)
def test_fewer_epochs_are_the_way_to_more_epochs_and_the_order_of_ratings_does_not_matter(kind):
    short, long = (kind(n_factors=3, n_epochs=n).fit(RATINGS) for n in (2, 4))
    assert long.loss_curve_[:2] == pytest.approx(short.loss_curve_, abs=1e-6)
    turned = kind(n_factors=3, n_epochs=2).fit(RATINGS.rows(np.arange(len(RATINGS))[::-1]))
    assert turned.loss_curve_ == pytest.approx(short.loss_curve_, abs=1e-6)


@pytest.mark.parametrize("kind", MODELS)
def test_the_seed_decides(kind):
    one, other = (kind(**SMALL, random_state=seed).fit(RATINGS) for seed in (0, 1))
    assert (one.scores(1) != other.scores(1)).any()


@pytest.mark.parametrize("kind", MODELS)
def test_somebody_who_chose_nothing_is_the_mean_of_those_who_did(kind):
    model = kind(**SMALL).fit(RATINGS)
    lonely, nobody = model.scores([RATINGS.user_ids[-1], "nobody"])
    assert lonely == pytest.approx(nobody, abs=1e-5)
    by_user = np.bincount(RATINGS.users, minlength=30) > 0
    mean = [table[by_user].mean(axis=0, keepdims=True) for table in model._tables("user")]
    assert nobody == pytest.approx(Interaction(model.weights_).scores(mean)[0], abs=1e-5)


def test_a_film_that_was_neither_chosen_nor_drawn_is_as_one_of_the_least_chosen():
    model = GMF(**SMALL, negatives="popularity").fit(RATINGS)
    counts = np.bincount(RATINGS.items, minlength=20)
    Q = model.weights_["gmf_item/embeddings"]
    assert counts[-1] == 0 and model.chances_[-1] == 0
    assert Q[-1] == pytest.approx(Q[counts == counts[:-1].min()].mean(axis=0), abs=1e-6)


@pytest.mark.parametrize("kind", MODELS)
def test_a_member_folded_in_again_gets_nearly_the_same_order(kind):
    ratings, _ = planted()
    model = kind(n_factors=4, n_epochs=60, learning_rate=0.01, regularization=0.001).fit(ratings)
    alike = []
    for user in ratings.user_ids[:20]:
        mine = ratings.users == ratings.user_index(user)
        folded = model.fold_in(ratings.item_ids[ratings.items[mine]], ratings.values[mine])
        alike.append(np.corrcoef(folded, model.scores(user)[0])[0, 1])
    assert np.mean(alike) > 0.9


def test_what_somebody_new_did_not_like_counts_as_seen_and_not_as_chosen():
    model = GMF(**SMALL).fit(RATINGS.liked(4))
    nobody = model.fold_in([], [])
    assert (model.fold_in([10, 12], [1.0, 2.0]) == nobody).all()
    assert (model.fold_in([10, 12], [1.0, 5.0]) != nobody).any()


def test_reasons_of_a_gmf_are_its_weighted_factors():
    model = GMF(**SMALL).fit(RATINGS)
    reasons = model.explain(1, 10)
    assert reasons["reason"].tolist() == ["everybody", "factor 1", "factor 2", "factor 3"]
    assert reasons["contribution"].sum() == pytest.approx(float(model.scores(1)[0, 0]), abs=1e-5)


def test_the_weights_are_those_of_the_network():
    model = NeuMF(n_factors=3, layers=(5, 4), n_epochs=2).fit(RATINGS)
    network = build_neumf(30, 20, 3, (5, 4))
    assert sum(array.size for array in model.weights_.values()) == network.count_params()


@pytest.mark.parametrize(
    "bad", [{"n_factors": 0}, {"n_negatives": 0}, {"n_epochs": 0}, {"batch_size": 0}, {"negatives": "none"},
            {"regularization": -1.0}],
)  # fmt: skip
def test_hyperparameters_out_of_bounds_are_refused(bad):
    with pytest.raises(DataError):
        GMF(**bad).fit(RATINGS)


@pytest.mark.parametrize("layers", [(), (8, 0), (8.5,)])
def test_layers_need_a_width(layers):
    with pytest.raises(DataError, match="a width in layers"):
        MLP(layers=layers).fit(RATINGS)


def test_where_everybody_has_seen_everything_there_is_a_sentence():
    with pytest.raises(DataError, match="no film to say 0 to"):
        GMF().fit(from_matrix(np.full((6, 5), 4.0)))
