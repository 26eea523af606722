"""A queued letter becomes a mail: what it tells is read at the moment it leaves, so erased words never do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils import translation

from firstline.channels.email import addresses, alarms, to_requesters, to_staff
from firstline.channels.email.compose import Head, compose
from firstline.channels.email.said import Known, Said
from firstline.core.incidents import queries as majors
from firstline.core.journal import queries as journal
from firstline.core.journal.queries import Told
from firstline.core.outbox.models import Letter
from firstline.core.people.models import Account, Invitation, Person, Team
from firstline.core.people.queries import home_desk
from firstline.core.sla.models import Clock
from firstline.core.tickets.models import Message, Ticket
from firstline.core.tickets.states import Audience, Closing

_TEXTS = ("text", "why", "findings", "how", "what", "result", "comment")
_TEAMS = ("to", "team", "team_id")
_PROMISED = (Clock.Kind.FIRST_RESPONSE, Clock.Kind.NEXT_RESPONSE, Clock.Kind.RESOLVE)


def mail_of(letter: Letter) -> EmailMessage:
    """Return the mail of a letter, in its reader's language and time zone; raises Unaddressable."""
    with translation.override(letter.person.language):
        if letter.ticket_id is None:
            return _account_mail(letter)
        ticket = Ticket.objects.select_related("desk", "requester", "team").get(pk=letter.ticket_id)
        known = _known(letter, ticket)
        said = (to_requesters.WORDS if known.pages else to_staff.WORDS)[letter.kind](known)
        thread = _thread(letter, ticket)
        return compose(said, replace(_head(letter, ticket.desk.name, ticket.desk.mail_from), thread=thread,
                                     subject=_subject(said, ticket)))  # fmt: skip


def _account_mail(letter: Letter) -> EmailMessage:
    desk = home_desk()
    link = addresses.for_invited(Invitation.objects.get(pk=letter.facts["invitation"]))
    said = to_requesters.ACCOUNT_WORDS[letter.kind](link, letter.facts.get("days", 0))
    head = _head(letter, desk.name if desk else "", desk.mail_from if desk else "")
    return compose(said, replace(head, subject=said.headline))


def _head(letter: Letter, desk: str, mail_from: str) -> Head:
    return Head(
        message_id=letter.message_id, sender=mail_from or settings.MAIL_FROM, to_name=letter.person.name,
        to_address=letter.address, subject="", written_at=letter.queued_at, language=letter.person.language,
        desk=desk,
    )  # fmt: skip


def _subject(said: Said, ticket: Ticket) -> str:
    about = f"[#{ticket.number}] {ticket.subject}"
    return f"{about} - {said.prefix}" if said.prefix else about


def _known(letter: Letter, ticket: Ticket) -> Known:
    told = journal.one(letter.facts["entry"])[1]
    asks = _asks(letter.person_id, ticket) and letter.kind in to_requesters.WORDS
    pages = addresses.for_requester(ticket_id=ticket.pk, person_id=letter.person_id) if asks else None
    team = Team.objects.filter(pk=next((told.facts[key] for key in _TEAMS if key in told.facts), 0)).first()
    files = _files(told)
    return Known(
        number=ticket.number, subject=ticket.subject, desk=ticket.desk.name, reader=letter.person.name,
        by=_name(told.by_id) or ticket.desk.name, zone=_zone(letter.person, ticket),
        console=addresses.for_staff(ticket.number), pages=pages,
        text=_text(told) if _may_quote(letter, ticket, told) else "",
        team=team.name if team else "",
        requester=ticket.requester.name, silent=told.facts.get("closing") == Closing.SILENCE,
        score=told.facts.get("score", 0), files=files,
        level=alarms.in_words(told.facts) if "level" in told.facts else "", promises=_promises(ticket),
        due_at=ticket.close_due_at,
    )  # fmt: skip


def _may_quote(letter: Letter, ticket: Ticket, told: Told) -> bool:
    """Whether what was written goes into the letter.

    A guest may give anybody's address: an acknowledgement that repeats their words would carry them there.
    """
    if letter.kind != "registered" or told.by_id not in (None, ticket.requester_id):
        return True
    return Account.objects.filter(person_id=ticket.requester_id, is_active=True).exists()


def _asks(person_id: int, ticket: Ticket) -> bool:
    if ticket.requester_id == person_id:
        return True
    return ticket.participants.filter(person_id=person_id, part="follows", ended_at=None).exists()


def _text(told: Told) -> str:
    if told.kind == "status told":
        # A follower may read another language than the requester in whose ticket it was said.
        return majors.text_of(told.facts["major"], told.facts["number"], translation.get_language() or "en")
    digest = next((told.facts[key] for key in _TEXTS if told.facts.get(key)), None)
    return (journal.texts({digest}).get(digest) or "") if digest else ""


def _files(told: Told) -> tuple[str, ...]:
    message = Message.objects.filter(pk=told.facts.get("message", 0)).first()
    names = message.attachments.filter(redacted_at=None).values_list("name", flat=True) if message else []
    return tuple(names)


def _promises(ticket: Ticket) -> tuple[tuple[str, datetime], ...]:
    running = Clock.objects.filter(ticket=ticket, ended_at=None, due_at__isnull=False, kind__in=_PROMISED)
    return tuple((clock.kind, clock.due_at) for clock in running.order_by("due_at") if clock.due_at)


def _name(person_id: int | None) -> str:
    return Person.objects.filter(pk=person_id).values_list("name", flat=True).first() or "" if person_id else ""


def _zone(person: Person, ticket: Ticket) -> ZoneInfo:
    site = person.site.time_zone if person.site else ""
    for name in (person.time_zone, site, ticket.desk.time_zone):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # blank, or no zone of this machine
            continue
    return ZoneInfo("UTC")


def _thread(letter: Letter, ticket: Ticket) -> list[str]:
    """Return the ids this reader's mail program has seen of the ticket, oldest first."""
    before = Letter.objects.filter(ticket_id=ticket.pk, person_id=letter.person_id, pk__lt=letter.pk, refused_at=None)
    ours = list(before.order_by("pk").values_list("queued_at", "message_id"))
    said = ticket.messages.filter(carrier_id__isnull=False, author_id=letter.person_id, audience=Audience.PUBLIC)
    theirs = [(at, carrier) for at, carrier in said.values_list("recorded_at", "carrier_id") if carrier]
    return [carrier for _, carrier in sorted([*ours, *theirs])]
