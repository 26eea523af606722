"""Whatever the bytes, reading them ends in an Inbound or in TooMuch."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from firstline.channels.email import htmltext, rtf, tnef
from firstline.channels.email.bounds import TooMuch
from firstline.channels.email.parse import understand

PIECES = st.sampled_from(
    [
        b"From: ", b"To: ", b"Subject: ", b"Date: ", b"Content-Type: ", b"multipart/mixed", b"multipart/alternative",
        b"text/plain", b"text/html", b"text/calendar", b"message/rfc822", b"application/ms-tnef", b"; boundary=b",
        b'; boundary="b--"', b"; charset=", b"koi8-r", b"utf-7", b"hz", b"utf-16", b"iso-2022-jp", b"; format=flowed",
        b"\r\n", b"\n", b"\r\n\r\n", b"--b", b"--b--", b" ", b"\t", b"=?utf-8?q?", b"=?koi8-r?b?", b"?=", b"=D0", b"<",
        b">", b"@", b'"', b"\\", b"(", b")", b",", b";", b":", b"a", b"begin 644 x\n", b"end\n", b"<!--", b"<a href='",
        b"&#0;", b"&#xd800;", b"&amp", b"\x78\x9f\x3e\x22\0\0", b"BEGIN:VEVENT\n", b"filename*0*=", b"utf-8''%D0",
        b"Content-Transfer-Encoding: base64", b"Content-Disposition: attachment", b"\0", b"\x1b$B", b"\xed\xa0\x80",
    ]
)  # fmt: skip


@given(st.lists(PIECES | st.binary(max_size=6), max_size=60))
def test_any_bytes_are_read_or_refused(pieces):
    with contextlib.suppress(TooMuch):
        mail = understand(b"".join(pieces))
        for text in (mail.subject, mail.text, mail.html, *(value for _, value in mail.headers)):
            assert "\0" not in text
            text.encode()


@given(st.binary(max_size=300))
def test_any_bytes_are_a_wrapper_or_none(data):
    tnef.read(b"\x78\x9f\x3e\x22\0\0" + data)
    rtf.unpacked(data[:8] + b"LZFu" + data[8:])


@given(
    st.lists(
        st.sampled_from(["<", ">", "a", "/", "!", "-", "--", '"', "'", "&", ";", "pre", "br", "script", " ", "\n"])
    )
)
def test_any_html_has_words(pieces):
    assert isinstance(htmltext.text_of("".join(pieces)), str)
