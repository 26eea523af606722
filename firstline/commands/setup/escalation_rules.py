"""Rules of escalation: made and ended. A new one binds the clocks that run already, too."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from firstline.commands import founding
from firstline.commands.setup.desks import locked_desk
from firstline.core.kernel.refusals import BadInput, NotThere, _
from firstline.core.outbox.owe import owe
from firstline.core.people.models import Person, Team
from firstline.core.services.models import Service, Tier
from firstline.core.sla.models import Clock, EscalationRule

Action, Whom = EscalationRule.Action, EscalationRule.Whom
LOOK_AGAIN = "firstline.worker.escalations.look_again"
# Who can be meant by what the rule does; the others name nobody.
MEANT = {
    Action.NOTIFY: tuple(Whom),
    Action.CALL_IN: (Whom.LEAD, Whom.MANAGER, Whom.PERSON),
}
_FARTHEST = timedelta(days=366)


@transaction.atomic
def add_escalation(
    *, desk_id: int, action: str, by_id: int | None, now: datetime, clock: str = "", percent: int | None = None,
    offset_for: timedelta | None = None, whom: str = "", person_id: int | None = None, team_id: int | None = None,
    priority: int | None = None, service_id: int | None = None, tier_id: int | None = None,
) -> EscalationRule:  # fmt: skip
    """Let something follow when clocks have run so far.

    percent     of the budget, 1 to 1000; or
    offset_for  working time after the deadline, below zero before it
    clock       one of Clock.Kind, or "" for every promise to the requester
    priority    the least urgent it is about
    raises      BadInput, NotThere, NotAllowed; then nothing is written
    """
    founding.managing(by_id, desk_id)
    locked_desk(desk_id)
    _check_level(percent, offset_for)
    _check_action(action, whom, person_id, team_id)
    if clock and clock not in Clock.Kind.values:
        raise BadInput(_("Please choose one of these: %(known)s."), field="clock", known=", ".join(Clock.Kind.values))
    if priority is not None and not 1 <= priority <= 4:
        raise BadInput(_("A priority goes from 1 (first) to 4."), field="priority")
    for model, pk, field in ((Team, team_id, "team"), (Service, service_id, "service"), (Tier, tier_id, "tier")):
        if pk is not None and not model._default_manager.filter(pk=pk, desk_id=desk_id, ended_at=None).exists():
            raise NotThere(_("This desk has nothing of that number."), field=field)
    if person_id is not None and not Person.objects.filter(pk=person_id, ended_at=None).exists():
        raise NotThere(_("There is no such person."), field="person")
    live = EscalationRule.objects.filter(desk_id=desk_id, ended_at=None).order_by("-position")
    given = {
        "action": action, "clock": clock, "percent": percent, "offset_for": offset_for, "whom": whom,
        "person_id": person_id, "team_id": team_id, "priority": priority, "service_id": service_id,
        "tier_id": tier_id, "position": (live.values_list("position", flat=True).first() or 0) + 1,
    }  # fmt: skip
    rule = EscalationRule.objects.create(desk_id=desk_id, made_by_id=by_id, made_at=now, **given)
    facts = {name: founding.plain(value) for name, value in given.items() if value not in (None, "")}
    founding.tell(
        f"desk:{desk_id}", "escalation rule made", by_id=by_id, now=now, facts={"rule": rule.pk, **facts}
    )  # fmt: skip
    owe(LOOK_AGAIN, {"desk": desk_id}, now=now)
    return rule


@transaction.atomic
def end_escalation(*, rule_id: int, by_id: int | None, now: datetime) -> EscalationRule:
    """Let nothing follow by this rule any more; what it did stays. Raises NotThere, NotAllowed."""
    rule = EscalationRule.objects.filter(pk=rule_id, ended_at=None).first()
    founding.managing(by_id, rule.desk_id if rule else None)
    if rule is None:
        raise NotThere(_("There is no such rule."))
    locked_desk(rule.desk_id)
    rule.ended_at = now
    rule.save(update_fields=["ended_at"])
    founding.tell(f"desk:{rule.desk_id}", "escalation rule ended", by_id=by_id, now=now, facts={"rule": rule.pk})
    return rule


def look_again(*, desk_id: int, after: int, now: datetime, limit: int = 1000) -> int | None:
    """Let the sweep look at running clocks behind the id `after`, because a rule is new; return the last, or None."""
    running = Clock.objects.filter(ticket__desk_id=desk_id, pk__gt=after, ended_at=None, due_at__isnull=False)
    ids = list(running.order_by("pk").values_list("pk", flat=True)[:limit])
    if not ids:
        return None
    # One whose deadline was told, too: the rule may speak after it. What is looked at sooner stays so.
    Clock.objects.filter(pk__in=ids, ended_at=None, next_at=None).update(next_at=now)
    Clock.objects.filter(pk__in=ids, ended_at=None, next_at__gt=now).update(next_at=now)
    return ids[-1]


def _check_level(percent: int | None, offset_for: timedelta | None) -> None:
    if (percent is None) == (offset_for is None):
        raise BadInput(_("Say when: a percentage of the time, or so long before or after the deadline."), field="when")
    if percent is not None and not 1 <= percent <= 1000:
        raise BadInput(_("A percentage goes from 1 to 1000."), field="percent")
    if offset_for is not None and not -_FARTHEST <= offset_for <= _FARTHEST:
        raise BadInput(_("At most a year before or after the deadline."), field="offset")


def _check_action(action: str, whom: str, person_id: int | None, team_id: int | None) -> None:
    if action not in Action.values:
        raise BadInput(_("Please choose one of these: %(known)s."), field="action", known=", ".join(Action.values))
    meant = MEANT.get(Action(action), ())
    if (whom or meant) and whom not in meant:
        raise BadInput(_("Say who is meant."), field="whom")
    if (whom == Whom.PERSON) != (person_id is not None):
        raise BadInput(_("Name the person, and only where a person is meant."), field="person")
    if action == Action.HAND_OVER and team_id is None:
        raise BadInput(_("Name the team that gets the ticket."), field="team")
