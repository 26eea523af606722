"""What every set-up command begins and ends with: the right to do it, and the one entry that tells of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model

from firstline.commands.turn import DESK_ITSELF
from firstline.core.journal import canonical, contents, queries
from firstline.core.journal.append import append
from firstline.core.journal.models import Entry
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotAllowed, _
from firstline.core.people.models import LANGUAGES
from firstline.core.people.rights import Scope, scope_of
from firstline.core.sla.zones import zone

CODES = tuple(code for code, _name in LANGUAGES)


@dataclass(frozen=True)
class Column:
    """How one column is set: what checks a value, and whether it is a text, told by its digest only."""

    check: Callable[[Any], Any]
    text: bool = False


Columns = Mapping[str, Column]


def scope(by_id: int | None) -> Scope:
    """Return what `by_id` may do; None is the desk itself, which may do all."""
    return DESK_ITSELF if by_id is None else scope_of(by_id)


def managing(by_id: int | None, desk_id: int | None) -> Scope:
    """Return the scope of a manager of the desk (None: of all desks); raises NotAllowed."""
    held = scope(by_id)
    if not held.manages(desk_id):
        raise NotAllowed(_("Only a manager of this desk or an administrator may change how it is set up."))
    return held


def tell(
    chain: str, kind: str, *, by_id: int | None, now: datetime, facts: Mapping[str, Any], new: bool = False
) -> Entry:
    """Append the one entry of a set-up command; the caller holds the lock of what the chain is about."""
    moment = now if new else max(now, queries.latest_at(chain) or now)
    return append(chain, kind, by_id=by_id, at=moment, recorded_at=now, facts=facts, new=new)


def told(values: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """Return `values` as facts: texts as digests of kept contents, amounts and dates as text, blanks left out."""
    facts = {}
    for name, value in values.items():
        if value in ("", None, [], {}):
            continue
        facts[name] = digest(value) if name in columns and columns[name].text else plain(value)
    return facts


def digest(value: str | Mapping[str, Any] | Sequence[Any]) -> str:
    """Keep a text, or a structure as canonical JSON, beside the journal; return its salted digest."""
    text = value if isinstance(value, str) else canonical.encode({"is": value}).decode()
    return contents.keep(text).digest


def plain(value: Any) -> Any:
    """Return a value as the journal can hold it: numbers, codes, and the rest as text."""
    return value if value is None or isinstance(value, bool | int | str | list | dict) else str(value)


def checked(given: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """Return `given`, each value checked by its column; raises BadInput naming the field."""
    unknown = set(given) - set(columns)
    if unknown:
        raise BadInput(_("There is nothing of this name to be set here."), field=min(unknown))
    return {name: columns[name].check(value) for name, value in given.items()}


def change(row: Model, given: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """Set what differs in a locked row and save it; return the facts, empty if nothing differed."""
    differing = {name: value for name, value in checked(given, columns).items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    if differing:
        row.save(update_fields=list(differing))
    blanks = {name: None for name, value in differing.items() if value in ("", None, [], {})}
    return {**blanks, **told(differing, columns)}


def line(field: str, *, limit: int = 200, needed: bool = True) -> Column:
    """Return a column of one line of text."""
    return Column(lambda text: written.line(text, field=field, limit=limit, needed=needed), text=True)


def body(field: str, *, limit: int = 5000) -> Column:
    """Return a column of free text that may be empty."""
    return Column(lambda text: written.body(text, field=field, limit=limit, needed=False), text=True)


def words(field: str, *, limit: int = 200, needed: bool = True) -> Column:
    """Return a column of texts by language, of which one is needed."""
    return Column(lambda texts: _words(texts, field, limit, needed), text=True)


def code(field: str, known: Sequence[str]) -> Column:
    """Return a column that takes one of the known codes."""
    return Column(lambda value: _code(value, field, known))


def whole(field: str, low: int, high: int) -> Column:
    """Return a column of whole numbers from `low` to `high`."""
    return Column(lambda value: _whole(value, field, low, high))


def amount(field: str, *, empty: bool = False) -> Column:
    """Return a column of money, not below zero."""
    return Column(lambda value: _amount(value, field, empty))


def currency(field: str = "currency") -> Column:
    """Return a column that takes the code of a currency."""
    return Column(lambda value: _currency(value, field))


def time_zone(field: str = "time_zone", *, needed: bool = True) -> Column:
    """Return a column that takes the name of an IANA zone."""
    return Column(lambda value: _zone(value, needed))


def yes_or_no() -> Column:
    """Return a column of yes and no."""
    return Column(bool)


def _words(texts: Mapping[str, str], field: str, limit: int, needed: bool) -> dict[str, str]:
    kept = {
        language: text
        for language, given in texts.items()
        if (text := written.body(given, field=field, limit=limit, needed=False).strip())
    }
    if set(kept) - set(CODES):
        raise BadInput(_("The languages are en, ru and uk."), field=field)
    if needed and not kept:
        raise BadInput(_("Please fill this in; it is needed to go on."), field=field)
    return kept


def _code(value: str, field: str, known: Sequence[str]) -> str:
    if value not in known:
        raise BadInput(_("Please choose one of these: %(known)s."), field=field, known=", ".join(known))
    return str(value)


def _whole(value: int, field: str, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadInput(_("Please write a whole number from %(low)d to %(high)d."), field=field, low=low, high=high)
    return value


def _amount(value: Decimal | int | None, field: str, empty: bool) -> Decimal | None:
    if value is None and empty:
        return None
    found = Decimal(value or 0)
    if not found.is_finite() or not 0 <= found < 10**8:
        raise BadInput(_("Please write an amount that is not below zero."), field=field)
    return found.quantize(Decimal("0.01"))


def _zone(value: str, needed: bool) -> str:
    if value or needed:
        zone(value)
    return value


def _currency(value: Any, field: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{3}", value):
        raise BadInput(_("A currency is three capital letters, such as EUR."), field=field)
    return value
