"""Registering a request: from here on it is known, owned and promised."""

from __future__ import annotations

import pytest

from firstline.commands import registration
from firstline.commands.conversation import File
from firstline.core.journal import queries as journal
from firstline.core.journal.chain import instant
from firstline.core.kernel.identifiers import row_of
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.outbox.models import Job
from firstline.core.ownership.models import QueuePlace
from firstline.core.people.models import Person, Team
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import Closing, State
from tests import world

FORM = [{"key": "room", "type": "text", "label": {"en": "Room"}, "required": True}]


@pytest.fixture
def rita() -> Person:
    world.team()
    return world.person("Rita", organisation=world.organisation(), site=world.site())


@pytest.fixture
def olga() -> Person:
    return world.person("Olga", team=world.team())


def _registered(rita: Person, by: Person | None = None, **asked) -> Ticket:
    request = registration.Request(
        **{"desk_id": world.desk().pk, "requester_id": rita.pk, "text": "It smokes.", **asked}
    )
    return registration.register(request=request, by_id=(by or rita).pk, now=world.NINE)


def test_a_request_becomes_a_ticket_with_a_number_an_owner_and_a_promise(rita: Person):
    version = world.agreement()

    ticket = _registered(rita, subject="Printer", channel="form")

    assert row_of(ticket.number) == ticket.pk
    assert (ticket.state, ticket.kind, ticket.priority, ticket.channel) == (State.NEW, "incident", 3, "form")
    assert (ticket.organisation, ticket.site, ticket.team, ticket.steward_team) == (
        rita.organisation, rita.site, world.team(), world.team(),
    )  # fmt: skip
    message = ticket.messages.get()
    [entry] = journal.told(ticket.chain)
    assert (entry.kind, entry.by_id, entry.happened_at) == ("registered", rita.pk, world.NINE)
    assert entry.facts["text"] == message.content_id
    assert entry.facts["agreement"] == version.pk
    assert entry.facts["clocks"] == {
        "take": instant(world.now(minutes=15)), "first_response": instant(world.now(hours=1)),
        "resolve": instant(world.now(hours=8)),
    }  # fmt: skip
    assert QueuePlace.objects.get(ticket=ticket).due_at == world.now(minutes=15)
    assert Job.objects.filter(payload={"entry": entry.id}).exists()


def test_facts_hold_no_words(rita: Person):
    ticket = _registered(rita, subject="Printer", text="Call me on 555-1234.")

    assert "555-1234" not in str(journal.told(ticket.chain))
    assert "Printer" not in str(journal.told(ticket.chain))


def test_without_a_promise_a_ticket_still_has_a_place_in_time(rita: Person):
    ticket = _registered(rita)

    assert not ticket.clocks.exists()
    assert QueuePlace.objects.get(ticket=ticket).due_at == world.now(days=3)


def test_numbers_are_never_used_again(rita: Person):
    numbers = [_registered(rita).number for _again in range(5)]

    assert sorted(set(numbers)) == numbers


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("\n  First line \nsecond", "First line"),
        ("x" * 200, "x" * 117 + "..."),
        ("  \n\nлист\u2028з краю", "лист"),
    ],
)
def test_a_missing_subject_is_made_of_the_first_line(rita: Person, text: str, subject: str):
    assert _registered(rita, text=text).subject == subject


def test_the_service_decides_what_is_not_said(rita: Person):
    second = world.team("Second line", line=2)
    service = world.service("servers", team=second, category=world.category(), kind="request", impact=1, urgency=2)

    ticket = _registered(rita, service_id=service.pk)

    assert (ticket.team, ticket.steward_team) == (second, world.team())
    assert (ticket.kind, ticket.category, ticket.priority) == ("request", service.category, 1)
    places = QueuePlace.objects.filter(ticket=ticket).order_by("part").values_list("team", "part")
    assert list(places) == [(world.team().pk, "answers"), (second.pk, "carries")]


def test_a_team_that_ended_gets_nothing_more(rita: Person):
    second = world.team("Second line", line=2)
    service = world.service("servers", team=second)
    Team.objects.filter(pk=second.pk).update(ended_at=world.NINE)

    assert _registered(rita, service_id=service.pk).team == world.team()


def test_an_operator_registers_for_somebody_and_takes_it(rita: Person, olga: Person):
    request = registration.Request(desk_id=world.desk().pk, requester_id=rita.pk, text="By phone.", channel="phone")

    ticket = registration.register(request=request, by_id=olga.pk, now=world.NINE, take=True)

    assert (ticket.requester, ticket.registrar, ticket.assignee, ticket.steward) == (rita, olga, olga, olga)
    assert ticket.messages.get().author == rita
    assert world.told(ticket) == ["registered", "taken"]


@pytest.mark.parametrize(("closed", "state"), [(False, State.RESOLVED), (True, State.CLOSED)])
def test_what_was_solved_on_the_spot_is_registered_resolved(rita: Person, olga: Person, closed: bool, state: State):
    request = registration.Request(desk_id=world.desk().pk, requester_id=rita.pk, text="By phone.", channel="phone")

    ticket = registration.register_resolved(
        request=request, by_id=olga.pk, how="Restarted it.", cause="restart", now=world.NINE, closed=closed
    )

    assert (ticket.state, ticket.cause, ticket.registered_at) == (state, "restart", ticket.resolved_at)
    assert ticket.closing == (Closing.CONFIRMED if closed else "")
    assert world.told(ticket) == ["registered", "taken", "resolved", *(["closed"] if closed else [])]


def test_what_cannot_be_resolved_is_not_registered_either(rita: Person, olga: Person):
    request = registration.Request(desk_id=world.desk().pk, requester_id=rita.pk, text="By phone.")

    with world.refused(BadInput, "empty text"):
        registration.register_resolved(request=request, by_id=olga.pk, how=" ", now=world.NINE)


def test_answers_to_the_services_form_are_checked_and_kept(rita: Person):
    service = world.service("rooms", form=FORM)

    ticket = _registered(rita, service_id=service.pk, answers={"room": "12", "else": "?"})

    assert ticket.answers is not None
    assert ticket.answers.text == '{"room":"12"}'
    assert world.newest(ticket).facts["answers"] == ticket.answers_id
    with world.refused(BadInput):
        _registered(rita, service_id=service.pk, answers={})


def test_a_follow_up_is_linked_to_what_it_follows(rita: Person):
    closed = _registered(rita)

    ticket = _registered(rita, linked=("follows_up", closed.pk))

    assert ticket.links.get().other == closed
    assert world.newest(ticket).facts["how"] == "follows_up"


def test_files_come_with_the_first_message(rita: Person):
    ticket = _registered(rita, files=[File("shot.png", "image/png", b"pixels")])

    assert [file.name for file in ticket.messages.get().attachments.all()] == ["shot.png"]


def test_a_manager_registers_for_the_organisations_people(rita: Person):
    boss = world.person("Boris", role=world.Role.ORGANISATION_MANAGER, over=world.organisation())

    assert _registered(rita, by=boss).registrar == boss


@pytest.mark.parametrize("who", ["colleague", "auditor", "far operator"])
def test_others_do_not_register_for_somebody(rita: Person, who: str):
    person = {
        "colleague": lambda: world.person("Raisa", organisation=rita.organisation),
        "auditor": lambda: world.person("Anna", role=world.Role.AUDITOR),
        "far operator": lambda: world.person("Otto", team=world.team("Far desk", of=world.desk("far"))),
    }[who]()

    with world.refused(NotAllowed, "for yourself only"):
        _registered(rita, by=person)


@pytest.mark.parametrize(
    ("asked", "refusal", "field"),
    [
        ({"desk_id": 999}, NotThere, "desk"),
        ({"service_id": 999}, NotThere, "service"),
        ({"category_id": 999}, NotThere, "category"),
        ({"site_id": 999}, NotThere, "site"),
        ({"impact": 5}, BadInput, "impact"),
        ({"urgency": -1}, BadInput, "urgency"),
        ({"kind": "wish"}, BadInput, "kind"),
        ({"text": " "}, BadInput, "text"),
        ({"text": "\x00"}, BadInput, "text"),
        ({"subject": "x" * 301}, BadInput, "subject"),
    ],
)
def test_what_cannot_be_registered_is_refused_naming_the_field(rita: Person, asked, refusal, field: str):
    with world.refused(refusal) as refused:
        _registered(rita, **asked)

    assert refused.value.field == field


def test_nobody_unknown_asks(rita: Person):
    request = registration.Request(desk_id=world.desk().pk, requester_id=9999, text="Hello")

    with world.refused(NotThere, "no such person"):
        registration.register(request=request, by_id=None, now=world.NINE)


def test_a_desk_without_a_first_line_takes_nothing():
    gosha = world.person("Gosha")

    with world.refused(BadInput, "no first line yet"):
        _registered(gosha)


def test_services_of_another_desk_are_not_there(rita: Person):
    far = world.service("mail", of=world.desk("far"))

    with world.refused(NotThere, "no such service"):
        _registered(rita, service_id=far.pk)
