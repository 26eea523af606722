"""How a mail goes to the child that understands it, and how what it says comes back: lengths, then bytes."""

from __future__ import annotations

import io
import pickle
import struct
from typing import Any, BinaryIO

from firstline.core.intake import inbound

OUT_OF_MEMORY = 77
_LENGTH = struct.Struct(">Q")
# Nothing else is made from what the child answers: it may have been taken over by the mail it read.
_ALLOWED = {name: kind for name, kind in vars(inbound).items() if getattr(kind, "__module__", "") == inbound.__name__}


class TooLong(Exception):
    """The answer is longer than it may be."""


class Gathered:
    """One frame as it comes in, piece by piece."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pieces = bytearray()

    @property
    def whole(self) -> bool:
        """Whether all of it is there."""
        return len(self._pieces) >= _LENGTH.size and len(self._pieces) >= _LENGTH.size + self._length

    @property
    def content(self) -> bytes:
        """What the frame holds."""
        return bytes(self._pieces[_LENGTH.size : _LENGTH.size + self._length])

    def add(self, piece: bytes) -> None:
        """Take the next piece; raises EOFError for an empty one, TooLong as soon as the frame says so."""
        if not piece:
            raise EOFError
        self._pieces += piece
        if len(self._pieces) >= _LENGTH.size and self._length > self._most:
            raise TooLong

    @property
    def _length(self) -> int:
        return int(_LENGTH.unpack_from(self._pieces)[0])


def framed(content: bytes) -> bytes:
    """Return the content with its length before it."""
    return _LENGTH.pack(len(content)) + content


def unframed(stream: BinaryIO) -> bytes | None:
    """Return the next content of a stream, None at its end."""
    head = stream.read(_LENGTH.size)
    return stream.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else None


def closed(answer: inbound.Inbound | str) -> bytes:
    """Return what was understood, or the reason why it was not, as bytes."""
    return pickle.dumps(answer, protocol=5)


def opened(answer: bytes) -> inbound.Inbound | str:
    """Return what `closed` was given; raises UnpicklingError for anything but plain values and those of inbound."""
    found = _Opener(io.BytesIO(answer)).load()
    if not isinstance(found, inbound.Inbound | str):
        raise pickle.UnpicklingError("neither a mail nor a reason")
    return found


class _Opener(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module == inbound.__name__ and name in _ALLOWED:
            return _ALLOWED[name]
        if module == "datetime" and name in ("datetime", "timezone", "timedelta"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed")
