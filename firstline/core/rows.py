"""Writes and reads rows past the ORM, from the same models, where it is done with every request or by the thousand.

Putting a statement together costs Django more than running it costs the database. Here that is done once for
each table, and the database keeps the statement ready (`Prepared`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, BigAutoField, DateTimeField, DurationField, Field, JSONField, Model
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault

from firstline.core.kernel.prepared import Prepared

# Where a value that is not stored as it is stands, and what forms it.
Form = tuple[int, Callable[[Any], Any]]
# A statement, what reads its values from a row, and what forms them.
Writing = tuple[str, Callable[[Model], tuple[Any, ...]], Sequence[Form]]


@contextmanager
def together() -> Iterator[None]:
    """Let statements that nobody waits for leave in one package (PostgreSQL): one way there and back for all.

    Inside, an error of the database must not be caught: it may be of a statement before the one that tells of it.
    """
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def wait() -> None:
    """Wait until what left `together` so far is done: a lock that is taken so is ours only then."""
    with together():
        pass


def add(*rows: Model, ids: bool = True) -> None:
    """Insert unsaved rows of one model, in the caller's transaction.

    As `row.save(force_insert=True)` would write each of them, but in one statement.
    ids  they learn the ids they get; or else nobody waits for the answer
    """
    _insert(rows, (), ids)


def put(*rows: Model, replacing: tuple[str, ...]) -> None:
    """Insert rows of one model with keys of their own; where one stands already, it gets these columns of ours."""
    _insert(rows, replacing, False)


def change(row: Model, *names: str) -> None:
    """Write these columns of a saved row, as `row.save(update_fields=names)` would."""
    database = _database()
    statement, values_of, forms = _change(type(row), database.vendor, names)
    with database.cursor() as cursor:
        cursor.execute(statement, next(_written(forms, [values_of(row)])))
        if not cursor.rowcount:
            raise DatabaseError(f"{row!r} is not there any more.")


def columns(model: type[Model], alias: str) -> str:
    """Return all columns of a model, as `read` wants them in a SELECT from `alias`."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def marks(count: int) -> str:
    """Return the places of so many values, as they stand within IN (...)."""
    return ", ".join(["%s"] * count)


def read(
    models: Sequence[type[Model]], statement: Prepared, values: Sequence[Any], *, lock: str = ""
) -> list[list[Any]]:
    """Return, for each line that the statement selects, one row of each model, and then the values left over.

    statement  selects the `columns` of the models, in their order, and whatever else
    lock       how the lines are locked, such as FOR UPDATE; SQLite has one writer and needs none
    returns    None for a row that an outer join did not find
    """
    database = _database()
    if lock and database.vendor == "postgresql":
        statement = Prepared(f"{statement} {lock}")
    with database.cursor() as cursor:
        cursor.execute(statement, values)
        return [list(_made(models, line, database)) for line in cursor.fetchall()]


def run(statement: Prepared, values: Sequence[Any]) -> None:
    """Run a statement that gives nothing back."""
    with _database().cursor() as cursor:
        cursor.execute(statement, values)


def insert(rows: Sequence[Model]) -> None:
    """Insert unsaved rows of one model, in the caller's transaction; they do not learn the ids they get.

    An id that a row already has is kept. Every value is written as the back end's own fields would write it.
    """
    if not rows:
        return
    given = rows[0].pk is not None
    fields = [
        field for field in rows[0]._meta.concrete_fields if given or not isinstance(field, AutoField | BigAutoField)
    ]
    write(type(rows[0]), fields, map(attrgetter(*(field.attname for field in fields)), rows))


def write(model: type[Model], fields: Sequence[Field[Any, Any]], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows given as values of `fields`; half the price of `insert`, for what comes by tens of thousands."""
    columns = ", ".join(f'"{field.column}"' for field in fields)
    table = model._meta.db_table
    plain = _written(_forms(fields, connection.vendor), rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                for row in plain:
                    copy.write_row(row)
            return
        cursor.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks(len(fields))})', list(plain))


def fields_of(model: type[Model], *names: str) -> list[Field[Any, Any]]:
    """Return the model's fields of these names, for `write`."""
    found = {name: field for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    return [found[name] for name in names]


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


def _insert(rows: Sequence[Model], replacing: tuple[str, ...], ids: bool) -> None:
    if not rows:
        return
    first, model = rows[0], type(rows[0])
    left = tuple(name for name in _left_to_database(model) if isinstance(getattr(first, name), DatabaseDefault))
    keyed = first.pk is not None
    database = _database()
    statement, values_of, forms = _insertion(model, database.vendor, keyed, left, len(rows), replacing, ids)
    with database.cursor() as cursor:
        cursor.execute(statement, [value for values in _written(forms, map(values_of, rows)) for value in values])
        if ids and not keyed:
            for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = pk
    for row in rows:
        row._state.adding, row._state.db = False, database.alias


def _database() -> BaseDatabaseWrapper:
    # `connection` finds it anew for each attribute that is asked of it, which is dear when asked a hundred times.
    return connections[DEFAULT_DB_ALIAS]


@cache
def _left_to_database(model: type[Model]) -> tuple[str, ...]:
    """Return the columns for which the database has a default of its own."""
    return tuple(field.attname for field in model._meta.concrete_fields if field.has_db_default())


@cache
def _insertion(
    model: type[Model], vendor: str, keyed: bool, left: tuple[str, ...], count: int, replacing: tuple[str, ...],
    ids: bool,
) -> Writing:  # fmt: skip
    """Return the INSERT of `count` rows, with ids of their own if `keyed`, without the columns in `left`."""
    key = model._meta.pk
    fields = [
        field for field in model._meta.concrete_fields if field.attname not in left and (keyed or field is not key)
    ]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join([f"({marks(len(fields))})"] * count)
    replaced = ", ".join(f'"{field.column}" = excluded."{field.column}"' for field in fields_of(model, *replacing))
    end = f' ON CONFLICT ("{key.column}") DO UPDATE SET {replaced}' if replacing else ""
    end += "" if keyed or not ids else f' RETURNING "{key.column}"'
    statement = Prepared(f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES {values}{end}')
    return statement, _reader(fields), _forms(fields, vendor)


@cache
def _change(model: type[Model], vendor: str, names: tuple[str, ...]) -> Writing:
    """Return the UPDATE of these columns of one row."""
    fields = [*fields_of(model, *names), model._meta.pk]
    *columns, key = [f'"{field.column}" = %s' for field in fields]
    statement = Prepared(f'UPDATE "{model._meta.db_table}" SET {", ".join(columns)} WHERE {key}')
    return statement, _reader(fields), _forms(fields, vendor)


def _reader(fields: Sequence[Field[Any, Any]]) -> Callable[[Model], tuple[Any, ...]]:
    names = [field.attname for field in fields]
    # Of a single name it would return the value itself.
    return attrgetter(*names) if len(names) > 1 else lambda row: (getattr(row, names[0]),)


def _made(models: Sequence[type[Model]], line: Sequence[Any], database: BaseDatabaseWrapper) -> Iterator[Any]:
    begin = 0
    for model in models:
        names, converters = _reading(model, database.vendor)
        values = list(line[begin : begin + len(names)])
        begin += len(names)
        if values[0] is None:
            yield None
            continue
        for place, field, convert in converters:
            values[place] = convert(values[place], field, database)
        row = model.__new__(model)  # as from_db makes it, less the signals that nobody hears here
        row._state = ModelState()
        row._state.adding, row._state.db = False, database.alias
        vars(row).update(zip(names, values, strict=True))
        yield row
    yield from line[begin:]


@cache
def _reading(model: type[Model], vendor: str) -> tuple[list[str], list[tuple[int, Any, Callable[..., Any]]]]:
    """Return the names of a model's columns, the key first, and what the back end's values have to go through."""
    fields = model._meta.concrete_fields
    assert fields[0] is model._meta.pk, f"The key of {model.__name__} does not stand first."
    through = [
        (place, column, convert)
        for place, field in enumerate(fields)
        for column in [field.get_col(model._meta.db_table)]
        for convert in [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
    ]
    return [field.attname for field in fields], through


def _forms(fields: Sequence[Field[Any, Any]], vendor: str) -> list[Form]:
    formed: dict[type[Any], Callable[[Any], Any]] = {JSONField: _document}
    if vendor != "postgresql":
        formed |= {DateTimeField: _instant, DurationField: _microseconds}
    return [
        (place, form) for place, field in enumerate(fields) for kind, form in formed.items() if isinstance(field, kind)
    ]


def _written(forms: Sequence[Form], rows: Iterable[tuple[Any, ...]]) -> Iterator[list[Any]]:
    for row in rows:
        told = list(row)
        for place, form in forms:
            told[place] = form(told[place])
        yield told


def _document(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


@lru_cache(maxsize=1024)
def _instant(moment: datetime | None) -> str | None:
    """Return an instant as Django's SQLite back end stores it; the same few are written again and again."""
    return None if moment is None else str(moment.astimezone(UTC).replace(tzinfo=None))


def _microseconds(length: timedelta | None) -> int | None:
    return None if length is None else length // timedelta(microseconds=1)
