"""A contract begins or ends while tickets are open: their promises are chosen again, with the reason on record."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from firstline.commands import clocks
from firstline.commands.turn import working
from firstline.core.outbox.owe import owe
from firstline.core.services.models import Contract
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import DONE

CHOOSE_AGAIN = "firstline.worker.contracts.choose_again"


def owe_choice(contract: Contract, *, now: datetime, run_at: datetime | None = None) -> None:
    """Owe the new choice for the open tickets of a contract's customer, inside the caller's transaction."""
    owe(CHOOSE_AGAIN, {"contract": contract.pk}, now=now, run_at=run_at)


def open_tickets(contract_id: int) -> list[int]:
    """Return the open tickets of the contract's customer at its desk."""
    contract = Contract.objects.get(pk=contract_id)
    tickets = Ticket.objects.filter(organisation_id=contract.organisation_id, desk_id=contract.desk_id)
    return list(tickets.exclude(state__in=DONE).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def recontract(*, ticket_id: int, contract_id: int, now: datetime) -> bool:
    """Choose the agreement of an open ticket again; returns whether that changed a promise.

    What changes ends, and begins anew from its original start with the time already used.
    """
    turn = working(ticket_id, by_id=None, now=now)
    if turn.ticket.state in DONE:
        return False
    changed = clocks.choose_again(turn.ticket, "contract", turn.moment)
    if changed:
        turn.tell("contract changed", {"contract": contract_id, **changed})
    return bool(changed)
