"""Bursts of alike tickets: proposed once, declared or dismissed by who may."""

from __future__ import annotations

from datetime import timedelta

import pytest

from firstline.commands import ownership, progress
from firstline.commands.incidents import bursts, majors
from firstline.core.incidents import queries
from firstline.core.incidents.models import Burst
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import NotAllowed, NotThere
from firstline.core.outbox.models import Job
from firstline.core.people.rights import scope_of
from firstline.core.tickets.models import Ticket
from tests import world
from tests.commands.conftest import Stage

NOON = world.now(hours=3)


def _five(**asked: object) -> list[Ticket]:
    network = world.service("network").pk
    made = []
    for minutes in range(5):
        who = world.person(f"Rita {minutes}")
        at = NOON - timedelta(minutes=20 - minutes)
        made.append(world.ticket("VPN drops", requester=who, service_id=network, at=at, **asked))  # type: ignore[arg-type]  # whatever a test names
    return made


def _found(stage: Stage) -> Burst:
    (burst,) = bursts.find_bursts(desk_id=stage.desk.pk, now=NOON)
    return burst


def test_alike_tickets_far_over_the_usual_rate_are_proposed_once(stage: Stage):
    five = _five()

    burst = _found(stage)
    assert _found(stage) == burst

    assert (burst.tickets, burst.words, burst.usual) == ([each.pk for each in five], ["vpn", "drop"], 0)
    assert list(queries.proposed(scope_of(stage.olga.pk))) == [burst]
    assert not queries.proposed(scope_of(stage.sergey.pk)).exists()


def test_what_is_usual_at_this_time_of_day_is_no_burst(stage: Stage):
    network = world.service("network").pk
    for day in range(1, 29):
        for _each in range(2):
            world.ticket(
                "VPN drops", requester=stage.rita, service_id=network, at=NOON - timedelta(days=day, minutes=5)
            )
    _five()

    assert bursts.find_bursts(desk_id=stage.desk.pk, now=NOON) == []


def test_it_is_declared_with_its_tickets(stage: Stage):
    five = _five()
    burst = _found(stage)

    major = bursts.declare_burst(burst_id=burst.pk, by_id=stage.olga.pk, now=NOON)

    burst.refresh_from_db()
    assert (major.ticket, burst.major, burst.decided_by) == (five[0], major, stage.olga)
    assert Job.objects.get(kind=majors.ADOPT).payload["tickets"] == [each.pk for each in five[1:]]
    with world.refused(bursts.AlreadyDecided):
        bursts.declare_burst(burst_id=burst.pk, by_id=stage.olga.pk, now=NOON)


def test_one_that_was_dismissed_is_not_proposed_again(stage: Stage):
    _five()
    burst = _found(stage)

    bursts.dismiss_burst(burst_id=burst.pk, by_id=stage.lead.pk, now=NOON)

    assert journal.told(f"desk:{stage.desk.pk}")[-1].kind == "burst dismissed"
    assert bursts.find_bursts(desk_id=stage.desk.pk, now=NOON) == []
    assert not queries.proposed(scope_of(stage.olga.pk)).exists()
    with world.refused(bursts.AlreadyDecided):
        bursts.dismiss_burst(burst_id=burst.pk, by_id=stage.lead.pk, now=NOON)


@pytest.mark.parametrize("deed", [bursts.declare_burst, bursts.dismiss_burst])
def test_the_first_line_and_managers_decide(stage: Stage, deed: object):
    _five()
    burst = _found(stage)
    stranger = world.person("Stepan", team=world.team("Others", of=world.desk("other")))

    assert callable(deed)
    with world.refused(NotAllowed):
        deed(burst_id=burst.pk, by_id=stage.sergey.pk, now=NOON)
    for who, pk in ((stranger, burst.pk), (stage.rita, burst.pk), (stage.olga, 0)):
        with world.refused(NotThere):
            deed(burst_id=pk, by_id=who.pk, now=NOON)


def test_one_whose_tickets_are_solved_is_not_declared(stage: Stage):
    five = _five()
    burst = _found(stage)
    for each in five:
        ownership.take(ticket_id=each.pk, by_id=stage.olga.pk, now=NOON)
        progress.resolve(ticket_id=each.pk, by_id=stage.olga.pk, how="Done.", now=NOON)

    with world.refused(bursts.NoneOpen):
        bursts.declare_burst(burst_id=burst.pk, by_id=stage.olga.pk, now=NOON)


def test_one_that_stopped_is_passed_by(stage: Stage):
    _five()
    burst = _found(stage)
    later = NOON + timedelta(hours=3)

    assert queries.desks_to_look_at(later) == [stage.desk.pk]
    bursts.find_bursts(desk_id=stage.desk.pk, now=later)

    burst.refresh_from_db()
    assert burst.decided_at == later
    assert queries.desks_to_look_at(later) == []
