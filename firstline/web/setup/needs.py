"""What services and teams need of whoever takes their tickets: skills and languages."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from firstline.commands.setup import rota
from firstline.core.duty.models import Need
from firstline.core.people.models import Team
from firstline.core.people.rosters import teams_at
from firstline.core.services.models import Service
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists
from firstline.web.setup.abilities import SpokenField, WordsField, spoken
from firstline.web.setup.access import Manager, managed
from firstline.web.templatetags.frame import words


class NeedForm(forms.Form):
    """What whoever takes it must be able to do."""

    skills = WordsField(label=_("Skills"), help_text=_("With commas between; every one must be there."))
    languages = SpokenField(label=_("Languages"), help_text=_("All that are ticked must be spoken."))


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show the services and teams, and what each needs."""
    services = Service.objects.filter(desk=http.desk, ended_at=None).select_related("need").order_by("position", "pk")
    rows = [_row(http, each, "service-need", words(each.name), each.icon) for each in services]
    rows += [
        _row(http, each, "team-need", each.name, "users") for each in teams_at(http.desk.pk).select_related("need")
    ]
    return lists.page(
        http, "needs", title=_("What work needs"), rows=rows,
        about=_("Whoever lacks a skill or language that a service or team needs is not offered its tickets."),
        empty=lists.Empty(_("No service and no team yet"), "", "layout-grid"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def of_service(http: Manager, pk: int) -> HttpResponse:
    """Say what a service needs."""
    service = forming.found(Service.objects.filter(desk=http.desk, ended_at=None).select_related("need"), pk)
    return _page(http, service, words(service.name), service_id=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def of_team(http: Manager, pk: int) -> HttpResponse:
    """Say what a team needs."""
    team = forming.found(teams_at(http.desk.pk).select_related("need"), pk)
    return _page(http, team, team.name, team_id=pk)


def _page(
    http: Manager, of: Service | Team, title: str, *, service_id: int | None = None, team_id: int | None = None
) -> HttpResponse:  # fmt: skip
    need = _need(of)
    form = NeedForm(forming.given(http), initial={"skills": need.skills, "languages": need.languages})
    now, by = timezone.now(), http.person.pk
    if forming.done(
        form, lambda values: rota.set_need(service_id=service_id, team_id=team_id, by_id=by, now=now, **values)
    ):  # fmt: skip
        return forming.saved(http, "needs")
    return forming.page(http, "needs", form, title=title)


def _need(of: Service | Team) -> Need:
    """Return what it needs; without a word about it, nothing."""
    return getattr(of, "need", None) or Need()


def _row(http: Manager, of: Service | Team, name: str, title: str, icon: str) -> lists.Row:
    need = _need(of)
    said = [each for each in (", ".join(need.skills), spoken(need.languages)) if each]
    return lists.Row(
        title=title, href=frame.address(http, name, of.pk), icon=icon, about=said or [_("nothing in particular")]
    )


urlpatterns = [
    path("needs", listed, name="needs"),
    path("needs/services/<int:pk>", of_service, name="service-need"),
    path("needs/teams/<int:pk>", of_team, name="team-need"),
]
