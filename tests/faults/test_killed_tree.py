"""Processes of a served desk are killed at random while requests are registered; bench/faults.py in small."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from django.db import connection

from tests.faults import outside


@pytest.fixture
def own_database(transactional_db: None) -> dict[str, str]:
    """Return an environment with a database for a desk of its own: a file, or a fresh one on the same server."""
    surroundings = outside.environment(DJANGO_SETTINGS_MODULE="tests.settings")
    if connection.vendor == "sqlite":
        del surroundings["DATABASE_URL"]
        return surroundings
    name = f"{connection.settings_dict['NAME']}_faults"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    mine = f"/{connection.settings_dict['NAME']}"
    return {**surroundings, "DATABASE_URL": surroundings["DATABASE_URL"].replace(mine, f"/{name}")}


def test_nothing_acknowledged_is_lost_or_doubled_and_every_letter_leaves_or_waits(own_database: dict[str, str]):
    command = [sys.executable, "-m", "bench.faults", "--registrations", "60", "--kills", "5", "--patience", "10"]

    done = subprocess.run(command, cwd=outside.ROOT, env=own_database, text=True, capture_output=True, check=False)

    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert report["faults"] == [], done.stderr
    assert report["tickets"] == report["registrations"] == report["letters"]
    assert report["tickets"] >= 60
    assert sum(report["kills"].values()) >= 5
