"""What a desk decided beforehand: senders it blocks, filters that sort new mail or leave it alone, and a limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection

from firstline.commands.intake import Settled
from firstline.commands.mail.arrival import Arrival
from firstline.core import rows
from firstline.core.intake.models import Envelope
from firstline.core.kernel.prepared import Prepared
from firstline.core.mail import queries
from firstline.core.mail.models import MailFilter
from firstline.core.people.models import Person

_HOUR = timedelta(hours=1)
_LATELY = Prepared(f"""
SELECT count(*) FROM (
    SELECT 1 FROM intake_envelope WHERE person_id = %s AND settled_at > %s
    AND channel = '{Envelope.Channel.EMAIL}' AND outcome = '{Envelope.Outcome.REGISTERED}' LIMIT %s
) lately
""")


@dataclass(frozen=True)
class Sorted:
    """What the filters that a mail met say of the ticket it becomes; None where none of them says anything."""

    service_id: int | None = None
    team_id: int | None = None
    priority: int | None = None
    tags: tuple[str, ...] = ()

    @classmethod
    def by(cls, met: list[MailFilter]) -> Sorted:
        """Return what they say together: of each thing what the first says that says it, and every tag."""
        return cls(
            service_id=next((each.service_id for each in met if each.service_id), None),
            team_id=next((each.team_id for each in met if each.team_id), None),
            priority=next((each.priority for each in met if each.priority), None),
            tags=tuple(dict.fromkeys(each.tag for each in met if each.tag)),
        )


def ignore_blocked(arrival: Arrival) -> Settled | None:
    """Leave alone what a blocked sender wrote."""
    key = arrival.sender_key
    blocked = queries.blocked(arrival.desk.pk, key) if key else None
    return arrival.ignored(f"blocked sender {blocked.key}") if blocked else None


def ignored_by(met: list[MailFilter]) -> str:
    """Return the rule by which the mail is left alone, or ""."""
    return next((f"filter {each.name}: {each.why}" for each in met if each.ignores), "")


def too_many(arrival: Arrival, person: Person) -> Settled | None:
    """Park what one sender asks beyond what an hour holds: a loop, most likely, and a person should look at it."""
    most = settings.MAIL_REQUESTS_PER_HOUR
    since = connection.ops.adapt_datetimefield_value(arrival.now - _HOUR)
    [[lately]] = rows.read([], _LATELY, [person.pk, since, most])
    if lately < most:
        return None
    return Settled(Envelope.Outcome.PARKED, why=f"more than {most} new requests in an hour from one sender")
