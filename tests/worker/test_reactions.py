"""Which facts are followed by which letters, to whom."""

from __future__ import annotations

import pytest

from firstline.commands import conversation, notices, ownership, participants, progress, registration
from firstline.core.journal.models import Entry
from firstline.core.outbox.models import Job, Letter
from firstline.core.outbox.stirring import STIRRING
from firstline.core.tickets import life
from firstline.core.tickets.states import Closing, State
from firstline.worker import reactions
from tests import world

pytestmark = pytest.mark.django_db


def _react() -> list[tuple[str, str]]:
    """Do every owed reaction; return the kind and reader of each letter that follows, in order."""
    before = Letter.objects.count()
    for job in Job.objects.filter(kind="firstline.worker.reactions.react").order_by("pk"):
        reactions.react.call(**job.payload)
        job.delete()
    letters = Letter.objects.order_by("pk").select_related("person")[before:]
    return [(letter.kind, letter.person.name) for letter in letters]


def test_the_table_has_exactly_the_kinds_that_owe_a_reaction():
    assert set(reactions.TABLE) == STIRRING
    assert set(life.APPLY) >= STIRRING


def test_a_quiet_fact_owes_nothing():
    olga = world.person("Olga", team=world.front())
    ticket = world.ticket(held_by=olga)
    owed = Job.objects.count()

    conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text="Looks like the fuser.", now=world.now(minutes=5))

    assert Job.objects.count() == owed


def test_a_registration_is_confirmed_to_its_requester():
    world.ticket(requester=world.person("Rita"))

    assert _react() == [("registered", "Rita")]


def test_a_letter_is_owed_together_with_its_delivery_and_its_message_id_is_fixed():
    ticket = world.ticket()

    _react()

    letter = Letter.objects.get()
    assert letter.message_id.startswith(f"<{ticket.number}.")
    assert Job.objects.get().payload == {"letter": letter.pk}


def test_reacting_twice_to_one_fact_queues_nothing_twice():
    world.ticket()
    entry = Entry.objects.get(kind="registered")

    reactions.react.call(entry=entry.pk)
    reactions.react.call(entry=entry.pk)

    assert Letter.objects.count() == 1


def test_what_was_solved_as_it_was_registered_is_told_in_one_letter():
    olga, rita = world.person("Olga", team=world.front()), world.person("Rita")
    request = registration.Request(desk_id=world.desk().pk, requester_id=rita.pk, text="Forgot my password.")

    registration.register_resolved(request=request, by_id=olga.pk, how="Set a new one.", now=world.NINE)

    assert _react() == [("resolved", "Rita")]


def test_a_reply_goes_to_those_who_asked_and_an_answer_to_those_at_work():
    olga = world.person("Olga", team=world.front())
    ticket = world.ticket(requester=world.person("Rita"), held_by=olga)
    _react()

    conversation.reply(ticket_id=ticket.pk, by_id=olga.pk, text="Which floor?", now=world.now(minutes=5))
    conversation.join(ticket_id=ticket.pk, by_id=ticket.requester_id, text="Third.", now=world.now(minutes=6))

    assert _react() == [("replied", "Rita"), ("requester_wrote", "Olga")]


def test_a_hand_over_is_told_to_the_members_of_the_other_team():
    second = world.team("Network", line=2)
    olga, ivan = world.person("Olga", team=world.front()), world.person("Ivan", team=second)
    ticket = world.ticket(held_by=olga)
    _react()

    ownership.hand_over(
        ticket_id=ticket.pk, by_id=olga.pk, to_team_id=second.pk, why="Switch", now=world.now(minutes=5)
    )

    assert _react() == [("offered", ivan.name)]


def test_a_declined_offer_is_told_to_whoever_carries_and_answers():
    second = world.team("Network", line=2)
    olga, ivan = world.person("Olga", team=world.front()), world.person("Ivan", team=second)
    ticket = world.ticket(held_by=olga)
    ownership.hand_over(
        ticket_id=ticket.pk, by_id=olga.pk, to_team_id=second.pk, why="Switch", now=world.now(minutes=5)
    )
    _react()

    ownership.decline(ticket_id=ticket.pk, by_id=ivan.pk, why="Not ours", now=world.now(minutes=6))

    assert _react() == [("declined", "Olga")]


def test_still_broken_is_told_to_those_at_work_and_a_resolution_to_those_who_asked():
    olga = world.person("Olga", team=world.front())
    ticket = world.ticket(requester=world.person("Rita"), held_by=olga)
    _react()

    progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="Changed it.", now=world.now(minutes=9))
    progress.reopen(ticket_id=ticket.pk, by_id=ticket.requester_id, why="No.", now=world.now(minutes=12))

    assert _react() == [("resolved", "Rita"), ("reopened", "Olga")]


def test_a_closing_by_silence_is_told_and_a_confirmation_is_not():
    olga = world.person("Olga", team=world.front())
    one, other = world.ticket(held_by=olga), world.ticket(held_by=olga)
    for ticket in (one, other):
        progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="Done.", now=world.now(minutes=9))
    _react()

    progress.confirm(ticket_id=one.pk, by_id=one.requester_id, now=world.now(hours=1))
    progress.close(ticket_id=other.pk, by_id=None, closing=Closing.SILENCE, now=world.now(days=4))

    assert _react() == [("closed", "Rita")]


def test_a_wait_with_a_question_is_told_to_those_who_asked():
    olga = world.person("Olga", team=world.front())
    ticket = world.ticket(held_by=olga)
    _react()

    progress.wait(
        ticket_id=ticket.pk, by_id=olga.pk, on=State.WAITING_REQUESTER, why="Which?", now=world.now(minutes=5)
    )

    assert _react() == [("question", "Rita")]


def test_an_imported_ticket_notifies_nobody():
    ticket = world.ticket()
    type(ticket).objects.filter(pk=ticket.pk).update(imported=True)

    assert _react() == []


@pytest.mark.parametrize("chosen", [{"mail": {"registered": False}}, {"mail": False}])
def test_who_does_not_want_a_letter_gets_none(chosen: dict[str, object]):
    world.ticket(requester=world.person("Rita", notices=chosen))

    assert _react() == []


def test_who_has_no_address_or_only_one_that_bounced_gets_none():
    bounced = world.person("Ben")
    bounced.contact_points.update(bounced_at=world.NINE)
    world.ticket(requester=bounced)
    world.ticket(requester=world.person("Nora", mail=None))

    assert _react() == []


def test_an_account_mail_is_queued_once_and_forgets_its_invitation_when_it_has_left():
    rita = world.person("Rita")

    def queue() -> Letter | None:
        return notices.owe_account_mail(
            kind="password_reset", person_id=rita.pk, address="rita@example.org", invitation_id=1, now=world.NINE
        )

    letter = queue()
    again = queue()

    assert letter is not None
    assert again is None
    notices.sent(letter=letter, now=world.NINE)
    assert Letter.objects.get().facts == {}


def test_whoever_is_added_to_a_ticket_is_told_so():
    olga = world.person("Olga", team=world.front())
    ticket = world.ticket(held_by=olga)
    _react()

    participants.add_participant(
        ticket_id=ticket.pk, by_id=olga.pk, person_id=world.person("Uwe").pk, now=world.now(minutes=5)
    )

    assert _react() == [("followed", "Uwe")]
