"""Files that old mailers put into the text itself: uuencode."""

from __future__ import annotations

import binascii
import re

_BEGIN = re.compile(rb"^begin[ \t]+[0-7]{3,4}[ \t]+([^\r\n]{1,300}?)[ \t]*\r?$", re.MULTILINE)
_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)


def taken_out(text: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Return the text without its encoded files, and the files as (raw name, bytes).

    What only looks like a file (no end, or lines that cannot be decoded) stays in the text.
    """
    kept: list[bytes] = []
    files: list[tuple[bytes, bytes]] = []
    at = 0
    while begin := _BEGIN.search(text, at):
        end = _END.search(text, begin.end())
        if end is None:
            break
        data = _decoded(text[begin.end() : end.start()])
        if data is None:
            kept.append(text[at : begin.end()])
            at = begin.end()
            continue
        kept.append(text[at : begin.start()])
        files.append((begin[1], data))
        at = end.end()
    return b"".join([*kept, text[at:]]), files


def _decoded(lines: bytes) -> bytes | None:
    found: list[bytes] = []
    for line in lines.splitlines():
        if not line or line in (b"`", b" "):
            continue
        try:
            found.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders count the trailing characters wrongly: keep what the length says.
            size = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                found.append(binascii.a2b_uu(line[:size]))
            except binascii.Error:
                return None
    return b"".join(found) if found else None
