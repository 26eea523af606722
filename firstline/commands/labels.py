"""Makes the teams, persons, categories and sites that an imported history names, each of them once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from firstline.core.intake.models import Origin
from firstline.core.people.models import Desk, Person, Site, Team
from firstline.core.services.models import Category
from firstline.core.tickets.recorded import Case

# The requester of a ticket whose log does not say who asked.
NOBODY_NAMED = "Unknown requester"
FRONT = "First line"


@transaction.atomic
def open_desk(*, key: str, name: str, now: datetime) -> Desk:
    """Return the desk of that key with a first line in front; made if there is none."""
    desk, _ = Desk.objects.get_or_create(key=key, defaults={"name": name, "languages": ["en"], "made_at": now})
    if not Team.objects.filter(desk=desk, front=True, ended_at=None).exists():
        Team.objects.get_or_create(desk=desk, name=FRONT, defaults={"line": 1, "front": True})
    return desk


class Labels:
    """What the labels of one source stand for on one desk: label -> row id. It reads them all when it begins."""

    def __init__(self, desk: Desk, source: str) -> None:
        self.desk = desk
        self.source = source
        self.front_id = Team.objects.filter(desk=desk, front=True, ended_at=None).values_list("pk", flat=True)[0]
        self.teams = dict(Team.objects.filter(desk=desk).values_list("name", "pk"))
        self.sites = dict(Site.objects.filter(organisation=None, ended_at=None).values_list("name", "pk"))
        known = Category.objects.filter(desk=desk).values_list("name", "pk")
        self.categories = {name.get("en", ""): row for name, row in known}
        self.keys = set(Category.objects.filter(desk=desk).values_list("key", flat=True))
        persons = Origin.objects.filter(source=source, kind=Origin.Kind.PERSON)
        self.persons = dict(persons.values_list("external_id", "row_id"))

    def prepare(self, cases: Sequence[Case], now: datetime) -> None:
        """Make what these cases name and nothing stands for yet, in the caller's transaction."""
        rows = [row for case in cases for row in case.happenings]
        self._make_teams(_new((row.team for row in rows), self.teams))
        self._make_sites(_new((row.site for row in rows), self.sites))
        self._make_categories(_new((row.category for row in rows), self.categories))
        named = [name for row in rows for name in (row.requester, row.assignee, row.by)]
        registrars = [case.registrar for case in cases]
        self._make_persons(_new([NOBODY_NAMED, *named, *registrars], self.persons), now)

    def person(self, label: str | None) -> int | None:
        """Return the person a label stands for, None where the log names nobody."""
        return self.persons[label] if label else None

    def team(self, label: str | None) -> int | None:
        """Return the team a label stands for."""
        return self.teams[label] if label else None

    def _make_teams(self, names: list[str]) -> None:
        # Line 2: the log does not say which of its groups answers first, so none of them keeps control.
        made = Team.objects.bulk_create([Team(desk=self.desk, name=name, line=2) for name in names])
        self.teams.update((team.name, team.pk) for team in made)

    def _make_sites(self, names: list[str]) -> None:
        made = Site.objects.bulk_create([Site(name=name) for name in names])
        self.sites.update((site.name, site.pk) for site in made)

    def _make_categories(self, names: list[str]) -> None:
        rows = [Category(desk=self.desk, key=self._key(name), name={"en": name}) for name in names]
        made = Category.objects.bulk_create(rows)
        self.categories.update((category.name["en"], category.pk) for category in made)

    def _make_persons(self, names: list[str], now: datetime) -> None:
        made = Person.objects.bulk_create([Person(name=name, made_at=now) for name in names])
        kind = Origin.Kind.PERSON
        Origin.objects.bulk_create(
            [Origin(source=self.source, kind=kind, external_id=row.name, row_id=row.pk) for row in made]
        )
        self.persons.update((person.name, person.pk) for person in made)

    def _key(self, name: str) -> str:
        key = slugify(name)[:60] or "category"
        if key in self.keys:
            key = f"{key}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
        self.keys.add(key)
        return key


def _new(names: Iterable[str | None], known: dict[str, int]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name and name not in known]
