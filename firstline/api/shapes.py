"""What comes back: tickets and what hangs on them, as programs see them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from firstline.core.kernel.texts import pick
from firstline.core.people.models import Organisation, Person, Team
from firstline.core.services.models import Service
from firstline.core.tickets.models import Ticket


class Named(BaseModel):
    """A person, team or organisation."""

    id: int
    name: str

    @classmethod
    def of(cls, row: Person | Team | Organisation | None) -> Named | None:
        return None if row is None else cls(id=row.pk, name=row.name)


class ServiceName(BaseModel):
    """A service, in the caller's language."""

    key: str
    name: str

    @classmethod
    def of(cls, service: Service | None, language: str) -> ServiceName | None:
        return None if service is None else cls(key=service.key, name=pick(service.name, language))


class TicketRow(BaseModel):
    """A ticket as it stands in a list."""

    number: int
    subject: str
    kind: str
    state: str
    priority: int
    channel: str
    requester: Named | None
    organisation: Named | None
    service: ServiceName | None
    team: Named | None = Field(description="who carries it")
    assignee: Named | None
    steward_team: Named | None = Field(description="who answers for it")
    steward: Named | None
    registered_at: datetime
    latest_at: datetime
    due_at: datetime | None = Field(description="its nearest deadline while it is open")


class TicketOut(TicketRow):
    """A ticket with its particulars."""

    impact: int
    urgency: int
    registrar: Named | None
    offered_to: Named | None
    imported: bool
    taken_at: datetime | None
    answered_at: datetime | None
    waiting_since: datetime | None
    planned_until: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    closing: str
    resolution: str | None
    cause: str
    answers: dict[str, Any]
    hand_overs: int
    reopenings: int
    score: int | None


class TicketPage(BaseModel):
    """Part of a list, and where the next part begins."""

    tickets: list[TicketRow]
    next: str | None = Field(description="send it as `after` to read on; null at the end")


class FileOut(BaseModel):
    """An attachment."""

    id: int
    name: str
    content_type: str
    size: int


class MessageOut(BaseModel):
    """One thing somebody said."""

    id: int
    author: Named | None
    audience: str
    channel: str
    text: str | None = Field(description="null when it was erased")
    sent_at: datetime
    files: list[FileOut]


class EntryOut(BaseModel):
    """One fact of the ticket's chain."""

    seq: int
    kind: str
    by: str | None = Field(description="null is the desk itself")
    text: str | None = Field(description="what was written with it")
    message: int | None
    audience: str | None = Field(description="who may read the message")
    happened_at: datetime
    recorded_at: datetime
    facts: dict[str, Any] = Field(description="for those who help; empty for those who asked")


class ChosenBy(BaseModel):
    """What chose an agreement: a rule, by its place and its conditions, or the closest promise."""

    rule: int | None = Field(description="the place of the rule; null if the closest promise binds")
    closest: str | None = Field(description="tier_service, tier, service, all, or team for a team's own promise")
    organisation: str | None = None
    tier: str | None = None
    service: str | None = None
    kind: str | None = None
    priority: int | None = None


class IntervalOut(BaseModel):
    """Some time of a clock's, counted or skipped; intervals follow one another without a gap."""

    from_at: datetime
    to_at: datetime
    counted: bool
    reason: str = Field(description="open, closed, or the state in which the ticket waited")
    counted_seconds: int
    working_seconds: int = Field(description="working time in it, taken off where it does not count")
    total_seconds: int = Field(description="what was counted up to its end")
    holidays: list[date] = Field(description="holidays that a closed interval runs over")


class ClockOut(BaseModel):
    """One promise, how it stands, and the whole derivation of its deadline."""

    clock: int
    kind: str
    state: str
    team: str | None = Field(description="whose promise it is, if it is one between teams")
    chosen_by: ChosenBy
    agreement: str
    agreement_version: int
    calendar: str
    calendar_version: int
    time_zone: str
    started_at: datetime
    budget_seconds: int = Field(description="working time promised")
    due_at: datetime | None = Field(description="null while it is paused")
    ended_at: datetime | None
    why: str
    used_seconds: int = Field(description="working time used up to used_at")
    left_seconds: int = Field(description="below zero where it was overrun")
    used_at: datetime
    intervals: list[IntervalOut] = Field(description="from the start to the end, or to the deadline that lies ahead")


class PauseOut(BaseModel):
    """A stretch in which the ticket waited, taken off its clocks."""

    state: str
    began_at: datetime
    ended_at: datetime | None


class ClocksOut(BaseModel):
    """The promises of a ticket."""

    clocks: list[ClockOut]
    pauses: list[PauseOut]


class Registered(BaseModel):
    """A request that was registered, now or (duplicate) when it was sent before."""

    number: int
    state: str
    registered_at: datetime
    duplicate: bool


class Said(BaseModel):
    """A message that was added, now or (duplicate) when it was sent before."""

    message: int | None
    number: int
    state: str
    duplicate: bool


class Moved(BaseModel):
    """How the ticket stands after what was done."""

    number: int
    state: str
    team: int | None
    assignee: int | None
    offered_to: int | None
    steward: int | None

    @classmethod
    def of(cls, ticket: Ticket) -> Moved:
        return cls(
            number=ticket.number, state=ticket.state, team=ticket.team_id, assignee=ticket.assignee_id,
            offered_to=ticket.offered_to_id, steward=ticket.steward_id,
        )  # fmt: skip
