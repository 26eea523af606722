"""What every test may use, and the rules every test is held to; each plugin is one subject."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.utils import timezone, translation

pytest_plugins = [
    "tests.plugins.database",
    "tests.plugins.writes",
    "tests.plugins.browser",
    "tests.plugins.mail_servers",
]

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


@pytest.fixture(autouse=True)
def begins_in_plain_english() -> Iterator[None]:
    """Let no test speak the language, or live in the time zone, in which the one before it ended."""
    with translation.override("en"), timezone.override(None):
        yield
