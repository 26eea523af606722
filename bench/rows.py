"""Writes many rows at once, straight to their tables: executemany on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models

Row = Sequence[Any]


class Writer:
    """One table's rows, in the order of its model's columns."""

    def __init__(self, model: type[models.Model]) -> None:
        self.table = model._meta.db_table
        self.columns = [field.column or "" for field in model._meta.concrete_fields]
        self.names = [field.attname for field in model._meta.concrete_fields]
        self.rows: list[Row] = []

    def add(self, **values: Any) -> None:
        """Remember one row; a column that is not given is null."""
        self.rows.append(tuple(values.get(name) for name in self.names))

    def flush(self) -> None:
        """Write what is remembered, in the caller's transaction."""
        if self.rows:
            write(self.table, self.columns, self.rows)
            self.rows = []


def write(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write rows of `columns` to `table`."""
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f'COPY "{table}" ({named}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join("?" * len(columns))
        plain = ([_plain(value) for value in row] for row in rows)
        cursor.cursor.connection.executemany(f'INSERT INTO "{table}" ({named}) VALUES ({marks})', plain)


def after_all(model: type[models.Model], last: int) -> None:
    """Let the table's own ids go on behind `last`."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} ALTER COLUMN id RESTART WITH {last + 1}")


def _plain(value: Any) -> Any:
    """Return a value as Django's SQLite back end stores it."""
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, timedelta):
        return int(value / timedelta(microseconds=1))
    return value
