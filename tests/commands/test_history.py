"""A batch of history comes in wholly or not at all, once, and what it brings can be worked on like any ticket."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from django.db import connection

from firstline.commands import history, ownership, progress
from firstline.commands.labels import Labels, open_desk
from firstline.core.insight import kpi
from firstline.core.insight import queries as figures
from firstline.core.outbox.models import Job
from firstline.core.ownership import queries as holdings
from firstline.core.ownership.models import QueuePlace
from firstline.core.people.models import Desk, Person
from firstline.core.sla.models import Pause
from firstline.core.tickets import replay
from firstline.core.tickets.models import Reported, Ticket
from firstline.core.tickets.recorded import Case, Happening
from firstline.core.tickets.states import State
from tests import world


def _at(hour, minute=0, day=1):
    return datetime(2016, 3, day, hour, minute, tzinfo=UTC)


def _case(external_id="INC1", *happenings, **columns):
    rows = happenings or (Happening(_at(10), "New", "new", requester="Caller 1", team="Group 1"),)
    return Case(external_id=external_id, opened_at=_at(9), happenings=tuple(rows), subject="Printer", **columns)


def _bring(*cases):
    desk = open_desk(key="imported", name="Imported history", now=world.NINE)
    labels = Labels(desk, "test")
    return history.bring_in(labels=labels, cases=cases, envelope_id=None, now=world.NINE)


@pytest.mark.django_db
def test_an_imported_ticket_keeps_its_times_and_says_that_it_was_imported():
    brought = _bring(
        _case(
            "INC1",
            Happening(_at(10), "New", "new", requester="Caller 1", team="Group 1"),
            Happening(_at(11), "Awaiting", "waiting_requester", team="Group 1", assignee="Resolver 1"),
            Happening(_at(13), "Active", "open", team="Group 2", assignee="Resolver 2"),
            Happening(_at(14), "Resolved", "resolved", team="Group 2"),
            Happening(_at(15), "Closed", "closed"),
        )
    )

    ticket = Ticket.objects.get()
    assert (brought.tickets, brought.events) == (1, 5)
    assert (ticket.imported, ticket.state, ticket.closing) == (True, State.CLOSED, "imported")
    assert (ticket.registered_at, ticket.taken_at) == (_at(9), _at(11))
    assert (ticket.resolved_at, ticket.closed_at, ticket.hand_overs) == (_at(14), _at(15), 1)
    rows = [(row.team.name, row.offered_at, row.ended_at, row.ending) for row in holdings.history(ticket.pk)]
    assert rows == [("Group 1", _at(9), _at(13), "handed_over"), ("Group 2", _at(13), _at(14), "done")]
    pause = Pause.objects.get()
    assert (pause.state, pause.began_at, pause.ended_at) == ("waiting_requester", _at(11), _at(13))
    assert not QueuePlace.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_what_no_rule_allows_is_a_fact_and_the_row_follows_from_its_chain():
    _bring(
        _case(
            "INC1",
            Happening(_at(10), "Closed", "closed"),
            Happening(_at(9, 30), "Active", "open", flags=("time_backwards", "left_closed")),
            Happening(_at(9, 40), "-100", None, flags=("unknown_state",)),
            flags=("time_backwards", "left_closed", "unknown_state"),
        )
    )

    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.reopenings, ticket.latest_at) == (State.OPEN, 1, _at(10))
    assert Reported.objects.get().flags == ["time_backwards", "left_closed", "unknown_state"]
    assert replay.replay_all().differs == []


@pytest.mark.django_db
def test_an_open_imported_ticket_stands_in_the_queue_and_can_be_worked_on():
    _bring(_case())
    ticket = Ticket.objects.get()
    olga = world.person("Olga", team=ticket.team)

    ownership.take(ticket_id=ticket.pk, by_id=olga.pk, now=world.NINE)
    progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="Done.", now=world.now(hours=1))

    assert replay.replay_all().differs == []
    told = kpi.kpi(figures.counts(figures.Period()))
    assert told["transitions"] == [["New -> open", 1], ["open -> resolved", 1]]
    assert told["unresolved"] == 0


@pytest.mark.django_db
def test_an_open_imported_ticket_is_carried_by_its_team_and_answered_for_by_the_first_line():
    _bring(_case())

    places = {(place.part, place.team.name) for place in QueuePlace.objects.select_related("team")}
    assert places == {("carries", "Group 1"), ("answers", "First line")}


@pytest.mark.django_db
def test_the_same_case_again_is_passed_over():
    _bring(_case("INC1"), _case("INC2"))

    brought = _bring(_case("INC2"), _case("INC3"))

    assert (brought.tickets, Ticket.objects.count()) == (1, 3)
    assert history.brought_in("test") == {"INC1": 1, "INC2": 1, "INC3": 1}
    assert Person.objects.filter(name="Caller 1").count() == 1


@pytest.mark.django_db
def test_who_asked_nobody_knows_is_a_person_too():
    _bring(_case("INC1", Happening(_at(10), "New", "new")))

    ticket = Ticket.objects.get()
    assert (ticket.requester.name, ticket.team.name) == ("Unknown requester", "First line")


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_fails_leaves_nothing():
    desk = open_desk(key="imported", name="Imported history", now=world.NINE)
    labels = Labels(desk, "test")
    before = world.everything()

    wrong = Happening(_at(10), "New", "new", team="Group 1", priority=7)
    with pytest.raises(Exception, match="priority"):
        history.bring_in(labels=labels, cases=[_case("INC1"), _case("INC2", wrong)], envelope_id=None, now=world.NINE)

    assert world.everything() == before


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_in_the_middle_leaves_whole_batches_and_goes_on_where_it_stopped(tmp_path):
    cases, rows, batch = 480, 3, 40
    log, by = _log(tmp_path, cases)

    first = _start(log, by, batch)
    while Ticket.objects.count() == 0 and first.poll() is None:
        time.sleep(0.02)
    first.kill()
    first.communicate()
    stood = Ticket.objects.count()
    again = _start(log, by, batch)
    out, err = again.communicate(timeout=120)

    assert again.returncode == 0, err
    assert 0 < stood < cases
    assert stood % batch == 0
    assert f"{stood:,} cases with {stood * rows:,} events stood already." in out
    assert (Ticket.objects.count(), Desk.objects.count()) == (cases, 1)
    told = kpi.kpi(figures.counts(figures.Period()))
    assert (told["tickets"], told["events"]) == (cases, cases * rows)
    assert replay.replay_all().walked.broken == []


def _log(folder, cases):
    log, by = folder / "log.csv", folder / "ours.json"
    lines = ["id,status,when,who"]
    for case in range(cases):
        for status, hour in (("New", 9), ("Active", 10), ("Closed", 11)):
            lines.append(f"C{case},{status},2016-03-01 {hour:02}:00,Caller {case % 50}")
    log.write_text("\n".join(lines))
    by.write_text(
        '{"columns": {"case": "id", "state": "status", "at": "when", "requester": "who"},'
        ' "times": ["%Y-%m-%d %H:%M"], "states": {"New": "new", "Active": "open", "Closed": "closed"}}'
    )
    return log, by


def _start(log, by, batch):
    """Start the command as a process of its own, on the database of this test."""
    command = [
        sys.executable,
        "-m",
        "firstline",
        "import",
        "eventlog",
        str(log),
        "--map",
        str(by),
        "--batch",
        str(batch),
    ]
    known = connection.settings_dict
    url = f"sqlite://{known['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgresql://{known['USER']}@/{known['NAME']}?host={known['HOST']}"
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "firstline.config.settings"}
    return subprocess.Popen(command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
