"""Major incidents: what runs, what may be one, and everything their commander does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from django.utils import timezone
from django.utils.translation import get_language
from ninja.responses import Status
from pydantic import BaseModel, Field

from firstline.api import reach, shapes
from firstline.api.callers import Bearer, Caller, Http
from firstline.api.inputs import Body, BodyId, Called, Code, Flag, Id, Long
from firstline.api.problems import or_problem
from firstline.api.routes import incidents
from firstline.commands.incidents import bursts, children, majors, statuses
from firstline.core.incidents import queries
from firstline.core.incidents.models import Burst, MajorIncident
from firstline.core.kernel.identifiers import number_of
from firstline.core.kernel.refusals import NotThere, _
from firstline.core.people.tokens import READ, WORK

Language = Literal["en", "ru", "uk"]
Texts = Annotated[dict[Language, Long], Field(min_length=1)]
MOST_PARTS = 500


class IncidentOut(BaseModel):
    """A major incident, what was last told of it, and how many tickets it stands for."""

    id: int
    ticket: int = Field(description="the number of the ticket it began with")
    desk: str
    name: str = Field(description="what is out, in the caller's language")
    headline: dict[str, str]
    commander: shapes.Named
    organisation: shapes.Named | None = Field(description="whose people are told; null: everybody")
    status: dict[str, str] = Field(description="what was last told, by language")
    told: int = Field(description="how many times a status was told")
    parts: int
    open_parts: int
    began_at: datetime
    ended_at: datetime | None


class ProposalOut(BaseModel):
    """A burst of alike tickets on which nobody has decided."""

    id: int
    desk: str
    words: list[str] = Field(description="words that their subjects share")
    service: shapes.ServiceName | None
    tickets: list[int] = Field(description="their numbers")
    usual: float = Field(description="how many come in such a time on other days")
    within_seconds: int
    found_at: datetime
    seen_at: datetime


class Declaration(Body):
    """Who leads, what is out, whom to tell, and which tickets become parts."""

    commander: BodyId | None = Field(None, description="staff of the desk; without it, whoever declares it")
    headline: dict[Language, Called] = Field({}, description="by language; the service's name where it is empty")
    everybody: Flag | None = Field(
        None, description="told to all whom the desk serves; false: to the organisation's own"
    )
    parts: Annotated[list[BodyId], Field(max_length=MOST_PARTS)] = Field([], description="ticket numbers")


class Part(Body):
    """A ticket, by its number."""

    ticket: BodyId


class Command(Body):
    """Who leads from now on."""

    commander: BodyId


class News(Body):
    """How it stands, for all who are hit, each in their language or the nearest."""

    texts: Texts


class Solution(Body):
    """What was done, for all who are hit, by language."""

    how: Texts
    cause: Code = Field("", description="a cause code of the desk's")


OUT = or_problem(IncidentOut)


@incidents.get("/incidents", auth=Bearer(READ), response=or_problem(list[IncidentOut]), operation_id="list_incidents")
def list_incidents(request: Http) -> list[IncidentOut]:
    """List the major incidents that run at the caller's desks; who does not work here is told on the portal."""
    return [_out(each) for each in queries.with_status(queries.running_at(request.auth.scope))]


@incidents.get("/incidents/{id}", auth=Bearer(READ), response=OUT, operation_id="get_incident")
def get_incident(request: Http, id: Id) -> IncidentOut:
    """Return one major incident, also after it ended, to who may read its ticket."""
    return _told(_seen(request.auth, id))


@incidents.get(
    "/incident-proposals", auth=Bearer(READ), response=or_problem(list[ProposalOut]), operation_id="list_proposals"
)
def list_proposals(request: Http) -> list[ProposalOut]:
    """List the bursts of alike tickets on which the caller may decide."""
    return [_proposal(burst) for burst in queries.proposed(request.auth.scope)[:50]]


@incidents.post(
    "/incident-proposals/{id}/declaration", auth=Bearer(WORK), response=or_problem(IncidentOut, 201),
    operation_id="declare_proposal",
)  # fmt: skip
def declare_proposal(request: Http, id: Id) -> Status[IncidentOut]:
    """Declare a burst a major incident; its other tickets become parts within moments."""
    major = bursts.declare_burst(burst_id=id, by_id=request.auth.person_id, now=timezone.now())
    return Status(201, _told(major))


@incidents.post(
    "/incident-proposals/{id}/dismissal", auth=Bearer(WORK), response=or_problem(ProposalOut),
    operation_id="dismiss_proposal",
)  # fmt: skip
def dismiss_proposal(request: Http, id: Id) -> ProposalOut:
    """Say that a burst is none: each of its tickets goes on by itself."""
    return _proposal(bursts.dismiss_burst(burst_id=id, by_id=request.auth.person_id, now=timezone.now()))


@incidents.post(
    "/tickets/{number}/incident",
    auth=Bearer(WORK),
    response=or_problem(IncidentOut, 201),
    operation_id="declare_incident",
)
def declare_incident(request: Http, number: int, body: Declaration) -> Status[IncidentOut]:
    """Declare a ticket a major incident; the named tickets become its parts within moments."""
    ticket = reach.seen(request.auth, number)
    parts = [reach.seen(request.auth, part).pk for part in dict.fromkeys(body.parts)]
    major = majors.declare_major(
        ticket_id=ticket.pk, by_id=request.auth.person_id, now=timezone.now(), commander_id=body.commander,
        headline=_words(body.headline), everybody=body.everybody, children=parts,
    )  # fmt: skip
    return Status(201, _told(major))


@incidents.post("/incidents/{id}/parts", auth=Bearer(WORK), response=OUT, operation_id="attach")
def attach(request: Http, id: Id, body: Part) -> IncidentOut:
    """Make a ticket a part of it; it is told the present status."""
    major, child = _seen(request.auth, id), reach.seen(request.auth, body.ticket)
    children.adopt(major_id=major.pk, child_id=child.pk, by_id=request.auth.person_id, now=timezone.now())
    return _told(major)


@incidents.post("/incidents/{id}/releases", auth=Bearer(WORK), response=OUT, operation_id="release")
def release(request: Http, id: Id, body: Part) -> IncidentOut:
    """Let a part go: it has another cause, and goes on by itself."""
    major, child = _seen(request.auth, id), reach.seen(request.auth, body.ticket)
    children.release(major_id=major.pk, child_id=child.pk, by_id=request.auth.person_id, now=timezone.now())
    return _told(major)


@incidents.post("/incidents/{id}/commander", auth=Bearer(WORK), response=OUT, operation_id="change_commander")
def change_commander(request: Http, id: Id, body: Command) -> IncidentOut:
    """Give the command to another of the desk's staff."""
    major = _seen(request.auth, id)
    majors.change_commander(
        major_id=major.pk, by_id=request.auth.person_id, to_id=body.commander, now=timezone.now()
    )  # fmt: skip
    return _told(major)


@incidents.post("/incidents/{id}/statuses", auth=Bearer(WORK), response=OUT, operation_id="tell_status")
def tell_status(request: Http, id: Id, body: News) -> IncidentOut:
    """Tell all who are hit how it stands, each in their language and channel."""
    major = _seen(request.auth, id)
    statuses.tell_status(
        major_id=major.pk, by_id=request.auth.person_id, texts=_words(body.texts), now=timezone.now()
    )  # fmt: skip
    return _told(major)


@incidents.post("/incidents/{id}/resolution", auth=Bearer(WORK), response=OUT, operation_id="resolve_incident")
def resolve_incident(request: Http, id: Id, body: Solution) -> IncidentOut:
    """Solve it with its parts; each requester is asked to confirm."""
    major = _seen(request.auth, id)
    children.resolve_all(
        major_id=major.pk, by_id=request.auth.person_id, how=_words(body.how), cause=body.cause, now=timezone.now()
    )
    return _told(major)


@incidents.post("/incidents/{id}/end", auth=Bearer(WORK), response=OUT, operation_id="end_incident")
def end_incident(request: Http, id: Id) -> IncidentOut:
    """End it without solving its tickets: it was none, or each goes on by itself."""
    major = _seen(request.auth, id)
    majors.end_major(major_id=major.pk, by_id=request.auth.person_id, now=timezone.now())
    return _told(major)


def _words(texts: Mapping[Language, str]) -> dict[str, str]:
    return {str(language): text for language, text in texts.items()}


def _seen(caller: Caller, id: int) -> MajorIncident:
    """Return the major incident to staff who may read its ticket; raises NotThere."""
    major = MajorIncident.objects.filter(pk=id).first() if caller.scope.works else None
    if major is not None:
        try:
            reach.seen(caller, number_of(major.ticket_id))
        except NotThere:
            major = None
    if major is None:
        raise NotThere(_("There is no such major incident."))
    return major


def _told(major: MajorIncident) -> IncidentOut:
    related = ("ticket__service", "commander", "organisation", "desk")
    return _out(queries.with_status(MajorIncident.objects.select_related(*related).filter(pk=major.pk))[0])


def _out(one: queries.Running) -> IncidentOut:
    major = one.major
    return IncidentOut(
        id=major.pk, ticket=major.ticket.number, desk=major.desk.key,
        name=queries.named(major, get_language() or "en"), headline=major.headline,
        commander=shapes.Named(id=major.commander_id, name=major.commander.name),
        organisation=shapes.Named.of(major.organisation), status=one.status, told=major.told, parts=one.children,
        open_parts=one.open, began_at=major.began_at, ended_at=major.ended_at,
    )  # fmt: skip


def _proposal(burst: Burst) -> ProposalOut:
    return ProposalOut(
        id=burst.pk, desk=burst.desk.key, words=burst.words,
        service=shapes.ServiceName.of(burst.service, get_language() or "en"),
        tickets=[number_of(pk) for pk in burst.tickets], usual=float(burst.usual),
        within_seconds=int(burst.within_for.total_seconds()), found_at=burst.found_at, seen_at=burst.seen_at,
    )  # fmt: skip
