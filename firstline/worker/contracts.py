"""What follows when a customer's contract begins or ends: their open tickets are promised anew."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from firstline.commands import recontracting


@task
def choose_again(contract: int) -> None:
    """Choose the agreement again for each open ticket of the contract's customer; doing it twice changes nothing."""
    for ticket_id in recontracting.open_tickets(contract):
        recontracting.recontract(ticket_id=ticket_id, contract_id=contract, now=timezone.now())
