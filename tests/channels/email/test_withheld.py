"""A mail that its server does not give holds up no other: noted with its number and reason, asked for again later."""

from __future__ import annotations

import re
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from bench.mail_servers import PASSWORD, Dovecot
from firstline.channels.email import imap, pop3
from firstline.commands.mail import withholding
from firstline.commands.setup import mailboxes
from firstline.core.intake import queries
from firstline.core.intake.models import Envelope, Mailbox, Withheld
from firstline.core.intake.store import bytes_of
from firstline.worker import fetching
from tests import world
from tests.faults.outside import eventually

pytestmark = pytest.mark.django_db(transaction=True)

REFUSING, LOSING = "refuses", "hangs up"


class Between:
    """Stands between the desk and a real Dovecot: refuses to give one mail, or hangs up when that is asked for."""

    def __init__(self, port: int, bad: str) -> None:
        self.port, self.bad, self.how = port, bad, REFUSING

    def meets(self, line: bytes) -> bool:
        """Whether a command asks for the mail's bytes, among others or alone."""
        fetch = re.match(rb"\S+ UID FETCH ([0-9,]+) .*BODY", line)
        asked = fetch[1].split(b",") if fetch else line.split()[1:] if line.startswith(b"RETR ") else []
        return self.bad.encode() in asked


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        between: Between = self.server.between  # type: ignore[attr-defined]
        with socket.create_connection(("127.0.0.1", between.port)) as there:
            threading.Thread(target=self._answers, args=(there,), daemon=True).start()
            for line in self.rfile:
                if not between.meets(line):
                    there.sendall(line)
                elif between.how == LOSING:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                else:
                    tag = line.split()[0] if b" UID " in line else b""
                    self.wfile.write(tag + b" NO it is broken\r\n" if tag else b"-ERR it is broken\r\n")

    def _answers(self, there: socket.socket) -> None:
        try:
            while piece := there.recv(65536):
                self.wfile.write(piece)
        except OSError:  # the desk has gone
            return


@contextmanager
def _between(port: int, bad: str) -> Iterator[tuple[Between, int]]:
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        between = Between(port, bad)

    with Server(("127.0.0.1", 0), _Talk) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.between, server.server_address[1]
        server.shutdown()


def _mail(number: int) -> bytes:
    return b"From: anna@people.example\r\nSubject: Number %d\r\n\r\nIt smokes.\r\n" % number


def _set_up(user: str, port: int, **given: object) -> Mailbox:
    world.front()
    return mailboxes.set_up_mailbox(
        desk_id=world.desk().pk, address=f"{user}@example.org", by_id=None, now=world.NINE,
        **{
            "fetching": "imap", "host": "127.0.0.1", "port": port, "security": "none", "username": user,
            "secret": PASSWORD, **given,
        },  # type: ignore[arg-type]
    )  # fmt: skip


def _look(mailbox: Mailbox, alone: set[int]) -> None:
    """Look into the mailbox as one connection does."""
    mailbox.refresh_from_db()
    with imap.opened(mailbox) as folder:
        fetching.take_from_folder(folder, mailbox, lambda: False, alone)


def _subjects() -> list[str]:
    raws = [bytes_of(each.blob) for each in Envelope.objects.select_related("blob").order_by("pk")]
    return sorted(raw.partition(b"Subject: ")[2].partition(b"\r\n")[0].decode() for raw in raws)


def _due() -> None:
    Withheld.objects.update(next_at=world.NINE)


def test_a_mail_the_server_refuses_is_stepped_over_and_taken_when_it_is_given(dovecot: Dovecot):
    dovecot.deliver("refused", *map(_mail, range(1, 6)))
    with _between(dovecot.imap, "3") as (server, port):
        mailbox = _set_up("refused", port)

        _look(mailbox, set())
        dovecot.deliver("refused", _mail(6))
        _look(mailbox, set())

        assert _subjects() == [f"Number {number}" for number in (1, 2, 4, 5, 6)]
        held = Withheld.objects.get()
        assert (held.uid, held.uid_validity, held.tries, held.why) == (
            "3", mailbox.uid_validity, 1, "NO it is broken",
        )  # fmt: skip
        assert dovecot.count("refused", criteria="UNSEEN") == 1

        _due()
        _look(mailbox, set())
        assert Withheld.objects.get(ended_at=None).tries == 2

        _due()
        server.bad = "0"
        _look(mailbox, set())

    assert _subjects() == [f"Number {number}" for number in range(1, 7)]
    assert Withheld.objects.get().ended_at is not None
    assert dovecot.count("refused", criteria="UNSEEN") == 0


def test_a_mail_over_which_the_connection_is_lost_each_time_is_found_and_stepped_over(dovecot: Dovecot):
    dovecot.deliver("lost", *map(_mail, range(1, 6)))
    with _between(dovecot.imap, "3") as (server, port):
        server.how = LOSING
        mailbox, alone = _set_up("lost", port), set[int]()

        with pytest.raises(imap.ConnectionLost):
            _look(mailbox, alone)  # among others: nobody knows yet which it is
        assert alone == {1, 2, 3, 4, 5}
        with pytest.raises(imap.ConnectionLost):
            _look(mailbox, alone)
        _look(mailbox, alone)

    assert _subjects() == [f"Number {number}" for number in (1, 2, 4, 5)]
    held = Withheld.objects.get(ended_at=None)
    assert held.uid == "3"
    assert held.why.startswith("the server hung up over it")
    mailbox.refresh_from_db()
    assert mailbox.seen_uid == 5


def test_a_withheld_mail_that_somebody_deletes_is_asked_for_no_more(dovecot: Dovecot):
    dovecot.deliver("deleted", _mail(1), _mail(2))
    with _between(dovecot.imap, "1") as (_server, port):
        mailbox = _set_up("deleted", port)
        _look(mailbox, set())
        with dovecot.opened("deleted") as session:
            session.store("1", "+FLAGS", r"(\Deleted)")
            session.expunge()

        _due()
        _look(mailbox, set())

    assert Withheld.objects.get().ended_at is not None
    assert _subjects() == ["Number 2"]


def test_when_a_folder_is_numbered_anew_the_withheld_mail_is_found_by_its_new_number(dovecot: Dovecot):
    dovecot.deliver("renumbered", *map(_mail, range(1, 4)))
    with _between(dovecot.imap, "2") as (server, port):
        mailbox = _set_up("renumbered", port)
        _look(mailbox, set())
        server.bad = "0"

        eventually(lambda: _numbered_anew(dovecot, mailbox))
        _look(mailbox, set())

    assert _subjects() == ["Number 1", "Number 2", "Number 3"]
    assert Withheld.objects.get().ended_at is not None


@pytest.mark.parametrize("how", [REFUSING, LOSING])
def test_by_pop3_too_a_mail_that_is_not_given_holds_up_no_other(dovecot: Dovecot, how: str):
    user = f"drop-{how.replace(' ', '-')}"
    dovecot.deliver(user, *map(_mail, range(1, 4)))
    with _between(dovecot.pop3, "2") as (server, port):
        server.how = how
        mailbox = _set_up(user, port, fetching="pop3")

        for _ in range(2):
            try:
                _look_by_pop3(mailbox)
            except pop3.Troubles:
                assert how == LOSING

        assert _subjects() == ["Number 1", "Number 3"]
        assert Withheld.objects.get(ended_at=None).tries == 1
        assert dovecot.count(user) == 1

        _due()
        server.bad = "0"
        _look_by_pop3(mailbox)

    assert _subjects() == ["Number 1", "Number 2", "Number 3"]
    assert dovecot.count(user) == 0
    assert Withheld.objects.get().ended_at is not None


def test_what_is_withheld_rests_ever_longer_and_six_hours_at_most(dovecot: Dovecot):
    mailbox, now = _set_up("resting", dovecot.imap), timezone.now()

    rows = [withholding.withhold(mailbox_id=mailbox.pk, uid="1", why="NO", now=now) for _ in range(12)]

    assert rows[0].next_at == now + timedelta(minutes=1)
    assert (rows[-1].tries, rows[-1].next_at) == (12, now + timedelta(hours=6))
    held = queries.held(mailbox.pk, 0, now)
    assert (held.due, held.resting) == (frozenset(), frozenset({"1"}))


def _numbered_anew(dovecot: Dovecot, mailbox: Mailbox) -> bool:
    """Number the folder anew; within a second of the last time Dovecot gives it the same UIDVALIDITY."""
    mailbox.refresh_from_db()
    dovecot.renumber(mailbox.username)
    with imap.opened(mailbox) as folder:
        return folder.validity != mailbox.uid_validity


def _look_by_pop3(mailbox: Mailbox) -> None:
    with pop3.opened(mailbox) as drop:
        fetching.take_from_drop(drop, mailbox, lambda: False)
