"""Reading tickets: lists, one ticket, its conversation, its timeline, its promises."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Query

from firstline.api import lists, reach, shapes
from firstline.api.callers import Bearer, Http
from firstline.api.inputs import Place
from firstline.api.problems import or_problem
from firstline.api.routes import tickets
from firstline.core.insight.timeline import story
from firstline.core.intake.store import bytes_of
from firstline.core.kernel.refusals import NotThere, _
from firstline.core.ownership.models import QueuePlace
from firstline.core.people.tokens import READ
from firstline.core.sla import explained
from firstline.core.sla import queries as sla
from firstline.core.tickets import queries
from firstline.core.tickets.models import Attachment, Ticket

MESSAGES_A_PAGE = 200


@tickets.get("/tickets", auth=Bearer(READ), response=or_problem(shapes.TicketPage), operation_id="list_tickets")
def list_tickets(request: Http, filters: Query[lists.Filters]) -> shapes.TicketPage:
    """List the tickets the caller may read."""
    lists.refuse_unknown(request.GET)
    rows, after = lists.page(request.auth, filters)
    dues = _dues([row.pk for row in rows])
    return shapes.TicketPage(tickets=[shapes.TicketRow(**_row(row, dues.get(row.pk))) for row in rows], next=after)


@tickets.get("/tickets/{number}", auth=Bearer(READ), response=or_problem(shapes.TicketOut), operation_id="get_ticket")
def get_ticket(request: Http, number: int) -> shapes.TicketOut:
    """Return one ticket."""
    related = (*lists.RELATED, "registrar", "offered_to", "resolution", "answers")
    ticket = reach.seen(request.auth, number, *related)
    helps = queries.staff_on(request.auth.scope, ticket)
    return shapes.TicketOut(
        **_row(ticket, _dues([ticket.pk]).get(ticket.pk)),
        **{name: getattr(ticket, name) for name in _PLAIN},
        registrar=shapes.Named.of(ticket.registrar),
        offered_to=shapes.Named.of(ticket.offered_to) if helps else None,
        resolution=ticket.resolution.text if ticket.resolution else None,
        cause=ticket.cause if helps else "",
        answers=json.loads(ticket.answers.text) if ticket.answers and ticket.answers.text else {},
    )


@tickets.get(
    "/tickets/{number}/messages",
    auth=Bearer(READ),
    response=or_problem(list[shapes.MessageOut]),
    operation_id="list_messages",
)
def list_messages(request: Http, number: int, after: Place = 0) -> list[shapes.MessageOut]:
    """Return up to 200 messages, oldest first; `after` is the id of the last one read."""
    ticket = reach.seen(request.auth, number)
    messages = queries.conversation(ticket, request.auth.scope).filter(pk__gt=after).order_by("pk")
    return [
        shapes.MessageOut(
            id=message.pk, author=shapes.Named.of(message.author), audience=message.audience,
            channel=message.channel, text=message.content.text, sent_at=message.sent_at,
            files=[_file(file) for file in message.attachments.all() if file.redacted_at is None],
        )
        for message in messages[:MESSAGES_A_PAGE]
    ]  # fmt: skip


@tickets.get("/tickets/{number}/files/{id}", auth=Bearer(READ), response=or_problem(Any), operation_id="get_file")
def get_file(request: Http, number: int, id: int) -> HttpResponse:
    """Return the bytes of an attachment, to be saved and never to be shown as a page."""
    ticket = reach.seen(request.auth, number)
    messages = queries.conversation(ticket, request.auth.scope).order_by()
    file = None
    if 0 < id < 2**63:
        files = Attachment.objects.filter(pk=id, redacted_at=None, message__in=messages.values("pk"))
        file = files.select_related("blob").first()
    if file is None:
        raise NotThere(_("There is no such file."))
    response = HttpResponse(bytes_of(file.blob), content_type="application/octet-stream")
    response["Content-Disposition"] = "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@tickets.get(
    "/tickets/{number}/timeline",
    auth=Bearer(READ),
    response=or_problem(list[shapes.EntryOut]),
    operation_id="get_timeline",
)
def get_timeline(request: Http, number: int) -> list[shapes.EntryOut]:
    """Return the facts of the ticket's chain, first to last; those who asked are told what concerns them."""
    ticket = reach.seen(request.auth, number)
    helps = queries.staff_on(request.auth.scope, ticket)
    return [
        shapes.EntryOut(
            seq=moment.seq, kind=moment.kind, by=moment.by or None, happened_at=moment.at,
            recorded_at=moment.recorded_at, text=moment.text, message=moment.message.pk if moment.message else None,
            audience=moment.audience or None, facts=moment.facts if helps else {},
        )
        for moment in story(ticket, request.auth.scope, staff=helps)
    ]  # fmt: skip


@tickets.get(
    "/tickets/{number}/clocks",
    auth=Bearer(READ),
    response=or_problem(shapes.ClocksOut),
    operation_id="get_clocks",
)
def get_clocks(request: Http, number: int) -> shapes.ClocksOut:
    """Return the ticket's promises, each with the derivation of its deadline, and the pauses taken off them."""
    ticket = reach.seen(request.auth, number)
    helps = queries.staff_on(request.auth.scope, ticket)
    told = explained.of_ticket(ticket.pk, now=timezone.now(), teams=helps)
    clocks = [_clock(explained.as_data(one, get_language() or "en")) for one in told]
    pauses = [
        shapes.PauseOut(state=pause.state, began_at=pause.began_at, ended_at=pause.ended_at)
        for pause in sla.pauses(ticket.pk)
    ]
    return shapes.ClocksOut(clocks=clocks, pauses=pauses)


def _clock(told: dict[str, Any]) -> shapes.ClockOut:
    agreement, calendar = told.pop("agreement"), told.pop("calendar")
    return shapes.ClockOut(
        **told, agreement=agreement["name"], agreement_version=agreement["version"], calendar=calendar["name"],
        calendar_version=calendar["version"], time_zone=calendar["time_zone"],
    )  # fmt: skip


_PLAIN = (
    "impact", "urgency", "imported", "taken_at", "answered_at", "waiting_since", "planned_until", "resolved_at",
    "closed_at", "closing", "hand_overs", "reopenings", "score",
)  # fmt: skip
_NAMED = ("requester", "organisation", "team", "assignee", "steward_team", "steward")


def _row(ticket: Ticket, due_at: datetime | None) -> dict[str, Any]:
    plain = ("number", "subject", "kind", "state", "priority", "channel", "registered_at", "latest_at")
    return {
        **{name: getattr(ticket, name) for name in plain},
        **{name: shapes.Named.of(getattr(ticket, name)) for name in _NAMED},
        "service": shapes.ServiceName.of(ticket.service, get_language() or "en"),
        "due_at": due_at,
    }


def _dues(ids: list[int]) -> dict[int, datetime | None]:
    places = QueuePlace.objects.filter(ticket_id__in=ids, part=QueuePlace.Part.CARRIES)
    return dict(places.values_list("ticket_id", "due_at"))


def _file(file: Attachment) -> shapes.FileOut:
    return shapes.FileOut(id=file.pk, name=file.name, content_type=file.content_type, size=file.blob.size)
