"""GMF, MLP and NeuMF as Keras networks: shapes, parameters, prices, how two become one, and the rows of an epoch."""

import numpy as np
import pytest

from course_lib.feedback import history
from course_lib.interactions import Interaction
from course_lib.sampling import NegativeSampler
from tests.toy import PAPER, from_matrix, random_ratings

pytest.importorskip("tensorflow", reason="TensorFlow has no wheel for this machine")

from course_lib import quiet  # noqa: E402
from course_lib.networks import put_weights, weights_of  # noqa: E402
from course_lib.neural_networks import build_gmf, build_mlp, build_neumf, join, loss_of, one_epoch  # noqa: E402

quiet.tensorflow()
N_USERS, N_ITEMS, K, LAYERS = 30, 20, 4, (6, 5, 3)
RATINGS = random_ratings()


def test_parameters_are_the_tables_the_layers_and_one_sum():
    tables = (N_USERS + N_ITEMS) * K
    hidden = (2 * K + 1) * 6 + (6 + 1) * 5 + (5 + 1) * 3
    assert build_gmf(N_USERS, N_ITEMS, K).count_params() == tables + K + 1
    assert build_mlp(N_USERS, N_ITEMS, K, LAYERS).count_params() == tables + hidden + 3 + 1
    assert build_neumf(N_USERS, N_ITEMS, K, LAYERS).count_params() == 2 * tables + hidden + K + 3 + 1


@pytest.mark.parametrize("build", [build_gmf, build_mlp, build_neumf])
def test_the_output_is_a_chance_and_the_seed_decides_the_start(build):
    chances = np.array(build(N_USERS, N_ITEMS, K)([np.arange(20), np.arange(20)]))
    assert chances.shape == (20, 1) and (0 < chances).all() and (chances < 1).all()
    one, other, third = (weights_of(build(N_USERS, N_ITEMS, K, random_state=seed)) for seed in (1, 1, 2))
    assert all((one[name] == other[name]).all() for name in one)
    assert all((one[name] != third[name]).any() for name in one if not name.endswith("bias"))
    tables = [table for name, table in one.items() if name.endswith("embeddings")]
    assert len({table.tobytes()[:40] for table in tables}) == len(tables)  # no two tables start alike


@pytest.mark.parametrize("build", [build_gmf, build_mlp, build_neumf])
def test_the_price_is_that_of_looked_up_rows_and_of_the_layers(build):
    network, users, items = build(N_USERS, N_ITEMS, K, regularization=0.01), np.array([3, 3, 8]), np.array([1, 2, 1])
    weights = weights_of(network)
    network([users, items], training=True)
    rows = [table[users if "user" in name else items] for name, table in weights.items() if "embeddings" in name]
    kernels = [kernel for name, kernel in weights.items() if "kernel" in name]
    expected = 0.01 * (sum((row**2).sum() for row in rows) / 3 + sum((kernel**2).sum() for kernel in kernels))
    assert float(sum(network.losses)) == pytest.approx(expected, rel=1e-5)


def test_without_a_price_nothing_is_added_to_the_loss():
    network = build_neumf(N_USERS, N_ITEMS, K)
    network([np.array([3]), np.array([1])], training=True)
    assert not network.losses


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_a_gmf_and_an_mlp_joined_score_as_both_do_in_the_mean(share):
    halves = [build(N_USERS, N_ITEMS, K) for build in (build_gmf, build_mlp)]
    for seed, half in enumerate(halves):
        for variable in half.trainable_variables:
            variable.assign(np.random.default_rng(seed).normal(0, 0.5, variable.shape))
    gmf, mlp = (weights_of(half) for half in halves)
    network = build_neumf(N_USERS, N_ITEMS, K)
    joined = join(gmf, mlp, share)
    assert {name: array.shape for name, array in joined.items()} == {
        name: array.shape for name, array in weights_of(network).items()
    }
    put_weights(network, joined)
    P = gmf["gmf_user/embeddings"], mlp["mlp_user/embeddings"]
    both = share * Interaction(gmf).scores([P[0]]) + (1 - share) * Interaction(mlp).scores([P[1]])
    users, items = (side.ravel() for side in np.mgrid[:N_USERS, :N_ITEMS])
    chances = np.array(network([users, items]))[:, 0]
    assert chances == pytest.approx(1 / (1 + np.exp(-both.ravel())), abs=1e-5)


def test_an_epoch_has_each_chosen_film_once_and_negatives_that_were_not_seen():
    liked = RATINGS.liked(4)
    chosen, sampler = history(liked), NegativeSampler(liked)
    users, items, labels = one_epoch(chosen, sampler, 3, np.random.default_rng(0))
    assert len(users) == len(items) == len(labels) == 4 * len(liked)
    right, wrong = labels == 1, labels == 0
    assert sorted(zip(users[right], items[right], strict=True)) == sorted(zip(liked.users, liked.items, strict=True))
    assert not set(zip(users[wrong], items[wrong], strict=True)) & set(zip(RATINGS.users, RATINGS.items, strict=True))
    assert (np.bincount(users[wrong], minlength=30) == 3 * np.bincount(liked.users, minlength=30)).all()
    assert (users.dtype, items.dtype, labels.dtype) == (np.int32, np.int32, np.float32)


def test_the_next_epoch_has_other_negatives_and_the_seed_repeats_them():
    chosen, sampler = history(RATINGS), NegativeSampler(RATINGS)
    rng, again = (np.random.default_rng(5) for _ in range(2))
    first, second, repeated = (one_epoch(chosen, sampler, 4, one)[1] for one in (rng, rng, again))
    assert (first != second).any() and (first == repeated).all()
    assert (first[: len(RATINGS)] == second[: len(RATINGS)]).all()


def test_somebody_who_has_seen_everything_has_no_negatives():
    full = PAPER.copy()
    full[0] = 4.0
    ratings = from_matrix(full)
    users, items, labels = one_epoch(history(ratings), NegativeSampler(ratings), 2, np.random.default_rng(0))
    assert not ((users == 0) & (labels == 0)).any() and (items >= 0).all()


def test_the_loss_is_the_cross_entropy_of_the_chances_and_the_price():
    network, rng = build_neumf(N_USERS, N_ITEMS, K, regularization=0.02), np.random.default_rng(0)
    users, items = rng.integers(0, N_USERS, 9), rng.integers(0, N_ITEMS, 9)
    labels = rng.integers(0, 2, 9).astype(np.float32)
    chances = np.array(network([users, items], training=True))[:, 0]
    price = float(sum(network.losses))
    expected = -np.mean(labels * np.log(chances) + (1 - labels) * np.log(1 - chances)) + price
    assert float(loss_of(network)(users, items, labels)) == pytest.approx(expected, rel=1e-5)
