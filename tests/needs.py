"""What a test needs that is not everywhere: it skips with the reason, or fails where the reason is no excuse."""

import os

import pytest

from course_lib import datasets

CHOSEN = os.environ.get("COURSE_DATA_DIR")  # before a test changes it


def real_data():
    """Return the folder that holds ml-latest-small.

    ``COURSE_DATA_DIR`` says where it is. Without it the test is skipped, unless ``COURSE_REQUIRE`` names "data".
    """
    folder = datasets.ROOT / CHOSEN / "ml-latest-small" if CHOSEN else None
    if folder is not None and (folder / "ratings.csv").is_file():
        return folder
    reason = f"no ml-latest-small in {CHOSEN}" if CHOSEN else "COURSE_DATA_DIR is not set"
    if "data" in os.environ.get("COURSE_REQUIRE", "").split(","):
        pytest.fail(f"COURSE_REQUIRE asks for data: {reason}")
    pytest.skip(f"{reason}: set it to a folder that has ml-latest-small")
