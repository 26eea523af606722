"""Names of attachments: decoded, without paths, with a stand-in where there is none."""

from __future__ import annotations

import mimetypes
import re

from firstline.channels.email import mime

_LONGEST = 200
# Marks that turn the reading direction round make "exe.txt" out of "txt.exe".
_UNSEEN = re.compile("[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_STAND_INS = {"message/rfc822": "message.eml", "message/global": "message.eml", "text/calendar": "invitation.ics",
              "message/delivery-status": "delivery-status.txt", "text/rfc822-headers": "headers.txt",
              "text/plain": "text.txt", "text/html": "text.html", "application/pgp-signature": "signature.asc",
              "application/pgp-encrypted": "version.txt", "application/pkcs7-mime": "smime.p7m",
              "application/x-pkcs7-mime": "smime.p7m", "image/jpg": "file.jpg"}


def of(part: mime.Part) -> str:
    """Return the name of a part, from its disposition or its type, or one made from what it is."""
    given = part.disposition[1].get("filename") or part.params.get("name", "")
    return safe(given) or _STAND_INS.get(part.kind) or f"file{mimetypes.guess_extension(part.kind, strict=False) or ''}"


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
