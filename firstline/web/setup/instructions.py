"""Instructions of the desk's services: what the lines do, what they may solve themselves, whom to bring in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import HttpResponse
from django.urls import path
from django.utils import formats, timezone, translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from firstline.commands.setup import catalogue
from firstline.core.kernel.texts import pick
from firstline.core.people.rosters import teams_at
from firstline.core.services.models import InstructionVersion, Service
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists
from firstline.web.setup.access import Manager, managed

# Room for as many new steps on each page; a step without words is left out.
ROOM = 3
HOWS = [("", _("The line does it itself")), ("task", _("Ask a task")), ("hand_over", _("Hand the ticket over"))]


class InstructionForm(forms.Form):
    """What the line may solve itself, and the steps in their order, with room for further ones."""

    alone = forming.LanguagesField(
        label=_("What the line may solve itself"), rows=2, max_length=2000, required=False,
        help_text=_("Shown above the steps. What is not named here goes to whom the steps name."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, desk_id: int, version: InstructionVersion | None) -> None:
        steps = version.steps if version else []
        super().__init__(data, initial={"alone": version.alone if version else {}})
        teams = [("", _("nobody")), *((team.pk, f"L{team.line} · {team.name}") for team in teams_at(desk_id))]
        self.count = len(steps) + ROOM
        for at in range(self.count):
            step = steps[at] if at < len(steps) else {}
            self._add(at, step, teams)

    def _add(self, at: int, step: dict[str, Any], teams: list[tuple[Any, Any]]) -> None:
        label = gettext("Step %(n)d") % {"n": at + 1}
        self.fields[f"text_{at}"] = forming.LanguagesField(
            label=label, rows=2, max_length=2000, required=False, initial=step.get("text") or {}
        )
        self.fields[f"team_{at}"] = forms.TypedChoiceField(
            label=_("Whom to bring in"), choices=teams, coerce=int, empty_value=None, required=False,
            initial=step.get("team"),
        )  # fmt: skip
        self.fields[f"how_{at}"] = forms.ChoiceField(
            label=_("How"), choices=HOWS, required=False, initial=step.get("how", "")
        )

    def rows(self) -> list[tuple[BoundField, BoundField, BoundField]]:
        """Return each step's fields: its words, whom to bring in, how."""
        return [(self[f"text_{at}"], self[f"team_{at}"], self[f"how_{at}"]) for at in range(self.count)]

    def steps(self) -> list[dict[str, Any]]:
        """Return the steps that have words, in their order."""
        filled = self.cleaned_data
        rows = [{"text": filled[f"text_{at}"], "team": filled[f"team_{at}"], "how": filled[f"how_{at}"]}
                for at in range(self.count)]  # fmt: skip
        return [row for row in rows if row["text"]]


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show the services, each with how many steps its instruction has."""
    services = list(Service.objects.filter(desk=http.desk, ended_at=None).order_by("position", "pk"))
    newest = _newest([service.pk for service in services])
    rows = [_row(http, each, newest.get(each.pk)) for each in services]
    return lists.page(
        http, "instructions", title=_("Instructions"), rows=rows,
        about=_("A service's instruction stands on its tickets as steps to tick; what was ticked is on record."),
        empty=lists.Empty(_("No service yet"), _("Instructions belong to services."), "list-checks"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def edit(http: Manager, pk: int) -> HttpResponse:
    """Write a service's instruction; saved, it is a new version, and tickets under way keep theirs."""
    service = forming.found(Service.objects.filter(desk=http.desk, ended_at=None), pk)
    versions = list(service.instructions.select_related("made_by").order_by("-version")[:10])
    form = InstructionForm(forming.given(http), desk_id=http.desk.pk, version=versions[0] if versions else None)

    def publish(values: dict[str, Any]) -> object:
        return catalogue.publish_instruction(
            service_id=service.pk, steps=form.steps(), alone=values["alone"], by_id=http.person.pk, now=timezone.now()
        )

    if forming.done(form, publish):
        return forming.saved(http, "instructions", word=gettext("It is published; tickets under way keep their steps."))
    about = gettext("Every saving is a new version. Tickets that somebody has taken keep the steps they began with.")
    return forming.page(
        http, "instructions", form, title=_named(service), about=about, save=_("Publish"),
        template="setup/instruction.html", versions=[_version(each) for each in versions],
    )  # fmt: skip


def _newest(service_ids: list[int]) -> dict[int, InstructionVersion]:
    rows = InstructionVersion.objects.filter(service_id__in=service_ids).order_by("version")
    return {row.service_id: row for row in rows}


def _row(http: Manager, service: Service, version: InstructionVersion | None) -> lists.Row:
    about = [gettext("no steps")]
    if version is not None:
        steps = ngettext("%(n)d step", "%(n)d steps", len(version.steps)) % {"n": len(version.steps)}
        about = [steps, gettext("version %(n)d") % {"n": version.version}]
    return lists.Row(
        title=_named(service), href=frame.address(http, "instruction", service.pk), icon=service.icon, about=about,
        faded=version is None,
    )  # fmt: skip


def _version(version: InstructionVersion) -> dict[str, Any]:
    language = translation.get_language() or "en"
    return {
        "number": version.version,
        "at": formats.date_format(timezone.localtime(version.made_at), "SHORT_DATETIME_FORMAT"),
        "by": version.made_by.name if version.made_by else "",
        "steps": [pick(step.get("text") or {}, language) for step in version.steps],
    }


def _named(service: Service) -> str:
    return pick(service.name, translation.get_language() or "en")


urlpatterns = [
    path("instructions", listed, name="instructions"),
    path("instructions/<int:pk>", edit, name="instruction"),
]
