"""A queued letter becomes a mail: what it tells is read at the moment it leaves, so erased words never do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.utils import parseaddr
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils import translation

from firstline.channels.email import (
    addresses,
    alarms,
    enclosures,
    identities,
    own_words,
    to_managers,
    to_requesters,
    to_senders,
    to_staff,
    to_vendors,
)
from firstline.channels.email.compose import Head, compose
from firstline.channels.email.driver import Server
from firstline.channels.email.identities import Identity
from firstline.channels.email.said import Known, Said, Wording
from firstline.commands import notices
from firstline.core.incidents import queries as majors
from firstline.core.intake import secrets
from firstline.core.intake.models import Mailbox
from firstline.core.journal import queries as journal
from firstline.core.journal.queries import Told
from firstline.core.mail.queries import notice_text
from firstline.core.outbox.models import Letter
from firstline.core.people.models import Account, Desk, Invitation, Person, Team
from firstline.core.people.queries import home_desk
from firstline.core.sla.models import Clock
from firstline.core.tickets import replies
from firstline.core.tickets.models import Message, Ticket
from firstline.core.tickets.states import Audience, Closing

_TEXTS = ("text", "why", "findings", "how", "what", "result", "comment")
_TEAMS = ("to", "team", "team_id")
# Whose files go along: what staff sent to somebody outside.
_ENCLOSING = frozenset({"replied", "vendor"})
_PROMISED = (Clock.Kind.FIRST_RESPONSE, Clock.Kind.NEXT_RESPONSE, Clock.Kind.RESOLVE)


def mail_of(letter: Letter) -> EmailMessage:
    """Return the mail of a letter, in its reader's language and time zone; raises Unaddressable."""
    with translation.override(letter.person.language):
        if letter.kind in to_managers.WORDS:
            return _mailbox_mail(letter)
        if letter.kind in to_senders.WORDS:
            return _answer_to_sender(letter)
        if letter.ticket_id is None:
            return _account_mail(letter)
        ticket = Ticket.objects.select_related("desk", "requester", "team", "envelope__mailbox__desk").get(
            pk=letter.ticket_id
        )
        return compose(*_about(letter, ticket))


def server_of(letter: Letter) -> Server | None:
    """Return the server by which a letter leaves: its mailbox's own, or the desk's; None where none is set up."""
    desk_server: Server | None = settings.SMTP
    if letter.kind in to_senders.WORDS:
        own = _asked(letter)[0].own_server
    elif letter.ticket_id is None:
        return desk_server
    else:
        ticket = Ticket.objects.select_related("desk", "envelope__mailbox__desk").get(pk=letter.ticket_id)
        own = identities.of_ticket(ticket).own_server
    if not own:
        return desk_server
    server: Server = settings.SMTP_SERVER_OF(secrets.opened(own))
    return server


def _about(letter: Letter, ticket: Ticket) -> tuple[Said, Head]:
    """Return the words of a letter about a ticket, and what stands above them."""
    told = journal.one(letter.facts["entry"])[1]
    message = Message.objects.filter(pk=told.facts.get("message", 0)).first()
    known = _known(letter, ticket, told, message)
    subject, said = _worded(letter, ticket, known)
    identity = identities.of_ticket(ticket)
    answer = identity.reply_to(ticket_id=ticket.pk, person_id=letter.person_id) if _answerable(letter, known) else ""
    marker = replies.token_for(ticket_id=ticket.pk, person_id=letter.person_id) if answer else ""
    if answer and letter.kind in notices.ANSWERED_OUTSIDE and known.pages is None:
        said = replace(said, then=to_staff.answers_go())
    follows = known.pages is not None and letter.person_id != ticket.requester_id
    head = replace(
        _head(letter, ticket.desk.name, identity), thread=_thread(letter, ticket),
        subject=subject, reply_to=answer, marker=marker, leave=answer if follows else "",
        leave_page=addresses.for_leaving(ticket_id=ticket.pk, person_id=letter.person_id) if follows else "",
        files=enclosures.of_message(message) if letter.kind in _ENCLOSING else (),
    )  # fmt: skip
    return said, head


def _worded(letter: Letter, ticket: Ticket, known: Known) -> tuple[str, Said]:
    """Return a letter's subject and words: the desk's own, where it has some for those outside, or the shipped ones."""
    said = _words(letter, known)(known)
    outside = known.pages is not None or letter.kind in to_vendors.WORDS
    own = notice_text(ticket.desk_id, letter.kind, letter.person.language) if outside else None
    if own is None:
        return _subject(letter, said, ticket), said
    return own_words.reworded(said, own_words.Words(own.subject, own.body), known)


def _words(letter: Letter, known: Known) -> Wording:
    if letter.kind in to_vendors.WORDS:
        return to_vendors.WORDS[letter.kind]
    return (to_requesters.WORDS if known.pages else to_staff.WORDS)[letter.kind]


def _answerable(letter: Letter, known: Known) -> bool:
    """Whether an answer goes where its writer expects: staff's goes to the requester, so only about their words."""
    return known.pages is not None or letter.kind in to_vendors.WORDS or letter.kind in notices.ANSWERED_OUTSIDE


def _account_mail(letter: Letter) -> EmailMessage:
    desk = home_desk()
    link = addresses.for_invited(Invitation.objects.get(pk=letter.facts["invitation"]))
    said = to_requesters.ACCOUNT_WORDS[letter.kind](link, letter.facts.get("days", 0))
    head = _head(letter, desk.name if desk else "", identities.of_desk(desk))
    return compose(said, replace(head, subject=said.headline))


def _mailbox_mail(letter: Letter) -> EmailMessage:
    mailbox = Mailbox.objects.select_related("desk").get(pk=letter.facts["mailbox"])
    said = to_managers.WORDS[letter.kind](mailbox, _zone(letter.person, mailbox.desk.time_zone))
    # Not as the mailbox that is in trouble: whoever answers should reach somebody.
    head = _head(letter, mailbox.desk.name, Identity(settings.MAIL_FROM))
    return compose(said, replace(head, subject=said.headline))


def _answer_to_sender(letter: Letter) -> EmailMessage:
    identity, desk = _asked(letter)
    said = to_senders.WORDS[letter.kind](letter.facts, parseaddr(identity.sender)[1])
    head = replace(_head(letter, desk.name, identity), subject=said.headline, thread=[letter.facts["answers"]])
    return compose(said, head)


def _asked(letter: Letter) -> tuple[Identity, Desk]:
    """Return what was written to, as whom it is answered, and its desk."""
    desk = Desk.objects.get(pk=letter.facts["desk"])
    return identities.of_mailbox(letter.facts["mailbox"], desk), desk


def _head(letter: Letter, desk: str, identity: Identity) -> Head:
    return Head(
        message_id=letter.message_id, sender=identity.sender,
        signature=identity.signature(letter.person.language), to_name=letter.person.name,
        to_address=letter.address, subject="", written_at=letter.queued_at, language=letter.person.language,
        desk=desk,
    )  # fmt: skip


def _subject(letter: Letter, said: Said, ticket: Ticket) -> str:
    subject = _first_line_to_vendor(ticket) if letter.kind in to_vendors.WORDS else ticket.subject
    about = f"[#{ticket.number}] {subject}"
    return f"{about} - {said.prefix}" if said.prefix else about


def _first_line_to_vendor(ticket: Ticket) -> str:
    """Return what the vendor line began with: the ticket's own subject is the requester's words."""
    first = ticket.messages.filter(audience=Audience.VENDOR).select_related("content").order_by("pk").first()
    lines = (first.content.text or "").strip().splitlines() if first else []
    return lines[0][:100] if lines else ""


def _known(letter: Letter, ticket: Ticket, told: Told, message: Message | None) -> Known:
    asks = _asks(letter.person_id, ticket) and letter.kind in to_requesters.WORDS
    pages = addresses.for_requester(ticket_id=ticket.pk, person_id=letter.person_id) if asks else None
    team = Team.objects.filter(pk=next((told.facts[key] for key in _TEAMS if key in told.facts), 0)).first()
    files = tuple(message.attachments.filter(redacted_at=None).values_list("name", flat=True)) if message else ()
    return Known(
        number=ticket.number, subject=ticket.subject, desk=ticket.desk.name, reader=letter.person.name,
        by=_name(told.by_id) or ticket.desk.name, zone=_zone(letter.person, ticket.desk.time_zone),
        console=addresses.for_staff(ticket.number), pages=pages,
        text=_text(told) if _may_quote(letter, ticket, told) else "",
        team=team.name if team else "", person=_name(told.facts.get("person")),
        requester=ticket.requester.name, silent=told.facts.get("closing") == Closing.SILENCE,
        score=told.facts.get("score", 0), files=files,
        level=alarms.in_words(told.facts) if "level" in told.facts else "", promises=_promises(ticket),
        due_at=ticket.close_due_at,
        earlier=enclosures.earlier(ticket, letter.person_id, message, _audiences(letter)),
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


def _promises(ticket: Ticket) -> tuple[tuple[str, datetime], ...]:
    running = Clock.objects.filter(ticket=ticket, ended_at=None, due_at__isnull=False, kind__in=_PROMISED)
    return tuple((clock.kind, clock.due_at) for clock in running.order_by("due_at") if clock.due_at)


def _name(person_id: int | None) -> str:
    return Person.objects.filter(pk=person_id).values_list("name", flat=True).first() or "" if person_id else ""


def _zone(person: Person, of_desk: str) -> ZoneInfo:
    site = person.site.time_zone if person.site else ""
    for name in (person.time_zone, site, of_desk):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # blank, or no zone of this machine
            continue
    return ZoneInfo("UTC")


def _audiences(letter: Letter) -> tuple[str, ...]:
    return (Audience.VENDOR,) if letter.kind in to_vendors.WORDS else (Audience.PUBLIC,)


def _thread(letter: Letter, ticket: Ticket) -> list[str]:
    """Return the ids this reader's mail program has seen of the ticket, oldest first."""
    before = Letter.objects.filter(ticket_id=ticket.pk, person_id=letter.person_id, pk__lt=letter.pk, refused_at=None)
    ours = list(before.order_by("pk").values_list("queued_at", "message_id"))
    said = ticket.messages.filter(carrier_id__isnull=False, author_id=letter.person_id)
    said = said.filter(audience__in=_audiences(letter))
    theirs = [(at, carrier) for at, carrier in said.values_list("recorded_at", "carrier_id") if carrier]
    return [carrier for _, carrier in sorted([*ours, *theirs])]
