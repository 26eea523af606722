"""Mail is understood in a child that a hostile message may kill: the next message notices nothing."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from firstline.channels.email import parse, wire
from firstline.channels.email.reader import Limits, Reader, Unreadable
from firstline.core.intake.inbound import Address, Inbound

MAIL = b"From: anna@example.com\r\nSubject: Printer\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\n\r\nIt smokes.\r\n"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """Return a reader that all these tests share, as a worker's mails do."""
    made = Reader()
    yield made
    made.leave()


def test_it_says_what_a_reader_in_this_process_would(reader: Reader):
    large = MAIL + b"Lorem ipsum\r\n" * 300_000

    assert reader.understand(MAIL) == parse.understand(MAIL)
    assert reader.understand(large) == parse.understand(large)


def test_what_is_past_the_bounds_is_named_and_the_child_lives_on(reader: Reader):
    child = reader._child

    with pytest.raises(Unreadable, match="more than 2000 addresses"):
        reader.understand(b"To: " + b"a@b.example," * 3000 + b"\r\n\r\n")

    assert reader.understand(MAIL).subject == "Printer"
    assert child is None or reader._child is child


def test_a_child_that_was_killed_is_replaced(reader: Reader):
    reader.understand(MAIL)
    assert reader._child is not None
    os.kill(reader._child.pid, signal.SIGKILL)
    reader._child.wait()

    assert reader.understand(MAIL).from_ == (Address("", "anna@example.com"),)


def _kill_in_the_middle(reader: Reader, times: int) -> threading.Thread:
    """Stop each child before it can answer, and kill it a moment after it was asked."""

    def kill() -> None:
        for _ in range(times):
            while reader._child is None:
                time.sleep(0.001)
            child = reader._child
            os.kill(child.pid, signal.SIGSTOP)
            time.sleep(0.2)
            os.kill(child.pid, signal.SIGKILL)
            while reader._child is child:
                time.sleep(0.001)

    thread = threading.Thread(target=kill)
    thread.start()
    return thread


def test_a_mail_whose_child_was_killed_in_the_middle_is_tried_once_more(reader: Reader):
    reader.understand(MAIL)
    killer = _kill_in_the_middle(reader, 1)
    time.sleep(0.05)

    assert reader.understand(MAIL).subject == "Printer"

    killer.join()


def test_a_child_that_hangs_is_killed_in_time():
    reader = Reader(Limits(wall=0.5))
    reader.understand(MAIL)
    assert reader._child is not None
    os.kill(reader._child.pid, signal.SIGSTOP)
    began = time.monotonic()

    with pytest.raises(Unreadable, match=r"longer than 0\.5 seconds"):
        reader.understand(MAIL)

    assert time.monotonic() - began < 5
    assert reader._child is None


def test_a_mail_that_takes_more_memory_than_there_is_is_parked():
    reader = Reader(Limits(memory=120 * 1024 * 1024))

    with pytest.raises(Unreadable, match="more than 120 MB of memory"):
        reader.understand(MAIL + b"x" * 60_000_000)

    assert reader.understand(MAIL).subject == "Printer"
    reader.leave()


def test_an_answer_that_is_too_long_is_parked():
    reader = Reader(Limits(answer=10_000))

    with pytest.raises(Unreadable, match="larger than 10000 bytes"):
        reader.understand(MAIL + b"x" * 20_000)

    reader.leave()


@pytest.mark.parametrize("evil", [os.system, Reader, [os.getcwd]])
def test_an_answer_makes_nothing_but_what_a_mail_says(evil: object):
    with pytest.raises(pickle.UnpicklingError):
        wire.opened(pickle.dumps(evil))


def test_an_answer_comes_back_as_it_was():
    mail = parse.understand(MAIL)

    assert wire.opened(wire.closed(mail)) == mail
    assert wire.opened(wire.closed("too deep")) == "too deep"
    assert isinstance(mail, Inbound)
