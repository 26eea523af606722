"""A desk's own words for its notices: written, worded anew, and put back to those that are shipped."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from firstline.commands import founding
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotThere, Refused, _
from firstline.core.mail import places
from firstline.core.mail.models import NoticeText
from firstline.core.people.models import Desk

SUBJECT_LIMIT, BODY_LIMIT = 200, 10_000


class ShippedAlready(Refused):
    """The notice has the shipped words."""


@transaction.atomic
def word_notice(
    *, desk_id: int, kind: str, language: str, subject: str, body: str, by_id: int | None, now: datetime
) -> NoticeText:
    """Let a desk's notice of this kind say so in this language from now on; letters that wait already say so too.

    body    paragraphs apart by blank lines, the first one the headline; places as of core/mail/places.py
    raises  BadInput naming the field (an unknown place, no {text} where there must be one), NotThere, NotAllowed (the
            desk's manager or an administrator); then nothing is written
    """
    _lock(desk_id, by_id)
    line, text = checked(kind=kind, language=language, subject=subject, body=body)
    present = NoticeText.objects.filter(desk_id=desk_id, kind=kind, language=language, ended_at=None)
    present.update(ended_at=now)
    made = NoticeText.objects.create(
        desk_id=desk_id, kind=kind, language=language, subject=line, body=text, written_by_id=by_id, written_at=now
    )
    facts = {"notice": kind, "language": language, "subject": founding.digest(line), "body": founding.digest(text)}
    founding.tell(f"mail:{desk_id}", "notice worded", by_id=by_id, now=now, facts=facts)
    return made


@transaction.atomic
def use_shipped_words(*, desk_id: int, kind: str, language: str, by_id: int | None, now: datetime) -> None:
    """Put a notice back to the shipped words; the desk's own stay on record. Raises ShippedAlready, NotAllowed."""
    _lock(desk_id, by_id)
    own = NoticeText.objects.filter(desk_id=desk_id, kind=kind, language=language, ended_at=None)
    if not own.update(ended_at=now):
        raise ShippedAlready(_("This notice has the shipped words."))
    facts = {"notice": kind, "language": language}
    founding.tell(f"mail:{desk_id}", "notice put back", by_id=by_id, now=now, facts=facts)


def checked(*, kind: str, language: str, subject: str, body: str) -> tuple[str, str]:
    """Return subject and body as they can be saved, for a preview too; raises BadInput naming the field."""
    if kind not in places.KINDS:
        raise BadInput(_("There is no such notice."), field="kind")
    if language not in founding.CODES:
        raise BadInput(_("The languages are en, ru and uk."), field="language")
    line = written.line(subject, field="subject", limit=SUBJECT_LIMIT)
    text = written.body(body, field="body", limit=BODY_LIMIT).strip()
    for field, words in (("subject", line), ("body", text)):
        _must_be_filled(words, field)
    if kind in places.CARRYING and places.TEXT not in text:
        raise BadInput(
            _("This notice carries what was written: put {text} where it is to stand."), field="body"
        )  # fmt: skip
    return line, text


def _must_be_filled(words: str, field: str) -> None:
    try:
        places.check(words)
    except places.BadPlace as bad:
        known = ", ".join(f"{{{name}}}" for name in places.PLACES)
        raise BadInput(
            _("Nothing can be put in %(place)s; the places are: %(known)s."), field=field, place=str(bad), known=known
        ) from bad


def _lock(desk_id: int, by_id: int | None) -> None:
    founding.managing(by_id, desk_id)
    if not Desk.objects.select_for_update().filter(pk=desk_id, ended_at=None).exists():
        raise NotThere(_("There is no such desk."), field="desk")
