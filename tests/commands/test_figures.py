"""Every command keeps the ticket's row of figures in step with what reports count."""

import pytest

from firstline.commands import ownership, progress, tallies
from firstline.commands.mail import blocking
from firstline.core.insight import kpi, listed, queries
from firstline.core.insight.listed import Asked
from firstline.core.insight.models import Day, Figures, Variant
from firstline.core.insight.reach import reach_of
from firstline.core.people.rights import scope_of
from firstline.core.tickets.states import State
from tests import world

pytestmark = pytest.mark.django_db


def _resolve(ticket, by, at):
    progress.resolve(ticket_id=ticket.pk, by_id=by.pk, how="Done.", now=at)


def test_a_ticket_taken_awaited_and_resolved_shows_its_path_its_wait_and_its_promise_kept():
    world.agreement()
    olga = world.person("Olga", team=world.team())
    ticket = world.ticket()

    ownership.take(ticket_id=ticket.pk, by_id=olga.pk, now=world.now(minutes=5))
    progress.wait(
        ticket_id=ticket.pk, by_id=olga.pk, on=State.WAITING_REQUESTER, why="Which?", now=world.now(minutes=10)
    )
    progress.resume(ticket_id=ticket.pk, by_id=olga.pk, now=world.now(minutes=40))
    _resolve(ticket, olga, world.now(minutes=60))

    row = Figures.objects.get(pk=ticket.pk)
    opened = int(ticket.registered_at.timestamp())
    assert (row.opened, row.took, row.waited, row.made_sla, row.events) == (opened, 3600, 1800, True, 5)
    assert Variant.objects.get(pk=row.variant_id).states == ["new", "open", "waiting_requester", "open", "resolved"]


def test_a_reopened_ticket_is_unresolved_again_and_counted_as_reopened():
    world.agreement()
    olga = world.person("Olga", team=world.team())
    ticket = world.ticket()
    ownership.take(ticket_id=ticket.pk, by_id=olga.pk, now=world.now(minutes=5))
    _resolve(ticket, olga, world.now(minutes=60))

    progress.reopen(ticket_id=ticket.pk, by_id=ticket.requester_id, why="Still broken", now=world.now(minutes=70))

    row = Figures.objects.get(pk=ticket.pk)
    assert (row.took, row.made_sla, row.reopenings) == (None, False, 1)


def test_spam_is_counted_nowhere_and_again_once_it_is_none():
    olga = world.person("Olga", team=world.front())
    ticket, other = world.ticket(), world.ticket()
    period = Asked(since=world.NINE, until=world.now(days=1))

    counted = []
    for deed in (blocking.mark_spam, blocking.unmark_spam):
        deed(ticket_id=ticket.pk, by_id=olga.pk, now=world.now(minutes=5))
        days = tallies.take_days(desk_id=ticket.desk_id, now=world.now(hours=1))
        told = kpi.kpi(queries.counts(queries.Period()))
        reach = reach_of(scope_of(olga.pk))
        behind = set(listed.tickets(reach, period, world.now(hours=1), begin=0, size=50).ids)
        counted.append((told["tickets"], len(days), Day.objects.get(by=Day.By.ALL).opened, behind))

    assert counted == [(1, 1, 1, {other.pk}), (2, 1, 2, {ticket.pk, other.pk})]
