"""Names of attachments: decoded, without paths, with a stand-in where there is none."""

from __future__ import annotations

import mimetypes
import re

from firstline.channels.email import headers, mime

_LONGEST = 200
# Marks that turn the reading direction round make "exe.txt" out of "txt.exe".
_UNSEEN = re.compile("[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_STAND_INS = {
    "message/rfc822": "message.eml",
    "message/global": "message.eml",
    "text/calendar": "invitation.ics",
    "message/delivery-status": "delivery-status.txt",
    "text/rfc822-headers": "headers.txt",
    "text/plain": "text.txt",
    "text/html": "document.html",
    "application/pgp-signature": "signature.asc",
    "application/pgp-encrypted": "version.txt",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
}


def of(part: mime.Part) -> str:
    """Return the name of a part, from its disposition or its type, or one made from what it is."""
    given = safe(part.disposition[1].get("filename") or part.params.get("name", ""))
    return given or _made(part)


def _made(part: mime.Part) -> str:
    stand_in = _STAND_INS.get(part.kind, "")
    ending = f".{stand_in.rpartition('.')[2]}" if stand_in else mimetypes.guess_extension(part.kind, strict=False) or ""
    described = safe(headers.text_of(headers.first(part.fields, "content-description")))
    if described:
        return described if described.lower().endswith(ending.lower()) else described + ending
    pictured = safe(content_id(part).partition("@")[0])
    if re.search(r"\w\.\w{2,5}$", pictured):
        return pictured
    main = part.kind.partition("/")[0]
    return stand_in or f"{main if main in ('image', 'audio', 'video') else 'file'}{ending}"


def content_id(part: mime.Part) -> str:
    """Return the name by which the HTML of the same mail refers to the part, "" without one."""
    return headers.text_of(headers.first(part.fields, "content-id")).strip("<> \t")[:300]


def apart(names: list[str]) -> list[str]:
    """Return the names with a number in those that stood already: file.jpg, file1.jpg."""
    taken: dict[str, int] = {}
    found: list[str] = []
    for name in names:
        stem, dot, ending = name.rpartition(".")
        count = taken.get(name, 0)
        taken[name] = count + 1
        numbered = f"{stem}{count}.{ending}" if dot else f"{name}{count}"
        found.append(numbered if count else name)
    return found


def safe(name: str) -> str:
    """Return the last step of a path, without marks nobody sees; "" when nothing is left of it."""
    last = re.split(r"[/\\]", _UNSEEN.sub("", name))[-1].strip().strip(":")
    if last in (".", ".."):
        return ""
    if len(last) <= _LONGEST:
        return last
    stem, dot, ending = last.rpartition(".")
    return f"{stem[: _LONGEST - len(ending) - 1]}.{ending}" if dot and len(ending) < 20 else last[:_LONGEST]


def kind_of(name: str) -> str:
    """Return the content type a name suggests."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
