"""The parts of `make bench` that run without its peers. Nothing here measures time: a busy machine fails no test."""

import ast
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.speed import big, data, growth, machine, reasons, report, rows, table

SMALL = big.Shape(300, 240, 9_000)
FOLDER = Path(report.__file__).parent


@pytest.fixture(scope="module")
def generated():
    return big.generate(SMALL, seed=3)


def line(**changes):
    """A line of the table as a comparison leaves it."""
    found = {
        "fit_ours": [2.0, 1.0, 9.0], "fit_theirs": [6.0, 5.0, 7.0], "use_ours": [0.01], "use_theirs": [0.5],
        "accuracy_ours": [0.8, 0.9], "accuracy_theirs": [0.85, None], "load": 1.25, "clock": "wall",
        "n_ratings": 1000, "n_users": 10, "n_items": 20,
    }  # fmt: skip
    row = rows.ROWS["sgd-cornac"]
    return table.empty(row, row.cases[0], 1) | table.filled(row, found) | changes


def test_simulated_ratings_have_the_shape_that_was_asked_for(generated):
    users, items, values = generated
    assert len(users) == len(items) == len(values) == SMALL.n_ratings
    assert (users.dtype, items.dtype, values.dtype) == (np.int32, np.int32, np.float32)
    assert set(users) == set(range(SMALL.n_users)) and 0 <= items.min() and items.max() < SMALL.n_items
    assert np.bincount(users).min() >= big.FEWEST
    assert set(2 * values) <= set(range(1, 11))


def test_simulated_ratings_stand_by_member_and_film_and_none_twice(generated):
    users, items, _ = generated
    assert (np.diff(users.astype(np.int64) * SMALL.n_items + items) > 0).all()


def test_the_same_seed_gives_the_same_ratings_and_another_one_others(generated):
    again, other = big.generate(SMALL, seed=3), big.generate(SMALL, seed=4)
    assert all(np.array_equal(one, two) for one, two in zip(generated, again, strict=True))
    assert not np.array_equal(generated[1], other[1]) and not np.array_equal(generated[2], other[2])


def test_some_films_are_famous_and_ratings_follow_taste(generated):
    users, items, values = generated
    counts = np.sort(np.bincount(items, minlength=SMALL.n_items))
    assert counts[-24:].sum() > 2 * counts[:24].sum()
    assert 3 < values.mean() < 4 and 0.8 < values.std() < 1.3


def test_a_shape_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="a member gives 20 to"):
        big.generate(big.Shape(100, 240, 100))


def test_the_parts_of_a_simulated_data_set_make_up_the_whole():
    tiny = data.load("tiny")
    assert len(tiny.train) + len(tiny.test) == data.TINY.n_ratings
    assert not set(tiny.train.cells) & set(tiny.test.cells)
    assert tiny.liked.values.min() >= data.LIKED and tiny.relevant.values.min() >= data.LIKED


def test_our_side_of_every_row_fits_and_is_used_on_tiny_ratings():
    tiny = data.load("tiny")
    for row in rows.ROWS.values():
        if row.name == "csv":
            continue
        side = row.ours(row.cases[0].settings | {"rounds": 1}, 1)
        assert side.by == "course_lib"
        model = side.fit(side.form(tiny), 0)
        used = side.use(model, tiny)
        assert "use" not in row.reports or used is not None
        side.judge(model, used, tiny, None)


def test_a_ratio_is_the_peers_median_time_by_ours():
    filled = line()
    assert (filled["fit_ours"], filled["fit_theirs"], filled["ratio_fit"], filled["ratio_use"]) == (2.0, 6.0, 3.0, 50.0)
    assert (filled["accuracy_ours"], filled["accuracy_theirs"], filled["repeats"]) == (0.85, 0.85, 3)
    assert table.ratio("", 2.0) == table.ratio(1.0, 0) == ""


def test_what_misses_its_goal_is_named():
    assert report.misses(line()) == []
    assert report.misses(line(ratio_fit=2.4)) == ["fit"]
    assert report.misses(line(accuracy_ours=0.86)) == ["RMSE"]
    assert report.misses(line(failed="no cornac")) == ["it failed: no cornac"]
    large = rows.ROWS["sgd-large"]
    found = {"fit_ours": [11.0], "use_ours": [0.0], "accuracy_ours": [0.8], "load": 1.0, "clock": "wall"}
    slow = table.empty(large, large.cases[0], 1) | table.filled(large, found) | {"memory_ours": 1600}
    assert report.misses(slow) == ["10 s", "1.5 GB"]


def test_a_stored_line_is_read_as_it_was_and_replaces_the_one_before(tmp_path):
    path = tmp_path / "results.csv"
    table.store([line(), line(data="sim-1m", rounds=10)], {"cores": "2"}, path)
    table.store([line(fit_ours=1.5)], {"cores": "2"}, path)
    stored = table.read(path)
    assert [one["data"] for one in stored] == [rows.SMALL, "sim-1m"]
    assert stored[0] == line(fit_ours=1.5)


@pytest.mark.parametrize("seconds, text", [(12.34, "12.3 s"), (0.0123, "12.3 ms"), (4.2e-5, "42 µs"), ("", "")])
def test_times_are_written_with_a_unit_that_suits_them(seconds, text):
    assert report.duration(seconds) == text


def test_growth_is_the_power_of_the_number_of_ratings():
    assert growth.slope([(100, 1.0), (10_000, 100.0)]) == pytest.approx(1.0)
    assert growth.slope([(100, 1.0), (10_000, 10.0)]) == pytest.approx(0.5)


def test_times_in_the_picture_are_those_of_one_round():
    lines = [line(), line(data="sim-1m", n_ratings=2000, rounds=10, fit_ours=5.0)]
    ours = growth.curves(lines)["Biased MF by SGD"]["course_lib"]
    assert ours == [(1000, 0.1), (2000, 0.5)]


def test_results_md_says_what_results_csv_says():
    machine_ = json.loads(table.MACHINE.read_text(encoding="utf-8"))
    assert report.RESULTS.read_text(encoding="utf-8") == report.text(table.read(), machine_)
    assert growth.PICTURE.is_file()


def test_every_reason_belongs_to_a_row_and_every_miss_has_one():
    for key in reasons.REASONS:
        assert (key if isinstance(key, str) else key[0]) in rows.ROWS
    for one in table.read():
        assert not report.misses(one) or reasons.reason(one), (one["row"], one["data"], one["k"])


def test_the_machines_description_names_no_folder_and_no_host():
    described = json.dumps(machine.description()) + table.MACHINE.read_text(encoding="utf-8")
    assert "/home" not in described and "://" not in described and str(Path.home()) not in described


def test_no_test_measures_time():
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not imported & {"time", "timeit", "datetime"}


def test_files_stay_short():
    assert max(len(path.read_text(encoding="utf-8").splitlines()) for path in FOLDER.glob("*.py")) < 300
