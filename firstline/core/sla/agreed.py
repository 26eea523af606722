"""What a desk promises whom, as it is set up: agreements in their newest versions, rules, contracts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from firstline.core.services.models import Contract
from firstline.core.sla import choice
from firstline.core.sla.choice import Asked, Bound, Choice, Rule
from firstline.core.sla.models import Agreement, AgreementRule, AgreementVersion, CalendarVersion


@dataclass(frozen=True)
class Agreed:
    """All that decides which agreement binds a desk; versions are the newest, by agreement."""

    versions: dict[int, AgreementVersion]
    rules: tuple[Rule, ...]
    bounds: tuple[Bound, ...]

    def choose(self, asked: Asked) -> Choice:
        """Return which agreement binds, and why."""
        return choice.choose(asked, self.rules, self.bounds)


def agreements(desk_id: int) -> QuerySet[AgreementVersion]:
    """Return the newest versions of the desk's live agreements, those with customers before those of teams."""
    newest = AgreementVersion.objects.filter(agreement=OuterRef("agreement")).order_by("-version").values("pk")[:1]
    live = AgreementVersion.objects.filter(agreement__desk_id=desk_id, agreement__ended_at=None, pk=Subquery(newest))
    named = live.select_related(
        "agreement__tier", "agreement__service", "agreement__team", "calendar__calendar"
    )  # fmt: skip
    return named.order_by("agreement__team_id", "agreement__tier__position", "agreement__name", "pk")


def rules(desk_id: int) -> QuerySet[AgreementRule]:
    """Return the desk's live rules in order, with the names of what they are about."""
    live = AgreementRule.objects.filter(desk_id=desk_id, ended_at=None)
    return live.select_related("organisation", "tier", "service", "agreement").order_by("position", "id")


def agreed(desk_id: int) -> Agreed:
    """Return all that decides which agreement binds the desk; two statements."""
    with_customers = [one for one in agreements(desk_id) if one.agreement.team_id is None]
    own = [one.agreement for one in with_customers]
    bounds = [Bound(each.pk, each.tier_id, each.service_id, each.by_rule_only) for each in own]
    in_order = AgreementRule.objects.filter(desk_id=desk_id, ended_at=None).order_by("position", "id")
    return Agreed({one.agreement_id: one for one in with_customers}, tuple(map(_rule, in_order)), tuple(bounds))


def contract_of(organisation_id: int | None, *, desk_id: int, on: date) -> Contract | None:
    """Return the contract by which the organisation has its tier on that day, if it has one."""
    held = Contract.objects.filter(
        organisation_id=organisation_id or 0, desk_id=desk_id, ended_at=None, starts_on__lte=on
    )
    lasting = held.filter(Q(ends_on=None) | Q(ends_on__gt=on)).select_related("tier", "organisation")
    return lasting.order_by("-starts_on", "-id").first()


def contracts(desk_id: int) -> QuerySet[Contract]:
    """Return the desk's contracts that have not been ended, by customer."""
    live = Contract.objects.filter(desk_id=desk_id, ended_at=None).select_related("tier", "organisation")
    return live.order_by("organisation__name", "-starts_on", "id")


def every_calendar() -> QuerySet[CalendarVersion]:
    """Return the newest versions of all live calendars, desk by desk, the main one first."""
    newest = CalendarVersion.objects.filter(calendar=OuterRef("calendar")).order_by("-version").values("pk")[:1]
    live = CalendarVersion.objects.filter(calendar__ended_at=None, calendar__desk__ended_at=None, pk=Subquery(newest))
    return live.select_related("calendar__desk").order_by("calendar__desk", "-calendar__main", "calendar__name")


def calendars(desk_id: int) -> QuerySet[CalendarVersion]:
    """Return the newest versions of the desk's live calendars, the main one first."""
    return every_calendar().filter(calendar__desk_id=desk_id)


def last_position(desk_id: int) -> int:
    """Return the place of the desk's last rule, 0 if it has none."""
    live = AgreementRule.objects.filter(desk_id=desk_id, ended_at=None)
    return int(live.aggregate(last=Max("position"))["last"] or 0)


def live_agreement(desk_id: int, agreement_id: int) -> Agreement | None:
    """Return the desk's live agreement with customers of that id."""
    return Agreement.objects.filter(pk=agreement_id, desk_id=desk_id, team=None, ended_at=None).first()


def _rule(row: AgreementRule) -> Rule:
    return Rule(
        row.pk, row.position, row.agreement_id, row.organisation_id, row.tier_id, row.service_id, row.kind, row.priority
    )
