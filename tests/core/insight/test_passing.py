"""What teams pass on: to whom, to and fro, and with nothing done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from firstline.commands import conversation, ownership
from firstline.core.insight import passing, supervision
from firstline.core.insight.passing import Deed, Passed, Stay, idle, to_and_fro
from firstline.core.insight.timeline import story
from firstline.core.people.models import Person, Team
from firstline.core.people.rights import scope_of
from tests import world
from tests.world import now

OLGA, SERGEY, PAVLO = 7, 8, 9
# Olga gave it to team 20; Sergey had it there for two hours, and then it went on to 30.
STAY = Stay(now(hours=1), now(hours=3), OLGA, SERGEY)
THERE_AND_ON = [Passed(1, 10, 20), Passed(1, 20, 30, STAY)]


@dataclass(frozen=True)
class _Told:
    kind: str
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    by_id: int | None = None


def test_some_tickets_come_back_to_a_team_that_gave_them_away():
    passed = [Passed(1, 10, 20), Passed(1, 20, 10), Passed(2, 10, 20), Passed(1, 10, 20), Passed(3, 10, 30)]

    assert to_and_fro(passed) == {1: 2}


def test_a_team_that_did_nothing_passed_it_on_idle():
    assert idle(THERE_AND_ON, []) == [THERE_AND_ON[1]]


@pytest.mark.parametrize(
    ("deed", "found"),
    [
        (Deed(1, SERGEY, now(hours=2)), 0),
        (Deed(1, PAVLO, now(hours=1)), 0),
        (Deed(1, None, now(hours=3)), 0),
        (Deed(1, OLGA, now(hours=2)), 1),
        (Deed(1, SERGEY, now(minutes=59)), 1),
        (Deed(1, SERGEY, now(hours=4)), 1),
        (Deed(2, SERGEY, now(hours=2)), 1),
    ],
)
def test_only_what_the_team_did_while_it_had_the_ticket_counts(deed: Deed, found: int):
    assert len(idle(THERE_AND_ON, [deed])) == found


def test_whoever_gave_it_counts_where_they_have_it_themselves():
    own = Passed(1, 20, 30, Stay(now(hours=1), now(hours=3), OLGA, OLGA))

    assert idle([own], [Deed(1, OLGA, now(hours=2))]) == []


def test_what_a_team_had_first_was_never_handed_over_to_it():
    assert idle([Passed(1, 10, 20)], []) == []


@pytest.mark.django_db
def test_the_story_of_a_ticket_tells_the_same_as_the_holdings_of_all():
    world.agreement()
    front, second, third = world.front(), world.team("Second line", line=2), world.team("Third line", line=3)
    olga, sergey, pavlo = (
        world.person(name, team=team) for name, team in (("Olga", front), ("Sergey", second), ("Pavlo", third))
    )
    at = timezone.now() - timedelta(hours=9)
    ticket = world.ticket(held_by=olga, at=at)

    def passes(by: Person, team: Team, to: Person, hour: int) -> None:
        when = at + timedelta(hours=hour)
        ownership.hand_over(ticket_id=ticket.pk, by_id=by.pk, to_team_id=team.pk, why="", now=when)
        ownership.accept(ticket_id=ticket.pk, by_id=to.pk, now=when + timedelta(minutes=5))

    passes(olga, second, sergey, 1)
    conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text="Hurry.", now=at + timedelta(hours=2))
    passes(sergey, third, pavlo, 3)
    conversation.note(ticket_id=ticket.pk, by_id=pavlo.pk, text="Found it.", now=at + timedelta(hours=4))
    ownership.return_(ticket_id=ticket.pk, by_id=pavlo.pk, findings="A disk.", now=at + timedelta(hours=5))
    passes(olga, second, sergey, 6)

    ticket.refresh_from_db()
    told = story(ticket, scope_of(olga.pk), staff=True)
    handed = passing.handed(ticket.pk, told)
    passed = supervision.passed([ticket.pk])
    idle_here = idle(handed, passing.deeds(ticket.pk, [(moment.seq, moment) for moment in told]))
    assert handed == passed
    assert idle_here == idle(passed, supervision.deeds(passed))
    assert [(each.from_id, each.to_id) for each in idle_here] == [(second.pk, third.pk), (front.pk, second.pk)]
    assert to_and_fro(handed) == {ticket.pk: 2}
    last = {(way.from_id, way.to_id): (way.idle, way.back) for way in passing.latest(passed, idle_here)}
    assert last == {
        (front.pk, second.pk): (True, True),
        (third.pk, front.pk): (False, False),
        (second.pk, third.pk): (True, False),
    }


def test_of_each_way_the_last_is_kept_and_of_its_marks_one():
    gone = [
        Passed(1, 10, 20, at=now(hours=1)), Passed(1, 20, 10, STAY, now(hours=2)), Passed(1, 10, 20, at=now(hours=3)),
        Passed(1, 20, 30, STAY, now(hours=4)),
    ]  # fmt: skip

    last = passing.latest(gone, [gone[1], gone[3]])

    assert [(way.from_id, way.to_id, way.at, way.idle, way.back) for way in last] == [
        (20, 30, now(hours=4), True, False),
        (10, 20, now(hours=3), False, True),
        (20, 10, now(hours=2), False, False),
    ]


def test_what_a_reader_may_not_read_is_a_deed_all_the_same():
    story = [(1, _Told("accepted", now(hours=1))), (3, _Told("offered", now(hours=3)))]

    assert passing.deeds(1, story) == [Deed(1, None, now(hours=1))]
