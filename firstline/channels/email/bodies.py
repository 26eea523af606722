"""From the tree of parts to a body and files: which part is which, and what is shown where."""

from __future__ import annotations

import html as markup
import re
from dataclasses import dataclass, field, replace

from firstline.channels.email import charsets, filenames, flowed, htmltext, invitations, mime, tnef, uudecode
from firstline.channels.email.bounds import Bounds
from firstline.core.intake.inbound import File

_WINMAIL = {"application/ms-tnef", "application/vnd.ms-tnef"}
_CMS = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_BODY = {"text/plain", "text/html"}
_MOST_MARKED = 1_000_000  # of HTML; what is longer is read once, without its quotes marked
_CID = re.compile(r"cid:([^\s\"'<>)]{1,300})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


@dataclass
class _Said:
    """One stretch of the body, in the forms the sender gave it."""

    text: str = ""
    html: str = ""
    enclosed: bool = False  # from a winmail.dat, which may repeat the body beside it

    def as_html(self) -> str:
        return self.html or (f"<pre>{markup.escape(self.text)}</pre>" if self.text.strip() else "")

    def as_marked(self) -> str:
        if self.text.strip() or not self.html or len(self.html) > _MOST_MARKED:
            return self.as_text()
        return htmltext.text_of(self.html, marked=True)

    def as_text(self) -> str:
        return self.text if self.text.strip() or not self.html else htmltext.text_of(self.html)


@dataclass
class Body:
    """What a mail says and carries, collected from its parts."""

    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    signed: bool = False
    encrypted: bool = False
    trouble: list[str] = field(default_factory=list)
    marked: str = ""  # the text with its quotes marked, where it was made from HTML


class _Collector:
    """Walks the parts in order."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.body = Body()
        self.said: list[_Said] = []
        self.size = 0

    def take(self, part: mime.Part, *, first: bool = True) -> None:
        """Take in one part and what is below it; `first` when it may be the body though it has a name."""
        self.body.trouble += part.trouble
        if part.kind.startswith("multipart/") and part.parts:
            self._several(part, first=first)
        elif part.kind in _BODY and self._is_body(part, first=first):
            self._say(part)
        else:
            self._keep(part)

    def _several(self, part: mime.Part, *, first: bool) -> None:
        how = part.kind.removeprefix("multipart/")
        if how == "alternative":
            self._alternatives(part)
            return
        self.body.signed = self.body.signed or how == "signed"
        self.body.encrypted = self.body.encrypted or how == "encrypted"
        for place, child in enumerate(part.parts):
            # Below multipart/related only the root is the body; the others are what it shows (RFC 2387).
            if place and how == "related" and not child.parts:
                self._keep(child)
            else:
                self.take(child, first=first and place == 0)

    def _alternatives(self, part: mime.Part) -> None:
        """Take the plain and the HTML form as one stretch; what else is offered becomes files."""
        inner = _Collector(self.bounds)
        inner.size, inner.body = self.size, self.body
        for child in part.parts:
            inner.take(child)
        self.size = inner.size
        texts = [said.text for said in inner.said if said.text.strip()]
        htmls = [said.html for said in inner.said if said.html]
        if texts or htmls:
            self.said.append(_Said("\n".join(texts), "\n".join(htmls)))

    def _is_body(self, part: mime.Part, *, first: bool) -> bool:
        disposition, named = part.disposition
        if disposition == "attachment":
            return False
        return first or not (named.get("filename") or part.params.get("name"))

    def _say(self, part: mime.Part) -> None:
        data = part.data
        self._count(len(data))
        if part.kind == "text/html":
            html = self._decoded(data, part.params.get("charset", ""), _hints_of(data))
            self.said.append(_Said(html=html))
            return
        data, files = uudecode.taken_out(data)
        for raw_name, content in files:
            name = filenames.safe(charsets.decode(raw_name)[0])
            self.body.files.append(File(name or "file", filenames.kind_of(name), content))
        text = self._decoded(data, part.params.get("charset", ""))
        if part.params.get("format", "").lower() == "flowed":
            text = flowed.joined(text, delsp=part.params.get("delsp", "").lower() == "yes")
        self.body.encrypted = self.body.encrypted or "-----BEGIN PGP MESSAGE-----" in text
        self.body.signed = self.body.signed or "-----BEGIN PGP SIGNED MESSAGE-----" in text
        self.said.append(_Said(text=text))

    def _decoded(self, data: bytes, label: str, hints: tuple[str, ...] = ()) -> str:
        text, believed = charsets.decode(data, label, hints)
        if not believed:
            self.body.trouble.append(
                f"The body's charset was guessed: it is not {label[:40]!r}."
                if label
                else "The body names no charset; it was guessed."
            )
        if "\0" in text:
            self.body.trouble.append("NUL characters were taken out of the body.")
        return charsets.cleaned(text)

    def _keep(self, part: mime.Part) -> None:
        data = part.data
        self._count(len(data))
        name = filenames.of(part)
        if part.kind in _WINMAIL or name.lower() == "winmail.dat":
            opened = tnef.read(data)
            if opened is not None and self._open(opened):
                return
        if part.kind in _CMS or (part.kind == "application/octet-stream" and name.lower().endswith(".p7m")):
            signed = part.params.get("smime-type", "").lower() == "signed-data"
            self.body.signed, self.body.encrypted = self.body.signed or signed, self.body.encrypted or not signed
        content_id = filenames.content_id(part)
        self.body.files.append(File(name, part.kind, data, content_id))

    def _open(self, opened: tnef.Opened) -> bool:
        """Take in what a winmail.dat holds; return whether that was all of it."""
        for each in opened.files:
            self._count(len(each.data))
            name = filenames.safe(each.name) or "file"
            kind = each.content_type or filenames.kind_of(name)
            self.body.files.append(File(name, kind, each.data, each.content_id))
        if opened.text.strip() or opened.html:
            self.said.append(_Said(opened.text, charsets.cleaned(opened.html), enclosed=True))
        if opened.rtf and not opened.html:
            self.body.files.append(File("message.rtf", "application/rtf", opened.rtf))
        if not opened.whole:
            self.body.trouble.append("A winmail.dat could not be read to its end; it is kept as it came.")
        return opened.whole and bool(opened.files or opened.text.strip() or opened.html or opened.rtf)

    def _count(self, size: int) -> None:
        self.size += size
        self.bounds.check_inflated(self.size)


def collect(root: mime.Part, bounds: Bounds) -> Body:
    """Return the body and the files of a mail; raises TooMuch past the bounds."""
    collector = _Collector(bounds)
    collector.take(root)
    body, said = collector.body, _once(collector.said)
    if any(each.html for each in said):
        body.html = "\n".join(filter(None, (each.as_html() for each in said)))
    body.text = "\n".join(filter(str.strip, (each.as_text() for each in said)))
    if not all(each.text.strip() for each in said):
        body.marked = "\n".join(filter(str.strip, (each.as_marked() for each in said)))
    if not body.text.strip():
        body.text = next(filter(None, map(_shown, body.files)), "")
    shown = {cid.lower() for cid in _CID.findall(body.html)}
    names = filenames.apart([file.name for file in body.files])
    body.files = [_placed(file, name, shown) for file, name in zip(body.files, names, strict=True)]
    body.trouble = list(dict.fromkeys(body.trouble))
    return body


def _shown(file: File) -> str:
    """Return the words of a file that stands where a body should: an invitation, or parts that are none."""
    if file.content_type.startswith("multipart/"):
        return charsets.cleaned(charsets.decode(file.data)[0])
    return invitations.shown(file)


def _once(said: list[_Said]) -> list[_Said]:
    """Leave out what a winmail.dat says again; its HTML joins the plain text beside it."""
    if not any(each.enclosed for each in said):
        return said
    plain = {tuple(each.as_text().split()): each for each in said if not each.enclosed}
    kept: list[_Said] = []
    for each in said:
        same = plain.get(tuple(each.as_text().split())) if each.enclosed else None
        if same is None:
            kept.append(each)
        else:
            same.html = same.html or each.html
    return kept


def _placed(file: File, name: str, shown: set[str]) -> File:
    """Return the file under its final name; a picture is inline only when the HTML shows it."""
    return replace(file, name=name, inline=bool(file.content_id) and file.content_id.lower() in shown)


def _hints_of(data: bytes) -> tuple[str, ...]:
    found = _META.search(data[:4000])
    return (found[1].decode("ascii", "replace"),) if found else ()
