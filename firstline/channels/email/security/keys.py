"""The keys a desk opens and checks mail with, and what is told of a signature."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from firstline.core.intake.inbound import Inbound, Security


@dataclass(frozen=True)
class Keys:
    """What a desk was given, as text: PEM for S/MIME, armoured blocks for PGP.

    smime      pairs of a certificate and its private key, which open mail
    trusted    certificates of authorities, or of correspondents themselves, that signatures may rest on
    pgp        pairs of a secret key and its passphrase ("" without one)
    known      public keys of correspondents
    """

    smime: tuple[tuple[str, str], ...] = ()
    trusted: tuple[str, ...] = ()
    pgp: tuple[tuple[str, str], ...] = ()
    known: tuple[str, ...] = ()


def written(keys: Keys) -> bytes:
    """Return keys as bytes, as `read` takes them."""
    return json.dumps(asdict(keys)).encode()


def read(text: bytes) -> Keys:
    """Return the keys that `written` wrote."""
    found = json.loads(text)
    pairs = {name: tuple((one, other) for one, other in found[name]) for name in ("smime", "pgp")}
    return Keys(**pairs, trusted=tuple(found["trusted"]), known=tuple(found["known"]))


def of_sender(found: Security, mail: Inbound) -> Security:
    """Return a verdict that is valid only if the sender is among those who signed: else it is somebody else's word."""
    if found.signature != "valid":
        return found
    senders = {each.address.lower() for each in mail.from_}
    if senders and senders <= {each.lower() for each in found.signers}:
        return found
    return replace(found, signature="untrusted", why="Whoever signed is not the sender.")
