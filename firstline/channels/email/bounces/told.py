"""What a report tells of one recipient, before it is judged."""

from __future__ import annotations

import re
from dataclasses import dataclass

ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"'@|*]{1,64}@[^\s<>()\[\]:;,\"'@]{1,255}|\"[^\"\s]{1,64}\"@[\w.-]{1,255}")
_STATUS = re.compile(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?![\w.]\d)")
_CODE = re.compile(r"(?<![\w.:])([45]\d\d)(?=[\s:-])")


@dataclass(frozen=True)
class Told:
    """One recipient of a report, in the report's own words.

    action    as of RFC 3464: failed, delayed, delivered, relayed, expanded, or "" when it is not told
    status    the enhanced status code of the report itself, or ""
    words     the answer of the server that refused, or whatever stands in its place
    around    what else the report says about this recipient
    kind      whose answer it is: smtp, x-unix, x-postfix and so on, or ""
    servers   the server that gave the answer, and the one that reports it
    """

    address: str
    action: str = ""
    status: str = ""
    words: str = ""
    around: str = ""
    kind: str = ""
    servers: str = ""


def status_in(text: str) -> str:
    """Return the enhanced status code (RFC 3463) in a server's answer, the one that says most, or ""."""
    found = _STATUS.findall(text)
    exact = [each for each in found if not each.endswith(".0.0")]
    return next(iter([each for each in exact if not each.endswith(".0")] or exact or found), "")


def code_in(text: str) -> str:
    """Return the SMTP reply code in a server's answer, or ""."""
    found = _CODE.search(text)
    return found[1] if found else ""


def address_in(text: str) -> str:
    """Return the first mail address in a text, without brackets or a type before it, or ""."""
    found = ADDRESS.search(text)
    return found[0].rstrip(".") if found else ""
