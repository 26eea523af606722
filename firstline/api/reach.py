"""Finding the ticket an address names, within what the caller may see."""

from __future__ import annotations

from firstline.api.callers import Caller
from firstline.core.kernel.identifiers import BadNumber, row_of
from firstline.core.kernel.refusals import NotThere, _
from firstline.core.tickets import queries
from firstline.core.tickets.models import Ticket


def row_named(number: int) -> int:
    """Return the row id behind a ticket number; NotThere if no ticket can have it."""
    try:
        if number > 0:
            return row_of(number)
    except BadNumber:
        pass
    raise _nowhere()


def seen(caller: Caller, number: int, *related: str) -> Ticket:
    """Return the ticket if the caller may read it, with `related` rows joined; raises NotThere."""
    pk = row_named(number)
    ticket = Ticket.objects.select_related(*related).filter(pk=pk).first()
    if ticket is None:
        raise _nowhere()
    own = ticket.requester_id == caller.person_id
    if own or caller.scope.sees_desk(ticket.desk_id) or queries.visible_to(caller.scope).filter(pk=pk).exists():
        return ticket
    raise _nowhere()


def _nowhere() -> NotThere:
    return NotThere(_("There is no such ticket."))
