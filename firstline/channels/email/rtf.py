"""Rich text as Outlook packs it into a winmail.dat (LZFu, MS-OXRTFCP)."""

from __future__ import annotations

import struct

_PACKED, _PLAIN = 0x75465A4C, 0x414C454D
# What every packed text may refer back to before its own first word (the standard gives these bytes).
_BEFORE = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    + b"\r\n"
    + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096
_MOST = 50_000_000


def unpacked(data: bytes) -> bytes:
    """Return the rich text, b"" when the bytes are none; never more than fifty million bytes."""
    if len(data) < 16:
        return b""
    size, kind = struct.unpack_from("<II", data, 4)
    if kind == _PLAIN:
        return data[16 : 16 + size]
    return _inflated(data, min(size, _MOST)) if kind == _PACKED else b""


def _inflated(data: bytes, size: int) -> bytes:
    window = bytearray(_BEFORE.ljust(_WINDOW, b" "))
    write, at = len(_BEFORE), 16
    found = bytearray()
    while at < len(data) and len(found) < size:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data):
                break
            if not control >> bit & 1:
                run, at = data[at : at + 1], at + 1
            elif at + 1 < len(data):
                pair = data[at] << 8 | data[at + 1]
                at += 2
                if pair >> 4 == write:
                    return bytes(found[:size])
                run = _copied(window, pair >> 4, (pair & 15) + 2, write)
            else:
                break
            for byte in run:
                window[write] = byte
                write = (write + 1) % _WINDOW
            found += run
    return bytes(found[:size])


def _copied(window: bytearray, start: int, length: int, write: int) -> bytes:
    """Return `length` bytes from the window; a run may repeat what it is itself writing."""
    ahead = (write - start) % _WINDOW or _WINDOW
    return bytes(window[(start + step % ahead) % _WINDOW] for step in range(length))
