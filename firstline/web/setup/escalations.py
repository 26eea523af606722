"""Rules of escalation: what follows when a promise has used so much of its time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.channels.email.alarms import PROMISES
from firstline.commands.setup import escalation_rules
from firstline.core.kernel.texts import pick
from firstline.core.sla import escalations
from firstline.core.sla.models import EscalationRule
from firstline.web import naming, wording
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists, offers
from firstline.web.setup.access import Manager, managed

ACTIONS: dict[str, Promise] = {
    "notify": _("Tell"),
    "call_in": _("Call in"),
    "raise_priority": _("Raise the priority"),
    "hand_over": _("Hand over to a team"),
    "major_incident": _("Begin a major incident"),
}
WHOM: dict[str, Promise] = {
    "": _("nobody"),
    "steward": _("who answers for it"),
    "holder": _("who works on it"),
    "team": _("the whole team"),
    "lead": _("the team's lead"),
    "manager": _("the manager on duty"),
    "person": _("a person"),
}
WHEN = {"percent": _("percent of the time"), "before": _("minutes before the deadline"),
        "after": _("minutes after the deadline")}  # fmt: skip


class EscalationForm(forms.Form):
    """When, about which clocks, and what follows."""

    amount = forms.IntegerField(label=_("When"), min_value=0, max_value=527_040, initial=75)
    when = forms.ChoiceField(label=_("Counted in"), choices=list(WHEN.items()), help_text=_("Minutes of working time."))
    clock = forms.ChoiceField(
        label=_("Of which promise"), choices=[("", _("every promise to the requester")), *PROMISES.items()],
        required=False,
    )  # fmt: skip
    priority = forms.TypedChoiceField(
        label=_("Priority, at least"), choices=[("", _("any priority")), *naming.PRIORITIES.items()], coerce=int,
        empty_value=None, required=False,
    )  # fmt: skip
    service = offers.OfDesk(label=_("Service"), empty=_("any service"))
    tier = offers.OfDesk(label=_("Tier"), empty=_("any tier"))
    action = forms.ChoiceField(label=_("What follows"), choices=list(ACTIONS.items()))
    whom = forms.ChoiceField(
        label=_("Who"), choices=list(WHOM.items()), required=False, help_text=_("Who is told or called in.")
    )
    person = offers.OfDesk(label=_("Person"))
    team = offers.OfDesk(label=_("Team"), help_text=_("Who gets it; or whose members or lead are meant."))

    def __init__(self, *args: Any, http: Manager, **more: Any) -> None:
        super().__init__(*args, **more)
        offers.fill(self, http)


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show the rules, soonest level first."""
    named = escalations.rules([http.desk.pk]).select_related("service", "tier", "person", "team")
    rows = [_row(http, rule) for rule in sorted(named, key=_order)]
    return lists.page(
        http, "escalations", title=_("Escalation"), rows=rows,
        new=lists.Link(_("New rule"), frame.address(http, "escalation-new")),
        about=_("What follows, by itself and once, when a promise comes near its deadline or misses it."),
        empty=lists.Empty(_("Nothing follows so far"), _("A missed deadline is recorded, and nobody is told."),
                          "megaphone"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def make(http: Manager) -> HttpResponse:
    """Add a rule."""
    form = EscalationForm(forming.given(http), http=http)

    def deed(values: Mapping[str, Any]) -> None:
        escalation_rules.add_escalation(
            desk_id=http.desk.pk, by_id=http.person.pk, now=timezone.now(), **_level(values["amount"], values["when"]),
            **{name: values[name] for name in ("clock", "priority", "action", "whom")},
            **{f"{name}_id": values[name] for name in ("service", "tier", "person", "team")},
        )  # fmt: skip

    if forming.done(form, deed):
        return forming.saved(http, "escalations")
    return forming.page(http, "escalations", form, title=_("New rule"), save=_("Add the rule"))


@require_POST
@managed
def end(http: Manager, pk: int) -> HttpResponse:
    """Let nothing follow by this rule any more."""
    rule = forming.found(escalations.rules([http.desk.pk]), pk)
    escalation_rules.end_escalation(rule_id=rule.pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "escalations")


def _level(amount: int, when: str) -> dict[str, Any]:
    if when == "percent":
        return {"percent": amount}
    return {"offset_for": timedelta(minutes=-amount if when == "before" else amount)}


def _order(rule: EscalationRule) -> tuple[int, float, int]:
    """Percentages first, then what lies before and after the deadline."""
    if rule.percent is not None:
        return (0 if rule.percent < 100 else 2), rule.percent, rule.position
    seconds = rule.offset_for.total_seconds() if rule.offset_for is not None else 0
    return (1 if seconds < 0 else 3), seconds, rule.position


def _row(http: Manager, rule: EscalationRule) -> lists.Row:
    promise = PROMISES.get(rule.clock, _("every promise to the requester"))
    about = [
        str(promise),
        gettext("priority %(level)s or higher") % {"level": naming.PRIORITIES[rule.priority]} if rule.priority else "",
        pick(rule.service.name, get_language() or "en") if rule.service else "",
        rule.tier.name if rule.tier else "",
    ]
    return lists.Row(
        title=capfirst(f"{_when(rule)}: {_what(rule)}"), icon="megaphone", about=about,
        deeds=[lists.Deed(_("End"), frame.address(http, "escalation-end", rule.pk), danger=True)],
    )  # fmt: skip


def _when(rule: EscalationRule) -> str:
    if rule.percent is not None:
        return gettext("%(n)s%% of the time") % {"n": rule.percent}
    length = rule.offset_for or timedelta(0)
    if not length:
        return gettext("at the deadline")
    word = gettext("%(time)s before the deadline") if length < timedelta(0) else gettext("%(time)s after the deadline")
    return word % {"time": wording.span(abs(length))}


def _what(rule: EscalationRule) -> str:
    whom = rule.person.name if rule.person else str(WHOM[rule.whom]) if rule.whom else ""
    team = rule.team.name if rule.team else ""
    return " ".join(part for part in (str(ACTIONS[rule.action]), whom, team) if part)


urlpatterns = [
    path("escalations", listed, name="escalations"),
    path("escalations/new", make, name="escalation-new"),
    path("escalations/<int:pk>/end", end, name="escalation-end"),
]
