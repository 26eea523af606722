"""Complaints of mail providers about mail that was sent: abuse reports (RFC 5965, RFC 6591)."""

from __future__ import annotations

import re

from firstline.channels.email import charsets
from firstline.channels.email.bounces import returned
from firstline.core.intake.inbound import Abuse, Inbound

_KINDS = frozenset({"abuse", "fraud", "virus", "not-spam", "auth-failure", "opt-out", "opt-out-list"})
_FIELD = re.compile(
    r"^(feedback-type|original-rcpt-to|removal-recipient)[ \t]{0,9}:[ \t]{0,9}([^\r\n]{1,400})", re.I | re.M
)
_ADDRESS = re.compile(r"[^\s<>,;\"]{1,64}@[^\s<>,;\"]{1,255}")
# Outlook.com sends the mail complained of and nothing else.
_OUTLOOK = re.compile(r"complaint about message from [\d.:a-f]{3,45}\s{0,3}$", re.IGNORECASE)
_OUTLOOK_RECIPIENT = "x-hmxmroriginalrecipient"


def read(mail: Inbound) -> Abuse | None:
    """Return what a complaint says, None for any other mail."""
    report = next((file.data for file in mail.files if file.content_type == "message/feedback-report"), None)
    if report is not None:
        return _reported(mail, charsets.decode(report[:100_000])[0])
    if _OUTLOOK.match(mail.subject.strip()) and returned.header_of(mail, ""):
        return _made("abuse", [], returned.header_of(mail, ""))
    return None


def _reported(mail: Inbound, report: str) -> Abuse:
    fields = [(name.lower(), value.strip()) for name, value in _FIELD.findall(report)]
    kind = next((value.lower() for name, value in fields if name == "feedback-type"), "")
    named = [value for name, value in fields if name != "feedback-type"]
    return _made(kind if kind in _KINDS else "other", named, returned.header_of(mail, ""))


def _made(kind: str, named: list[str], header: returned.Header) -> Abuse:
    named = named or [value for name, value in header if name == _OUTLOOK_RECIPIENT]
    addresses = dict.fromkeys(address for each in named for address in _ADDRESS.findall(each))
    return Abuse(kind, tuple(addresses), returned.id_of(header), header)
