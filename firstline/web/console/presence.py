"""Saying that one is away, and accepting the list of the shift before one's own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.commands.duty import presence, shift_changes
from firstline.core.duty import fronts
from firstline.core.duty.models import Absence
from firstline.core.duty.queries import absence_of
from firstline.core.kernel.refusals import Refused
from firstline.core.ownership import queue
from firstline.core.ownership.queries import where_stopped
from firstline.core.people.models import Person, Team
from firstline.web.console import frame
from firstline.web.console.access import Staff, staff
from firstline.web.console.lines import Liner, Section, sections
from firstline.web.console.ticket.deeds.fields import MemberField, When

REFUSED = 422


class AwayForm(forms.Form):
    """How, until when, and who stands in."""

    kind = forms.ChoiceField(
        label=_("How"), widget=forms.RadioSelect, initial=Absence.Kind.AWAY,
        choices=[
            (Absence.Kind.AWAY, _("Away for a while: no new work, what is mine stays mine")),
            (Absence.Kind.ABSENT, _("Absent: what I answer for passes to my deputy, or to my team")),
        ],
    )  # fmt: skip
    until = When(label=_("Until"), required=False, help_text=_("Left empty: until you say that you are back."))
    deputy = MemberField(label=_("Deputy"), required=False)

    def __init__(self, person: Person, *given: Any) -> None:
        super().__init__(*given)
        own = person.grants.filter(ended_at=None, team__isnull=False).values("team_id")
        colleagues = Person.objects.filter(grants__team_id__in=own, grants__ended_at=None, ended_at=None)
        deputies = colleagues.exclude(pk=person.pk).distinct().order_by("name", "pk")
        self.fields["deputy"].queryset = deputies  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def away(http: Staff) -> HttpResponse:
    """Show whether one is here; say that one is away, until when, and who stands in."""
    form = AwayForm(http.person, http.POST if http.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            presence.go_away(
                person_id=http.person.pk, by_id=http.person.pk, now=timezone.now(), kind=said["kind"],
                until=said["until"], deputy_id=said["deputy"].pk if said["deputy"] else None,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.in_words(gettext))
        else:
            messages.success(http, gettext("You are away; no new work is given to you."))
            return redirect("console:away")
    now = timezone.now()
    context = {"form": form, "absence": absence_of(http.person.pk, now), "pane": "full", **frame.around(http)}
    return render(http, "console/away.html", context, status=REFUSED if form.errors else 200)


@require_POST
@staff
def back(http: Staff) -> HttpResponse:
    """Say that one is here again."""
    presence.come_back(person_id=http.person.pk, by_id=http.person.pk, now=timezone.now())
    messages.success(http, gettext("Welcome back: work can be given to you again."))
    return redirect("console:away")


@require_safe
@staff
def shift_change(http: Staff) -> HttpResponse:
    """Show what other first lines hand over to one's own now, team by team."""
    now = timezone.now()
    teams = Team.objects.filter(pk__in=http.scope.front_teams, ended_at=None).select_related("desk").order_by("pk")
    lists = [(team, *_laid_before(http, team, now)) for team in teams]
    context = {"lists": [each for each in lists if each[1]], "at": now, "pane": "full"}
    return render(http, "console/shift_change.html", {**context, **frame.around(http)})


@require_POST
@staff
def accept_shift(http: Staff, team_id: int) -> HttpResponse:
    """Accept the list for one's team; one longer than a step's worth goes on with the next step."""
    taken = shift_changes.accept_list(team_id=team_id, by_id=http.person.pk, now=timezone.now())
    word = ngettext("%(n)s ticket is with your shift now.", "%(n)s tickets are with your shift now.", len(taken))
    messages.success(http, word % {"n": len(taken)})
    return redirect("console:shift-change")


def _laid_before(http: Staff, team: Team, now: datetime) -> tuple[list[Section], int, int]:
    """Return the lines of what one step accepts, how many they are, and how many are handed over in all."""
    ids = list(fronts.changing(team.desk, team, now).values_list("ticket_id", flat=True))
    step = ids[: shift_changes.AT_ONCE]
    if not step:
        return [], 0, 0
    page = queue.page(http.scope, queue.Filter(among=step), size=len(step), columns=queue.LINE, beside=where_stopped)
    lines = Liner(http.person, now, "").lines((row.ticket, row.place) for row in page.rows)
    return sections(lines), len(step), len(ids)
