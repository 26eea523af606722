"""Why each deadline of a ticket is what it is: a page of its own, plain enough to be printed and added up by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from firstline.channels.email.alarms import PROMISES
from firstline.core.insight.dossier import helps
from firstline.core.kernel.texts import pick
from firstline.core.sla import explained
from firstline.core.sla.derivation import CLOSED, OPEN, Stretch
from firstline.core.sla.explained import Explained
from firstline.core.sla.models import AgreementRule, Clock
from firstline.web import naming
from firstline.web.console.access import Staff, staff

REASONS: dict[str, Promise] = {
    OPEN: _("working time"),
    CLOSED: _("outside hours"),
    "waiting_requester": _("waiting for the requester"),
    "waiting_third_party": _("waiting for a third party"),
    "planned": _("planned for later"),
    "resolved": _("resolved, until it was reopened"),
}
CLOSEST: dict[str, Promise] = {
    "tier_service": _("the closest promise: of the customer's tier, for this service"),
    "tier": _("the closest promise: of the customer's tier"),
    "service": _("the closest promise: for this service"),
    "all": _("the promise to everybody, as nothing closer was found"),
    "team": _("what the team promises the others"),
}
VERDICTS: dict[str, tuple[Promise, str]] = {
    Clock.State.RUNNING: (_("runs"), "well"),
    Clock.State.PAUSED: (_("is paused"), "still"),
    Clock.State.MET: (_("was met"), "well"),
    Clock.State.MISSED: (_("was missed"), "late"),
    Clock.State.ENDED: (_("ended without a verdict"), "still"),
}
NOT_OWED = (_("was not owed any more"), "still")
WHY: dict[str, Promise] = {
    "prioritised": _("the priority changed"),
    "reclassified": _("it was classified anew"),
    "requester": _("it is another customer's"),
    "contract": _("another contract holds"),
    "merged": _("it was merged"),
    "withdrawn": _("it was withdrawn"),
    "lapsed": _("the offer lapsed before an answer was due"),
}
FOLD_FROM = 16


@dataclass(frozen=True)
class Line:
    """One stretch on the page."""

    stretch: Stretch
    reason: str
    working: str
    counted: str
    total: str
    ahead: bool


@dataclass(frozen=True)
class Shown:
    """One clock on the page."""

    one: Explained
    name: Promise | str
    team: str
    verdict: Promise
    tone: str
    why: Promise | str
    chosen: str
    lines: Sequence[Line]
    budget: str
    used: str
    left: str
    over: bool

    @property
    def folded(self) -> bool:
        """Whether its stretches are so many that they stand behind a heading."""
        return len(self.lines) >= FOLD_FROM


@require_safe
@staff
def show(http: Staff, number: int) -> HttpResponse:
    """Show how every clock of the ticket came to its deadline; who only asked reads the ticket in the portal."""
    from firstline.web.console.ticket.page import found

    ticket = found(http, number)
    if not helps(http.scope, ticket):
        return redirect("portal:request", number=number)
    shown = [_shown(one) for one in explained.of_ticket(ticket.pk, now=timezone.now())]
    context = {"ticket": ticket, "clocks": shown, "pane": "page", "desk_name": ticket.desk.name}
    return render(http, "console/ticket/explained.html", {**context, "may_use_console": True})


def exact(length: timedelta) -> str:
    """Return a length to the second, as hours, minutes and seconds: 26:05:00."""
    seconds = int(abs(length).total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def chosen_by(rule: AgreementRule | None, closest: str) -> str:
    """Return in words what chose an agreement."""
    if rule is None:
        return str(CLOSEST[closest])
    return gettext("rule %(position)s: %(conditions)s") % {
        "position": rule.position,
        "conditions": conditions(rule) or gettext("always"),
    }


def conditions(rule: AgreementRule) -> str:
    """Return the conditions of a rule in words, set apart by commas."""
    said = [
        rule.organisation.name if rule.organisation else "",
        gettext("tier %(name)s") % {"name": rule.tier.name} if rule.tier else "",
        pick(rule.service.name, get_language() or "en") if rule.service else "",
        str(naming.KINDS[rule.kind]) if rule.kind else "",
        str(naming.PRIORITIES[rule.priority]) if rule.priority else "",
    ]
    return ", ".join(part for part in said if part)


def _shown(one: Explained) -> Shown:
    clock, derived = one.clock, one.derivation
    about = clock.holding or clock.task
    verdict, tone = NOT_OWED if clock.why == "lapsed" else VERDICTS[clock.state]
    return Shown(
        one=one, name=PROMISES[clock.kind], team=about.team.name if about else "", verdict=verdict, tone=tone,
        why=WHY.get(clock.why, clock.why), chosen=chosen_by(one.rule, one.closest),
        lines=[_line(one, stretch) for stretch in derived.stretches], budget=exact(derived.budget_for),
        used=exact(derived.used_for), left=exact(derived.left_for), over=derived.left_for < timedelta(0),
    )  # fmt: skip


def _line(one: Explained, stretch: Stretch) -> Line:
    reason = str(REASONS.get(stretch.reason, stretch.reason))
    days = [name or gettext("holiday") for _day, name in one.days(stretch)] if stretch.reason == CLOSED else []
    return Line(
        stretch=stretch, reason=f"{reason}: {', '.join(dict.fromkeys(days))}" if days else reason,
        working=exact(stretch.working_for) if stretch.working_for and not stretch.counts else "",
        counted=exact(stretch.counted_for) if stretch.counts else "", total=exact(stretch.total_for),
        ahead=stretch.ended_at > one.derivation.used_at,
    )  # fmt: skip
