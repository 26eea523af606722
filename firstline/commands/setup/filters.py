"""A desk's rules for new mail: added, changed, moved, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from firstline.commands import founding
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotThere, _
from firstline.core.mail.matching import FIELDS, WAYS
from firstline.core.mail.models import MailFilter
from firstline.core.mail.patterns import BadPattern, Pattern
from firstline.core.mail.queries import filters_of
from firstline.core.people.models import Desk, Team
from firstline.core.services.models import Service


class FilterSettings(TypedDict, total=False):
    """What can be set of a filter; see MailFilter."""

    name: str
    field: str
    header: str
    how: str
    pattern: str
    service_id: int | None
    team_id: int | None
    priority: int | None
    tag: str
    ignores: bool
    why: str


COLUMNS: founding.Columns = {
    "name": founding.line("name", limit=100),
    "field": founding.code("field", FIELDS),
    "header": founding.Column(lambda name: _header(name), text=True),
    "how": founding.code("how", WAYS),
    "pattern": founding.Column(lambda text: written.checked(text, field="pattern", limit=500), text=True),
    "service_id": founding.Column(lambda pk: pk),
    "team_id": founding.Column(lambda pk: pk),
    "priority": founding.Column(lambda level: _priority(level)),
    "tag": founding.Column(lambda tag: written.line(tag, field="tag", limit=60, needed=False).casefold()),
    "ignores": founding.yes_or_no(),
    "why": founding.line("why", needed=False),
}


@transaction.atomic
def add_filter(*, desk_id: int, by_id: int | None, now: datetime, **given: Unpack[FilterSettings]) -> MailFilter:
    """Add a filter behind the desk's others.

    Raises BadInput naming the field, NotThere, NotAllowed (the desk's manager or an administrator); then nothing is
    written.
    """
    _lock(desk_id, by_id)
    values = founding.checked(given, COLUMNS)
    last = filters_of(desk_id).last()
    made = MailFilter(desk_id=desk_id, position=last.position + 1 if last else 1, made_at=now, **values)
    _must_make_sense(made)
    made.save(force_insert=True)
    _tell(desk_id, "mail filter added", made, by_id, now, founding.told(values, COLUMNS))
    return made


@transaction.atomic
def change_filter(
    *, filter_id: int, by_id: int | None, now: datetime, **changes: Unpack[FilterSettings]
) -> MailFilter:  # fmt: skip
    """Change a filter; mail that came before stays as it was settled. Raises as `add_filter`."""
    found = _locked(filter_id, by_id)
    for name, value in founding.checked(changes, COLUMNS).items():
        setattr(found, name, value)
    _must_make_sense(found)
    found.refresh_from_db()
    facts = founding.change(found, changes, COLUMNS)
    if facts:
        _tell(found.desk_id, "mail filter changed", found, by_id, now, facts)
    return found


@transaction.atomic
def order_filters(*, desk_id: int, filter_ids: Sequence[int], by_id: int | None, now: datetime) -> None:
    """Let the desk's filters be asked in this order; it names each of them once. Raises BadInput, NotAllowed."""
    _lock(desk_id, by_id)
    present = {each.pk: each for each in filters_of(desk_id)}
    if sorted(filter_ids) != sorted(present):
        raise BadInput(_("The filters were changed meanwhile; look at them again."), field="filters")
    for position, pk in enumerate(filter_ids, start=1):
        MailFilter.objects.filter(pk=pk).update(position=position)
    founding.tell(_chain(desk_id), "mail filters ordered", by_id=by_id, now=now, facts={"filters": list(filter_ids)})


@transaction.atomic
def end_filter(*, filter_id: int, by_id: int | None, now: datetime) -> MailFilter:
    """Let a filter be asked no more. Raises NotThere, NotAllowed."""
    found = _locked(filter_id, by_id)
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    _tell(found.desk_id, "mail filter ended", found, by_id, now, {})
    return found


def _lock(desk_id: int, by_id: int | None) -> None:
    founding.managing(by_id, desk_id)
    if not Desk.objects.select_for_update().filter(pk=desk_id, ended_at=None).exists():
        raise NotThere(_("There is no such desk."), field="desk")


def _locked(filter_id: int, by_id: int | None) -> MailFilter:
    found = MailFilter.objects.select_for_update().filter(pk=filter_id, ended_at=None).first()
    founding.managing(by_id, found.desk_id if found else None)
    if found is None:
        raise NotThere(_("There is no such filter."))
    return found


def _must_make_sense(made: MailFilter) -> None:
    if not made.pattern.strip():
        raise BadInput(_("Please fill this in; it is needed to go on."), field="pattern")
    if made.field == MailFilter.Field.HEADER and not made.header:
        raise BadInput(_("Name the header field that is looked at."), field="header")
    if made.how == MailFilter.How.REGEX:
        _must_be_pattern(made.pattern)
    if made.ignores and not made.why:
        raise BadInput(_("Say why such mail is left alone: whoever looks for it will read it."), field="why")
    does = (made.service_id, made.team_id, made.priority, made.tag, made.ignores)
    if not any(does):
        raise BadInput(_("Choose what the filter does."), field="service_id")
    _must_be_of_desk(made)


def _must_be_of_desk(made: MailFilter) -> None:
    if made.service_id and not Service.objects.filter(pk=made.service_id, desk_id=made.desk_id, ended_at=None).exists():
        raise NotThere(_("This desk has no such service."), field="service_id")
    if made.team_id and not Team.objects.filter(pk=made.team_id, desk_id=made.desk_id, ended_at=None).exists():
        raise NotThere(_("This desk has no such team."), field="team_id")


def _must_be_pattern(pattern: str) -> None:
    try:
        Pattern(pattern)
    except BadPattern as trouble:
        raise BadInput(_("This is no pattern: %(why)s."), field="pattern", why=str(trouble)) from trouble


def _header(name: str) -> str:
    return written.line(name, field="header", limit=100, needed=False).rstrip(":").lower()


def _priority(level: int | None) -> int | None:
    if level is not None and level not in (1, 2, 3, 4):
        raise BadInput(_("Priority goes from 1 (first) to 4."), field="priority")
    return level


def _tell(
    desk_id: int, kind: str, about: MailFilter, by_id: int | None, now: datetime, facts: dict[str, Any]
) -> None:  # fmt: skip
    founding.tell(_chain(desk_id), kind, by_id=by_id, now=now, facts={"filter": about.pk, **facts})


def _chain(desk_id: int) -> str:
    return f"mail:{desk_id}"
