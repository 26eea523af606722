"""Real material of others, kept beside the checkout and never in it: tests that need it skip without it."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("FIRSTLINE_SHARED") or Path(__file__).resolve().parents[2] / "shared")


def path(name: str) -> Path:
    """Return the file of that name below the data folder, or skip the test that asks for it."""
    found = ROOT / "data" / name
    if not found.exists():
        pytest.skip(f"{found} is absent: set FIRSTLINE_SHARED to the folder that holds data/")
    return found
