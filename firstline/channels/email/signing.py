"""DKIM: letters are signed for the desk's domain when a key is configured (RFC 6376)."""

from __future__ import annotations

from typing import Protocol

import dkim

_SIGNED = [b"from", b"to", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"reply-to",
           b"mime-version", b"content-type", b"auto-submitted", b"list-unsubscribe",
           b"list-unsubscribe-post"]  # fmt: skip


class Key(Protocol):
    """The key of a domain, and the selector under which its public half stands in the name service: settings.DKIM."""

    @property
    def domain(self) -> str: ...
    @property
    def selector(self) -> str: ...
    @property
    def private(self) -> bytes: ...


def signed(mail: bytes, sender: str, key: Key | None) -> bytes:
    """Return a mail with its signature before it, where the key is of the sender's domain; else as it is."""
    if key is None or sender.rpartition("@")[2].lower() != key.domain.lower():
        return mail
    present = {line.split(b":", 1)[0].lower() for line in mail.split(b"\r\n\r\n", 1)[0].split(b"\r\n") if b":" in line}
    signature: bytes = dkim.sign(
        mail, key.selector.encode(), key.domain.encode(), key.private,
        include_headers=[name for name in _SIGNED if name in present], canonicalize=(b"relaxed", b"relaxed"),
    )  # fmt: skip
    return signature + mail
