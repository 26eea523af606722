"""Letting people sign in: invitations, and passwords set and set anew."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac

from firstline.commands import founding, notices
from firstline.commands.people import chain, locked_person, must_reach
from firstline.core.journal.chain import instant
from firstline.core.kernel.refusals import BadInput, NotAllowed, Refused, _
from firstline.core.people import contacts, queries
from firstline.core.people.models import Account, ContactPoint, Invitation, Person

INVITED_FOR = timedelta(days=7)
RESET_FOR = timedelta(hours=2)


class NoLongerValid(Refused):
    """The link was used, has expired, or never was."""


class AccountTaken(Refused):
    """Somebody else signs in with this address."""


class WeakPassword(BadInput):
    """The password would be guessed; the text says what is missing."""


@transaction.atomic
def invite(*, person_id: int, by_id: int | None, now: datetime, email: str = "") -> Invitation:
    """Invite a person to choose a password and sign in; the letter is owed.

    email   the address it goes to and they sign in with; their first one where it is left out
    raises  BadInput, BadContact, AccountTaken, NotThere, NotAllowed; then nothing is written
    """
    person = locked_person(person_id)
    must_reach(founding.scope(by_id), person)
    address = email.strip() or queries.mail_of(person_id)
    if not address:
        raise BadInput(_("This person has no mail address to be invited at; add one first."), field="email")
    _must_own(person, address)
    return _invited(person, contacts.mail_key(address), "invited", INVITED_FOR, by_id, now)


@transaction.atomic
def request_password_reset(*, email: str, now: datetime) -> Invitation | None:
    """Owe a letter with which the address's owner chooses a new password.

    Returns None, and says nothing, if nobody signs in with this address.
    """
    account = Account.objects.filter(email__iexact=email.strip(), is_active=True, person__ended_at=None).first()
    if account is None:
        return None
    person = locked_person(account.person_id)
    return _invited(person, account.email, "password reset asked", RESET_FOR, None, now)


@transaction.atomic
def accept_invitation(*, token: str, password: str, now: datetime) -> Account:
    """Set the password of the invited person, making their account if they have none; the link works once.

    Raises NoLongerValid, WeakPassword, AccountTaken; then nothing is written.
    """
    invitation = open_invitation(token=token, now=now)
    person = locked_person(invitation.person_id)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at:
        raise NoLongerValid(_("This link was used already."))
    account = Account.objects.filter(person=person).first() or Account(person=person, email=invitation.email)
    _check_password(password, account)
    account.set_password(password)
    account.save()
    # Whoever opened the letter owns the address; other open links of theirs are of no use any more.
    ContactPoint.objects.filter(
        person=person, kind="email", key=contacts.mail_key(invitation.email), verified_at=None, ended_at=None
    ).update(verified_at=now)
    Invitation.objects.filter(person=person, accepted_at=None).update(accepted_at=now)
    facts = {"invitation": invitation.pk, "account": account.pk}
    founding.tell(chain(person.pk), "invitation accepted", by_id=person.pk, now=now, facts=facts)
    return account


def open_invitation(*, token: str, now: datetime) -> Invitation:
    """Return the invitation a letter's token opens, unused and in time; raises NoLongerValid. Writes nothing."""
    found = Invitation.objects.select_related("person").filter(digest=digest_of(token), accepted_at=None).first()
    if found is None or found.expires_at <= now or found.person.ended_at:
        raise NoLongerValid(_("This link was used already or is too old; ask for a new one."))
    return found


def invitation_token(invitation: Invitation) -> str:
    """Return the secret in the invitation's letter: made from the secret key, so that no table holds it."""
    return _secret(invitation.person_id, invitation.email, invitation.invited_at)


@transaction.atomic
def set_account(
    *, person_id: int, email: str, password: str, by_id: int | None, now: datetime, hashed: str = ""
) -> Account:
    """Let a person sign in with this address and password at once, as set-up does for its first administrator.

    hashed  the password's hash, if it was made before: hashing is slow on purpose, and the demo has many people
    Administrators and the desk itself only. Raises WeakPassword, AccountTaken, NotThere, NotAllowed.
    """
    founding.managing(by_id, None)
    person = locked_person(person_id)
    key = contacts.mail_key(email)
    if Account.objects.filter(email__iexact=key).exclude(person=person).exists():
        raise AccountTaken(_("Somebody else signs in with this address."), field="email")
    account = Account.objects.filter(person=person).first() or Account(person=person)
    account.email = key
    _check_password(password, account)
    account.password = hashed or make_password(password)
    account.save()
    founding.tell(chain(person_id), "account made", by_id=by_id, now=now, facts={"account": account.pk})
    return account


def digest_of(secret: str) -> str:
    """Return the hex SHA-256 under which a secret of high entropy is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _invited(person: Person, email: str, kind: str, lasting: timedelta, by_id: int | None, now: datetime) -> Invitation:
    if Account.objects.filter(email__iexact=email).exclude(person=person).exists():
        raise AccountTaken(_("Somebody else signs in with this address."), field="email")
    invitation = Invitation.objects.create(
        person=person, email=email, digest=digest_of(_secret(person.pk, email, now)), invited_by_id=by_id,
        invited_at=now, expires_at=now + lasting,
    )  # fmt: skip
    founding.tell(chain(person.pk), kind, by_id=by_id, now=now, facts={"invitation": invitation.pk})
    notices.owe_account_mail(
        kind="invitation" if kind == "invited" else "password_reset", person_id=person.pk, address=email,
        invitation_id=invitation.pk, days=lasting.days, now=now,
    )  # fmt: skip
    return invitation


def _secret(person_id: int, email: str, at: datetime) -> str:
    mac = salted_hmac("firstline.invitation", f"{person_id}:{email}:{instant(at)}", algorithm="sha256")
    return base64.urlsafe_b64encode(mac.digest()).decode().rstrip("=")


def _must_own(person: Person, address: str) -> None:
    owner = queries.by_contact("email", address)
    if owner is None or owner.pk != person.pk:
        raise NotAllowed(_("This address is not one of this person's; add it to them first."), field="email")


def _check_password(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as weak:
        raise WeakPassword("%(why)s", field="password", why=" ".join(weak.messages)) from weak
