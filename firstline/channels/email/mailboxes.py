"""The addresses of a header field, as mailers write them and not only as RFC 5322 would have it."""

from __future__ import annotations

import re

from firstline.channels.email import charsets, headers
from firstline.channels.email.bounds import Bounds
from firstline.core.intake.inbound import Address

# Lengths are bounded, so that no run of quotes and backslashes is walked again from each of them.
_TOKEN = re.compile(
    rb'"(?:[^"\\]|\\.){0,120}+"|<[^<>]*>|[(),;:"<>\\]|=\?[^?\s]{1,80}\?[bBqQ]\?[^?]*\?=|[^(),;:"<>\\=]+|=', re.DOTALL
)
_SPACE = re.compile(r"[ \t\r\n]+")
_APART = re.compile(r"[\s<>,;:\"()]+")


class _Mailbox:
    """One address while it is read."""

    def __init__(self) -> None:
        self.phrase: list[bytes] = []
        self.comment: list[bytes] = []
        self.angle: bytes | None = None
        self.has_at = False

    def add(self, token: bytes) -> None:
        self.phrase.append(token)
        self.has_at = self.has_at or (b"@" in token and not token.startswith((b'"', b"=?")))


def read(raw: bytes, bounds: Bounds, hints: tuple[str, ...] = ()) -> tuple[Address, ...]:
    """Return the mailboxes of an address field; entries without an address are left out.

    Raises TooMuch when the field names more of them than `bounds.addresses`.
    """
    found: list[Address] = []
    for count, mailbox in enumerate(_mailboxes(raw), start=1):
        bounds.check_addresses(count)
        address = _address(mailbox, hints)
        if address is not None:
            found.append(address)
    return tuple(found)


def ids(raw: bytes) -> tuple[str, ...]:
    """Return the message ids of a field, without brackets, each once, in order; the newest hundred."""
    text = headers.text_of(raw)
    found = re.findall(r"<([^<>\s]+)>", text) or [word for word in text.split() if "@" in word]
    return tuple(dict.fromkeys(found))[-100:]


def _mailboxes(raw: bytes) -> list[_Mailbox]:
    done: list[_Mailbox] = []
    now, depth = _Mailbox(), 0
    for token in _TOKEN.findall(raw):
        if token == b"(":
            depth += 1
        elif token == b")":
            depth = max(0, depth - 1)
        elif depth:
            now.comment.append(token)
        elif token in (b",", b";"):
            now = _next(done, now)
        elif token == b":" and now.angle is None and not now.has_at:
            now = _Mailbox()  # the name of a group
        elif token.startswith(b"<") and token.endswith(b">"):
            if now.angle is not None:
                now = _next(done, now)
            now.angle = token[1:-1]
        elif token not in (b"<", b">", b"\\"):
            now.add(token)
    _next(done, now)
    return done


def _next(done: list[_Mailbox], now: _Mailbox) -> _Mailbox:
    """File one address; a name cut in two by a comma (Smith, John <...>) waits for its address."""
    if now.angle is None and now.phrase and not now.has_at:
        now.phrase.append(b", ")
        return now
    if now.angle is not None or now.phrase:
        done.append(now)
    return _Mailbox()


def _address(mailbox: _Mailbox, hints: tuple[str, ...]) -> Address | None:
    name = _words(mailbox.phrase, hints)
    if mailbox.angle is None:
        bare = next((word for word in _APART.split(name) if "@" in word.strip("@")), None)
        if bare is None:
            return None
        rest = name.replace(bare, "", 1).strip()
        return Address(rest or _words(mailbox.comment, hints), bare)
    address = _addr_spec(headers.text_of(mailbox.angle, hints))
    if not address:
        return None
    return Address(name or _words(mailbox.comment, hints), address)


def _addr_spec(text: str) -> str:
    """Return the address within angle brackets: no spaces, no route, no mailto, no scheme of a script."""
    text = "".join(text.split()).strip("<>'").removeprefix("mailto:")
    if text.startswith("@") and ":" in text:
        text = text.partition(":")[2]
    return text


def _words(phrase: list[bytes], hints: tuple[str, ...]) -> str:
    """Return the display name of raw tokens: quotes opened first, then encoded words, as mailers nest them."""
    opened = b"".join(_opened(token) for token in phrase)
    text = _SPACE.sub(" ", charsets.cleaned(headers.text_of(opened, hints))).strip(
        " ,"
    )  # only plain spaces: an ideographic one belongs to the name
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def _opened(token: bytes) -> bytes:
    if len(token) > 1 and token[:1] == b'"' == token[-1:]:
        return re.sub(rb"\\(.)", rb"\1", token[1:-1], flags=re.DOTALL)
    return b"" if token == b'"' else token
