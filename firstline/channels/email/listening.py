"""The doors at which mail is handed in, open until the process is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog

from firstline.channels.email.door import Door, House, LocalDoor
from firstline.channels.email.doorkeeper import Doorkeeper, Rules
from firstline.channels.email.keeper import Keeper

log = structlog.get_logger(__name__)


class Places(Rules, Protocol):
    """Where to listen: settings.LISTEN."""

    @property
    def smtp(self) -> tuple[str, int] | None: ...
    @property
    def lmtp(self) -> tuple[str, int] | str | None: ...
    @property
    def certificate(self) -> tuple[str, str] | None: ...


def listen(places: Places, *, limit: int) -> None:
    """Listen until SIGTERM or SIGINT; mails that are being handed in are kept or not, and the peer knows which.

    Raises OSError when a place is taken or a certificate cannot be read.
    """
    asyncio.run(_listen(places, limit))


async def _listen(places: Places, limit: int) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stopped.set)
    async with doors(places, limit=limit):
        await stopped.wait()


@contextlib.asynccontextmanager
async def doors(places: Places, *, limit: int):  # type: ignore[no-untyped-def]  # the decorator hides the kind
    """Open all doors while the block lasts."""
    keeper, doorkeeper = Keeper(), Doorkeeper(places)
    keeper.start()
    house = House(keeper, doorkeeper, limit=limit)
    hostname, tls = socket.gethostname(), _tls(places.certificate)
    servers: list[asyncio.Server] = []
    try:
        if places.smtp:
            servers.append(await _open(lambda: Door(house, hostname=hostname, tls=tls), places.smtp))
        if places.lmtp:
            servers.append(await _open(lambda: LocalDoor(house, hostname=hostname, tls=tls), places.lmtp))
        yield servers
    finally:
        for server in servers:
            server.close()
        keeper.stop()
        doorkeeper.close()


async def _open(door: Callable[[], Door], place: tuple[str, int] | str) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    log.info("listening", place=str(place))
    if isinstance(place, tuple):
        return await loop.create_server(door, place[0], place[1], backlog=128)
    with contextlib.suppress(FileNotFoundError):
        Path(place).unlink()  # left by a predecessor that was killed
    server = await loop.create_unix_server(door, place)
    os.chmod(place, 0o660)
    return server


def _tls(certificate: tuple[str, str] | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    return context
