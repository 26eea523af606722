"""Persons and how to reach them: made, found again, changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction

from firstline.commands import founding
from firstline.core import rows
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere, Refused, _
from firstline.core.people import contacts, queries
from firstline.core.people.models import ContactPoint, Organisation, Person, Site
from firstline.core.people.rights import Scope

COLUMNS: founding.Columns = {
    "name": founding.line("name"),
    "language": founding.code("language", founding.CODES),
    "time_zone": founding.time_zone(needed=False),
    "vip": founding.yes_or_no(),
    "notices": founding.Column(lambda wishes: _wishes(wishes)),
    "hour_rate": founding.amount("hour_rate", empty=True),
    "organisation_id": founding.Column(lambda pk: _existing(Organisation, pk, "organisation")),
    "site_id": founding.Column(lambda pk: _existing(Site, pk, "site")),
}
# What people may change about themselves; the rest is for those who know them at work.
OWN = frozenset({"name", "language", "time_zone", "notices"})


class ContactTaken(Refused):
    """The address or number belongs to somebody else."""


class PersonChanges(TypedDict, total=False):
    """What can be changed about a person."""

    name: str
    language: str
    time_zone: str
    vip: bool
    notices: Mapping[str, Any]
    hour_rate: Decimal | None
    organisation_id: int | None
    site_id: int | None


@dataclass(frozen=True)
class Found:
    """A person, and whether they were made just now."""

    person: Person
    made: bool


@transaction.atomic
def make_person(
    *, name: str, by_id: int | None, now: datetime, email: str = "", phone: str = "", language: str = "en",
    organisation_id: int | None = None, site_id: int | None = None, vip: bool = False, time_zone: str = "",
) -> Person:  # fmt: skip
    """Make a person with their address and number; whoever mails from an organisation's domain belongs to it.

    by_id   staff, a manager of the organisation, or None for the desk itself (a guest's form, a mail)
    raises  ContactTaken, BadContact, BadInput, NotThere, NotAllowed; then nothing is written
    """
    keys = {kind: value for kind, value in (("email", email), ("phone", phone)) if value.strip()}
    if organisation_id is None and "email" in keys:
        organisation_id = queries.organisation_of(contacts.mail_key(email))
    _may_make(founding.scope(by_id), organisation_id)
    given = {
        "name": name, "language": language, "time_zone": time_zone, "vip": vip, "organisation_id": organisation_id,
        "site_id": site_id,
    }  # fmt: skip
    values = founding.checked(given, COLUMNS)
    for kind, value in keys.items():
        _must_be_free(kind, value)
    return _made(values, keys, by_id, now)


# Without a savepoint of its own: whoever goes on in the same transaction after a refusal has set one.
@transaction.atomic(savepoint=False)
def find_or_make_person(
    *, by_id: int | None, now: datetime, name: str = "", email: str = "", phone: str = "", language: str = "en",
    organisation_id: int | None = None,
) -> Found:  # fmt: skip
    """Find the person of this address, or of this number, or (given only a name) the one of that name; else make them.

    The address is trusted before the number. Staff's finding adds what was not known of them yet; a guest's
    never does, for anybody may type anybody's address. A person without a name is called by their address.
    Raises BadContact, BadInput, NotAllowed; then nothing is written.
    """
    person = _found(founding.scope(by_id), name, email, phone)
    if person is None:
        called = name or email or phone
        try:
            made = make_person(
                name=called, by_id=by_id, now=now, email=email, phone=phone, language=language,
                organisation_id=organisation_id,
            )  # fmt: skip
            return Found(made, made=True)
        except ContactTaken:  # somebody else made them between our look and our row
            person = _found(founding.scope(by_id), name, email, phone)
            if person is None:
                raise
    if by_id is not None:
        _learn(person, {"email": email, "phone": phone}, by_id, now)
    return Found(person, made=False)


@transaction.atomic
def change_person(*, person_id: int, by_id: int | None, now: datetime, **changes: Unpack[PersonChanges]) -> Person:
    """Change what is said of a person: one's own name, language and wishes, or as staff anything.

    Raises BadInput, NotThere, NotAllowed; then nothing is written.
    """
    scope = founding.scope(by_id)
    person = locked_person(person_id)
    if not (by_id == person_id and set(changes) <= OWN):
        must_reach(scope, person)
    facts = founding.change(person, changes, COLUMNS)
    if facts:
        founding.tell(chain(person_id), "person changed", by_id=by_id, now=now, facts=facts)
    return person


@transaction.atomic
def add_contact(
    *, person_id: int, kind: str, value: str, by_id: int | None, now: datetime, verified: bool = False
) -> ContactPoint:
    """Add an address, number or messenger id. Raises ContactTaken, BadContact, NotThere, NotAllowed."""
    scope = founding.scope(by_id)
    if kind not in ContactPoint.Kind.values:
        known = ", ".join(ContactPoint.Kind.values)
        raise BadInput(_("Please choose one of these: %(known)s."), field="kind", known=known)
    person = locked_person(person_id)
    if by_id != person_id:
        must_reach(scope, person)
    _must_be_free(kind, value)
    point = _add(person, kind, value, now, verified=verified)
    facts = {"contact": point.pk, "kind": kind, "value": founding.digest(point.value)}
    founding.tell(chain(person_id), "contact added", by_id=by_id, now=now, facts=facts)
    return point


@transaction.atomic
def end_contact(*, contact_id: int, by_id: int | None, now: datetime) -> ContactPoint:
    """Let an address or number no longer be this person's; somebody else may have it then."""
    point = ContactPoint.objects.filter(pk=contact_id, ended_at=None).first()
    if point is None:
        raise NotThere(_("There is no such address or number."))
    person = locked_person(point.person_id)
    if by_id != person.pk:
        must_reach(founding.scope(by_id), person)
    point.ended_at = now
    point.save(update_fields=["ended_at"])
    founding.tell(chain(person.pk), "contact ended", by_id=by_id, now=now, facts={"contact": point.pk})
    return point


def locked_person(person_id: int) -> Person:
    """Return the person with their row locked, which is the lock of their chain; raises NotThere."""
    person = Person.objects.select_for_update().filter(pk=person_id, ended_at=None).first()
    if person is None:
        raise NotThere(_("There is no such person."), field="person")
    return person


def must_reach(scope: Scope, person: Person) -> None:
    """Raise NotThere unless `scope` knows this person, NotAllowed if it only reads."""
    if not queries.known_to(scope).filter(pk=person.pk).exists():
        raise NotThere(_("There is no such person."), field="person")
    _may_make(scope, person.organisation_id)


def chain(person_id: int) -> str:
    """Return the key of a person's chain in the journal."""
    return f"person:{person_id}"


def _may_make(scope: Scope, organisation_id: int | None) -> None:
    staff = scope.administrator or scope.teams or scope.desks_managed
    if not staff and (organisation_id is None or organisation_id not in scope.organisations):
        raise NotAllowed(_("Only those who work on a desk may enter people."))


def _found(scope: Scope, name: str, email: str, phone: str) -> Person | None:
    for kind, value in (("email", email), ("phone", phone)):
        person = queries.by_contact(kind, value) if value.strip() else None
        if person:
            return person
    if not (email.strip() or phone.strip()) and name.strip():
        return queries.only_one_named(scope, written.line(name, field="name", limit=200))
    return None


def _learn(person: Person, given: Mapping[str, str], by_id: int, now: datetime) -> None:
    """Add what staff typed and nobody has yet; an address of another person is left with them."""
    for kind, value in given.items():
        if value.strip() and queries.by_contact(kind, value) is None:
            add_contact(person_id=person.pk, kind=kind, value=value, by_id=by_id, now=now)


def _made(values: Mapping[str, Any], keys: Mapping[str, str], by_id: int | None, now: datetime) -> Person:
    person = Person(**values, made_at=now)
    try:
        with rows.together():
            rows.add(person)
            points = {kind: _point(person, kind, value, now) for kind, value in keys.items()}
            if points:
                rows.add(*points.values(), ids=False)
            digests = {kind: founding.digest(point.value) for kind, point in points.items()}
            facts = {**founding.told(values, COLUMNS), **digests}
            founding.tell(chain(person.pk), "person made", by_id=by_id, now=now, facts=facts, new=True)
    except IntegrityError as error:  # it was given to somebody since we looked
        raise _taken(next(iter(keys), "")) from error
    return person


def _must_be_free(kind: str, value: str) -> None:
    owner = queries.by_contact(kind, value)
    if owner:
        raise _taken(kind)


def _taken(kind: str) -> ContactTaken:
    return ContactTaken(_("This address or number belongs to somebody else already."), field=kind)


def _add(person: Person, kind: str, value: str, now: datetime, *, verified: bool = False) -> ContactPoint:
    point = _point(person, kind, value, now, verified=verified)
    try:
        with transaction.atomic():
            point.save(force_insert=True)
    except IntegrityError as error:  # it was given to somebody since we looked
        raise _taken(kind) from error
    return point


def _point(person: Person, kind: str, value: str, now: datetime, *, verified: bool = False) -> ContactPoint:
    return ContactPoint(
        person=person, kind=kind, value=written.line(value, field=kind, limit=320), key=contacts.key_of(kind, value),
        added_at=now, verified_at=now if verified else None,
    )  # fmt: skip


def _wishes(given: Mapping[str, Any]) -> dict[str, dict[str, bool]]:
    """Return {"mail": {"registered": false}} as it is stored; only yes and no are wishes."""
    shaped = all(isinstance(wishes, Mapping) for wishes in given.values())
    if not shaped or len(given) > 10 or any(len(wishes) > 50 for wishes in given.values()):
        raise BadInput(_("Wishes about notices are yes or no for each kind."), field="notices")
    return {str(way)[:20]: {str(k)[:40]: bool(v) for k, v in wishes.items()} for way, wishes in given.items()}


def _existing(model: type[Organisation] | type[Site], pk: int | None, field: str) -> int | None:
    if pk is not None and not model.objects.filter(pk=pk, ended_at=None).exists():
        raise NotThere(_("There is nothing of that number."), field=field)
    return pk
