"""Querysets whose statement is put together once, and then only given values.

Putting a statement together costs Django more than the database takes to answer it, and a page asks a dozen. A
function marked `compiled` says with the ORM what is asked; it is called once for each form of what it is given, with
numbers that stand for those to come, and what it returns is kept as a `Prepared` statement:

    @compiled
    def _holdings(ticket_id: int) -> QuerySet[Holding]:
        return Holding.objects.filter(ticket_id=ticket_id).select_related("team")

    _holdings(ticket.pk)  # a list

Whole numbers and `Given` texts are values, wherever they stand: in a list, a set or a frozen dataclass such as a
scope. All else (how many they are, None, a flag, a word, a `Fixed` number) is the form. The function must not ask what
a value is, only whether it is there; it is called with two sets of numbers, and must return the same for both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache, lru_cache, update_wrapper
from typing import Any, ParamSpec, Union

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable

from firstline.core.kernel.prepared import Prepared

P = ParamSpec("P")
# What a compiled function returns: a queryset, or a statement and its values.
Asked = Union["QuerySet[Any, Any]", tuple[str, Sequence[Any]]]
FORMS_KEPT = 512
# The numbers that stand for values: small enough for every column, and told from constants by being two sets.
_FIRST, _ROOM = (31_000, 31_800), 800


class Given(str):
    """A text that is a value of a compiled queryset and not a part of its form."""

    __slots__ = ()


class Fixed(int):
    """A whole number that is part of the form, such as the length of a page."""

    __slots__ = ()


class Compiled:
    """What `compiled` makes of a function: called with its arguments, it returns what the queryset finds."""

    def __init__(self, build: Callable[..., Asked]) -> None:
        self._build = build
        self._statement = lru_cache(FORMS_KEPT)(self._compile)
        update_wrapper(self, build)

    def __call__(self, *given: Any) -> list[Any]:
        """Return the rows: models as the queryset says, or tuples where it gives values."""
        numbers = _Numbers()
        form = tuple(numbers.form(each) for each in given)
        database = connections[DEFAULT_DB_ALIAS]
        statement: _Statement | None = self._statement(database.vendor, form)
        if statement is None:
            return []
        with database.cursor() as cursor:
            cursor.execute(statement.sql, statement.values(numbers.values))
            return statement.rows(cursor.fetchall())

    def first(self, *given: Any) -> Any:
        """Return the first of the rows, or None."""
        return next(iter(self(*given)), None)

    def _compile(self, vendor: str, form: tuple[Any, ...]) -> _Statement | None:
        one, other = (self._with(form, first) for first in _FIRST)
        if (one and (one.sql, one.places)) != (other and (other.sql, other.places)):
            raise TypeError(f"{self._build.__qualname__} asks what its values are; make them Fixed.")
        return one

    def _with(self, form: tuple[Any, ...], first: int) -> _Statement | None:
        try:
            asked = self._build(*(_stand_in(each, first) for each in form))
            if isinstance(asked, QuerySet):
                return _of_queryset(asked, first)
            return _statement(*asked, lambda found: found, first)
        except EmptyResultSet:
            return None


def compiled(build: Callable[P, Asked]) -> Compiled:
    """Keep the statement of a function that returns a queryset, or SQL with its values."""
    return Compiled(build)


def filled(ids: Collection[int], up: int = 8) -> list[int]:
    """Return ids, and some that no row has: so there is a statement for each `up` more of them, not for each number."""
    return [*ids, *range(-1, -1 - (-len(ids) % up or (0 if ids else up)), -1)]


def made(model: type[Model], columns: Iterable[tuple[str, Any]]) -> Any:
    """Return a saved row of which these columns were read: as `from_db` makes it, less its signals."""
    row: Any = model.__new__(model)
    row._state = ModelState()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    vars(row).update(columns)
    return row


# The form of what is given: each value in it is a `_Slot`, equal values of one thing the same.


@dataclass(frozen=True, slots=True)
class _Slot:
    place: int
    text: bool = False


@dataclass(frozen=True, slots=True)
class _Several:
    kind: Any
    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Thing:
    kind: Any
    parts: tuple[Any, ...]


class _Numbers:
    """The values of what is given, in the order they were met."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def form(self, given: Any, met: dict[Any, _Slot] | None = None) -> Any:
        """Return the form of what is given; `met` are the values of the thing it is a part of."""
        kind = type(given)
        if kind is int or kind is Given:
            return self._slot(given, met)
        if given is None or kind is bool or kind is str:
            return given
        met = {} if met is None else met
        if isinstance(given, list | tuple):
            return _Several(kind, tuple(self.form(each, met) for each in given))
        if isinstance(given, frozenset):
            return _Several(kind, tuple(self.form(each, met) for each in sorted(given)))
        if is_dataclass(kind := given.__class__):  # what a lazy object stands for, too
            return _Thing(kind, tuple(self.form(getattr(given, name), met) for name in _names(kind)))
        if isinstance(given, Fixed | Enum) or callable(given):
            return given
        raise TypeError(f"A {kind.__name__} is neither a value nor a form.")

    def _slot(self, given: Any, met: dict[Any, _Slot] | None) -> _Slot:
        if met is not None and given in met:
            return met[given]
        if len(self.values) == _ROOM:
            raise ValueError(f"More than {_ROOM} values are too many for one statement.")
        slot = _Slot(len(self.values), isinstance(given, Given))
        self.values.append(str(given) if slot.text else given)
        if met is not None:
            met[given] = slot
        return slot


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.init)


def _stand_in(form: Any, first: int) -> Any:
    """Return what a function is called with: numbers from `first` on in place of the slots, in their order."""
    if isinstance(form, _Slot):
        return f"slot {form.place}" if form.text else first + form.place
    if isinstance(form, _Several):
        return form.kind(_stand_in(each, first) for each in form.parts)
    if isinstance(form, _Thing):
        parts = (_stand_in(each, first) for each in form.parts)
        return form.kind(**dict(zip(_names(form.kind), parts, strict=True)))
    return form


# Statements.


@dataclass(frozen=True, slots=True)
class _Statement:
    """SQL, what stands at each of its places (a slot's number, or a value), and what makes rows of what it finds."""

    sql: Prepared
    places: Sequence[tuple[int | None, Any]]
    rows: Callable[[list[Any]], list[Any]]

    def values(self, given: Sequence[Any]) -> list[Any]:
        """Return the values for the statement's places."""
        return [value if slot is None else given[slot] for slot, value in self.places]


def _statement(
    sql: str, values: Sequence[Any], rows: Callable[[list[Any]], list[Any]], first: int
) -> _Statement:  # fmt: skip
    """Return a statement in which only what varies is a value: the planner sees all else, and uses partial indexes."""
    places: list[tuple[int | None, Any]] = []
    left = iter(values)

    def written(mark: re.Match[str]) -> str:
        if mark[0] == "%%":
            return "%%"
        value = next(left)
        slot = _slot_of(value, first)
        if slot is None and isinstance(value, int | str):
            return _literal(value)
        places.append((slot, value if slot is None else None))
        return "%s"

    return _Statement(Prepared(re.sub("%%|%s", written, sql)), places, rows)


def _slot_of(value: Any, first: int) -> int | None:
    if isinstance(value, str) and value.startswith("slot "):
        return int(value.removeprefix("slot "))
    # The driver's own kinds of whole numbers are among them.
    return int(value) - first if isinstance(value, int) and first <= value < first + _ROOM else None


def _literal(value: int | str) -> str:
    if isinstance(value, bool):
        return str(value).upper() if connections[DEFAULT_DB_ALIAS].vendor == "postgresql" else str(int(value))
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''").replace("%", "%%") + "'"


def _of_queryset(asked: QuerySet[Any, Any], first: int) -> _Statement:
    database = connections[DEFAULT_DB_ALIAS]
    compiler = asked.query.get_compiler(connection=database)
    sql, values = compiler.as_sql()
    columns = [column for column, *_ in compiler.select]
    converters = compiler.get_converters(columns)
    convert = [(place, column, each) for place, (each, column) in converters.items()]
    shape = _shape(compiler) if issubclass(asked._iterable_class, ModelIterable) else None

    def rows(found: list[Any]) -> list[Any]:
        if convert:
            found = [_converted(line, convert, database) for line in found]
        return [shape.made(line) for line in found] if shape else found

    return _statement(sql, values, rows, first)


def _converted(line: Sequence[Any], convert: Sequence[tuple[int, Any, Sequence[Any]]], database: Any) -> list[Any]:
    values = list(line)
    for place, column, converters in convert:
        value = values[place]
        for each in converters:
            value = each(value, column, database)
        values[place] = value
    return values


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a row, and those that come with it, is made of a line: names by place, its key's place, how they are tied."""

    model: type[Model]
    names: Sequence[tuple[str, int]]
    key: int
    beside: Sequence[_Shape]
    tie: Callable[[Any, Any], None]
    tie_back: Callable[[Any, Any], None]

    def made(self, line: Sequence[Any]) -> Any:
        """Return the row with those beside it, or None where there is none."""
        if line[self.key] is None:
            return None
        row = made(self.model, [(name, line[place]) for name, place in self.names])
        for shape in self.beside:
            other = shape.made(line)
            shape.tie(row, other)
            if other is not None:
                shape.tie_back(other, row)
        return row


def _untied(_row: Any, _other: Any) -> None:
    """Tie nothing: the row that was asked for belongs to no other."""


def _shape(compiler: Any) -> _Shape:
    annotated = list((compiler.annotation_col_map or {}).items())
    return _shape_of(compiler.klass_info, compiler.select, annotated)


def _shape_of(told: Mapping[str, Any], select: Sequence[Any], more: Sequence[tuple[str, int]] = ()) -> _Shape:
    model: type[Model] = told["model"]
    names = [(select[place][0].target.attname, place) for place in told["select_fields"]]
    key = dict(names)[model._meta.pk.attname]
    beside = [_shape_of(each, select) for each in told.get("related_klass_infos", ())]
    tie, tie_back = (told.get(name, _untied) for name in ("local_setter", "remote_setter"))
    return _Shape(model, [*names, *more], key, beside, tie, tie_back)
