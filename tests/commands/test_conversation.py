"""What is said in a ticket: by those who help, and by those who asked."""

from __future__ import annotations

import pytest

from firstline.commands import conversation, progress
from firstline.core.intake.store import bytes_of, path_of
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.sla.models import Clock
from firstline.core.tickets.models import Message
from firstline.core.tickets.states import Audience, State
from tests import world
from tests.commands.conftest import Stage

LATER = world.now(minutes=30)
NAUGHTY = "\u202eright to left\u202c \U0001f984 \u200bzero\ufeff <script>alert(1)</script> ' OR 1=1; -- \t\v"


def _joined(stage: Stage, *, minutes: int = 40) -> Message:
    return conversation.join(
        ticket_id=stage.ticket.pk, by_id=stage.rita.pk, text="Any news?", now=world.now(minutes=minutes)
    )


def _replied(stage: Stage, *, minutes: int = 30) -> Message:
    return conversation.reply(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, text="We are on it.", now=world.now(minutes=minutes)
    )


def test_a_reply_is_public_and_meets_the_first_response(stage: Stage):
    message = _replied(stage)

    assert (message.audience, message.content.text, message.author) == ("public", "We are on it.", stage.olga)
    assert stage.ticket_now().answered_at == LATER
    assert stage.ticket.clocks.get(kind="first_response").state == Clock.State.MET
    assert world.newest(stage.ticket).facts == {
        "message": message.pk, "text": message.content_id, "audience": "public", "stopped": {"first_response": "met"},
    }  # fmt: skip


def test_a_reply_to_the_vendor_answers_nobody(stage: Stage):
    conversation.reply(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, text="Spare part?", now=LATER, audience=Audience.VENDOR
    )

    assert (world.newest(stage.ticket).kind, stage.ticket_now().answered_at) == ("vendor written to", None)


def test_a_late_reply_to_a_waiting_ticket_missed_its_first_response(stage: Stage):
    progress.wait(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, on=State.WAITING_THIRD_PARTY, why="", now=world.now(hours=2)
    )

    _replied(stage, minutes=180)

    assert stage.ticket.clocks.get(kind="first_response").state == Clock.State.MISSED


@pytest.mark.parametrize("audience", ["internal", "team", "everybody"])
def test_a_reply_goes_outside(stage: Stage, audience: str):
    with world.refused(BadInput, "requester or to the vendor"):
        conversation.reply(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, text="x", now=LATER, audience=audience
        )  # fmt: skip


def test_a_closed_ticket_takes_no_replies_and_no_words(stage: Stage):
    progress.withdraw(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, why="", now=world.now(minutes=10))

    with world.refused(conversation.TicketClosed):
        _replied(stage)
    with world.refused(conversation.TicketClosed):
        _joined(stage)


def test_a_note_is_internal_and_stops_no_clock(stage: Stage):
    note = conversation.note(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, text="Called.", now=LATER)

    assert note.audience == "internal"
    assert stage.ticket.clocks.get(kind="first_response").state == Clock.State.RUNNING
    assert world.newest(stage.ticket).kind == "noted"


def test_a_note_names_a_team_of_the_desk(stage: Stage):
    far = world.team("Far", of=world.desk("far"))

    with world.refused(NotThere, "no such team"):
        conversation.note(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, text="?", now=LATER, team_id=far.pk)


def test_what_the_requester_adds_starts_the_next_response_once(stage: Stage):
    _replied(stage)

    _joined(stage, minutes=40)
    _joined(stage, minutes=50)

    clock = stage.ticket.clocks.get(kind="next_response")
    assert (clock.started_at, clock.due_at) == (world.now(minutes=40), world.now(minutes=160))


def test_before_the_first_answer_the_first_response_runs_alone(stage: Stage):
    _joined(stage)

    assert not stage.ticket.clocks.filter(kind="next_response").exists()


def test_the_requesters_word_wakes_a_ticket_that_waited_for_it(stage: Stage):
    progress.wait(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, on=State.WAITING_REQUESTER, why="", now=world.now(minutes=10)
    )

    _joined(stage, minutes=70)

    assert stage.ticket_now().state == State.OPEN
    assert stage.ticket.clocks.get(kind="resolve").due_at == world.now(days=1, hours=1)
    assert world.newest(stage.ticket).facts["wakes"] is True


def test_the_requesters_word_leaves_a_ticket_waiting_for_others(stage: Stage):
    _replied(stage)
    progress.wait(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, on=State.WAITING_THIRD_PARTY, why="", now=world.now(minutes=35)
    )

    _joined(stage, minutes=70)

    assert stage.ticket_now().state == State.WAITING_THIRD_PARTY
    assert stage.ticket.clocks.get(kind="next_response").state == Clock.State.PAUSED


def test_staff_who_did_not_ask_do_not_write_as_requesters(stage: Stage):
    with world.refused(NotAllowed, "ask to be added"):
        conversation.join(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, text="Me.", now=LATER)


def test_a_word_in_a_resolved_ticket_does_not_reopen_it(stage: Stage):
    progress.resolve(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, how="Done.", now=LATER)

    conversation.join(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, text="Thanks!", now=world.now(minutes=40))

    assert stage.ticket_now().state == State.RESOLVED


def test_texts_come_back_as_they_were_written(stage: Stage):
    message = conversation.reply(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, text=NAUGHTY, now=LATER)

    assert Message.objects.get(pk=message.pk).content.text == NAUGHTY.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("text", "match"),
    [("", "empty text"), ("a\x00b", "NUL"), ("\ud800", "half of a character"), ("x" * 200_001, "at most 200000")],
)
def test_texts_that_cannot_be_kept_are_refused(stage: Stage, text: str, match: str):
    for say in (conversation.reply, conversation.note):
        with world.refused(BadInput, match):
            say(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, text=text, now=LATER)
    with world.refused(BadInput, match):
        conversation.join(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, text=text, now=LATER)


def test_files_are_kept_by_their_content_small_and_large(stage: Stage):
    small, large = b"small", b"large" * 20_000
    files = [
        conversation.File("a.txt", "text/plain", small),
        conversation.File("b.bin", "", large),
        conversation.File("again.txt", "text/plain", small),
    ]

    message = conversation.reply(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, text="See.", now=LATER, files=files)

    kept = list(message.attachments.order_by("id"))
    assert [bytes_of(file.blob) for file in kept] == [small, large, small]
    assert kept[0].blob_id == kept[2].blob_id
    assert path_of(kept[1].blob_id).exists()
    assert world.newest(stage.ticket).facts["files"] == [file.blob_id for file in kept]


def test_a_file_too_large_is_refused_with_the_limit(stage: Stage, settings):
    settings.ATTACHMENT_LIMIT = 2 * 1024 * 1024
    file = conversation.File("film.mp4", "video/mp4", b"x" * (2 * 1024 * 1024 + 1))

    with world.refused(BadInput, "film.mp4 is larger than 2 MB"):
        conversation.reply(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, text="See.", now=LATER, files=[file])


def test_a_file_needs_a_name_that_can_be_kept(stage: Stage):
    with world.refused(BadInput):
        conversation.reply(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, text="See.", now=LATER,
            files=[conversation.File("a\x00.txt", "text/plain", b"x")],
        )  # fmt: skip
