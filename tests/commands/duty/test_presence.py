"""Saying who is away or absent, and that they are back."""

from __future__ import annotations

from typing import Any

import pytest

from firstline.commands.duty import presence
from firstline.core.duty import queries as duty
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from tests import world
from tests.commands.conftest import Stage

NOW = world.now(minutes=5)


def test_who_is_away_says_until_when_and_is_here_again_by_itself(stage: Stage):
    presence.go_away(person_id=stage.olga.pk, by_id=stage.olga.pk, until=world.now(hours=1), now=NOW)

    assert duty.absence_of(stage.olga.pk, world.now(minutes=59)) is not None
    assert duty.absence_of(stage.olga.pk, world.now(hours=1)) is None


def test_saying_it_anew_replaces_what_was_said_and_coming_back_ends_it(stage: Stage):
    for deputy in (None, stage.oleg.pk):
        presence.go_away(person_id=stage.olga.pk, by_id=stage.lead.pk, kind="absent", deputy_id=deputy, now=NOW)

    absence = duty.absence_of(stage.olga.pk, NOW)
    assert absence is not None
    assert absence.deputy == stage.oleg

    presence.come_back(person_id=stage.olga.pk, by_id=stage.olga.pk, now=world.now(minutes=6))
    assert duty.absence_of(stage.olga.pk, world.now(minutes=6)) is None
    with world.refused(presence.NotAway):
        presence.come_back(person_id=stage.olga.pk, by_id=stage.olga.pk, now=world.now(minutes=7))


@pytest.mark.parametrize("who", ["oleg", "sergey", "rita"])
def test_only_they_themselves_or_their_lead_say_so(stage: Stage, who: str):
    with world.refused(NotAllowed):
        presence.go_away(person_id=stage.olga.pk, by_id=getattr(stage, who).pk, now=NOW)


def test_a_time_that_is_past_a_strange_kind_and_a_deputy_from_elsewhere_are_refused(stage: Stage):
    own: dict[str, Any] = {"person_id": stage.olga.pk, "by_id": stage.olga.pk, "now": NOW}
    with world.refused(BadInput, match="lies ahead"):
        presence.go_away(**own, until=NOW)
    with world.refused(BadInput):
        presence.go_away(**own, kind="asleep")
    with world.refused(BadInput, match="somebody else"):
        presence.go_away(**own, deputy_id=stage.olga.pk)
    with world.refused(NotThere, match="one of the same teams"):
        presence.go_away(**own, deputy_id=stage.sergey.pk)
