"""Django's PostgreSQL back end, and statements that the server keeps ready.

Django writes values into the text of each statement, so that the server reads and plans it anew every time. For
what is asked with every request that is half of the server's work; a `Prepared` statement is sent once for each
connection, and its values apart from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import psycopg
from django.db.backends.postgresql import base, operations
from psycopg.types.numeric import Int8BinaryDumper

from firstline.core.kernel.prepared import Prepared


class Cursor:
    """A cursor that sends the values of a `Prepared` statement apart from it, and is Django's own for the rest."""

    def __init__(self, connection: Any, usual: Callable[[], Any]) -> None:
        self._connection, self._make_usual = connection, usual

    def execute(self, query: str, params: Sequence[Any] | None = None) -> Any:
        """Run a statement; what it gives back is read from this cursor, as from any other."""
        ready = isinstance(query, Prepared)
        self._cursor = psycopg.Cursor(self._connection) if ready else self._usual
        return self._cursor.execute(query, params)

    @cached_property
    def _usual(self) -> Any:
        return self._make_usual()

    @cached_property
    def _cursor(self) -> Any:
        return self._usual

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


class Operations(operations.DatabaseOperations):
    """What Django asks of the back end, knowing that a `Prepared` statement left without its values."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        if isinstance(sql, Prepared):
            return str(self.compose_sql(sql, params))
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose cursors know `Prepared` statements."""

    ops_class = Operations

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        # One type for whole numbers of any size: by size there would be a statement for each mixture of sizes.
        connection.adapters.register_dumper(int, Int8BinaryDumper)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        return super().create_cursor(name) if name else Cursor(self.connection, super().create_cursor)


def __getattr__(name: str) -> Any:
    return getattr(base, name)
