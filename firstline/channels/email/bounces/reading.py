"""Whether a mail is a report on mail that came back, and what it says."""

from __future__ import annotations

from dataclasses import replace

from firstline.channels.email import charsets
from firstline.channels.email.bounces import reasons, returned, signs, structured, worded
from firstline.channels.email.bounces.told import Told, status_in
from firstline.core.intake.inbound import Bounce, Inbound, Recipient

_REPORT = frozenset({"message/delivery-status", "message/global-delivery-status"})
_FINE = frozenset({"delivered", "relayed", "expanded"})
_LONGEST = 60_000


def read(mail: Inbound) -> Bounce | None:
    """Return what a report on mail that came back says, None for any other mail.

    A report that all went well is a receipt, not a bounce.
    """
    words, below = returned.parted(mail.text[:_LONGEST])
    told = _structured(mail, words)
    if told is None:
        told = _worded(mail, words)
    if not told or all(each.action in _FINE for each in told):
        return None
    header = returned.header_of(mail, below)
    recipients = tuple(_judged(each) for each in told if each.action not in _FINE)
    # Servers that show nothing of the letter often still answer it.
    answered = (*mail.in_reply_to, *reversed(mail.references))
    return Bounce(recipients, returned.id_of(header) or next(iter(answered), ""), header)


def _structured(mail: Inbound, words: str) -> list[Told] | None:
    """Return what the fields of the report say, None if it has none."""
    report = next((file.data for file in mail.files if file.content_type in _REPORT), None)
    if report is not None:
        told = structured.recipients(charsets.decode(report)[0])
        told = told or [Told(address) for address in _unnamed(mail)]
    elif structured.has_fields(mail.text[:_LONGEST]) and signs.is_report(mail, words, fields=True):
        told = structured.recipients(mail.text[:_LONGEST])
    else:
        return structured.amazon(mail.text[:_LONGEST])
    return [_explained(each, words, alone=len(told) == 1) for each in told]


def _explained(told: Told, words: str, *, alone: bool) -> Told:
    """Return the recipient with what the report says to people about it."""
    if alone:
        return replace(told, around=f"{told.around} {words}")
    named = next((each for each in worded.recipients(words) if each.address == told.address), None)
    return replace(told, around=f"{told.around} {named.words}") if named else told


def _worded(mail: Inbound, words: str) -> list[Told] | None:
    if not signs.is_report(mail, words):
        return None
    told = worded.recipients(words, mail.header("x-failed-recipients"))
    # The sender of the letter is named in some reports, too, and got it all.
    senders = {each.address for each in mail.to} | set(returned.senders_of(_returned(mail)))
    told = [each for each in told if each.address not in senders] or told
    return told or [Told(address, around=words, status=status_in(words)) for address in _unnamed(mail)]


def _unnamed(mail: Inbound) -> tuple[str, ...]:
    """Return whom the letter was to, where the report names nobody."""
    return returned.recipients_of(_returned(mail)) or ("",)


def _returned(mail: Inbound) -> returned.Header:
    return returned.header_of(mail, returned.parted(mail.text[:_LONGEST])[1])


def _judged(told: Told) -> Recipient:
    reason = reasons.of(told)
    status = status_in(told.words) or told.status
    return Recipient(told.address, status, reason, hard=reason in reasons.HARD, late=told.action == "delayed")
