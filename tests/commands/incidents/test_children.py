"""The tickets a major incident stands for: adopted, released, joined, solved with it."""

from __future__ import annotations

import pytest

from firstline.commands import progress, structure
from firstline.commands.incidents import children, majors, statuses
from firstline.commands.turn import AlreadyClosed
from firstline.core.incidents import queries
from firstline.core.incidents.models import MajorIncident
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.people.models import Person
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import State
from tests import world
from tests.commands.conftest import Stage
from tests.commands.incidents.test_statuses import work_off
from tests.together import at_once

LATER = world.now(minutes=30)
HOW = {"en": "The mail server was restarted.", "ru": "Почтовый сервер перезапущен."}


@pytest.fixture
def major(stage: Stage) -> MajorIncident:
    """Return Rita's ticket as a major incident that Olga commands."""
    return majors.declare_major(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER)


def _adopt(major: MajorIncident, child: Ticket, by: Person) -> None:
    children.adopt(major_id=major.pk, child_id=child.pk, by_id=by.pk, now=LATER)


def _me_too(major: MajorIncident, person: Person) -> Ticket:
    return children.me_too(major_id=major.pk, person_id=person.pk, subject="Mail", text="Me too.", now=LATER)


# adopt and release


def test_a_child_is_linked_and_both_chains_say_so(stage: Stage, major: MajorIncident):
    child = world.ticket(requester=stage.rita)

    _adopt(major, child, stage.olga)

    assert list(queries.children(stage.ticket.pk)) == [child]
    assert [world.newest(each).kind for each in (child, stage.ticket)] == ["linked", "linked"]
    assert queries.parent_of(child.pk) == major
    assert list(Ticket.objects.filter(queries.MARKS["is_major"])) == [stage.ticket]
    assert list(Ticket.objects.filter(queries.MARKS["is_part"])) == [child]


def test_what_does_not_fit_is_not_adopted(stage: Stage, major: MajorIncident):
    child, solved = world.ticket(requester=stage.rita), world.ticket(requester=stage.rita, held_by=stage.olga)
    _adopt(major, child, stage.olga)
    progress.resolve(ticket_id=solved.pk, by_id=stage.olga.pk, how="Done.", now=LATER)
    second = world.ticket(requester=stage.rita, held_by=stage.olga)
    other = majors.declare_major(ticket_id=second.pk, by_id=stage.olga.pk, now=LATER)

    for refusal, major_id, ticket in (
        (structure.AlreadyLinked, major.pk, child),
        (majors.PartOfMajor, other.pk, child),
        (majors.PartOfMajor, major.pk, second),
        (structure.SameTicket, major.pk, stage.ticket),
        (AlreadyClosed, major.pk, solved),
        (NotThere, 0, child),
    ):
        with world.refused(refusal):
            children.adopt(major_id=major_id, child_id=ticket.pk, by_id=stage.olga.pk, now=LATER)


def test_another_desk_and_another_customer_stay_apart(stage: Stage, major: MajorIncident):
    elsewhere = world.ticket(of=world.desk("other"))
    with world.refused(NotThere):
        _adopt(major, elsewhere, stage.olga)

    bought = world.contract(world.organisation("Contoso (demo)")).organisation
    theirs = world.ticket(requester=world.person("Clara", organisation=bought), held_by=stage.olga)
    limited = majors.declare_major(ticket_id=theirs.pk, by_id=stage.olga.pk, now=LATER)
    with world.refused(structure.OtherCustomer, "Contoso"):
        _adopt(limited, world.ticket(requester=stage.rita), stage.olga)


def test_who_does_not_lead_it_adopts_and_releases_nothing(stage: Stage, major: MajorIncident):
    child = world.ticket(requester=stage.rita)

    with world.refused(NotAllowed):
        _adopt(major, child, stage.rita)
    with world.refused(NotThere):
        _adopt(major, child, stage.sergey)
    with world.refused(children.NotAPart):
        children.release(major_id=major.pk, child_id=child.pk, by_id=stage.olga.pk, now=LATER)


def test_a_released_child_goes_on_by_itself(stage: Stage, major: MajorIncident):
    child = world.ticket(requester=stage.rita)
    _adopt(major, child, stage.olga)

    children.release(major_id=major.pk, child_id=child.pk, by_id=stage.olga.pk, now=LATER)

    assert not queries.children(stage.ticket.pk).exists()
    assert [world.newest(each).kind for each in (child, stage.ticket)] == ["unlinked", "unlinked"]


# me too


def test_who_is_hit_too_gets_a_ticket_of_their_own(stage: Stage, major: MajorIncident):
    roma = world.person("Roma")

    child = _me_too(major, roma)

    assert (child.requester, child.state, child.subject) == (roma, State.NEW, "Mail")
    assert list(queries.children(stage.ticket.pk)) == [child]
    assert world.newest(stage.ticket).facts["ticket"] == child.pk


def test_who_says_it_twice_has_one_ticket(stage: Stage, major: MajorIncident):
    roma = world.person("Roma")

    assert _me_too(major, roma) == _me_too(major, roma)
    assert _me_too(major, stage.rita) == stage.ticket
    assert Ticket.objects.count() == 2


def test_an_ended_one_is_joined_by_nobody_and_one_of_others_is_not_there(stage: Stage, major: MajorIncident):
    bought = world.contract(world.organisation("Contoso (demo)")).organisation
    theirs = world.ticket(requester=world.person("Clara", organisation=bought), held_by=stage.olga)
    limited = majors.declare_major(ticket_id=theirs.pk, by_id=stage.olga.pk, now=LATER)
    majors.end_major(major_id=major.pk, by_id=stage.olga.pk, now=LATER)
    roma = world.person("Roma")

    with world.refused(majors.NotRunning):
        _me_too(major, roma)
    with world.refused(NotThere):
        _me_too(limited, roma)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_ticket(stage: Stage, major: MajorIncident):
    roma = world.person("Roma")

    made = at_once(lambda: _me_too(major, roma).pk, lambda: _me_too(major, roma).pk)

    assert len(set(made)) == 1


# solved with the parent


def test_children_are_solved_with_the_parent_and_asked_to_confirm(stage: Stage, major: MajorIncident):
    taken = world.ticket(requester=world.person("Taras", language="uk"), held_by=stage.oleg)
    fresh = world.ticket(requester=world.person("Roma", language="ru"))
    for child in (taken, fresh):
        _adopt(major, child, stage.olga)

    children.resolve_all(major_id=major.pk, by_id=stage.olga.pk, how=HOW, cause="server", now=LATER)
    major.refresh_from_db()
    assert (stage.ticket_now().state, major.ended_at) == (State.RESOLVED, LATER)
    assert work_off(statuses.SPREAD) == 2

    for child, words in ((taken, HOW["en"]), (fresh, HOW["ru"])):
        child.refresh_from_db()
        assert child.resolution is not None
        assert (child.state, child.cause, child.resolution.text) == (State.RESOLVED, "server", words)
        assert child.close_due_at is not None
        assert world.newest(child).facts["with"] == stage.ticket.pk


def test_solved_twice_a_child_is_solved_once_and_one_still_broken_goes_on(stage: Stage, major: MajorIncident):
    child = world.ticket(requester=world.person("Roma"))
    _adopt(major, child, stage.olga)
    children.resolve_all(major_id=major.pk, by_id=stage.olga.pk, how=HOW, now=LATER)
    work_off(statuses.SPREAD)
    again = children.resolve_child(
        major_id=major.pk, number=1, child_id=child.pk, by_id=stage.olga.pk, cause="", now=LATER
    )

    progress.reopen(ticket_id=child.pk, by_id=child.requester_id, why="Not here.", now=world.now(hours=1))

    child.refresh_from_db()
    assert (again, child.state) == (None, State.NEW)
    assert world.told(child).count("resolved") == 1


def test_solving_it_needs_words_and_the_right(stage: Stage, major: MajorIncident):
    with world.refused(BadInput):
        children.resolve_all(major_id=major.pk, by_id=stage.olga.pk, how={}, now=LATER)
    with world.refused(NotAllowed):
        children.resolve_all(major_id=major.pk, by_id=stage.rita.pk, how=HOW, now=LATER)
    children.resolve_all(major_id=major.pk, by_id=stage.olga.pk, how=HOW, now=LATER)
    with world.refused(majors.NotRunning):
        children.resolve_all(major_id=major.pk, by_id=stage.olga.pk, how=HOW, now=LATER)
