"""Outlook's winmail.dat, opened or kept."""

import struct

import pytest

from firstline.channels.email import rtf, tnef
from firstline.channels.email.parse import understand


def attribute(level, name, value):
    return struct.pack("<BII", level, name, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def winmail(*attributes):
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


FILE = (
    attribute(2, 0x9002, b"\0" * 14),
    attribute(2, 0x18010, b"note.txt\0"),
    attribute(2, 0x6800F, b"hello"),
)
BODY = attribute(1, 0x2800C, b"The body\0")


def mail(data):
    return b"From: a@b.example\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\r\n" + data


def test_the_files_and_the_body_come_out():
    opened = tnef.read(winmail(BODY, *FILE))

    assert [(each.name, each.data) for each in opened.files] == [("note.txt", b"hello")]
    assert (opened.text, opened.whole) == ("The body", True)


def test_a_mail_shows_what_its_winmail_holds():
    understood = understand(mail(winmail(BODY, *FILE)))

    assert understood.text == "The body"
    assert [each.name for each in understood.files] == ["note.txt"]


def test_a_broken_winmail_is_kept_beside_what_could_be_read():
    understood = understand(mail(winmail(BODY, *FILE)[:-1]))

    assert [each.name for each in understood.files][-1] == "winmail.dat"
    assert "A winmail.dat could not be read to its end; it is kept as it came." in understood.trouble


@pytest.mark.parametrize("data", [b"", b"x" * 100, winmail(attribute(1, 0x9003, b"\xff" * 40)), winmail(b"\x01\x02")])
def test_garbage_is_no_exception(data):
    tnef.read(data)


def test_packed_rich_text_unpacks_to_the_example_of_its_standard():
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )

    assert rtf.unpacked(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
