"""How tickets stand to one another: merged and parted again, split, linked."""

from __future__ import annotations

import pytest

from firstline.commands import conversation, ownership, progress, structure, tasks
from firstline.commands.turn import AlreadyClosed
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.ownership.models import Holding, QueuePlace, Task
from firstline.core.people.rights import scope_of
from firstline.core.sla.models import Clock, Pause
from firstline.core.tickets import queries
from firstline.core.tickets.models import Link, Ticket
from firstline.core.tickets.states import Closing, State
from tests import world
from tests.commands.conftest import Stage

LATER = world.now(minutes=30)


@pytest.fixture
def double(stage: Stage) -> Ticket:
    """Return a second ticket of a colleague of Rita's, about the same."""
    raisa = world.person("Raisa", organisation=stage.rita.organisation)
    return world.ticket("No toner here", requester=raisa, held_by=stage.oleg)


def _merged(stage: Stage, double: Ticket) -> Ticket:
    return structure.merge(ticket_id=double.pk, into_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER)


# merge and unmerge


def test_a_merged_ticket_is_closed_and_both_chains_say_so(stage: Stage, double: Ticket):
    _merged(stage, double)

    double.refresh_from_db()
    assert (double.state, double.closing, double.merged_into) == (State.CLOSED, Closing.MERGED, stage.ticket)
    assert (world.newest(double).kind, world.newest(double).facts["into"]) == ("merged", stage.ticket.pk)
    follower = stage.ticket.participants.get()
    assert world.newest(stage.ticket).kind == "absorbed"
    assert world.newest(stage.ticket).facts == {"ticket": double.pk, "participants": [follower.pk]}


def test_the_merged_requester_follows_the_other_ticket(stage: Stage, double: Ticket):
    _merged(stage, double)

    assert queries.visible_to(scope_of(double.requester_id)).filter(pk=stage.ticket.pk).exists()


def test_strangers_without_an_organisation_do_not_come_to_read_each_other(stage: Stage):
    one, other = world.ticket(held_by=stage.olga), world.ticket(requester=world.person("Gosha"))

    structure.merge(ticket_id=other.pk, into_id=one.pk, by_id=stage.olga.pk, now=LATER)

    assert not one.participants.exists()


def test_unmerging_restores_everything_exactly(stage: Stage, double: Ticket):
    progress.wait(
        ticket_id=double.pk, by_id=stage.oleg.pk, on=State.WAITING_REQUESTER, why="", now=world.now(minutes=5)
    )
    ownership.hand_over(
        ticket_id=double.pk, by_id=stage.oleg.pk, to_team_id=stage.second.pk, why="", now=world.now(minutes=6)
    )
    tasks.ask_task(
        ticket_id=double.pk, by_id=stage.oleg.pk, team_id=stage.billing.pk, what="?", now=world.now(minutes=7)
    )
    before = _picture(double)

    _merged(stage, double)
    assert _picture(double) != before
    structure.unmerge(ticket_id=double.pk, by_id=stage.olga.pk, now=world.now(minutes=60))

    assert _picture(double) == before
    assert not stage.ticket.participants.filter(ended_at=None).exists()
    assert (world.newest(double).kind, world.newest(stage.ticket).kind) == ("unmerged", "released")


def test_a_running_clock_keeps_its_deadline_through_merge_and_unmerge(stage: Stage, double: Ticket):
    due = double.clocks.get(kind="resolve").due_at

    _merged(stage, double)
    structure.unmerge(ticket_id=double.pk, by_id=stage.olga.pk, now=world.now(minutes=60))

    clock = double.clocks.get(kind="resolve")
    assert (clock.state, clock.due_at, clock.next_at, clock.ended_at) == (Clock.State.RUNNING, due, due, None)


def test_an_untaken_ticket_lies_unclaimed_again_after_unmerging(stage: Stage):
    fresh = world.ticket(requester=stage.rita)
    before = _picture(fresh)

    structure.merge(ticket_id=fresh.pk, into_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER)
    structure.unmerge(ticket_id=fresh.pk, by_id=stage.olga.pk, now=world.now(minutes=60))

    assert _picture(fresh) == before


def test_a_ticket_merges_again_after_it_was_parted(stage: Stage, double: Ticket):
    _merged(stage, double)
    structure.unmerge(ticket_id=double.pk, by_id=stage.olga.pk, now=world.now(minutes=60))

    structure.merge(ticket_id=stage.ticket.pk, into_id=double.pk, by_id=stage.olga.pk, now=world.now(minutes=61))

    assert stage.ticket_now().merged_into == double


def test_what_is_merged_is_neither_merged_again_nor_merged_into(stage: Stage, double: Ticket):
    third = world.ticket(requester=stage.rita)
    _merged(stage, double)

    with world.refused(structure.Merged, "part of another ticket already"):
        structure.merge(ticket_id=double.pk, into_id=third.pk, by_id=stage.olga.pk, now=LATER)
    with world.refused(structure.Merged, "part of another ticket already"):
        structure.merge(ticket_id=third.pk, into_id=double.pk, by_id=stage.olga.pk, now=LATER)
    with world.refused(structure.Merged, "part of another ticket already"):
        structure.merge(ticket_id=stage.ticket.pk, into_id=double.pk, by_id=stage.olga.pk, now=LATER)


def test_merged_tickets_are_not_reopened(stage: Stage, double: Ticket):
    _merged(stage, double)

    with world.refused(progress.Merged, "merged into another"):
        progress.reopen(ticket_id=double.pk, by_id=double.requester_id, why="", now=LATER)


def test_a_ticket_does_not_merge_with_itself_or_what_is_not_there(stage: Stage):
    with world.refused(structure.SameTicket):
        structure.merge(ticket_id=stage.ticket.pk, into_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER)
    with world.refused(NotThere):
        structure.merge(ticket_id=stage.ticket.pk, into_id=10**9, by_id=stage.olga.pk, now=LATER)


def test_tickets_of_two_desks_are_not_merged(stage: Stage):
    far = world.ticket(of=world.desk("other"))
    world.grant(stage.olga, world.Role.OPERATOR, over=far.team)

    with world.refused(structure.OtherDesk, "at another desk"):
        structure.merge(ticket_id=far.pk, into_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER)


def test_tickets_of_two_customers_are_not_merged(stage: Stage):
    other = world.ticket(requester=world.person("Xenia", organisation=world.organisation("Contoso (demo)")))

    with world.refused(structure.OtherCustomer, "different customers"):
        structure.merge(ticket_id=other.pk, into_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER)


def test_only_open_tickets_are_merged(stage: Stage, double: Ticket):
    progress.resolve(ticket_id=double.pk, by_id=stage.oleg.pk, how="Done.", now=world.now(minutes=5))

    with world.refused(AlreadyClosed):
        _merged(stage, double)
    with world.refused(AlreadyClosed):
        structure.merge(ticket_id=stage.ticket.pk, into_id=double.pk, by_id=stage.olga.pk, now=LATER)


def test_what_is_not_merged_is_not_parted(stage: Stage):
    with world.refused(structure.NotMerged, "not part of another"):
        structure.unmerge(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER)


def _picture(ticket: Ticket) -> list[object]:
    ticket.refresh_from_db()
    rows: list[object] = [
        list(model._default_manager.filter(ticket=ticket).order_by("pk").values())
        for model in (Holding, Task, Clock, Pause)
    ]
    places = QueuePlace.objects.filter(ticket=ticket).order_by("team", "part")
    own = {
        "state",
        "closing",
        "merged_into_id",
        "offered_to_id",
        "waiting_since",
        "closed_at",
        "team_id",
        "assignee_id",
    }
    return [*rows, list(places.values("team", "part", "due_at")), {name: getattr(ticket, name) for name in own}]


# split


def test_a_message_becomes_a_request_of_its_own_linked_to_where_it_was_said(stage: Stage):
    files = [conversation.File("shot.png", "image/png", b"pixels")]
    message = conversation.join(
        ticket_id=stage.ticket.pk,
        by_id=stage.rita.pk,
        text="And the scanner too.",
        files=files,
        now=world.now(minutes=9),
    )

    made = structure.split(message_id=message.pk, by_id=stage.olga.pk, now=LATER)

    first = made.messages.get()
    assert (made.requester, made.subject, first.content.text) == (
        stage.rita,
        "And the scanner too.",
        "And the scanner too.",
    )
    assert [file.name for file in first.attachments.all()] == ["shot.png"]
    assert first.content_id != message.content_id
    link = Link.objects.get(ticket=made, other=stage.ticket, kind="split_from")
    assert world.newest(made).facts["link"] == link.pk
    assert world.newest(stage.ticket).facts == {"ticket": made.pk, "message": message.pk}
    assert world.newest(stage.ticket).kind == "split off"


def test_what_staff_said_splits_off_for_the_requester(stage: Stage):
    message = conversation.reply(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, text="Your scanner too?", now=world.now(minutes=9)
    )

    made = structure.split(message_id=message.pk, by_id=stage.olga.pk, now=LATER, subject="Scanner")

    assert (made.requester, made.registrar, made.subject) == (stage.rita, stage.olga, "Scanner")


def test_a_note_does_not_become_a_request_that_its_requester_reads(stage: Stage):
    note = conversation.note(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, text="Rude.", now=world.now(minutes=9))

    with world.refused(structure.NotPublic):
        structure.split(message_id=note.pk, by_id=stage.olga.pk, now=LATER)


def test_no_message_no_split(stage: Stage):
    with world.refused(NotThere, "no such message"):
        structure.split(message_id=9999, by_id=stage.olga.pk, now=LATER)


# link


def test_a_link_is_told_to_both(stage: Stage, double: Ticket):
    made = structure.link(
        ticket_id=stage.ticket.pk, other_id=double.pk, kind="child_of", by_id=stage.olga.pk, now=LATER
    )

    facts = {"link": made.pk, "how": "child_of", "ticket": stage.ticket.pk, "other": double.pk}
    assert [(world.newest(each).kind, world.newest(each).facts) for each in (stage.ticket, double)] == [
        ("linked", facts), ("linked", facts),
    ]  # fmt: skip


def test_a_link_is_made_once_and_relating_has_no_direction(stage: Stage, double: Ticket):
    structure.link(ticket_id=stage.ticket.pk, other_id=double.pk, kind="relates", by_id=stage.olga.pk, now=LATER)

    for one, other in ((stage.ticket, double), (double, stage.ticket)):
        with world.refused(structure.AlreadyLinked):
            structure.link(ticket_id=one.pk, other_id=other.pk, kind="relates", by_id=stage.olga.pk, now=LATER)


def test_children_do_not_go_round(stage: Stage, double: Ticket):
    third = world.ticket(requester=stage.rita)
    for one, other in ((stage.ticket, double), (double, third)):
        structure.link(ticket_id=one.pk, other_id=other.pk, kind="child_of", by_id=stage.olga.pk, now=LATER)

    with world.refused(structure.GoesRound):
        structure.link(ticket_id=third.pk, other_id=stage.ticket.pk, kind="child_of", by_id=stage.olga.pk, now=LATER)


def test_links_of_another_kind_are_not_made_by_hand(stage: Stage, double: Ticket):
    with world.refused(BadInput, "relates to another"):
        structure.link(ticket_id=stage.ticket.pk, other_id=double.pk, kind="split_from", by_id=stage.olga.pk, now=LATER)


def test_a_link_needs_another_unmerged_ticket_of_the_desk(stage: Stage, double: Ticket):
    far = world.ticket(of=world.desk("other"))
    world.grant(stage.olga, world.Role.OPERATOR, over=far.team)
    _merged(stage, double)

    for other, refusal in (
        (stage.ticket.pk, structure.SameTicket), (far.pk, structure.OtherDesk), (double.pk, structure.Merged),
        (10**9, NotThere),
    ):  # fmt: skip
        with world.refused(refusal):
            structure.link(ticket_id=stage.ticket.pk, other_id=other, kind="relates", by_id=stage.olga.pk, now=LATER)


def test_whoever_may_work_on_one_ticket_only_links_nothing(stage: Stage):
    service = world.service("servers", team=stage.second)
    theirs = world.ticket(requester=stage.rita, service_id=service.pk)

    with world.refused(NotThere):
        structure.link(ticket_id=theirs.pk, other_id=stage.ticket.pk, kind="relates", by_id=stage.sergey.pk, now=LATER)


def test_a_link_is_ended_once(stage: Stage, double: Ticket):
    made = structure.link(ticket_id=stage.ticket.pk, other_id=double.pk, kind="relates", by_id=stage.olga.pk, now=LATER)

    structure.unlink(link_id=made.pk, by_id=stage.olga.pk, now=LATER)

    assert [world.newest(each).kind for each in (stage.ticket, double)] == ["unlinked", "unlinked"]
    with world.refused(structure.NotLinked):
        structure.unlink(link_id=made.pk, by_id=stage.olga.pk, now=LATER)
    with world.refused(NotThere):
        structure.unlink(link_id=9999, by_id=stage.olga.pk, now=LATER)


def test_a_requester_links_nothing(stage: Stage, double: Ticket):
    with world.refused(NotAllowed):
        structure.link(ticket_id=stage.ticket.pk, other_id=double.pk, kind="relates", by_id=stage.rita.pk, now=LATER)
