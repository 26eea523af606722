"""PGP (RFC 9580, RFC 3156) by the library Sequoia, which need not be installed: without it nothing is opened."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

from firstline.channels.email.security.keys import Keys
from firstline.channels.email.security.packets import fingerprints
from firstline.channels.email.security.smime import Closed
from firstline.core.intake.inbound import Security

STANDARD = "PGP"
_NOT_HERE = "PGP is not installed here (the package pysequoia)."
_UNCHECKED = Security(STANDARD, "unchecked", why="It may be signed; the signature does not fit a key the desk knows.")
_ADDRESS = re.compile(r"<([^<>\s]{1,320})>|^([^<>\s@]{1,64}@[^<>\s]{1,255})$")


def opened(raw: bytes, keys: Keys) -> tuple[bytes, Security]:
    """Return what was encrypted to one of the desk's keys, and what its signature is worth; raises Closed."""
    sequoia = _sequoia()
    if sequoia is None:
        raise Closed(_NOT_HERE)
    if not keys.pgp:
        raise Closed("The desk has no key to open it with.")
    for secret, passphrase in keys.pgp:
        for store in (_store(sequoia, keys), None):  # with a signature that does not fit, the library opens nothing
            try:
                decryptor = sequoia.Tsk.from_bytes(secret.encode()).decryptor(passphrase or None)
                found = sequoia.decrypt(raw, decryptor=decryptor, store=store)
            except Exception:  # whatever the library raises, another key may fit
                continue
            verdict = _verdict(sequoia, found.valid_sigs, keys) if store else _UNCHECKED
            return found.bytes, replace(verdict, opened=True)
    raise Closed("None of the desk's keys opens it.")


def checked(content: bytes, signature: bytes, keys: Keys) -> Security:
    """Return what a signature that stands apart from the content is worth."""
    sequoia = _sequoia()
    if sequoia is None:
        return Security(STANDARD, "unchecked", why=_NOT_HERE)
    try:
        made = sequoia.Sig.from_bytes(signature)
    except Exception:  # the library's errors have no class of their own
        return Security(STANDARD, "unchecked", why="The signature cannot be read.")
    return _checked(sequoia, keys, bytes=content, signature=made)


def checked_inline(raw: bytes, keys: Keys) -> Security:
    """Return what the signature of a text signed in place is worth."""
    sequoia = _sequoia()
    return Security(STANDARD, "unchecked", why=_NOT_HERE) if sequoia is None else _checked(sequoia, keys, bytes=raw)


def _checked(sequoia: ModuleType, keys: Keys, **what: Any) -> Security:
    makers: list[str] = []
    try:
        found = sequoia.verify(store=_store(sequoia, keys, makers), **what)
    except Exception:  # the library's errors have no class of their own
        known = [each for certificate in _known(sequoia, keys) for each in fingerprints(bytes(certificate))]
        if any(each.endswith(maker.lower()) for maker in makers for each in known):
            return Security(STANDARD, "broken", why="What was sent is not what was signed, or the key has ended.")
        return Security(STANDARD, "unchecked", why="The signer's key is not among those the desk knows.")
    return _verdict(sequoia, found.valid_sigs, keys)


def _verdict(sequoia: ModuleType, signatures: list[Any], keys: Keys) -> Security:
    makers = {each.certificate for each in signatures}
    certificates = [each for each in _known(sequoia, keys) if each.fingerprint in makers]
    addresses = tuple(dict.fromkeys(address for each in certificates for address in addresses_of(each)))
    return Security(STANDARD, "valid" if certificates else "", addresses)


def _sequoia() -> ModuleType | None:
    try:
        return importlib.import_module("pysequoia")
    except ImportError:
        return None


def _known(sequoia: ModuleType, keys: Keys) -> Iterator[Any]:
    for armoured in keys.known:
        try:
            yield sequoia.Cert.from_bytes(armoured.encode())
        except Exception:  # one unreadable key does not spoil the others
            continue


def _store(sequoia: ModuleType, keys: Keys, asked: list[str] | None = None) -> Any:
    """Return a function that finds the public keys of those who signed."""

    def found(wanted: list[str]) -> list[Any]:
        if asked is not None:
            asked.extend(wanted)
        return list(_known(sequoia, keys))

    return found


def addresses_of(certificate: Any) -> Iterator[str]:
    """Yield the mail addresses that a key names."""
    for user in certificate.user_ids:
        if match := _ADDRESS.search(str(user)):
            yield match[1] or match[2]
