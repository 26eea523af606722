"""What makes a mail the same one again, and what tells two apart."""

from __future__ import annotations

import time

import pytest

from firstline.channels.email.source import source_id

MAIL = (
    b"From: anna@example.com\r\nTo: desk@example.org\r\nMessage-ID: <1@example.com>\r\nSubject: Printer\r\n"
    b"Date: Mon, 2 Mar 2026 09:00:00 +0000\r\n\r\nIt smokes.\r\n"
)
DESK = "desk@example.org"


@pytest.mark.parametrize(
    "again",
    [
        b"Return-Path: <anna@example.com>\r\nDelivered-To: desk@example.org\r\nReceived: from a by b\r\n"
        b"\twith ESMTP; Mon, 2 Mar 2026 09:00:05 +0000\r\n" + MAIL,
        b"Received: once\r\nReceived: twice\r\n" + MAIL,
        b"ARC-Seal: i=1; a=rsa-sha256;\r\n b=abc\r\nAuthentication-Results: mx; dkim=pass\r\n" + MAIL,
        MAIL.replace(b"\r\n\r\n", b"\r\nDKIM-Signature: v=1; t=17;\r\n b=zzz\r\n\r\n"),
        MAIL.replace(b"\r\n", b"\n"),
        MAIL + b"\r\n",
    ],
)
def test_the_same_mail_delivered_again_is_the_same(again: bytes):
    assert source_id(again, DESK) == source_id(MAIL, DESK)


@pytest.mark.parametrize(
    "other",
    [
        MAIL.replace(b"smokes", b"burns"),
        MAIL.replace(b"anna@", b"mallory@"),
        MAIL.replace(b"<1@", b"<2@"),
        MAIL.replace(b"09:00:00", b"09:00:01"),
        MAIL.replace(b"Subject: Printer\r\n", b"Subject: Printer\r\n folded\r\n"),
        MAIL.replace(b"\r\n\r\n", b"\r\n"),
        b"",
    ],
)
def test_a_mail_that_differs_below_its_trace_is_another_even_with_the_same_message_id(other: bytes):
    assert source_id(other, DESK) != source_id(MAIL, DESK)


def test_the_same_mail_for_another_mailbox_is_another():
    assert source_id(MAIL, "sales@example.org") != source_id(MAIL, DESK)


def test_the_mark_fits_its_column_and_takes_time_that_grows_with_the_mail():
    began = time.process_time()

    mark = source_id(b"Received: " + b"x\r\n " * 500_000 + b"\r\n\r\n" + b"y\r\n" * 1_000_000, DESK)

    assert len(mark) <= 200
    assert time.process_time() - began < 10
