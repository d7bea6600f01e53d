"""Embedding layers and their dot product: against one-hot products, finite differences, Keras' own fit, lesson 08."""

import numpy as np
import pytest

from course_lib import board, datasets, embeddings, quiet, training
from course_lib._kernels.sgd import sgd_epoch
from course_lib.embeddings import EmbeddingFactorization, build_factorization, loss_of
from course_lib.errors import CourseError, DataError
from course_lib.factorization import MatrixFactorization
from course_lib.factors import objective, random_start
from course_lib.measures import star_error
from course_lib.networks import weights_of
from course_lib.training import Interrupted
from tests import pages
from tests.needs import real_data
from tests.stopping import interrupted_after
from tests.test_factorization import planted
from tests.toy import paper, random_ratings

pytest.importorskip("tensorflow")
RATINGS = random_ratings()
NAMES = embeddings.TABLES


def a_network(ratings=RATINGS, k=3, seed=1, **settings):
    """A network with biases that are not zero, so that every part of it counts."""
    mean = float(ratings.values.mean(dtype=np.float64))
    network = build_factorization(ratings.n_users, ratings.n_items, k, mean, random_state=seed, **settings)
    rng = np.random.default_rng(seed)
    for name in NAMES:
        table = network.get_layer(name).embeddings
        table.assign(rng.normal(0, 0.4, table.shape))
    return network, mean


def arrays_of(network):
    weights = weights_of(network)
    user_bias, item_bias, P, Q = (weights[f"{name}/embeddings"].astype(np.float64) for name in NAMES)
    return [user_bias[:, 0], item_bias[:, 0], P, Q]


def gradient(network, ratings, rows):
    """The gradient of one batch, a dense array for each table, in the order of NAMES."""
    tf = quiet.tensorflow()
    tables = [network.get_layer(name).embeddings.value for name in NAMES]
    with tf.GradientTape() as tape:
        value = loss_of(network)(ratings.users[rows], ratings.items[rows], ratings.values[rows])
    return [tf.convert_to_tensor(one).numpy() for one in tape.gradient(value, tables)]


# What an embedding layer is


def test_an_embedding_layer_is_one_hot_rows_times_its_matrix():
    quiet.tensorflow()
    import keras

    layer, ids = keras.layers.Embedding(5, 3), np.array([4, 0, 4, 2])
    looked_up = layer(ids).numpy()
    one_hot = keras.ops.one_hot(ids, 5).numpy()
    assert one_hot.sum() == 4 and np.allclose(one_hot @ layer.embeddings.numpy(), looked_up)
    assert (looked_up[0] == looked_up[2]).all()


@pytest.mark.parametrize("wrong", [5, 1_000_000])
def test_on_a_cpu_keras_refuses_an_id_beyond_the_table_and_so_do_we_with_a_sentence(wrong):
    tf = quiet.tensorflow()
    import keras

    with pytest.raises(tf.errors.InvalidArgumentError, match=rf"indices\[1\] = {wrong} is not in \[0, 5\)"):
        keras.layers.Embedding(5, 3)(np.array([0, wrong]))
    with pytest.raises(DataError, match=rf"input_dim=5, so rows 0 to 4, and an id is {wrong}\. Give positions"):
        training.check_ids([0, wrong], 5)


def test_keras_takes_minus_one_for_the_last_row_and_we_refuse_it():
    quiet.tensorflow()
    import keras

    first, last, wrong = keras.layers.Embedding(5, 3)(np.array([0, 4, -1])).numpy()
    assert (wrong == last).all() and (wrong != first).any()
    with pytest.raises(DataError, match=r"an id is -1\."):
        training.check_ids([0, -1], 5)


# The network and its loss


def test_the_network_says_what_numpy_says():
    network, mean = a_network()
    model = EmbeddingFactorization(n_factors=3, n_epochs=1).fit(RATINGS)
    model.mean_ = mean
    model.user_bias_, model.item_bias_, model.user_factors_, model.item_factors_ = arrays_of(network)
    said = network.predict([RATINGS.users, RATINGS.items], verbose=0)[:, 0]
    assert said.shape == (len(RATINGS),)
    assert said == pytest.approx(model._predict(RATINGS.users, RATINGS.items), abs=1e-5)


def test_the_network_has_a_row_of_numbers_for_each_member_and_film_and_nothing_else_to_learn():
    network = build_factorization(30, 20, n_factors=4)
    assert {layer.name for layer in network.layers if layer.weights} == set(NAMES)
    assert network.count_params() == (30 + 20) * (4 + 1)


@pytest.mark.parametrize(("lam", "lam_bias"), [(0.08, None), (0.3, 0.05), (0.0, 0.0)])
def test_the_loss_of_all_ratings_is_lesson_08s_objective_divided_by_their_number(lam, lam_bias):
    network, mean = a_network(regularization=lam, bias_regularization=lam_bias)
    value = float(loss_of(network)(RATINGS.users, RATINGS.items, RATINGS.values))
    expected = objective(RATINGS, mean, *arrays_of(network), lam, lam_bias) / len(RATINGS)
    assert value == pytest.approx(expected, rel=1e-5)


def test_a_batchs_gradient_adds_up_the_steps_of_lesson_08():
    lam, lam_bias, rows = 0.3, 0.05, np.array([0, 3, 4, 50, 51, 90])
    network, mean = a_network(regularization=lam, bias_regularization=lam_bias)
    before = arrays_of(network)
    together = [np.zeros_like(array) for array in before]
    for row in rows:  # each from the same place, as a batch has it
        after = [array.copy() for array in before]
        sgd_epoch(
            np.array([row]), RATINGS._users, RATINGS._items, RATINGS._values, mean, *after, 1.0, lam, lam_bias
        )  # fmt: skip
        for total, new, old in zip(together, after, before, strict=True):
            total += new - old
    for slopes, steps in zip(gradient(network, RATINGS, rows), together, strict=True):
        assert slopes.reshape(steps.shape) == pytest.approx(-2 * steps / len(rows), abs=1e-5)


def test_a_batchs_gradient_is_that_of_finite_differences():
    lam, rows, h = 0.2, np.array([1, 2, 30, 31, 77]), 1e-5
    network, mean = a_network(regularization=lam)
    arrays, alone = arrays_of(network), RATINGS.rows(rows)
    for array, slopes in zip(arrays, gradient(network, RATINGS, rows), strict=True):
        slopes = slopes.reshape(array.shape)
        for place in np.ndindex(array.shape):
            kept, ends = array[place], []
            for moved in (kept + h, kept - h):
                array[place] = moved
                ends.append(objective(alone, mean, *arrays, lam) / len(rows))
            array[place] = kept
            assert slopes[place] == pytest.approx((ends[0] - ends[1]) / (2 * h), abs=1e-5)


def test_rows_that_a_batch_does_not_look_up_have_no_slope_and_pay_nothing():
    network, _ = a_network(regularization=0.5)
    rows = np.array([0, 1, 2])
    of_users, of_items = RATINGS.users[rows], RATINGS.items[rows]
    for name, slopes in zip(NAMES, gradient(network, RATINGS, rows), strict=True):
        there = np.unique(of_users if name.startswith("user") else of_items)
        others = np.setdiff1d(np.arange(len(slopes)), there)
        assert (slopes[others] == 0).all() and (slopes[there] != 0).all()
    loss = loss_of(network)
    before = float(loss(of_users, of_items, RATINGS.values[rows]))
    table = network.get_layer("item_factors").embeddings
    far_away = table.numpy()
    far_away[np.setdiff1d(np.arange(20), of_items)] = 1e3
    table.assign(far_away)
    assert float(loss(of_users, of_items, RATINGS.values[rows])) == before


def test_a_price_for_the_whole_table_would_be_another_objective():
    quiet.tensorflow()
    from keras import layers, regularizers

    table = layers.Embedding(1000, 3, embeddings_regularizer=regularizers.L2(0.1))
    table(np.array([7]))
    assert float(table.losses[0]) == pytest.approx(0.1 * (table.embeddings.numpy() ** 2).sum(), rel=1e-5)


# Training


def test_it_is_what_keras_own_fit_learns_when_a_batch_is_everything():
    quiet.tensorflow()
    import keras

    settings = dict(n_factors=3, n_epochs=25, learning_rate=0.03, regularization=0.1)
    model = EmbeddingFactorization(batch_size=10_000, **settings).fit(RATINGS)
    network = build_factorization(RATINGS.n_users, RATINGS.n_items, 3, model.mean_, 0.1)
    P, Q = random_start(RATINGS, 3, 0.1, np.random.default_rng(0))
    network.get_layer("user_factors").embeddings.assign(P)
    network.get_layer("item_factors").embeddings.assign(Q)
    network.compile(keras.optimizers.Adam(0.03), loss="mean_squared_error")
    network.fit([RATINGS.users, RATINGS.items], RATINGS.values, batch_size=10_000, epochs=25, verbose=0)
    for ours, theirs in zip(model._learned()[1:], arrays_of(network), strict=True):
        assert ours == pytest.approx(theirs, abs=2e-4)


def test_the_start_is_that_of_lesson_08():
    model = EmbeddingFactorization(n_factors=3, n_epochs=1, learning_rate=0.0).fit(RATINGS)
    P, Q = random_start(RATINGS, 3, 0.1, np.random.default_rng(0))
    assert model.user_factors_ == pytest.approx(P, abs=1e-7) and model.item_factors_ == pytest.approx(Q, abs=1e-7)
    assert not model.user_bias_.any() and model.mean_ == pytest.approx(RATINGS.values.mean(dtype=np.float64))
    other = EmbeddingFactorization(n_factors=3, n_epochs=1, learning_rate=0.0, random_state=1).fit(RATINGS)
    assert abs(other.user_factors_ - model.user_factors_).max() > 0.1


def test_the_loss_falls_and_is_the_objective_of_a_batch_before_its_step():
    model = EmbeddingFactorization(n_factors=3, n_epochs=40, batch_size=10_000).fit(RATINGS)
    begin = EmbeddingFactorization(n_factors=3, n_epochs=1, learning_rate=0.0).fit(RATINGS)
    assert model.loss_curve_[0] == pytest.approx(begin.objective(RATINGS) / len(RATINGS), rel=1e-5)
    assert len(model.loss_curve_) == 40 and (np.diff(model.loss_curve_) < 0.01).all()
    assert model.loss_curve_[-1] < model.loss_curve_[0] - 0.2
    assert model.validation_curve_.size == 0 and model.best_epoch_ == 40 and not model.interrupted_


def test_a_fitted_model_holds_arrays_and_numbers_and_nothing_of_keras():
    model = EmbeddingFactorization(n_epochs=2).fit(RATINGS)
    learned = {name: value for name, value in vars(model).items() if name.endswith("_") and name != "ratings_"}
    assert {type(value) for value in learned.values()} <= {np.ndarray, float, int, bool}
    assert model.user_factors_.shape == (30, 5) and model.item_bias_.shape == (20,)


def test_members_and_films_without_ratings_keep_zeros():
    model = EmbeddingFactorization(n_factors=3, n_epochs=3).fit(RATINGS)
    assert not model.user_factors_[-1].any() and not model.item_factors_[-1].any()
    assert model.user_bias_[-1] == 0 and model.item_bias_[-1] == 0


def test_two_tastes_are_found_in_ratings_that_two_tastes_have_made():
    ratings = planted()
    held_out = np.random.default_rng(5).random(len(ratings)) < 0.2
    train, test = ratings.rows(~held_out), ratings.rows(held_out)

    def error(k):
        model = EmbeddingFactorization(k, n_epochs=300, batch_size=256, regularization=0.03).fit(train)
        return np.sqrt(((model._predict(test.users, test.items) - test.values) ** 2).mean())

    assert error(2) < 0.6 * error(1)


def same_model_on(data, n_factors, regularization):
    """RMSE on the validation part and objective of lesson 08's model and of this one."""
    split = board.board_split(data.ratings)
    found = []
    for kind in (MatrixFactorization, EmbeddingFactorization):
        model = kind(n_factors, regularization=regularization).fit(split.train)
        found.append((star_error(model, split).value, model.objective(split.train)))
    return found


def test_on_the_shipped_data_it_reaches_what_lesson_08_reaches():
    (theirs, their_objective), (ours, our_objective) = same_model_on(datasets.load("matinee"), 5, 0.08)
    assert abs(ours - theirs) < 0.015 and ours < 0.845
    assert our_objective == pytest.approx(their_objective, rel=0.01)


def test_on_real_members_it_reaches_what_lesson_08_reaches(monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(real_data().parent))
    (theirs, their_objective), (ours, our_objective) = same_model_on(datasets.load("ml-latest-small"), 50, 0.12)
    assert abs(ours - theirs) < 0.015 and ours < 0.875
    assert our_objective == pytest.approx(their_objective, rel=0.015)


# Stopping


def test_early_stopping_keeps_the_numbers_of_the_best_epoch():
    ratings = planted(noise=0.8)
    settings = dict(n_factors=8, batch_size=128, learning_rate=0.03, regularization=0.0)
    stopped = EmbeddingFactorization(n_epochs=100, early_stopping=True, patience=4, **settings).fit(ratings)
    best = int(np.argmin(stopped.validation_curve_)) + 1
    assert stopped.best_epoch_ == best < 90 and len(stopped.validation_curve_) == best + 4 == len(stopped.loss_curve_)
    until = EmbeddingFactorization(n_epochs=best, early_stopping=True, patience=50, **settings).fit(ratings)
    assert until.best_epoch_ == best and (until.item_factors_ == stopped.item_factors_).all()


def test_with_too_few_ratings_to_watch_one_every_epoch_is_run():
    model = EmbeddingFactorization(n_epochs=7, early_stopping=True).fit(RATINGS.rows([0, 1]))
    assert model.best_epoch_ == 7 and model.validation_curve_.size == 0


def test_a_learner_who_interrupts_has_the_best_model_so_far(monkeypatch, tmp_path):
    seen, measured = [], embeddings.squared_error

    def interrupted_in_epoch_5(*arguments):
        if len(seen) == 4:
            raise KeyboardInterrupt
        seen.append(measured(*arguments))
        return seen[-1]

    monkeypatch.setattr(embeddings, "squared_error", interrupted_in_epoch_5)
    model = EmbeddingFactorization(n_epochs=50, early_stopping=True)
    with pytest.warns(Interrupted, match=r"EmbeddingFactorization was interrupted after epoch 4 of 50.* are kept"):
        model.fit(RATINGS)
    assert model.interrupted_ and model.best_epoch_ == int(np.argmin(seen)) + 1 and len(model.validation_curve_) == 4
    assert np.isfinite(model.scores(RATINGS.user_ids)).all() and len(model.recommend(1)) == 10
    again = EmbeddingFactorization.load(model.save(tmp_path / "model.npz"), RATINGS)
    assert (again.scores([1, 2]) == model.scores([1, 2])).all() and again.interrupted_


def test_without_early_stopping_an_interrupt_keeps_the_last_epoch(monkeypatch):
    straight = EmbeddingFactorization(n_epochs=6).fit(RATINGS)
    monkeypatch.setattr(training, "waiting", interrupted_after(6))
    model = EmbeddingFactorization(n_epochs=50)
    with pytest.warns(Interrupted, match="after epoch 6 of 50"):
        model.fit(RATINGS)
    assert model.best_epoch_ == 6 and (model.item_factors_ == straight.item_factors_).all()


def test_an_interrupt_before_anything_is_learned_leaves_no_model(monkeypatch):
    monkeypatch.setattr(training, "waiting", interrupted_after(0))
    model = EmbeddingFactorization()
    with pytest.raises(KeyboardInterrupt):
        model.fit(RATINGS)
    assert not hasattr(model, "ratings_")


def test_too_large_steps_end_in_a_sentence_and_not_in_nan():
    model = EmbeddingFactorization(learning_rate=1e20)
    with pytest.raises(CourseError, match=r"EmbeddingFactorization went out of bounds in epoch \d+: .* Lower learning"):
        model.fit(RATINGS)
    assert not hasattr(model, "ratings_")


def test_bad_hyperparameters_are_named():
    for settings, name in (
        (dict(n_factors=0), "n_factors=0"),
        (dict(n_epochs=0), "n_epochs=0"),
        (dict(batch_size=0), "batch_size=0"),
        (dict(batch_size=0.5), "batch_size=0.5"),
        (dict(learning_rate=-0.1), "learning_rate=-0.1"),
        (dict(regularization=-1), "regularization=-1"),
        (dict(bias_regularization=-1), "bias_regularization=-1"),
        (dict(init_scale=-1), "init_scale=-1"),
        (dict(patience=0), "patience=0"),
        (dict(early_stopping=True, validation_fraction=1.0), "validation_fraction=1.0"),
    ):
        with pytest.raises(DataError, match=name):
            EmbeddingFactorization(**settings).fit(RATINGS)


# Somebody new, and reasons


def test_somebody_new_is_folded_in_as_in_lesson_08():
    model = EmbeddingFactorization(n_factors=3, n_epochs=10).fit(RATINGS)
    twin = MatrixFactorization(n_factors=3, n_epochs=1).fit(RATINGS)
    for name in ("mean_", "user_bias_", "item_bias_", "user_factors_", "item_factors_"):
        setattr(twin, name, getattr(model, name))
    assert (model.fold_in([10, 12], [5.0, 1.0]) == twin.fold_in([10, 12], [5.0, 1.0])).all()


def test_reasons_are_the_mean_both_biases_and_each_factor():
    model = EmbeddingFactorization(n_factors=2).fit(paper())
    reasons = model.explain(1, 104)
    assert reasons["reason"].tolist() == ["the mean of all ratings", "this member", "this film", "factor 1", "factor 2"]
    assert reasons["contribution"].sum() == pytest.approx(model.scores(1)[0, 3], abs=1e-5)


def test_on_paper_the_films_of_each_group_lie_on_their_own_side():
    model = EmbeddingFactorization(n_factors=1, n_epochs=300, regularization=0.02).fit(paper())
    alien, blade_runner, clueless, dirty_dancing, _ = model.item_factors_[:, 0]
    assert alien * blade_runner > 0 > alien * clueless and clueless * dirty_dancing > 0


# The lesson


def test_the_lessons_lines_of_the_article_are_the_articles():
    [cell] = [one for one in pages.lessons()["14"]["cells"] if "article" in one["metadata"].get("tags", [])]
    fixture = (pages.ROOT / "tests" / "article" / "network.py.txt").read_text(encoding="utf-8")
    assert "".join(cell["source"]) in fixture


def test_what_the_lesson_shows_of_pytorch_looks_up_the_same_row():
    pytest.importorskip("torch")
    lesson = pages.source_of(pages.lessons()["14"])
    [block] = [block for block in pages.fenced(lesson) if "torch" in block]
    names = {"table": np.arange(10.0).reshape(5, 2)}
    exec(block, names)
    assert names["row"].detach().numpy().tolist() == [[4.0, 5.0]]
    with pytest.raises(IndexError):
        names["layer"](names["torch"].tensor([-1]))
