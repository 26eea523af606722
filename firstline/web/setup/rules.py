"""Which agreement binds which tickets: the rules in order, and a box that says which one a ticket would get and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firstline.commands.setup import agreement_rules
from firstline.core.sla import agreed
from firstline.core.sla.choice import Asked, Choice
from firstline.core.sla.models import AgreementRule
from firstline.web import naming
from firstline.web.console.ticket.explained import CLOSEST, conditions
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists, offers
from firstline.web.setup.access import Manager, managed

KINDS = [("", _("any kind")), *naming.KINDS.items()]
LEVELS = [("", _("any priority")), *naming.PRIORITIES.items()]
NAMES = {
    "organisation_id": _("the customer"),
    "tier_id": _("the tier"),
    "service_id": _("the service"),
    "kind": _("the kind"),
    "priority": _("the priority"),
}


class RuleForm(forms.Form):
    """The conditions of a rule, and the agreement it chooses."""

    organisation = offers.OfDesk(label=_("Customer"), empty=_("any customer"))
    tier = offers.OfDesk(label=_("Tier"), empty=_("any tier"))
    service = offers.OfDesk(label=_("Service"), empty=_("any service"))
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, required=False)
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=LEVELS, coerce=int, empty_value=None, required=False
    )  # fmt: skip

    def __init__(self, *args: Any, http: Manager, **more: Any) -> None:
        super().__init__(*args, **more)
        offers.fill(self, http)
        known = [one for one in agreed.agreements(http.desk.pk) if one.agreement.team_id is None]
        self.fields["agreement"] = forms.TypedChoiceField(
            label=_("Then this agreement binds"), coerce=int,
            choices=[(one.agreement_id, one.agreement.name) for one in known],
        )  # fmt: skip


class TestForm(forms.Form):
    """A ticket as it might come, to be asked which agreement would bind for it."""

    organisation = offers.OfDesk(label=_("Customer"), empty=_("nobody's"))
    service = offers.OfDesk(label=_("Service"), empty=_("none"))
    kind = forms.ChoiceField(label=_("Kind"), choices=list(naming.KINDS.items()), required=False)
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=list(naming.PRIORITIES.items()), coerce=int, initial=3, required=False
    )
    on = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )  # fmt: skip

    def __init__(self, *args: Any, http: Manager, **more: Any) -> None:
        super().__init__(*args, **more)
        offers.fill(self, http)


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show the rules in order, and try them on a ticket that is described in the address."""
    rules = list(agreed.rules(http.desk.pk))
    asked = TestForm(http.GET if "kind" in http.GET else None, http=http, initial={"on": timezone.localdate()})
    tried = _tried(http, asked, rules) if asked.is_valid() else {}
    rows = [_row(http, rule, first=rule == rules[0], last=rule == rules[-1]) for rule in rules]
    return lists.page(
        http, "rules", title=_("Rules"), rows=rows, template="setup/rules.html", form=asked, tried=tried,
        new=lists.Link(_("New rule"), frame.address(http, "rule-new")),
        about=_("The first rule whose conditions all hold decides; where none does, the closest promise binds: "
                "the customer's tier before everybody, this service before all."),
        empty=lists.Empty(_("No rule is needed so far"), _("The closest promise binds."), "list-checks"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def make(http: Manager) -> HttpResponse:
    """Add a rule behind the others."""
    form = RuleForm(forming.given(http), http=http)

    def deed(values: Mapping[str, Any]) -> None:
        agreement_rules.add_rule(
            desk_id=http.desk.pk, agreement_id=values["agreement"], organisation_id=values["organisation"],
            tier_id=values["tier"], service_id=values["service"], kind=values["kind"], priority=values["priority"],
            by_id=http.person.pk, now=timezone.now(),
        )  # fmt: skip

    if forming.done(form, deed):
        return forming.saved(http, "rules")
    return forming.page(http, "rules", form, title=_("New rule"), save=_("Add the rule"))


@require_POST
@managed
def move(http: Manager, pk: int) -> HttpResponse:
    """Ask a rule sooner, or later."""
    rule = forming.found(agreed.rules(http.desk.pk), pk)
    up = http.POST.get("way") == "up"
    agreement_rules.move_rule(rule_id=rule.pk, by_id=http.person.pk, up=up, now=timezone.now())
    return forming.saved(http, "rules")


@require_POST
@managed
def end(http: Manager, pk: int) -> HttpResponse:
    """Choose by this rule no longer."""
    rule = forming.found(agreed.rules(http.desk.pk), pk)
    agreement_rules.end_rule(rule_id=rule.pk, by_id=http.person.pk, now=timezone.now())
    return forming.saved(http, "rules")


def _tried(http: Manager, form: TestForm, rules: list[AgreementRule]) -> dict[str, Any]:
    """Return which agreement would bind for the ticket that was described, and why, in words."""
    given = form.cleaned_data
    known = agreed.agreed(http.desk.pk)
    on = given["on"] or timezone.localdate()
    contract = agreed.contract_of(given["organisation"], desk_id=http.desk.pk, on=on)
    chosen = known.choose(
        Asked(given["organisation"], contract.tier_id if contract else None, given["service"], given["kind"],
              given["priority"])
    )  # fmt: skip
    version = known.versions.get(chosen.agreement_id or 0)
    by_id = {rule.pk: rule for rule in rules}
    return {
        "version": version,
        "tier": contract.tier if contract else None,
        "rule": by_id.get(chosen.rule.pk) if chosen.rule else None,
        "conditions": conditions(by_id[chosen.rule.pk]) if chosen.rule else "",
        "closest": _closest(chosen, version),
        "failed": [
            (by_id[rule.pk].position, ", ".join(str(NAMES[name]) for name in against))
            for rule, against in chosen.failed
        ],
    }


def _closest(chosen: Choice, version: Any) -> str:
    if version is None or chosen.rule is not None:
        return ""
    own = version.agreement
    key = "_".join(name for name in ("tier", "service") if getattr(own, f"{name}_id")) or "all"
    return str(CLOSEST[key])


def _row(http: Manager, rule: AgreementRule, *, first: bool, last: bool) -> lists.Row:
    def way(word: Any, name: str, icon: str) -> lists.Deed:
        return lists.Deed(word, frame.address(http, "rule-move", rule.pk), icon, name="way", value=name)

    deeds = [way(_("Sooner"), "up", "arrow-up")] if not first else []
    deeds += [way(_("Later"), "down", "arrow-down")] if not last else []
    deeds.append(lists.Deed(_("End"), frame.address(http, "rule-end", rule.pk), danger=True))
    then = gettext("then %(agreement)s") % {"agreement": rule.agreement.name}
    return lists.Row(
        title=conditions(rule), icon="list-checks", about=[gettext("rule %(n)s") % {"n": rule.position}, then],
        deeds=deeds,
    )  # fmt: skip


urlpatterns = [
    path("rules", listed, name="rules"),
    path("rules/new", make, name="rule-new"),
    path("rules/<int:pk>/move", move, name="rule-move"),
    path("rules/<int:pk>/end", end, name="rule-end"),
]
