import os

import pytest

from tests.browser import lab


@pytest.fixture(scope="session")
def browser():
    """Skip without a Chromium, unless COURSE_REQUIRE names "browser"."""
    if lab.chromium() is None:
        reason = "no Chromium on this machine: install one to drive JupyterLab"
        if "browser" in os.environ.get("COURSE_REQUIRE", "").split(","):
            pytest.fail(f"COURSE_REQUIRE asks for a browser: {reason}")
        pytest.skip(reason)
