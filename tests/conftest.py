"""What every test may use, and the rules every test is held to; each plugin is one subject."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

pytest_plugins = ["tests.plugins.database", "tests.plugins.writes", "tests.plugins.browser"]

ROOT = Path(__file__).resolve().parent.parent

hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data beside the checkout; skips the test where it was not laid."""
    named = Path(os.environ.get("FIRSTLINE_SHARED", ROOT.parent / "shared"))
    folder = named / "data" if (named / "data").is_dir() else named
    if not (folder / "sla").is_dir():
        pytest.skip(f"the real data is not in {folder} (FIRSTLINE_SHARED names its folder)")
    return folder
