"""Trying a mailbox: what happened, in one sentence, within the patience of somebody who waits."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest

from firstline.channels.email import contact
from firstline.core.intake.models import Mailbox


def box(port: int, host: str = "127.0.0.1", **more: str) -> Mailbox:
    return Mailbox(
        address="help@example.org", host=host, port=port, username="help", fetching=more.get("fetching", "imap"),
        security=more.get("security", "none"),
    )  # fmt: skip


@pytest.fixture
def listening():
    """Return a port on which somebody listens, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_server_that_is_not_there_is_said_so():
    with pytest.raises(contact.NotReached, match=r"There is no server named nowhere\.invalid\."):
        contact.tried(box(143, "nowhere.invalid"))


@pytest.mark.parametrize("fetching", ["imap", "pop3"])
def test_a_closed_port_is_said_so(listening: socket.socket, fetching: str):
    port = listening.getsockname()[1]
    listening.close()

    with pytest.raises(contact.NotReached, match=r"Nothing answers on that port of 127\.0\.0\.1\."):
        contact.tried(box(port, fetching=fetching))


def test_a_silent_server_does_not_hold_up_whoever_waits(listening: socket.socket):
    began = time.monotonic()

    with pytest.raises(contact.NotReached, match=r"did not answer in time"):
        contact.tried(box(listening.getsockname()[1]), patience=0.3)

    assert time.monotonic() - began < 5


def test_a_wrong_password_is_told_with_the_servers_own_words(listening: socket.socket):
    threading.Thread(target=_refuse, args=(listening,), daemon=True).start()

    with pytest.raises(contact.NotReached, match=r"did not let help in.*No such luck"):
        contact.tried(box(listening.getsockname()[1], fetching="pop3"))


def test_a_server_that_speaks_something_else_is_told(listening: socket.socket):
    threading.Thread(target=_refuse, args=(listening,), daemon=True).start()

    with pytest.raises(contact.NotReached, match=r"No encrypted connection"):
        contact.tried(box(listening.getsockname()[1], security="tls"))


def _refuse(listening: socket.socket) -> None:
    connection, _peer = listening.accept()
    with connection, contextlib.suppress(ConnectionError):
        connection.sendall(b"+OK here\r\n")
        connection.recv(1000)
        connection.sendall(b"-ERR No such luck\r\n")
        connection.recv(1000)
