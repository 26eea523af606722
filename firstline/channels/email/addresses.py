"""Where the links in letters lead: pages that only show, with a button that does."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from firstline.commands.setup import accounts
from firstline.core.people.models import Invitation
from firstline.core.tickets import links


@dataclass(frozen=True)
class ForRequester:
    """Addresses for one who asked; the token in them lets this person into this ticket alone."""

    see: str
    confirm: str
    still_broken: str
    rate: tuple[str, ...]


def for_requester(*, ticket_id: int, person_id: int) -> ForRequester:
    """Return the addresses of a request's pages for a person who need not have an account.

    Each is safe to open for a mail scanner: a GET changes nothing.
    """
    page = f"{settings.PUBLIC_URL}/link/{links.token_for(ticket_id=ticket_id, person_id=person_id)}"
    rate = tuple(f"{page}/rating?score={score}" for score in range(1, 6))
    return ForRequester(f"{page}/", f"{page}/confirmation", f"{page}/still-broken", rate)


def for_leaving(*, ticket_id: int, person_id: int) -> str:
    """Return the address at which one POST, of a mail program or of the button there, ends this person's following."""
    return f"{settings.PUBLIC_URL}/leave/{links.leaving_token_for(ticket_id=ticket_id, person_id=person_id)}/"


def for_invited(invitation: Invitation) -> str:
    """Return the address of the page where the invited choose a password."""
    return f"{settings.PUBLIC_URL}/invitation/{accounts.invitation_token(invitation)}/"


def for_staff(number: int) -> str:
    """Return the address of a ticket's page in the console."""
    return f"{settings.PUBLIC_URL}/console/tickets/{number}"
