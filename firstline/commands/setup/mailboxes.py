"""Mailboxes of a desk: set up, changed, ended; and how contact with each of them stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import Q

from firstline.commands import founding
from firstline.core.intake import secrets
from firstline.core.intake.models import Mailbox
from firstline.core.kernel.refusals import BadInput, NotThere, Refused, _
from firstline.core.people.contacts import mail_key
from firstline.core.people.models import Desk, Team

Fetching, SignIn, Then = Mailbox.Fetching, Mailbox.SignIn, Mailbox.Then
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}")
_SIGN_IN_KEYS = frozenset({"client_id", "tenant", "authority"})
# Where mail is read from: if one of these changes, what was read of the old place says nothing about the new one.
_PLACE = frozenset({"fetching", "host", "username", "folder"})


class AddressTaken(Refused):
    """Another mailbox has this address."""


class MailboxSettings(TypedDict, total=False):
    """What can be set of a mailbox; `secret` and `smtp` in clear, they are sealed before they are kept."""

    team_id: int | None
    name: str
    fetching: str
    host: str
    port: int
    security: str
    username: str
    secret: str
    sign_in: str
    sign_in_settings: Mapping[str, str]
    folder: str
    then: str
    move_to: str
    smtp: str
    signature: Mapping[str, str]
    adds_copied: bool
    authserv_id: str


COLUMNS: founding.Columns = {
    "team_id": founding.Column(lambda pk: pk),
    "name": founding.line("name", needed=False),
    "fetching": founding.code("fetching", Fetching.values),
    "host": founding.Column(lambda host: _host(host, "host"), text=True),
    "port": founding.whole("port", 0, 65535),
    "security": founding.code("security", Mailbox.Security.values),
    "username": founding.line("username", limit=320, needed=False),
    "sign_in": founding.code("sign_in", SignIn.values),
    "sign_in_settings": founding.Column(lambda given: _sign_in_settings(given), text=True),
    "folder": founding.line("folder"),
    "then": founding.code("then", Then.values),
    "move_to": founding.line("move_to", needed=False),
    "signature": founding.words("signature", limit=5000, needed=False),
    "adds_copied": founding.yes_or_no(),
    "authserv_id": founding.Column(lambda host: _host(host, "authserv_id"), text=True),
}
SECRETS = ("secret", "smtp")


@transaction.atomic
def set_up_mailbox(
    *, desk_id: int, address: str, by_id: int | None, now: datetime, **given: Unpack[MailboxSettings]
) -> Mailbox:
    """Give a desk an address at which it gets mail.

    Raises AddressTaken, BadInput, NotThere, NotAllowed (the desk's manager or an administrator); then nothing is
    written.
    """
    founding.managing(by_id, desk_id)
    if not Desk.objects.filter(pk=desk_id, ended_at=None).exists():
        raise NotThere(_("There is no such desk."), field="desk")
    plain, sealed = _apart(given)
    values = founding.checked(plain, COLUMNS)
    mailbox = Mailbox(desk_id=desk_id, address=address.strip(), key=mail_key(address), made_at=now, **values, **sealed)
    _must_fit(mailbox)
    try:
        with transaction.atomic():
            mailbox.save(force_insert=True)
    except IntegrityError as error:
        raise AddressTaken(_("Another mailbox has this address already."), field="address") from error
    facts = {"desk": desk_id, "address": founding.digest(mailbox.key), **founding.told(values, COLUMNS)}
    _tell(mailbox, "mailbox set up", by_id=by_id, now=now, facts={**facts, **_told(sealed)}, new=True)
    return mailbox


@transaction.atomic
def change_mailbox(*, mailbox_id: int, by_id: int | None, now: datetime, **changes: Unpack[MailboxSettings]) -> Mailbox:
    """Change a mailbox; what is the same already is left alone, and so is a secret that is not given.

    Raises BadInput, NotThere, NotAllowed; then nothing is written.
    """
    mailbox = _locked(mailbox_id, by_id)
    plain, sealed = _apart(changes)
    for name, value in {**founding.checked(plain, COLUMNS), **sealed}.items():
        setattr(mailbox, name, value)
    _must_fit(mailbox)
    mailbox.refresh_from_db()
    facts = founding.change(mailbox, plain, COLUMNS)
    if sealed:
        Mailbox.objects.filter(pk=mailbox.pk).update(**sealed)
    if _PLACE & set(facts):
        Mailbox.objects.filter(pk=mailbox.pk).update(uid_validity=None, seen_uid=0)
    if facts or sealed:
        _tell(mailbox, "mailbox changed", by_id=by_id, now=now, facts={**facts, **_told(sealed)})
    mailbox.refresh_from_db()
    return mailbox


@transaction.atomic
def end_mailbox(*, mailbox_id: int, by_id: int | None, now: datetime) -> Mailbox:
    """End a mailbox: nothing is fetched or taken for it any more; what came stays. Raises NotThere, NotAllowed."""
    mailbox = _locked(mailbox_id, by_id)
    mailbox.ended_at, mailbox.secret, mailbox.smtp = now, "", ""
    mailbox.save(update_fields=["ended_at", "secret", "smtp"])
    _tell(mailbox, "mailbox ended", by_id=by_id, now=now, facts={})
    return mailbox


def hold(*, mailbox_id: int, receiver: str, now: datetime, hold_for: timedelta) -> bool:
    """Let one receiver read a mailbox, or go on reading it; return whether it may: no other holds it."""
    free = Q(receiver=receiver) | Q(receiver_until=None) | Q(receiver_until__lt=now)
    mine = Mailbox.objects.filter(free, pk=mailbox_id, ended_at=None)
    return bool(mine.update(receiver=receiver, receiver_until=now + hold_for))


def let_go(*, receiver: str) -> None:
    """Let others read what this receiver held."""
    Mailbox.objects.filter(receiver=receiver).update(receiver="", receiver_until=None)


def contacted(*, mailbox_id: int, now: datetime) -> None:
    """The mailbox answered; what troubled it is over."""
    Mailbox.objects.filter(pk=mailbox_id).update(contacted_at=now)
    Mailbox.objects.filter(~Q(trouble=""), pk=mailbox_id).update(trouble="", trouble_since=None, warned_at=None)


def troubled(*, mailbox_id: int, why: str, now: datetime) -> None:
    """The mailbox could not be reached or read; `why` is shown until it can."""
    Mailbox.objects.filter(pk=mailbox_id, trouble="").update(trouble_since=now)
    Mailbox.objects.filter(pk=mailbox_id).update(trouble=why[:500])


def read_up_to(*, mailbox_id: int, uid_validity: int, uid: int, now: datetime) -> None:
    """Everything up to this UID was kept; of another UIDVALIDITY, counting begins anew."""
    Mailbox.objects.filter(pk=mailbox_id).update(uid_validity=uid_validity, seen_uid=uid, contacted_at=now)


def _locked(mailbox_id: int, by_id: int | None) -> Mailbox:
    mailbox = Mailbox.objects.select_for_update().filter(pk=mailbox_id, ended_at=None).first()
    founding.managing(by_id, mailbox.desk_id if mailbox else None)
    if mailbox is None:
        raise NotThere(_("There is no such mailbox."))
    return mailbox


def _apart(given: MailboxSettings) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what may be read by anybody who sets up, and the secrets, sealed; a secret of "" is taken away."""
    whole: dict[str, Any] = dict(given)
    found = {name: str(whole.pop(name)).strip() for name in SECRETS if name in whole}
    parts = urlsplit(found.get("smtp", ""))
    if found.get("smtp") and not (parts.scheme in {"smtp", "smtps"} and parts.hostname):
        raise BadInput(_("Write it as in smtp://user:password@host:port."), field="smtp")
    return whole, {name: secrets.seal(text) for name, text in found.items()}


def _told(sealed: Mapping[str, str]) -> dict[str, str]:
    # Not even a digest of a secret leaves for the journal.
    return {name: "set" if text else "taken away" for name, text in sealed.items()}


def _must_fit(mailbox: Mailbox) -> None:
    """Refuse settings that contradict one another."""
    teams = Team.objects.filter(desk_id=mailbox.desk_id, ended_at=None)
    if mailbox.team_id is not None and not teams.filter(pk=mailbox.team_id).exists():
        raise NotThere(_("There is no such team at this desk."), field="team_id")
    if mailbox.fetching == Fetching.NONE:
        return
    needed = ["host", "username", *(["move_to"] if mailbox.then == Then.MOVE else [])]
    for name in needed:
        if not getattr(mailbox, name):
            raise BadInput(_("Please fill this in; it is needed to go on."), field=name)
    if mailbox.then == Then.MOVE and mailbox.move_to == mailbox.folder:
        raise BadInput(_("Name another folder than the one that is read."), field="move_to")
    if mailbox.sign_in == SignIn.MICROSOFT and not {"client_id", "tenant"} <= set(mailbox.sign_in_settings):
        raise BadInput(_("Signing in at Microsoft needs the application's id and the tenant."), field="sign_in")


def _host(given: str, field: str) -> str:
    host = given.strip()
    if host and not _HOST.fullmatch(host):
        raise BadInput(_("This is no name of a server."), field=field)
    return host


def _sign_in_settings(given: Mapping[str, str]) -> dict[str, str]:
    kept = {name: str(value).strip() for name, value in given.items() if str(value).strip()}
    if set(kept) - _SIGN_IN_KEYS or any(len(value) > 300 for value in kept.values()):
        raise BadInput(_("There is nothing of this name to be set here."), field="sign_in_settings")
    return kept


def _tell(
    mailbox: Mailbox, kind: str, *, by_id: int | None, now: datetime, facts: Mapping[str, Any], new: bool = False
) -> None:
    founding.tell(f"mailbox:{mailbox.pk}", kind, by_id=by_id, now=now, facts=facts, new=new)
