import numpy as np

from course_lib import paper


def test_the_table_with_holes_is_the_full_one_where_somebody_rated():
    there = paper.TABLE.notna()
    assert (paper.TABLE[there] == paper.FULL[there])[there].sum().sum() == there.sum().sum() == 24
    assert paper.FULL.notna().all(axis=None)


def test_two_tastes_are_nearly_all_of_the_full_table():
    values = np.linalg.svd(paper.FULL.to_numpy(), compute_uv=False)
    assert (values[:2] ** 2).sum() / (values**2).sum() > 0.97
    tastes = paper.FULL.to_numpy()
    assert (tastes[:3, :2] >= 4).all() and (tastes[3:, 2:4] >= 4).all()
    assert (tastes[:3, 2:4] <= 2).all() and (tastes[3:, :2] <= 2).all()


def test_the_table_as_ratings_has_a_row_for_each_number():
    ratings = paper.ratings()
    assert len(ratings) == 24 and len(paper.ratings(paper.FULL)) == 30
    assert ratings.csr.toarray()[1].tolist() == [4, 5, 0, 2, 4]
    assert ratings.films["title"].tolist()[0] == "Alien (1979)" and ratings.user_ids.tolist() == [1, 2, 3, 4, 5, 6]
