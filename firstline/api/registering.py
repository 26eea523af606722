"""Registering requests: for oneself, or on somebody's behalf."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from ninja import Router
from ninja.responses import Status
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from firstline.api import arriving, shapes
from firstline.api.callers import Bearer, Caller, Http
from firstline.api.inputs import Body, BodyId, Files, Flag, Level, Line, Text, Words
from firstline.api.problems import PROBLEMS
from firstline.commands import registration
from firstline.commands.intake import Outcome, Settled
from firstline.commands.registration import Request
from firstline.core.intake.models import Envelope
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere, _
from firstline.core.people.contacts import key_of
from firstline.core.people.models import ContactPoint, Desk, Person
from firstline.core.people.tokens import REGISTER
from firstline.core.services.models import Service
from firstline.core.tickets.models import Ticket

router = Router(tags=["tickets"], auth=Bearer(REGISTER))


class Requester(Body):
    """Whose need it is: by id, or by a mail address or phone number."""

    id: BodyId | None = None
    mail: Text | None = Field(None, max_length=254)
    phone: Text | None = Field(None, max_length=40)

    @model_validator(mode="after")
    def _one_way(self) -> Requester:
        if sum(given is not None for given in (self.id, self.mail, self.phone)) != 1:
            raise PydanticCustomError("one_of", "exactly one of id, mail, phone")
        return self


class Resolved(Body):
    """That it was solved while the requester was still there, and how."""

    how: Words
    cause: Text = Field("", max_length=40)
    confirmed: Flag = Field(False, description="the requester said on the spot that it works")


class NewTicket(Body):
    """A request. What is left out the desk decides by its service."""

    text: Words
    subject: Line = ""
    desk: Text | None = Field(None, max_length=40, description="its key; needed only where there are several")
    service: Text | None = Field(None, max_length=60, description="its key, as /services lists it")
    answers: dict[str, Any] | None = Field(None, description="what the service's form asks, by key")
    kind: Literal["incident", "request", "question"] | None = None
    impact: Level | None = None
    urgency: Level | None = None
    channel: Literal["api", "phone", "walk_in"] = "api"
    requester: Requester | None = Field(None, description="the token's person if left out")
    files: Files = []
    take: Flag = Field(False, description="the registrar takes it at once")
    resolved: Resolved | None = None


@router.post(
    "/tickets",
    response={201: shapes.Registered, 200: shapes.Registered, **PROBLEMS},
    operation_id="register_ticket",
)
def register_ticket(request: Http, body: NewTicket, key: arriving.IdempotencyKey = "") -> Status[shapes.Registered]:
    """Register a request, once: sent again with the same Idempotency-Key it is answered with 200."""
    now = timezone.now()
    caller = request.auth

    def settle(envelope: Envelope) -> Settled:
        ticket = _registered(caller, body, envelope, now)
        return Settled(Outcome.REGISTERED, ticket.pk)

    settled = arriving.keep(request, key=key, about="tickets", now=now, settle=settle)
    duplicate = settled.outcome == Outcome.DUPLICATE
    return Status(200 if duplicate else 201, _shown(settled.ticket_id or 0, duplicate))


def _registered(caller: Caller, body: NewTicket, envelope: Envelope, now: datetime) -> Ticket:
    desk_id, service_id = _place(body)
    request = Request(
        desk_id=desk_id, requester_id=_requester(caller, body.requester), text=body.text, subject=body.subject,
        channel=body.channel, service_id=service_id, kind=body.kind, impact=body.impact, urgency=body.urgency,
        answers=body.answers, files=[file.opened() for file in body.files],
    )  # fmt: skip
    by_id = caller.person.pk
    if body.resolved is None:
        return registration.register(request=request, by_id=by_id, now=now, envelope_id=envelope.pk, take=body.take)
    return registration.register_resolved(
        request=request, by_id=by_id, how=body.resolved.how, cause=body.resolved.cause, now=now,
        envelope_id=envelope.pk, closed=body.resolved.confirmed,
    )  # fmt: skip


def _place(body: NewTicket) -> tuple[int, int | None]:
    """Return the desk and the service that the keys in the body name."""
    desks = Desk.objects.filter(ended_at=None)
    if body.desk is not None:
        desks = desks.filter(key=body.desk)
    if body.service is not None:
        services = Service.objects.filter(key=body.service, ended_at=None, desk__in=desks)
        named = services.values_list("desk_id", "pk")[:2]
        return _only(list(named), "service", _("There is no such service."), "desk")
    found = [(pk, None) for pk in desks.values_list("pk", flat=True)[:2]]
    return _only(found, "desk", _("There is no such desk."), "desk")


def _only(found: Sequence[tuple[int, int | None]], field: str, absent: str, choice: str) -> tuple[int, int | None]:
    if not found:
        raise NotThere(absent, field=field)
    if len(found) > 1:
        raise BadInput(_("There are several desks here; name the one you mean."), field=choice)
    return found[0]


def _requester(caller: Caller, named: Requester | None) -> int:
    """Return who asks; only those who register for others may learn who exists."""
    if named is None or named.id == caller.person.pk:
        return caller.person.pk
    scope = caller.scope
    if not (scope.works or scope.organisations):
        raise NotAllowed(_("You may register requests for yourself only."), field="requester")
    people = Person.objects.filter(ended_at=None)
    if not scope.works:
        people = people.filter(organisation_id__in=scope.organisations)
    person_id = _person_id(named)
    if person_id is None or not people.filter(pk=person_id).exists():
        raise NotThere(_("There is no such person."), field="requester")
    return person_id


def _person_id(named: Requester) -> int | None:
    if named.id is not None:
        return named.id
    kind, value = ("email", named.mail) if named.mail is not None else ("phone", named.phone)
    points = ContactPoint.objects.filter(kind=kind, key=key_of(kind, value or ""), ended_at=None)
    return points.values_list("person_id", flat=True).first()


def _shown(ticket_id: int, duplicate: bool) -> shapes.Registered:
    ticket = Ticket.objects.get(pk=ticket_id)
    return shapes.Registered(
        number=ticket.number, state=ticket.state, registered_at=ticket.registered_at, duplicate=duplicate
    )
