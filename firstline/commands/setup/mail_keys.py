"""The keys by which a desk opens mail and believes signatures: added, and removed with whatever was secret in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from firstline.commands import founding
from firstline.commands.setup.desks import locked_desk
from firstline.core.intake import secrets
from firstline.core.kernel.refusals import NotThere, Refused, _
from firstline.core.mail.models import MailKey


class AlreadyAdded(Refused):
    """The desk has this key."""


@dataclass(frozen=True)
class Key:
    """A key as whoever read its file found it.

    kind     one of MailKey.Kind
    public   what everybody may know of it
    secret   what opens mail, with its passphrase, as text; "" for a key that opens nothing
    """

    kind: str
    name: str
    fingerprint: str
    addresses: Sequence[str] = ()
    until: datetime | None = None
    public: str = ""
    secret: str = ""


@transaction.atomic
def add_key(*, desk_id: int, key: Key, by_id: int | None, now: datetime) -> MailKey:
    """Open and check mail with this key too, from the next mail on; its secret is sealed and never shown again.

    Raises AlreadyAdded, NotThere, NotAllowed; then nothing is written.
    """
    founding.managing(by_id, desk_id)
    locked_desk(desk_id)
    added = MailKey(
        desk_id=desk_id, kind=key.kind, name=key.name[:200], addresses=[each[:320] for each in key.addresses[:20]],
        fingerprint=key.fingerprint[:128], until=key.until, public=key.public, secret=secrets.seal(key.secret),
        added_by_id=by_id, added_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            added.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyAdded(_("This desk has that key already."), field="file") from error
    facts = {"key": added.pk, "kind": key.kind, "fingerprint": added.fingerprint}
    founding.tell(f"mail:{desk_id}", "mail key added", by_id=by_id, now=now, facts=facts)
    return added


@transaction.atomic
def remove_key(*, key_id: int, by_id: int | None, now: datetime) -> MailKey:
    """Open and check nothing with a key any more; its secret is gone for good. Raises NotThere, NotAllowed."""
    key = MailKey.objects.select_for_update().filter(pk=key_id, ended_at=None).first()
    founding.managing(by_id, key.desk_id if key else None)
    if key is None:
        raise NotThere(_("There is no such key."))
    locked_desk(key.desk_id)
    key.ended_at, key.secret = now, ""
    key.save(update_fields=["ended_at", "secret"])
    founding.tell(f"mail:{key.desk_id}", "mail key removed", by_id=by_id, now=now, facts={"key": key.pk})
    return key
