"""Starts, pauses and stops the clocks of a ticket; called inside other commands, under their lock.

Each function returns what the command's journal entry should say of it: instants as text, ids, codes.
The rules are those of docs/adr/0004-working-time.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from firstline.core import rows
from firstline.core.journal import canonical
from firstline.core.journal.chain import instant
from firstline.core.sla import escalations, levels, queries, workclock
from firstline.core.sla.models import AgreementVersion, CalendarVersion, Clock, EscalationRule, OpeningSet, Pause
from firstline.core.sla.openings import Openings
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import State

Kind = Clock.Kind
AT_REGISTRATION = (Kind.TAKE, Kind.FIRST_RESPONSE, Kind.RESOLVE)
PROMISED = escalations.PROMISED

# (zone, rules, year) -> digest and openings. No row ids: a row that was rolled back would be remembered with them.
_frozen: dict[tuple[str, bytes, int], tuple[str, Openings]] = {}


def promise(
    ticket: Ticket, at: datetime, *, kinds: Iterable[str] = AT_REGISTRATION, waits: bool = False
) -> dict[str, Any]:
    """Start the clocks that the ticket's agreement has targets for, from `at`; paused if the ticket waits."""
    agreement = _agreement(ticket, at)
    return _promise_by(agreement, ticket, at, kinds, waits=waits) if agreement else {}


def _promise_by(
    agreement: AgreementVersion, ticket: Ticket, at: datetime, kinds: Iterable[str], *, waits: bool
) -> dict[str, Any]:
    frozen = opening_set(agreement.calendar, at)
    clocks = [clock for kind in kinds if (clock := _started(ticket, agreement, frozen, kind, at, waits=waits))]
    if getattr(agreement, "escalates", False):
        watch(ticket, clocks, fresh=at == ticket.latest_at)
    rows.add(*clocks, ids=False)
    return {**_chosen(agreement), "clocks": {c.kind: instant(c.due_at) for c in clocks if c.due_at}}


def meet(ticket: Ticket, kinds: Iterable[str], at: datetime) -> dict[str, Any]:
    """Stop running clocks of these kinds: met, or missed if their deadline has passed.

    A clock that waits is judged as if the wait ended now: it may have been late before the wait began.
    """
    wanted = set(kinds)
    stopped = {clock.kind: judge(clock, at) for clock in queries.running(ticket.pk) if clock.kind in wanted}
    return {"stopped": stopped} if stopped else {}


def judge(clock: Clock, at: datetime) -> str:
    """Stop one running clock and return its verdict."""
    due_at = clock.due_at or _due(clock, at)
    clock.state = Clock.State.MISSED if due_at < at else Clock.State.MET
    _end(clock, at)
    return str(clock.state)


def end_all(ticket: Ticket, why: str, at: datetime) -> dict[str, Any]:
    """Stop every running clock without a verdict, because the ticket ended in a way that asks for none."""
    ended = _running(ticket, Kind.values)
    for clock in ended:
        clock.state, clock.why = Clock.State.ENDED, why
        _end(clock, at)
    Pause.objects.filter(ticket=ticket, ended_at=None).update(ended_at=at)
    promised = sorted(clock.kind for clock in ended if clock.holding_id is None and clock.task_id is None)
    return {"ended": promised} if promised else {}


def pause(ticket: Ticket, state: str, at: datetime) -> dict[str, Any]:
    """Let the clocks wait while the ticket waits in `state`; a wait within a wait goes on as one."""
    Pause.objects.filter(ticket=ticket, ended_at=None).update(ended_at=at)
    Pause.objects.create(ticket=ticket, state=state, began_at=at)
    running = [clock for clock in _running(ticket, Kind.values) if clock.state == Clock.State.RUNNING]
    paused = [clock for clock in running if clock.kind != Kind.ACCEPT and clock.task_id is None]
    for clock in paused:
        clock.state, clock.due_at, clock.next_at = Clock.State.PAUSED, None, None
        clock.save(update_fields=["state", "due_at", "next_at"])
    promised = sorted(clock.kind for clock in paused if clock.holding_id is None)
    return {"paused": promised} if promised else {}


def resume(ticket: Ticket, at: datetime) -> dict[str, Any]:
    """Let the clocks run on; what passed while waiting is taken off in working time."""
    if not Pause.objects.filter(ticket=ticket, ended_at=None).update(ended_at=at):
        return {}
    resumed = [clock for clock in _running(ticket, Kind.values) if clock.state == Clock.State.PAUSED]
    for clock in resumed:
        clock.state = Clock.State.RUNNING
        clock.due_at = clock.next_at = _due(clock)
    watch(ticket, resumed)
    for clock in resumed:
        clock.save(update_fields=["state", "due_at", "next_at"])
    promised = [clock for clock in resumed if clock.holding_id is None]
    return {"clocks": {clock.kind: instant(clock.due_at) for clock in promised if clock.due_at}}


def await_answer(ticket: Ticket, at: datetime) -> dict[str, Any]:
    """Start the next-response clock from a requester's message, unless an older one still runs."""
    if ticket.answered_at is None or _running(ticket, (Kind.NEXT_RESPONSE, Kind.FIRST_RESPONSE)):
        return {}
    waits = Pause.objects.filter(ticket=ticket, ended_at=None).exists()
    return promise(ticket, at, kinds=(Kind.NEXT_RESPONSE,), waits=waits)


def run_on(ticket: Ticket, kinds: Iterable[str], stopped_at: datetime) -> dict[str, Any]:
    """Let clocks run on that were stopped at that instant by what is taken back; those that started anew stay."""
    running = {clock.kind for clock in _running(ticket, kinds)}
    ended = Clock.objects.filter(ticket=ticket, kind__in=list(kinds), ended_at=stopped_at, holding=None, task=None)
    # Of two of a kind that ended in one instant, the one that was started last.
    newest = {clock.kind: clock for clock in queries.with_openings(ended).order_by("pk")}
    found = [clock for clock in newest.values() if clock.kind not in running]
    waits = Pause.objects.filter(ticket=ticket, ended_at=None).exists()
    for clock in found:
        clock.state, clock.ended_at = (Clock.State.PAUSED if waits else Clock.State.RUNNING), None
        clock.due_at = clock.next_at = None if waits else _due(clock)
    watch(ticket, found)
    for clock in found:
        clock.save(update_fields=["state", "ended_at", "due_at", "next_at"])
    return {"clocks": {clock.kind: instant(clock.due_at) for clock in found if clock.due_at}} if found else {}


def reopen(ticket: Ticket, at: datetime) -> dict[str, Any]:
    """Run the resolve clock on from where it stopped: the time spent resolved is not counted."""
    last = Clock.objects.filter(ticket=ticket, kind=Kind.RESOLVE).order_by("-ended_at", "-id").first()
    if last is None or ticket.resolved_at is None:
        return {}
    Pause.objects.create(ticket=ticket, state=State.RESOLVED, began_at=ticket.resolved_at, ended_at=at)
    clock = Clock(
        ticket=ticket, kind=Kind.RESOLVE, agreement_id=last.agreement_id, openings_id=last.openings_id,
        started_at=last.started_at, budget_for=last.budget_for, rule_id=last.rule_id,
    )  # fmt: skip
    clock.due_at = clock.next_at = _due(clock)
    watch(ticket, [clock])
    rows.add(clock)
    return {"clocks": {clock.kind: instant(clock.due_at)}}


def choose_again(ticket: Ticket, why: str, at: datetime) -> dict[str, Any]:
    """After a change of priority, service or customer: end clocks whose promise differs now, and
    start anew from the original start, so that the time already used still counts."""
    agreement = _agreement(ticket, at)
    targets = _targets(agreement, ticket.priority) if agreement else {}
    changed: dict[str, str | None] = {}
    for clock in _running(ticket, PROMISED):
        seconds = targets.get(clock.kind)
        if agreement and clock.agreement_id == agreement.pk and clock.budget_for == _seconds(seconds):
            continue
        waits = clock.state == Clock.State.PAUSED
        clock.state, clock.why = Clock.State.ENDED, why
        _end(clock, at)
        after = None
        if agreement:
            frozen = opening_set(agreement.calendar, clock.started_at)
            after = _started(ticket, agreement, frozen, clock.kind, clock.started_at, waits=waits)
        if after:
            watch(ticket, [after])
            rows.add(after)
        changed[clock.kind] = instant(after.due_at) if after and after.due_at else None
    if agreement:
        changed |= _newly_promised(ticket, agreement, targets)
    return {**_chosen(agreement), "clocks": changed} if changed else {}


def watch(ticket: Ticket, clocks: Sequence[Clock], *, fresh: bool = False) -> None:
    """Set when the sweep must look at each running clock first: at its deadline, or at a rule's level before it.

    fresh  the clocks were started this very moment, so that nothing can have been told or have waited
    """
    rules = list(escalations.rules([ticket.desk_id])) if clocks else []
    if not rules:
        return
    told = {} if fresh else escalations.told([ticket.pk])
    waits = [] if fresh else queries.pauses(ticket.pk)
    for clock in clocks:
        if clock.state == Clock.State.RUNNING:
            clock.next_at = _next_at(clock, ticket, rules, told.get(escalations.promise_of(clock), {}), waits)


def _next_at(
    clock: Clock, ticket: Ticket, rules: Sequence[EscalationRule], told: Mapping[str, datetime], waits: Sequence[Pause]
) -> datetime | None:
    silent = escalations.silent(clock, told)
    ahead = [level for level in escalations.levels_of(clock, ticket, rules) if level.key not in silent]
    if not ahead or ahead[0].key == levels.DUE:
        return clock.due_at if ahead else None
    taken_off = [(pause.began_at, pause.ended_at) for pause in queries.waits(clock, waits)]
    return escalations.due_after(clock, timedelta(seconds=ahead[0].seconds), taken_off)


def _newly_promised(ticket: Ticket, agreement: AgreementVersion, targets: Mapping[str, int]) -> dict[str, str | None]:
    """Start clocks that no agreement promised so far, from registration, for what has not happened yet."""
    present = set(Clock.objects.filter(ticket=ticket).values_list("kind", flat=True))
    happened = {Kind.TAKE: ticket.taken_at, Kind.FIRST_RESPONSE: ticket.answered_at, Kind.RESOLVE: ticket.resolved_at}
    kinds = [kind for kind in AT_REGISTRATION if kind in targets and kind not in present and not happened[kind]]
    waits = Pause.objects.filter(ticket=ticket, ended_at=None).exists()
    return _promise_by(agreement, ticket, ticket.registered_at, kinds, waits=waits)["clocks"] if kinds else {}


def _running(ticket: Ticket, kinds: Iterable[str]) -> list[Clock]:
    running = Clock.objects.filter(ticket=ticket, kind__in=list(kinds), ended_at=None)
    return list(queries.with_openings(running))


def _end(clock: Clock, at: datetime) -> None:
    clock.ended_at, clock.next_at = at, None
    rows.change(clock, "state", "why", "ended_at", "next_at")


def _agreement(ticket: Ticket, at: datetime) -> AgreementVersion | None:
    return queries.agreement_for(
        desk_id=ticket.desk_id, organisation_id=ticket.organisation_id, service_id=ticket.service_id, on=at.date(),
        kind=ticket.kind, priority=ticket.priority,
    )  # fmt: skip


def _chosen(agreement: AgreementVersion | None) -> dict[str, Any]:
    rule_id = getattr(agreement, "rule_id", None)
    return {"agreement": agreement.pk if agreement else None, **({"rule": rule_id} if rule_id else {})}


def _targets(agreement: AgreementVersion, priority: int) -> dict[str, int]:
    targets: dict[str, int] = agreement.targets.get(str(priority), {})
    return targets


def _seconds(seconds: int | None) -> timedelta | None:
    return timedelta(seconds=seconds) if seconds else None


def _started(
    ticket: Ticket,
    agreement: AgreementVersion,
    frozen: tuple[int, Openings],
    kind: str,
    at: datetime,
    *,
    waits: bool = False,
) -> Clock | None:
    budget = _seconds(_targets(agreement, ticket.priority).get(kind))
    if budget is None:
        return None
    set_id, openings = frozen
    clock = Clock(
        ticket=ticket, kind=kind, agreement=agreement, openings_id=set_id, started_at=at, budget_for=budget,
        state=Clock.State.PAUSED if waits else Clock.State.RUNNING, rule_id=getattr(agreement, "rule_id", None),
    )  # fmt: skip
    if not waits:
        # Nothing can have waited since the latest fact about the ticket; before it, it may.
        pauses = [] if ticket.latest_at == at else _pauses(ticket)
        clock.due_at = clock.next_at = workclock.due_with_pauses(at, budget, pauses, openings)
    return clock


def _due(clock: Clock, at: datetime | None = None) -> datetime:
    """Return the clock's deadline, as if a wait that lasts ended `at`.

    If the pauses push it past the frozen openings, those of the calendar version they came from go on.
    """
    off = [(pause.began_at, pause.ended_at or at) for pause in queries.waits(clock, queries.pauses(clock.ticket_id))]
    return escalations.due_after(clock, clock.budget_for, off)


def _pauses(ticket: Ticket) -> list[tuple[datetime, datetime | None]]:
    return [(pause.began_at, pause.ended_at) for pause in queries.pauses(ticket.pk)]


def opening_set(version: CalendarVersion, at: datetime) -> tuple[int, Openings]:
    """Return the frozen openings for promises given in `at`'s year, and the id of their row."""
    key = (version.time_zone, canonical.encode(version.rules), at.year)
    if key not in _frozen:
        fresh = workclock.frozen_openings(at, queries.working_calendar(version))
        _frozen[key] = (fresh.digest(), fresh)
    digest, frozen = _frozen[key]
    return queries.opening_set(digest) or _kept(version, digest, frozen), frozen


def _kept(version: CalendarVersion, digest: str, frozen: Openings) -> int:
    row, _ = OpeningSet.objects.get_or_create(
        digest=digest,
        defaults={
            "calendar": version,
            "opens_at": datetime.fromtimestamp(frozen.since, tz=UTC),
            "ends_at": datetime.fromtimestamp(frozen.until, tz=UTC),
            "intervals": frozen.frozen(),
        },
    )
    return row.pk
