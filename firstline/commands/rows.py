"""Writes many rows of one table at once, past the ORM: executemany on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import AutoField, BigAutoField, JSONField, Model


def insert(rows: Sequence[Model]) -> None:
    """Insert unsaved rows of one model, in the caller's transaction; they do not learn the ids they get.

    An id that a row already has is kept. Every value is written as the back end's own fields would write it.
    """
    if not rows:
        return
    meta = rows[0]._meta
    given = [
        field
        for field in meta.concrete_fields
        if rows[0].pk is not None or not isinstance(field, AutoField | BigAutoField)
    ]
    columns = ", ".join(f'"{field.column}"' for field in given)
    values = attrgetter(*(field.attname for field in given))
    documents = [place for place, field in enumerate(given) if isinstance(field, JSONField)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{meta.db_table}" ({columns}) FROM STDIN') as copy:
                for row in _written(rows, values, documents):
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(given))
        plain = ([_plain(value) for value in row] for row in _written(rows, values, documents))
        cursor.executemany(f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({marks})', list(plain))


def reserve(model: type[Model], count: int) -> list[int]:
    """Return ids of the model's table that nobody else will get, for rows about to be inserted."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        # The one writer of SQLite is this transaction, so that what follows the last id is free.
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()[0]
    return list(range(last + 1, last + 1 + count))


def _written(rows: Sequence[Model], values: Any, documents: Sequence[int]) -> Iterator[list[Any]]:
    for row in rows:
        told = list(values(row))
        for place in documents:
            told[place] = json.dumps(told[place], ensure_ascii=False)
        yield told


def _plain(value: Any) -> Any:
    """Return an instant as Django's SQLite back end writes it; anything else as it is."""
    return str(value.astimezone(UTC).replace(tzinfo=None)) if isinstance(value, datetime) else value
