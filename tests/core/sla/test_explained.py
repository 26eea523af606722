"""Clocks explained from their rows, on the page, by the API and at the command line: the same derivation."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from firstline.cli import deadlines
from firstline.commands import classification, ownership, progress
from firstline.core.kernel.refusals import NotThere
from firstline.core.people.models import Person
from firstline.core.sla import explained
from firstline.core.sla.models import AgreementRule, Clock
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import State
from tests import world
from tests.api.calling import Program, of
from tests.web.console.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Person:
    world.agreement()
    return world.person("Olga", team=world.front())


@pytest.fixture
def ticket(olga: Person) -> Ticket:
    """Return a ticket that waited for two hours and was given another priority after that."""
    world.agreement(by_priority={1: {"resolve": 14400}})
    made = world.ticket(held_by=olga)
    common = {"ticket_id": made.pk, "by_id": olga.pk}
    progress.wait(**common, on=State.WAITING_REQUESTER, why="", now=world.now(hours=1))
    progress.resume(**common, now=world.now(hours=3))
    classification.set_priority(**common, impact=1, urgency=1, why="All.", now=world.now(hours=4))
    return made


def test_the_derivation_gives_the_very_deadline_and_names_what_made_it(ticket: Ticket):
    told = [explained.as_data(one) for one in explained.of_ticket(ticket.pk, now=world.now(hours=5))]

    resolve = told[-1]
    assert (resolve["kind"], resolve["state"], resolve["budget_seconds"]) == ("resolve", "running", 14400)
    assert resolve["due_at"] == Clock.objects.get(pk=resolve["clock"]).due_at == world.now(hours=6)
    assert resolve["chosen_by"] == {"rule": None, "closest": "all"}
    assert [(part["reason"], part["counted_seconds"], part["total_seconds"]) for part in resolve["intervals"]] == [
        ("open", 3600, 3600),
        ("waiting_requester", 0, 3600),
        ("open", 10800, 14400),
    ]
    assert (resolve["used_seconds"], resolve["left_seconds"]) == (10800, 3600)


def test_a_superseded_clock_is_explained_with_the_reason_of_its_end(ticket: Ticket):
    told = explained.of_ticket(ticket.pk, now=world.now(hours=5))

    ended = [(one.clock.kind, one.clock.why) for one in told if one.clock.state == "ended"]

    assert ("resolve", "prioritised") in ended


def test_a_rule_that_chose_is_named_even_after_it_was_ended(olga: Person):
    own = world.agreement("Incidents")
    rule = AgreementRule.objects.create(desk=world.desk(), position=3, kind="incident", agreement=own.agreement)
    made = world.ticket()
    AgreementRule.objects.filter(pk=rule.pk).update(ended_at=world.NINE)

    told = explained.as_data(explained.of_ticket(made.pk, now=world.NINE)[0])

    assert (told["chosen_by"]["rule"], told["chosen_by"]["kind"]) == (3, "incident")
    assert told["agreement"] == {"name": "Incidents", "version": 1}


def test_a_night_and_a_holiday_are_skipped_by_name(olga: Person):
    calendar = world.calendar("Shop", holidays=[{"begin": "2026-03-03", "end": "2026-03-03", "name": "Founders' Day"}])
    world.agreement("Late", targets={"resolve": 36000}, on=calendar)
    made = world.ticket()

    one = explained.of_ticket(made.pk, now=world.NINE)[0]

    closed = one.derivation.stretches[1]
    assert one.derivation.due_at == world.now(days=2, hours=2)
    assert [name for _day, name in one.days(closed)] == ["Founders' Day"]


def test_a_clock_that_outlasts_its_openings_is_explained_by_its_calendar(olga: Person):
    made = world.ticket(held_by=olga)

    told = explained.of_ticket(made.pk, now=world.now(days=365 * 5))

    assert all(one.derivation.left_for < timedelta(0) for one in told if one.clock.ended_at is None)


def test_the_number_of_statements_does_not_grow_with_the_clocks(ticket: Ticket, django_assert_max_num_queries):
    explained.of_ticket(ticket.pk, now=world.now(hours=5))

    with django_assert_max_num_queries(2):
        explained.of_ticket(ticket.pk, now=world.now(hours=5))


def test_the_api_tells_the_derivation_to_who_asked_and_a_teams_clock_to_staff_only(olga: Person):
    second = world.team("Second line", line=2)
    world.agreement("OLA", team=second, targets={"accept": 1800})
    rita = world.person("Rita")
    made = world.ticket(requester=rita, held_by=olga)
    ownership.hand_over(ticket_id=made.pk, by_id=olga.pk, to_team_id=second.pk, why="", now=world.NINE)

    by_staff = of(Program(olga).get(f"tickets/{made.number}/clocks"))["clocks"]
    by_rita = of(Program(rita).get(f"tickets/{made.number}/clocks"))["clocks"]

    assert [clock["team"] for clock in by_staff if clock["kind"] == "accept"] == ["Second line"]
    assert "accept" not in {clock["kind"] for clock in by_rita}
    resolve = next(clock for clock in by_rita if clock["kind"] == "resolve")
    assert sum(part["counted_seconds"] for part in resolve["intervals"]) >= resolve["budget_seconds"]


def test_the_page_shows_each_clock_and_the_sum(ticket: Ticket, olga: Person):
    page = signed_in(olga).get(f"/console/tickets/{ticket.number}/clocks").content.decode()

    assert page.count("explained-clock") == Clock.objects.filter(ticket=ticket).count()
    assert "waiting for the requester" in page
    assert "the priority changed" in page
    assert "4:00:00" in page


def test_the_page_is_not_there_for_who_may_not_see_the_ticket_and_leads_who_asked_to_the_portal(ticket: Ticket):
    stranger = world.person("Nina", team=world.team("HR", of=world.desk("hr")))

    assert signed_in(stranger).get(f"/console/tickets/{ticket.number}/clocks").status_code == 404


def test_the_command_line_says_the_same(ticket: Ticket, capsys: pytest.CaptureFixture[str]):
    deadlines.explain(ticket.number, as_json=True)
    as_json = json.loads(capsys.readouterr().out)
    deadlines.explain(ticket.number, as_json=False)
    in_words = capsys.readouterr().out

    assert [clock["kind"] for clock in as_json["clocks"]] == [
        one.clock.kind for one in explained.of_ticket(ticket.pk, now=world.NINE)
    ]  # fmt: skip
    assert "2026-03-02 10:00:00Z - 2026-03-02 12:00:00Z      skipped" in in_words
    assert "closest promise (all)" in in_words


def test_a_number_that_is_no_tickets_is_refused():
    with pytest.raises(NotThere):
        deadlines.explain(12, as_json=True)
