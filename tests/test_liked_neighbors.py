import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.metrics.pairwise import cosine_similarity

from course_lib import evaluation
from course_lib.baselines import Popularity
from course_lib.datasets import load
from course_lib.errors import DataError
from course_lib.liked_neighbors import LikedItemKNN
from tests.toy import from_matrix, quick, random_ratings

N = np.nan


def test_by_hand_two_films_that_the_same_two_of_three_members_chose():
    ratings = from_matrix(np.array([[5, 5, N, N, N], [5, 5, N, N, N], [N, 5, 5, N, N]], dtype=float))
    model = LikedItemKNN().fit(ratings)
    between = model.neighbors_.toarray()
    assert between[0, 1] == pytest.approx(2 / np.sqrt(2 * 3)) and between[1, 2] == pytest.approx(1 / np.sqrt(3))
    assert between[0, 2] == 0 and (np.diag(between) == 0).all()
    assert model.scores(1)[0, 2] == pytest.approx(1 / np.sqrt(3))
    halved = LikedItemKNN(shrinkage=2.0).fit(ratings).neighbors_.toarray()
    assert halved[0, 1] == pytest.approx(between[0, 1] / 2)


@quick
@given(st.integers(0, 1000), st.integers(1, 25))
def test_similarities_are_the_largest_cosines_of_scikit_learn(seed, k):
    ratings = random_ratings(n_users=25, n_items=15, seed=seed)
    model = LikedItemKNN(n_neighbors=k).fit(ratings)
    cosines = cosine_similarity(model.history_.toarray().T)
    np.fill_diagonal(cosines, 0)
    kept = model.neighbors_.toarray()
    assert (np.count_nonzero(kept, axis=1) <= k).all()
    for row, expected in zip(kept, cosines, strict=True):
        assert np.sort(row)[::-1][:k] == pytest.approx(np.sort(expected)[::-1][:k], abs=1e-6)
    there = kept > 0
    assert kept[there] == pytest.approx(cosines[there], abs=1e-6)


@pytest.mark.parametrize("k", [30, 600])
def test_neighbours_and_scores_are_those_of_implicit(k):
    implicit = pytest.importorskip("implicit.nearest_neighbours")
    ours = LikedItemKNN(n_neighbors=k).fit(evaluation.board_split(load("matinee").ratings).train.liked())
    theirs = implicit.CosineRecommender(K=k + 1)  # a film is its own neighbour there
    theirs.fit(sparse.csr_matrix(ours.history_.astype(np.float64)), show_progress=False)
    similarities = sparse.csr_matrix(theirs.similarity)
    similarities.setdiag(0)
    # Of equally near films each side may keep another; how near the kept ones are is the same.
    assert -np.sort(-similarities.toarray(), axis=1) == pytest.approx(
        -np.sort(-ours.neighbors_.toarray(), axis=1), abs=1e-6
    )
    if k == 600:  # all of them
        scores = ours.history_[:200] @ similarities
        busy = np.diff(ours.history_.indptr)[:200] > 0
        mine = ours.scores(ours.ratings_.user_ids[:200])
        assert mine[busy] == pytest.approx(np.asarray(scores.todense())[busy], rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("shrinkage", [0.0, 3.0])
def test_neighbours_are_those_of_a_table_of_all_pairs(shrinkage):
    ratings = random_ratings(n_users=90, n_items=150, density=0.2)
    X = (ratings.csr.toarray() > 0).astype(np.float64)
    both, lengths = X.T @ X, np.sqrt(np.maximum(X.sum(axis=0), 1))
    alike = both / lengths[:, np.newaxis] / lengths * (both / np.maximum(both + shrinkage, 1))
    np.fill_diagonal(alike, 0)
    alike = alike.astype(np.float32)
    nearest = np.argsort(-alike, axis=1, kind="stable")[:, :7]
    expected = np.zeros_like(alike)
    np.put_along_axis(expected, nearest, np.take_along_axis(alike, nearest, axis=1), axis=1)
    assert (LikedItemKNN(n_neighbors=7, shrinkage=shrinkage).fit(ratings).neighbors_.toarray() == expected).all()


def test_it_beats_popularity_on_the_shipped_data():
    split = evaluation.board_split(load("matinee").ratings)
    liked = split.train.liked()
    models = {"popularity": Popularity().fit(liked), "neighbours": LikedItemKNN().fit(liked)}
    row = evaluation.rank(models, split, measures=("ndcg",)).loc["ndcg"].loc["neighbours"]
    assert row["difference_low"] > 0


def test_impossible_settings_are_refused():
    for settings in ({"n_neighbors": 0}, {"shrinkage": -1.0}):
        with pytest.raises(DataError, match="LikedItemKNN has"):
            LikedItemKNN(**settings).fit(random_ratings())
