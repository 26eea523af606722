"""Processes beside the test that work on the test's own database, and can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
WORK = "import django; django.setup(); from firstline.cli.worker import load, work; load(); work({name!r})"
T = TypeVar("T")


def environment(**more: str) -> dict[str, str]:
    """Return an environment in which a new process finds the database of this test."""
    return {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings", **more}


def database_url() -> str:
    """Return the address of the database of this test."""
    named = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{named['NAME']}"
    host = f"?host={quote(named['HOST'])}" if named["HOST"] else ""
    return f"postgresql://{named['USER']}:{named['PASSWORD']}@/{named['NAME']}{host}"


def worker(name: str, *, lease_seconds: int = 1, **more: str) -> subprocess.Popen[bytes]:
    """Start a worker of this name."""
    command = [sys.executable, "-c", WORK.format(name=name)]
    surroundings: Mapping[str, str] = environment(FIRSTLINE_LEASE_SECONDS=str(lease_seconds), **more)
    return subprocess.Popen(command, cwd=ROOT, env=surroundings, stderr=subprocess.DEVNULL)


def eventually(what: Callable[[], T], seconds: float = 30.0) -> T:
    """Return what `what` returns as soon as that is true; fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found
