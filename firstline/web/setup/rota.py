"""The rota: a week at a glance, team by team; shifts added, ended, imported, and offered as a feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.channels.rota import parse
from firstline.commands.setup import rota
from firstline.core.duty.models import Shift
from firstline.core.people.models import ContactPoint, Person, Team
from firstline.core.people.rosters import members_of, staff_of, teams_at
from firstline.web import rota as feeds
from firstline.web.console.ticket.deeds.fields import MemberField, TeamField, When
from firstline.web.setup import forms as forming
from firstline.web.setup import frame
from firstline.web.setup.access import Manager, managed

AHEAD = timedelta(weeks=26)


@dataclass(frozen=True)
class Block:
    """One shift as a cell of the week shows it."""

    pk: int
    words: str
    now: bool


@dataclass(frozen=True)
class Line:
    """One person's week."""

    person: Person
    days: Sequence[Sequence[Block]]


class StretchForm(forms.Form):
    """Who is on shift, for which team, from when to when."""

    team = TeamField(label=_("Team"))
    person = MemberField(label=_("Person"))
    starts_at = When(label=pgettext_lazy("time", "From"))
    ends_at = When(label=pgettext_lazy("time", "To"))

    def __init__(self, desk_id: int, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["team"].queryset = teams_at(desk_id)  # type: ignore[attr-defined]
        self.fields["person"].queryset = staff_of(desk_id)  # type: ignore[attr-defined]


class ShiftForm(StretchForm):
    """A new shift, for one week or for several."""

    weeks = forms.IntegerField(label=_("Weeks"), min_value=1, max_value=26, initial=1, help_text=_("Every week anew."))


class ImportForm(forms.Form):
    """A calendar, and whose team's shifts it holds."""

    team_id = TeamField(label=_("Team"))
    file = forms.FileField(
        label=_("Calendar (.ics)"),
        help_text=_("Each event is a shift of whoever attends it, or of whose name is its title. It takes the place "
                    "of what was imported before."),
    )  # fmt: skip

    def __init__(self, desk_id: int, *given: Any) -> None:
        super().__init__(*given)
        self.fields["team_id"].queryset = teams_at(desk_id)  # type: ignore[attr-defined]


@require_safe
@managed
def week(http: Manager) -> HttpResponse:
    """Show one week of every team's shifts, on the reader's wall clock; one of them can be changed in its place."""
    shift = Shift.objects.filter(team__desk=http.desk, ended_at=None, pk=_row(http.GET.get("shift", ""))).first()
    if shift is None:
        return _week(http, _monday(http.GET.get("week", "")))
    first = {"team": shift.team_id, "person": shift.person_id, "starts_at": shift.starts_at, "ends_at": shift.ends_at}
    return _week(http, _monday_of(shift), shift, StretchForm(http.desk.pk, initial=first))


@require_http_methods(["POST"])
@managed
def change(http: Manager, pk: int) -> HttpResponse:
    """Give a shift other times, to a colleague or to another team."""
    shift = forming.found(Shift.objects.filter(team__desk=http.desk, ended_at=None), pk)
    form = StretchForm(http.desk.pk, http.POST)
    if not forming.done(form, lambda values: _change(http, pk, **values)):
        return _week(http, _monday_of(shift), shift, form)
    shift.refresh_from_db()
    return _back_to(http, shift)


def _back_to(http: Manager, shift: Shift) -> HttpResponse:
    """Say that it is saved, and lead to the week of a shift."""
    messages.success(http, gettext("Saved."))
    return redirect(f"{frame.address(http, 'rota')}?week={_monday_of(shift).isoformat()}")


def _change(http: Manager, pk: int, *, team: Team, person: Person, starts_at: datetime, ends_at: datetime) -> None:
    rota.change_shift(
        shift_id=pk, team_id=team.pk, person_id=person.pk, starts_at=starts_at, ends_at=ends_at,
        by_id=http.person.pk, now=timezone.now(),
    )  # fmt: skip


def _week(http: Manager, monday: date, changed: Shift | None = None, form: StretchForm | None = None) -> HttpResponse:
    teams = list(teams_at(http.desk.pk))
    begin = timezone.make_aware(datetime.combine(monday, time()))
    shifts = Shift.objects.filter(team__in=teams, ended_at=None, ends_at__gt=begin, starts_at__lt=begin + _WEEK)
    rows = list(shifts.select_related("person").order_by("starts_at", "pk"))
    context = {
        "title": _("Rota"),
        "about": _(
            "Who is on shift when. In a team that goes by its rota, only they take, and the next shift inherits."
        ),
        "days": [monday + timedelta(days=number) for number in range(7)],
        "teams": [(team, _lines(rows, team, monday), http.build_absolute_uri(feeds.address(team))) for team in teams],
        "before": (monday - timedelta(days=7)).isoformat(),
        "after": (monday + timedelta(days=7)).isoformat(),
        "week": monday.isoformat(),
        "changed": changed,
        "form": form,
    }
    return frame.page(http, "rota", "setup/rota.html", context, status=422 if form and form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def add(http: Manager) -> HttpResponse:
    """Put somebody on the rota, for one week or for several."""
    form = ShiftForm(http.desk.pk, forming.given(http))
    if forming.done(form, lambda values: _add(http, **values)):
        return forming.saved(http, "rota")
    return forming.page(http, "rota", form, title=_("New shift"), save=_("Put on the rota"))


@require_POST
@managed
def end(http: Manager, pk: int) -> HttpResponse:
    """Take a shift off the rota."""
    shift = forming.found(Shift.objects.filter(team__desk=http.desk, ended_at=None), pk)
    rota.end_shift(shift_id=shift.pk, by_id=http.person.pk, now=timezone.now())
    return _back_to(http, shift)


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def bring(http: Manager) -> HttpResponse:
    """Import a calendar's shifts."""
    form = ImportForm(http.desk.pk, forming.given(http), http.FILES or None)
    brought: list[int] = []
    if forming.done(form, lambda values: brought.append(_bring(http, values["team_id"], values["file"].read()))):
        word = ngettext("%(n)s shift was imported.", "%(n)s shifts were imported.", brought[0]) % {"n": brought[0]}
        return forming.saved(http, "rota", word=word)
    return forming.page(http, "rota", form, title=_("Import a calendar"), save=_("Import"))


def _add(http: Manager, *, team: Team, person: Person, starts_at: datetime, ends_at: datetime, weeks: int) -> None:
    # On the wall clock, so that nine o'clock stays nine o'clock.
    walls = [timezone.localtime(at).replace(tzinfo=None) for at in (starts_at, ends_at)]
    begins, ends = ([timezone.make_aware(wall + number * _WEEK) for number in range(weeks)] for wall in walls)
    rota.add_shifts(
        team_id=team.pk, person_id=person.pk, stretches=list(zip(begins, ends, strict=True)), by_id=http.person.pk,
        now=timezone.now(),
    )  # fmt: skip


def _bring(http: Manager, team: Team, raw: bytes) -> int:
    now = timezone.now()
    stretches = parse.read(raw, since=now, until=now + AHEAD, zone=timezone.get_current_timezone())
    members = list(members_of(team.pk))
    points = ContactPoint.objects.filter(person__in=members, kind=ContactPoint.Kind.EMAIL, ended_at=None)
    whose = {point.key: point.person_id for point in points} | {each.name.casefold(): each.pk for each in members}
    planned = [
        rota.Planned(f"{stretch.uid}/{person}", person, stretch.starts_at, stretch.ends_at)
        for stretch in stretches
        for person in sorted({whose[name] for name in (*stretch.mails, stretch.title.casefold()) if name in whose})
    ]
    return rota.import_shifts(team_id=team.pk, planned=planned, by_id=http.person.pk, now=now)


def _lines(shifts: Sequence[Shift], team: Team, monday: date) -> list[Line]:
    found: dict[int, Line] = {}
    for shift in (one for one in shifts if one.team_id == team.pk):
        line = found.setdefault(shift.person_id, Line(shift.person, [[] for _day in range(7)]))
        at = min(max((timezone.localtime(shift.starts_at).date() - monday).days, 0), 6)
        line.days[at].append(_block(shift))  # type: ignore[attr-defined]  # a list, while it is being filled
    return sorted(found.values(), key=lambda line: line.person.name)


def _block(shift: Shift) -> Block:
    begins, ends = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
    return Block(shift.pk, f"{begins:%H:%M}–{ends:%H:%M}", shift.starts_at <= timezone.now() < shift.ends_at)


def _row(given: str) -> int:
    return int(given) if given.isdigit() and len(given) < 19 else 0


def _monday_of(shift: Shift) -> date:
    day = timezone.localtime(shift.starts_at).date()
    return day - timedelta(days=day.weekday())


def _monday(given: str) -> date:
    try:
        day = date.fromisoformat(given)
    except ValueError:
        day = timezone.localdate()
    return day - timedelta(days=day.weekday())


_WEEK = timedelta(weeks=1)
urlpatterns = [
    path("rota", week, name="rota"),
    path("rota/new", add, name="shift-new"),
    path("rota/import", bring, name="rota-import"),
    path("rota/<int:pk>", change, name="shift-change"),
    path("rota/<int:pk>/end", end, name="shift-end"),
]
