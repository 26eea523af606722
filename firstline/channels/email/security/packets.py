"""The fingerprints of all keys in a PGP certificate: the library tells that of the first one only (RFC 9580)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

_KEY, _SUBKEY = 6, 14
_MOST = 1_000


def fingerprints(certificate: bytes) -> list[str]:
    """Return the fingerprints, in lower case, of the keys and subkeys of a binary certificate."""
    return [_fingerprint(body) for tag, body in _packets(certificate) if tag in (_KEY, _SUBKEY) and body]


def _fingerprint(body: bytes) -> str:
    if body[0] >= 5:
        return hashlib.sha256(b"\x9b" + len(body).to_bytes(4, "big") + body).hexdigest()
    made = hashlib.sha1(b"\x99" + len(body).to_bytes(2, "big") + body, usedforsecurity=False)
    return made.hexdigest()


def _packets(raw: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _each in range(_MOST):
        if at + 2 > len(raw) or not raw[at] & 0x80:
            return
        tag, length, start = _new(raw, at) if raw[at] & 0x40 else _old(raw, at)
        yield tag, raw[start : start + length]
        at = start + length


def _new(raw: bytes, at: int) -> tuple[int, int, int]:
    tag, first = raw[at] & 0x3F, raw[at + 1]
    if first < 192:
        return tag, first, at + 2
    if first < 224:
        return tag, ((first - 192) << 8) + int.from_bytes(raw[at + 2 : at + 3], "big") + 192, at + 3
    return tag, int.from_bytes(raw[at + 2 : at + 6], "big"), at + 6


def _old(raw: bytes, at: int) -> tuple[int, int, int]:
    size = 1 << (raw[at] & 3)
    return raw[at] >> 2 & 0xF, int.from_bytes(raw[at + 1 : at + 1 + size], "big"), at + 1 + size
