"""Requests are registered by API: for oneself, on somebody's behalf, and once however often they are sent."""

from __future__ import annotations

import base64
import threading
from typing import Any

import pytest
from django.db import connection

from firstline.commands.intake import Outcome
from firstline.core.intake.models import Envelope
from firstline.core.people.models import Person
from firstline.core.tickets.models import Attachment, Ticket
from tests import world
from tests.api.calling import Program, of, problem

pytestmark = pytest.mark.django_db

BODY = {"subject": "Printer", "text": "The printer on floor 3 is out of toner."}


@pytest.fixture
def rita(db: None) -> Person:
    world.front()
    return world.person("Rita")


@pytest.fixture
def olga(rita: Person) -> Person:
    return world.person("Olga", team=world.front())


def test_a_request_is_registered_for_the_tokens_person(rita: Person):
    registered = of(Program(rita).post("tickets", BODY), 201)

    ticket = Ticket.objects.get()
    assert (registered["number"], registered["state"], registered["duplicate"]) == (ticket.number, "new", False)
    assert (ticket.requester, ticket.registrar, ticket.channel) == (rita, rita, "api")
    assert (ticket.subject, ticket.messages.get().content.text) == (BODY["subject"], BODY["text"])


def test_the_body_is_kept_as_it_came_with_its_outcome(rita: Person):
    raw = b'{"text":  "The printer is out of toner."}'

    Program(rita).post("tickets", raw)

    envelope = Envelope.objects.get()
    assert (bytes(envelope.blob.inline or b""), envelope.outcome) == (raw, Outcome.REGISTERED)
    assert (envelope.person, envelope.ticket_id) == (rita, Ticket.objects.get().pk)


def test_the_same_key_sent_again_gives_the_same_ticket(rita: Person):
    program = Program(rita)
    first = of(program.post("tickets", BODY, Idempotency_Key="k-1"), 201)

    second = of(program.post("tickets", BODY, Idempotency_Key="k-1"), 200)

    assert second == {**first, "duplicate": True}
    assert Ticket.objects.count() == 1


def test_another_token_may_use_the_same_key_for_a_request_of_its_own(rita: Person):
    of(Program(rita).post("tickets", BODY, Idempotency_Key="k-1"), 201)

    of(Program(world.person("Sam")).post("tickets", BODY, Idempotency_Key="k-1"), 201)

    assert Ticket.objects.count() == 2


def test_a_request_that_was_refused_may_be_mended_under_its_key(rita: Person):
    program = Program(rita)
    refused = program.post("tickets", {**BODY, "service": "none"}, Idempotency_Key="k-1")

    mended = program.post("tickets", BODY, Idempotency_Key="k-1")

    assert problem(refused) == (404, "not_there", "service")
    of(mended, 201)


@pytest.mark.django_db(transaction=True)
def test_the_same_key_twice_at_once_gives_one_ticket():
    world.front()
    program = Program(world.person("Rita"))
    answers: list[dict[str, Any]] = []

    def send() -> None:
        answers.append(program.post("tickets", BODY, Idempotency_Key="k-1").json())
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Ticket.objects.count() == 1
    assert sorted(answer["duplicate"] for answer in answers) == [False, True, True, True]
    assert len({answer["number"] for answer in answers}) == 1


@pytest.mark.parametrize(
    "requester", [{"mail": "RITA@example.org"}, {"phone": "+7 (495) 123-45-67"}, {"id": None}], ids=str
)
def test_staff_register_a_call_on_somebodys_behalf(olga: Person, requester: dict[str, Any]):
    rita = Person.objects.get(name="Rita")
    world._reached_at(rita, "phone", "+74951234567")
    requester = {"id": rita.pk} if "id" in requester else requester

    of(Program(olga).post("tickets", {**BODY, "requester": requester, "channel": "phone", "take": True}), 201)

    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.registrar, ticket.channel) == (rita, olga, "phone")
    assert (ticket.assignee, ticket.steward, ticket.state) == (olga, olga, "open")


def test_whom_nobody_knows_yet_is_made_by_staffs_naming(olga: Person):
    who = {"mail": "zoe@example.org", "phone": "+380441234567", "name": "Zoe"}

    of(Program(olga).post("tickets", {**BODY, "requester": who}), 201)
    of(Program(olga).post("tickets", {**BODY, "requester": {"phone": "+380441234567"}}), 201)

    zoe = Person.objects.get(name="Zoe")
    assert [ticket.requester for ticket in Ticket.objects.all()] == [zoe, zoe]


def test_nobody_is_made_when_the_registration_is_refused(olga: Person):
    body = {**BODY, "service": "none", "requester": {"mail": "zoe@example.org", "name": "Zoe"}}

    assert problem(Program(olga).post("tickets", body))[0] == 404
    assert not Person.objects.filter(name="Zoe").exists()


def test_what_was_solved_on_the_spot_is_registered_resolved(olga: Person):
    solved = {"how": "Turned it on.", "cause": "user", "confirmed": True}

    of(Program(olga).post("tickets", {**BODY, "channel": "walk_in", "resolved": solved}), 201)

    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.closing, ticket.cause) == ("closed", "confirmed", "user")
    assert ticket.resolution is not None
    assert ticket.resolution.text == "Turned it on."


def test_a_service_is_named_by_its_key_and_its_form_is_checked(rita: Person):
    field = {"key": "floor", "type": "number", "label": {"en": "Floor"}, "required": True}
    service = world.service("printing")
    service.forms.create(version=1, fields=[field])
    program = Program(rita)

    missing = program.post("tickets", {**BODY, "service": "printing", "answers": {}})
    given = program.post("tickets", {**BODY, "service": "printing", "answers": {"floor": "3"}})

    assert problem(missing) == (422, "bad_input", "floor")
    number = of(given, 201)["number"]
    assert of(program.get(f"tickets/{number}"))["answers"] == {"floor": "3"}


def test_files_come_in_base64_and_go_out_as_they_came(rita: Person):
    program = Program(rita)
    data = bytes(range(256))
    file = {"name": "a.bin", "content_type": "text/html", "base64": base64.b64encode(data).decode()}

    number = of(program.post("tickets", {**BODY, "files": [file]}), 201)["number"]

    listed = of(program.get(f"tickets/{number}/messages"))[0]["files"]
    answer = program.get(f"tickets/{number}/files/{listed[0]['id']}")
    assert listed == [{"id": Attachment.objects.get().pk, "name": "a.bin", "content_type": "text/html", "size": 256}]
    assert (answer.content, answer["Content-Type"]) == (data, "application/octet-stream")
    assert (answer["Content-Disposition"], answer["X-Content-Type-Options"]) == ("attachment", "nosniff")


def test_a_requester_may_not_register_for_another_nor_learn_who_exists(rita: Person, olga: Person):
    program = Program(rita)

    known = program.post("tickets", {**BODY, "requester": {"mail": "olga@example.org"}})
    unknown = program.post("tickets", {**BODY, "requester": {"mail": "nobody@example.org"}})

    assert problem(known) == problem(unknown) == (403, "not_allowed", "requester")
    assert Ticket.objects.count() == 0


def test_a_manager_registers_for_the_people_of_the_organisation_only(rita: Person):
    northwind, other = world.organisation(), world.organisation("Other (demo)")
    ann = world.person("Ann", organisation=northwind)
    bob = world.person("Bob", organisation=other)
    program = Program(world.person("Max", role="organisation_manager", over=northwind))

    of(program.post("tickets", {**BODY, "requester": {"id": ann.pk}}), 201)

    assert problem(program.post("tickets", {**BODY, "requester": {"id": bob.pk}})) == (404, "not_there", "requester")


def test_with_several_desks_one_has_to_be_named(rita: Person):
    world.front(world.desk("hr"))
    program = Program(rita)

    assert problem(program.post("tickets", BODY)) == (422, "bad_input", "desk")
    of(program.post("tickets", {**BODY, "desk": "hr"}), 201)


def test_registering_costs_so_many_statements(rita: Person, django_assert_max_num_queries: Any):
    program = Program(rita)
    world.agreement()
    of(program.post("tickets", BODY), 201)

    with django_assert_max_num_queries(40):
        of(program.post("tickets", BODY), 201)


def test_a_key_too_long_for_an_envelope_is_refused_and_the_longest_is_kept(rita: Person):
    program = Program(rita)

    assert problem(program.post("tickets", BODY, Idempotency_Key="k" * 151))[0] == 422
    assert not Ticket.objects.exists()
    of(program.post("tickets", BODY, Idempotency_Key="k" * 150), 201)
