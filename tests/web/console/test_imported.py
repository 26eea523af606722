"""Tickets that came with another desk's history stand in the queue and on their page like any other, marked."""

from datetime import UTC, datetime

import pytest

from firstline.commands import history
from firstline.commands.labels import Labels, open_desk
from firstline.core.people.models import Team
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.recorded import Case, Happening, Stated
from tests import world
from tests.web.console.staff import operator

pytestmark = pytest.mark.django_db


def test_an_imported_ticket_is_shown_with_its_story_its_flags_and_what_was_reported():
    at = datetime(2016, 3, 1, 10, tzinfo=UTC)
    desk = open_desk(key="imported", name="Imported history", now=world.NINE)
    case = Case(
        external_id="INC42", opened_at=at, subject="Tills, north", text="Category: Tills",
        happenings=(
            Happening(at, "Closed", "closed", by="Updated by 1", requester="Caller 1", team="Group 1"),
            Happening(at, "Active", "open", team="Group 2", assignee="Resolver 2", flags=("left_closed",)),
        ),
        stated=Stated(columns=frozenset({"problem", "reassignments"}), problem="Problem ID 7", reassignments=4),
        flags=("left_closed",),
    )  # fmt: skip
    history.bring_in(labels=Labels(desk, "imported/test"), cases=[case], envelope_id=None, now=world.NINE)
    _, client = operator(team=Team.objects.get(desk=desk, front=True))
    ticket = Ticket.objects.get()

    queue = client.get("/console/").content.decode()
    page = client.get(f"/console/tickets/{ticket.number}").content.decode()

    assert str(ticket.number) in queue
    for said in ("Tills, north", "Imported", "INC42", "Problem ID 7", "It went on after it was closed", "Group 2",
                 "reported 4, observed 1"):  # fmt: skip
        assert said in page
