"""Registering requests: for oneself, or on somebody's behalf."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from ninja.responses import Status
from pydantic import Field

from firstline.api import arriving, shapes
from firstline.api.callers import Bearer, Caller, Http
from firstline.api.inputs import Body, BodyId, Called, Code, Files, Flag, Key, Level, Line, Long, Mail, Phone, Words
from firstline.api.problems import or_problem
from firstline.api.routes import tickets
from firstline.commands import people, registration
from firstline.commands.intake import Outcome, Settled
from firstline.commands.registration import Request
from firstline.core.intake.models import Envelope
from firstline.core.kernel.refusals import NotAllowed, NotThere, _
from firstline.core.people.queries import by_contact
from firstline.core.people.tokens import REGISTER
from firstline.core.tickets.models import Ticket


class Requester(Body):
    """Whose need it is: by id, else by what they said of themselves; staff's naming makes whom nobody knows yet."""

    id: BodyId | None = None
    mail: Mail | None = None
    phone: Phone | None = None
    name: Called | None = None


class Resolved(Body):
    """That it was solved while the requester was still there, and how."""

    how: Long
    cause: Code = ""
    confirmed: Flag = Field(False, description="the requester said on the spot that it works")


class NewTicket(Body):
    """A request. What is left out the desk decides by its service."""

    text: Words
    subject: Line = ""
    desk: Key | None = Field(None, description="its key; needed only where there are several")
    service: Key | None = Field(None, description="its key, as /services lists it")
    answers: dict[str, Any] | None = Field(None, description="what the service's form asks, by key")
    kind: Literal["incident", "request", "question"] | None = None
    impact: Level | None = None
    urgency: Level | None = None
    channel: Literal["api", "phone", "walk_in"] = "api"
    requester: Requester | None = Field(None, description="the token's person if left out")
    files: Files = []
    take: Flag = Field(False, description="the registrar takes it at once")
    resolved: Resolved | None = None


@tickets.post(
    "/tickets",
    auth=Bearer(REGISTER),
    response=or_problem(shapes.Registered, 201),
    operation_id="register_ticket",
)
def register_ticket(request: Http, body: NewTicket, key: arriving.IdempotencyKey = "") -> Status[shapes.Registered]:
    """Register a request, once: sent again with the same Idempotency-Key it is answered with 200."""
    now = timezone.now()
    made: list[Ticket] = []

    def settle(envelope: Envelope) -> Settled:
        made.append(_registered(request.auth, body, envelope, now))
        envelope.desk_id = made[0].desk_id
        return Settled(Outcome.REGISTERED, made[0].pk)

    settled = arriving.keep(request, key=key, about="tickets", now=now, settle=settle, desk_id=None)
    duplicate = settled.outcome == Outcome.DUPLICATE
    ticket = Ticket.objects.get(pk=settled.ticket_id or 0) if duplicate else made[0]
    answer = shapes.Registered(
        number=ticket.number, state=ticket.state, registered_at=ticket.registered_at, duplicate=duplicate
    )
    return Status(200 if duplicate else 201, answer)


def _registered(caller: Caller, body: NewTicket, envelope: Envelope, now: datetime) -> Ticket:
    request = Request(
        desk_id=None, desk_key=body.desk, requester_id=_requester(caller, body.requester, now), text=body.text,
        subject=body.subject, channel=body.channel, service_key=body.service, kind=body.kind,
        impact=body.impact, urgency=body.urgency, answers=body.answers, files=[file.opened() for file in body.files],
    )  # fmt: skip
    by_id = caller.person_id
    if body.resolved is None:
        return registration.register(request=request, by_id=by_id, now=now, envelope_id=envelope.pk, take=body.take)
    return registration.register_resolved(
        request=request, by_id=by_id, how=body.resolved.how, cause=body.resolved.cause, now=now,
        envelope_id=envelope.pk, closed=body.resolved.confirmed,
    )  # fmt: skip


def _requester(caller: Caller, named: Requester | None, now: datetime) -> int:
    """Return whose need it is; whether the caller may register for them `registration` says."""
    if named is None or not named.model_dump(exclude_none=True):
        return caller.person_id
    if named.id is not None:
        return named.id
    scope = caller.scope
    mail, phone = named.mail or "", named.phone or ""
    if scope.administrator or scope.desks_worked or scope.desks_managed:
        found = people.find_or_make_person(
            by_id=caller.person_id, now=now, name=named.name or "", email=mail, phone=phone
        )
        return found.person.pk
    # Only who registers for others may learn who exists; a manager learns of the organisation's own people.
    if not scope.organisations:
        raise NotAllowed(_("You may register requests for yourself only."), field="requester")
    known = by_contact("email", mail) if mail else by_contact("phone", phone) if phone else None
    if known is None:
        raise NotThere(_("There is no such person."), field="requester")
    return known.pk
