"""What staff take down for somebody else, and whose words and whose deed it is."""

from __future__ import annotations

import pytest

from firstline.commands import calls, conversation, registration
from firstline.core.intake.models import Envelope
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.tickets.models import Ticket
from tests import world
from tests.commands.conftest import Stage

LATER = world.now(minutes=30)


def _added(stage: Stage, *, caller_id: int | None = None, by_id: int | None = None, channel: str = "phone"):
    return calls.add(
        ticket_id=stage.ticket.pk, caller_id=caller_id or stage.rita.pk, key="k", channel=channel, text="Again!",
        by_id=by_id or stage.olga.pk, now=LATER,
    )  # fmt: skip


def test_a_callers_words_are_theirs_and_the_deed_is_whoevers_wrote_them_down(stage: Stage):
    settled = _added(stage)

    message = stage.ticket.messages.get(pk=settled.message_id)
    assert (message.author, message.audience, message.channel) == (stage.rita, "public", "phone")
    entry = world.newest(stage.ticket)
    assert (entry.kind, entry.by_id, entry.facts["said_by"]) == ("joined", stage.olga.pk, stage.rita.pk)


def test_words_are_not_added_for_somebody_who_has_no_part_in_the_ticket(stage: Stage):
    stranger = world.person("Stranger")

    with pytest.raises(NotAllowed, match="neither asked for this ticket nor follows it"):
        _added(stage, caller_id=stranger.pk)

    assert Envelope.objects.get(channel="phone").outcome == "refused"
    assert stage.ticket.messages.count() == 1


def test_a_requester_adds_nothing_in_anothers_name(stage: Stage):
    with world.refused(NotAllowed):
        conversation.join(
            ticket_id=stage.ticket.pk, by_id=stage.rita.pk, said_by_id=stage.rita.pk, text="Hm.", now=LATER
        )


def test_a_person_unknown_to_whoever_writes_is_not_there(stage: Stage):
    with pytest.raises(NotThere):
        _added(stage, caller_id=999_999)


def test_a_call_comes_by_phone_in_person_or_in_the_corridor(stage: Stage):
    with world.refused(BadInput, "corridor"):
        _added(stage, channel="email")


def test_whoever_takes_a_call_at_once_takes_it_in_a_team_of_their_own(stage: Stage):
    till = world.service("till", team=stage.billing)
    request = registration.Request(
        desk_id=stage.desk.pk, requester_id=stage.rita.pk, text="No receipt.", service_id=till.pk
    )

    ticket = registration.register(request=request, by_id=stage.olga.pk, now=LATER, take=True)
    left = registration.register(request=request, by_id=stage.olga.pk, now=LATER)

    assert (ticket.team, ticket.assignee, ticket.steward) == (stage.first, stage.olga, stage.olga)
    assert (left.team, left.assignee) == (stage.billing, None)


def test_the_same_call_is_registered_once(stage: Stage):
    call = calls.Call(key="k", channel="phone", desk_id=stage.desk.pk, caller=stage.rita.pk, text="No receipt.")
    before = Ticket.objects.count()

    first = calls.register(call=call, by_id=stage.olga.pk, now=LATER)
    again = calls.register(call=call, by_id=stage.olga.pk, now=LATER)

    assert (again.outcome, again.ticket_id) == ("duplicate", first.ticket_id)
    assert Ticket.objects.count() == before + 1
