"""Who follows a ticket: added by staff, or by those who asked from among their own people."""

from __future__ import annotations

import pytest

from firstline.commands import conversation, participants
from firstline.core.kernel.refusals import NotAllowed, NotThere
from tests import world
from tests.commands.conftest import Stage

LATER = world.now(minutes=30)


def test_staff_add_anybody_who_then_reads_and_writes(stage: Stage):
    guest = world.person("Gosha")

    added = participants.add_participant(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, person_id=guest.pk, now=LATER
    )  # fmt: skip
    conversation.join(ticket_id=stage.ticket.pk, by_id=guest.pk, text="Mine too.", now=LATER)

    assert world.told(stage.ticket)[-2:] == ["participant added", "joined"]
    assert (added.person, added.added_by, added.part) == (guest, stage.olga, "follows")


def test_a_requester_adds_people_of_their_organisation_only(stage: Stage):
    colleague = world.person("Raisa", organisation=stage.rita.organisation)
    stranger = world.person("Gosha")

    participants.add_participant(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, person_id=colleague.pk, now=LATER)

    for unknown in (stranger.pk, 9999):
        with world.refused(NotThere, "no such person in your organisation"):
            participants.add_participant(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, person_id=unknown, now=LATER)


def test_an_organisation_s_manager_adds_its_people(stage: Stage):
    boss = world.person("Boris", role=world.Role.ORGANISATION_MANAGER, over=world.organisation())
    colleague = world.person("Raisa", organisation=stage.rita.organisation)

    participants.add_participant(ticket_id=stage.ticket.pk, by_id=boss.pk, person_id=colleague.pk, now=LATER)

    assert world.newest(stage.ticket).facts["person"] == colleague.pk


def test_a_participant_adds_nobody(stage: Stage):
    colleague = world.person("Raisa", organisation=stage.rita.organisation)
    participants.add_participant(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, person_id=colleague.pk, now=LATER)

    with world.refused(NotAllowed, "Only staff or the requester"):
        participants.add_participant(ticket_id=stage.ticket.pk, by_id=colleague.pk, person_id=stage.bella.pk, now=LATER)


def test_nobody_follows_twice(stage: Stage):
    guest = world.person("Gosha")
    participants.add_participant(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, person_id=guest.pk, now=LATER)

    with world.refused(participants.AlreadyFollows, "Gosha follows"):
        participants.add_participant(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, person_id=guest.pk, now=LATER)
    with world.refused(participants.AlreadyFollows, "Rita asked for"):
        participants.add_participant(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, person_id=stage.rita.pk, now=LATER)


def test_nobody_unknown_is_added(stage: Stage):
    with world.refused(NotThere, "no such person"):
        participants.add_participant(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, person_id=9999, now=LATER)


@pytest.mark.parametrize("remover", ["olga", "rita", "themselves"])
def test_following_is_ended_by_staff_the_requester_or_the_person(stage: Stage, remover: str):
    guest = world.person("Gosha")
    participants.add_participant(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, person_id=guest.pk, now=LATER)
    by = guest if remover == "themselves" else getattr(stage, remover)

    gone = participants.remove_participant(
        ticket_id=stage.ticket.pk, by_id=by.pk, person_id=guest.pk, now=world.now(minutes=40)
    )

    assert gone.ended_at == world.now(minutes=40)
    assert world.newest(stage.ticket).facts == {"person": guest.pk, "participant": gone.pk}
    with world.refused(NotThere, "no such ticket"):
        conversation.join(ticket_id=stage.ticket.pk, by_id=guest.pk, text="?", now=world.now(minutes=41))


def test_a_participant_removes_no_other(stage: Stage):
    one, other = world.person("Gosha"), world.person("Gleb")
    for each in (one, other):
        participants.add_participant(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, person_id=each.pk, now=LATER)

    with world.refused(NotAllowed, "can end this"):
        participants.remove_participant(ticket_id=stage.ticket.pk, by_id=one.pk, person_id=other.pk, now=LATER)


def test_whoever_does_not_follow_cannot_be_removed(stage: Stage):
    with world.refused(participants.NotFollowing):
        participants.remove_participant(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, person_id=stage.bella.pk, now=LATER
        )
