"""One word to all who are hit: the status of a major incident, told in its ticket at once and in its children by jobs.

Each child is a transaction of its own, and told twice it is told once: a thousand children lock nothing for long, and
whoever is killed among them is followed by somebody who goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from firstline.commands import conversation, founding
from firstline.commands.incidents.majors import BATCH, commanding
from firstline.commands.turn import Turn, allowed
from firstline.core.incidents import queries
from firstline.core.incidents.models import MajorIncident, Reached, Status
from firstline.core.journal import contents
from firstline.core.journal.models import Content
from firstline.core.kernel.texts import pick
from firstline.core.outbox.owe import owe
from firstline.core.tickets.models import Message
from firstline.core.tickets.states import DONE

SPREAD = "firstline.worker.incidents.spread"
CHANNEL = "major"


@transaction.atomic
def tell_status(*, major_id: int, by_id: int, texts: Mapping[str, str], now: datetime) -> int:
    """Tell how a major incident stands, in one or more languages, to all who are hit; each child is an answer.

    texts    by language; who reads none of them is told in the nearest
    returns  the number of this status, by which `firstline.worker.incidents.spread` tells the children
    raises   NotRunning, BadInput, NotThere, NotAllowed; then nothing is written
    """
    turn, major = commanding(major_id, by_id=by_id, now=now)
    kept = keep(major, texts, turn)
    own_words = pick(
        {language: content.text or "" for language, content in kept.items()}, turn.ticket.requester.language
    )
    message, facts = conversation.announce(turn, text=own_words, author_id=by_id, channel=CHANNEL)
    told = {language: content.digest for language, content in sorted(kept.items())}
    turn.tell("status told", {**facts, "major": major.pk, "number": major.told, "texts": told})
    Reached.objects.create(major=major, number=major.told, ticket=turn.ticket, message=message)
    owe_spreading(major, major.told, by_id=by_id, now=now)
    return major.told


def keep(major: MajorIncident, texts: Mapping[str, str], turn: Turn) -> dict[str, Content]:
    """Keep a next status of a locked major incident, and return its texts by language; raises BadInput."""
    checked = founding.words("texts", limit=20_000).check(texts)
    major.told += 1
    major.save(update_fields=["told"])
    kept = {language: contents.keep(text) for language, text in checked.items()}
    Status.objects.bulk_create(
        Status(
            major=major, number=major.told, language=language, content=content, told_by_id=turn.by_id,
            told_at=turn.moment,
        )
        for language, content in kept.items()
    )  # fmt: skip
    return kept


def owe_spreading(
    major: MajorIncident, number: int, *, by_id: int | None, now: datetime, after: int = 0, cause: str | None = None
) -> None:
    """Owe the telling of a status to the children behind row `after`; with a cause (or "") it also solves them."""
    payload: dict[str, Any] = {"major": major.pk, "number": number, "after": after, "by": by_id, "cause": cause}
    owe(SPREAD, payload, now=now, key=f"spread:{major.pk}:{number}:{after}")


def next_children(*, major_id: int, after: int) -> list[int]:
    """Return the children of a major incident behind row `after`, as many as one job sees to."""
    parent = MajorIncident.objects.values_list("ticket_id", flat=True).get(pk=major_id)
    return list(queries.children(parent).filter(pk__gt=after).values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def tell_child(*, major_id: int, number: int, child_id: int, by_id: int, now: datetime) -> Message | None:
    """Tell a child a status, in its requester's language; None if it was told, is done, or is a child no more."""
    turn = allowed(child_id, by_id=by_id, now=now)
    major = MajorIncident.objects.get(pk=major_id)
    told = Reached.objects.filter(major_id=major_id, number=number, ticket_id=child_id).exists()
    text = queries.text_of(major_id, number, turn.ticket.requester.language)
    if told or not text or turn.ticket.state in DONE or not is_child(child_id, major):
        return None
    message, facts = conversation.announce(turn, text=text, author_id=by_id, channel=CHANNEL)
    turn.tell("status told", {**facts, "major": major_id, "number": number})
    Reached.objects.create(major_id=major_id, number=number, ticket_id=child_id, message=message)
    return message


def is_child(ticket_id: int, major: MajorIncident) -> bool:
    """Whether the ticket is a child of the major incident's now."""
    return queries.children(major.ticket_id).filter(pk=ticket_id).exists()
