"""What lesson 09 says of other people's measures: its lines run, and the same name is not always the same number."""

import re

import numpy as np
import pytest
from scipy import sparse

from course_lib import list_metrics
from tests import pages


def test_the_lines_of_lesson_09_run_and_give_the_numbers_of_this_course():
    pytest.importorskip("pytrec_eval", reason="pytrec_eval has no wheel here")
    lesson = pages.lessons().get("09")
    if lesson is None:
        pytest.skip("lesson 09 is not there")
    [block] = [code for code in pages.fenced(pages.source_of(lesson)) if "pytrec_eval" in code]
    *lines, last = block.strip().splitlines()
    names = {}
    exec("\n".join(lines), names)
    theirs = eval(last, names)["1"]
    films = sorted({*names["qrel"]["1"], *names["run"]["1"]})
    listed = sorted(names["run"]["1"], key=names["run"]["1"].get, reverse=True)
    items = [[films.index(film) for film in listed] + [-1] * (20 - len(listed))]
    wanted = [films.index(film) for film in names["qrel"]["1"]]
    ours = list_metrics.at_k(items, (np.zeros(len(wanted), dtype=int), wanted), 20).iloc[0]
    assert ours["recall"] == pytest.approx(theirs["recall_20"]) == 1 / 2
    assert ours["ndcg"] == pytest.approx(theirs["ndcg_cut_20"])
    asked = set(re.findall(r"`(P_20|recall_20|map_cut_20|recip_rank|ndcg_cut_20)`", pages.source_of(lesson)))
    assert len(asked) == 5


def test_the_precision_of_implicit_divides_by_the_liked_films_where_these_are_fewer():
    evaluation = pytest.importorskip("implicit.evaluation", reason="implicit has no wheel here")
    als = pytest.importorskip("implicit.als")
    rng, k = np.random.default_rng(0), 5
    known, liked = rng.random((8, 12)) < 0.3, rng.random((8, 12)) < 0.15
    train, test = (sparse.csr_matrix(table, dtype=np.float32) for table in (known, liked & ~known))
    model = als.AlternatingLeastSquares(factors=2, random_state=0, num_threads=1)
    model.fit(train, show_progress=False)
    theirs = evaluation.ranking_metrics_at_k(model, train, test, K=k, show_progress=False, num_threads=1)
    items, n_liked = model.recommend(np.arange(8), train, N=k)[0], np.diff(test.indptr)
    ours = list_metrics.precision_at_k(items, test.nonzero(), k)
    n_liked = n_liked[ours.index]
    assert 0 < n_liked.max() and (n_liked < k).any()
    assert theirs["precision"] == pytest.approx((ours * k).sum() / np.minimum(n_liked, k).sum())
    assert theirs["precision"] > ours.mean() + 0.1
