"""What the demo's desk offers: its hours, tiers, promises, categories and services."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from firstline.cli.demo.cast import TEAMS
from firstline.cli.demo.catalogue import CATEGORIES, SERVICES
from firstline.cli.demo.stage import Stage
from firstline.commands.setup import agreements, catalogue, contracts, escalation_rules
from firstline.commands.setup.foundation import FIRST_TARGETS, OFFICE_HOURS

_MINUTE = timedelta(minutes=1)
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CALENDARS: dict[str, dict[str, Any]] = {
    "Working days": OFFICE_HOURS,
    "Extended hours": {"hours": {day: [["07:00", "22:00"]] for day in _WEEK[:6]}},
    "Round the clock": {"hours": {day: [["00:00", "24:00"]] for day in _WEEK}},
}


def _targets(*rows: tuple[int, int, int, int]) -> agreements.Targets:
    """Return targets by priority from minutes to take, to answer first and next, and to resolve."""
    kinds = ("take", "first_response", "next_response", "resolve")
    return {
        priority: {kind: minutes * _MINUTE for kind, minutes in zip(kinds, row, strict=True)}
        for priority, row in enumerate(rows, 1)
    }


# tier: calendar, price a month, price of a ticket above those included, included, targets
# (an hour of overtime costs 60; what a broken promise gives back stands in PENALTIES)
TIERS: dict[str, tuple[str, int, int, int | None, agreements.Targets]] = {
    "Bronze": ("Working days", 190, 12, 20, _targets((60, 120, 240, 540), (120, 240, 480, 1080),
                                                     (240, 540, 1080, 2700), (540, 1080, 2160, 5400))),
    "Silver": ("Extended hours", 490, 8, 60, _targets((30, 60, 120, 360), (60, 120, 240, 720),
                                                      (120, 240, 480, 1620), (240, 540, 1080, 2700))),
    "Gold": ("Round the clock", 1490, 0, None, _targets((15, 30, 60, 240), (30, 60, 120, 480),
                                                        (60, 120, 240, 1440), (120, 240, 480, 2880))),
}  # fmt: skip
_ABOUT = {
    "Bronze": {"en": "Working days, an answer within the day.", "ru": "Рабочие дни, ответ в тот же день.",
               "uk": "Робочі дні, відповідь того самого дня."},
    "Silver": {"en": "Monday to Saturday, 7 to 22.", "ru": "С понедельника по субботу, с 7 до 22.",
               "uk": "З понеділка по суботу, з 7 до 22."},
    "Gold": {"en": "Round the clock, tills first.", "ru": "Круглосуточно, кассы в первую очередь.",
             "uk": "Цілодобово, каси насамперед."},
}  # fmt: skip
PENALTIES = {"Bronze": 0, "Silver": 25, "Gold": 120}
# team: minutes to accept an offer, and to work, at each priority
OLAS = {"support": ((15, 120), (30, 240), (60, 480), (120, 960)), "tills": ((10, 90), (20, 180), (60, 480), (120, 960))}
CONTRACTS = (("bakery", "Gold", "DEMO-2025-01"), ("hotel", "Bronze", "DEMO-2025-02"))


def lay_out(stage: Stage) -> None:
    """Make calendars, tiers with their agreements, contracts, categories and services."""
    by, at = stage.people["manager"], stage.founded_at
    calendars = {
        name: agreements.make_calendar(
            desk_id=stage.desk_id, name=name, time_zone="Europe/Kyiv", rules=rules, main=name == "Working days",
            by_id=by, now=at,
        ).calendar_id
        for name, rules in CALENDARS.items()
    }  # fmt: skip
    agreements.make_agreement(
        desk_id=stage.desk_id, name="For everybody", calendar_id=calendars["Working days"], targets=FIRST_TARGETS,
        by_id=by, now=at,
    )  # fmt: skip
    tiers = {name: _tier(stage, position, name, calendars) for position, name in enumerate(TIERS)}
    for organisation, tier, number in CONTRACTS:
        contracts.make_contract(
            organisation_id=stage.organisations[organisation], tier_id=tiers[tier], number=number,
            starts_on=at.date(), by_id=by, now=at,
        )  # fmt: skip
    _categories(stage)
    for position, key in enumerate(SERVICES):
        _service(stage, position, key)
    _between_teams(stage, calendars["Working days"])
    _escalation(stage)


def _tier(stage: Stage, position: int, name: str, calendars: dict[str, int]) -> int:
    calendar, monthly, each, included, targets = TIERS[name]
    by, at = stage.people["manager"], stage.founded_at
    tier = contracts.make_tier(
        desk_id=stage.desk_id, name=name, about=_ABOUT[name], position=position, price_monthly=Decimal(monthly),
        price_ticket=Decimal(each), price_overtime_hour=Decimal(60), included_tickets=included,
        penalty=Decimal(PENALTIES[name]), penalty_cap=50, by_id=by, now=at,
    )  # fmt: skip
    agreements.make_agreement(
        desk_id=stage.desk_id, name=name, calendar_id=calendars[calendar], targets=targets, tier_id=tier.pk, by_id=by,
        now=at,
    )  # fmt: skip
    return tier.pk


def _between_teams(stage: Stage, calendar: int) -> None:
    for team, minutes in OLAS.items():
        targets = {
            priority: {"accept": accept * _MINUTE, "work": work * _MINUTE}
            for priority, (accept, work) in enumerate(minutes, 1)
        }
        agreements.make_agreement(
            desk_id=stage.desk_id, name=f"{TEAMS[team][0]} among us", calendar_id=calendar, targets=targets,
            team_id=stage.teams[team], by_id=stage.people["manager"], now=stage.founded_at,
        )  # fmt: skip


def _escalation(stage: Stage) -> None:
    """Let the steward hear of a deadline that comes near, and the manager on duty of one that has passed."""
    rules: tuple[dict[str, Any], ...] = (
        {"percent": 75, "clock": "resolve", "action": "notify", "whom": "steward"},
        {"percent": 50, "clock": "accept", "action": "notify", "whom": "lead"},
        {"offset_for": timedelta(0), "clock": "resolve", "priority": 2, "action": "notify", "whom": "manager"},
    )
    for rule in rules:
        escalation_rules.add_escalation(
            desk_id=stage.desk_id, by_id=stage.people["manager"], now=stage.founded_at, **rule
        )


def _categories(stage: Stage) -> None:
    for key, (parent, name) in CATEGORIES.items():
        made = catalogue.make_category(
            desk_id=stage.desk_id, key=key, name=name, parent_id=stage.categories.get(parent),
            by_id=stage.people["manager"], now=stage.founded_at,
        )  # fmt: skip
        stage.categories[key] = made.pk


def _service(stage: Stage, position: int, key: str) -> None:
    described = SERVICES[key]
    by, at = stage.people["manager"], stage.founded_at
    service = catalogue.make_service(
        desk_id=stage.desk_id, key=key, name=described.name, about=described.about, icon=described.icon,
        team_id=stage.teams[described.team] if described.team else None, kind=described.kind,
        category_id=stage.categories[described.category], impact=described.impact, urgency=described.urgency,
        position=position, by_id=by, now=at,
    )  # fmt: skip
    stage.services[key] = service.pk
    if described.form:
        catalogue.publish_form(service_id=service.pk, fields=described.form, by_id=by, now=at)
    if described.steps:
        hows = {"tills": "hand_over", "support": "hand_over"}
        steps = [
            {"text": text, "team": stage.teams.get(team), "how": hows.get(team, "")} for team, text in described.steps
        ]
        catalogue.publish_instruction(service_id=service.pk, steps=steps, alone=described.alone, by_id=by, now=at)
