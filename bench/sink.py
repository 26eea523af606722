"""A real SMTP server for tests and benchmarks, with moods: it refuses for now, hangs up, or is away."""

from __future__ import annotations

import random
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.load import free_port


class Moody:
    """What the server does with each mail; `mails` holds what it took, `lost_answers` what it took in silence."""

    def __init__(self, *, seed: int = 1, refuses: float = 0.0, hangs_up: float = 0.0) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.lost_answers = 0
        self.refused = 0
        self.unknown: set[str] = set()
        self._random = random.Random(seed)
        self._refuses, self._hangs_up = refuses, hangs_up

    def behave(self) -> None:
        """Take everything from now on."""
        self._refuses = self._hangs_up = 0.0

    @property
    def taken(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(str(mail["Message-ID"]) for mail in self.mails)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:  # fmt: skip
        """Take the recipient, know them not, or ask to come again."""
        if address in self.unknown:
            return "550 5.1.1 no such person here"
        if self._random.random() < self._refuses:
            self.refused += 1
            return "451 4.3.0 not now"
        envelope.rcpt_tos.append(address)
        self.recipients.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the mail; sometimes go away before saying so, which no sender can tell from not taking it."""
        mail = message_from_bytes(cast(bytes, envelope.content), policy=policy.default)
        self.mails.append(mail)
        if self._random.random() < self._hangs_up:
            self.lost_answers += 1
            cast(Any, server).transport.abort()
        return "250 taken"


class Sink:
    """The server on a port of its own, which it keeps through being away."""

    def __init__(self, mood: Moody | None = None) -> None:
        self.mood = mood or Moody()
        self.port = free_port()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """The address as FIRSTLINE_SMTP takes it."""
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Be there."""
        self._controller = Controller(self.mood, hostname="127.0.0.1", port=self.port, server_hostname="sink.example")
        self._controller.start()

    def stop(self) -> None:
        """Be away."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None
