"""A ticket is declared a major incident, changes hands, is ended."""

from __future__ import annotations

import pytest

from firstline.commands import progress
from firstline.commands.incidents import children, majors
from firstline.commands.turn import AlreadyClosed
from firstline.core.incidents import queries
from firstline.core.incidents.models import MajorIncident
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.outbox.models import Job
from firstline.core.people.rights import scope_of
from firstline.core.tickets import queries as tickets
from tests import world
from tests.commands.conftest import Stage

LATER = world.now(minutes=30)


def _declared(stage: Stage, **more: object) -> MajorIncident:
    return majors.declare_major(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER, **more)  # type: ignore[arg-type]  # whatever a test names


def test_who_declares_it_commands_it_and_the_chain_says_so(stage: Stage):
    major = _declared(stage, headline={"en": "Mail is down"})

    assert (major.commander, major.began_at, major.ended_at) == (stage.olga, LATER, None)
    entry = world.newest(stage.ticket)
    assert (entry.kind, entry.facts["major"], entry.facts["person"]) == ("major declared", major.pk, stage.olga.pk)
    assert "Mail is down" not in str(entry.facts)


def test_a_rule_of_the_desk_declares_it_for_the_steward(stage: Stage):
    major = majors.declare_major(ticket_id=stage.ticket.pk, by_id=None, now=LATER)

    assert (major.commander, world.newest(stage.ticket).by_id) == (stage.olga, None)


def test_where_nobody_has_taken_it_a_lead_commands_it(stage: Stage):
    fresh = world.ticket(requester=stage.rita)

    assert majors.declare_major(ticket_id=fresh.pk, by_id=None, now=LATER).commander == stage.lead


def test_where_nobody_could_command_it_that_is_said():
    fresh = world.ticket()

    with world.refused(majors.NoCommander, "Name a commander"):
        majors.declare_major(ticket_id=fresh.pk, by_id=None, now=LATER)


def test_it_is_told_to_everybody_unless_the_ticket_is_a_customers(stage: Stage):
    assert _declared(stage).organisation is None

    bought = world.contract(world.organisation("Contoso (demo)")).organisation
    theirs = world.ticket(requester=world.person("Clara", organisation=bought), held_by=stage.olga)
    limited = majors.declare_major(ticket_id=theirs.pk, by_id=stage.olga.pk, now=LATER)
    assert limited.organisation == bought


def test_only_those_it_is_told_to_see_it(stage: Stage):
    bought = world.contract(world.organisation("Contoso (demo)")).organisation
    clara = world.person("Clara", organisation=bought)
    theirs = world.ticket(requester=clara, held_by=stage.olga)
    limited = majors.declare_major(ticket_id=theirs.pk, by_id=stage.olga.pk, now=LATER)

    assert list(queries.told_to(clara)) == [limited]
    assert not queries.told_to(stage.rita).exists()
    assert not queries.told_to(None).exists()


def test_the_desk_of_another_sees_none_of_it(stage: Stage):
    _declared(stage)
    other = world.desk("other")
    stranger = world.person("Stepan", team=world.team("Others", of=other))

    assert list(queries.running_at(scope_of(stranger.pk))) == []
    assert len(queries.running_at(scope_of(stage.oleg.pk))) == 1


def test_it_is_not_declared_twice(stage: Stage):
    _declared(stage)

    with world.refused(majors.AlreadyMajor, "already"):
        _declared(stage)


def test_a_child_is_no_major_incident_itself(stage: Stage):
    major = _declared(stage)
    child = world.ticket(requester=stage.rita)
    children.adopt(major_id=major.pk, child_id=child.pk, by_id=stage.olga.pk, now=LATER)

    with world.refused(majors.PartOfMajor, "part of a major incident"):
        majors.declare_major(ticket_id=child.pk, by_id=stage.olga.pk, now=LATER)


def test_who_neither_carries_nor_answers_for_it_does_not_declare_it(stage: Stage):
    with world.refused(NotThere):
        majors.declare_major(ticket_id=stage.ticket.pk, by_id=stage.sergey.pk, now=LATER)
    with world.refused(NotAllowed):
        majors.declare_major(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, now=LATER)


def test_a_solved_ticket_and_a_stranger_as_commander_are_refused(stage: Stage):
    with world.refused(NotThere, "does not work at this desk"):
        _declared(stage, commander_id=stage.rita.pk)
    with world.refused(BadInput, "languages"):
        _declared(stage, headline={"fr": "Le mail"})
    progress.resolve(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, how="Done.", now=LATER)
    with world.refused(AlreadyClosed):
        _declared(stage)


def test_children_named_at_once_are_adopted_by_jobs_of_so_many(stage: Stage):
    _declared(stage, children=[*range(5000, 5060), stage.ticket.pk])

    owed = Job.objects.filter(kind=majors.ADOPT).order_by("pk")
    assert [len(job.payload["tickets"]) for job in owed] == [25, 25, 10]


def test_a_commander_of_another_team_may_read_and_lead_it(stage: Stage):
    major = _declared(stage, commander_id=stage.sergey.pk)

    assert tickets.visible_to(scope_of(stage.sergey.pk)).filter(pk=stage.ticket.pk).exists()
    majors.change_commander(major_id=major.pk, by_id=stage.sergey.pk, to_id=stage.bella.pk, now=LATER)
    major.refresh_from_db()
    assert major.commander == stage.bella
    assert world.newest(stage.ticket).facts["from_person"] == stage.sergey.pk


def test_the_command_changes_among_staff_only_and_not_to_the_same(stage: Stage):
    major = _declared(stage)

    with world.refused(majors.AlreadyCommands):
        majors.change_commander(major_id=major.pk, by_id=stage.oleg.pk, to_id=stage.olga.pk, now=LATER)
    with world.refused(NotThere):
        majors.change_commander(major_id=major.pk, by_id=stage.oleg.pk, to_id=stage.rita.pk, now=LATER)
    with world.refused(NotAllowed):
        majors.change_commander(major_id=major.pk, by_id=stage.rita.pk, to_id=stage.oleg.pk, now=LATER)
    with world.refused(NotThere):
        majors.change_commander(major_id=major.pk, by_id=stage.bella.pk, to_id=stage.oleg.pk, now=LATER)
    with world.refused(NotThere):
        majors.change_commander(major_id=0, by_id=stage.olga.pk, to_id=stage.oleg.pk, now=LATER)


def test_it_is_ended_once_and_may_be_declared_anew(stage: Stage):
    major = _declared(stage)

    majors.end_major(major_id=major.pk, by_id=stage.olga.pk, now=LATER)
    with world.refused(majors.NotRunning):
        majors.end_major(major_id=major.pk, by_id=stage.olga.pk, now=LATER)

    assert world.told(stage.ticket)[-2:] == ["major declared", "major ended"]
    assert _declared(stage).pk != major.pk


@pytest.mark.parametrize("deed", ["end", "change"])
def test_strangers_do_not_learn_that_it_is_there(stage: Stage, deed: str):
    major = _declared(stage)
    stranger = world.person("Stepan", team=world.team("Others", of=world.desk("other")))

    with world.refused(NotThere):
        if deed == "end":
            majors.end_major(major_id=major.pk, by_id=stranger.pk, now=LATER)
        else:
            majors.change_commander(major_id=major.pk, by_id=stranger.pk, to_id=stage.oleg.pk, now=LATER)
