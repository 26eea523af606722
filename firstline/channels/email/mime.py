"""The tree of parts of a mail, read from bytes in one pass and without trust in its boundaries."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field

from firstline.channels.email import headers
from firstline.channels.email.bounds import Bounds

_DASHES = re.compile(rb"^--[^\r\n]*", re.MULTILINE)
_HEADER_END = re.compile(rb"\r?\n(?=\r?\n|$)")
_FIELD_LINE = re.compile(rb"[!-9;-~]+[ \t]*:|[ \t]|>?From ")


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
        if how in ("quoted-printable", "quotedprintable", "qp"):
            return binascii.a2b_qp(self.body)
        return self.body

    def _unpacked(self) -> bytes:
        data = headers.from_base64(self.body)
        return data if data or not self.body.strip() else self.body


class _Reader:
    """One pass over the bytes; every line of dashes is looked at once."""

    def __init__(self, raw: bytes, bounds: Bounds) -> None:
        self.raw = raw
        self.bounds = bounds
        self.dashes = list(_DASHES.finditer(raw))
        self.next = 0
        self.open: dict[bytes, int] = {}
        self.parts = 0
        self.header_bytes = 0

    def part(self, start: int, depth: int, default: str) -> tuple[Part, bytes]:
        """Read one part; return it with the delimiter that ended it, b"" at the end of the mail."""
        self.parts += 1
        self.bounds.check_parts(self.parts)
        self.bounds.check_depth(depth)
        head, body_at = self._head(start)
        self.header_bytes += len(head)
        self.bounds.check_header(self.header_bytes)
        fields = headers.split(head)
        kind, params = headers.parameters(headers.first(fields, "content-type"))
        part = Part(fields, kind if "/" in kind else default, params)
        boundary = params.get("boundary", "").rstrip().encode("utf-8", "replace")
        if part.kind.startswith("multipart/") and boundary and boundary not in self.open:
            return part, self._children(part, b"--" + boundary, body_at, depth)
        ended, end = self._until()
        part.body = self._trimmed(body_at, end, ended)
        return part, ended

    def _children(self, part: Part, delimiter: bytes, body_at: int, depth: int) -> bytes:
        self.open[delimiter] = self.open.get(delimiter, 0) + 1
        ended, end = self._until()
        if ended != delimiter:
            part.body = self._trimmed(body_at, end, ended)
            part.trouble.append("A part said that it had parts, and had none.")
        default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        while ended == delimiter:
            child, ended = self.part(self.after, depth + 1, default)
            part.parts.append(child)
        self.open[delimiter] -= 1
        if not self.open[delimiter]:
            del self.open[delimiter]
        if ended != delimiter + b"--":
            part.trouble.append("The parts had no end: the mail may be cut short.")
            return ended
        return self._until()[0]

    def _until(self) -> tuple[bytes, int]:
        """Go to the next delimiter that is open; return it and where its line begins."""
        while self.next < len(self.dashes):
            line = self.dashes[self.next]
            self.next += 1
            token = line[0].rstrip()
            # The boundary may itself end in dashes, so the whole line is asked for first.
            if token in self.open or (token.endswith(b"--") and token[:-2] in self.open):
                self.after = self._next_line(line.end())
                return token, line.start()
        return b"", len(self.raw)

    def _next_line(self, at: int) -> int:
        found = self.raw.find(b"\n", at)
        return len(self.raw) if found < 0 else found + 1

    def _head(self, start: int) -> tuple[bytes, int]:
        """Return the header block at `start` and where the body begins, before any open delimiter."""
        stop = self._next_open_delimiter()
        if self.raw.startswith((b"\n", b"\r\n"), start):
            return b"", self._next_line(start)
        at = start
        while at < stop:
            line_end = self._next_line(at)
            if not self.raw[at:line_end].strip(b"\r\n"):
                return self.raw[start:at], line_end
            if at == start and not _FIELD_LINE.match(self.raw, at):
                return b"", start  # no header at all: the text begins at once
            at = line_end
        return self.raw[start:stop], stop

    def _next_open_delimiter(self) -> int:
        for place in range(self.next, len(self.dashes)):
            token = self.dashes[place][0].rstrip()
            if token in self.open or (token.endswith(b"--") and token[:-2] in self.open):
                return self.dashes[place].start()
        return len(self.raw)

    def _trimmed(self, start: int, end: int, ended: bytes) -> bytes:
        """Return the body; the line end before a delimiter belongs to the delimiter."""
        body = self.raw[min(start, end) : end]
        if not ended:
            return body
        return body.removesuffix(b"\n").removesuffix(b"\r")


def read(raw: bytes, bounds: Bounds) -> Part:
    """Return the tree of parts of a mail; nested messages stay whole, as bodies of their parts.

    Raises TooMuch when the mail passes a bound; never another exception, whatever the bytes.
    """
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    start = len(raw) - len(raw.lstrip(b"\r\n"))
    return _Reader(raw, bounds).part(start, 0, "text/plain")[0]
