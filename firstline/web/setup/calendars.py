"""Calendars of working time: listed with what is open now, made, changed, and seen as a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.commands.setup import agreements
from firstline.core.kernel.refusals import NotThere
from firstline.core.kernel.refusals import _ as sentence
from firstline.core.sla import agreed, descriptions, national, queries, year
from firstline.core.sla.models import CalendarVersion
from firstline.web import wording
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, hours, lists
from firstline.web.setup.access import Manager, managed
from firstline.web.setup.country import CountryForm
from firstline.web.zones import zone_choices


class CalendarForm(forms.Form):
    """A calendar's zone, weekly hours, holidays and exceptions."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    holidays = hours.HolidaysField(
        label=_("Holidays"), help_text=_("One a line: 2026-12-25 Christmas Day. A * after the date: every year.")
    )
    shifts = hours.DatedField(
        label=_("Special hours"), help_text=_("Dates that have other hours than their weekday: 2026-12-24 09:00-12:00.")
    )
    breaks = hours.DatedField(
        label=_("Breaks"), help_text=_("Hours of a date in which nobody works: 2026-11-02 10:00-11:30.")
    )

    field_order = ("name", "time_zone", *hours.KEYS, "holidays", "shifts", "breaks")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields.update(hours.weekday_fields())
        self.order_fields(self.field_order)

    def rules(self) -> dict[str, Any]:
        """Return what was typed as a calendar is described."""
        given = self.cleaned_data
        weekly = {key: given[key] for key in hours.KEYS if given[key]}
        return {"hours": weekly, **{name: given[name] for name in ("holidays", "shifts", "breaks")}}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            wrong = hours.checked(given["time_zone"], self.rules())
            if wrong:
                raise forms.ValidationError(wrong)
        return given


class NewCalendarForm(CalendarForm):
    """A calendar that is not there yet has a name to be given."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=100)


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show the calendars, and which of them is open now."""
    rows = [_row(http, version) for version in agreed.calendars(http.desk.pk)]
    return lists.page(
        http, "calendars", title=_("Calendars"), rows=rows, new=lists.Link(_("New calendar"), _at(http, "new")),
        about=_("Promises are counted in working time. A change binds later promises only; those given stay."),
        empty=lists.Empty(_("No calendar yet"), _("Without one, nothing can be promised."), "calendar"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def make(http: Manager) -> HttpResponse:
    """Make a calendar."""
    office = dict.fromkeys(hours.KEYS[:5], "09:00-18:00")
    form = NewCalendarForm(forming.given(http), initial={"time_zone": http.desk.time_zone, **office})
    made: list[CalendarVersion] = []

    def deed(values: dict[str, Any]) -> None:
        made.append(
            agreements.make_calendar(
                desk_id=http.desk.pk, name=values["name"], time_zone=values["time_zone"], rules=form.rules(),
                by_id=http.person.pk, now=timezone.now(), main=not agreed.calendars(http.desk.pk).exists(),
            )
        )  # fmt: skip

    if forming.done(form, deed):
        return forming.saved(http, "calendar", made[0].calendar_id)
    return forming.page(http, "calendars", form, title=_("New calendar"), save=_("Make the calendar"))


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def change(http: Manager, pk: int) -> HttpResponse:
    """Change a calendar from now on."""
    version = _found(http, pk)
    form = CalendarForm(forming.given(http), initial=_typed(version))

    def deed(values: dict[str, Any]) -> None:
        agreements.change_calendar(
            calendar_id=pk, time_zone=values["time_zone"], rules=form.rules(), by_id=http.person.pk, now=timezone.now()
        )

    if forming.done(form, deed):
        return forming.saved(http, "calendar", pk)
    return forming.page(
        http, "calendars", form, title=version.calendar.name, save=_("Keep from now on"),
        about=_("What was promised keeps the hours it was promised with."),
    )  # fmt: skip


@require_safe
@managed
def show(http: Manager, pk: int) -> HttpResponse:
    """Show a calendar's year: open, short and closed days, and why the chosen one is so."""
    version = _found(http, pk)
    calendar, now = queries.working_calendar(version), timezone.now()
    shown = _year(http.GET.get("year"), now.year)
    day = _day(http.GET.get("day"))
    return frame.page(
        http, "calendars", "setup/calendar.html",
        {
            "title": version.calendar.name, "back": frame.address(http, "calendars"), "version": version,
            "months": [(weeks, _first(weeks)) for weeks in year.months(calendar, shown)], "year": shown,
            "open_now": year.now_of(calendar, now), "day": year.day_of(calendar, day) if day else None,
            "change": frame.address(http, "calendar-change", pk), "form": CountryForm(initial={"year": shown}),
            "fill": frame.address(http, "calendar-country", pk),
        },
    )  # fmt: skip


@require_POST
@managed
def fill(http: Manager, pk: int) -> HttpResponse:
    """Add a country's public holidays of a year; where the package knows none, say so."""
    version = _found(http, pk)
    form = CountryForm(http.POST)
    if not form.is_valid():
        return forming.page(http, "calendars", form, title=version.calendar.name, back="calendars")
    country, shown = form.cleaned_data["country"], form.cleaned_data["year"]
    known = national.known(country, shown, http.person.language)
    asked = {"country": form.called(country), "year": shown}
    if known.none:
        word = gettext("No public holiday of %(year)s is known for %(country)s; write them in by hand.") % asked
        return forming.saved(http, "calendar", pk, word=word)
    rules = dict(version.rules)
    present = descriptions.holidays(rules.get("holidays", []))
    whole = national.added(present, known.holidays)
    filled = replace(queries.working_calendar(version), holidays=whole)
    rules["holidays"] = descriptions.describe(filled)["holidays"]
    agreements.change_calendar(
        calendar_id=pk, time_zone=version.time_zone, rules=rules, by_id=http.person.pk, now=timezone.now()
    )
    asked["n"] = str(len(whole) - len(present))
    word = gettext("%(n)s holidays of %(country)s in %(year)s were added; look them through.") % asked
    return forming.saved(http, "calendar", pk, word=word)


def _standing(now: year.Now, moment: datetime) -> str:
    """Return "open until today 18:00", or without an end where none is in reach."""
    if now.changes_at is None:
        return gettext("open") if now.open else gettext("closed")
    word = gettext("open until %(when)s") if now.open else gettext("closed until %(when)s")
    return word % {"when": wording.moment(now.changes_at, moment)}


def _row(http: Manager, version: CalendarVersion) -> lists.Row:
    moment = timezone.now()
    now = year.now_of(queries.working_calendar(version), moment)
    signs = [lists.Sign(_standing(now, moment), "well" if now.open else "still", "door-open" if now.open else "moon")]
    if version.calendar.main:
        signs.append(lists.Sign(_("The desk's own"), icon="shield-check"))
    said = [version.time_zone, gettext("version %(n)s") % {"n": version.version}]
    return lists.Row(
        title=version.calendar.name, icon="calendar", href=frame.address(http, "calendar", version.calendar_id),
        about=said, signs=signs,
    )  # fmt: skip


def _found(http: Manager, pk: int) -> CalendarVersion:
    version = next((one for one in agreed.calendars(http.desk.pk) if one.calendar_id == pk), None)
    if version is None:
        raise NotThere(sentence("There is no such page."))
    return version


def _typed(version: CalendarVersion) -> dict[str, Any]:
    rules = version.rules
    return {
        "time_zone": version.time_zone,
        **{key: hours.said(rules.get("hours", {}).get(key, [])) for key in hours.KEYS},
        "holidays": hours.holidays_said(rules.get("holidays", [])),
        "shifts": hours.dated_said(rules.get("shifts", {})),
        "breaks": hours.dated_said(rules.get("breaks", {})),
    }


def _at(http: Manager, word: str) -> str:
    return frame.address(http, f"calendar-{word}")


def _year(given: str | None, this: int) -> int:
    return int(given) if given and given.isascii() and given.isdigit() and 1970 <= int(given) <= 2199 else this


def _day(given: str | None) -> Any:
    try:
        return descriptions.day(given, "day") if given else None
    except descriptions.BadCalendar:
        return None


def _first(weeks: list[list[year.Day | None]]) -> Any:
    return next(day.day for week in weeks for day in week if day)


urlpatterns = [
    path("calendars", listed, name="calendars"),
    path("calendars/new", make, name="calendar-new"),
    path("calendars/<int:pk>", show, name="calendar"),
    path("calendars/<int:pk>/change", change, name="calendar-change"),
    path("calendars/<int:pk>/country", fill, name="calendar-country"),
]
