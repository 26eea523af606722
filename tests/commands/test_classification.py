"""What a ticket is and how soon it is needed: each change on record, with the promise chosen again."""

from __future__ import annotations

import pytest

from firstline.commands import classification, progress
from firstline.commands.turn import AlreadyClosed
from firstline.core.journal.chain import instant
from firstline.core.kernel.refusals import BadInput, NotThere
from firstline.core.sla.models import Clock
from firstline.core.tickets import words
from firstline.core.tickets.states import State
from tests import world
from tests.commands.conftest import Stage

LATER = world.now(minutes=30)


def test_a_ticket_is_reclassified_and_the_entry_says_what_it_was(stage: Stage):
    service, category = world.service("printing"), world.category("printers")

    classification.reclassify(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER, kind="request", service_id=service.pk,
        category_id=category.pk,
    )  # fmt: skip

    ticket = stage.ticket_now()
    assert (ticket.kind, ticket.service, ticket.category) == ("request", service, category)
    said = world.newest(ticket)
    assert said.kind == "reclassified"
    assert said.facts == {
        "kind": "request", "service_id": service.pk, "category_id": category.pk,
        "was": {"kind": "incident", "service_id": None, "category_id": None},
    }  # fmt: skip


def test_what_is_not_given_stays(stage: Stage):
    classification.reclassify(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER, kind="question")

    assert world.newest(stage.ticket).facts == {"kind": "question", "was": {"kind": "incident"}}


def test_another_service_with_another_promise_ends_the_clocks_and_counts_from_the_start(stage: Stage):
    service = world.service("vital")
    vital = world.agreement("Vital", service=service, targets={"take": 900, "first_response": 1800, "resolve": 3600})

    classification.reclassify(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER, service_id=service.pk)

    clock = stage.ticket.clocks.get(kind="resolve", ended_at=None)
    assert (clock.started_at, clock.due_at, clock.agreement) == (world.NINE, world.now(hours=1), vital)
    former = stage.ticket.clocks.get(kind="resolve", ended_at=LATER)
    assert (former.state, former.why) == (Clock.State.ENDED, "reclassified")
    assert world.newest(stage.ticket).facts["clocks"] == {
        "first_response": instant(world.now(minutes=30)), "resolve": instant(world.now(hours=1)),
    }  # fmt: skip


def test_a_first_promise_begins_at_registration(stage: Stage):
    other = world.desk("other")
    operator = world.person("Otto", team=world.team("Other desk", of=other))
    ticket = world.ticket(of=other, held_by=operator)
    service = world.service("vital", of=other)
    world.agreement("Vital", of=other, service=service, targets={"take": 900, "resolve": 3600})

    classification.reclassify(ticket_id=ticket.pk, by_id=operator.pk, now=LATER, service_id=service.pk)

    # It was taken before, so only what has not happened yet is promised.
    assert list(ticket.clocks.values_list("kind", "due_at")) == [("resolve", world.now(hours=1))]


def test_nothing_is_reclassified_to_what_it_is(stage: Stage):
    with world.refused(classification.NothingChanges, "so already"):
        classification.reclassify(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER, kind="incident")


@pytest.mark.parametrize(
    ("given", "refusal", "match"),
    [
        ({"kind": "wish"}, BadInput, "an incident, a request or a question"),
        ({"service_id": 999}, NotThere, "no such service"),
        ({"category_id": 999}, NotThere, "no such category"),
    ],
)
def test_a_class_that_is_not_there_is_refused(stage: Stage, given, refusal, match: str):
    with world.refused(refusal, match):
        classification.reclassify(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER, **given)


def test_another_desks_service_and_category_are_not_there(stage: Stage):
    other = world.desk("other")
    service, category = world.service("mail", of=other), world.category(of=other)

    with world.refused(NotThere):
        classification.reclassify(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER, service_id=service.pk
        )  # fmt: skip
    with world.refused(NotThere):
        classification.reclassify(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER, category_id=category.pk)


def test_a_resolved_ticket_may_be_put_right_and_a_closed_one_not(stage: Stage):
    progress.resolve(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, how="Done.", now=world.now(minutes=5))
    classification.reclassify(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER, kind="question")
    progress.confirm(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, now=LATER)

    with world.refused(AlreadyClosed):
        classification.reclassify(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER, kind="request")
    with world.refused(AlreadyClosed):
        classification.retitle(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER, subject="Else")


def test_impact_and_urgency_give_priority_and_the_reason_is_kept(stage: Stage):
    classification.set_priority(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, impact=1, urgency=1, why="The whole shop.", now=LATER
    )

    assert (stage.ticket_now().impact, stage.ticket_now().urgency, stage.ticket_now().priority) == (1, 1, 1)
    facts = world.newest(stage.ticket).facts
    assert (facts["priority"], facts["was"]) == (1, {"impact": 3, "urgency": 3, "priority": 3})


def test_a_raised_priority_shortens_the_promise_from_its_original_start(stage: Stage):
    world.agreement(by_priority={1: {"take": 300, "first_response": 900, "resolve": 7200}})

    classification.set_priority(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, impact=1, urgency=1, why="All.", now=LATER
    )

    assert stage.ticket.clocks.get(kind="resolve", ended_at=None).due_at == world.now(hours=2)


def test_a_raised_priority_of_a_waiting_ticket_waits_too(stage: Stage):
    world.agreement(by_priority={1: {"first_response": 900, "resolve": 7200}})
    progress.wait(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, on=State.WAITING_REQUESTER, why="", now=world.now(minutes=10)
    )
    classification.set_priority(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, impact=1, urgency=1, why="!", now=LATER)

    progress.resume(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=world.now(minutes=70))

    assert stage.ticket.clocks.get(kind="resolve", ended_at=None).due_at == world.now(hours=3)


@pytest.mark.parametrize(("impact", "urgency", "field"), [(0, 1, "impact"), (1, 5, "urgency")])
def test_impact_and_urgency_stay_in_their_matrix(stage: Stage, impact: int, urgency: int, field: str):
    with world.refused(BadInput, "from 1"):
        classification.set_priority(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, impact=impact, urgency=urgency, why="x", now=LATER
        )


def test_a_priority_needs_a_reason_and_a_change(stage: Stage):
    with world.refused(BadInput, "empty text"):
        classification.set_priority(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, impact=1, urgency=1, why="", now=LATER
        )
    with world.refused(classification.NothingChanges):
        classification.set_priority(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, impact=3, urgency=3, why="x", now=LATER
        )


def test_another_requester_brings_their_organisation_site_and_promise(stage: Stage):
    gold = world.contract(world.organisation("Gold (demo)"))
    world.agreement("Gold", tier=gold.tier, targets={"resolve": 3600})
    greta = world.person("Greta", organisation=gold.organisation, site=world.site("Shop 1"))

    classification.change_requester(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, requester_id=greta.pk, now=LATER)

    ticket = stage.ticket_now()
    assert (ticket.requester, ticket.organisation, ticket.site) == (greta, gold.organisation, greta.site)
    assert ticket.clocks.get(kind="resolve", ended_at=None).due_at == world.now(hours=1)
    assert world.newest(ticket).facts["was"]["requester_id"] == stage.rita.pk


def test_the_requester_is_somebody_else_and_known(stage: Stage):
    with world.refused(classification.NothingChanges, "requester already"):
        classification.change_requester(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, requester_id=stage.rita.pk, now=LATER
        )
    with world.refused(NotThere, "no such person"):
        classification.change_requester(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, requester_id=9999, now=LATER)


def test_a_new_subject_is_stored_sealed_and_found(stage: Stage):
    classification.retitle(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, subject=" Fuser  broken ", now=LATER)

    assert stage.ticket_now().subject == "Fuser broken"
    assert len(world.newest(stage.ticket).facts["subject"]) == 64
    assert words.found("fuser") == [stage.ticket.pk]


def test_a_subject_changes_and_has_words(stage: Stage):
    with world.refused(classification.NothingChanges, "subject already"):
        classification.retitle(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, subject="Printer is out of toner", now=LATER
        )
    with world.refused(BadInput, "fill this in"):
        classification.retitle(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, subject=" ", now=LATER)
    with world.refused(BadInput, "at most 300"):
        classification.retitle(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, subject="x" * 301, now=LATER)


def test_a_tag_is_put_on_once_and_taken_off(stage: Stage):
    tagging = classification.tag(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, name="Toner", now=LATER)

    assert tagging.tag.name == "toner"
    assert world.newest(stage.ticket).facts == {"tag": tagging.tag_id}
    with world.refused(classification.NothingChanges, "has the tag toner already"):
        classification.tag(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, name="TONER", now=LATER)

    classification.untag(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, name="toner", now=LATER)

    assert world.newest(stage.ticket).kind == "untagged"
    with world.refused(classification.NotTagged, "does not have the tag"):
        classification.untag(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, name="toner", now=LATER)


def test_a_tag_has_a_name(stage: Stage):
    with world.refused(BadInput):
        classification.tag(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, name=" ", now=LATER)
