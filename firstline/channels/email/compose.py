"""A letter's words and its head become a mail: text and HTML side by side, headers that nobody can break."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.template.loader import render_to_string
from django.utils import translation

from firstline.channels.email.enclosures import Enclosure
from firstline.channels.email.said import Said

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,200}@[!-;=?-~]{1,200}>")
_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,60}")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
# Marks that turn the direction of writing can make a subject read as what it is not.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class Unaddressable(ValueError):
    """An address that no mail can be sent to."""


@dataclass(frozen=True)
class Head:
    """What stands above the words: the parties, the id, the thread, the language."""

    message_id: str
    sender: str
    to_name: str
    to_address: str
    subject: str
    written_at: datetime
    language: str
    desk: str
    thread: Sequence[str] = ()
    reply_to: str = ""
    # Where one word by mail, or one press, ends these letters; only for who follows a request without having asked.
    leave: str = ""
    leave_page: str = ""
    marker: str = ""
    signature: str = ""
    files: Sequence[Enclosure] = ()


def compose(said: Said, head: Head) -> EmailMessage:
    """Return the mail; raises Unaddressable if sender or recipient is no address."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(*parseaddr(head.sender), fallback=head.desk)
    mail["To"] = _address(head.to_name, head.to_address)
    mail["Subject"] = line(head.subject)
    mail["Date"] = format_datetime(head.written_at)
    mail["Message-ID"] = head.message_id
    thread = [each for each in head.thread if _MESSAGE_ID.fullmatch(each)]
    if thread:
        mail["In-Reply-To"] = thread[-1]
        mail["References"] = " ".join([thread[0], *thread[1:][-9:]])
    if head.reply_to:
        mail["Reply-To"] = _address(head.desk, head.reply_to)
    _offer_leaving(mail, head)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    values = {"said": said, "head": head}
    with translation.override(head.language):
        mail.set_content(_sound(render_to_string("mail/letter.txt", values)), charset="utf-8")
        mail.add_alternative(_sound(render_to_string("mail/letter.html", values)), subtype="html", charset="utf-8")
    for file in head.files:
        _enclose(mail, file)
    mail["Content-Language"] = head.language  # last: set_content drops what it finds of Content-*
    return mail


def _offer_leaving(mail: EmailMessage, head: Head) -> None:
    """Say where its reader leaves (RFC 2369), and that a mail program may do it for them at once (RFC 8058)."""
    ways = [head.leave_page, f"mailto:{head.leave}?subject=unsubscribe" if head.leave else ""]
    if any(ways):
        mail["List-Unsubscribe"] = ", ".join(f"<{way}>" for way in ways if way)
    if head.leave_page.startswith("https://"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _enclose(mail: EmailMessage, file: Enclosure) -> None:
    kind, _, part = file.content_type.partition("/")
    sound = _TYPE.fullmatch(kind) and _TYPE.fullmatch(part) and kind not in ("multipart", "message")
    kind, part = (kind, part) if sound else ("application", "octet-stream")
    mail.add_attachment(file.data, maintype=kind, subtype=part, filename=line(file.name) or "file")


def line(text: str, limit: int = 250) -> str:
    """Return text as one harmless line: no breaks, no control characters, no marks that turn the writing."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text.translate(_TURNING))
    return " ".join(_sound(kept).split())[:limit]


def _address(name: str, address: str, *, fallback: str = "") -> Address:
    local, _, domain = address.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise Unaddressable(f"no domain: {domain[:60]!r}") from error
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(ascii_domain):
        raise Unaddressable(f"no address: {address[:60]!r}")
    return Address(display_name=line(name or fallback, 120), username=local, domain=ascii_domain)


def _sound(text: str) -> str:
    # Half of a surrogate pair cannot be encoded; NUL would end the text in many mail readers.
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
