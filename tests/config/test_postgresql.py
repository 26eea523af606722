"""On PostgreSQL, what is asked with every request is kept ready by the server."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from firstline.core.kernel.prepared import Prepared

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps every statement ready by itself"),
]
SMALL, LARGE = 1, 2**40


def _asked(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def _kept(word: str) -> int:
    return int(_asked("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", f"%{word}%"))


def test_a_statement_that_is_asked_often_is_kept_once_whatever_the_size_of_its_numbers():
    asked = [_asked(Prepared("SELECT %s + 1 AS often"), number) for number in (SMALL, LARGE, SMALL, LARGE)]

    assert asked == [SMALL + 1, LARGE + 1, SMALL + 1, LARGE + 1]
    assert _kept("AS often") == 1


def test_a_usual_statement_is_not_kept():
    for _ in range(4):
        _asked("SELECT %s + 1 AS seldom", SMALL)

    assert _kept("+ 1 AS seldom") == 0


def test_what_was_asked_is_told_with_its_values():
    with CaptureQueriesContext(connection) as asked:
        _asked(Prepared("SELECT %s::text"), "ready")

    assert [one["sql"] for one in asked.captured_queries] == ["SELECT 'ready'::text"]


def test_one_cursor_asks_both_kinds():
    with connection.cursor() as cursor:
        cursor.execute(Prepared("SELECT %s::text"), ["ready"])
        ready = list(cursor)
        cursor.execute("SELECT %s::text", ["usual"])

        assert (ready, cursor.fetchall(), cursor.rowcount) == ([("ready",)], [("usual",)], 1)
