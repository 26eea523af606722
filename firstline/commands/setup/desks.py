"""Desks, their teams on the lines of support, and their own names for states."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from firstline.commands import founding
from firstline.core.kernel.refusals import BadInput, NotThere, Refused, _
from firstline.core.people.models import Desk, Site, Team
from firstline.core.tickets.models import NamedState
from firstline.core.tickets.states import State

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class KeyTaken(Refused):
    """Something of this name or key is there already."""


class FrontTaken(Refused):
    """A desk has one front team; another one is it."""


class StillCarries(Refused):
    """The team cannot be ended while work or services are with it."""


class DeskChanges(TypedDict, total=False):
    """What can be changed about a desk."""

    name: str
    model: str
    time_zone: str
    languages: Sequence[str]
    mail_from: str
    currency: str
    close_after_days: int
    reopen_within_days: int


def _languages(given: Sequence[str]) -> list[str]:
    kept = list(dict.fromkeys(given))
    if not kept or set(kept) - set(founding.CODES):
        raise BadInput(_("A desk speaks one or more of these languages: en, ru, uk."), field="languages")
    return kept


COLUMNS: founding.Columns = {
    "name": founding.line("name"),
    "model": founding.code("model", Desk.Model.values),
    "time_zone": founding.time_zone(),
    "languages": founding.Column(_languages),
    "mail_from": founding.line("mail_from", limit=320, needed=False),
    "currency": founding.currency(),
    "close_after_days": founding.whole("close_after_days", 1, 90),
    "reopen_within_days": founding.whole("reopen_within_days", 0, 365),
}
TEAM_COLUMNS: founding.Columns = {
    "name": founding.line("name"),
    "line": founding.whole("line", 1, 4),
    "front": founding.yes_or_no(),
}


@transaction.atomic
def make_desk(
    *, key: str, name: str, by_id: int | None, now: datetime, languages: Sequence[str] = ("en",),
    time_zone: str = "UTC", model: str = Desk.Model.CENTRAL,
) -> Desk:  # fmt: skip
    """Make a service desk; it takes requests once it has a front team.

    key     its name in addresses: lower-case letters, digits and hyphens
    raises  KeyTaken, BadInput, NotAllowed (administrators only); then nothing is written
    """
    founding.managing(by_id, None)
    given = {"name": name, "model": model, "time_zone": time_zone, "languages": languages}
    values = founding.checked(given, COLUMNS)
    if not _KEY.fullmatch(key):
        raise BadInput(_("A key is made of lower-case letters, digits and hyphens."), field="key")
    if Desk.objects.filter(key=key).exists():
        raise KeyTaken(_("There is a desk with the key %(key)s already."), field="key", key=key)
    desk = Desk.objects.create(key=key, **values, made_at=now)
    facts = {"key": key, **founding.told(values, COLUMNS)}
    founding.tell(_chain(desk.pk), "desk made", by_id=by_id, now=now, facts=facts, new=True)
    return desk


@transaction.atomic
def change_desk(*, desk_id: int, by_id: int | None, now: datetime, **changes: Unpack[DeskChanges]) -> Desk:
    """Change a desk's name, languages or periods; what is the same already is left alone."""
    founding.managing(by_id, desk_id)
    desk = locked_desk(desk_id)
    facts = founding.change(desk, changes, COLUMNS)
    if facts:
        founding.tell(_chain(desk_id), "desk changed", by_id=by_id, now=now, facts=facts)
    return desk


@transaction.atomic
def make_team(
    *, desk_id: int, name: str, line: int, by_id: int | None, now: datetime, site_id: int | None = None,
    front: bool = False,
) -> Team:  # fmt: skip
    """Make a team on line 1 to 4; the front team, on line 1, answers for whatever no rule sends elsewhere.

    Raises KeyTaken, FrontTaken, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    founding.managing(by_id, desk_id)
    locked_desk(desk_id)
    values: dict[str, Any] = founding.checked({"name": name, "line": line, "front": front}, TEAM_COLUMNS)
    _check_front(desk_id, values)
    if Team.objects.filter(desk_id=desk_id, name=values["name"]).exists():
        raise KeyTaken(_("This desk has a team of that name already."), field="name")
    if site_id is not None and not Site.objects.filter(pk=site_id, ended_at=None).exists():
        raise NotThere(_("There is no such site."), field="site")
    team = Team.objects.create(desk_id=desk_id, site_id=site_id, **values)
    facts = {**founding.told(values, TEAM_COLUMNS), "team": team.pk, "site": site_id}
    founding.tell(_chain(desk_id), "team made", by_id=by_id, now=now, facts=facts)
    return team


@transaction.atomic
def change_team(
    *, team_id: int, name: str, by_id: int | None, now: datetime, site_id: int | None = None
) -> Team:  # fmt: skip
    """Give a team another name, or say where it sits; its line stays, for the past was measured by it.

    Raises KeyTaken, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    team = _managed_team(team_id, by_id)
    if Team.objects.filter(desk_id=team.desk_id, name=name.strip()).exclude(pk=team_id).exists():
        raise KeyTaken(_("This desk has a team of that name already."), field="name")
    if site_id not in (None, team.site_id) and not Site.objects.filter(pk=site_id, ended_at=None).exists():
        raise NotThere(_("There is no such site."), field="site_id")
    columns = {"name": TEAM_COLUMNS["name"], "site_id": founding.Column(lambda pk: pk)}
    facts = founding.change(team, {"name": name, "site_id": site_id}, columns)
    if facts:
        founding.tell(_chain(team.desk_id), "team changed", by_id=by_id, now=now, facts={"team": team_id, **facts})
    return team


@transaction.atomic
def end_team(*, team_id: int, by_id: int | None, now: datetime) -> Team:
    """End a team that carries nothing any more; its past stays. Raises StillCarries, NotThere, NotAllowed."""
    team = _managed_team(team_id, by_id)
    if team.front or team.places.exists() or team.services.filter(ended_at=None).exists():
        raise StillCarries(_("This team still has tickets or services, or is the front; give them to another first."))
    team.ended_at = now
    team.save(update_fields=["ended_at"])
    founding.tell(_chain(team.desk_id), "team ended", by_id=by_id, now=now, facts={"team": team.pk})
    return team


@transaction.atomic
def name_state(
    *, desk_id: int, category: str, key: str, name: Mapping[str, str], by_id: int | None, now: datetime
) -> NamedState:
    """Give a state the desk's own name, or add a named state to a category; renames one of the same key."""
    founding.managing(by_id, desk_id)
    locked_desk(desk_id)
    if not _KEY.fullmatch(key):
        raise BadInput(_("A key is made of lower-case letters, digits and hyphens."), field="key")
    columns = {"category": founding.code("category", [str(s) for s in State]), "name": founding.words("name", limit=60)}
    values = founding.checked({"category": category, "name": name}, columns)
    state, _made = NamedState.objects.update_or_create(desk_id=desk_id, key=key, defaults=values)
    facts = {"key": key, "state": state.pk, **founding.told(values, columns)}
    founding.tell(_chain(desk_id), "state named", by_id=by_id, now=now, facts=facts)
    return state


def locked_desk(desk_id: int) -> Desk:
    """Return the desk with its row locked, which is the lock of its chain; raises NotThere."""
    desk = Desk.objects.select_for_update().filter(pk=desk_id, ended_at=None).first()
    if desk is None:
        raise NotThere(_("There is no such desk."), field="desk")
    return desk


def _managed_team(team_id: int, by_id: int | None) -> Team:
    """Return a live team of a desk that is managed, the desk locked."""
    team = Team.objects.filter(pk=team_id, ended_at=None).first()
    founding.managing(by_id, team.desk_id if team else None)
    if team is None:
        raise NotThere(_("There is no such team."), field="team")
    locked_desk(team.desk_id)
    team.refresh_from_db()
    return team


def _check_front(desk_id: int, values: dict[str, Any]) -> None:
    if not values["front"]:
        return
    if values["line"] != 1:
        raise BadInput(_("Only a team of the first line can be the front."), field="front")
    if Team.objects.filter(desk_id=desk_id, front=True, ended_at=None).exists():
        raise FrontTaken(_("This desk has a front team already."), field="front")


def _chain(desk_id: int) -> str:
    return f"desk:{desk_id}"
