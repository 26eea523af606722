"""Finding people: by address, by number, by some letters of a name; and whom a person's roles know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from django.db.models import Exists, OuterRef, Q, QuerySet

from firstline.core import rows
from firstline.core.compiled import compiled
from firstline.core.kernel.prepared import Prepared
from firstline.core.people import contacts
from firstline.core.people.models import (
    Account,
    ContactPoint,
    Desk,
    Grant,
    Organisation,
    Person,
    Site,
    Team,
)
from firstline.core.people.rights import Scope

SHOWN = 8


@dataclass(frozen=True)
class Card:
    """A person as staff see them beside a ticket: who, of whom, how to reach them."""

    person: Person
    mails: tuple[str, ...]
    phones: tuple[str, ...]
    others: tuple[str, ...]
    roles: tuple[str, ...]
    signs_in: bool


def fronts(**named: int | str) -> list[Team]:
    """Return at most two teams in the front of a desk named by `id`, by `key`, or not at all; each knows its desk."""
    statement, values = _fronts(tuple(named)), list(named.values())
    found = []
    for team, desk in rows.read([Team, Desk], statement, values):
        team.desk = desk
        found.append(team)
    return found


@cache
def _fronts(named: tuple[str, ...]) -> Prepared:
    return Prepared(f"""
        SELECT {rows.columns(Team, "team")}, {rows.columns(Desk, "desk")}
        FROM people_team team JOIN people_desk desk ON desk.id = team.desk_id
        WHERE team.front AND team.ended_at IS NULL AND desk.ended_at IS NULL
        {"".join(f" AND desk.{column} = %s" for column in named)} LIMIT 2
    """)


def present(person_id: int) -> Person | None:
    """Return the person, unless they have left."""
    found = rows.read([Person], _PRESENT, [person_id])
    return found[0][0] if found else None


_PRESENT = Prepared(
    f"SELECT {rows.columns(Person, 'person')} FROM people_person person WHERE id = %s AND ended_at IS NULL"
)


def home_desk() -> Desk | None:
    """Return the desk whose name the pages carry: the first that was made and has not ended."""
    found: Desk | None = _home_desk.first()
    return found


@compiled
def _home_desk() -> QuerySet[Desk]:
    return Desk.objects.filter(ended_at=None).order_by("pk")[:1]


def desks_managed_by(scope: Scope) -> QuerySet[Desk]:
    """Return the live desks that a scope may set up, in the order they were made."""
    desks = Desk.objects.filter(ended_at=None).order_by("pk")
    return desks if scope.administrator else desks.filter(pk__in=scope.desks_managed)


def by_contact(kind: str, value: str) -> Person | None:
    """Return the person whom a mail address, phone number or messenger id reaches; raises BadContact."""
    found: Person
    kept: Person | None
    for found, kept in rows.read([Person, Person], _REACHED, [str(kind), contacts.key_of(kind, value)]):
        return kept or found
    return None


_REACHED = Prepared(f"""
SELECT {rows.columns(Person, "person")}, {rows.columns(Person, "kept")}
FROM people_contactpoint point JOIN people_person person ON person.id = point.person_id
LEFT JOIN people_person kept ON kept.id = person.merged_into_id
WHERE point.kind = %s AND point.key = %s AND point.ended_at IS NULL
""")


def organisation_of(mail_key: str) -> int | None:
    """Return the organisation that owns the address's domain, or the nearest domain above it."""
    above = contacts.domain_and_above(mail_key)
    if not above:
        return None
    owners = dict(rows.read([], _owners(len(above)), above))
    return next((owners[domain] for domain in above if domain in owners), None)


@lru_cache(maxsize=16)
def _owners(domains: int) -> Prepared:
    return Prepared(f"""
        SELECT owned.domain, owned.organisation_id
        FROM people_organisationdomain owned JOIN people_organisation owner ON owner.id = owned.organisation_id
        WHERE owned.domain IN ({rows.marks(domains)}) AND owner.ended_at IS NULL
    """)


def teams_of(scope: Scope) -> list[Team]:
    """Return the live teams whose tickets a scope reaches: all of the desks it sees whole, and its own."""
    return _teams_of(scope)


@compiled
def _teams_of(scope: Scope) -> QuerySet[Team]:
    teams = Team.objects.filter(ended_at=None)
    if not scope.sees_all:
        desks = scope.desks_fronted | scope.desks_managed | scope.desks_audited
        teams = teams.filter(Q(desk_id__in=desks) | Q(pk__in=scope.teams))
    return teams.order_by("line", "name", "pk")


def known_to(scope: Scope) -> QuerySet[Person]:
    """Return the live people a scope may look up: its desks' customers and whoever belongs to no customer.

    A customer is an organisation with a contract. One that is another desk's customer only is not shown;
    a manager of an organisation sees its people.
    """
    people = Person.objects.filter(ended_at=None, merged_into=None)
    if scope.administrator or scope.reads_all:
        return people
    may = Q(organisation_id__in=scope.organisations)
    if desks := _desks_seen(scope):
        theirs = Organisation.objects.filter(pk=OuterRef("organisation_id"))
        bound, ours = theirs.filter(contracts__isnull=False), theirs.filter(contracts__desk_id__in=desks)
        may |= Q(organisation=None) | ~Exists(bound) | Exists(ours)
    return people.filter(may)


def organisations_known_to(scope: Scope) -> QuerySet[Organisation]:
    """Return the live organisations a scope may look up, by the rule of `known_to`."""
    organisations = Organisation.objects.filter(ended_at=None)
    if scope.administrator or scope.reads_all:
        return organisations
    may = Q(pk__in=scope.organisations)
    if desks := _desks_seen(scope):
        bound = Organisation.objects.filter(pk=OuterRef("pk"), contracts__isnull=False)
        may |= ~Exists(bound) | Exists(bound.filter(contracts__desk_id__in=desks))
    return organisations.filter(may)


def sites_known_to(scope: Scope) -> QuerySet[Site]:
    """Return the live sites a scope may look up: one's own, and those of organisations it knows."""
    sites = Site.objects.filter(ended_at=None)
    return sites.filter(Q(organisation=None) | Q(organisation__in=organisations_known_to(scope).values("pk")))


def _desks_seen(scope: Scope) -> frozenset[int]:
    return scope.desks_worked | scope.desks_managed | scope.desks_audited


def search_people(scope: Scope, words: str, limit: int = SHOWN) -> list[Person]:
    """Return people whose number ends in these digits, whose address begins so, or whose name has these words.

    Fewer than two characters find nobody. Each person's organisation and contact points come with them.
    """
    text = words.strip()
    if len(text) < 2:
        return []
    found = known_to(scope).filter(_matching(text)).select_related("organisation")
    return list(found.prefetch_related("contact_points").order_by("name", "id")[:limit])


def only_one_named(scope: Scope, name: str) -> Person | None:
    """Return the person of exactly this name, if the scope knows one and no more."""
    found = list(known_to(scope).filter(name__in=_cases(name))[:2])
    return found[0] if len(found) == 1 else None


def person_card(scope: Scope, person_id: int) -> Card | None:
    """Return what staff may see of a person, or None if the scope does not know them; four queries."""
    person = known_to(scope).select_related("organisation", "site").filter(pk=person_id).first()
    if person is None:
        return None
    points = list(ContactPoint.objects.filter(person=person, ended_at=None).order_by("kind", "id"))
    grants = Grant.objects.filter(person=person, ended_at=None).order_by("id")
    return Card(
        person=person,
        mails=tuple(p.value for p in points if p.kind == ContactPoint.Kind.EMAIL),
        phones=tuple(p.value for p in points if p.kind == ContactPoint.Kind.PHONE),
        others=tuple(p.value for p in points if p.kind == ContactPoint.Kind.TELEGRAM),
        roles=tuple(grants.values_list("role", flat=True)),
        signs_in=Account.objects.filter(person=person, is_active=True).exists(),
    )


def mail_of(person_id: int) -> str:
    """Return the address at which a person is written to: the first live one that does not bounce, or ""."""
    points = ContactPoint.objects.filter(person_id=person_id, kind=ContactPoint.Kind.EMAIL, ended_at=None)
    return points.filter(bounced_at=None).order_by("id").values_list("value", flat=True).first() or ""


def _matching(text: str) -> Q:
    named: Q = Q()
    for word in text.split()[:5]:
        # SQLite folds the case of Latin letters only.
        named = named & Q(*(("name__contains", form) for form in _cases(word)), _connector=Q.OR)
    points = ContactPoint.objects.filter(person=OuterRef("pk"), ended_at=None)
    may = named | Q(Exists(points.filter(kind=ContactPoint.Kind.EMAIL, key__startswith=text.casefold())))
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 3 and not re.search(r"[^\d\s()+./-]", text):
        may = may | Q(Exists(points.filter(kind=ContactPoint.Kind.PHONE, key__endswith=digits)))
    return may


def _cases(text: str) -> list[str]:
    return list(dict.fromkeys((text, text.lower(), text.capitalize(), text.title(), text.upper())))
