"""Mail made to hurt whoever reads it: each is read or refused within 5 s and 400 MB, by a process of its own."""

import base64
import json
import subprocess
import sys
import zlib

import pytest

from firstline.channels.email.parse import understand

HEAD = b"From: a@b.example\r\nTo: help@desk.example\r\nMIME-Version: 1.0\r\n"
SECONDS, BYTES = 5, 400_000_000
READER = """
import json, re, resource, sys
from firstline.channels.email.bounds import TooMuch
from firstline.channels.email.parse import understand
raw = sys.stdin.buffer.read()
began = resource.getrusage(resource.RUSAGE_SELF).ru_utime
try:
    mail = understand(raw)
    said = f"text of {len(mail.text)}, {len(mail.files)} files"
except TooMuch as much:
    said = str(much)
used = resource.getrusage(resource.RUSAGE_SELF).ru_utime - began
# What this program itself held at most: ru_maxrss would count what the one that started it held, too.
held = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) * 1024
print(json.dumps([used, held, said]))
"""


def deep(count):
    edges = [b"--e%d\r\nContent-Type: multipart/mixed; boundary=e%d\r\n\r\n" % (n, n + 1) for n in range(count)]
    return HEAD + b"Content-Type: multipart/mixed; boundary=e0\r\n\r\n" + b"".join(edges)


def wide(count, part=b"\r\nx"):
    return (
        HEAD + b"Content-Type: multipart/mixed; boundary=e\r\n\r\n" + (b"--e\r\n" + part + b"\r\n") * count + b"--e--"
    )


def nested_messages(count):
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * count


def headers(line, count):
    return HEAD + line * count + b"\r\nx"


def plain(text):
    return HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text


def html(text):
    return HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + text


def report(fields):
    head = (
        HEAD
        + b'Content-Type: multipart/report; report-type=delivery-status; boundary="e"\r\n\r\n--e\r\n\r\nx\r\n--e\r\n'
    )
    return head + b"Content-Type: message/delivery-status\r\n\r\n" + fields + b"\r\n--e--"


def bomb(size):
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000)), packer.flush()])


MAILS = {
    "a hundred thousand parts within one another": lambda: deep(100_000),
    "a hundred thousand parts beside one another": lambda: wide(100_000),
    "parts that say they are parts": lambda: wide(50_000, b"Content-Type: multipart/mixed; boundary=e\r\n\r\n"),
    "messages within messages": lambda: nested_messages(300_000),
    "a hundred thousand addresses": lambda: HEAD + b"Cc: " + b"<a@b.example>, " * 100_000 + b"\r\n\r\nx",
    "addresses of quotes and brackets": lambda: HEAD + b"Cc: " + b'"\\"<(' * 200_000 + b"\r\n\r\nx",
    "fifty thousand encoded words": lambda: HEAD + b"Subject:" + b" =?utf-8?b?0JA=?=" * 50_000 + b"\r\n\r\nx",
    "encoded words that never end": lambda: HEAD + b"Subject: " + b"=?utf-8?q?" * 90_000 + b"\r\n\r\nx",
    "fifty thousand continuations of a parameter": lambda: wide(
        1, b"Content-Type: text/plain;" + b"".join(b"\r\n name*%d=a;" % n for n in range(50_000)) + b"\r\n\r\nx"
    ),
    "a line of the header of a megabyte": lambda: HEAD + b"Subject: " + b"a" * 1_000_000 + b"\r\n\r\nx",
    "a header of twenty megabytes": lambda: headers(b"X-A: b\r\n", 2_500_000),
    "a header folded a hundred thousand times": lambda: HEAD + b"Subject: a" + b"\r\n b" * 100_000 + b"\r\n\r\nx",
    "a million ids": lambda: HEAD + b"References: " + b"<a@b> " * 150_000 + b"\r\n\r\nx",
    "elements within one another": lambda: html(b"<div><blockquote>" * 500_000 + b"x"),
    "elements that never end": lambda: html(b"<a href='" * 1_000_000),
    "a table of a million cells": lambda: html(b"<td>" * 1_000_000),
    "lines that begin like headlines": lambda: plain(b"On Mon, Jan 5, 2026 at 12:00 PM <a@b.example\n" * 100_000),
    "lines that begin like the header of a mail": lambda: plain(b"From: a@b.example\n" * 250_000),
    "quote marks": lambda: plain(b"> " * 2_500_000),
    "signatures": lambda: plain(b"-- \n" * 1_000_000),
    "empty lines": lambda: plain(b"\n" * 10_000_000),
    "a report of a hundred thousand recipients": lambda: report(
        b"Final-Recipient: rfc822; a@b.example\r\n\r\n" * 100_000
    ),
    "a report that is one field": lambda: report(b"Final-Recipient: rfc822; a\r\n" + b" b@c\r\n" * 900_000),
    "words of a server without end": lambda: HEAD.replace(b"a@", b"mailer-daemon@")
    + b"Subject: Undelivered Mail\r\n\r\nIt could not be delivered.\r\n"
    + b"<a@b.example>: 550 5.1.1\r\n" * 400_000,
    "a file that would be large if it were opened": lambda: wide(
        1, b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
        base64.b64encode(bomb(500_000_000))
    ),
    "uuencoded files without end": lambda: plain(b"begin 644 a\n" * 500_000),
    "a winmail.dat of lengths": lambda: wide(
        1,
        b"Content-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22\x00\x00"
        + b"\x02\x05\x90\x06\x00\xff\xff\xff\x7f" * 90_000,
    ),
    "an invitation of a million lines": lambda: HEAD
    + b"Content-Type: text/calendar\r\n\r\n"
    + b"SUMMARY:x\r\n" * 1_000_000,
    "octets of every kind": lambda: HEAD + b"\r\n" + bytes(range(256)) * 40_000,
}  # fmt: skip


@pytest.mark.parametrize("name", MAILS)
def test_it_is_read_or_refused_in_little_time_and_memory(name):
    done = subprocess.run(
        [sys.executable, "-c", READER], input=MAILS[name](), capture_output=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr.decode()[-500:]
    seconds, size, said = json.loads(done.stdout)
    assert (seconds < SECONDS, size < BYTES, bool(said)) == (True, True, True), (seconds, size, said)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "C:\\x\\a.exe", "a\0b", "\r\nX: y", "..", "", "a" * 5_000],
)
def test_the_name_of_a_file_is_never_a_path(name):
    encoded = base64.b64encode(name.encode()).decode()
    part = f'Content-Disposition: attachment; filename="=?utf-8?b?{encoded}?="\r\n\r\nx'.encode()

    got = understand(wide(1, part)).files[0].name

    assert got
    assert not set(got) & set("/\\\0\r\n")
    assert got not in (".", "..")
    assert len(got) < 300


@pytest.mark.parametrize(
    "field",
    [
        b"From: a@b.example\r\n\tBcc: x@y.example",
        b"From: =?utf-8?b?YQ0KQmNjOiB4QHkuZXhhbXBsZQ==?= <a@b.example>",
        b"From: <a@b.example=?utf-8?q?=0D=0ABcc:_x@y.example?=>",
        b'From: "a\r\n b" <a@b.example>',
        b"From: a@b.example\rBcc: x@y.example",
    ],
)
def test_no_line_end_gets_into_an_address_or_a_subject(field):
    mail = understand(field + b"\r\nSubject: =?utf-8?q?a=0D=0AX:_y?=\r\n\r\nx")

    said = [mail.subject, *(text for each in mail.from_ for text in (each.name, each.address))]
    assert not [each for each in said if set(each) & set("\r\n\0")]
