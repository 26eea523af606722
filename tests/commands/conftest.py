"""After each test of a command: every chain holds, gives its ticket's row, and no ticket contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from firstline.core.people.models import Desk, Person, Team
from firstline.core.tickets.models import Ticket
from tests import rules, world


@pytest.fixture(autouse=True)
def rules_hold_afterwards(db: None) -> Iterator[None]:
    """Look at every ticket once the test is over."""
    yield
    rules.must_hold()


@dataclass
class Stage:
    """A desk with a promise, three lines, their people, and a ticket that Olga of the first line has taken."""

    desk: Desk
    first: Team
    second: Team
    billing: Team
    olga: Person
    oleg: Person
    sergey: Person
    bella: Person
    lead: Person
    rita: Person
    ticket: Ticket
    # A second ticket, where a test needs one.
    other: Ticket = field(init=False)

    def ticket_now(self) -> Ticket:
        """Return the ticket as it is stored."""
        return Ticket.objects.get(pk=self.ticket.pk)


@pytest.fixture
def stage(db: None) -> Stage:
    """Return the stage most stories play on."""
    desk, first = world.desk(), world.team()
    second, billing = world.team("Second line", line=2), world.team("Billing", line=3)
    world.agreement()
    olga, oleg = world.person("Olga", team=first), world.person("Oleg", team=first)
    sergey, bella = world.person("Sergey", team=second), world.person("Bella", team=billing)
    lead = world.person("Lena", team=first, role=world.Role.TEAM_LEAD)
    rita = world.person("Rita", organisation=world.organisation())
    ticket = world.ticket(requester=rita, held_by=olga)
    return Stage(desk, first, second, billing, olga, oleg, sergey, bella, lead, rita, ticket)
