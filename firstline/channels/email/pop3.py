"""A mailbox over POP3: each mail is fetched, kept, and only then deleted there."""

from __future__ import annotations

import contextlib
import poplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from firstline.channels.email import signing_in
from firstline.core.intake.models import Mailbox

TIMEOUT = 30.0
# poplib refuses lines longer than 2048 bytes, and mail has longer ones.
poplib._MAXLINE = 64 * 1024 * 1024  # type: ignore[attr-defined]

Troubles = (poplib.error_proto, OSError, signing_in.NotSignedIn, UnicodeError)


@dataclass(frozen=True)
class Listed:
    """One mail as the server lists it: its number in this session, the name that stays (UIDL), its bytes."""

    number: int
    uid: str
    size: int


def is_lost(trouble: Exception) -> bool:
    """Whether the connection is of no use any more: after all but a refusal, which poplib hands on as it came."""
    refusal = isinstance(trouble, poplib.error_proto) and trouble.args and isinstance(trouble.args[0], bytes)
    return not refusal


class Drop:
    """The maildrop, open; what is deleted goes when the session ends well."""

    def __init__(self, session: poplib.POP3) -> None:
        self._session = session

    def listed(self) -> list[Listed]:
        """Return all mails, as numbered in this session."""
        sizes = dict(_pair(line) for line in self._session.list()[1])
        uids = dict(_pair(line) for line in self._session.uidl()[1])
        return [Listed(int(number), uids.get(number, ""), int(size)) for number, size in sizes.items()]

    def fetch(self, mail: Listed) -> bytes:
        """Return the mail's bytes."""
        return b"\r\n".join(self._session.retr(mail.number)[1]) + b"\r\n"

    def header(self, mail: Listed) -> bytes:
        """Return the mail's header only."""
        return b"\r\n".join(self._session.top(mail.number, 0)[1]) + b"\r\n"

    def done(self, mail: Listed) -> None:
        """Let a mail that is kept be deleted."""
        self._session.dele(mail.number)


@contextlib.contextmanager
def opened(mailbox: Mailbox) -> Iterator[Drop]:
    """Open the maildrop; what was deleted in it goes if the block ends well. Raises one of Troubles."""
    session = _connected(mailbox)
    try:
        session.user(mailbox.username)
        session.pass_(signing_in.password(mailbox))
        yield Drop(session)
        session.quit()
    finally:
        session.close()


def _connected(mailbox: Mailbox) -> poplib.POP3:
    context = ssl.create_default_context()
    if mailbox.security == Mailbox.Security.TLS:
        return poplib.POP3_SSL(mailbox.host, mailbox.port or 995, timeout=TIMEOUT, context=context)
    session = poplib.POP3(mailbox.host, mailbox.port or 110, timeout=TIMEOUT)
    if mailbox.security == Mailbox.Security.STARTTLS:
        session.stls(context)
    return session


def _pair(line: Any) -> tuple[str, str]:
    number, _space, rest = line.decode("ascii", "replace").partition(" ")
    return number, rest.split()[0] if rest.split() else ""
