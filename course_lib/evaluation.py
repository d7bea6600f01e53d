"""Everything that measures models, in one place to import: stars, lists, intervals, comparisons, the board."""

from course_lib.board import BOARD, Entry, board_row, board_split, leaderboard
from course_lib.comparison import choose, compare
from course_lib.intervals import Interval, difference_interval, mean_interval, ratio_interval
from course_lib.measures import alike, liked_in_folds, liked_in_top, member_errors, star_error

__all__ = [
    "BOARD", "Entry", "Interval", "alike", "board_row", "board_split", "choose", "compare", "difference_interval",
    "leaderboard", "liked_in_folds", "liked_in_top", "mean_interval", "member_errors", "ratio_interval", "star_error",
]  # fmt: skip
