"""Rows written and read past the ORM are the rows that the ORM would write and read."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, models, transaction

from firstline.core import rows
from firstline.core.intake.models import Blob
from firstline.core.kernel.prepared import Prepared
from firstline.core.outbox.models import Job
from firstline.core.people.models import Person, Site, Team
from firstline.core.services.models import Service
from firstline.core.sla.models import AgreementVersion, Clock, OpeningSet
from tests import world

pytestmark = pytest.mark.django_db


def _values(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "id"}


def _person(name: str) -> Person:
    return Person(name=name, language="uk", notices={"mail": {"registered": False}}, hour_rate=Decimal("12.50"))


def test_a_row_that_is_added_is_the_one_that_would_be_saved():
    added, saved = _person("Olga Демо 🙂"), _person("Olga Демо 🙂")

    rows.add(added)
    saved.save(force_insert=True)

    found = [_values(Person.objects.get(pk=person.pk)) for person in (added, saved)]
    for each in found:
        each.pop("made_at")  # by the database itself
    assert added.pk != saved.pk
    assert found[0] == found[1]


def test_a_row_that_was_added_can_be_saved_like_any_other():
    person = _person("Olga")
    rows.add(person)

    person.name = "Olha"
    person.save(update_fields=["name"])

    assert Person.objects.get(pk=person.pk).name == "Olha"


def test_lengths_and_instants_come_back_as_they_were():
    ticket, version = world.ticket(), world.agreement()
    assert isinstance(version, AgreementVersion)
    openings = OpeningSet(
        digest="0" * 64,
        calendar=version.calendar,
        opens_at=world.NINE,
        ends_at=world.now(days=365),
        intervals=b"\x00[]",
    )
    rows.add(openings)
    clock = Clock(
        ticket=ticket, kind="next_response", agreement=version, openings=openings, started_at=world.now(minutes=0.0001),
        budget_for=timedelta(days=400, microseconds=7), due_at=world.now(hours=3), next_at=None,
    )  # fmt: skip

    rows.add(clock)

    assert _values(Clock.objects.get(pk=clock.pk)) == _values(clock)
    assert bytes(OpeningSet.objects.get(pk=openings.pk).intervals) == b"\x00[]"


def test_several_rows_learn_their_ids_in_their_order():
    people = [_person(f"Person {number}") for number in range(5)]

    rows.add(*people)

    assert [Person.objects.get(pk=person.pk).name for person in people] == [person.name for person in people]


def test_no_rows_are_no_statement(django_assert_num_queries: Any):
    with django_assert_num_queries(0):
        rows.add()


def test_what_the_database_forbids_is_forbidden():
    rows.add(Job(kind="x", owed_at=world.NINE, run_at=world.NINE, key="once"))

    with pytest.raises(IntegrityError):
        rows.add(Job(kind="x", owed_at=world.NINE, run_at=world.NINE, key="once"))


def test_what_leaves_together_arrives():
    with rows.together():
        rows.add(_person("Olga"), ids=False)
        petro = _person("Petro")
        rows.add(petro)
        rows.add(_person("Ivan"), _person("Yana"), ids=False)

    assert sorted(Person.objects.values_list("name", flat=True)) == ["Ivan", "Olga", "Petro", "Yana"]
    assert Person.objects.get(pk=petro.pk).name == "Petro"


def test_an_error_in_a_package_is_told_and_leaves_the_connection_whole():
    job = {"kind": "x", "owed_at": world.NINE, "run_at": world.NINE, "key": "once"}
    rows.add(Job(**job))

    @transaction.atomic
    def owe_again() -> None:
        with rows.together():
            rows.add(Job(**job), ids=False)
            rows.add(_person("Olga"), ids=False)

    with pytest.raises(IntegrityError):
        owe_again()

    assert (Job.objects.count(), Person.objects.count()) == (1, 0)


def test_what_was_waited_for_is_done():
    with rows.together():
        rows.add(_person("Olga"), ids=False)
        rows.wait()
        there = Person.objects.count()

    assert there == 1


def test_a_row_that_is_put_replaces_what_it_should_and_nothing_else():
    rows.put(Blob(digest="d", size=1, inline=None, kept_at=world.NINE, dropped_at=world.NINE), replacing=("inline",))

    rows.put(Blob(digest="d", size=2, inline=b"ab", kept_at=world.now(days=1)), replacing=("inline", "dropped_at"))

    kept = Blob.objects.get()
    assert (kept.size, bytes(kept.inline or b""), kept.kept_at, kept.dropped_at) == (1, b"ab", world.NINE, None)


def test_only_the_columns_named_are_changed():
    person = world.person("Olga")
    person.name, person.language, person.notices = "Olha", "uk", {"mail": {}}

    rows.change(person, "name", "notices")

    found = Person.objects.get(pk=person.pk)
    assert (found.name, found.language, found.notices) == ("Olha", "en", {"mail": {}})


def test_a_row_that_is_gone_cannot_be_changed():
    site = world.site()
    Site.objects.filter(pk=site.pk).delete()

    with pytest.raises(DatabaseError, match="not there any more"):
        rows.change(site, "name")


def test_rows_of_several_models_are_read_side_by_side():
    service = world.service("mail")
    alone = Service.objects.create(desk=service.desk, key="alone", name={"en": "Alone"}, team=None)
    service.team = world.team("Mail", line=2, of=service.desk)
    service.save()

    found = rows.read(
        [Service, Team],
        Prepared(
            f"SELECT {rows.columns(Service, 'service')}, {rows.columns(Team, 'team')} FROM services_service service"
            " LEFT JOIN people_team team ON team.id = service.team_id WHERE service.desk_id = %s ORDER BY service.id"
        ),
        [service.desk_id],
    )

    whole = {one.pk: (_values(one), other and _values(other)) for one, other in found}
    assert whole[service.pk] == (_values(Service.objects.get(pk=service.pk)), _values(service.team))
    assert whole[alone.pk] == (_values(alone), None)
