"""Large tables of numbers: the same as pandas reads, or none at all."""

import numpy as np
import pandas as pd
import pytest

from course_lib import plain_lines
from course_lib._kernels.lines import parse_lines
from course_lib.plain_lines import read_numbers
from course_lib.tables import read_table

TYPES = {"userId": "int32", "movieId": "int32", "rating": "float32", "timestamp": "int64"}
NAMES = "userId,movieId,rating,timestamp\n"


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setattr(plain_lines, "LARGE", 0)
    return tmp_path / "ratings.csv"


def read(path, text, separator=",", header=True):
    path.write_bytes(text.encode())
    return read_numbers(path, TYPES, list(TYPES), separator, header)


@pytest.mark.parametrize("piece", [1 << 23, 1000, 61])
@pytest.mark.parametrize(
    ("separator", "end", "header"), [(",", "\n", True), ("\t", "\r\n", False), ("::", "\n", False)]
)
def test_it_is_what_pandas_reads_wherever_a_piece_ends(path, piece, separator, end, header, monkeypatch):
    monkeypatch.setattr(plain_lines, "PIECE", piece)
    rng = np.random.default_rng(0)
    stars = [rng.choice(["0.5", "1", "3.75", "4.0", "5", "2.123", "3.7"]) for _ in range(300)]
    table = {"userId": rng.integers(1, 2**31, 300), "movieId": rng.integers(0, 99, 300), "rating": stars}
    table["timestamp"] = rng.integers(0, 10**10, 300)
    rows = [separator.join(map(str, row)) for row in zip(*table.values(), strict=True)]
    frame = read(path, (NAMES if header else "") + end.join(rows) + end, separator, header)
    expected = pd.DataFrame(table).astype(TYPES)
    pd.testing.assert_frame_equal(frame, expected, check_exact=True)


@pytest.mark.parametrize(
    "line",
    ["1,2,3.5", "1,2,3.5,4,5", "1,2,3.1234,4", "1.5,2,3,4", "-1,2,3,4", "1,2,,4", "1,2,x,4", "1,2,3.,4", "1, 2,3,4", "",
     "1,99999999999,3,4", "1,2,3,12345678901234567", '"1",2,3,4', "1,2,3.5.1,4", "1;2;3;4"],
)  # fmt: skip
def test_whatever_is_not_plain_is_left_to_others(path, line):
    assert read(path, f"{NAMES}1,2,3.5,4\n{line}\n1,3,3.5,4\n") is None


def test_a_file_without_rows_or_with_half_a_line_at_its_end_is_left_to_others(path):
    assert read(path, NAMES) is None and read(path, f"{NAMES}1,2,3.5,4\n1,2,3") is None
    assert read(path, f"{NAMES}1,2,3.5,4\n1,2,3.5,4") is None


def test_small_files_and_columns_of_words_are_left_to_others(path, monkeypatch):
    assert read(path, f"{NAMES}1,2,3.5,4\n") is not None
    assert read_numbers(path, TYPES | {"movieId": str}, list(TYPES), ",", True) is None
    assert read_numbers(path, {"userId": "int32"}, list(TYPES), ",", True) is None
    monkeypatch.setattr(plain_lines, "LARGE", 1000)
    assert read_numbers(path, TYPES, list(TYPES), ",", True) is None


def test_a_table_is_read_in_this_way(path):
    path.write_text(f"{NAMES}1,2,3.5,4\n5,6,1,8\n", newline="\n")
    frame = read_table(path, TYPES, bounds={"rating": (0.5, 5.0)})
    assert frame.dtypes.astype(str).to_dict() == TYPES and frame["rating"].tolist() == [3.5, 1.0]


def test_the_compiled_kernel_gives_the_numbers_of_its_own_source():
    text = np.frombuffer(b"1,2.5\r\n30,4\n7,", dtype=np.uint8)
    made = []
    for parse, kind in ((parse_lines, np.uint8), (parse_lines.py_func, np.int64)):  # Python keeps a byte a byte
        table = np.zeros((5, 2), dtype=np.int64)
        made.append((parse(text.astype(kind), 44, 1, np.array([0, 3]), table), table.tolist()))
    assert made[0] == made[1] and made[0] == ((2, 12), [[1, 2500], [30, 4000], [7, 0], [0, 0], [0, 0]])
