"""Time spent on a ticket, and what it costs."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from firstline.commands.turn import helping
from firstline.core.journal import contents
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, _
from firstline.core.people.models import Person
from firstline.core.tickets.models import Work

LONGEST = timedelta(hours=24)
CENT = Decimal("0.01")


@transaction.atomic
def log_work(
    *, ticket_id: int, by_id: int, began_at: datetime, spent_for: timedelta, now: datetime, note: str = ""
) -> Work:
    """Log time that `by_id` spent on a ticket, at their own hourly rate (none is 0); also after it was closed.

    spent_for  whole seconds, above 0 and at most 24 hours, from `began_at` and over by `now`
    returns    the row, its cost rounded half up to a hundredth of the desk's currency
    raises     BadInput, NotThere, NotAllowed; then nothing is written
    """
    turn = helping(ticket_id, by_id=by_id, now=now)
    seconds = int(spent_for.total_seconds())
    if not 0 < seconds <= LONGEST.total_seconds():
        raise BadInput(_("Log more than no time, and at most 24 hours at once."), field="spent_for")
    if began_at + timedelta(seconds=seconds) > turn.moment:
        raise BadInput(_("This time is not over yet; log what was spent so far."), field="began_at")
    rate = Person.objects.get(pk=by_id).hour_rate or Decimal(0)
    cost = cost_of(rate, seconds)
    text = contents.keep_if_any(written.body(note, field="note", limit=5000, needed=False))
    work = Work.objects.create(
        ticket=turn.ticket, person_id=by_id, began_at=began_at, spent_for=timedelta(seconds=seconds), rate=rate,
        cost=cost, note=text, logged_at=turn.moment,
    )  # fmt: skip
    facts = {"work": work.pk, "seconds": seconds, "rate": str(rate), "cost": str(cost)}
    turn.tell("work logged", {**facts, **({"note": text.digest} if text else {})})
    return work


def cost_of(rate: Decimal, seconds: int) -> Decimal:
    """Return what `seconds` cost at `rate` an hour, rounded half up to a hundredth."""
    return (rate * seconds / 3600).quantize(CENT, ROUND_HALF_UP)
