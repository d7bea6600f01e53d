"""Everything that measures models, in one place to import: stars, lists, intervals, comparisons, the board."""

from course_lib.board import BOARD, Entry, board_row, board_split, leaderboard
from course_lib.comparison import choose, compare
from course_lib.intervals import Interval, difference_interval, mean_interval, ratio_interval
from course_lib.list_measures import lists_without, member_measures, rank, reach
from course_lib.measures import alike, liked_in_folds, liked_in_top, member_errors, star_error
from course_lib.propensity import (
    popularity_propensity,
    star_propensity,
    uniform_split,
    weighted_liked_in_top,
    weighted_star_error,
)
from course_lib.sampled_metrics import rank_sampled, sampled_ranks

__all__ = [
    "BOARD", "Entry", "Interval", "alike", "board_row", "board_split", "choose", "compare", "difference_interval",
    "leaderboard", "liked_in_folds", "liked_in_top", "lists_without", "mean_interval", "member_errors",
    "member_measures", "popularity_propensity", "rank", "rank_sampled", "ratio_interval", "reach", "sampled_ranks",
    "star_error", "star_propensity", "uniform_split", "weighted_liked_in_top", "weighted_star_error",
]  # fmt: skip
