"""The pictures of lesson 06 hold the numbers that they were given."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from course_lib import low_rank, low_rank_pictures, paper, plotting

R = paper.FULL.to_numpy()
MEMBERS, FILMS = [f"member {m}" for m in paper.FULL.index], list(paper.FULL.columns)


@pytest.fixture(autouse=True)
def close_all():
    yield
    plt.close("all")


def words(fig):
    return [text.get_text() for ax in fig.axes for text in ax.texts]


def test_an_outer_product_shows_both_lists_and_every_product():
    fig = low_rank_pictures.outer_product([4, 2], [1, 0.5, 0], ["a", "b"], ["x", "y", "z"], "A title")
    assert words(fig) == ["4", "2", "0", "2", "1", "0", "4", "2", "1", "0.5", "0", "p x q"]
    assert plotting._cut_off(fig) is None


def test_each_rank_has_a_panel_with_its_stars():
    p, q = low_rank.truncated_svd(R, 2)
    fig = low_rank_pictures.ranks({"R": R, "rank 2": p @ q.T}, MEMBERS, FILMS, "A title")
    assert [ax.get_title("left") for ax in fig.axes] == ["R", "rank 2"]
    assert words(fig)[:30] == [f"{stars:.1f}" for stars in R.ravel()]
    assert plotting._cut_off(fig) is None


def test_every_start_is_a_line_above_the_floor():
    errors = 1 + 1 / np.arange(1, 6) * np.array([[1], [2]])
    fig = low_rank_pictures.descents(errors, 1.0, "A title", "the floor")
    lines = [line.get_ydata() for line in fig.axes[0].lines]
    assert np.allclose(lines[:2], errors) and np.allclose(lines[2], 1.0)


@pytest.mark.parametrize("hidden", [[0.9, 0.5, 0.7], [1.0, 1.01, 1.02]])
def test_both_errors_and_the_one_number_are_drawn_over_the_rank(hidden):
    table = pd.DataFrame({"visible": [0.9, 0.6, 0.2], "hidden": hidden, "one number": 1.0}, index=[1, 5, 20])
    fig = low_rank_pictures.two_errors({"first": table, "second": table}, ("stars", "stars"), "A title")
    for ax in fig.axes:
        drawn = {line.get_label(): line.get_ydata().tolist() for line in ax.lines}
        assert drawn == {name: table[name].tolist() for name in table}
        assert sorted(text.get_text() for text in ax.texts) == sorted(table)


def test_films_on_one_point_share_a_name_and_members_are_numbers_where_they_are():
    p, q = low_rank.truncated_svd(R, 2)
    fig = low_rank_pictures.planes({"": (p, q)}, FILMS, "A title")
    assert set(words(fig)) == {*"123456", "Alien", "Blade Runner", "Clueless,\nDirty Dancing", "Up"}
    places = {text.get_text(): text.get_position() for text in fig.axes[0].texts}
    assert np.allclose([places[number] for number in "123456"], p / 8)
    assert plotting._cut_off(fig) is None


def test_a_plane_holds_zero_and_every_member_and_film_of_every_panel():
    p, q = low_rank.truncated_svd(R, 2)
    fig = low_rank_pictures.planes({"there": (p, q), "turned": (-p, -q)}, FILMS, "A title")
    for ax in fig.axes:
        left, right, low, high = *ax.get_xlim(), *ax.get_ylim()
        for points in (p / 8, q, -p / 8, -q, np.zeros((1, 2))):
            assert (points > (left, low)).all() and (points < (right, high)).all()
