"""Mail that no person wrote, or that came round in a circle: never answered, and some of it left alone altogether."""

from __future__ import annotations

from firstline.commands.intake import Settled
from firstline.commands.mail import senders
from firstline.commands.mail.arrival import Arrival
from firstline.core.intake.models import Mailbox
from firstline.core.outbox.models import Letter

OWN_MAIL = "our own mail"
_BULK = {"bulk", "junk", "list", "auto_reply"}
_ROBOTS = ("mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply")


def no_answer(arrival: Arrival) -> bool:
    """Whether the mail must not be answered without a person's doing (RFC 3834)."""
    mail = arrival.mail
    if mail.automatic or mail.auto_reply or mail.listed or mail.ours or mail.bounce or mail.abuse:
        return True
    submitted = mail.header("auto-submitted").partition(";")[0].strip().lower()
    if submitted not in ("", "no") or mail.header("precedence").strip().lower() in _BULK:
        return True
    if mail.header("x-auto-response-suppress") or mail.header("return-path").strip() == "<>":
        return True
    local = senders.address_of(arrival).partition("@")[0]
    return not local or local.startswith(_ROBOTS)


def ignore_own(arrival: Arrival) -> Settled | None:
    """Leave alone what this desk sent itself: it breaks every circle at its first turn."""
    if arrival.mail.ours or _is_ours(arrival):
        return arrival.ignored(OWN_MAIL)
    return None


def _is_ours(arrival: Arrival) -> bool:
    key = senders.address_of(arrival)
    if key and Mailbox.objects.filter(key=key, ended_at=None).exists():
        return True
    sent = arrival.carrier_id
    return sent is not None and Letter.objects.filter(message_id=sent).exists()
