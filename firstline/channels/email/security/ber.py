"""The encoding of S/MIME (X.690): read as mail programs write it, and written again in its strict form."""

from __future__ import annotations

from dataclasses import dataclass, field

_DEEPEST, _MOST = 40, 20_000
SEQUENCE, SET, OCTETS, OBJECT = 0x30, 0x31, 0x04, 0x06


class Unreadable(ValueError):
    """Bytes that are not of this encoding, or more of it than any honest mail holds."""


@dataclass
class Node:
    """One value: its tag, and its bytes or its parts."""

    tag: int
    data: bytes = b""
    parts: list[Node] = field(default_factory=list)

    @property
    def octets(self) -> bytes:
        """The bytes of an octet string, of which some programs make many."""
        return b"".join(part.octets for part in self.parts) if self.parts else self.data


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.nodes = 0

    def node(self, at: int, end: int, depth: int) -> tuple[Node, int]:
        self.nodes += 1
        if depth > _DEEPEST or self.nodes > _MOST or at + 2 > end:
            raise Unreadable
        tag = self.raw[at]
        length, start = self._length(at + 1, end)
        if tag & 0x1F == 0x1F or (length is None and not tag & 0x20):
            raise Unreadable
        if not tag & 0x20:
            return Node(tag, self.raw[start : start + (length or 0)]), start + (length or 0)
        node = Node(tag)
        stop = end if length is None else start + length
        while start < stop:
            if length is None and self.raw[start : start + 2] == b"\0\0":
                return node, start + 2
            part, start = self.node(start, stop, depth + 1)
            node.parts.append(part)
        if length is None:
            raise Unreadable
        return node, start

    def _length(self, at: int, end: int) -> tuple[int | None, int]:
        """Return a length, None when an end mark follows instead, and where the value begins."""
        first = self.raw[at]
        if first < 0x80:
            length, start = first, at + 1
        elif first == 0x80:
            return None, at + 1
        else:
            start = at + 1 + (first & 0x7F)
            length = int.from_bytes(self.raw[at + 1 : start], "big")
        if start + length > end:
            raise Unreadable
        return length, start


def read(raw: bytes) -> Node:
    """Return the value that bytes encode; raises Unreadable."""
    try:
        return _Reader(raw).node(0, len(raw), 0)[0]
    except IndexError as short:
        raise Unreadable from short


def written(node: Node, tag: int | None = None) -> bytes:
    """Return the value in its strict form (DER): every length told, octet strings in one piece."""
    kind = node.tag if tag is None else tag
    joined = kind & 0xDF == OCTETS or (kind & 0xC0 == 0x80 and _are_octets(node))
    data = node.octets if joined or not node.parts else b"".join(written(part) for part in node.parts)
    return bytes([kind & 0xDF if joined else kind]) + _told(len(data)) + data


def _are_octets(node: Node) -> bool:
    # [0] IMPLICIT OCTET STRING: what is encrypted, in pieces.
    return bool(node.parts) and all(part.tag == OCTETS for part in node.parts)


def _told(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    raw = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(raw)]) + raw


def name_of(node: Node) -> str:
    """Return an object identifier in dots; raises Unreadable."""
    if node.tag != OBJECT or not node.data:
        raise Unreadable
    numbers, value = [], 0
    for byte in node.data:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))
