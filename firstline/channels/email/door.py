"""Listening for mail by SMTP and LMTP: what is answered with 250 is committed, and nothing else is."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Sequence
from email.utils import formatdate
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP
from django.db import DatabaseError
from django.utils import timezone

from firstline.channels.email import incoming
from firstline.channels.email.doorkeeper import Doorkeeper
from firstline.channels.email.keeper import Keeper, NotKept
from firstline.commands import turning_away
from firstline.core.intake.models import Mailbox

log = structlog.get_logger(__name__)

CONNECTIONS = 200
_UNSTUFFED = re.compile(rb"\r\n\.")
_LATER = "451 4.3.0 This desk cannot keep mail at the moment; please try again later."


class House:
    """What all doors share: the keeper, the doorkeeper, and how many are in."""

    def __init__(self, keeper: Keeper, doorkeeper: Doorkeeper, *, limit: int) -> None:
        self.keeper = keeper
        self.doorkeeper = doorkeeper
        self.limit = limit
        self.inside = 0

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Sequence[str]) -> str:
        """Answer MAIL FROM; aiosmtpd has looked at SIZE already."""
        if self.doorkeeper.is_too_fast(session.peer):
            self.doorkeeper.turned_away(turning_away.TOO_OFTEN)
            return "451 4.7.0 That is too much mail at once; please try again in a minute."
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        envelope.taken_for = []
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Sequence[str]) -> str:
        """Answer RCPT TO: only our own mailboxes are served, and not too many at once."""
        if len(envelope.rcpt_tos) >= self.doorkeeper.rules.recipients:
            return "452 4.5.3 Those are too many recipients; please send the rest in another mail."
        try:
            mailbox = await self.doorkeeper.mailbox_at(address)
        except DatabaseError:
            return _LATER
        if mailbox is None:
            self.doorkeeper.turned_away(turning_away.NOT_KNOWN)
            return "550 5.1.1 There is no mailbox of this address here."
        envelope.rcpt_tos.append(address)
        envelope.taken_for.append((address, mailbox))
        return "250 2.1.5 OK"


class Door(SMTP):
    """One connection. DATA is read by ourselves: a mail's lines may be of any length, only its size is bounded."""

    # How much lies in memory before the peer is made to wait, and the longest command.
    line_length_limit = 256 * 1024
    protocol = "ESMTP"

    def __init__(self, house: House, *, hostname: str, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(
            house, data_size_limit=house.limit, enable_SMTPUTF8=True, hostname=hostname, ident="Firstline",
            tls_context=tls, timeout=120, command_call_limit={"*": 1000, "RCPT": 10_000},
            loop=asyncio.get_running_loop(),
        )  # fmt: skip
        self._house = house
        self._sent_away = False

    def connection_made(self, transport: Any) -> None:
        """Let the peer in, unless it may not or the house is full."""
        if self.transport is None and not self._may_enter(transport):
            self._sent_away = True
            transport.close()
            return
        if self.transport is None:
            self._house.inside += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Count who is in."""
        if not self._sent_away:
            self._house.inside -= 1
            super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Hear only whom we let in."""
        if not self._sent_away:
            super().data_received(data)

    def eof_received(self) -> Any:
        """Hear only whom we let in."""
        return False if self._sent_away else super().eof_received()

    async def smtp_DATA(self, arg: str | None) -> None:
        """Read the mail, keep it, and only then answer."""
        if await self.check_helo_needed():
            return
        if not getattr(self.envelope, "rcpt_tos", None):
            await self.push("503 5.5.1 Name a recipient first.")
            return
        if arg:
            await self.push("501 5.5.4 DATA takes nothing.")
            return
        await self.push("354 Go on; end with a dot on a line of its own.")
        content = await self._content()
        self._reset_timeout(600)  # a slow disk is no silent peer
        envelope: Any = self.envelope
        taken, sender = envelope.taken_for, envelope.mail_from
        answer = self._too_large() if content is None else await self._kept(content, taken, sender)
        self._reset_timeout()
        self.envelope = self._create_envelope()
        await self.answer(answer, len(taken))

    async def answer(self, words: str, recipients: int) -> None:
        """Answer a mail; by SMTP once for all its recipients."""
        await self.push(words)

    async def _content(self) -> bytes | None:
        """Return the mail without its dots; None when it is larger than it may be, read to its end all the same."""
        found, size, tail = bytearray(), 0, b"\r\n"
        while True:
            try:
                piece, whole = await self._reader.readuntil(b".\r\n"), True
            except asyncio.LimitOverrunError as long:
                piece, whole = await self._reader.readexactly(long.consumed), False
            self._reset_timeout()
            size += len(piece)
            tail = (tail + piece)[-5:]
            if size <= self._house.limit + 5:
                found += piece
            else:
                found.clear()
            if whole and tail == b"\r\n.\r\n":
                break
        if size > self._house.limit + 5:
            return None
        return _UNSTUFFED.sub(b"\r\n", b"\r\n" + bytes(found[:-3]))[2:]

    def _too_large(self) -> str:
        self._house.doorkeeper.turned_away(turning_away.TOO_LARGE)
        most = self._house.limit // (1024 * 1024)
        return (
            f"552 5.3.4 This mail is larger than {most} MB, the most that this desk takes; "
            "please send smaller files, or say where they can be found."
        )

    async def _kept(self, content: bytes, taken: Sequence[tuple[str, Mailbox]], sender: str) -> str:
        now = timezone.now()
        raw = self._trace(sender) + content
        arrivals = [incoming.arrival(raw, mailbox, now=now, recipient=address) for address, mailbox in taken]
        try:
            kept = await self._house.keeper.keep(arrivals)
        except NotKept:
            return _LATER
        return f"250 2.0.0 Kept as {kept[0].envelope_id}."

    def _trace(self, sender: str) -> bytes:
        """Return what a server that takes responsibility for a mail puts on top of it (RFC 5321, 4.4)."""
        session: Any = self.session
        helo = re.sub(r"[^\w.:\[\]-]", "", str(session.host_name or "unknown"))[:255]
        host = str(session.peer[0]) if isinstance(session.peer, tuple) else "local"
        path = sender if sender.startswith("<") else f"<{sender}>"
        trace = (
            f"Return-Path: {path}\r\nReceived: from {helo} ([{host}])\r\n\tby {self.hostname} with {self.protocol};\r\n"
            f"\t{formatdate()}\r\n"
        )
        return trace.encode("utf-8", "replace")

    def _may_enter(self, transport: Any) -> bool:
        peer = transport.get_extra_info("peername")
        if not self._house.doorkeeper.lets_in(peer):
            transport.write(b"554 5.7.1 This desk takes no mail from you.\r\n")
        elif self._house.inside >= CONNECTIONS:
            transport.write(b"421 4.3.2 Too many are here already; please try again later.\r\n")
        else:
            return True
        log.warning("peer sent away", peer=str(peer))
        return False


class LocalDoor(Door):
    """The same by LMTP, which answers for each recipient of its own."""

    protocol = "LMTP"

    async def smtp_LHLO(self, arg: str) -> None:
        """Greet as EHLO does."""
        await super().smtp_EHLO(arg)

    async def smtp_HELO(self, arg: str) -> None:
        """Greeted is with LHLO here."""
        await self.push("500 5.5.1 Say LHLO.")

    async def smtp_EHLO(self, arg: str) -> None:
        """Greeted is with LHLO here."""
        await self.push("500 5.5.1 Say LHLO.")

    async def answer(self, words: str, recipients: int) -> None:
        """Answer for each recipient: they were kept by one commit, so all fared the same."""
        for _recipient in range(recipients):
            await self.push(words)
