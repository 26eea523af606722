"""A reply is taken back within some seconds, as if it had never been said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings

from firstline.commands import answering, conversation, jobs, notices, progress, undoing
from firstline.commands.answering import Answer
from firstline.core.insight import timeline
from firstline.core.insight.models import Figures
from firstline.core.kernel.refusals import NotAllowed, NotThere
from firstline.core.outbox.models import Job, Letter
from firstline.core.people.models import Person
from firstline.core.people.rights import scope_of
from firstline.core.tickets import queries
from firstline.core.tickets.models import Message, Ticket
from firstline.worker import reactions
from tests import rules, world

pytestmark = pytest.mark.django_db
SOON = world.NINE + timedelta(seconds=9)


@pytest.fixture
def olga(settings: LazySettings) -> Person:
    settings.UNDO_SECONDS = 10
    world.agreement()
    return world.person("Olga", team=world.front())


@pytest.fixture
def ticket(olga: Person) -> Ticket:
    return world.ticket(held_by=olga)


def _reply(ticket: Ticket, by: Person, text: str = "Oops.") -> Message:
    return conversation.reply(ticket_id=ticket.pk, by_id=by.pk, text=text, now=world.NINE)


def _react() -> None:
    for job in Job.objects.filter(kind="firstline.worker.reactions.react"):
        reactions.react.call(**job.payload)


def test_a_reply_taken_back_is_seen_by_colleagues_only_and_its_letter_never_leaves(ticket: Ticket, olga: Person):
    message = _reply(ticket, olga)
    _react()

    undoing.undo_reply(message_id=message.pk, by_id=olga.pk, now=SOON)

    letter = Letter.objects.get(kind="replied")
    assert (letter.withdrawn_at, letter.trouble) == (SOON, "taken back")
    asked = queries.conversation(ticket, scope_of(ticket.requester_id))
    assert message not in asked
    assert message in queries.conversation(ticket, scope_of(olga.pk))
    assert world.told(ticket)[-1] == "reply withdrawn"
    rules.must_hold()


def test_the_clocks_it_stopped_run_on_and_the_ticket_is_unanswered_again(ticket: Ticket, olga: Person):
    clock = ticket.clocks.get(kind="first_response")
    due_at = clock.due_at
    message = _reply(ticket, olga)

    undoing.undo_reply(message_id=message.pk, by_id=olga.pk, now=SOON)

    clock.refresh_from_db()
    ticket.refresh_from_db()
    assert (clock.state, clock.due_at, clock.ended_at, ticket.answered_at) == ("running", due_at, None, None)
    rules.must_hold()


def test_an_earlier_answer_stays_the_first(ticket: Ticket, olga: Person):
    _reply(ticket, olga, "We are on it.")
    message = _reply(ticket, olga)

    undoing.undo_reply(message_id=message.pk, by_id=olga.pk, now=SOON)

    ticket.refresh_from_db()
    assert ticket.answered_at == world.NINE
    rules.must_hold()


def test_a_reply_taken_back_before_its_letters_are_queued_has_none(ticket: Ticket, olga: Person):
    message = _reply(ticket, olga)
    undoing.undo_reply(message_id=message.pk, by_id=olga.pk, now=SOON)

    _react()

    assert not Letter.objects.filter(kind="replied").exists()


def test_its_letters_wait_so_long(ticket: Ticket, olga: Person):
    _reply(ticket, olga)

    _react()

    letter = Letter.objects.get(kind="replied")
    job = Job.objects.get(payload={"letter": letter.pk})
    assert job.run_at == world.NINE + timedelta(seconds=11)


def test_a_mail_server_that_comes_back_does_not_let_go_what_can_still_be_taken_back(ticket: Ticket, olga: Person):
    _reply(ticket, olga)
    _react()

    jobs.hasten(kind=notices.DELIVER, now=SOON)

    held = Job.objects.get(payload={"letter": Letter.objects.get(kind="replied").pk})
    assert held.run_at == world.NINE + timedelta(seconds=11)


def test_it_is_refused_too_late_twice_by_others_and_of_what_is_no_reply(ticket: Ticket, olga: Person):
    message = _reply(ticket, olga)
    ben = world.person("Ben", team=world.front())
    words = ticket.messages.earliest("pk")
    with world.refused(undoing.TooLate):
        undoing.undo_reply(message_id=message.pk, by_id=olga.pk, now=world.NINE + timedelta(seconds=10))
    with world.refused(NotAllowed):
        undoing.undo_reply(message_id=message.pk, by_id=ben.pk, now=SOON)
    with world.refused(NotThere):
        undoing.undo_reply(message_id=words.pk, by_id=olga.pk, now=SOON)
    with world.refused(NotThere):
        undoing.undo_reply(message_id=987_654, by_id=olga.pk, now=SOON)

    undoing.undo_reply(message_id=message.pk, by_id=olga.pk, now=SOON)

    with world.refused(undoing.TooLate):
        undoing.undo_reply(message_id=message.pk, by_id=olga.pk, now=SOON)


def test_it_is_too_late_once_a_letter_has_left(ticket: Ticket, olga: Person):
    message = _reply(ticket, olga)
    _react()
    Letter.objects.filter(kind="replied").update(sent_at=world.NINE)

    with world.refused(undoing.TooLate):
        undoing.undo_reply(message_id=message.pk, by_id=olga.pk, now=SOON)


def _solve(ticket: Ticket, by: Person, *, files: bool = False) -> None:
    """Press "Reply and resolve"."""
    sent = [conversation.File("log.txt", "text/plain", b"log")] if files else []
    answering.answer(
        ticket_id=ticket.pk, by_id=by.pk, given=Answer("key", "reply", "New toner.", sent, "resolve"), now=world.NINE
    )
    ticket.refresh_from_db()


def test_a_solution_taken_back_goes_on_as_if_it_had_never_been(ticket: Ticket, olga: Person):
    clocks = {clock.pk: clock.due_at for clock in ticket.clocks.filter(kind__in=("first_response", "resolve"))}
    _solve(ticket, olga)
    _react()

    undoing.undo_resolution(ticket_id=ticket.pk, by_id=olga.pk, now=SOON)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolved_at, ticket.resolution_id, ticket.answered_at) == ("open", None, None, None)
    assert (ticket.reopenings, ticket.close_due_at, ticket.assignee) == (0, None, olga)
    assert {clock.pk: clock.due_at for clock in ticket.clocks.filter(ended_at=None)} == clocks
    assert Letter.objects.get(kind="resolved").trouble == "taken back"
    row = Figures.objects.get(pk=ticket.pk)
    assert (row.took, row.made_sla, row.reopenings) == (None, False, 0)
    asked = [each.kind for each in timeline.story(ticket, scope_of(ticket.requester_id))]
    assert "resolved" not in asked
    assert world.told(ticket)[-2:] == ["resolved", "resolution withdrawn"]
    rules.must_hold()


@pytest.mark.parametrize("by_message", [True, False])
def test_a_reply_that_resolved_is_taken_back_with_its_solution(ticket: Ticket, olga: Person, *, by_message: bool):
    _solve(ticket, olga, files=True)
    message = Message.objects.latest("pk")

    if by_message:
        undoing.undo_reply(message_id=message.pk, by_id=olga.pk, now=SOON)
    else:
        undoing.undo_resolution(ticket_id=ticket.pk, by_id=olga.pk, now=SOON)

    ticket.refresh_from_db()
    message.refresh_from_db()
    assert (ticket.state, ticket.answered_at, message.withdrawn_at) == ("open", None, SOON)
    assert world.told(ticket)[-2:] == ["resolution withdrawn", "reply withdrawn"]
    _react()
    assert not Letter.objects.filter(kind__in=("replied", "resolved")).exists()
    rules.must_hold()


def test_an_earlier_solution_stays_in_its_words(ticket: Ticket, olga: Person):
    progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="First.", cause="toner", now=world.NINE)
    progress.reopen(ticket_id=ticket.pk, by_id=ticket.requester_id, why="", now=world.NINE)
    ticket.refresh_from_db()
    first = ticket.resolution_id
    _solve(ticket, olga)

    undoing.undo_resolution(ticket_id=ticket.pk, by_id=olga.pk, now=SOON)

    ticket.refresh_from_db()
    assert (ticket.resolution_id, ticket.cause, ticket.reopenings) == (first, "toner", 1)
    rules.must_hold()


def test_a_solution_is_not_taken_back_too_late_twice_by_others_or_once_it_was_confirmed(ticket: Ticket, olga: Person):
    ben = world.person("Ben", team=world.front())
    with world.refused(NotThere):
        undoing.undo_resolution(ticket_id=ticket.pk, by_id=olga.pk, now=SOON)
    _solve(ticket, olga)
    with world.refused(undoing.TooLate):
        undoing.undo_resolution(ticket_id=ticket.pk, by_id=olga.pk, now=world.NINE + timedelta(seconds=10))
    with world.refused(NotAllowed):
        undoing.undo_resolution(ticket_id=ticket.pk, by_id=ben.pk, now=SOON)
    undoing.undo_resolution(ticket_id=ticket.pk, by_id=olga.pk, now=SOON)
    with world.refused(undoing.TooLate):
        undoing.undo_resolution(ticket_id=ticket.pk, by_id=olga.pk, now=SOON)

    progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="Done.", now=SOON)
    progress.confirm(ticket_id=ticket.pk, by_id=ticket.requester_id, now=SOON)

    with world.refused(undoing.TooLate):
        undoing.undo_resolution(ticket_id=ticket.pk, by_id=olga.pk, now=SOON)
