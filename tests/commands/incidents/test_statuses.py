"""One word to all who are hit: told once to each child, in its requester's language."""

from __future__ import annotations

from typing import Any

import pytest
from django_tasks.base import Task

from firstline.commands import ownership, progress
from firstline.commands.incidents import children, majors, statuses
from firstline.core.incidents import queries
from firstline.core.incidents.models import MajorIncident, Reached
from firstline.core.kernel.refusals import BadInput, NotAllowed
from firstline.core.outbox.models import Job
from firstline.core.sla.models import Clock
from firstline.core.tickets.models import Ticket
from firstline.worker import incidents
from tests import world
from tests.commands.conftest import Stage

LATER = world.now(minutes=30)
WORDS = {"en": "Mail is down; back by noon.", "ru": "Почта не работает; вернём к полудню."}


@pytest.fixture
def major(stage: Stage) -> MajorIncident:
    """Return Rita's ticket as a major incident that Olga commands."""
    return majors.declare_major(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=LATER)


def work_off(*kinds: str) -> int:
    """Do what is owed of these kinds until nothing is; return how many jobs that were."""
    did = 0
    while owed := list(Job.objects.filter(kind__in=kinds, state=Job.State.WAITING).order_by("pk")):
        for job in owed:
            did += 1
            what_came = _task(job.kind).call(**job.payload)
            if callable(what_came):
                what_came()
            Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    return did


def _task(kind: str) -> Task[Any, Any]:
    found = getattr(incidents, kind.rpartition(".")[2])
    assert isinstance(found, Task)
    return found


def _child(stage: Stage, major: MajorIncident, **who: Any) -> Ticket:
    made = world.ticket("Me too", requester=world.person("Roma", **who))
    children.adopt(major_id=major.pk, child_id=made.pk, by_id=stage.olga.pk, now=LATER)
    return made


def _tell(stage: Stage, major: MajorIncident) -> int:
    return statuses.tell_status(major_id=major.pk, by_id=stage.olga.pk, texts=WORDS, now=LATER)


def test_it_stands_in_the_parent_at_once_and_in_each_child_by_a_job(stage: Stage, major: MajorIncident):
    child = _child(stage, major, language="ru")

    _tell(stage, major)

    assert world.newest(stage.ticket).kind == "status told"
    assert "status told" not in world.told(child)
    assert work_off(statuses.SPREAD) == 2
    said = child.messages.order_by("pk").last()
    assert said is not None
    assert (said.content.text, said.audience, said.author) == (WORDS["ru"], "public", stage.olga)
    assert world.told(child)[-1] == "status told"


def test_a_status_is_an_answer(stage: Stage, major: MajorIncident):
    child = _child(stage, major)

    _tell(stage, major)
    work_off(statuses.SPREAD)

    child.refresh_from_db()
    assert child.answered_at is not None
    assert child.clocks.get(kind=Clock.Kind.FIRST_RESPONSE).ended_at is not None


def test_told_twice_it_is_told_once(stage: Stage, major: MajorIncident):
    child = _child(stage, major)
    number = _tell(stage, major)

    for _again in range(2):
        statuses.tell_child(major_id=major.pk, number=number, child_id=child.pk, by_id=stage.olga.pk, now=LATER)
        incidents.spread.call(major=major.pk, number=number, after=0, by=stage.olga.pk, cause=None)

    assert world.told(child).count("status told") == 1
    assert Reached.objects.filter(ticket=child).count() == 1


def test_many_children_are_told_some_by_each_job(stage: Stage, major: MajorIncident, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(statuses, "BATCH", 2)
    made = [_child(stage, major) for _each in range(5)]

    _tell(stage, major)

    assert work_off(statuses.SPREAD) == 4
    assert [world.told(child).count("status told") for child in made] == [1] * 5


def test_who_joins_later_is_told_the_present_status(stage: Stage, major: MajorIncident):
    _tell(stage, major)

    late = _child(stage, major)
    assert work_off(children.TELL) == 1

    assert world.told(late)[-1] == "status told"


def test_who_is_solved_or_let_go_is_told_no_more(stage: Stage, major: MajorIncident):
    solved, free = _child(stage, major), _child(stage, major)
    ownership.take(ticket_id=solved.pk, by_id=stage.olga.pk, now=LATER)
    progress.resolve(ticket_id=solved.pk, by_id=stage.olga.pk, how="It works here.", now=LATER)
    children.release(major_id=major.pk, child_id=free.pk, by_id=stage.olga.pk, now=LATER)

    _tell(stage, major)
    work_off(statuses.SPREAD)

    assert "status told" not in [*world.told(solved), *world.told(free)]


def test_the_newest_status_is_found_by_language(stage: Stage, major: MajorIncident):
    _tell(stage, major)
    statuses.tell_status(major_id=major.pk, by_id=stage.olga.pk, texts={"en": "It is back."}, now=LATER)

    assert queries.newest_status([major.pk]) == {major.pk: {"en": "It is back."}}
    assert queries.text_of(major.pk, 1, "ru") == WORDS["ru"]
    assert queries.text_of(major.pk, 2, "uk") == "It is back."


def test_who_may_not_and_what_says_nothing_is_refused(stage: Stage, major: MajorIncident):
    with world.refused(NotAllowed):
        statuses.tell_status(major_id=major.pk, by_id=stage.rita.pk, texts=WORDS, now=LATER)
    with world.refused(BadInput, "needed"):
        statuses.tell_status(major_id=major.pk, by_id=stage.olga.pk, texts={"en": " "}, now=LATER)
    majors.end_major(major_id=major.pk, by_id=stage.olga.pk, now=LATER)
    with world.refused(majors.NotRunning):
        _tell(stage, major)
