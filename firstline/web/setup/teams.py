"""Teams of the desk on the lines of support: listed, made, ended."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.commands.setup import desks
from firstline.core.people.models import Team
from firstline.core.people.rosters import teams_at
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists, offers
from firstline.web.setup.access import Manager, managed

LINES = [
    (1, _("First line: operators")),
    (2, _("Second line: support engineers")),
    (3, _("Third line: adjacent departments")),
    (4, _("Fourth line: outside vendors")),
]


class TeamForm(forms.Form):
    """What a new team is called, and where it stands."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=200)
    line = forms.TypedChoiceField(label=_("Line"), choices=LINES, coerce=int)
    front = forms.BooleanField(
        label=_("It is the front"), required=False,
        help_text=_("The front answers for whatever no rule sends elsewhere. A desk has one."),
    )  # fmt: skip


class RenamingForm(forms.Form):
    """What a team is called, and where it sits."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=200)
    site = offers.OfDesk(label=_("Site"))

    def __init__(self, *given: Any, http: Manager, **more: Any) -> None:
        super().__init__(*given, **more)
        offers.fill(self, http)


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show the teams, first line first."""
    working = Q(grants__ended_at=None, grants__role__in=["operator", "specialist", "team_lead"])
    teams = teams_at(http.desk.pk).annotate(people=Count("grants__person", filter=working, distinct=True))
    new = lists.Link(_("New team"), frame.address(http, "team-new"))
    return lists.page(
        http, "teams", title=_("Teams"), rows=[_row(http, team) for team in teams], new=new,
        about=_("A ticket is always with one team; the first line answers for it until it is closed."),
        empty=lists.Empty(_("No team yet"), _("Requests can be taken once the desk has a first line."), "users"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def make(http: Manager) -> HttpResponse:
    """Make a team."""
    form = TeamForm(forming.given(http))
    deed = partial(desks.make_team, desk_id=http.desk.pk)
    return forming.worked(http, "teams", form, deed, title=_("New team"), save=_("Make the team"))


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def change(http: Manager, pk: int) -> HttpResponse:
    """Call a team something else, or say where it sits; its line stays."""
    team = forming.found(teams_at(http.desk.pk), pk)
    form = RenamingForm(forming.given(http), http=http, initial={"name": team.name, "site": team.site_id})
    deed = partial(_rename, pk)
    return forming.worked(
        http, "teams", form, deed, title=team.name, about=dict(LINES)[team.line],
        deeds=[] if team.front else [lists.Deed(_("End"), frame.address(http, "team-end", pk), danger=True)],
    )  # fmt: skip


@require_POST
@managed
def end(http: Manager, pk: int) -> HttpResponse:
    """End a team that carries nothing any more."""
    team = forming.found(teams_at(http.desk.pk), pk)
    desks.end_team(team_id=team.pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "teams", word=gettext("%(name)s has ended.") % {"name": team.name})


def _rename(pk: int, *, name: str, site: int | None, **asked: Any) -> None:
    desks.change_team(team_id=pk, name=name, site_id=site, **asked)


def _row(http: Manager, team: Team) -> lists.Row:
    people = team.people  # type: ignore[attr-defined]  # counted by the query
    return lists.Row(
        title=team.name, href=frame.address(http, "team", team.pk), icon="users",
        about=[dict(LINES)[team.line], ngettext("%(n)s person", "%(n)s people", people) % {"n": people}],
        signs=[lists.Sign(_("Front"), icon="shield-check")] if team.front else [],
        deeds=[] if team.front else [lists.Deed(_("End"), frame.address(http, "team-end", team.pk), danger=True)],
    )  # fmt: skip


urlpatterns = [
    path("teams", listed, name="teams"),
    path("teams/new", make, name="team-new"),
    path("teams/<int:pk>", change, name="team"),
    path("teams/<int:pk>/end", end, name="team-end"),
]
