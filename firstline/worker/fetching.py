"""Taking what is new from a mailbox: kept and committed first, marked at the mailbox only then."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from django.conf import settings
from django.utils import timezone

from firstline.channels.email import imap, incoming, pop3
from firstline.commands import intake
from firstline.commands.mail import withholding
from firstline.commands.setup import mailboxes
from firstline.core.intake import queries
from firstline.core.intake.models import Mailbox
from firstline.worker.trouble import in_one_line

log = structlog.get_logger(__name__)

Stopped = Callable[[], bool]


def take_from_folder(folder: imap.Folder, mailbox: Mailbox, stopped: Stopped, alone: set[int] | None = None) -> str:
    """Take what is new in a folder and remember how far it got; return what is wrong though all was taken, or "".

    alone  what the connection was lost over among others; the caller keeps it from one connection to the next
    A death between the commit and the mark costs a second look: the mail is fetched again and recognised. What
    cannot be marked or moved, or is not given, holds up nothing: it is noted, and tried again with a later look.
    """
    suspected = set() if alone is None else alone
    reached = folder.highest() if mailbox.uid_validity != folder.validity else mailbox.seen_uid
    asked, due = _asked_for(folder, mailbox)
    try:
        for portion in folder.fetch(asked, settings.MAIL_LIMIT, suspected):
            _take(portion, folder, mailbox, due)
            suspected -= {*(each.uid for each in portion.mails), *portion.refused}
            wrong = _mark(folder)
            if mailbox.uid_validity == folder.validity:
                reached = max(reached, portion.reached)
                _remember(mailbox, folder.validity, reached)
            if stopped():
                return wrong
    except imap.ConnectionLost as lost:
        _suspect(lost, folder, mailbox, suspected)
        raise
    withholding.give(mailbox_id=mailbox.pk, uids=due, uid_validity=folder.validity, now=timezone.now())  # they are gone
    if (mailbox.uid_validity, mailbox.seen_uid) != (folder.validity, reached):
        _remember(mailbox, folder.validity, reached)
    return _mark(folder)


def take_from_drop(drop: pop3.Drop, mailbox: Mailbox, stopped: Stopped) -> int:
    """Take all that lies in a POP3 mailbox, and let it be deleted there; return how many were new to the desk.

    A mail that is too large stays there, whole: only its header is kept, and parked. One that the server does not
    give is noted, and asked for again later.
    """
    new = 0
    listed = drop.listed()
    held = queries.held(mailbox.pk, 0, timezone.now())
    gone = (held.due | held.resting) - {mail.uid for mail in listed}
    withholding.give(mailbox_id=mailbox.pk, uids=gone, now=timezone.now())
    for mail in listed:
        if stopped():
            return new
        if mail.uid in held.resting:
            continue
        try:
            new += _taken(drop, mail, mailbox)
        except pop3.Troubles as trouble:
            _withhold(mailbox, mail.uid, in_one_line(trouble))
            if pop3.is_lost(trouble):
                raise
        else:
            withholding.give(mailbox_id=mailbox.pk, uids=held.due & {mail.uid}, now=timezone.now())
    return new


def _asked_for(folder: imap.Folder, mailbox: Mailbox) -> tuple[list[int], set[str]]:
    """Return the UIDs to be asked for, and which of them the server did not give before."""
    now = timezone.now()
    if mailbox.uid_validity != folder.validity:
        withholding.renumber(mailbox_id=mailbox.pk, uid_validity=folder.validity, now=now)
    held = queries.held(mailbox.pk, folder.validity, now)
    return sorted(({*folder.new()} | {*map(int, held.due)}) - {*map(int, held.resting)}), set(held.due)


def _take(portion: imap.Portion, folder: imap.Folder, mailbox: Mailbox, due: set[str]) -> None:
    """Keep what was given, note what was not; of what was not given before, take from `due` what is settled so."""
    if portion.mails:
        _keep(portion.mails, mailbox)
    folder.unmarked += [each.uid for each in portion.mails]
    for uid, why in portion.refused.items():
        _withhold(mailbox, str(uid), why, folder.validity)
    given = due & {str(each.uid) for each in portion.mails}
    withholding.give(mailbox_id=mailbox.pk, uids=given, uid_validity=folder.validity, now=timezone.now())
    due -= given | {*map(str, portion.refused)}


def _suspect(lost: imap.ConnectionLost, folder: imap.Folder, mailbox: Mailbox, suspected: set[int]) -> None:
    """Of several mails over which the connection was lost ask for each alone; step over a single one."""
    if len(lost.uids) > 1:
        suspected |= {*lost.uids}
    else:
        _withhold(mailbox, str(lost.uids[0]), str(lost), folder.validity)


def _withhold(mailbox: Mailbox, uid: str, why: str, uid_validity: int = 0) -> None:
    log.warning("mail not given", mailbox=mailbox.pk, uid=uid)
    withholding.withhold(
        mailbox_id=mailbox.pk, uid=uid[:100], uid_validity=uid_validity, why=why, now=timezone.now()
    )  # fmt: skip


def _taken(drop: pop3.Drop, mail: pop3.Listed, mailbox: Mailbox) -> int:
    now = timezone.now()
    if mail.size > settings.MAIL_LIMIT:
        return intake.keep(incoming.header_only(drop.header(mail), mail.size, mailbox, now=now), now=now).new
    new = intake.keep(incoming.arrival(drop.fetch(mail), mailbox, now=now), now=now).new
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
