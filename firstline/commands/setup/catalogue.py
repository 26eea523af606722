"""What a desk offers: services with their forms and instructions, and the categories they are sorted by."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from firstline.commands import founding, places
from firstline.commands.setup.desks import KeyTaken, locked_desk
from firstline.core.kernel.refusals import BadInput, NotThere, Refused, _
from firstline.core.people.models import Team
from firstline.core.services import forms
from firstline.core.services.models import Category, FormVersion, InstructionVersion, Service
from firstline.core.tickets.states import Kind

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_ICON = re.compile(r"[a-z0-9-]{1,40}")

COLUMNS: founding.Columns = {
    "name": founding.words("name"),
    "about": founding.words("about", limit=2000, needed=False),
    "icon": founding.Column(lambda name: _icon(name)),
    "kind": founding.code("kind", [str(kind) for kind in Kind]),
    "impact": founding.whole("impact", 1, 4),
    "urgency": founding.whole("urgency", 1, 4),
    "weight": founding.whole("weight", 1, 100),
    "guarded": founding.yes_or_no(),
    "public": founding.yes_or_no(),
    "position": founding.whole("position", 0, 30_000),
    # Checked against the desk by _placed, which knows it.
    "team_id": founding.Column(lambda pk: pk),
    "category_id": founding.Column(lambda pk: pk),
}
# By what the team of an instruction's step is brought in.
HOWS = ("", "task", "hand_over")
CATEGORY_COLUMNS: founding.Columns = {"name": founding.words("name", limit=120)}


class StillUsed(Refused):
    """The category cannot be ended while something live is sorted by it."""


class ServiceChanges(TypedDict, total=False):
    """What can be changed about a service."""

    name: Mapping[str, str]
    about: Mapping[str, str]
    icon: str
    team_id: int | None
    category_id: int | None
    kind: str
    impact: int
    urgency: int
    weight: int
    guarded: bool
    public: bool
    position: int


@transaction.atomic
def make_service(
    *, desk_id: int, key: str, by_id: int | None, now: datetime, **given: Unpack[ServiceChanges]
) -> Service:
    """Offer a service; its tickets go to its team first, or to the front where none is named.

    key     its name in addresses, once per desk
    raises  KeyTaken, BadInput, NotThere, NotAllowed; then nothing is written
    """
    founding.managing(by_id, desk_id)
    locked_desk(desk_id)
    values = founding.checked({"name": {}, **_placed(desk_id, given)}, COLUMNS)
    _free(Service.objects.filter(desk_id=desk_id, key=key).exists(), key)
    service = Service.objects.create(desk_id=desk_id, key=key, **values)
    facts = {"desk": desk_id, "key": key, **founding.told(values, COLUMNS)}
    founding.tell(chain(service.pk), "service made", by_id=by_id, now=now, facts=facts, new=True)
    return service


@transaction.atomic
def change_service(*, service_id: int, by_id: int | None, now: datetime, **changes: Unpack[ServiceChanges]) -> Service:
    """Change how a service is named or treated; tickets registered before keep what was decided for them."""
    service = _managed(service_id, by_id)
    given = _placed(service.desk_id, changes)
    facts = founding.change(service, given, COLUMNS)
    if facts:
        founding.tell(chain(service_id), "service changed", by_id=by_id, now=now, facts=facts)
    if facts.keys() & {"weight", "guarded"}:
        places.turn_now(service_id, now)
    return service


@transaction.atomic
def end_service(*, service_id: int, by_id: int | None, now: datetime) -> Service:
    """Offer a service no longer; its tickets go on."""
    service = _managed(service_id, by_id)
    service.ended_at = now
    service.save(update_fields=["ended_at"])
    founding.tell(chain(service_id), "service ended", by_id=by_id, now=now, facts={})
    return service


@transaction.atomic
def publish_form(
    *, service_id: int, fields: Sequence[Mapping[str, Any]], by_id: int | None, now: datetime
) -> FormVersion:
    """Ask these fields of the service's requesters from now on, as a new version; old answers keep theirs."""
    service = _managed(service_id, by_id)
    kept = forms.checked_fields(fields)
    version = _newest(FormVersion.objects.filter(service=service).values_list("version", flat=True)) + 1
    form = FormVersion.objects.create(service=service, version=version, fields=kept, made_by_id=by_id, made_at=now)
    facts = {"form": form.pk, "version": version, "fields": founding.digest(kept)}
    founding.tell(chain(service_id), "form published", by_id=by_id, now=now, facts=facts)
    return form


@transaction.atomic
def publish_instruction(
    *, service_id: int, steps: Sequence[Mapping[str, Any]], by_id: int | None, now: datetime,
    alone: Mapping[str, str] | None = None,
) -> InstructionVersion:  # fmt: skip
    """Bind steps to a service as a new version; tickets that somebody has taken keep the steps they began with.

    steps   [{"text": {language: words}, "team": whom to bring in, or None, "how": "task", "hand_over" or ""}]
    alone   what the line may solve by itself, by language
    """
    service = _managed(service_id, by_id)
    words = founding.words("alone", limit=2000, needed=False).check(alone or {})
    kept = [_step(service.desk_id, step) for step in steps]
    version = _newest(InstructionVersion.objects.filter(service=service).values_list("version", flat=True)) + 1
    instruction = InstructionVersion.objects.create(
        service=service, version=version, steps=kept, alone=words, made_by_id=by_id, made_at=now
    )
    facts = {"instruction": instruction.pk, "version": version, "steps": founding.digest(kept)}
    facts |= {"alone": founding.digest(words)} if words else {}
    founding.tell(chain(service_id), "instruction published", by_id=by_id, now=now, facts=facts)
    return instruction


@transaction.atomic
def make_category(
    *, desk_id: int, key: str, name: Mapping[str, str], by_id: int | None, now: datetime, parent_id: int | None = None
) -> Category:
    """Add a branch to the tree by which the desk sorts what goes wrong."""
    founding.managing(by_id, desk_id)
    locked_desk(desk_id)
    values = founding.checked({"name": name}, CATEGORY_COLUMNS)
    _must_be_of_desk(Category, desk_id, parent_id, "parent")
    _free(Category.objects.filter(desk_id=desk_id, key=key).exists(), key)
    category = Category.objects.create(desk_id=desk_id, key=key, parent_id=parent_id, **values)
    facts = {"category": category.pk, "key": key, "parent": parent_id, **founding.told(values, CATEGORY_COLUMNS)}
    founding.tell(f"desk:{desk_id}", "category made", by_id=by_id, now=now, facts=facts)
    return category


@transaction.atomic
def change_category(
    *, category_id: int, name: Mapping[str, str], by_id: int | None, now: datetime
) -> Category:  # fmt: skip
    """Call a category something else; its key and its place stay, for reports count by them."""
    category = _managed_category(category_id, by_id)
    facts = founding.change(category, {"name": name}, CATEGORY_COLUMNS)
    if facts:
        facts = {"category": category_id, **facts}
        founding.tell(f"desk:{category.desk_id}", "category changed", by_id=by_id, now=now, facts=facts)
    return category


@transaction.atomic
def end_category(*, category_id: int, by_id: int | None, now: datetime) -> Category:
    """Offer a category no longer; tickets keep it. Raises StillUsed, NotThere, NotAllowed."""
    category = _managed_category(category_id, by_id)
    if category.children.filter(ended_at=None).exists() or category.services.filter(ended_at=None).exists():
        raise StillUsed(_("Categories below it or services still use this one; give them another first."))
    category.ended_at = now
    category.save(update_fields=["ended_at"])
    facts = {"category": category_id}
    founding.tell(f"desk:{category.desk_id}", "category ended", by_id=by_id, now=now, facts=facts)
    return category


def chain(service_id: int) -> str:
    """Return the key of a service's chain in the journal."""
    return f"service:{service_id}"


def _managed(service_id: int, by_id: int | None) -> Service:
    service = Service.objects.select_for_update().filter(pk=service_id, ended_at=None).first()
    founding.managing(by_id, service.desk_id if service else None)
    if service is None:
        raise NotThere(_("There is no such service."), field="service")
    return service


def _managed_category(category_id: int, by_id: int | None) -> Category:
    found = Category.objects.filter(pk=category_id, ended_at=None).first()
    founding.managing(by_id, found.desk_id if found else None)
    if found is None:
        raise NotThere(_("There is no such category."), field="category")
    locked_desk(found.desk_id)
    found.refresh_from_db()
    return found


def _placed(desk_id: int, given: ServiceChanges) -> dict[str, Any]:
    _must_be_of_desk(Team, desk_id, given.get("team_id"), "team")
    _must_be_of_desk(Category, desk_id, given.get("category_id"), "category")
    return dict(given)


def _must_be_of_desk(model: type[Team] | type[Category], desk_id: int, pk: int | None, field: str) -> None:
    if pk is not None and not model.objects.filter(pk=pk, desk_id=desk_id, ended_at=None).exists():
        raise NotThere(_("This desk has nothing of that number."), field=field)


def _free(taken: bool, key: str) -> None:
    if not _KEY.fullmatch(key):
        raise BadInput(_("A key is made of lower-case letters, digits and hyphens."), field="key")
    if taken:
        raise KeyTaken(_("This desk has the key %(key)s already."), field="key", key=key)


def _newest(versions: Any) -> int:
    return max(versions, default=0)


def _step(desk_id: int, step: Mapping[str, Any]) -> dict[str, Any]:
    text = founding.words("steps", limit=2000).check(step.get("text") or {})
    team = step.get("team")
    _must_be_of_desk(Team, desk_id, team, "steps")
    how = founding.code("steps", HOWS).check(step.get("how") or ("task" if team else ""))
    return {"text": text, "team": team, **({"how": how} if team else {})}


def _icon(name: str) -> str:
    if not _ICON.fullmatch(name):
        raise BadInput(_("An icon is named by lower-case letters, digits and hyphens."), field="icon")
    return name
