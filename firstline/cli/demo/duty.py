"""Who is on shift at the demo desk, and how its teams take work: a rota of two weeks, and what the tills ask."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from firstline.cli.demo.stage import Stage
from firstline.commands.setup import rota
from firstline.core.duty.queries import members

_KYIV = ZoneInfo("Europe/Kyiv")
# Those of a team in turn: an early and a late shift.
_SHIFTS = ((time(8), time(16)), (time(12), time(20)))
_ASKS: list[dict[str, Any]] = [
    {"key": "till", "type": "number", "required": True,
     "label": {"en": "Number of the till", "ru": "Номер кассы", "uk": "Номер каси"}},
    {"key": "photo", "type": "file", "required": True,
     "label": {"en": "A photo of its screen", "ru": "Фото её экрана", "uk": "Фото її екрана"}},
]  # fmt: skip


def post(stage: Stage) -> None:
    """Put the teams on a rota, and say what the tills must know at a hand-over and when an offer to them lapses."""
    now = stage.now
    rota.set_practice(
        team_id=stage.teams["tills"], asks=_ASKS, lapse_for=timedelta(hours=2), by_id=None, now=now
    )  # fmt: skip
    monday = now.astimezone(_KYIV).date() - timedelta(days=now.astimezone(_KYIV).weekday())
    for team_id in stage.teams.values():
        for number, person_id in enumerate(members(team_id)):
            begins, ends = _SHIFTS[number % len(_SHIFTS)]
            for day in (monday + timedelta(days=each) for each in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)):
                rota.add_shift(
                    team_id=team_id, person_id=person_id, starts_at=datetime.combine(day, begins, _KYIV),
                    ends_at=datetime.combine(day, ends, _KYIV), by_id=None, now=now,
                )  # fmt: skip
