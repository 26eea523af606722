"""Hours, holidays and special dates as people type them: one line a day, read back as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from firstline.core.kernel.refusals import Refused
from firstline.core.sla import descriptions

KEYS = descriptions.WEEKDAYS
_PAIR = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:\.\.|/)\s*(\d{4}-\d{2}-\d{2}))?(\s*\*)?(?:\s+(.*))?")
Pairs = list[list[str]]


class HoursField(forms.CharField):
    """Hours of one day, "09:00-13:00, 14:00-18:00"; cleaned it is a list of pairs."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, max_length=200, **more)

    def clean(self, value: Any) -> Pairs:
        return pairs(super().clean(value))


class DatedField(forms.CharField):
    """Dates with hours, one a line: "2026-12-24 09:00-12:00"; cleaned it is {date: pairs}."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea({"rows": 3}), max_length=20_000, **more)

    def clean(self, value: Any) -> dict[str, Pairs]:
        found: dict[str, Pairs] = {}
        for line in _lines(super().clean(value)):
            day, _space, hours = line.partition(" ")
            found[day] = pairs(hours)
        return found


class HolidaysField(forms.CharField):
    """Holidays, one a line: a date or two, "*" for every year, and a name; cleaned it is as descriptions read it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea({"rows": 8}), max_length=60_000, **more)

    def clean(self, value: Any) -> list[Any]:
        return [_holiday(line) for line in _lines(super().clean(value))]


def weekday_fields() -> dict[str, HoursField]:
    """Return a field for each day of the week, by its key."""
    return {key: HoursField(label=WEEKDAYS[place]) for place, key in enumerate(KEYS)}


def pairs(text: str) -> Pairs:
    """Return the pairs of times in a text; raises ValidationError for anything else in it."""
    rest = _PAIR.sub("", text).replace(",", "").replace(";", "").strip()
    if rest:
        raise forms.ValidationError(_("Write hours as in 09:00-13:00, 14:00-18:00."))
    return [[f"{int(a):02}:{b}", f"{int(c):02}:{d}"] for a, b, c, d in _PAIR.findall(text)]


def said(hours: Iterable[Iterable[str]]) -> str:
    """Return pairs of times as `pairs` reads them."""
    return ", ".join("-".join(pair) for pair in hours)


def dated_said(dated: Mapping[str, Iterable[Iterable[str]]]) -> str:
    """Return dates with hours, one a line."""
    return "\n".join(f"{day} {said(hours)}".strip() for day, hours in dated.items())


def holidays_said(described: Iterable[Any]) -> str:
    """Return holidays, one a line."""
    return "\n".join(_holiday_said(one) for one in described)


def checked(time_zone: str, rules: Mapping[str, Any]) -> str:
    """Return what is wrong with the rules of a calendar, in a sentence, or nothing."""
    try:
        descriptions.read({"tz": time_zone, **rules})
    except Refused as wrong:
        return str(wrong)
    return ""


def _holiday(line: str) -> Any:
    match = _DATE.fullmatch(line)
    if match is None:
        raise forms.ValidationError(_("Write a holiday as in 2026-12-25 Christmas Day; * after the date: every year."))
    begin, end, yearly, name = match.groups()
    if not (end or yearly or name):
        return begin
    named = {"name": name.strip()} if name else {}
    return {"begin": begin, "end": end or begin, "yearly": bool(yearly), **named}


def _holiday_said(one: Any) -> str:
    if isinstance(one, str):
        return one
    until = f"..{one['end']}" if one["end"] != one["begin"] else ""
    return f"{one['begin']}{until}{' *' if one.get('yearly') else ''} {one.get('name', '')}".strip()


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
