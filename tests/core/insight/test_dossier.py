"""Everything about one ticket, as one reader may see it."""

from __future__ import annotations

from typing import Any

import pytest

from firstline.commands import progress, structure, tasks
from firstline.core.insight.dossier import Dossier, dossier, helps, opened
from firstline.core.people.models import Person
from firstline.core.people.rights import scope_of
from firstline.core.tickets.models import Ticket
from tests import world

pytestmark = pytest.mark.django_db


def read(ticket: Ticket, by: Person) -> Dossier:
    scope = scope_of(by.pk)
    found = opened(scope, ticket.pk)
    assert found is not None
    return dossier(found, scope, now=world.now(hours=5))


def test_tasks_are_told_open_done_and_withdrawn_with_the_ticket():
    olga, pos = world.person("Olga", team=world.front()), world.team("POS", line=2)
    pavlo = world.person("Pavlo", team=pos)
    ticket = world.ticket(held_by=olga)
    who: dict[str, Any] = {"ticket_id": ticket.pk, "by_id": olga.pk, "team_id": pos.pk}
    first, second = (tasks.ask_task(**who, what=what, now=world.now(hours=1)) for what in ("a", "b"))
    tasks.finish_task(task_id=first.pk, by_id=pavlo.pk, result="done", now=world.now(hours=2))

    before = read(ticket, olga).tasks
    progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="x", now=world.now(hours=3))
    after = read(ticket, olga).tasks

    assert [(task.task_id, task.open, task.result) for task in before] == [
        (first.pk, False, "done"), (second.pk, True, None),
    ]  # fmt: skip
    assert [(task.open, task.withdrawn) for task in after] == [(False, False), (False, True)]


def test_tasks_that_ended_with_a_merge_stand_again_when_it_is_undone():
    olga, pos = world.person("Olga", team=world.front()), world.team("POS", line=2)
    rita = world.person("Rita")
    ticket, into = world.ticket(requester=rita, held_by=olga), world.ticket(requester=rita, held_by=olga)
    tasks.ask_task(ticket_id=ticket.pk, by_id=olga.pk, team_id=pos.pk, what="a", now=world.now(hours=1))
    structure.merge(ticket_id=ticket.pk, into_id=into.pk, by_id=olga.pk, now=world.now(hours=2))
    merged = [task.open for task in read(ticket, olga).tasks]
    structure.unmerge(ticket_id=ticket.pk, by_id=olga.pk, now=world.now(hours=3))

    assert (merged, [task.open for task in read(ticket, olga).tasks]) == ([False], [True])


def test_links_and_other_requests_are_shown_to_those_who_may_read_them_only():
    olga, pos = world.person("Olga", team=world.front()), world.team("POS", line=2)
    pavlo = world.person("Pavlo", team=pos)
    rita = world.person("Rita")
    ticket, linked, other = (world.ticket(name, requester=rita, held_by=olga) for name in ("one", "linked", "other"))
    tasks.ask_task(ticket_id=ticket.pk, by_id=olga.pk, team_id=pos.pk, what="a", now=world.now(hours=1))
    structure.link(ticket_id=ticket.pk, other_id=linked.pk, kind="relates", by_id=olga.pk, now=world.now(hours=1))

    hers, his = read(ticket, olga).beside, read(ticket, pavlo).beside

    assert [row.words for row in hers.links] == ["linked"]
    assert [row.words for row in hers.latest] == ["other", "linked"]
    assert (his.links, his.latest) == ([], [])
    assert [row.number for row in hers.latest] == [other.number, linked.number]


def test_the_requesters_addresses_tier_and_the_services_instruction_stand_beside():
    olga, shop = world.person("Olga", team=world.front()), world.organisation("Shop")
    service = world.service()
    service.instructions.create(version=1, steps=[{"text": {"en": "Old"}}])
    service.instructions.create(version=2, steps=[{"text": {"en": "New"}}])
    world.contract(shop)
    rita = world.person("Rita", organisation=shop, phone="+380445550101")
    ticket = world.ticket(requester=rita, service_id=service.pk, held_by=olga)

    beside = read(ticket, olga).beside

    assert {row.words for row in beside.contacts} == {"rita@example.org", "+380445550101"}
    assert beside.tier == "Gold"
    assert beside.instruction is not None
    assert [step["text"]["en"] for step in beside.instruction.steps] == ["New"]


def test_who_asked_reads_it_but_does_not_help():
    pavlo = world.person("Pavlo", team=world.team("POS", line=2))
    olga = world.person("Olga", team=world.front())
    ticket = world.ticket(requester=pavlo)

    as_olga, as_pavlo = (opened(scope_of(each.pk), ticket.pk) for each in (olga, pavlo))
    assert as_olga
    assert helps(scope_of(olga.pk), as_olga)
    assert as_pavlo
    assert not helps(scope_of(pavlo.pk), as_pavlo)
    assert opened(scope_of(world.person("Eve").pk), ticket.pk) is None
