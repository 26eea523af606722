"""Registering a request: from here on it is known, owned and promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from firstline.commands import clocks, conversation, figures, ownership, places, progress, turn
from firstline.commands.conversation import File
from firstline.core import rows
from firstline.core.duty import fronts
from firstline.core.journal import canonical, contents
from firstline.core.journal.append import append
from firstline.core.journal.models import Content
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere, _
from firstline.core.ownership.models import Holding
from firstline.core.people import queries as people_queries
from firstline.core.people.models import Desk, Person, Site, Team
from firstline.core.people.rights import scope_of
from firstline.core.services import forms
from firstline.core.services import queries as services
from firstline.core.services.models import Category, FormVersion, Service
from firstline.core.tickets import life
from firstline.core.tickets.models import Link, Ticket
from firstline.core.tickets.states import Closing, Kind, priority_of


@dataclass(frozen=True)
class Request:
    """What is asked, as the channel understood it. What is None the desk decides by service.

    desk_id        the desk it is for; or desk_key; the only desk where both are None
    service_id     what it is about; or service_key
    requester_id   whose need it is
    subject, text  in the requester's words; subject at most 300 characters, made from the text if blank
    answers        form fields by key, checked against the service's newest form
    files          attachments as conversation.File
    carrier_id     the carrier's Message-ID, if it has one
    linked         the ticket it came from, with how: split from it, or following it up
    team_id        the team that gets it first; None leaves that to the service, and to the desk's front
    quiet          nobody is told by mail that it is registered: a program asks, and would only answer
    arrived_at     when it arrived, if that was before it could be understood: its clocks start then
    """

    desk_id: int | None
    requester_id: int
    text: str
    subject: str = ""
    channel: str = "api"
    desk_key: str | None = None
    service_id: int | None = None
    service_key: str | None = None
    category_id: int | None = None
    kind: str | None = None
    impact: int | None = None
    urgency: int | None = None
    site_id: int | None = None
    answers: Mapping[str, Any] | None = None
    files: Sequence[File] = ()
    carrier_id: str | None = None
    linked: tuple[str, int] | None = None
    team_id: int | None = None
    quiet: bool = False
    arrived_at: datetime | None = None


# Without a savepoint of its own: whoever goes on in the same transaction after a refusal has set one.
@transaction.atomic(savepoint=False)
def register(
    *, request: Request, by_id: int | None, now: datetime, envelope_id: int | None = None, take: bool = False
) -> Ticket:
    """Register a request and start its clocks.

    by_id   who typed it in: the requester, an operator on their behalf, or None for a channel by itself
    take    the registrar takes it at once: in its first team if they work there, else in a team of their own
    returns the ticket, with its number
    raises  BadInput naming the field, NotThere, NotAllowed; then nothing is written
    """
    plan = _Plan.of(request, by_id, now, taken=take)
    at = min(request.arrived_at or now, now)
    ticket = _inserted(plan, envelope_id, at)
    promised = clocks.promise(ticket, at)
    with rows.together():
        rows.add(Holding(ticket=ticket, team_id=plan.team.pk, offered_at=at, offered_by_id=by_id), ids=False)
        message = conversation.begin(
            ticket, text=plan.text, files=request.files, carrier_id=request.carrier_id, envelope_id=envelope_id, now=at
        )
        facts = {**plan.facts, "message": message.pk, "text": message.content_id, **promised}
        if ticket.answers_id:
            facts["answers"] = ticket.answers_id
        if request.linked:
            facts |= _link(ticket, *request.linked, by_id, at)
        if request.quiet:
            facts["quiet"] = True
        entry = append(ticket.chain, "registered", by_id=by_id, at=at, recorded_at=now, facts=facts, new=True)
        places.enter(ticket, _first_due(promised), plan.service)
        figures.begin(ticket)
        turn.owe_reaction(entry, now=now)
    if take:
        ownership.take(ticket_id=ticket.pk, by_id=by_id or 0, now=now)
        ticket.refresh_from_db()
    return ticket


@transaction.atomic
def register_resolved(
    *, request: Request, by_id: int, how: str, cause: str = "", now: datetime, envelope_id: int | None = None,
    closed: bool = False,
) -> Ticket:  # fmt: skip
    """Register what was solved while the requester was still there: first-contact resolution, in one step.

    how     what was done, in words the requester may read
    closed  the requester confirmed on the spot
    """
    ticket = register(request=request, by_id=by_id, now=now, envelope_id=envelope_id, take=True)
    progress.resolve(ticket_id=ticket.pk, by_id=by_id, how=how, cause=cause, now=now)
    if closed:
        progress.close(ticket_id=ticket.pk, by_id=by_id, closing=Closing.CONFIRMED, now=now)
    ticket.refresh_from_db()
    return ticket


@dataclass(frozen=True)
class _Plan:
    """A request checked and filled in: what the ticket's row will say."""

    desk: Desk
    requester: Person
    team: Team
    service: Service | None
    subject: str
    salt: bytes
    text: str
    form: FormVersion | None
    answers: Content | None
    facts: dict[str, Any]

    @classmethod
    def of(cls, request: Request, by_id: int | None, now: datetime, *, taken: bool) -> _Plan:
        desk, front = _desk(request)
        requester = _requester(request.requester_id, by_id, desk)
        service = _service(desk, request)
        _check_site(request.site_id)
        text = written.body(request.text, field="text")
        subject = written.line(request.subject or _headline(text), field="subject")
        form, answers = _answered(service, request.answers)
        if desk.model != Desk.Model.CENTRAL:
            front = fronts.front_at(desk, now, site_id=request.site_id or requester.site_id) or front
        team, front = _teams(front, _first_team(desk, service, request.team_id))
        if taken:
            team = _own_team(team, desk, by_id)
        salt = contents.salt()
        facts = {
            **_decided(request, service, desk),
            "desk_id": desk.pk,
            "channel": request.channel,
            "requester_id": requester.pk,
            "registrar_id": by_id,
            "organisation_id": requester.organisation_id,
            "site_id": request.site_id or requester.site_id,
            "service_id": service.pk if service else None,
            "subject": contents.digest_of(salt, subject),
            "steward_team_id": front.pk,
            "team_id": team.pk,
            **({"form": form.pk} if form else {}),
        }
        return cls(desk, requester, team, service, subject, salt, text, form, answers, facts)


def _requester(person_id: int, by_id: int | None, desk: Desk) -> Person:
    """Return who asks: anybody for themselves; for staff of the desk anybody; for a manager the organisation's people.

    Who may register for nobody else is told so before anybody is looked for.
    """
    only: frozenset[int] | None = None
    if by_id not in (None, person_id):
        scope = scope_of(by_id)
        if not (scope.manages(desk.pk) or desk.pk in scope.desks_worked):
            if not scope.organisations:
                raise NotAllowed(_("You may register requests for yourself only."), field="requester")
            only = scope.organisations
    person = people_queries.present(person_id)
    if person is None or (only is not None and person.organisation_id not in only):
        raise NotThere(_("There is no such person."), field="requester")
    return person


def _service(desk: Desk, request: Request) -> Service | None:
    named = _named(id=request.service_id, key=request.service_key)
    if not named:
        return None
    service = services.named(desk.pk, **named)
    if service is None:
        raise NotThere(_("This desk has no such service."), field="service")
    return service


def _named(**values: int | str | None) -> dict[str, int | str]:
    return {column: value for column, value in values.items() if value is not None}


def _check_site(site_id: int | None) -> None:
    if site_id is not None and not Site.objects.filter(pk=site_id, ended_at=None).exists():
        raise NotThere(_("There is no such site."), field="site")


def _headline(text: str) -> str:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= 120 else f"{first[:117]}..."


def _answered(service: Service | None, answers: Mapping[str, Any] | None) -> tuple[FormVersion | None, Content | None]:
    if service is None or answers is None:
        return None, None
    form = service.forms.order_by("-version").first()
    if form is None:
        return None, None
    kept = forms.checked_answers(form.fields, answers)
    return form, contents.sealed(canonical.encode(kept).decode())


def _desk(request: Request) -> tuple[Desk, Team | None]:
    """Return the desk and the first line in its front, if it has one; one statement in the usual case."""
    named = _named(id=request.desk_id, key=request.desk_key)
    found = people_queries.fronts(**named)
    if len(found) > 1:
        raise BadInput(_("There are several desks here; name the one you mean."), field="desk")
    if found:
        return found[0].desk, found[0]
    desk = Desk.objects.filter(ended_at=None, **named).first()
    if desk is None:
        raise NotThere(_("There is no such desk."), field="desk")
    return desk, None


def _first_team(desk: Desk, service: Service | None, team_id: int | None) -> Team | None:
    """Return the team named for the ticket, or the service's own; None where it is nobody's but the front's."""
    if team_id is not None:
        named = Team.objects.filter(pk=team_id, desk=desk, ended_at=None).first()
        if named is None:
            raise NotThere(_("This desk has no such team."), field="team")
        return named
    return service.team if service and service.team and service.team.ended_at is None else None


def _teams(front: Team | None, named: Team | None) -> tuple[Team, Team]:
    """Return the team that gets the ticket first, and the first-line team that answers for it."""
    if front is None and (named is None or named.line != 1):
        raise BadInput(_("This desk has no first line yet; name one team as its front before it takes requests."))
    team = named or front
    assert team is not None
    return team, team if team.line == 1 else front or team


def _own_team(first: Team, desk: Desk, by_id: int | None) -> Team:
    """Return `first` if the registrar works there, else their own team of the desk, the one nearest the front."""
    own = scope_of(by_id).teams
    if first.pk in own:
        return first
    return Team.objects.filter(desk=desk, pk__in=own, ended_at=None).order_by("line", "pk").first() or first


def _decided(request: Request, service: Service | None, desk: Desk) -> dict[str, Any]:
    """What the requester is never asked: kind, category, impact and urgency, by service unless given."""
    impact = _within(request.impact or (service.impact if service else 3), "impact")
    urgency = _within(request.urgency or (service.urgency if service else 3), "urgency")
    kind = request.kind or (service.kind if service else Kind.INCIDENT)
    if kind not in list(Kind):
        raise BadInput(_("A ticket is an incident, a request or a question."), field="kind")
    category = request.category_id or (service.category_id if service else None)
    if category and request.category_id and not Category.objects.filter(pk=category, desk=desk).exists():
        raise NotThere(_("This desk has no such category."), field="category")
    priority = priority_of(impact, urgency)
    return {"kind": str(kind), "category_id": category, "impact": impact, "urgency": urgency, "priority": priority}


def _within(value: int, field: str) -> int:
    if not 1 <= value <= 4:
        raise BadInput(_("Impact and urgency go from 1 (worst) to 4."), field=field)
    return value


def _inserted(plan: _Plan, envelope_id: int | None, now: datetime) -> Ticket:
    fact = life.Fact("registered", plan.facts["registrar_id"], now, plan.facts)
    begun = life.apply(life.BLANK, fact)
    columns = {name: getattr(begun, name) for name in life.COLUMNS}
    columns["resolution_id"] = columns.pop("resolution") or None
    columns |= {"subject": plan.subject, "subject_salt": plan.salt}
    if plan.answers:
        rows.add(plan.answers)
    ticket = Ticket(**columns, envelope_id=envelope_id, form=plan.form, answers=plan.answers)
    rows.add(ticket)
    return ticket


def _link(ticket: Ticket, how: str, other_id: int, by_id: int | None, now: datetime) -> dict[str, Any]:
    made = Link.objects.create(ticket=ticket, other_id=other_id, kind=how, linked_by_id=by_id, linked_at=now)
    return {"link": made.pk, "how": str(how), "other": other_id}


def _first_due(promised: Mapping[str, Any]) -> datetime | None:
    dues = promised.get("clocks", {}).values()
    return min((datetime.fromisoformat(due) for due in dues), default=None)
