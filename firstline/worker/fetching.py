"""Taking what is new from a mailbox: kept and committed first, marked at the mailbox only then."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from django.conf import settings
from django.utils import timezone

from firstline.channels.email import imap, incoming, pop3
from firstline.commands import intake, mailboxes
from firstline.core.intake.models import Mailbox
from firstline.worker.trouble import in_one_line

log = structlog.get_logger(__name__)

Stopped = Callable[[], bool]


def take_from_folder(folder: imap.Folder, mailbox: Mailbox, stopped: Stopped) -> str:
    """Take what is new in a folder and remember how far it got; return what is wrong though all was taken, or "".

    A death between the commit and the mark costs a second look: the mail is fetched again and recognised. What
    cannot be marked or moved holds up nothing: it is kept, and tried again with the next look.
    """
    reached = folder.highest() if mailbox.uid_validity != folder.validity else mailbox.seen_uid
    for portion in folder.fetch(folder.new(), settings.MAIL_LIMIT):
        _keep(portion, mailbox)
        folder.unmarked += [each.uid for each in portion]
        wrong = _mark(folder)
        if mailbox.uid_validity == folder.validity:
            reached = max(reached, portion[-1].uid)
            _remember(mailbox, folder.validity, reached)
        if stopped():
            return wrong
    if (mailbox.uid_validity, mailbox.seen_uid) != (folder.validity, reached):
        _remember(mailbox, folder.validity, reached)
    return _mark(folder)


def take_from_drop(drop: pop3.Drop, mailbox: Mailbox, stopped: Stopped) -> int:
    """Take all that lies in a POP3 mailbox, and let it be deleted there; return how many were new to the desk.

    A mail that is too large stays there, whole: only its header is kept, and parked.
    """
    new = 0
    for mail in drop.listed():
        if stopped():
            return new
        now = timezone.now()
        if mail.size > settings.MAIL_LIMIT:
            arrival = incoming.header_only(drop.header(mail), mail.size, mailbox, now=now)
            new += intake.keep(arrival, now=now).new
            continue
        new += intake.keep(incoming.arrival(drop.fetch(mail), mailbox, now=now), now=now).new
        drop.done(mail)
    return new


def _mark(folder: imap.Folder) -> str:
    if not folder.unmarked:
        return ""
    try:
        folder.done(folder.unmarked)
    except imap.Refusals as refusal:
        return f"kept, but not marked or moved: {in_one_line(refusal)}"
    folder.unmarked.clear()
    return ""


def _keep(portion: Sequence[imap.Fetched], mailbox: Mailbox) -> None:
    now = timezone.now()
    arrivals = [
        incoming.arrival(each.raw, mailbox, now=now)
        if each.whole
        else incoming.header_only(each.raw, each.size, mailbox, now=now)
        for each in portion
    ]
    new = sum(kept.new for kept in intake.keep_all(arrivals, now=now))
    log.info("mail kept", mailbox=mailbox.pk, fetched=len(portion), new=new)


def _remember(mailbox: Mailbox, validity: int, reached: int) -> None:
    mailboxes.read_up_to(mailbox_id=mailbox.pk, uid_validity=validity, uid=reached, now=timezone.now())
    mailbox.uid_validity, mailbox.seen_uid = validity, reached
