"""What a rule of escalation asks for, once its level was told: done by the desk itself, once, or said why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import translation

from firstline.commands import classification, ownership
from firstline.commands.incidents import majors
from firstline.core.duty import queries as duty
from firstline.core.kernel.refusals import Refused, _
from firstline.core.people import reaching
from firstline.core.people.models import Grant
from firstline.core.sla.models import Alarm, EscalationRule
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import priority_of

Action, Whom = EscalationRule.Action, EscalationRule.Whom


class Settled(Refused):
    """The clock has ended since its level was told, so that nothing needs to follow."""


class NobodyThere(Refused):
    """The rule names a part that nobody has."""


class MostUrgent(Refused):
    """The ticket has the first priority already."""


@transaction.atomic
def carry_out(*, alarm_id: int, now: datetime) -> Alarm:
    """Do what the alarm's rule asks for, unless it was done; what is refused is kept with the reason.

    Notices are letters and are queued by the reaction; everything else is a command, by the desk itself.
    """
    alarm = Alarm.objects.select_for_update().get(pk=alarm_id)
    if alarm.done_at is not None or alarm.rule is None:
        return alarm
    try:
        with transaction.atomic(), translation.override(alarm.ticket.desk.languages[0]):
            if alarm.clock.ended_at is not None:
                raise Settled(_("Nothing needed to be done any more: the clock has ended."))
            DEEDS[alarm.rule.action](alarm, alarm.rule, now)
    except Refused as refused:
        alarm.trouble = str(refused)[:300]
    alarm.done_at = now
    alarm.save(update_fields=["trouble", "done_at"])
    return alarm


def people(rule: EscalationRule, ticket: Ticket, *, now: datetime) -> set[int]:
    """Return whom a rule means, on this ticket, at this moment."""
    return {pk for pk in _PEOPLE[rule.whom](rule, ticket, now) if pk}


def on_duty(desk_id: int, *, now: datetime) -> set[int]:
    """Return the desk's managers who are on a shift at that hour, whichever site's; see _awake."""
    managing = Grant.objects.filter(role=Grant.Role.DESK_MANAGER, desk_id=desk_id, ended_at=None)
    return _awake(set(managing.values_list("person_id", flat=True)), now)


def _awake(wanted: set[int], now: datetime) -> set[int]:
    """Return those of these who are on a shift and not absent; all who are not absent if none is; else all.

    An escalation reaches somebody at any hour: better one who sleeps than nobody.
    """
    present = wanted - set(duty.absent(wanted, now))
    on_shift = duty.shifts(now).filter(person_id__in=present)
    return set(on_shift.values_list("person_id", flat=True)) or present or wanted


def _notify(alarm: Alarm, rule: EscalationRule, now: datetime) -> None:
    if not people(rule, alarm.ticket, now=now):
        raise NobodyThere(_("There was nobody to be told."))


def _raise_priority(alarm: Alarm, rule: EscalationRule, now: datetime) -> None:
    ticket = alarm.ticket
    by_urgency = [(ticket.impact, urgency) for urgency in range(ticket.urgency - 1, 0, -1)]
    by_both = [(impact, 1) for impact in range(ticket.impact - 1, 0, -1)]
    higher = next((pair for pair in (*by_urgency, *by_both) if priority_of(*pair) < ticket.priority), None)
    if higher is None:
        raise MostUrgent(_("The ticket has the first priority already."))
    impact, urgency = higher
    classification.set_priority(
        ticket_id=ticket.pk, by_id=None, impact=impact, urgency=urgency, why=_why(rule), now=now
    )  # fmt: skip


def _call_in(alarm: Alarm, rule: EscalationRule, now: datetime) -> None:
    wanted = sorted(people(rule, alarm.ticket, now=now))
    if not wanted:
        raise NobodyThere(_("There was nobody to be called in."))
    for person_id in wanted:
        try:
            ownership.call_in(ticket_id=alarm.ticket_id, by_id=None, person_id=person_id, why=_why(rule), now=now)
        except ownership.AlreadyThere:
            if len(wanted) == 1:
                raise


def _hand_over(alarm: Alarm, rule: EscalationRule, now: datetime) -> None:
    ownership.hand_over(
        ticket_id=alarm.ticket_id, by_id=None, to_team_id=rule.team_id or 0, why=_why(rule), now=now
    )  # fmt: skip


def _start_major(alarm: Alarm, rule: EscalationRule, now: datetime) -> None:
    majors.declare_major(ticket_id=alarm.ticket_id, by_id=None, now=now)


DEEDS: Mapping[str, Callable[[Alarm, EscalationRule, datetime], None]] = {
    Action.NOTIFY: _notify,
    Action.RAISE_PRIORITY: _raise_priority,
    Action.CALL_IN: _call_in,
    Action.HAND_OVER: _hand_over,
    Action.MAJOR_INCIDENT: _start_major,
}


def _why(rule: EscalationRule) -> str:
    if rule.percent is not None:
        return str(_("By a rule of escalation: %(percent)d %% of the time has passed.")) % {"percent": rule.percent}
    return str(_("By a rule of escalation: the deadline is near or has passed."))


def _stewards(rule: EscalationRule, ticket: Ticket, now: datetime) -> list[int | None]:
    if ticket.steward_id:
        return [ticket.steward_id]
    return list(reaching.members(ticket.steward_team_id or 0))


def _holders(rule: EscalationRule, ticket: Ticket, now: datetime) -> list[int | None]:
    return [ticket.assignee_id] if ticket.assignee_id else list(reaching.members(ticket.team_id or 0))


def _team(rule: EscalationRule, ticket: Ticket, now: datetime) -> list[int | None]:
    return list(reaching.members(rule.team_id or ticket.team_id or 0))


def _leads(rule: EscalationRule, ticket: Ticket, now: datetime) -> list[int | None]:
    leading = Grant.objects.filter(
        role=Grant.Role.TEAM_LEAD, team_id=rule.team_id or ticket.team_id or 0, ended_at=None
    )
    return list(_awake(set(leading.values_list("person_id", flat=True)), now))


def _managers(rule: EscalationRule, ticket: Ticket, now: datetime) -> list[int | None]:
    return list(on_duty(ticket.desk_id, now=now))


def _person(rule: EscalationRule, ticket: Ticket, now: datetime) -> list[int | None]:
    return [rule.person_id]


_PEOPLE: Mapping[str, Callable[[EscalationRule, Ticket, datetime], list[int | None]]] = {
    Whom.STEWARD: _stewards,
    Whom.HOLDER: _holders,
    Whom.TEAM: _team,
    Whom.LEAD: _leads,
    Whom.MANAGER: _managers,
    Whom.PERSON: _person,
    "": lambda rule, ticket, now: [],
}
