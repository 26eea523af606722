"""The tree of parts of a mail, read from bytes in one pass and without trust in its boundaries."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from functools import lru_cache

from firstline.channels.email import headers, uudecode
from firstline.channels.email.bounds import Bounds

_LONGEST_BOUNDARY = 250  # RFC 2046 allows 70
_FIELD_LINE = re.compile(rb"[!-9;-~]+[ \t]*:|[ \t]|>?From ")

_SURE_FIELD = re.compile(rb"(Return-Path|Received|From|To|Subject|Date|Message-ID|MIME-Version):", re.IGNORECASE)


@dataclass
class Part:
    """One part: its fields, what it says it is, and its body as sent (still encoded)."""

    fields: list[headers.Field]
    kind: str
    params: dict[str, str]
    body: bytes = b""
    parts: list[Part] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    @property
    def disposition(self) -> tuple[str, dict[str, str]]:
        """What the part says of being shown or kept: inline, attachment or "", and its parameters."""
        return headers.parameters(headers.first(self.fields, "content-disposition"), self.hints)

    @property
    def hints(self) -> tuple[str, ...]:
        """The charset this part names, for names without one."""
        return tuple(filter(None, [self.params.get("charset", "")]))

    @property
    def data(self) -> bytes:
        """The body decoded from its transfer encoding, as far as it can be read."""
        raw = headers.parameters(headers.first(self.fields, "content-transfer-encoding"))[0]
        how = raw.replace(" ", "").strip("\"'.")
        if how == "base64":
            return self._unpacked()
        if how in ("x-uuencode", "x-uue", "uuencode"):
            files = uudecode.taken_out(self.body)[1]
            return files[0][1] if files else self.body
        if how in ("quoted-printable", "quotedprintable", "qp"):
            return binascii.a2b_qp(self.body)
        return self.body

    def _unpacked(self) -> bytes:
        data = headers.from_base64(self.body)
        return data if data or not self.body.strip() else self.body


class _Reader:
    """One pass over the bytes: what was read is never looked at again."""

    def __init__(self, raw: bytes, bounds: Bounds) -> None:
        self.raw = raw
        self.bounds = bounds
        self.at = 0
        self.open: list[bytes] = []
        self.parts = 0
        self.header_bytes = 0

    def part(self, depth: int, default: str) -> tuple[Part, bytes]:
        """Read one part; return it with the delimiter that ended it, b"" at the end of the mail."""
        self.parts += 1
        self.bounds.check_parts(self.parts)
        self.bounds.check_depth(depth)
        fields = headers.split(self._head())
        kind, params = headers.parameters(headers.first(fields, "content-type"))
        part = Part(fields, kind if "/" in kind else default, params)
        boundary = params.get("boundary", "").rstrip().encode("utf-8", "replace")
        if part.kind.startswith("multipart/") and 0 < len(boundary) <= _LONGEST_BOUNDARY:
            return part, self._children(part, b"--" + boundary, depth)
        part.body, ended = self._until()
        return part, ended

    def _children(self, part: Part, delimiter: bytes, depth: int) -> bytes:
        self.open.append(delimiter)
        before, ended = self._until()
        if ended != delimiter:
            part.body = before
            part.trouble.append("A part said that it had parts, and had none.")
        default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        while ended == delimiter:
            child, ended = self.part(depth + 1, default)
            part.parts.append(child)
        self.open.pop()
        if ended != delimiter + b"--":
            part.trouble.append("The parts had no end: the mail may be cut short.")
            return ended
        return self._until()[1]

    def _until(self) -> tuple[bytes, bytes]:
        """Read on to the next delimiter that is open; return what stood before it, and it."""
        start = self.at
        found = _line_of(tuple(self.open)).search(self.raw, start) if self.open else None
        if found is None:
            self.at = len(self.raw)
            return self.raw[start:], b""
        self.at = self._next_line(found.end())
        # The line end before a delimiter belongs to the delimiter.
        return self.raw[start : found.start()].removesuffix(b"\n").removesuffix(b"\r"), found[0].rstrip()

    def _next_line(self, at: int) -> int:
        found = self.raw.find(b"\n", at)
        return len(self.raw) if found < 0 else found + 1

    def _head(self) -> bytes:
        """Read the header block at hand, up to an empty line or a delimiter that is open."""
        start = self.at
        while self.at < len(self.raw):
            after = self._next_line(self.at)
            self.bounds.check_header(self.header_bytes + after - start)
            line = self.raw[self.at : after].rstrip()
            if not line:
                break
            if line.startswith(b"--") and (line in self.open or line.removesuffix(b"--") in self.open):
                return self.raw[start : self.at]
            if self.at == start and not _FIELD_LINE.match(line):
                return b""  # no header at all: the text begins at once
            self.at = after
        self.header_bytes += self.at - start
        head = self.raw[start : self.at]
        self.at = self._next_line(self.at)
        return head


@lru_cache(maxsize=64)
def _line_of(delimiters: tuple[bytes, ...]) -> re.Pattern[bytes]:
    """Return the pattern of a line that is one of the delimiters, or ends one."""
    some = b"|".join(re.escape(each) for each in dict.fromkeys(delimiters))
    return re.compile(rb"^(?:" + some + rb")(?:--)?[ \t]*\r?$", re.MULTILINE)


def read(raw: bytes, bounds: Bounds) -> Part:
    """Return the tree of parts of a mail; nested messages stay whole, as bodies of their parts.

    Raises TooMuch when the mail passes a bound; never another exception, whatever the bytes.
    """
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    reader = _Reader(raw, bounds)
    reader.at = _first_field(raw)
    return reader.part(0, "text/plain")[0]


def _first_field(raw: bytes) -> int:
    """Return where the header begins: some forwarders put empty lines or a line of their own before it."""
    start = len(raw) - len(raw.lstrip())
    if _FIELD_LINE.match(raw, start):
        return start
    second = raw.find(b"\n", start) + 1
    return second if second and _SURE_FIELD.match(raw, second) else start
