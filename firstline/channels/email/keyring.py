"""A desk's keys as text for the child that opens its mail: those it was given in set-up, and those of the folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from firstline.channels.email.security import folder
from firstline.channels.email.security.keys import Keys
from firstline.core.intake import secrets
from firstline.core.mail.models import MailKey

Kind = MailKey.Kind


def gathered(rows: Iterable[MailKey], of_machine: str) -> Keys:
    """Return the keys of a desk and of the folder `of_machine` ("" for none).

    Raises OSError where the folder cannot be read, Unopened where a secret was sealed with another key.
    """
    beside = folder.read(Path(of_machine)) if of_machine else Keys()
    found: dict[str, list[MailKey]] = {kind: [] for kind in Kind.values}
    for row in rows:
        found[row.kind].append(row)
    return Keys(
        smime=(*((row.public, secret_of(row)["key"]) for row in found[Kind.SMIME]), *beside.smime),
        trusted=(*(row.public for row in found[Kind.TRUSTED]), *beside.trusted),
        pgp=(*((secret["key"], secret["word"]) for row in found[Kind.PGP] if (secret := secret_of(row))), *beside.pgp),
        known=(*(row.public for row in found[Kind.KNOWN]), *beside.known),
    )


def secret_of(row: MailKey) -> dict[str, str]:
    """Return what is secret of a key: "key", and its passphrase as "word"."""
    opened: dict[str, str] = json.loads(secrets.opened(row.secret))
    return opened


def secret(key: str, word: str = "") -> str:
    """Return what is secret of a key as text, as `secret_of` reads it."""
    return json.dumps({"key": key, "word": word})
