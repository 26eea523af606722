"""Who may hand mail in, for whom, and how much: asked at the door, before a mail is read."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Protocol, TypeVar

import structlog
from django.db import DatabaseError, connection
from django.utils import timezone

from firstline.commands import turning_away
from firstline.core.intake import queries
from firstline.core.intake.models import Envelope, Mailbox
from firstline.core.kernel.refusals import Refused
from firstline.core.people.contacts import mail_key

log = structlog.get_logger(__name__)

_MINUTE = 60.0
# How long an answer of the database about an address is believed.
_FRESH = 5.0
Result = TypeVar("Result")


class Rules(Protocol):
    """What settings.LISTEN says of it."""

    @property
    def peers(self) -> tuple[IPv4Network | IPv6Network, ...]: ...
    @property
    def recipients(self) -> int: ...
    @property
    def a_minute(self) -> int: ...


class Doorkeeper:
    """Knows the mailboxes, and how much each peer handed in lately."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._handed: dict[str, deque[float]] = defaultdict(deque)
        self._known: dict[str, tuple[float, Mailbox | None]] = {}
        # One thread that asks and counts, with one connection to the database.
        self._desk = ThreadPoolExecutor(1, thread_name_prefix="doorkeeper")

    def close(self) -> None:
        """Answer nobody any more."""
        self._desk.submit(connection.close)
        self._desk.shutdown()

    def lets_in(self, peer: object) -> bool:
        """Whether somebody from there may speak to us; a socket file has no address, its folder guards it."""
        host = _host(peer)
        return not host or any(_address(host) in network for network in self.rules.peers)

    def is_too_fast(self, peer: object) -> bool:
        """Count one mail of a peer; whether it is one too many for this minute. This machine is not counted."""
        host = _host(peer)
        if not host or _address(host).is_loopback:
            return False
        now, handed = time.monotonic(), self._handed[host]
        while handed and now - handed[0] >= _MINUTE:
            handed.popleft()
        if len(handed) >= self.rules.a_minute:
            return True
        handed.append(now)
        if len(self._handed) > 10_000:
            self._handed.clear()  # better to forget than to grow
        return False

    async def mailbox_at(self, address: str) -> Mailbox | None:
        """Return the mailbox an address belongs to; what stands after a plus is ours. Raises DatabaseError."""
        try:
            key = mail_key(_without_tag(address))
        except Refused:
            return None
        asked_at, mailbox = self._known.get(key, (0.0, None))
        if mailbox is None or time.monotonic() - asked_at > _FRESH:
            mailbox = await self._ask(lambda: queries.at([key]).get(key))
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[key] = (time.monotonic(), mailbox)
        return mailbox

    def turned_away(self, why: str) -> None:
        """Count, without waiting for it, that somebody was sent away."""
        self._desk.submit(_count, why)

    async def _ask(self, question: Callable[[], Result]) -> Result:
        def asked() -> Result:
            try:
                return question()
            except DatabaseError:
                connection.close()
                raise

        return await asyncio.get_running_loop().run_in_executor(self._desk, asked)


def _count(why: str) -> None:
    try:
        turning_away.turn_away(channel=Envelope.Channel.EMAIL, why=why, now=timezone.now())
    except DatabaseError as error:
        log.error("database trouble", error=type(error).__name__)
        connection.close()


def _without_tag(address: str) -> str:
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def _host(peer: object) -> str:
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""


def _address(host: str):  # type: ignore[no-untyped-def]  # ipaddress names no common kind
    address = ip_address(host.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address
