"""Understanding a mail: bytes in, an Inbound out, and nothing else touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from firstline.channels.email import automatic, bodies, complaints, headers, mailboxes, mime
from firstline.channels.email.bounces import reading
from firstline.channels.email.bounds import Bounds
from firstline.channels.email.quotes import newest
from firstline.core.intake.inbound import Address, Inbound

_ORDINARY = Bounds()
_LONGEST_DATE = 200


def understand(raw: bytes, bounds: Bounds = _ORDINARY) -> Inbound:
    """Return what a mail says. Bytes that are no mail at all come back as an Inbound with little in it.

    bounds   how much header, parts, nesting and addresses are read
    raises   TooMuch when the mail passes one of them; no other exception
    """
    return _judged(_read(raw, bounds))


def _judged(mail: Inbound) -> Inbound:
    """Return the mail with what it is: a person's, a program's, a list's."""
    abuse = complaints.read(mail)
    bounce = None if abuse else reading.read(mail)
    kind = automatic.NOTICE if abuse else "" if bounce else automatic.kind_of(mail)
    return replace(
        mail,
        abuse=abuse,
        bounce=bounce,
        automatic=kind,
        auto_reply=kind in automatic.ANSWERS,
        listed=automatic.is_listed(mail),
        list_address=automatic.list_address(mail),
    )


def _read(raw: bytes, bounds: Bounds) -> Inbound:
    root = mime.read(raw, bounds)
    hints = _charsets(root)
    body = bodies.collect(root, bounds)
    subject = headers.text_of(headers.first(root.fields, "subject"), hints)
    sent_at = _date(headers.text_of(headers.first(root.fields, "date")))
    if not root.fields:
        body.trouble.append("The mail has no header.")
    return Inbound(
        message_id=next(iter(mailboxes.ids(headers.first(root.fields, "message-id"))), ""),
        in_reply_to=mailboxes.ids(headers.first(root.fields, "in-reply-to")),
        references=mailboxes.ids(headers.first(root.fields, "references")),
        subject=subject,
        from_=_sender(root, body, bounds, hints),
        to=_addresses(root, "to", bounds, hints),
        cc=_addresses(root, "cc", bounds, hints),
        reply_to=_addresses(root, "reply-to", bounds, hints),
        sent_at=sent_at,
        text=body.text,
        html=body.html,
        reply_text=newest.part(body.marked or body.text, subject),
        files=tuple(body.files),
        signed=body.signed,
        encrypted=body.encrypted,
        headers=tuple((name, headers.text_of(value, hints)) for name, value in root.fields),
        trouble=tuple(body.trouble),
    )


def _addresses(root: mime.Part, name: str, bounds: Bounds, hints: tuple[str, ...]) -> tuple[Address, ...]:
    # A field that stands twice is against the rules and yet sent: all of it counts.
    found = [each for key, value in root.fields if key == name for each in mailboxes.read(value, bounds, hints)]
    bounds.check_addresses(len(found))
    return tuple(dict.fromkeys(found))


def _sender(root: mime.Part, body: bodies.Body, bounds: Bounds, hints: tuple[str, ...]) -> tuple[Address, ...]:
    """Return who wrote; where From names nobody, the field that comes nearest to it."""
    for name in ("from", "sender", "reply-to"):
        found = _addresses(root, name, bounds, hints)
        if found:
            return found
        body.trouble.append(f"The mail has no usable {name.title()} field.")
    return ()


def _charsets(root: mime.Part) -> tuple[str, ...]:
    """Return the charsets the parts name: the best guess for header bytes without a label."""
    named: dict[str, None] = {}
    waiting = [root]
    while waiting:
        part = waiting.pop(0)
        if part.params.get("charset"):
            named[part.params["charset"]] = None
        waiting = part.parts + waiting
    return tuple(named)[:5]


def _date(text: str) -> datetime | None:
    """Return the instant of a Date field in UTC, None when it is not a date."""
    try:
        sent_at = parsedate_to_datetime(text[:_LONGEST_DATE])
        return (sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
