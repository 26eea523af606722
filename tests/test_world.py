"""What the tests' own world promises: a whole desk by default, and a true picture of everything."""

from __future__ import annotations

import pytest

from firstline.commands import conversation
from tests import world

pytestmark = pytest.mark.django_db


def test_a_ticket_alone_brings_a_desk_with_a_first_line_and_a_requester():
    ticket = world.ticket()

    assert (ticket.desk.key, ticket.team.name, ticket.requester.name) == ("it", "Service desk", "Rita")


def test_a_ticket_held_by_an_operator_has_them_as_steward():
    olga = world.person("Olga", team=world.team())

    ticket = world.ticket(held_by=olga)

    assert (ticket.steward, ticket.assignee) == (olga, olga)


def test_an_agreement_gives_the_next_ticket_its_clocks():
    world.agreement(targets={"take": 900})

    assert world.ticket().clocks.get().due_at == world.now(minutes=15)


def test_everything_changes_with_a_note():
    olga = world.person("Olga", team=world.team())
    ticket = world.ticket()
    before = world.everything()

    conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text="Called back.", now=world.now(minutes=1))

    after = world.everything()
    assert {table for table in after if after[table] != before[table]} == {
        "insight_figures", "journal_content", "journal_entry", "tickets_message", "tickets_ticket",
    }  # fmt: skip
