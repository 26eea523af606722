"""A desk's own words for a notice, put in place of the shipped ones; its rows, buttons and stars stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from firstline.channels.email import to_requesters, to_vendors
from firstline.channels.email.addresses import ForRequester
from firstline.channels.email.compose import Head, compose
from firstline.channels.email.said import Known, Said, Wording, moment
from firstline.core.mail import places

SHIPPED_SUBJECT = "[#{number}] {subject}"
_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Words:
    """Subject and body of a notice with their places unfilled; the body's first paragraph is the headline."""

    subject: str
    body: str


@dataclass(frozen=True)
class Preview:
    """How a notice reads: its subject, its text and its HTML, which a page shows in a frame of its own."""

    subject: str
    text: str
    html: str


def reworded(said: Said, own: Words, known: Known) -> tuple[str, Said]:
    """Return the subject, and what the letter says in the desk's own words.

    A paragraph that is {text} and nothing else is shown as what was written is shown otherwise; filled into a
    sentence it stands there, and nowhere else.
    """
    values = _values(known)
    headline, *paragraphs = _PARAGRAPHS.split(own.body.strip())
    sentences = tuple(places.filled(each, values) for each in paragraphs if each.strip() != places.TEXT)
    quoted = places.TEXT in (each.strip() for each in paragraphs)
    worded = replace(
        said, headline=places.filled(headline, values), sentences=sentences, quote=said.quote if quoted else "", then=""
    )
    return places.filled(own.subject, values), worded


def shipped(kind: str, language: str) -> Words:
    """Return the shipped words of a notice in a language, with its places: where a desk's own begin from."""
    with translation.override(language):
        said = _wording(kind)(_unfilled())
    quote = [places.TEXT] if said.quote or kind in places.CARRYING else []
    return Words(SHIPPED_SUBJECT, "\n\n".join([said.headline, *said.sentences, *quote]))


def preview(kind: str, language: str, own: Words) -> Preview:
    """Return how a notice in these words will read, with words that stand for what is not known yet."""
    with translation.override(language):
        known = _sample()
        subject, said = reworded(_wording(kind)(known), own, known)
    head = Head(
        message_id="<preview@localhost>", sender="desk@localhost", to_name="", to_address="reader@localhost",
        subject=subject, written_at=datetime(2026, 3, 2, 9, tzinfo=UTC), language=language, desk=known.desk,
    )  # fmt: skip
    mail = compose(said, head)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return Preview(subject, text.get_content() if text else "", html.get_content() if html else "")


def _wording(kind: str) -> Wording:
    return to_vendors.WORDS[kind] if kind in to_vendors.WORDS else to_requesters.WORDS[kind]


def _values(known: Known) -> Mapping[str, str]:
    return {
        "number": str(known.number), "subject": known.subject, "requester": known.requester, "reader": known.reader,
        "by": known.by, "desk": known.desk, "text": known.text, "link": known.pages.see if known.pages else "",
        "due": moment(known.due_at, known.zone) if known.due_at else "",
    }  # fmt: skip


def _unfilled() -> Known:
    """Return what stands for each place by its own name."""
    named: dict[str, Any] = {name: f"{{{name}}}" for name in ("number", "subject", "requester", "reader", "by", "desk")}
    return Known(**named, text=places.TEXT, zone=ZoneInfo("UTC"), console="", pages=None)


def _sample() -> Known:
    pages = ForRequester("https://desk.example/link/", "#", "#", ("#",) * 5)
    return Known(
        number=10011, subject=_("Printer is out of toner"), desk=_("Service desk"), reader=_("the reader"),
        by=_("a colleague"), zone=ZoneInfo("UTC"), console="#", pages=pages, text=_("What was written stands here."),
        requester=_("the requester"), due_at=datetime(2026, 3, 5, 9, tzinfo=UTC),
    )  # fmt: skip
