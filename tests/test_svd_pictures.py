import numpy as np
import pandas as pd
import pytest

from course_lib import paper, plotting, svd_pictures

HOLES = paper.TABLE.isna().to_numpy()
MEMBERS, FILMS = [f"member {m}" for m in paper.TABLE.index], list(paper.TABLE.columns)


@pytest.fixture(autouse=True)
def closed():
    yield
    plotting.plt.close("all")


def test_each_hole_has_a_frame_and_each_cell_its_stars():
    tables = {"given": np.where(HOLES, 0, paper.FULL), "found": paper.FULL.to_numpy() - 0.04}
    fig = svd_pictures.filled_tables(tables, HOLES, MEMBERS, FILMS, "What comes back")
    assert [len(ax.patches) for ax in fig.axes] == [6, 6] and [len(ax.texts) for ax in fig.axes] == [30, 30]
    described = plotting.describe(fig)
    assert described.startswith("What comes back\ngiven |") and "found |" in described


def test_nothing_is_written_as_minus_zero():
    fig = svd_pictures.filled_tables(
        {"found": np.full((1, 1), -0.04)}, np.ones((1, 1), bool), ["member 1"], ["Up"], "T"
    )
    assert [text.get_text() for text in fig.axes[0].texts] == ["0.0"]
    fig = svd_pictures.correlations({"raw": np.full((1, 1), -0.04)}, {"raw": ["axis 1"]}, ["dark"], "Title")
    assert [text.get_text() for text in fig.axes[0].texts] == ["0.0"]


def test_the_best_number_of_factors_is_named_and_the_baseline_drawn_where_it_fits():
    zeros, means = pd.Series([3.0, 2.9, 3.1], [1, 2, 4]), pd.Series([0.95, 0.92, 0.93], [1, 2, 4])
    panels = {"holes with 0": {"zeros": zeros}, "with means": {"film's mean": means}}
    fig = svd_pictures.error_by_factors(panels, {"biases": 0.88}, "Title")
    words = [[text.get_text() for text in ax.texts] for ax in fig.axes]
    assert words == [["zeros\nbest: 2.900 with 2"], ["film's mean\nbest: 0.920 with 2", "biases"]]


def test_an_axis_names_the_films_at_both_ends_the_most_extreme_first():
    fig = svd_pictures.axis([0.6, 0.4, -0.5, -0.7, 0.1], FILMS, "One axis", n=2)
    words = [text.get_text() for text in fig.axes[0].texts]
    assert words == ["Dirty Dancing", "Clueless", "Alien", "Blade Runner"]
    assert "all films: 5 values" in plotting.describe(fig)


def test_correlations_stand_in_squares_with_the_names_of_both_sides():
    tables = {"before": np.eye(2) * 0.5, "after": np.eye(2) * 0.9}
    rows = {"before": ["axis 1", "axis 2"], "after": ["dark", "funny"]}
    fig = svd_pictures.correlations(tables, rows, ["dark", "funny"], "Rotated")
    assert [[label.get_text() for label in ax.get_yticklabels()] for ax in fig.axes] == list(rows.values())
    assert "words: 0.9; 0.0; 0.0; 0.9" in plotting.describe(fig)
