"""What a team asks of whoever hands over to it, and offers that nobody answers."""

from __future__ import annotations

import json
from datetime import timedelta

from firstline.commands import ownership
from firstline.commands.conversation import File
from firstline.core.insight.timeline import story
from firstline.core.kernel.refusals import BadInput
from firstline.core.ownership.models import Holding
from firstline.core.people.rights import scope_of
from firstline.worker import timers
from tests import rules, world
from tests.commands.conftest import Stage

ASKS = [
    {"key": "till", "type": "number", "label": {"en": "Till number", "uk": "Номер каси"}, "required": True},
    {"key": "where", "type": "choice", "label": {"en": "Where"}, "choices": [{"value": "a", "label": {"en": "Hall"}}]},
]

PHOTO = {"key": "photo", "type": "file", "label": {"en": "A photo"}, "required": True}


def _offer(stage: Stage, filled: dict[str, str] | None = None, minutes: float = 5) -> Holding:
    return ownership.hand_over(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, to_team_id=stage.second.pk, why="Till.", filled=filled,
        now=world.now(minutes=minutes),
    )  # fmt: skip


def test_what_the_team_asks_is_refused_by_its_field_when_it_is_missing(stage: Stage):
    world.practice(stage.second, asks=ASKS)

    with world.refused(BadInput) as raised:
        _offer(stage, {"where": "a"})

    assert raised.value.field == "till"


def test_what_was_filled_in_is_kept_with_its_labels_and_told_by_digest(stage: Stage):
    world.practice(stage.second, asks=ASKS)

    offer = _offer(stage, {"till": "3", "where": "a", "more": "x"})

    assert offer.facts is not None
    assert json.loads(offer.facts.text or "") == {
        "filled": [
            {"label": {"en": "Till number", "uk": "Номер каси"}, "value": "3"},
            {"label": {"en": "Where"}, "value": {"en": "Hall"}},
        ]
    }
    assert world.newest(stage.ticket).facts["filled"] == offer.facts.digest


def _photo(size: int = 3, name: str = "till.png") -> File:
    return File(name, "image/png", b"x" * size)


def _offer_with(stage: Stage, files: dict[str, File], **filled: str) -> Holding:
    return ownership.hand_over(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, to_team_id=stage.second.pk, why="Till.", filled=filled,
        files=files, now=world.now(minutes=5),
    )  # fmt: skip


def test_a_photo_that_the_team_asks_for_is_attached_to_the_ticket_for_colleagues_only(stage: Stage):
    world.practice(stage.second, asks=[PHOTO])

    offer = _offer_with(stage, {"photo": _photo(), "more": _photo(name="unasked.png")})

    message = stage.ticket.messages.latest("pk")
    (attached,) = message.attachments.all()
    assert (message.audience, message.content.text) == ("internal", f"For {stage.second}: till.png")
    assert (attached.name, attached.content_type) == ("till.png", "image/png")
    assert offer.facts is not None
    assert json.loads(offer.facts.text or "")["filled"] == [{"label": {"en": "A photo"}, "value": "till.png"}]
    assert world.told(stage.ticket)[-2:] == ["noted", "offered"]
    assert [entry.kind for entry in story(stage.ticket_now(), scope_of(stage.rita.pk), staff=False)][-1] != "noted"
    rules.must_hold()


def test_without_the_photo_it_is_refused_by_its_field_even_if_its_name_is_given(stage: Stage):
    world.practice(stage.second, asks=[PHOTO])

    with world.refused(BadInput) as raised:
        _offer_with(stage, {}, photo="till.png")

    assert raised.value.field == "photo"


def test_a_photo_too_large_is_refused_by_its_field(stage: Stage, settings):
    settings.ATTACHMENT_LIMIT = 1024 * 1024
    world.practice(stage.second, asks=[PHOTO])

    with world.refused(BadInput, match="larger than 1 MB") as raised:
        _offer_with(stage, {"photo": _photo(1024 * 1024 + 1)})

    assert raised.value.field == "photo"


def test_a_team_that_asks_nothing_takes_any_offer_and_keeps_nothing(stage: Stage):
    offer = _offer(stage, {"till": "3"})

    assert (offer.facts, offer.lapses_at) == (None, None)


def test_an_offer_nobody_answers_goes_back_in_the_desks_working_time_and_the_steward_is_told(stage: Stage):
    world.practice(stage.second, lapse_for=timedelta(hours=2))
    offer = _offer(stage, minutes=7 * 60)  # at 16:00, an hour before the desk closes

    assert offer.lapses_at == world.now(days=1, hours=1)
    assert timers.lapse_offers(world.now(hours=20)) == 0
    assert timers.lapse_offers(world.now(days=1, hours=1)) == 1

    ticket, offer = stage.ticket_now(), Holding.objects.get(pk=offer.pk)
    assert (ticket.offered_to, ticket.assignee, offer.ending) == (None, stage.olga, "lapsed")
    assert world.told(stage.ticket)[-1] == "offer lapsed"


def test_an_offer_that_was_answered_or_has_no_end_does_not_lapse(stage: Stage):
    offer = _offer(stage)
    with world.refused(ownership.NotOffered):
        ownership.lapse_offer(ticket_id=stage.ticket.pk, now=world.now(days=9))
    ownership.accept(ticket_id=stage.ticket.pk, by_id=stage.sergey.pk, now=world.now(minutes=9))
    Holding.objects.filter(pk=offer.pk).update(lapses_at=world.now(minutes=10))

    assert timers.lapse_offers(world.now(days=9)) == 0
    with world.refused(ownership.NotOffered):
        ownership.lapse_offer(ticket_id=stage.ticket.pk, now=world.now(days=9))
