"""Fill an empty desk with plainly-demo data; a desk that is there already is kept as it is."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from django.db import transaction

from firstline.cli.demo import articles, cast, duty, offer, telling
from firstline.cli.demo.stories import earlier, outage, past, present
from firstline.cli.prepare import prepare
from firstline.commands import tallies
from firstline.commands.incidents import bursts
from firstline.core.people.models import Desk
from firstline.core.tickets.models import Ticket

_EXAMPLE = """example:
  firstline demo        and then: firstline serve
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of `firstline demo`."""
    parser.epilog = _EXAMPLE
    parser.add_argument("--no-tickets", action="store_true", help="people, services and articles only")


def run(options: argparse.Namespace) -> int:
    """Play the demo onto an empty desk, or say that there is one; show the sign-ins. Returns the exit status."""
    prepare()
    desk = Desk.objects.order_by("id").first()
    if desk is None:
        fill(now=datetime.now(UTC), tickets=not options.no_tickets)
        print(f"The demo desk stands: {Ticket.objects.count()} tickets.")
    elif desk.key == "demo":
        print("The demo desk is there already; it is kept as it is.")
    else:
        print(f"There is a desk already ('{desk}'); it is kept as it is, and no demo data is added.")
        return 0
    print(sign_ins())
    return 0


@transaction.atomic
def fill(*, now: datetime, tickets: bool = True) -> None:
    """Make the whole demo as of `now`, or nothing of it if something fails."""
    stage = cast.enter(now)
    offer.lay_out(stage)
    articles.publish(stage)
    if tickets:
        telling.tell(stage, earlier.STORIES + past.STORIES + present.STORIES + outage.STORIES)
        bursts.find_bursts(desk_id=stage.desk_id, now=now)
        tallies.take_days(desk_id=stage.desk_id, now=now, more=90)
    # After the stories, whose hand-overs knew nothing of what the tills ask now.
    duty.post(stage)


def sign_ins() -> str:
    """Return the table of demo sign-ins, as the terminal shows it."""
    rows = [f"  {mail:<26} {name:<14} {part}" for mail, name, part in cast.sign_ins()]
    return "\n".join([f"Sign in with any of these; the password is always {cast.PASSWORD}", *rows])
