"""Answers files of working-time vectors and ticket timelines, which anybody may write to check a calendar.

{"vectors": [{"id": "a", "kind": "add", "calendar": {...}, "start": "2026-01-05T09:00:00Z", "seconds": 3600}]}
comes back with "actual" in each item, or "refused" with one sentence where it cannot be answered. The kinds
and their parts are described in docs/features/working-time.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from firstline.core.kernel.refusals import BadInput, Refused, _
from firstline.core.sla import descriptions, timelines, workclock
from firstline.core.sla.calendar import Calendar
from firstline.core.sla.timelines import Clock, Event, Reading

Item = Mapping[str, Any]
_PERIODS = 10  # how many are shown where none are expected


class BadVector(BadInput):
    """A vector lacks a part, or the part cannot be read."""


def answer_file(file: object) -> dict[str, Any]:
    """Return the file with "actual" or "refused" in each vector and timeline; the rest is as it was.

    Raises BadVector if it is no such file at all.
    """
    if not isinstance(file, Mapping) or not ({"vectors", "timelines"} & file.keys()):
        raise BadVector(_('The file must be an object with a list "vectors" or a list "timelines".'))
    answered = dict(file)
    for name, evaluate in (("vectors", answer_vector), ("timelines", answer_timeline)):
        if name in file:
            answered[name] = [_answered(item, evaluate) for item in _items(file[name], name)]
    return answered


def answer_vector(vector: Item) -> Any:
    """Return the answer to one vector, in the shape of its expected field. Raises Refused or ValueError."""
    kind = _text(vector, "kind")
    if kind not in _KINDS:
        text = _("'%(name)s' is no kind of vector. The kinds are: %(known)s.")
        raise BadVector(text, name=kind[:40], known=", ".join(_KINDS))
    return _KINDS[kind](vector)


def answer_timeline(timeline: Item) -> dict[str, Any]:
    """Return what a ticket's clocks show after its events: the figures that are expected, or all of them."""
    reading = timelines.read(
        _instant(timeline, "created"),
        [_event(item) for item in _items(timeline.get("events", []), "events")],
        _targets(timeline.get("targets_minutes")),
        _calendar(timeline),
    )
    names = timeline.get("expected", _FIGURES)
    if not isinstance(names, Mapping):
        raise BadVector(_('"expected" must be an object: figures with their values.'), field="expected")
    unknown = [name for name in names if name not in _FIGURES]
    if unknown:
        text = _("'%(name)s' is no figure of a timeline. The figures are: %(known)s.")
        raise BadVector(text, name=str(unknown[0])[:40], known=", ".join(_FIGURES))
    return {name: _FIGURES[name](reading) for name in names}


def _answered(item: Item, evaluate: Callable[[Item], Any]) -> dict[str, Any]:
    kept = {name: value for name, value in item.items() if name not in ("actual", "refused")}
    try:
        return {**kept, "actual": evaluate(item)}
    except (Refused, ValueError) as refused:
        return {**kept, "refused": str(refused)}


def _add(vector: Item) -> str:
    start, seconds, calendar = _instant(vector, "start"), _whole(vector, "seconds"), _calendar(vector)
    pauses = _pauses(vector)
    if seconds == 0:  # the limit of ever smaller budgets: the start itself, or the next opening
        first = workclock.due_with_pauses(start, workclock.SECOND, pauses, calendar)
        return _written(first - workclock.SECOND)
    return _written(workclock.due_with_pauses(start, _budget(seconds), pauses, calendar))


def _subtract(vector: Item) -> str:
    end, seconds, calendar = _instant(vector, "end"), _whole(vector, "seconds"), _calendar(vector)
    if seconds == 0:
        return _written(workclock.last_working_moment(end, calendar))
    return _written(workclock.start_before(end, _budget(seconds), calendar))


def _elapsed(vector: Item) -> int:
    start, end = _instant(vector, "start"), _instant(vector, "end")
    spent = workclock.elapsed_with_pauses(start, end, _pauses(vector), _calendar(vector))
    return spent // workclock.SECOND


def _periods_after(vector: Item) -> list[list[str]]:
    periods = workclock.periods_after(_instant(vector, "origin"), _calendar(vector))
    count = len(_items(vector["expected_first"], "expected_first")) if "expected_first" in vector else _PERIODS
    return [[_written(begin), _written(end)] for begin, end in islice(periods, count)]


def _local_to_utc(vector: Item) -> str:
    local = _datetime(_text(vector, "local"), "local")
    if local.tzinfo is not None:
        raise BadVector(_('"local" must be a wall time without zone, as in 2026-03-29T02:30:00.'), field="local")
    return _written(workclock.local_to_utc(local, _text(vector, "tz")))


def _add_business_days(vector: Item) -> str:
    until_closing = vector.get("end_of_working_day", False)
    if not isinstance(until_closing, bool):
        raise BadVector(_('"end_of_working_day" must be true or false.'), field="end_of_working_day")
    moment = workclock.add_business_days(
        _instant(vector, "start"), _whole(vector, "days"), _calendar(vector), end_of_working_day=until_closing
    )
    return _written(moment)


def _is_holiday(vector: Item) -> dict[str, bool]:
    holidays = descriptions.holidays(vector.get("holidays", []))
    cases = vector.get("cases")
    if not isinstance(cases, Mapping):
        raise BadVector(_('"cases" must be an object: dates with true or false.'), field="cases")
    days = {written: descriptions.day(written, "cases") for written in cases}
    return {written: any(holiday.covers(day) for holiday in holidays) for written, day in days.items()}


_KINDS: dict[str, Callable[[Item], Any]] = {
    "add": _add,
    "add_with_pauses": _add,
    "subtract": _subtract,
    "elapsed": _elapsed,
    "periods_after": _periods_after,
    "local_to_utc": _local_to_utc,
    "add_business_days": _add_business_days,
    "is_holiday": _is_holiday,
}


def _due_of(reading: Reading, clock: Clock | None) -> str | None:
    due = None if clock is None or reading.closed else clock.due()
    return None if due is None else _written(due)


def _spent_by(clock: Clock | None) -> float | None:
    return None if clock is None or clock.met is None else _minutes(clock.spent(clock.met))


def _margin_of(clock: Clock | None) -> float | None:
    if clock is None or clock.met is None or clock.target is None:
        return None
    return _minutes(clock.target - clock.spent(clock.met))


def _last_answered(reading: Reading) -> Clock | None:
    return next((clock for clock in reversed(reading.responses) if clock.met), None)


_FIGURES: dict[str, Callable[[Reading], Any]] = {
    "next_due": lambda reading: _written(reading.dues()[0]) if reading.dues() else None,
    "first_response_due": lambda reading: _due_of(reading, reading.first_response),
    "update_due": lambda reading: _due_of(reading, reading.responses[-1] if reading.responses else None),
    "solution_due": lambda reading: _due_of(reading, reading.solution),
    "first_response_in_min": lambda reading: _spent_by(reading.first_response),
    "first_response_margin_min": lambda reading: _margin_of(reading.first_response),
    "update_in_min": lambda reading: _spent_by(_last_answered(reading)),
    "update_margin_min": lambda reading: _margin_of(_last_answered(reading)),
    "solution_in_min": lambda reading: _spent_by(reading.solution),
    "solution_margin_min": lambda reading: _margin_of(reading.solution),
    "on_hold_business_min": lambda reading: _minutes(reading.waited),
    "sla_met": lambda reading: reading.kept(),
}


def _calendar(item: Item) -> Calendar:
    if "calendar" not in item:
        raise BadVector(_('"calendar" is missing: give its time zone and hours.'), field="calendar")
    return descriptions.read(item["calendar"])


def _event(item: Item) -> Event:
    to = item.get("to", "")
    return Event(_instant(item, "at"), _text(item, "what"), to if isinstance(to, str) else str(to))


def _targets(described: object) -> dict[str, timedelta | None]:
    names = ("first_response", "update", "solution")
    if not isinstance(described, Mapping) or not described.keys() <= set(names):
        text = _('"targets_minutes" must be an object with some of: %(known)s.')
        raise BadVector(text, known=", ".join(names), field="targets_minutes")
    return {
        name: None if minutes is None else _budget(_whole(described, name) * 60) for name, minutes in described.items()
    }


def _pauses(vector: Item) -> list[workclock.Pause]:
    pauses: list[workclock.Pause] = []
    listed = vector.get("pauses", [])
    for pair in listed if isinstance(listed, list) else [listed]:
        if not isinstance(pair, list) or len(pair) != 2:
            raise BadVector(_('"pauses" must be a list of pairs of instants, from and to.'), field="pauses")
        begin, end = (_aware(written, "pauses") for written in pair)
        if end < begin:
            raise BadVector(_("A pause ends before it begins: exchange its instants."), field="pauses")
        pauses.append((begin, end))
    return pauses


def _items(listed: object, name: str) -> list[Item]:
    if not isinstance(listed, list):
        raise BadVector(_('"%(name)s" must be a list.'), name=name, field=name)
    for number, item in enumerate(listed, start=1):
        if name != "expected_first" and not isinstance(item, Mapping):
            text = _('Number %(number)s of "%(name)s" must be an object: names with their values.')
            raise BadVector(text, number=number, name=name, field=name)
    return listed


def _instant(item: Item, name: str) -> datetime:
    return _aware(_text(item, name), name)


def _aware(written: object, name: str) -> datetime:
    moment = _datetime(written, name)
    if moment.tzinfo is None:
        text = _("'%(written)s' in \"%(name)s\" says no zone: end it with Z, as in 2026-01-05T09:00:00Z.")
        raise BadVector(text, written=written, name=name, field=name)
    return moment


def _datetime(written: object, name: str) -> datetime:
    try:
        if isinstance(written, str):
            return datetime.fromisoformat(written)
    except ValueError:
        pass
    text = _("'%(written)s' in \"%(name)s\" is not an instant: write it as in 2026-01-05T09:00:00Z.")
    raise BadVector(text, written=str(written)[:40], name=name, field=name)


def _text(item: Item, name: str) -> str:
    if not isinstance(item.get(name), str):
        raise BadVector(_('"%(name)s" is missing, or is not a text.'), name=name, field=name)
    return str(item[name])


def _whole(item: Item, name: str) -> int:
    number = item.get(name)
    if not isinstance(number, int) or isinstance(number, bool):
        raise BadVector(_('"%(name)s" must be a whole number.'), name=name, field=name)
    return number


def _budget(seconds: int) -> timedelta:
    if not 0 < seconds <= 10**12:
        raise BadVector(_("The working time must be more than none, and less than thirty thousand years."))
    return timedelta(seconds=seconds)


def _minutes(spent: timedelta) -> float:
    seconds = spent // workclock.SECOND
    return seconds / 60 if seconds % 60 else seconds // 60


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
