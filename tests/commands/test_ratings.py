"""What requesters say of the help they got."""

from __future__ import annotations

import pytest

from firstline.commands import participants, progress, ratings
from firstline.core.kernel.refusals import BadInput, NotAllowed
from tests import world
from tests.commands.conftest import Stage

LATER = world.now(minutes=30)


@pytest.fixture(autouse=True)
def resolved(request: pytest.FixtureRequest, stage: Stage) -> None:
    """Resolve the ticket first, unless a test asks for an open one."""
    if "still" not in request.node.name:
        progress.resolve(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, how="Done.", now=world.now(minutes=20))


def test_a_rating_counts_on_its_ticket(stage: Stage):
    rating = ratings.rate(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, score=5, comment="Quick!", now=LATER)

    assert stage.ticket_now().score == 5
    assert rating.comment is not None
    said = world.newest(stage.ticket)
    assert (said.kind, said.facts) == (
        "rated", {"rating": rating.pk, "score": 5, "comment": rating.comment.digest},
    )  # fmt: skip


def test_a_later_rating_supersedes_an_earlier_one(stage: Stage):
    first = ratings.rate(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, score=1, now=LATER)
    ratings.rate(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, score=4, now=world.now(minutes=40))

    first.refresh_from_db()
    assert (first.superseded_at, stage.ticket_now().score) == (world.now(minutes=40), 4)


def test_a_participant_rates_too(stage: Stage):
    guest = world.person("Gosha")
    participants.add_participant(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, person_id=guest.pk, now=LATER)

    ratings.rate(ticket_id=stage.ticket.pk, by_id=guest.pk, score=3, now=LATER)

    assert stage.ticket_now().score == 3


def test_staff_do_not_rate_themselves(stage: Stage):
    with world.refused(NotAllowed, "those who asked"):
        ratings.rate(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, score=5, now=LATER)


def test_what_is_still_worked_on_is_not_rated(stage: Stage):
    with world.refused(ratings.NotDoneYet):
        ratings.rate(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, score=5, now=LATER)


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_rating_goes_from_1_to_5(stage: Stage, score: int):
    with world.refused(BadInput, "from 1"):
        ratings.rate(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, score=score, now=LATER)
