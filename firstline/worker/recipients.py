"""Who is told of a fact: each function takes the ticket and the entry and returns person ids."""

from __future__ import annotations

from firstline.channels.email import to_requesters, to_vendors
from firstline.core.journal.queries import Told
from firstline.core.ownership.models import Task
from firstline.core.people import reaching
from firstline.core.tickets.models import Participant, Ticket
from firstline.core.tickets.states import Closing, State

# Letters that go to those who asked, and to vendors.
OUTSIDE = frozenset({*to_requesters.WORDS, *to_vendors.WORDS})
LOW = 2


def requester(ticket: Ticket, told: Told) -> set[int]:
    """The person whose need it is, whoever typed it in."""
    return {ticket.requester_id}


def requester_unless_solved(ticket: Ticket, told: Told) -> set[int]:
    """The requester, unless it was solved as it was registered (then one letter says both) or a program asked."""
    if ticket.resolved_at == ticket.registered_at or told.facts.get("quiet"):
        return set()
    return {ticket.requester_id}


def those_who_asked(ticket: Ticket, told: Told) -> set[int]:
    """The requester and whoever follows the ticket."""
    return _askers(ticket) - {told.by_id or 0}


def those_asked_to_answer(ticket: Ticket, told: Told) -> set[int]:
    """Those who asked, when the ticket waits for their answer and nothing was said with it by a reply."""
    waits_on_them = told.facts.get("state") == State.WAITING_REQUESTER and told.facts.get("why")
    return those_who_asked(ticket, told) if waits_on_them else set()


def those_who_asked_if_desk_closed(ticket: Ticket, told: Told) -> set[int]:
    """Those who asked, when the desk closed the ticket by itself and not at their word."""
    by_desk = told.facts.get("closing") in (Closing.SILENCE, Closing.DESK)
    return those_who_asked(ticket, told) if by_desk else set()


def those_at_work(ticket: Ticket, told: Told) -> set[int]:
    """Who carries the ticket and who answers for it, but not whoever did this."""
    return {person for person in (ticket.assignee_id, ticket.steward_id) if person} - {told.by_id or 0}


def other_side(ticket: Ticket, told: Told) -> set[int]:
    """Staff if a requester did it, those who asked if staff did."""
    return those_at_work(ticket, told) if told.by_id in _askers(ticket) else _askers(ticket)


def steward(ticket: Ticket, told: Told) -> set[int]:
    """Who answers for the ticket, unless they did this themselves."""
    return _others(ticket.steward_id, told)


def steward_if_outside(ticket: Ticket, told: Told) -> set[int]:
    """The steward, unless it was a letter to staff that came back: else one report would bring the next."""
    return steward(ticket, told) if told.facts.get("notice") in OUTSIDE else set()


def vendor(ticket: Ticket, told: Told) -> set[int]:
    """The vendor who was written to; without a name all on the ticket's vendor line."""
    if told.facts.get("vendor"):
        return {told.facts["vendor"]}
    return set(ticket.vendor_contacts.filter(ended_at=None).values_list("person_id", flat=True))


def steward_if_low(ticket: Ticket, told: Told) -> set[int]:
    """The steward, when the rating is so low that somebody should ask why."""
    return steward(ticket, told) if told.facts.get("score", 5) <= LOW else set()


def named_person(ticket: Ticket, told: Told) -> set[int]:
    """The person the fact names, unless they did it themselves."""
    person = told.facts.get("person_id") or told.facts.get("person")
    return _others(person, told)


def receiving_team(ticket: Ticket, told: Told) -> set[int]:
    """The members of the team it is offered to."""
    return set(reaching.members(told.facts["to"])) - {told.by_id or 0}


def asked_team(ticket: Ticket, told: Told) -> set[int]:
    """The members of the team a task is asked of."""
    task = Task.objects.filter(pk=told.facts.get("task", 0)).first()
    team_id = told.facts.get("team") or told.facts.get("team_id") or (task.team_id if task else 0)
    return set(reaching.members(team_id)) - {told.by_id or 0}


def who_asked_the_task(ticket: Ticket, told: Told) -> set[int]:
    """Who asked for the task that was finished; the steward if that was nobody."""
    task = Task.objects.filter(pk=told.facts.get("task", 0)).first()
    asker = task.asked_by_id if task else None
    return _others(asker, told) if asker else steward(ticket, told)


def _askers(ticket: Ticket) -> set[int]:
    following = ticket.participants.filter(part=Participant.Part.FOLLOWS, ended_at=None)
    return {ticket.requester_id, *following.values_list("person_id", flat=True)}


def _others(person_id: int | None, told: Told) -> set[int]:
    return {person_id} if person_id and person_id != told.by_id else set()
