import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.metrics import mean_absolute_error, recall_score, root_mean_squared_error
from sklearn.metrics.pairwise import cosine_similarity

from course_lib import board, datasets, evaluation, splits
from course_lib.baselines import BiasModel, Popularity
from course_lib.content_recommender import ContentRecommender
from course_lib.errors import DataError, UnknownId
from course_lib.networks import Network
from course_lib.recommender import Recommender
from tests.needs import real_data
from tests.toy import from_matrix, paper, quick, random_ratings
from tools import board as board_tool

N = np.nan


class Fixed(Recommender):
    """Scores films as it is told."""

    predicts_stars = False

    def __init__(self, order=(4, 3, 2, 1, 0)):
        self.order = order

    def _fit(self, ratings):
        pass

    def _scores(self, users):
        return np.tile(np.array(self.order, dtype=float), (len(users), 1))


def by_hand():
    """Train: film 1. Held out: member 1 likes films 2 and 5, member 2 film 3, member 3 none."""
    every = from_matrix(np.array([[3, 4, N, N, 5], [3, N, 4.5, N, 2], [3, 3, N, N, N]], dtype=float))
    train = every.items == 0
    return splits.Split(every.rows(train), every.rows(~train), every.rows(~train))


def test_liked_films_among_the_first_two_by_hand():
    split = by_hand()
    model = Fixed().fit(split.train)  # lists films 2 and 3, since film 1 has been seen
    shares = evaluation.liked_in_top(model, split, n=2)
    assert shares.to_dict() == {1: 0.5, 2: 1.0}
    assert shares.name == "liked films in the first 2" and shares.index.name == "userId"
    assert evaluation.liked_in_top(model, split, n=1).to_dict() == {1: 0.5, 2: 0.0}
    assert evaluation.liked_in_top(model, split, n=20).to_dict() == {1: 1.0, 2: 1.0}
    assert evaluation.liked_in_top(model, split, n=4, at_least=5).to_dict() == {1: 1.0}
    assert evaluation.liked_in_top(model, split, n=2, at_least=2).to_dict() == {1: 0.5, 2: 0.5, 3: 1.0}


def test_the_share_is_the_recall_of_scikit_learn():
    split = splits.within_users(random_ratings(n_users=40, n_items=30), seed=3)
    model = Popularity().fit(split.train)
    shares = evaluation.liked_in_top(model, split, n=5)
    listed, _ = model.recommend_all(5)
    for user, share in shares.items():
        mine = split.validation.users == split.validation.user_index(user)
        liked = np.isin(np.arange(30), split.validation.items[mine & (split.validation.values >= 4)])
        assert share == pytest.approx(recall_score(liked, np.isin(np.arange(30), listed[user - 1])))


def test_a_model_is_not_measured_on_ratings_that_it_knows():
    split = splits.within_users(random_ratings())
    knows = Popularity().fit(split.train_and_validation)
    with pytest.raises(DataError, match="ratings that it is to be measured on. Fit it on split.train for the"):
        evaluation.liked_in_top(knows, split)
    assert len(evaluation.liked_in_top(knows, split, part="test"))
    liked = Popularity().fit(split.train_and_validation.liked())  # what was not liked still counts as seen
    with pytest.raises(DataError, match="ratings that it is to be measured on"):
        evaluation.liked_in_top(liked, split)


def test_a_part_that_is_not_there_other_members_or_no_likes_are_refused_in_a_sentence():
    ratings = random_ratings()
    split = splits.random_split(ratings)
    model = Popularity().fit(split.train)
    with pytest.raises(DataError, match="has no part 'validation'"):
        evaluation.liked_in_top(model, split)
    with pytest.raises(DataError, match="has no part 'train'"):
        evaluation.liked_in_top(model, split, part="train")
    with pytest.raises(DataError, match="Nobody gave 6 stars or more in the test part"):
        evaluation.liked_in_top(model, split, at_least=6, part="test")
    with pytest.raises(DataError, match="fitted on other members or films"):
        evaluation.liked_in_top(Popularity().fit(paper()), split, part="test")


def test_over_folds_every_liked_film_is_asked_about_once():
    ratings = random_ratings(n_users=40, n_items=30)
    shares = evaluation.liked_in_folds(Popularity(), ratings, k=4, n=5, seed=2)
    found, wanted = np.zeros(40), np.bincount(ratings.users[ratings.values >= 4], minlength=40)
    for fold in splits.k_fold(ratings, 4, seed=2):
        one = evaluation.liked_in_top(Popularity().fit(fold.train), fold, n=5, part="test")
        liked = np.bincount(fold.test.users[fold.test.values >= 4], minlength=40)
        found[one.index - 1] += one * liked[one.index - 1]
    assert shares.index.tolist() == (np.flatnonzero(wanted) + 1).tolist()
    assert shares.to_numpy() == pytest.approx(found[wanted > 0] / wanted[wanted > 0])
    with pytest.raises(DataError, match="Nobody gave 6 stars"):
        evaluation.liked_in_folds(Popularity(), ratings, at_least=6)


def test_folds_keep_the_hyperparameters_and_leave_the_model_alone():
    ratings = random_ratings(n_users=40, n_items=30)
    model = ContentRecommender(fields={"directors": 1.0}, choice=0.0)
    first = evaluation.liked_in_folds(model, ratings, n=5)
    assert not hasattr(model, "ratings_")
    assert not first.equals(evaluation.liked_in_folds(ContentRecommender(), ratings, n=5))


def test_the_interval_of_a_mean_is_scipys_percentile_bootstrap():
    values = np.random.default_rng(1).exponential(size=300)
    ours = evaluation.mean_interval(values)
    theirs = scipy.stats.bootstrap((values,), np.mean, method="percentile", n_resamples=20_000, rng=5)
    assert ours.value == pytest.approx(values.mean())
    assert (ours.low, ours.high) == pytest.approx(theirs.confidence_interval, abs=0.01)  # its width is 0.22
    assert evaluation.mean_interval(values) == ours != evaluation.mean_interval(values, seed=1)
    assert str(evaluation.Interval(0.12345, -0.1, 0.5)) == "0.123 [-0.100, 0.500]"


def test_drawing_in_batches_changes_nothing(monkeypatch):
    values = np.random.default_rng(1).normal(size=50)
    at_once = evaluation.mean_interval(values)
    monkeypatch.setattr("course_lib.intervals.DRAWS_AT_ONCE", 77)
    assert evaluation.mean_interval(values) == at_once


@quick
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30))
def test_an_interval_lies_within_the_values(values):
    interval = evaluation.mean_interval(values, n_resamples=50)
    assert min(values) - 1e-9 <= interval.low <= interval.high <= max(values) + 1e-9


def test_a_paired_interval_is_narrower_than_members_differ():
    rng = np.random.default_rng(0)
    easy = rng.normal(scale=10, size=200)  # what makes a member easy for every model
    values = pd.Series(easy + 1 + rng.normal(scale=0.1, size=200))
    paired = evaluation.difference_interval(values, pd.Series(easy))
    assert paired.low > 0.95 and paired.high < 1.05
    alone = evaluation.mean_interval(values)
    assert alone.high - alone.low > 2


def test_values_of_different_members_are_not_subtracted():
    values = pd.Series([1.0, 2.0], index=[1, 2])
    with pytest.raises(DataError, match="These values are of different members"):
        evaluation.difference_interval(values, values.set_axis([1, 3]))
    with pytest.raises(DataError, match="There are 2 and 1 values"):
        evaluation.difference_interval([1.0, 2.0], [1.0])


@pytest.mark.parametrize("values", [[], [1.0, N], [[1.0]], 3.0])
def test_an_interval_of_nothing_is_refused_in_a_sentence(values):
    with pytest.raises(DataError, match="An interval needs one number a member"):
        evaluation.mean_interval(values)


def test_an_interval_over_ratings_draws_members():
    # Two members with one rating each, one with two: resampled ratios are means weighted by ratings.
    interval = evaluation.ratio_interval([1.0, 0.0, 4.0], [1, 1, 2])
    assert interval == (5 / 4, 0.0, 2.0)
    equal = np.random.default_rng(0).normal(size=40)
    assert evaluation.ratio_interval(equal * 3, np.full(40, 3)) == pytest.approx(evaluation.mean_interval(equal))
    with pytest.raises(DataError, match="give a share such as 0.95"):
        evaluation.ratio_interval([1.0], [1], level=95)


@quick
@given(st.integers(0, 1000))
def test_alike_is_the_mean_of_scikit_learns_cosines_over_all_pairs(seed):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(12, 4)) * (rng.random((12, 1)) > 0.2)  # some films without a vector
    lists = np.array([rng.permutation(12)[:5] for _ in range(3)])
    lists[1, 3:] = -1
    expected = []
    for row in lists:
        cosines = cosine_similarity(vectors[row[row >= 0]])
        expected.append(cosines[np.triu_indices(len(cosines), 1)].mean())
    assert evaluation.alike(lists, vectors) == pytest.approx(expected, abs=1e-12)
    assert evaluation.alike(lists, sparse.csr_matrix(vectors)) == pytest.approx(expected, abs=1e-12)


def test_two_equal_films_are_alike_and_a_list_of_one_has_no_pairs():
    vectors = np.array([[1.0, 0.0], [3.0, 0.0], [0.0, 2.0]])
    assert evaluation.alike([0, 1], vectors) == 1.0
    assert type(evaluation.alike([0, 2], vectors)) is float and evaluation.alike([0, 2], vectors) == 0.0
    assert np.isnan(evaluation.alike([[0, -1], [-1, -1]], vectors)).all()


def test_a_row_of_the_board_is_what_scikit_learn_measures_on_the_test_part():
    ratings = random_ratings(n_users=60, n_items=30)
    data = datasets.Dataset("toy", False, ratings, ratings.films, None, None)
    split = splits.within_users(ratings, validation=0.2, test=0.2, seed=0)
    best = evaluation.choose(BiasModel(), split, evaluation.BOARD["BiasModel"].grid).attrs["best"]
    model = BiasModel(**best).fit(split.train_and_validation)
    predicted = model.predict(ratings.user_ids[split.test.users], ratings.item_ids[split.test.items])
    row = evaluation.board_row("BiasModel", data).set_index("measured")
    assert row.loc["RMSE", "value"] == pytest.approx(root_mean_squared_error(split.test.values, predicted))
    assert row.loc["MAE", "value"] == pytest.approx(mean_absolute_error(split.test.values, predicted))
    assert (row["low"] < row["value"]).all() and (row["value"] < row["high"]).all()
    assert row.attrs["model"].damping == best["damping"]
    lists = evaluation.board_row("ContentRecommender", data)
    content = ContentRecommender().fit(split.train_and_validation)
    ndcg = evaluation.member_measures(content, split, part="test", measures=("ndcg",))["ndcg"]
    assert lists["value"].tolist() == [evaluation.liked_in_top(content, split, part="test").mean(), ndcg.mean()]
    assert lists.columns.tolist() == ["model", "lesson", "measured", "value", "low", "high"]


def test_what_was_chosen_before_gives_the_same_row_without_choosing_again(monkeypatch):
    row = evaluation.board_row("BiasModel")
    monkeypatch.setattr(board, "choose", None)
    again = evaluation.board_row("BiasModel", chosen={"damping": row.attrs["model"].damping})
    assert again.to_dict() == row.to_dict()
    for wrong in ({"damping": 3}, {}, {"dampening": 5}):
        with pytest.raises(DataError, match="The board chooses BiasModel from .*, and .* is not among these settings"):
            evaluation.board_row("BiasModel", chosen=wrong)


def test_a_model_that_the_board_does_not_have_is_named():
    with pytest.raises(UnknownId, match="The board has no model 'Magic'. It has Popularity, "):
        evaluation.board_row("Magic")


def test_a_board_that_has_not_been_made_is_asked_for(monkeypatch, tmp_path):
    monkeypatch.setattr(board, "BOARD_FILE", tmp_path / "board.csv")
    with pytest.raises(DataError, match="Run make board"):
        evaluation.leaderboard()


@pytest.mark.parametrize("name", evaluation.BOARD)
def test_the_stored_board_is_what_is_computed_now(name):
    stored = evaluation.leaderboard()
    stored = stored[stored["model"] == name].reset_index(drop=True)
    live = evaluation.board_row(name)
    same = stored[["lesson", "measured"]].equals(live[["lesson", "measured"]])
    numbers = ["value", "low", "high"]
    # Networks end a little elsewhere with another number of threads and oneDNN: seen up to 0.0012.
    near = 0.003 if isinstance(live.attrs["model"], Network) else 2e-6
    assert same and np.allclose(stored[numbers], live[numbers], atol=near), (
        f"the rows of {name} are old: run make board"
    )


def test_the_stored_board_has_the_models_of_the_registry_in_its_order():
    assert evaluation.leaderboard()["model"].unique().tolist() == list(evaluation.BOARD), "run make board"


def test_the_stored_board_is_of_the_data_that_ships():
    of_data = board_tool.stored(board.BOARD_FILE)["data"].unique().tolist()
    assert of_data == [board_tool.fingerprint_of(datasets.load("matinee"))], "the shipped data is new: run make board"


@pytest.fixture
def small_board(monkeypatch, tmp_path):
    """A board of two models on toy data, in a folder of its own."""
    ratings = random_ratings(n_users=40)
    data = datasets.Dataset("matinee", True, ratings, ratings.films, None, None)
    monkeypatch.setattr(datasets, "load", lambda name=None: data)
    monkeypatch.setattr(board, "BOARD_FILE", tmp_path / "benchmarks" / "board.csv")
    entries = {name: evaluation.BOARD[name] for name in ("Popularity", "GlobalMean")}
    monkeypatch.setattr(board, "BOARD", entries)
    return board.BOARD_FILE


def test_making_the_board_computes_what_is_out_of_date_and_nothing_else(small_board, capsys, monkeypatch):
    assert board_tool.main(["--check"]) == 1 and "out of date for Popularity, GlobalMean" in capsys.readouterr().out
    assert board_tool.main([]) == 0 and board_tool.main(["--check"]) == 0
    assert capsys.readouterr().out.count("computing") == 2
    first = small_board.read_bytes()
    assert board_tool.main([]) == 0 and "computing" not in capsys.readouterr().out
    assert small_board.read_bytes() == first
    small_board.write_bytes(first.replace(b"GlobalMean,4,MAE", b"GlobalMean,4,MAD"))
    assert board_tool.main([]) == 0 and capsys.readouterr().out.count("computing") == 1
    assert small_board.read_bytes() == first
    monkeypatch.setattr(board_tool, "fingerprint_of", lambda data: "other data")
    assert board_tool.main(["--check"]) == 1 and "Popularity, GlobalMean" in capsys.readouterr().out


def test_the_code_behind_a_row_is_the_models_own_and_not_that_of_other_models():
    behind = {path.name for path in board_tool.files_behind("ContentRecommender")}
    assert {"content_recommender.py", "features.py", "measures.py", "comparison.py", "ratings.py", "top_n.py"} <= behind
    assert "baselines.py" not in behind and "plotting.py" not in behind
    assert "baselines.py" in {path.name for path in board_tool.files_behind("GlobalMean")}


def test_line_ends_do_not_change_a_hash(tmp_path):
    unix, windows = tmp_path / "a" / "x.py", tmp_path / "b" / "x.py"
    for path, text in ((unix, b"a\nb\n"), (windows, b"a\r\nb\r\n")):
        path.parent.mkdir()
        path.write_bytes(text)
    assert board_tool.fingerprint([unix]) == board_tool.fingerprint([windows])
    windows.write_bytes(b"a\nc\n")
    assert board_tool.fingerprint([unix]) != board_tool.fingerprint([windows])


@pytest.mark.parametrize("name", evaluation.BOARD)
def test_the_stored_figures_of_real_members_are_what_the_models_give(name, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(real_data().parent))
    live = evaluation.board_row(name, datasets.load("ml-latest-small"))
    stored = evaluation.leaderboard(real_members=True).query("model == @name")
    assert live["measured"].tolist() == stored["measured"].tolist(), "run make real"
    np.testing.assert_allclose(live[["value", "low", "high"]], stored[["value", "low", "high"]], atol=5e-6)
