"""The letter that came back, as far as its header is in the report: by its id it is known which one it was."""

from __future__ import annotations

import re

from firstline.channels.email import headers, mailboxes
from firstline.core.intake.inbound import Inbound

Header = tuple[tuple[str, str], ...]

_ATTACHED = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"})
# What servers write above a letter that they put into the text of a report.
_ABOVE = re.compile(
    r"^[ \t*|#>-]{0,80}(?:this is a copy of (?:the|your) message|below this line is a copy|enclosed is a copy"
    r"|included is a copy|original message|the header of the original message|message headers? follow"
    r"|original message (?:headers?|follows)|unsent message|returned message|message text follows|original mail info"
    r"|bounced e-?mail|below is a copy of the original message|message header)[^\n]{0,90}$",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST = 100_000
_TELLING = re.compile(r"^(message-id|received|return-path|subject|date|from)[ \t]{0,9}:", re.IGNORECASE | re.MULTILINE)


def parted(text: str) -> tuple[str, str]:
    """Return the words of the report, and the letter that stands below them in the same text ("" if none does)."""
    for found in _ABOVE.finditer(text):
        if len(_TELLING.findall(text, found.end(), found.end() + 3_000)) > 1 or not text[found.end() :].strip():
            return text[: found.start()], text[found.end() :]
    return text, ""


def header_of(mail: Inbound, below: str) -> Header:
    """Return the header of the letter that came back: attached, or `below` the words of the report."""
    attached = [file.data[:_LONGEST] for file in mail.files if file.content_type in _ATTACHED]
    raw = next(iter(attached), b"") or below[:_LONGEST].encode("utf-8", "replace") or _loose(mail)
    start = re.search(rb"^[\w-]{2,40}[ \t]{0,9}:", raw, re.MULTILINE)
    if start is None:
        return ()
    head = re.split(rb"\r?\n[ \t]*\r?\n", raw[start.start() :], maxsplit=1)[0]
    return tuple((name, headers.text_of(value)) for name, value in headers.split(head))


def _loose(mail: Inbound) -> bytes:
    """Return the lines around a Message-ID that stands in a report whose parts have come apart."""
    reports = [file.data for file in mail.files if file.content_type == "message/delivery-status"]
    for text in (mail.text[:_LONGEST].encode("utf-8", "replace"), *(each[:_LONGEST] for each in reports)):
        for block in re.split(rb"\r?\n[ \t]*\r?\n", text):
            if re.search(rb"^message-id[ \t]{0,9}:", block, re.IGNORECASE | re.MULTILINE):
                return block
    return b""


def id_of(header: Header) -> str:
    """Return the Message-ID of a header, without brackets, or ""."""
    value = next((value for name, value in header if name == "message-id"), "")
    return next(iter(mailboxes.ids(value.encode("utf-8", "replace"))), "")


def recipients_of(header: Header) -> tuple[str, ...]:
    """Return the addresses of the header's To field."""
    return _addresses(header, "to")


def senders_of(header: Header) -> tuple[str, ...]:
    """Return the addresses from which the letter came, by its envelope and its header."""
    return _addresses(header, "return-path") + _addresses(header, "from")


def _addresses(header: Header, field: str) -> tuple[str, ...]:
    value = next((value for name, value in header if name == field), "")
    return tuple(dict.fromkeys(re.findall(r"[^\s<>,;\"]{1,64}@[^\s<>,;\"]{1,255}", value[:20_000])))
