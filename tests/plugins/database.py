"""Which tests touch the database, and how its append-only tables are emptied between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "client", "desk"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that touches the database as such, by what it uses."""
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or used & FIXTURES:
            item.add_marker(pytest.mark.database)


@contextmanager
def guards_lifted() -> Iterator[None]:
    """Let rows of append-only tables be removed, as only a test may: between two tests, or to tamper."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            try:
                yield
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            yield
        finally:
            for _, sql in triggers:
                cursor.execute(sql)


_teardown = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def _teardown_with_guards_lifted(case: Any) -> None:
    with guards_lifted():
        _teardown(case)


# Django empties all tables after a test that committed; the journal's triggers would refuse.
TransactionTestCase._fixture_teardown = _teardown_with_guards_lifted  # type: ignore[attr-defined]
