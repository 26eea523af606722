"""Rules that choose an agreement: made, put in order, ended. What was chosen before stays chosen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from firstline.commands import founding
from firstline.commands.setup import agreements
from firstline.commands.setup.desks import locked_desk
from firstline.core.kernel.refusals import BadInput, NotThere, Refused, _
from firstline.core.people.models import Organisation
from firstline.core.services.models import Service, Tier
from firstline.core.sla import agreed
from firstline.core.sla.models import Agreement, AgreementRule
from firstline.core.tickets.states import Kind

MOST = 500


class AtTheEnd(Refused):
    """The rule is the first or the last already."""


class NoCondition(BadInput):
    """A rule without a condition would shut out all that come after it."""


@transaction.atomic
def add_rule(
    *, desk_id: int, agreement_id: int, by_id: int | None, now: datetime, organisation_id: int | None = None,
    tier_id: int | None = None, service_id: int | None = None, kind: str = "", priority: int | None = None,
) -> AgreementRule:  # fmt: skip
    """Let an agreement bind where all these conditions hold; the new rule is asked last.

    Raises NoCondition, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    founding.managing(by_id, desk_id)
    locked_desk(desk_id)
    if agreed.live_agreement(desk_id, agreement_id) is None:
        raise NotThere(_("This desk has no such agreement with customers."), field="agreement")
    given = {
        "organisation_id": organisation_id, "tier_id": tier_id, "service_id": service_id, "kind": kind,
        "priority": priority,
    }  # fmt: skip
    _check(desk_id, organisation_id, tier_id, service_id)
    if kind and kind not in list(Kind):
        raise BadInput(_("A ticket is an incident, a request or a question."), field="kind")
    if priority is not None and not 1 <= priority <= 4:
        raise BadInput(_("A priority goes from 1 (first) to 4."), field="priority")
    if not any(given.values()):
        raise NoCondition(_("Name at least one condition; without any, no rule after this one would be asked."))
    position = agreed.last_position(desk_id) + 1
    if position > MOST:
        raise BadInput(_("A desk has at most %(most)d rules."), most=MOST)
    rule = AgreementRule.objects.create(
        desk_id=desk_id, position=position, agreement_id=agreement_id, made_by_id=by_id, made_at=now, **given
    )
    named = {name: value for name, value in given.items() if value}
    facts = {"rule": rule.pk, "position": position, "agreement": agreement_id, **named}
    founding.tell(f"desk:{desk_id}", "agreement rule made", by_id=by_id, now=now, facts=facts)
    return rule


@transaction.atomic
def copy_agreement(
    *, agreement_id: int, name: str, calendar_id: int, targets: agreements.Targets, by_id: int | None, now: datetime,
    service_id: int | None = None, kind: str = "", priority: int | None = None,
) -> AgreementRule:  # fmt: skip
    """Promise other times where an agreement binds, for one service, kind or priority: a copy, and the rule for it.

    The rule names the tier of the agreement too, and is asked first; the copy binds by it only. A copy of what is
    promised to everybody is asked last, since its rule holds for the customers of every tier.
    Raises NoCondition, KeyTaken, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    former = Agreement.objects.filter(pk=agreement_id, team=None, ended_at=None).first()
    founding.managing(by_id, former.desk_id if former else None)
    if former is None:
        raise NotThere(_("This desk has no such agreement with customers."), field="agreement")
    if not (service_id or kind or priority):
        raise NoCondition(_("Name the service, the kind or the priority for which other times hold."), field="service")
    copied = agreements.make_agreement(
        desk_id=former.desk_id, name=name, calendar_id=calendar_id, targets=targets, by_id=by_id, now=now,
        tier_id=former.tier_id, service_id=service_id or former.service_id, by_rule_only=True,
    )  # fmt: skip
    rule = add_rule(
        desk_id=former.desk_id, agreement_id=copied.agreement_id, by_id=by_id, now=now, tier_id=former.tier_id,
        service_id=service_id or former.service_id, kind=kind, priority=priority,
    )  # fmt: skip
    return _ask_first(rule, by_id, now) if former.tier_id else rule


def _ask_first(rule: AgreementRule, by_id: int | None, now: datetime) -> AgreementRule:
    """Ask a new rule before all others of its desk."""
    others = AgreementRule.objects.filter(desk_id=rule.desk_id, ended_at=None).exclude(pk=rule.pk)
    if others.update(position=F("position") + 1):
        rule.position = 1
        rule.save(update_fields=["position"])
        facts = {"rule": rule.pk, "position": 1}
        founding.tell(f"desk:{rule.desk_id}", "agreement rule moved", by_id=by_id, now=now, facts=facts)
    return rule


@transaction.atomic
def move_rule(*, rule_id: int, by_id: int | None, up: bool, now: datetime) -> AgreementRule:
    """Let a rule be asked before the one above it, or after the one below. Raises AtTheEnd, NotThere, NotAllowed."""
    rule = _managed(rule_id, by_id)
    others = AgreementRule.objects.filter(desk_id=rule.desk_id, ended_at=None).exclude(pk=rule.pk)
    above = others.filter(position__lt=rule.position).order_by("-position", "-id").first()
    below = others.filter(position__gt=rule.position).order_by("position", "id").first()
    other = above if up else below
    if other is None:
        raise AtTheEnd(_("This rule is the first already.") if up else _("This rule is the last already."))
    rule.position, other.position = other.position, rule.position
    for one in (rule, other):
        one.save(update_fields=["position"])
    facts = {"rule": rule.pk, "position": rule.position, "other": other.pk}
    founding.tell(f"desk:{rule.desk_id}", "agreement rule moved", by_id=by_id, now=now, facts=facts)
    return rule


@transaction.atomic
def end_rule(*, rule_id: int, by_id: int | None, now: datetime) -> AgreementRule:
    """Choose by this rule no longer; what it chose stays, and names it. Raises NotThere, NotAllowed."""
    rule = _managed(rule_id, by_id)
    rule.ended_at = now
    rule.save(update_fields=["ended_at"])
    founding.tell(f"desk:{rule.desk_id}", "agreement rule ended", by_id=by_id, now=now, facts={"rule": rule.pk})
    return rule


def _managed(rule_id: int, by_id: int | None) -> AgreementRule:
    desk_id = AgreementRule.objects.filter(pk=rule_id, ended_at=None).values_list("desk_id", flat=True).first()
    founding.managing(by_id, desk_id)
    if desk_id is None:
        raise NotThere(_("There is no such rule."))
    locked_desk(desk_id)
    rule = AgreementRule.objects.filter(pk=rule_id, ended_at=None).first()
    if rule is None:
        raise NotThere(_("There is no such rule."))
    return rule


def _check(desk_id: int, organisation_id: int | None, tier_id: int | None, service_id: int | None) -> None:
    if organisation_id and not Organisation.objects.filter(pk=organisation_id, ended_at=None).exists():
        raise NotThere(_("There is no such organisation."), field="organisation")
    if tier_id and not Tier.objects.filter(pk=tier_id, desk_id=desk_id, ended_at=None).exists():
        raise NotThere(_("There is no such tier."), field="tier")
    if service_id and not Service.objects.filter(pk=service_id, desk_id=desk_id, ended_at=None).exists():
        raise NotThere(_("This desk has no such service."), field="service")
