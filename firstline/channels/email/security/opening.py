"""A mail as it is once it is opened and its signature checked with the desk's keys."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from firstline.channels.email import mime
from firstline.channels.email.bounds import Bounds
from firstline.channels.email.parse import understand
from firstline.channels.email.quotes import newest
from firstline.channels.email.security import pgp, smime, triple_des
from firstline.channels.email.security.keys import Keys, of_sender
from firstline.channels.email.security.smime import Closed
from firstline.core.intake.inbound import Inbound, Security

_ORDINARY = Bounds()
_DEEPEST = 3  # signed, then encrypted, then signed again: seen from careful programs
_CMS = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_BEGIN, _END = "-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----"
_SIGNED = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----.{0,200000}?"
    r"-----BEGIN PGP SIGNATURE-----.{0,20000}?-----END PGP SIGNATURE-----",
    re.DOTALL,
)


def opened(raw: bytes, keys: Keys, now: datetime, bounds: Bounds = _ORDINARY, depth: int = 0) -> Inbound:
    """Return what a mail says, opened and checked; a mail that is neither signed nor encrypted as `understand` does.

    now      at which certificates must be valid
    raises   TooMuch, as `understand` does; what cannot be opened is told in `security.why`
    """
    mail = understand(raw, bounds)
    if not (mail.signed or mail.encrypted) or depth > _DEEPEST:
        return mail
    root = mime.read(raw, bounds)
    found = _Opener(mail, root, raw, keys, now, bounds, depth).mail()
    return found if found.security is None or depth else replace(found, security=of_sender(found.security, mail))


class _Opener:
    """One mail, on its way out of its wrappers."""

    def __init__(
        self, mail: Inbound, root: mime.Part, raw: bytes, keys: Keys, now: datetime, bounds: Bounds, depth: int
    ) -> None:
        self.outer, self.root, self.raw = mail, root, raw
        self.keys, self.now, self.bounds, self.depth = keys, now, bounds, depth

    def mail(self) -> Inbound:
        try:
            return self._mail()
        except Closed as closed:
            standard = smime.STANDARD if self.root.kind in _CMS else pgp.STANDARD
            return replace(self.outer, security=Security(standard, why=str(closed)))

    def _mail(self) -> Inbound:
        kind, parts = self.root.kind, self.root.parts
        if kind in _CMS:
            return self._smime(self.root.data)
        if kind == "multipart/signed" and len(parts) > 1:
            return replace(self.outer, security=self._apart(parts[1]))
        if kind == "multipart/encrypted" and len(parts) > 1:
            content, found = pgp.opened(parts[1].data, self.keys)
            return self._inner(content, found)
        return self._inline()

    def _smime(self, data: bytes) -> Inbound:
        if smime.is_enveloped(data):
            content = smime.opened(data, self.keys)
            return self._inner(content, Security(smime.STANDARD, opened=True, weak=triple_des.is_used(data)))
        content = smime.content_of(data)
        return self._inner(content, smime.checked(data, content, self.keys, self.now))

    def _apart(self, signature: mime.Part) -> Security:
        content = _signed_bytes(self.raw, self.root.params.get("boundary", "").encode())
        if "pkcs7" in signature.kind:
            return smime.checked(signature.data, content, self.keys, self.now)
        return pgp.checked(content, signature.data, self.keys)

    def _inline(self) -> Inbound:
        text = self.outer.text
        start, end = text.find(_BEGIN), text.find(_END)
        if 0 <= start < end:
            content, found = pgp.opened(text[start : end + len(_END)].encode(), self.keys)
            said = f"{text[:start]}{content.decode('utf-8', 'replace')}{text[end + len(_END) :]}".strip()
            return replace(self.outer, text=said, reply_text=newest.part(said, self.outer.subject), security=found)
        signed = _SIGNED.search(text)
        if signed is None:
            return self.outer
        found = pgp.checked_inline(signed[0].encode(), self.keys)
        said = f"{text[: signed.start()]}{_words(signed[0])}{text[signed.end() :]}"
        return replace(self.outer, reply_text=newest.part(said, self.outer.subject), security=found)

    def _inner(self, content: bytes, found: Security) -> Inbound:
        """Return the mail with what was inside it in the place of its body; a signature inside counts, too."""
        subject = b"Subject: " + self.outer.subject.encode("utf-8", "replace") + b"\r\n"
        inner = opened(subject + content, self.keys, self.now, self.bounds, depth=self.depth + 1)
        if inner.security is not None and inner.security.signature:
            weak = found.weak or inner.security.weak
            found = replace(inner.security, opened=found.opened or inner.security.opened, weak=weak)
        return replace(
            self.outer, text=inner.text, html=inner.html, reply_text=inner.reply_text, files=inner.files,
            signed=self.outer.signed or inner.signed, security=found,
            trouble=tuple(dict.fromkeys((*self.outer.trouble, *inner.trouble))),
        )  # fmt: skip


def _words(signed: str) -> str:
    """Return what was signed in place: below the first empty line, its dashes no longer guarded (RFC 9580, 7)."""
    said = signed.partition("\n\n")[2].partition("-----BEGIN PGP SIGNATURE-----")[0]
    return re.sub(r"^- ", "", said, flags=re.MULTILINE)


def _signed_bytes(raw: bytes, boundary: bytes) -> bytes:
    """Return the first part of a mail exactly as it was signed: with its header, and line ends of mail."""
    edges = list(re.finditer(rb"^--" + re.escape(boundary) + rb"(?:--)?[ \t]*\r?\n?", raw, re.MULTILINE))[:2]
    if len(edges) < 2:
        return b""
    part = raw[edges[0].end() : edges[1].start()].removesuffix(b"\n").removesuffix(b"\r")
    return re.sub(rb"\r?\n", b"\r\n", part)
