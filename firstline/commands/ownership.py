"""Who works on a ticket, and who answers for it: take, hand over, accept, decline, return, call in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from firstline.commands import clocks, offers, team_clocks
from firstline.commands.conversation import File
from firstline.commands.turn import Turn, helping, working
from firstline.core import rows
from firstline.core.journal import contents
from firstline.core.kernel import written
from firstline.core.kernel.refusals import NotAllowed, NotThere, Refused, _
from firstline.core.ownership import queries as holdings
from firstline.core.ownership.models import Holding
from firstline.core.people.models import Person, Team
from firstline.core.people.rights import scope_of
from firstline.core.sla.models import Clock
from firstline.core.tickets.models import Participant
from firstline.core.tickets.states import DONE

Ending = Holding.Ending


class AlreadyTaken(Refused):
    """Somebody has it; the text says who, and since when."""


class NotHeld(Refused):
    """Nobody has taken the ticket yet."""


class AlreadyThere(Refused):
    """The team it would go to has it already."""


class AlreadyOffered(Refused):
    """It is offered to a team that has not answered yet."""


class NotOffered(Refused):
    """There is no offer to answer."""


class StewardStays(Refused):
    """Only a first-line team can answer to the requester, so control cannot pass to this one."""


class NotOnTeam(Refused):
    """The person does not work in the team that has the ticket."""


@transaction.atomic
def take(*, ticket_id: int, by_id: int, now: datetime) -> Holding:
    """Take a ticket that lies unclaimed with one of one's teams.

    The first of the answering team to take it becomes its steward. Stops the take clock.
    Raises AlreadyTaken, NotOnTeam, AlreadyClosed, NotThere, NotAllowed; then nothing is written.
    """
    turn = working(ticket_id, by_id=by_id, now=now)
    ticket = turn.ticket
    turn.must_be_open()
    present = holdings.present(ticket.pk)
    held = next((each for each in present if each.accepted_at), None)
    if held and held.person_id is not None:
        raise _taken(held, by_id)
    if ticket.team_id not in turn.scope.teams:
        raise NotOnTeam(_("This ticket is with %(team)s, and you do not work there."), team=str(ticket.team))
    holding = held or next(iter(present), None)
    if holding is None:
        raise NotHeld(_("This ticket lies with no team; a manager has to give it to one."))
    holding.ticket = ticket
    begun = _begin(holding, by_id, turn.moment)
    stopped = clocks.meet(ticket, (Clock.Kind.TAKE,), turn.moment) | begun
    turn.tell("taken", {"person_id": by_id, "team_id": holding.team_id, "holding": holding.pk, **stopped})
    return holding


@transaction.atomic
def assign(*, ticket_id: int, by_id: int | None, to_id: int, now: datetime, why: str = "") -> Holding:
    """Give a ticket to a member of the team that has it; a colleague's ticket only as lead or steward.

    why     a code, where the desk itself does it (by_id None): see succession.WHYS
    Raises NotOnTeam, AlreadyThere, NotAllowed, NotHeld, AlreadyClosed; then nothing is written.
    """
    turn = working(ticket_id, by_id=by_id, now=now)
    turn.must_be_open()
    ticket = turn.ticket
    holding = holdings.current(ticket.pk) or holdings.offer(ticket.pk)
    if holding is None or holding.team_id != ticket.team_id:
        raise NotHeld(_("This ticket lies with no team; a manager has to give it to one."))
    _may_assign(turn, holding, to_id)
    if holding.person_id == to_id:
        raise AlreadyThere(_("That person has this ticket already."))
    if ticket.team_id not in scope_of(to_id).teams:
        raise NotOnTeam(_("That person does not work in %(team)s."), team=str(ticket.team))
    begun = _begin(holding, to_id, turn.moment)
    stopped = clocks.meet(ticket, (Clock.Kind.TAKE,), turn.moment) | begun
    facts = {"person_id": to_id, "team_id": holding.team_id, "holding": holding.pk, **stopped}
    turn.tell("assigned", {**facts, **({"because": why} if why else {})})
    return holding


@transaction.atomic
def hand_over(
    *, ticket_id: int, by_id: int | None, to_team_id: int, why: str, now: datetime, keep_control: bool = True,
    filled: Mapping[str, Any] | None = None, files: Mapping[str, File] | None = None,
) -> Holding:  # fmt: skip
    """Offer a ticket to another team; its steward keeps control of it.

    The present holding stays open, and its clock runs, until the offer is accepted. Without `keep_control`
    the receiving team answers to the requester from its acceptance on, and so must be a first line.

    filled  what the receiving team asks of whoever hands over to it, by field
    files   the files it asks for, by field: attached to the ticket for colleagues only, told before the offer
    raises  NotHeld, AlreadyThere, AlreadyOffered, StewardStays, NotThere, BadInput naming the field that is
            missing; then nothing is written
    """
    turn = working(ticket_id, by_id=by_id, now=now)
    turn.must_be_open()
    ticket = turn.ticket
    held, team = _offerable(turn, to_team_id, keep_control=keep_control)
    terms = offers.terms(team, filled, turn.moment, files)
    reason = contents.keep_if_any(written.body(why, field="why", limit=5000, needed=False))
    offers.lay_before(turn, team, terms.files)
    offer = Holding.objects.create(
        ticket=ticket, team=team, offered_at=turn.moment, offered_by_id=by_id, keeps_control=keep_control, why=reason,
        facts=offers.kept(terms), lapses_at=terms.lapses_at,
    )  # fmt: skip
    facts = {"from": held.team_id, "to": team.pk, "holding": offer.pk, "keeps_control": keep_control}
    promised = team_clocks.offered(offer, turn.moment) | offers.told(offer)
    turn.tell("offered", {**facts, **promised, **({"why": reason.digest} if reason else {})})
    return offer


@transaction.atomic
def accept(*, ticket_id: int, by_id: int | None, now: datetime, for_id: int | None = None) -> Holding:
    """Accept the offer made to one's team: the former holding ends, this one's clock starts.

    for_id  whose it becomes where the desk itself accepts (by_id None); else who accepts has it
    """
    turn, offer = _answering(ticket_id, by_id, now)
    held = holdings.current(offer.ticket_id)
    if held:
        finish(held, Ending.HANDED_OVER, by_id, turn.moment)
    who = by_id if for_id is None else for_id
    begun = _begin(offer, who, turn.moment)
    facts = {"holding": offer.pk, "team_id": offer.team_id, "person_id": who, "steward": not offer.keeps_control}
    turn.tell("accepted", {**facts, **begun})
    return offer


@transaction.atomic
def decline(*, ticket_id: int, by_id: int, why: str, now: datetime) -> Holding:
    """Decline the offer made to one's team, with a reason; the ticket stays where it was."""
    turn, offer = _answering(ticket_id, by_id, now)
    reason = contents.keep(written.body(why, field="why", limit=5000))
    offer.findings = reason
    answered = finish(offer, Ending.DECLINED, by_id, turn.moment)
    turn.tell("declined", {"holding": offer.pk, "team_id": offer.team_id, "why": reason.digest, **answered})
    return offer


@transaction.atomic
def withdraw_offer(*, ticket_id: int, by_id: int, now: datetime) -> Holding:
    """Take back an offer that has not been answered."""
    turn = working(ticket_id, by_id=by_id, now=now)
    offer = holdings.offer(ticket_id)
    if offer is None or turn.ticket.offered_to_id is None:
        raise NotOffered(_("This ticket is not offered to any team."))
    finish(offer, Ending.WITHDRAWN, by_id, turn.moment)
    turn.tell("offer withdrawn", {"holding": offer.pk, "team_id": offer.team_id})
    return offer


@transaction.atomic
def lapse_offer(*, ticket_id: int, now: datetime) -> Holding:
    """Let an offer that nobody answered in time go back, by the desk itself; the steward is told.

    The team's promise to answer is missed if it was due by then, and else not owed any more.
    """
    turn = working(ticket_id, by_id=None, now=now)
    offer = holdings.offer(ticket_id)
    if offer is None or turn.ticket.offered_to_id is None or offer.lapses_at is None or offer.lapses_at > turn.moment:
        raise NotOffered(_("This ticket is not offered to any team."))
    missed = finish(offer, Ending.LAPSED, None, turn.moment)
    turn.tell("offer lapsed", {"holding": offer.pk, "team_id": offer.team_id, **missed})
    return offer


@transaction.atomic
def return_(*, ticket_id: int, by_id: int, findings: str, now: datetime) -> Holding:
    """Give a ticket back to the team that answers for it, with what was found."""
    turn = working(ticket_id, by_id=by_id, now=now)
    turn.must_be_open()
    ticket = turn.ticket
    held = holdings.current(ticket.pk)
    if held is None:
        raise NotHeld(_("Nobody has taken this ticket yet, so there is nothing to return."))
    if held.team_id == ticket.steward_team_id:
        raise AlreadyThere(_("This ticket is already with the team that answers for it."))
    found = contents.keep(written.body(findings, field="findings"))
    held.findings = found
    _withdraw_offer_to_others(ticket.pk, by_id, turn.moment)
    worked = finish(held, Ending.RETURNED, by_id, turn.moment)
    back = Holding.objects.create(
        ticket=ticket, team_id=ticket.steward_team_id or held.team_id, person_id=ticket.steward_id,
        offered_at=turn.moment, offered_by_id=by_id, accepted_at=turn.moment,
    )  # fmt: skip
    facts = {"from": held.team_id, "to": back.team_id, "holding": back.pk, "findings": found.digest}
    turn.tell("returned", {**facts, **worked, **team_clocks.accepted(back, turn.moment)})
    return back


@transaction.atomic
def call_in(*, ticket_id: int, by_id: int | None, person_id: int, why: str, now: datetime) -> Participant:
    """Bring a person in (a manager, an expert): they see the ticket and are told; nobody's control changes."""
    turn = helping(ticket_id, by_id=by_id, now=now)
    turn.must_be_open()
    if not Person.objects.filter(pk=person_id, ended_at=None).exists():
        raise NotThere(_("There is no such person."), field="person")
    if turn.ticket.participants.filter(person_id=person_id, ended_at=None, part=Participant.Part.CALLED_IN).exists():
        raise AlreadyThere(_("That person has been called in already."))
    reason = contents.keep(written.body(why, field="why", limit=5000))
    called, _made = Participant.objects.update_or_create(
        ticket=turn.ticket, person_id=person_id, ended_at=None,
        defaults={"part": Participant.Part.CALLED_IN, "added_by_id": by_id, "added_at": turn.moment},
    )  # fmt: skip
    turn.tell("called in", {"person": person_id, "participant": called.pk, "why": reason.digest})
    return called


@transaction.atomic
def change_steward(*, ticket_id: int, by_id: int | None, to_id: int, now: datetime) -> None:
    """Let another member of the answering team answer for the ticket, explicitly and on record.

    By a member or lead of that team, or a manager. Raises AlreadyThere, NotOnTeam, NotThere, NotAllowed.
    """
    turn = working(ticket_id, by_id=by_id, now=now)
    ticket = turn.ticket
    if ticket.steward_team_id not in turn.scope.teams and not turn.scope.leads(ticket.desk_id, ticket.steward_team_id):
        raise NotAllowed(_("Only the team that answers for this ticket decides who of it does."))
    if ticket.steward_id == to_id:
        raise AlreadyThere(_("That person answers for this ticket already."))
    if ticket.steward_team_id not in scope_of(to_id).teams:
        raise NotOnTeam(_("That person does not work in %(team)s."), team=str(ticket.steward_team))
    turn.tell("steward changed", {"person_id": to_id, "team_id": ticket.steward_team_id, "from": ticket.steward_id})


def end_holdings(turn: Turn) -> None:
    """End what is open when a ticket ends: the holding is done, an offer withdrawn."""
    held = holdings.current(turn.ticket.pk)
    if held:
        finish(held, Ending.DONE, turn.by_id, turn.moment)
    _withdraw_offer_to_others(turn.ticket.pk, turn.by_id, turn.moment)


def begin_again(turn: Turn) -> None:
    """Give a reopened ticket back to whoever had it last; called before the fact is told."""
    ticket = turn.ticket
    holding = Holding.objects.create(
        ticket=ticket, team_id=ticket.team_id or ticket.steward_team_id or 0, person_id=ticket.assignee_id,
        offered_at=turn.moment, offered_by_id=turn.by_id,
        accepted_at=turn.moment if ticket.assignee_id else None,
    )  # fmt: skip
    if holding.accepted_at:
        team_clocks.accepted(holding, turn.moment)


def _answering(ticket_id: int, by_id: int | None, now: datetime) -> tuple[Turn, Holding]:
    turn = helping(ticket_id, by_id=by_id, now=now)
    offer = holdings.offer(ticket_id)
    if offer is None or turn.ticket.offered_to_id is None or turn.ticket.state in DONE:
        raise NotOffered(_("This ticket is not offered to any team."))
    if by_id is not None and offer.team_id not in turn.scope.teams:
        raise NotOnTeam(_("This ticket is offered to %(team)s, and you do not work there."), team=str(offer.team))
    return turn, offer


def _offerable(turn: Turn, to_team_id: int, *, keep_control: bool) -> tuple[Holding, Team]:
    """Return who has the ticket and the team it may be offered to; refuses as hand_over says."""
    ticket = turn.ticket
    held = holdings.current(ticket.pk)
    if held is None:
        raise NotHeld(_("Nobody has taken this ticket yet; take it before you hand it over."))
    team = _receiving(ticket.desk_id, to_team_id)
    if held.team_id == team.pk:
        raise AlreadyThere(_("This ticket is already with %(team)s."), team=str(team))
    present = holdings.offer(ticket.pk)
    if present:
        raise AlreadyOffered(_("This ticket is offered to %(team)s, which has not answered."), team=str(present.team))
    if not keep_control and team.line != 1:
        raise StewardStays(
            _("%(team)s is not a first line, so it cannot answer to the requester: control stays."), team=str(team)
        )
    return held, team


def _receiving(desk_id: int, team_id: int) -> Team:
    team = Team.objects.filter(pk=team_id, desk_id=desk_id, ended_at=None).first()
    if team is None:
        raise NotThere(_("This desk has no such team."), field="to")
    return team


def _may_assign(turn: Turn, holding: Holding, to_id: int) -> None:
    unclaimed_to_self = to_id == turn.by_id and holding.person_id is None
    own = turn.by_id in (holding.person_id, turn.ticket.steward_id)
    leads = turn.scope.leads(turn.ticket.desk_id, holding.team_id)
    unclaimed_in_team = holding.person_id is None and holding.team_id in turn.scope.teams
    if not (unclaimed_to_self or own or leads or unclaimed_in_team):
        raise NotAllowed(_("Only its holder, its steward or the team's lead may give this ticket to somebody else."))


def _taken(held: Holding, by_id: int) -> AlreadyTaken:
    if held.person_id == by_id:
        return AlreadyTaken(_("You have this ticket already."))
    since = f"{held.accepted_at:%H:%M}" if held.accepted_at else ""
    return AlreadyTaken(_("%(who)s took this ticket at %(since)s UTC."), who=str(held.person), since=since)


def _begin(holding: Holding, person_id: int | None, at: datetime) -> dict[str, Any]:
    first = holding.accepted_at is None
    holding.person_id = person_id
    holding.accepted_at = holding.accepted_at or at
    rows.change(holding, "person", "accepted_at")
    return team_clocks.accepted(holding, at) if first else {}


def finish(holding: Holding, ending: str, by_id: int | None, at: datetime) -> dict[str, Any]:
    """End a holding, and say how; returns what became of its team's clocks, for the entry that tells of it."""
    holding.ended_at, holding.ending, holding.ended_by_id = at, ending, by_id
    rows.change(holding, "ended_at", "ending", "ended_by", "findings")
    return team_clocks.finished(holding, at)


def _withdraw_offer_to_others(ticket_id: int, by_id: int | None, at: datetime) -> None:
    offer = holdings.offer(ticket_id)
    if offer:
        finish(offer, Ending.WITHDRAWN, by_id, at)
