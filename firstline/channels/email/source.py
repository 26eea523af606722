"""What makes a mail the same mail if it is handed over again: its recipient, and all that no server on its way adds."""

from __future__ import annotations

import hashlib
import re

# What servers add on the way, and add anew when they deliver again. Signatures too: a relay that repeats itself signs
# anew, while Date, Message-ID and the body, which tell two honest mails apart, stay below.
_TRACE = re.compile(
    rb"(?:received|x-received|return-path|delivered-to|x-delivered-to|x-original-to|envelope-to|received-spf"
    rb"|authentication-results|x-authentication-results|arc-[a-z-]+|dkim-signature|x-google-dkim-signature"
    rb"|x-google-smtp-source|x-gm-message-state|x-spam-[a-z-]+|x-virus-scanned|x-rspamd-[a-z-]+|x-uid|x-uidl|x-status"
    rb"|status|x-keywords|x-mozilla-[a-z0-9-]+)[ \t]*:",
    re.IGNORECASE,
)
_LINES_APART = re.compile(rb"\r\n?")


def source_id(raw: bytes, recipient: str) -> str:
    """Return the mark of a mail that came for `recipient` (the key of a mailbox): at most 69 ASCII characters.

    Neither the Message-ID alone, which a stranger may copy, nor a UID, which a mailbox may count anew, makes it.
    Line ends do not count: mail in files has others than mail on the wire.
    """
    head, gap, body = _LINES_APART.sub(b"\n", raw).partition(b"\n\n")
    digest = hashlib.sha256(recipient.encode())
    digest.update(b"\0")
    for field in re.split(rb"\n(?![ \t])", head):
        if not _TRACE.match(field):
            digest.update(field + b"\n")
    digest.update(gap)
    digest.update(body.rstrip(b"\n"))
    return f"mail:{digest.hexdigest()}"
