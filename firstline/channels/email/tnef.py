"""Outlook's winmail.dat (TNEF, MS-OXTNEF): the files and the body in it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from firstline.channels.email import charsets, rtf

_SIGNATURE = 0x223E9F78
_ATTACHMENT, _MESSAGE = 2, 1
# Attributes (the low word of the id) and properties of MAPI that carry what a reader wants.
_RENDER, _TITLE, _DATA, _PROPS, _BODY, _MAPI, _CODEPAGE = 0x9002, 0x8010, 0x800F, 0x9005, 0x800C, 0x9003, 0x9007
_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME, _MIME, _CONTENT_ID, _OBJECT = 0x3707, 0x3704, 0x3001, 0x370E, 0x3712, 0x3701
_PLAIN, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_STRING8, _UNICODE, _OBJECT_TYPE, _BINARY = 30, 31, 13, 258
_MANY = 0x1000
_MOST_VALUES = 10_000


@dataclass
class Enclosed:
    """One file of a winmail.dat."""

    name: str = ""
    content_type: str = ""
    content_id: str = ""
    data: bytes = b""


@dataclass
class Opened:
    """What a winmail.dat holds; `whole` is False when some of it could not be read."""

    files: list[Enclosed] = field(default_factory=list)
    text: str = ""
    html: str = ""
    rtf: bytes = b""
    whole: bool = True


class _Broken(ValueError):
    """The bytes end before what they announce."""


def read(data: bytes) -> Opened | None:
    """Return what a winmail.dat holds, or None when the bytes are no such file; never raises."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    opened = Opened()
    codepage = "cp1252"
    try:
        for level, name, value, sound in _attributes(data):
            opened.whole = opened.whole and sound
            if name == _CODEPAGE and len(value) >= 4:
                codepage = charsets.codec_of(f"cp{struct.unpack_from('<I', value)[0]}") or codepage
            elif level == _ATTACHMENT:
                _file(opened, name, value, codepage)
            else:
                _message(opened, name, value, codepage)
    except (_Broken, struct.error):
        opened.whole = False
    opened.files = [each for each in opened.files if each.data or each.name]
    return opened


def _attributes(data: bytes) -> Iterator[tuple[int, int, bytes, bool]]:
    """Yield level, name, value and whether the checksum fits."""
    at = 6
    while at + 9 <= len(data):
        level, name, size = struct.unpack_from("<BII", data, at)
        if level not in (_MESSAGE, _ATTACHMENT):
            raise _Broken
        value = data[at + 9 : at + 9 + size]
        if len(value) < size or at + 11 + size > len(data):
            raise _Broken
        (checksum,) = struct.unpack_from("<H", data, at + 9 + size)
        yield level, name & 0xFFFF, value, sum(value) & 0xFFFF == checksum
        at += 11 + size


def _file(opened: Opened, name: int, value: bytes, codepage: str) -> None:
    if name == _RENDER or not opened.files:
        opened.files.append(Enclosed())
    last = opened.files[-1]
    if name == _TITLE:
        last.name = last.name or _text(value, codepage)
    elif name == _DATA:
        last.data = value
    elif name == _PROPS:
        found = dict(_properties(value, codepage))
        long_name = found.get(_LONG_NAME) or found.get(_DISPLAY_NAME) or found.get(_SHORT_NAME)
        last.name = long_name if isinstance(long_name, str) and long_name else last.name
        last.content_type = _string(found.get(_MIME)) or last.content_type
        last.content_id = _string(found.get(_CONTENT_ID)).strip("<>") or last.content_id
        enclosed = found.get(_OBJECT)
        if not last.data and isinstance(enclosed, bytes):
            last.data = enclosed[16:]  # the class of the object stands before it


def _message(opened: Opened, name: int, value: bytes, codepage: str) -> None:
    if name == _BODY:
        opened.text = opened.text or _text(value, codepage)
    elif name == _MAPI:
        found = dict(_properties(value, codepage))
        opened.text = opened.text or _string(found.get(_PLAIN))
        html = found.get(_HTML)
        opened.html = charsets.decode(html)[0] if isinstance(html, bytes) else _string(html)
        packed = found.get(_RTF)
        if isinstance(packed, bytes):
            opened.rtf = rtf.unpacked(packed)


def _properties(data: bytes, codepage: str) -> Iterator[tuple[int, str | bytes]]:
    """Yield the properties that hold text or bytes; of several values the first."""
    (count,) = struct.unpack_from("<I", data)
    at = 4
    for _ in range(min(count, _MOST_VALUES)):
        kind, name = struct.unpack_from("<HH", data, at)
        at = _named(data, at + 4) if name >= 0x8000 else at + 4
        values, at = _values(data, at, kind)
        if values and (kind & ~_MANY) in (_STRING8, _UNICODE):
            yield name, _text(values[0], "utf-16-le" if kind & ~_MANY == _UNICODE else codepage)
        elif values and (kind & ~_MANY) in (_OBJECT_TYPE, _BINARY):
            yield name, values[0]


def _named(data: bytes, at: int) -> int:
    """Step over the name of a named property: its set, and a number or a text."""
    (form,) = struct.unpack_from("<I", data, at + 16)
    if form == 0:
        return at + 24
    size = int(struct.unpack_from("<I", data, at + 20)[0])
    return at + 24 + size + (-size % 4)


def _values(data: bytes, at: int, kind: int) -> tuple[list[bytes], int]:
    fixed = _FIXED.get(kind & ~_MANY)
    if fixed is None and (kind & ~_MANY) not in (_STRING8, _UNICODE, _OBJECT_TYPE, _BINARY):
        raise _Broken
    count = 1
    if kind & _MANY or fixed is None:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    found: list[bytes] = []
    for _ in range(min(count, _MOST_VALUES)):
        if fixed is not None:
            size = fixed
        else:
            (size,) = struct.unpack_from("<I", data, at)
            at += 4
        if at + size > len(data):
            raise _Broken
        found.append(data[at : at + size])
        at += size + (-size % 4)
    return found, at


def _text(value: bytes, codepage: str) -> str:
    return charsets.cleaned(value.decode(codepage, "replace").rstrip("\0"))


def _string(value: str | bytes | None) -> str:
    return value if isinstance(value, str) else ""
