"""The receiver: reads every mailbox that is to be fetched, each in a thread of its own, until it is told to stop.

Nothing is known here that its death would lose. What was not marked at its mailbox is fetched again, and what is
fetched again is recognised.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from firstline.channels.email import imap, pop3
from firstline.commands.setup import mailboxes
from firstline.core.intake import queries
from firstline.core.intake.models import Mailbox
from firstline.worker import fetching
from firstline.worker.trouble import in_one_line

log = structlog.get_logger(__name__)

LOOK_EVERY = 2.0
HOLD_FOR = timedelta(seconds=30)
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 300.0
# If one of these changes, the mailbox is signed in to anew.
_SETTINGS = (
    "fetching", "host", "port", "security", "username", "secret", "sign_in", "sign_in_settings", "folder", "then",
    "move_to",
)  # fmt: skip


class Receiver:
    """Reads what it may hold: of several receivers on one database each mailbox is read by one."""

    def __init__(self, name: str, *, clock: Callable[[], datetime] = timezone.now) -> None:
        self.name = name
        self.clock = clock
        self._reading: dict[int, Reading] = {}
        self._held: dict[int, datetime] = {}
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Let what is being kept be kept, and begin nothing else."""
        self._stopping.set()

    def run(self) -> None:
        """Read until stopped; a mailbox that is set up, changed or ended meanwhile is noticed in seconds."""
        while not self._stopping.is_set():
            try:
                self.look()
            except DatabaseError as error:
                log.error("database trouble", error=type(error).__name__)
                connection.close()
            self._stopping.wait(LOOK_EVERY)
        for reading in self._reading.values():
            reading.stop()
        for reading in self._reading.values():
            reading.join(timeout=8)
        mailboxes.let_go(receiver=self.name)
        connection.close()

    def look(self) -> None:
        """Begin, renew and end reading as the mailboxes are now."""
        wanted = {mailbox.pk: mailbox for mailbox in queries.fetched() if self._holds(mailbox)}
        for pk, reading in list(self._reading.items()):
            fits = pk in wanted and reading.made_of == _made_of(wanted[pk])
            if not fits:
                reading.stop()
            if not reading.is_alive():
                del self._reading[pk]
        for pk, mailbox in wanted.items():
            if pk not in self._reading:
                self._reading[pk] = Reading(mailbox)
                self._reading[pk].start()

    def _holds(self, mailbox: Mailbox) -> bool:
        now = self.clock()
        if self._held.get(mailbox.pk, now) - now > HOLD_FOR / 2:
            return True
        held = mailboxes.hold(mailbox_id=mailbox.pk, receiver=self.name, now=now, hold_for=HOLD_FOR)
        self._held[mailbox.pk] = now + HOLD_FOR if held else now
        return held


class Reading(threading.Thread):
    """Reads one mailbox: connects, takes what is there, waits for more; connects again, ever more patiently."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(name=f"mailbox-{mailbox.pk}", daemon=True)
        self.made_of = _made_of(mailbox)
        self._mailbox = mailbox
        self._stopping = threading.Event()
        self._pause = _FIRST_PAUSE
        # What the connection was lost over, from one connection to the next.
        self._alone: set[int] = set()

    def stop(self) -> None:
        """End soon."""
        self._stopping.set()

    def run(self) -> None:
        """Read until stopped."""
        read = self._read_imap if self._mailbox.fetching == Mailbox.Fetching.IMAP else self._read_pop3
        while not self._stopping.is_set():
            try:
                read()
            except (*imap.Troubles, *pop3.Troubles) as trouble:
                self._rest(trouble, at_the_mailbox=True)
            except Exception as trouble:  # the database is away, the disk is full, or it is a mistake of ours
                self._rest(trouble, at_the_mailbox=False)
        connection.close()

    def _read_imap(self) -> None:
        with imap.opened(self._mailbox) as folder:
            while not self._stopping.is_set():
                self._met(fetching.take_from_folder(folder, self._mailbox, self._stopping.is_set, self._alone))
                wait = imap.RENEW.total_seconds() if folder.idles else settings.MAIL_POLL_SECONDS
                folder.wait(wait, self._stopping.is_set)

    def _read_pop3(self) -> None:
        with pop3.opened(self._mailbox) as drop:
            fetching.take_from_drop(drop, self._mailbox, self._stopping.is_set)
        self._met()
        self._stopping.wait(settings.MAIL_POLL_SECONDS)

    def _met(self, wrong: str = "") -> None:
        now = timezone.now()
        if wrong:
            mailboxes.troubled(mailbox_id=self._mailbox.pk, why=wrong, now=now)
        else:
            mailboxes.contacted(mailbox_id=self._mailbox.pk, now=now)
        self._pause = _FIRST_PAUSE

    def _rest(self, trouble: Exception, *, at_the_mailbox: bool) -> None:
        """Note what is wrong, and wait before the next attempt."""
        log.warning("mailbox trouble", mailbox=self._mailbox.pk, error=type(trouble).__name__, pause=self._pause)
        try:
            why = in_one_line(trouble) if at_the_mailbox else f"not kept, so tried again: {in_one_line(trouble)}"
            mailboxes.troubled(mailbox_id=self._mailbox.pk, why=why, now=timezone.now())
        except DatabaseError as error:
            log.error("database trouble", error=type(error).__name__)
        connection.close()
        self._stopping.wait(self._pause * random.uniform(0.8, 1.2))
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)


def _made_of(mailbox: Mailbox) -> tuple[Any, ...]:
    return tuple(getattr(mailbox, name) for name in _SETTINGS)
