"""One mail from a mail server's pipe: status 0 when it is kept, and one that makes the server try again when not."""

from __future__ import annotations

import sys
from typing import BinaryIO

# As sysexits.h has them; mail servers know what they mean.
NO_SUCH_MAILBOX, TOO_LARGE, TRY_LATER = 67, 69, 75


def run(address: str, source: BinaryIO) -> int:
    """Keep the mail for the mailbox and return the exit status; nothing that goes wrong here loses a mail."""
    try:
        return _kept(address, source)
    except Exception as trouble:
        print(f"firstline: not kept, try again later ({type(trouble).__name__}).", file=sys.stderr)
        return TRY_LATER


def _kept(address: str, source: BinaryIO) -> int:
    from firstline.cli.intake import taking
    from firstline.core.kernel.refusals import Refused

    try:
        where = taking.place(address)
    except Refused as refusal:
        print(f"firstline: {refusal}", file=sys.stderr)
        return NO_SUCH_MAILBOX
    if isinstance(where, str):
        print(f"firstline: {where}", file=sys.stderr)
        return TRY_LATER
    from django.conf import settings
    from django.utils import timezone

    from firstline.channels.email import incoming
    from firstline.commands import intake

    raw = source.read(settings.MAIL_LIMIT + 1)
    if len(raw) > settings.MAIL_LIMIT:
        most = settings.MAIL_LIMIT // (1024 * 1024)
        print(f"firstline: this mail is larger than {most} MB, the most that this desk takes.", file=sys.stderr)
        return TOO_LARGE
    now = timezone.now()
    intake.keep(incoming.handed_in(raw, where.mailbox_id, where.address, now=now), now=now)
    return 0
