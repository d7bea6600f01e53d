"""The numpy half of GMF, MLP and NeuMF: against Keras, against finite differences, against a dot product."""

import numpy as np
import pytest

from course_lib import interactions
from course_lib.interactions import Interaction, best_member
from course_lib.networks import weights_of
from course_lib.neural_networks import build_gmf, build_mlp, build_neumf

N_USERS, N_ITEMS, K = 7, 12, 3
LAYERS = (6, 4)
KINDS = ("GMF", "MLP", "NeuMF")


def weights_like(kind, seed=0, scale=0.8):
    """Weights of the shapes of one of the three networks, without Keras."""
    rng, shapes = np.random.default_rng(seed), {}
    for part in ("gmf",) * (kind != "MLP") + ("mlp",) * (kind != "GMF"):
        shapes |= {f"{part}_user/embeddings": (N_USERS, K), f"{part}_item/embeddings": (N_ITEMS, K)}
    if kind != "GMF":
        for number, (rows, columns) in enumerate(zip((2 * K, *LAYERS[:-1]), LAYERS, strict=True), start=1):
            shapes |= {f"dense_{number}/kernel": (rows, columns), f"dense_{number}/bias": (columns,)}
    last = {"GMF": K, "MLP": LAYERS[-1], "NeuMF": K + LAYERS[-1]}[kind]
    shapes |= {"score/kernel": (last, 1), "score/bias": (1,)}
    return {name: rng.normal(0, scale, shape) for name, shape in shapes.items()}


def tables(weights, side="user"):
    return [weights[f"{part}_{side}/embeddings"] for part in ("gmf", "mlp") if f"{part}_user/embeddings" in weights]


def in_the_open(weights, u, i):
    """One score, as the formulas say it: nothing is split, nothing is done for many at once."""
    last, parts = weights["score/kernel"][:, 0], []
    if "gmf_user/embeddings" in weights:
        parts.append(weights["gmf_user/embeddings"][u] * weights["gmf_item/embeddings"][i])
    if "mlp_user/embeddings" in weights:
        h = np.concatenate([weights["mlp_user/embeddings"][u], weights["mlp_item/embeddings"][i]])
        for number in range(1, len(LAYERS) + 1):
            h = np.maximum(0, h @ weights[f"dense_{number}/kernel"] + weights[f"dense_{number}/bias"])
        parts.append(h)
    return weights["score/bias"][0] + last @ np.concatenate(parts)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pairs_at_once", [1, 30, 10_000])
def test_all_scores_at_once_are_the_scores_of_each_pair(kind, pairs_at_once, monkeypatch):
    monkeypatch.setattr(interactions, "PAIRS_AT_ONCE", pairs_at_once)
    weights = weights_like(kind)
    scores = Interaction(weights, np.float64).scores(tables(weights))
    for u in range(N_USERS):
        for i in range(N_ITEMS):
            assert scores[u, i] == pytest.approx(in_the_open(weights, u, i), abs=1e-12)


@pytest.mark.parametrize("build", [build_gmf, build_mlp, build_neumf])
def test_numpy_computes_what_keras_computes(build):
    keras = pytest.importorskip("keras", reason="TensorFlow has no wheel for this machine")

    shape = (K,) if build is build_gmf else (K, (6, 5, 4))
    network = build(N_USERS, N_ITEMS, *shape, random_state=3)
    for variable in network.trainable_variables:  # larger than at the start, so that ReLU has something to do
        variable.assign(np.random.default_rng(1).normal(0, 0.7, variable.shape))
    users, items = (side.ravel() for side in np.mgrid[:N_USERS, :N_ITEMS])
    scorer = keras.Model(network.inputs, network.get_layer("score").output)
    weights = weights_of(network)
    ours = Interaction(weights).scores(tables(weights))
    assert ours.ravel() == pytest.approx(np.array(scorer([users, items]))[:, 0], abs=1e-5)
    chances = np.array(network([users, items]))[:, 0]
    assert 1 / (1 + np.exp(-ours.ravel())) == pytest.approx(chances, abs=1e-5)


def test_a_gmf_whose_weights_are_one_is_a_dot_product():
    weights = weights_like("GMF")
    weights["score/kernel"][:], weights["score/bias"][:] = 1.0, 0.0
    P, Q = (weights[f"gmf_{side}/embeddings"] for side in ("user", "item"))
    assert Interaction(weights, np.float64).scores([P]) == pytest.approx(P @ Q.T, abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_slopes_are_those_of_finite_differences(kind):
    weights, outer = weights_like(kind), np.random.default_rng(1).normal(size=N_ITEMS)
    network, member = Interaction(weights, np.float64), [table[2].copy() for table in tables(weights)]
    scores, slopes = network.scores_and_slopes(member, lambda s: outer)
    assert scores == pytest.approx(network.scores([part[np.newaxis] for part in member])[0], abs=1e-12)
    for part, slope in zip(member, slopes, strict=True):
        for place in range(K):
            kept, found = part[place], []
            for step in (1e-6, -1e-6):
                part[place] = kept + step
                found.append(outer @ network.scores_and_slopes(member, lambda s: outer)[0])
            part[place] = kept
            assert slope[place] == pytest.approx((found[0] - found[1]) / 2e-6, abs=1e-6)


def expected_loss(weights, member, chosen, m, chances, lam):
    s = Interaction(weights, np.float64).scores([part[np.newaxis] for part in member])[0]
    right, wrong = np.log1p(np.exp(-s[chosen])).sum(), len(chosen) * m * chances @ np.log1p(np.exp(s))
    return right + wrong + len(chosen) * (1 + m) * lam * sum(part @ part for part in member)


@pytest.mark.parametrize("kind", KINDS)
def test_somebody_new_ends_where_no_small_step_lowers_the_expected_loss(kind):
    weights, chosen, chances = weights_like(kind), np.array([1, 4, 9]), np.full(N_ITEMS, 1 / 9)
    chances[chosen] = 0
    start = [table.mean(axis=0) for table in tables(weights)]
    settings = chosen, 4, chances, 0.01
    found = best_member(weights, start, *settings)
    lowest, rng = expected_loss(weights, found, *settings), np.random.default_rng(0)
    assert lowest < expected_loss(weights, start, *settings) - 0.1
    corners = 0 if kind == "GMF" else 1e-3  # where ReLU bends, the way down may stop a little early
    for _ in range(50):
        beside = [part + rng.normal(0, 0.01, K) for part in found]
        assert expected_loss(weights, beside, *settings) > lowest - corners


def test_for_a_dot_product_it_is_the_same_lowest_point_from_anywhere():
    weights, chosen, chances = weights_like("GMF"), np.array([0, 2]), np.full(N_ITEMS, 0.1)
    chances[chosen] = 0
    one, other = (best_member(weights, [start], chosen, 4, chances, 0.01)[0] for start in (np.zeros(K), np.ones(K)))
    assert one == pytest.approx(other, abs=1e-3)
