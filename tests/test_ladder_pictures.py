from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from course_lib import datasets, evaluation, plotting
from course_lib.errors import DataError
from course_lib.intervals import Interval
from course_lib.ladder_pictures import ladder

ROWS = {"GlobalMean": Interval(1.04, 1.02, 1.06), "BiasModel": Interval(0.87, 0.86, 0.88)}
TRUTH = SimpleNamespace(floor=0.707, floor_day_known=0.704)
ALT = "Dots with intervals, one a model, from the worst to the best"


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def lines(ax):
    return {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}


def words(fig):
    return " ".join(text.get_text() for ax in fig.axes for text in ax.texts)


def test_each_model_has_a_line_from_low_to_high_and_its_value_in_words():
    fig = ladder(ROWS, title="Biases are better")
    [ax] = fig.axes
    assert lines(ax)["BiasModel"].get_xdata().tolist() == [0.86, 0.88]
    assert [line.get_xdata().tolist() for line in ax.lines if line.get_label() == "_value"] == [[1.04], [0.87]]
    assert "1.040" in words(fig) and "0.870" in words(fig)
    assert fig.get_suptitle() == "Biases are better"


def test_the_first_model_is_on_top():
    [ax] = ladder(ROWS).axes
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["GlobalMean", "BiasModel"]
    bottom, top = ax.get_ylim()
    assert bottom > 1 > 0 > top


def test_frames_of_the_board_and_of_a_comparison_are_drawn_as_intervals_are():
    by_index = pd.DataFrame({name: list(interval) for name, interval in ROWS.items()}, index=Interval._fields).T
    by_column = by_index.rename_axis("model").reset_index().assign(lesson=4, measured="RMSE")
    described = {plotting.describe(ladder(rows)) for rows in (ROWS, by_index, by_column)}
    assert len(described) == 1


def test_the_floor_has_two_readings_and_is_in_the_picture():
    fig = ladder(ROWS, floor=TRUTH)
    [ax] = fig.axes
    drawn = lines(ax)
    assert drawn["floor"].get_xdata()[0] == 0.707 and drawn["floor, the day known"].get_xdata()[0] == 0.704
    assert {line.get_linestyle() for name, line in drawn.items() if "floor" in name} == {":"}
    assert "0.707" in words(fig) and "0.704" in words(fig)
    left, right = ax.get_xlim()
    assert left < 0.704 and right > 1.06


@pytest.mark.parametrize("floor", [None, datasets.Unknown()])
def test_a_floor_that_nobody_knows_is_not_drawn(floor):
    fig = ladder(ROWS, floor=floor)
    assert set(lines(fig.axes[0])) == set(ROWS) and "best possible" not in words(fig)


def test_real_members_get_a_panel_of_their_own_with_the_same_lines_and_no_floor():
    real = {"BiasModel": Interval(0.86, 0.84, 0.89), "KNN": Interval(0.85, 0.83, 0.87)}
    fig = ladder(ROWS, floor=TRUTH, real=real)
    here, there = fig.axes
    assert "floor" in lines(here) and "floor" not in lines(there)
    places = [lines(ax)["BiasModel"].get_ydata()[0] for ax in (here, there)]
    assert places == [1, 1] and lines(there)["KNN"].get_ydata()[0] == 2
    assert here.get_ylim() == there.get_ylim() and here.get_xlim() == there.get_xlim()  # one ruler for both
    assert "simulated" in here.get_title("left") and "real" in there.get_title("left")


def test_a_followed_model_stands_out():
    [ax] = ladder(ROWS, follow=["BiasModel"]).axes
    colors = {name: line.get_color() for name, line in lines(ax).items()}
    assert colors == {"GlobalMean": plotting.BLUE, "BiasModel": plotting.VERMILLION}


@pytest.mark.parametrize("n", [1, 3, 12])
@pytest.mark.parametrize("real", [False, True])
def test_no_word_runs_over_the_edge(n, real, monkeypatch):
    monkeypatch.setattr(plotting, "display", lambda bundle, raw: None)
    values = np.linspace(1.04, 0.75, n)
    rows = {f"Model number {k} of them": Interval(v, v - 0.02, v + 0.02) for k, v in enumerate(values)}
    title = "Every rung of the ladder is lower than the one above it, and none is below the floor, as it has to be"
    plotting.show(ladder(rows, TRUTH, title, rows if real else None), ALT)  # raises when words are cut off


def test_the_board_can_be_drawn_one_measure_at_a_time():
    board = evaluation.leaderboard()
    stars = board[board["measured"] == "RMSE"]
    assert set(stars["model"]) <= set(lines(ladder(stars).axes[0]))
    with pytest.raises(DataError, match="GlobalMean is there twice. Draw one measure at a time"):
        ladder(board[board["lesson"] == 4])


def test_nothing_to_draw_is_said():
    with pytest.raises(DataError, match="There is no model to draw"):
        ladder({})
