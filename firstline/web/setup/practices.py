"""How each team gets its work: pulled or given out, by its rota or not, and when an offer to it lapses."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from firstline.commands.setup import rota
from firstline.core.duty.models import Practice
from firstline.core.duty.queries import practice_of, practices
from firstline.core.people.models import Team
from firstline.core.people.rosters import teams_at
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists
from firstline.web.setup.access import Manager, managed

MODES = {
    Practice.Mode.PULL: _("They take it themselves"),
    Practice.Mode.ROUND_ROBIN: _("It is given in turn"),
    Practice.Mode.LEAST_LOADED: _("It is given to whoever has the least in hand"),
}


class PracticeForm(forms.Form):
    """How a team gets its work."""

    mode = forms.ChoiceField(label=_("New work"), choices=list(MODES.items()), widget=forms.RadioSelect)
    by_rota = forms.BooleanField(
        label=_("By the rota"), required=False,
        help_text=_("Only those on shift take it, and the next shift inherits what the one before answers for."),
    )  # fmt: skip
    lapse = forms.IntegerField(
        label=_("An offer lapses after (minutes)"), required=False, min_value=1, max_value=43_200,
        help_text=_("In the desk's working time; then it goes back to the steward. Left empty, it waits."),
    )  # fmt: skip


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show the teams and how each gets its work."""
    teams = list(teams_at(http.desk.pk))
    own = practices([team.pk for team in teams])
    return lists.page(
        http, "practices", title=_("How work is given"), rows=[_row(http, team, own.get(team.pk)) for team in teams],
        about=_("Teams take their work themselves, or it is given to those who are here and have room."),
        empty=lists.Empty(_("No team yet"), "", "users"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def change(http: Manager, pk: int) -> HttpResponse:
    """Change how a team gets its work; what it asks at a hand-over stays as it is."""
    team = forming.found(teams_at(http.desk.pk), pk)
    own = practice_of(team.pk)
    first = {"mode": own.mode, "by_rota": own.by_rota, "lapse": _minutes(own)}
    form = PracticeForm(forming.given(http), initial=first)
    if forming.done(form, lambda values: _set(http, team, own, values)):
        return forming.saved(http, "practices")
    asks = lists.Link(_("What it asks at a hand-over"), frame.address(http, "asks", team.pk), "list-checks")
    need = lists.Link(_("What it needs"), frame.address(http, "team-need", team.pk), "wrench")
    return forming.page(http, "practices", form, title=team.name, links=[asks, need])


def _set(http: Manager, team: Team, own: Practice, values: dict[str, object]) -> None:
    minutes = values["lapse"]
    rota.set_practice(
        team_id=team.pk, by_id=http.person.pk, now=timezone.now(), mode=str(values["mode"]),
        by_rota=bool(values["by_rota"]), lapse_for=timedelta(minutes=int(str(minutes))) if minutes else None,
        asks=own.asks, calendar_id=own.calendar_id,
    )  # fmt: skip


def _row(http: Manager, team: Team, practice: Practice | None) -> lists.Row:
    about: list[lists.Words] = [MODES[Practice.Mode(practice.mode)] if practice else MODES[Practice.Mode.PULL]]
    if practice and practice.by_rota:
        about.append(_("By the rota"))
    if practice and practice.lapse_for:
        about.append(gettext("an offer lapses after %(n)s min") % {"n": _minutes(practice)})
    if practice and practice.asks:
        asks = len(practice.asks)
        about.append(
            ngettext("asks %(n)s thing at a hand-over", "asks %(n)s things at a hand-over", asks) % {"n": asks}
        )
    return lists.Row(title=team.name, href=frame.address(http, "practice", team.pk), icon="users", about=about)


def _minutes(practice: Practice) -> int | None:
    return int(practice.lapse_for.total_seconds() // 60) if practice.lapse_for else None


urlpatterns = [
    path("practices", listed, name="practices"),
    path("practices/<int:pk>", change, name="practice"),
]
