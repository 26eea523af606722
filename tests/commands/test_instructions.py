"""Steps of a service's instruction: ticked, taken back, and bound to the version the work began with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from firstline.commands import classification, instructions, ownership, progress
from firstline.commands.setup import catalogue
from firstline.commands.turn import AlreadyClosed
from firstline.core.instructions.models import Tick
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.services.models import InstructionVersion, Service
from firstline.core.tickets.models import Ticket
from tests import world
from tests.commands.conftest import Stage
from tests.together import at_once

LATER = world.now(minutes=30)
STEPS: list[Mapping[str, Any]] = [
    {"text": {"en": "Ask for the till number"}},
    {"text": {"en": "Restart it"}, "team": None},
]


@pytest.fixture
def mail(stage: Stage) -> Service:
    """Return a service with an instruction of two steps, published long before."""
    service = world.service("mail")
    _publish(service, world.now(days=-1))
    return service


@pytest.fixture
def ticket(stage: Stage, mail: Service) -> Ticket:
    """Return a ticket of that service, which Olga has taken."""
    return world.ticket(requester=stage.rita, held_by=stage.olga, service_id=mail.pk)


def _publish(service: Service, at: datetime = LATER) -> InstructionVersion:
    return catalogue.publish_instruction(service_id=service.pk, steps=STEPS, by_id=None, now=at)


def _do(ticket: Ticket, version: InstructionVersion, step: int, by: int, undo: bool = False) -> Tick:
    deed = instructions.untick_step if undo else instructions.tick_step
    return deed(ticket_id=ticket.pk, by_id=by, instruction_id=version.pk, step=step, now=LATER)


def test_a_step_is_ticked_and_taken_back_and_the_chain_says_who(stage: Stage, ticket: Ticket, mail: Service):
    version = mail.instructions.get()

    _do(ticket, version, 1, stage.olga.pk)
    entry = world.newest(ticket)
    assert (entry.kind, entry.by_id) == ("step ticked", stage.olga.pk)
    assert entry.facts == {"instruction": version.pk, "version": 1, "step": 1}

    _do(ticket, version, 1, stage.oleg.pk, undo=True)
    assert world.newest(ticket).kind == "step unticked"
    tick = Tick.objects.get()
    assert (tick.ticked_by, tick.unticked_by) == (stage.olga, stage.oleg)


def test_the_version_there_was_when_work_began_stays(stage: Stage, ticket: Ticket, mail: Service):
    old, new = mail.instructions.get(), _publish(mail, world.now(minutes=10))

    with world.refused(instructions.OtherVersion):
        _do(ticket, new, 0, stage.olga.pk)
    _do(ticket, old, 0, stage.olga.pk)


def test_a_ticket_nobody_took_follows_the_newest_until_a_step_is_done(stage: Stage, mail: Service):
    fresh, second = world.ticket(requester=stage.rita, service_id=mail.pk), _publish(mail, world.now(minutes=10))

    _do(fresh, second, 0, stage.olga.pk)
    _publish(mail, world.now(minutes=20))
    _do(fresh, second, 1, stage.olga.pk)

    assert Tick.objects.filter(ticket=fresh, instruction=second).count() == 2


def test_another_service_has_other_steps(stage: Stage, ticket: Ticket, mail: Service):
    old, till = mail.instructions.get(), world.service("till")
    other = _publish(till, world.now(days=-1))
    _do(ticket, old, 0, stage.olga.pk)
    classification.reclassify(ticket_id=ticket.pk, by_id=stage.olga.pk, service_id=till.pk, now=LATER)

    with world.refused(instructions.OtherVersion):
        _do(ticket, old, 1, stage.olga.pk)
    _do(ticket, other, 1, stage.olga.pk)


def test_what_cannot_be_ticked_is_refused(stage: Stage, ticket: Ticket, mail: Service):
    version = mail.instructions.get()
    _do(ticket, version, 0, stage.olga.pk)

    with world.refused(instructions.AlreadyTicked, "Olga"):
        _do(ticket, version, 0, stage.oleg.pk)
    with world.refused(instructions.NotTicked):
        _do(ticket, version, 1, stage.olga.pk, undo=True)
    with world.refused(NotThere):
        _do(ticket, version, 2, stage.olga.pk)
    with world.refused(NotThere):
        _do(stage.ticket, version, 0, stage.olga.pk)


def test_who_does_not_help_ticks_nothing_and_a_solved_ticket_takes_none(stage: Stage, ticket: Ticket, mail: Service):
    version = mail.instructions.get()
    stranger = world.person("Stepan", team=world.team("Others", of=world.desk("other")))

    with world.refused(NotAllowed):
        _do(ticket, version, 0, stage.rita.pk)
    for who in (stage.sergey, stranger):
        with world.refused(NotThere):
            _do(ticket, version, 0, who.pk)
    progress.resolve(ticket_id=ticket.pk, by_id=stage.olga.pk, how="Done.", now=LATER)
    with world.refused(AlreadyClosed):
        _do(ticket, version, 0, stage.olga.pk)


def test_a_team_that_was_offered_it_ticks_too(stage: Stage, ticket: Ticket, mail: Service):
    ownership.hand_over(ticket_id=ticket.pk, by_id=stage.olga.pk, to_team_id=stage.second.pk, why="", now=LATER)

    assert _do(ticket, mail.instructions.get(), 0, stage.sergey.pk).ticked_by == stage.sergey


@pytest.mark.django_db(transaction=True)
def test_two_at_once_tick_a_step_once(stage: Stage, ticket: Ticket, mail: Service):
    version = mail.instructions.get()

    made = at_once(
        lambda: _do(ticket, version, 0, stage.olga.pk), lambda: _do(ticket, version, 0, stage.oleg.pk)
    )  # fmt: skip

    assert sorted(type(each).__name__ for each in made) == ["AlreadyTicked", "Tick"]


def test_an_instruction_says_whom_to_bring_in_and_what_may_be_solved_alone(stage: Stage, mail: Service):
    steps = [{"text": {"en": "Ask billing"}, "team": stage.billing.pk, "how": "task"}]
    made = catalogue.publish_instruction(
        service_id=mail.pk, steps=steps, alone={"en": "Passwords"}, by_id=None, now=LATER
    )

    assert made.steps == [{"text": {"en": "Ask billing"}, "team": stage.billing.pk, "how": "task"}]
    assert made.alone == {"en": "Passwords"}
    with world.refused(BadInput):
        catalogue.publish_instruction(
            service_id=mail.pk, steps=[{"text": {"en": "x"}, "how": "shout"}], by_id=None, now=LATER
        )
