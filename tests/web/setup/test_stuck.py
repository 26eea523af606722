"""Work that is stuck: parked jobs for administrators, late letters of the desk for its manager."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from firstline.core.outbox.models import Job, Letter
from firstline.core.people.models import Person
from tests import world
from tests.web.console.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    return signed_in(world.person("Anna", role=world.Role.ADMINISTRATOR))


def parked_job() -> Job:
    now = timezone.now()
    return Job.objects.create(kind="a.b.react", state="parked", owed_at=now, run_at=now, attempts=8, trouble="no disk")


def late_letter(number: int, to: Person, ticket_id: int) -> Letter:
    return Letter.objects.create(
        message_id=f"<{number}@x>", key=str(number), kind="registered", person=to, address=f"{number}@example.org",
        ticket_id=ticket_id, queued_at=timezone.now(), attempts=3, trouble="421 later",
    )  # fmt: skip


def test_a_parked_job_is_shown_to_an_administrator_and_tried_again(administrator: Client):
    job = parked_job()

    page = administrator.get("/console/setup/it/stuck").content.decode()
    administrator.post(f"/console/setup/it/stuck/{job.pk}/retry")

    job.refresh_from_db()
    assert "no disk" in page
    assert (job.state, job.attempts) == ("waiting", 0)


def test_a_desks_manager_neither_sees_nor_retries_what_belongs_to_no_desk(client: Client):
    job = parked_job()

    assert client.get("/console/setup/it/stuck").context["rows"] == []
    assert client.post(f"/console/setup/it/stuck/{job.pk}/retry").status_code == 403
    assert Job.objects.get().state == "parked"


def test_late_letters_are_those_of_the_desk_at_a_constant_price(
    client: Client, stranger: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    ticket = world.ticket(requester=world.person("Rita"))
    late_letter(1, ticket.requester, ticket.pk)
    with django_assert_num_queries(6):
        client.get("/console/setup/it/stuck/letters")
    for number in (2, 3):
        late_letter(number, world.person(f"Reader {number}"), ticket.pk)
    with django_assert_num_queries(6):
        page = client.get("/console/setup/it/stuck/letters").content.decode()

    assert [f"{number}@example.org" in page for number in (1, 2, 3)] == [True, True, True]
    assert stranger.get("/console/setup/hr/stuck/letters").context["rows"] == []
