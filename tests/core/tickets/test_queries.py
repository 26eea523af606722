"""Finding tickets by words, and only by words that whoever searches may read."""

from __future__ import annotations

import pytest

from firstline.commands import conversation, ownership, tasks
from firstline.core.people.rights import scope_of
from firstline.core.tickets import queries
from tests import world

pytestmark = pytest.mark.django_db


def test_what_colleagues_said_is_found_by_colleagues_only():
    rita, olga = world.person("Rita"), world.person("Olga", team=world.team())
    second, billing = world.team("Second line", line=2), world.team("Billing", line=3)
    sergey, bella = world.person("Sergey", team=second), world.person("Bella", team=billing)
    auditor = world.person("Anna", role=world.Role.AUDITOR)
    ticket = world.ticket(requester=rita, held_by=olga)
    ownership.hand_over(ticket_id=ticket.pk, by_id=olga.pk, to_team_id=second.pk, why="", now=world.now(minutes=1))
    conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text="An impossible customer.", now=world.now(minutes=2))

    found = {
        person.name: [each.pk for each in queries.found(scope_of(person.pk), "impossible cust")]
        for person in (rita, olga, sergey, bella, auditor)
    }

    assert found == {"Rita": [], "Olga": [ticket.pk], "Sergey": [ticket.pk], "Bella": [], "Anna": [ticket.pk]}


def test_an_operator_who_asked_elsewhere_does_not_find_what_is_said_there_among_colleagues():
    far = world.team("Far desk", of=world.desk("far"))
    otto, olga = world.person("Otto", team=far), world.person("Olga", team=world.team())
    ticket = world.ticket(requester=otto, held_by=olga)
    conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text="Impossible.", now=world.now(minutes=2))

    assert queries.found(scope_of(otto.pk), "impossible") == []
    assert queries.found(scope_of(otto.pk), "toner") == [ticket]


def test_whoever_was_asked_a_task_finds_what_they_read():
    olga, billing = world.person("Olga", team=world.team()), world.team("Billing", line=3)
    bella = world.person("Bella", team=billing)
    ticket = world.ticket(held_by=olga)
    tasks.ask_task(ticket_id=ticket.pk, by_id=olga.pk, team_id=billing.pk, what="Paid?", now=world.now(minutes=1))
    conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text="Impossible.", now=world.now(minutes=2))

    assert queries.found(scope_of(bella.pk), "impossible") == [ticket]
