"""What a service's form asks, as data: reading the fields, and checking answers against them. Pure.

A field is a mapping: key, type (one of TYPES), label and help by language, required, limit (characters),
choices [{"value", "label" by language}], and when {"field", "is"}: asked only if that field has that value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, _

TYPES = frozenset({"text", "long_text", "choice", "many", "number", "date", "checkbox", "email", "phone"})
# What is asked among colleagues may be a file too; a request has room for files of its own.
WITH_FILES = TYPES | {"file"}
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")

Field = Mapping[str, Any]


def checked_fields(fields: Sequence[Field], types: frozenset[str] = TYPES) -> list[dict[str, Any]]:
    """Return `fields` if they make a form of these types; raises BadInput saying which field is wrong and how."""
    seen: list[str] = []
    for field in fields:
        key = str(field.get("key", ""))
        if not _KEY.fullmatch(key) or key in seen:
            raise BadInput(_("A field's key must be lower-case letters, digits and _, and used once."), field=key)
        if field.get("type") not in types:
            known = ", ".join(sorted(types))
            raise BadInput(_("This field's type is not known; use one of %(known)s."), field=key, known=known)
        if not any((field.get("label") or {}).values()):
            raise BadInput(_("This field needs a label in at least one language."), field=key)
        if field["type"] in ("choice", "many") and not field.get("choices"):
            raise BadInput(_("This field needs choices to choose from."), field=key)
        when = field.get("when")
        if when and when.get("field") not in seen:
            raise BadInput(_("The field this one depends on must come before it."), field=key)
        seen.append(key)
    return [dict(field) for field in fields]


def asked(field: Field, answers: Mapping[str, Any]) -> bool:
    """Whether `field` is asked, given the answers to the fields before it."""
    when = field.get("when")
    return not when or str(answers.get(when["field"], "")) == str(when["is"])


def checked_answers(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers the form keeps, in the form's order, each in its type's own shape.

    Fields that are not asked and answers to no field are left out; a file is answered by its name.
    Raises BadInput naming the field that is missing or wrong.
    """
    kept: dict[str, Any] = {}
    for field in fields:
        if not asked(field, kept):
            continue
        key = field["key"]
        answer = _READ[field["type"]](field, given.get(key))
        if answer in ("", [], None, False) and field.get("required"):
            raise BadInput(_("Please fill this in; it is needed to go on."), field=key)
        if answer not in ("", [], None):
            kept[key] = answer
    return kept


def _text(field: Field, given: Any) -> str:
    return written.line(str(given or ""), field=field["key"], limit=int(field.get("limit", 300)), needed=False)


def _long_text(field: Field, given: Any) -> str:
    return written.body(str(given or ""), field=field["key"], limit=int(field.get("limit", 20_000)), needed=False)


def _choice(field: Field, given: Any) -> str:
    value = str(given or "")
    if value and value not in {str(choice["value"]) for choice in field["choices"]}:
        raise BadInput(_("Please choose one of the answers offered."), field=field["key"])
    return value


def _many(field: Field, given: Any) -> list[str]:
    values = given if isinstance(given, list | tuple) else [given] if given else []
    return [_choice(field, value) for value in values]


def _number(field: Field, given: Any) -> str:
    text = str(given if given is not None else "").strip().replace(",", ".")
    if not text:
        return ""
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise BadInput(_("Please write a number, such as 12 or 12.5."), field=field["key"]) from error
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise BadInput(_("This number is too large."), field=field["key"])
    return format(number, "f")


def _date(field: Field, given: Any) -> str:
    text = str(given or "").strip()
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise BadInput(_("Please write a date as year-month-day, such as 2026-03-31."), field=field["key"]) from error


def _checkbox(field: Field, given: Any) -> bool:
    return given in (True, "true", "on", "1", "yes")


_READ = {
    "text": _text,
    "email": _text,
    "phone": _text,
    "long_text": _long_text,
    "choice": _choice,
    "many": _many,
    "number": _number,
    "date": _date,
    "checkbox": _checkbox,
    # Its answer is the file's name; the file itself is kept by whoever asks for it.
    "file": _text,
}
