"""What requesters say of the help they got: one to five, with a comment if they have one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from firstline.commands.turn import asking
from firstline.core.journal import contents
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotAllowed, Refused, _
from firstline.core.satisfaction.models import Rating
from firstline.core.tickets import queries
from firstline.core.tickets.states import DONE


class NotDoneYet(Refused):
    """Help that goes on cannot be rated yet."""


@transaction.atomic
def rate(*, ticket_id: int, by_id: int, score: int, now: datetime, comment: str = "") -> Rating:
    """Rate a resolved or closed ticket, 1 (bad) to 5 (good); a later rating supersedes an earlier one.

    By the requester or a participant. Raises NotDoneYet, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    turn = asking(ticket_id, by_id=by_id, now=now)
    if not queries.asked_by(by_id).filter(pk=ticket_id).exists():
        raise NotAllowed(_("Only those who asked for this ticket can rate it."))
    if turn.ticket.state not in DONE:
        raise NotDoneYet(_("This ticket is still being worked on; rate it when it is resolved."))
    if not 1 <= score <= 5:
        raise BadInput(_("A rating goes from 1 (bad) to 5 (good)."), field="score")
    text = contents.keep_if_any(written.body(comment, field="comment", limit=5000, needed=False))
    turn.ticket.ratings.filter(superseded_at=None).update(superseded_at=turn.moment)
    rating = Rating.objects.create(
        ticket=turn.ticket, person_id=by_id, score=score, comment=text, rated_at=turn.moment
    )  # fmt: skip
    turn.tell("rated", {"rating": rating.pk, "score": score, **({"comment": text.digest} if text else {})})
    return rating
