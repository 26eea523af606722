"""A desk of its own for tests that found and serve one beside the test's own."""

from __future__ import annotations

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
