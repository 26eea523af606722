"""What follows from a level that a clock has reached: the deed of its rule, and who is told."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from firstline.commands import escalation_deeds
from firstline.commands.setup import escalation_rules
from firstline.core.journal.queries import Told
from firstline.core.sla.models import Alarm, EscalationRule
from firstline.core.tickets.models import Ticket


def carry_out(ticket: Ticket, told: Told) -> None:
    """Let the desk do what the rule asks for; doing it twice does it once."""
    alarm = _alarm(ticket, told)
    if alarm is not None:
        escalation_deeds.carry_out(alarm_id=alarm.pk, now=timezone.now())


@task
def look_again(desk: int) -> None:
    """Let the sweep look at the desk's running clocks, some at a time, because a rule is new."""
    after: int | None = 0
    while after is not None:
        after = escalation_rules.look_again(desk_id=desk, after=after, now=timezone.now())


def those_told(ticket: Ticket, told: Told) -> set[int]:
    """Whom a rule of notices names; the managers on duty where the deed of another rule was refused."""
    alarm = _alarm(ticket, told)
    if alarm is None or alarm.rule is None or alarm.clock.ended_at is not None:
        return set()
    now = timezone.now()
    if alarm.rule.action == EscalationRule.Action.NOTIFY:
        return escalation_deeds.people(alarm.rule, ticket, now=now)
    return escalation_deeds.on_duty(ticket.desk_id, now=now) if alarm.trouble else set()


def _alarm(ticket: Ticket, told: Told) -> Alarm | None:
    found = Alarm.objects.filter(ticket=ticket, clock=told.facts.get("clock", 0), level=told.facts.get("level", ""))
    return found.select_related("rule", "clock").first()
