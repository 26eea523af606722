"""Header fields of mail: split, unfolded and decoded from bytes (RFC 5322, 2047, 2231, 6532)."""

from __future__ import annotations

import binascii
import re
from urllib.parse import unquote_to_bytes

from firstline.channels.email import charsets

_WORD = re.compile(rb"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
# What mailers break: no closing ?=, or question marks not encoded within a Q word.
_LOOSE_WORD = re.compile(rb"=\?([\w.:*+-]{1,80})\?([bBqQ])\?([^\s]*?)(?:\?=|\?$|=$|$|(?=\s))")
_NAME = re.compile(rb"[!-9;-~]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_PARAMETER = re.compile(rb';[\s;]{0,20}([^\s=;"]{1,100})\s{0,20}=\s{0,20}("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_NOT_BASE64 = re.sub(rb"[A-Za-z0-9+/=]", b"", bytes(range(256)))
_MOST_PIECES = 100_000
_INDEXED = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")

Field = tuple[str, bytes]


def split(head: bytes) -> list[Field]:
    """Return the fields of a header block in order: name in lower case, unfolded value as raw bytes."""
    found: list[tuple[str, list[bytes]]] = []
    for line in head.splitlines():
        if line[:1] in (b" ", b"\t"):
            if found:
                found[-1][1].append(line)
            continue
        name, colon, value = line.partition(b":")
        if colon and _NAME.fullmatch(name.rstrip()):
            found.append((name.rstrip().decode("ascii").lower(), [value]))
    return [(name, b"".join(lines).strip()) for name, lines in found]


def first(fields: list[Field], name: str) -> bytes:
    """Return the raw value of the first field of that name, or b""."""
    return next((value for key, value in fields if key == name), b"")


def text_of(raw: bytes, hints: tuple[str, ...] = ()) -> str:
    """Return the text of an unstructured value: encoded words decoded, raw eight-bit bytes guessed.

    hints   charsets named elsewhere in the mail, for bytes without a label
    """
    text = _decoded(raw, _WORD, hints)
    for _again in range(2):  # encoded twice, or broken: seen from web forms and list software
        if "=?" not in text:
            break
        text = _decoded(text.encode("utf-8", "replace"), _LOOSE_WORD, hints)
    return _CONTROLS.sub(" ", charsets.cleaned(text)).strip()


def _decoded(raw: bytes, word: re.Pattern[bytes], hints: tuple[str, ...]) -> str:
    pieces: list[str] = []
    waiting: tuple[str, list[bytes]] | None = None  # adjacent words of one charset: a letter may be split over them
    at = 0
    for found in word.finditer(raw):
        between = raw[at : found.start()]
        label = found[1].split(b"*")[0].decode("ascii", "replace").lower()
        if waiting and (between.strip() or waiting[0] != label):
            pieces.append(charsets.decode(b"".join(waiting[1]), waiting[0], hints)[0])
        if between.strip() or not waiting:
            pieces.append(charsets.decode(between, "", hints)[0])
            waiting = None
        if waiting is None or waiting[0] != label:
            waiting = (label, [])
        waiting[1].append(_bytes_of(found[2], found[3]))
        at = found.end()
    if waiting:
        pieces.append(charsets.decode(b"".join(waiting[1]), waiting[0], hints)[0])
    pieces.append(charsets.decode(raw[at:], "", hints)[0])
    return "".join(pieces)


def _bytes_of(how: bytes, content: bytes) -> bytes:
    if how in b"qQ":
        return binascii.a2b_qp(content.replace(b"_", b"=20"))
    return from_base64(content)


def from_base64(content: bytes) -> bytes:
    """Return the bytes of base64 text, as far as it can be read: foreign characters skipped, padding mended."""
    kept = content.translate(None, _NOT_BASE64)
    try:
        if b"=" not in kept.rstrip(b"="):
            kept = kept.rstrip(b"=")
            kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
            return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))
        if kept.count(b"=") > _MOST_PIECES:
            return b""
        # Pieces encoded one by one and put in a row; a tail that is no piece is not base64 at all.
        pieces = re.findall(rb"[^=]+=+", kept)
        return b"".join(from_base64(piece) for piece in pieces if len(piece) % 4 == 0 or piece is pieces[0])
    except (binascii.Error, ValueError):
        return b""


def parameters(raw: bytes, hints: tuple[str, ...] = ()) -> tuple[str, dict[str, str]]:
    """Return the value before the first semicolon in lower case, and the parameters decoded (RFC 2231 too)."""
    if b";" not in raw and len(raw.split(None, 1)) == 2:
        raw = b";".join(raw.split(None, 1))  # a missing semicolon hides the boundary, and with it every part
    main, _, _ = raw.partition(b";")
    plain: dict[str, str] = {}
    split_up: dict[str, list[tuple[int, bool, bytes]]] = {}
    for found in _PARAMETER.finditer(raw, len(main)):
        name, value = found[1].decode("ascii", "replace").lower(), _unquoted(found[2])
        key = _INDEXED.fullmatch(name)
        if key and (key[2] is not None or key[3]):
            split_up.setdefault(key[1], []).append((int(key[2] or 0), bool(key[3]), value))
        elif name not in plain:
            plain[name] = text_of(value, hints)
    for name, pieces in split_up.items():
        plain[name] = _joined(pieces, hints)
    kind = charsets.decode(main, "", hints)[0].strip().lower()
    return _CONTROLS.sub("", kind), plain


def _unquoted(value: bytes) -> bytes:
    if value[:1] != b'"':
        return value.strip()
    return re.sub(rb"\\([\\\"])", rb"\1", value[1:].removesuffix(b'"'))


def _joined(pieces: list[tuple[int, bool, bytes]], hints: tuple[str, ...]) -> str:
    """Return a parameter sent in numbered pieces (RFC 2231); the first names the charset of all."""
    label, whole = "", []
    for place, (_, encoded, value) in enumerate(sorted(pieces, key=lambda piece: piece[0])):
        if encoded and place == 0 and value.count(b"'") >= 2:
            charset, _, value = value.split(b"'", 2)
            label = charset.decode("ascii", "replace")
        whole.append(unquote_to_bytes(value) if encoded else value)
    data = b"".join(whole)
    if not label:
        return text_of(data, hints)
    return _CONTROLS.sub(" ", charsets.cleaned(charsets.decode(data, label, hints)[0])).strip()
