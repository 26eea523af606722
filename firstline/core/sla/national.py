"""Public holidays by country, as the holidays package knows them, and where it knows none. No Django.

The package names a country's holidays in its own languages and in some others; a calendar of ours keeps them as dates
with names, so that a desk can strike one out or add one, and no later edition of the package changes a promise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import holidays as package
from holidays.registry import COUNTRIES

from firstline.core.kernel.refusals import BadInput, _
from firstline.core.sla.calendar import Holiday

FIRST, LAST = 2000, 2099


class UnknownCountry(BadInput):
    """The package knows no such country."""


@dataclass(frozen=True, slots=True)
class Known:
    """A country's holidays of one year; `none` says that the package knows the country, and no holiday of that year."""

    country: str
    year: int
    holidays: tuple[Holiday, ...]

    @property
    def none(self) -> bool:
        return not self.holidays


@lru_cache(maxsize=1)
def countries() -> tuple[str, ...]:
    """Return the codes of the countries the package knows, ISO 3166-1 alpha-2, in order."""
    return tuple(sorted(code for code in package.list_supported_countries() if len(code) == 2))


@lru_cache(maxsize=1)
def names() -> tuple[tuple[str, str], ...]:
    """Return the countries as (code, English name), by name; the package has no names in other languages."""
    called = {row[1]: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", row[0]) for row in COUNTRIES.values()}
    return tuple(sorted(((code, called.get(code, code)) for code in countries()), key=lambda one: one[1]))


@lru_cache(maxsize=256)
def known(country: str, year: int, language: str = "en") -> Known:
    """Return a country's public holidays of a year, by date, named in `language` where the package can.

    Raises UnknownCountry, and BadInput for a year that is out of reach.
    """
    if country not in countries():
        raise UnknownCountry(_("No holidays are known for a country of that code."), field="country")
    if not FIRST <= year <= LAST:
        text = _("Holidays are known for the years %(first)s to %(last)s at most.")
        raise BadInput(text, first=FIRST, last=LAST, field="year")
    found = package.country_holidays(country, years=year, language=_language(country, language))
    days = tuple(Holiday(day, day, name=str(name)[:200]) for day, name in sorted(found.items()) if day.year == year)
    return Known(country, year, days)


def added(present: tuple[Holiday, ...], new: tuple[Holiday, ...]) -> tuple[Holiday, ...]:
    """Return `present` with the `new` ones on days that it does not cover yet."""
    fresh = [holiday for holiday in new if not any(one.covers(holiday.begin) for one in present)]
    return tuple(sorted((*present, *fresh), key=lambda holiday: (holiday.begin, holiday.end)))


def _language(country: str, wanted: str) -> str | None:
    spoken = package.list_localized_countries().get(country, [])
    return next((one for one in spoken if one.split("_")[0] == wanted), None)
