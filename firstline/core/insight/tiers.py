"""The tickets of a customer in a past quarter, held against every tier of a desk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from firstline.core.insight.comparison import Column, Past, Price, Terms, compared, months_of
from firstline.core.people.models import Desk
from firstline.core.services.models import Tier
from firstline.core.sla import agreed as agreeing
from firstline.core.sla import queries as sla
from firstline.core.sla.agreed import Agreed
from firstline.core.sla.calendar import Calendar
from firstline.core.sla.choice import Asked
from firstline.core.sla.models import Clock, Pause
from firstline.core.tickets.models import Ticket, Work
from firstline.core.tickets.queries import counted
from firstline.core.tickets.states import Closing


@dataclass(frozen=True)
class Compared:
    """A tier and how the customer would have fared with it; `held` is the one they have."""

    tier: Tier
    column: Column
    held: bool


@dataclass(frozen=True)
class Comparison:
    """All tiers of a desk, for one customer's tickets registered in [begin, end)."""

    begin: date
    end: date
    tickets: int
    tiers: tuple[Compared, ...]

    @property
    def last(self) -> date:
        """The last day of the period."""
        return self.end - timedelta(days=1)


def comparison(desk: Desk, organisation_id: int, *, begin: date, end: date, now: datetime) -> Comparison:
    """Return what each tier would have cost the customer and met, in that period; eight statements."""
    here = ZoneInfo(desk.time_zone)
    since, until = (datetime.combine(day, time(), tzinfo=here).astimezone(UTC) for day in (begin, end))
    tickets = list(
        counted(
            Ticket.objects.filter(
                desk=desk, organisation_id=organisation_id, registered_at__gte=since, registered_at__lt=until
            )
        ).order_by("pk")
    )
    pasts = _pasts(tickets, here)
    rules = agreeing.agreed(desk.pk)
    held = agreeing.contract_of(organisation_id, desk_id=desk.pk, on=now.astimezone(here).date())
    calendars: dict[int, Calendar] = {}
    found = []
    for tier in Tier.objects.filter(desk=desk, ended_at=None).order_by("position", "pk"):
        bound = [
            (past, _terms(ticket, tier, rules, calendars)) for ticket, past in zip(tickets, pasts, strict=True)
        ]  # fmt: skip
        column = compared(bound, _price(tier), months=months_of(begin, end), now=now)
        found.append(Compared(tier, column, held is not None and held.tier_id == tier.pk))
    return Comparison(begin, end, len(tickets), tuple(found))


def _terms(ticket: Ticket, tier: Tier, rules: Agreed, calendars: dict[int, Calendar]) -> Terms | None:
    """Return what the ticket would have been promised had its customer bought this tier."""
    asked = Asked(ticket.organisation_id, tier.pk, ticket.service_id, ticket.kind, ticket.priority)
    chosen = rules.choose(asked).agreement_id
    if chosen is None:
        return None
    version = rules.versions[chosen]
    if version.calendar_id not in calendars:
        calendars[version.calendar_id] = sla.working_calendar(version.calendar)
    return Terms(calendars[version.calendar_id], version.targets.get(str(ticket.priority), {}))


def _pasts(tickets: Sequence[Ticket], here: ZoneInfo) -> list[Past]:
    ids = [ticket.pk for ticket in tickets]
    waits, worked = defaultdict(list), defaultdict(list)
    for pause in Pause.objects.filter(ticket_id__in=ids).order_by("began_at", "id"):
        waits[pause.ticket_id].append((pause.began_at, pause.ended_at))
    for work in Work.objects.filter(ticket_id__in=ids).order_by("pk"):
        worked[work.ticket_id].append((work.began_at, work.spent_for))
    answers = _next_responses(ids)
    return [
        Past(
            month=ticket.registered_at.astimezone(here).date().replace(day=1),
            spans=[*_spans(ticket), *answers[ticket.pk]], waits=waits[ticket.pk], worked=worked[ticket.pk],
        )
        for ticket in tickets
    ]  # fmt: skip


_NO_VERDICT = (Closing.WITHDRAWN, Closing.MERGED)


def _spans(ticket: Ticket) -> list[tuple[str, datetime, datetime | None]]:
    """Return what ran from registration on; a request that was withdrawn asks for no verdict."""
    start = ticket.registered_at
    over = ticket.closed_at if ticket.closing in _NO_VERDICT else None
    happened = (("take", ticket.taken_at), ("first_response", ticket.answered_at), ("resolve", ticket.resolved_at))
    return [(kind, start, at) for kind, at in happened if over is None or (at is not None and at < over)]


def _next_responses(ids: Iterable[int]) -> dict[int, list[tuple[str, datetime, datetime | None]]]:
    """Return when requesters waited for the next response: from their oldest unanswered message to the answer."""
    kind = Clock.Kind.NEXT_RESPONSE
    rows = Clock.objects.filter(ticket_id__in=list(ids), kind=kind).exclude(state=Clock.State.ENDED)
    found: dict[int, list[tuple[str, datetime, datetime | None]]] = defaultdict(list)
    for ticket_id, start, end in rows.order_by("pk").values_list("ticket_id", "started_at", "ended_at"):
        found[ticket_id].append((str(kind), start, end))
    return found


def _price(tier: Tier) -> Price:
    return Price(
        monthly=tier.price_monthly, ticket=tier.price_ticket, overtime_hour=tier.price_overtime_hour,
        included=tier.included_tickets, penalty=tier.penalty, penalty_cap=tier.penalty_cap,
    )  # fmt: skip
