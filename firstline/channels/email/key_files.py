"""A file with a key is read: what kind of key it is, whose, and until when; told in a sentence if it is none."""

from __future__ import annotations

import contextlib
import importlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from firstline.channels.email import keyring
from firstline.channels.email.security import smime
from firstline.channels.email.security.pgp import STANDARD, addresses_of
from firstline.commands.setup.mail_keys import Key
from firstline.core.kernel.refusals import BadInput, _
from firstline.core.mail.models import MailKey

Kind = MailKey.Kind
# A chain of certificates is some kilobytes; nobody's key is longer.
LONGEST = 100_000
_ARMOURED = re.compile(rb"-----BEGIN PGP (PUBLIC|PRIVATE) KEY BLOCK-----")
_PRIVATE = re.compile(
    rb"-----BEGIN ([A-Z]+ )?(ENCRYPTED )?PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL
)


def read(file: bytes, *, private: bytes = b"", word: str = "") -> Key:
    """Return the key in a file: PEM or DER, PKCS #12 with its private key, or an armoured PGP key.

    private  another file with the private key of the certificate, where the first does not hold it
    word     the passphrase of what is locked
    raises   BadInput naming "file", "private" or "word"
    """
    if max(len(file), len(private)) > LONGEST:
        raise BadInput(_("This file is too long to be a key."), field="file")
    armoured = _ARMOURED.search(file)
    if armoured:
        return _pgp(file, word, secret=armoured[1] == b"PRIVATE")
    if b"-----BEGIN CERTIFICATE-----" in file:
        return _smime(_certificate(file), file, private or file, word)
    with contextlib.suppress(ValueError):
        return _smime(x509.load_der_x509_certificate(file), b"", private, word)
    return _bundle(file, word)


def _bundle(file: bytes, word: str) -> Key:
    try:
        own, certificate, _others = pkcs12.load_key_and_certificates(file, word.encode() or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if "password" in str(error).lower():
            raise BadInput(_("The passphrase does not open this file."), field="word") from error
        raise BadInput(_("This is no certificate and no key that the desk can read."), field="file") from error
    if certificate is None:
        raise BadInput(_("There is no certificate in this file."), field="file")
    return _of(certificate, "", own)


def _smime(certificate: x509.Certificate, chain: bytes, private: bytes, word: str) -> Key:
    found = _PRIVATE.search(private)
    if found is None:
        if private and private is not chain:
            raise BadInput(_("There is no private key in this file."), field="private")
        return _of(certificate, chain.decode("ascii", "ignore") if chain else "", None)
    try:
        own = load_pem_private_key(found[0], word.encode() or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadInput(_("The private key cannot be read with this passphrase."), field="word") from error
    return _of(certificate, "", own)


def _of(certificate: x509.Certificate, chain: str, own: Any) -> Key:
    """Return the key of a certificate: the desk's own with its private key, or one that is trusted."""
    public = certificate.public_bytes(Encoding.PEM).decode()
    trusted = Key(
        kind=Kind.TRUSTED, name=_subject(certificate), fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        addresses=tuple(smime.addresses_of(certificate)), until=certificate.not_valid_after_utc,
        public=chain or public,
    )  # fmt: skip
    if own is None:
        return trusted
    if not isinstance(own, rsa.RSAPrivateKey):
        raise BadInput(_("Mail can be opened with RSA keys only."), field="private")
    if own.public_key() != certificate.public_key():
        raise BadInput(_("The private key is not that of the certificate."), field="private")
    text = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return replace(trusted, kind=Kind.SMIME, public=public, secret=keyring.secret(text))


def _certificate(file: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(file)[0]
    except ValueError as error:
        raise BadInput(_("This is no certificate and no key that the desk can read."), field="file") from error


def _subject(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _pgp(file: bytes, word: str, *, secret: bool) -> Key:
    try:
        sequoia = importlib.import_module("pysequoia")
    except ImportError as error:
        raise BadInput(_("PGP is not installed here (the package pysequoia)."), field="file") from error
    try:
        certificate = sequoia.Cert.from_bytes(file)
    except Exception as error:  # the library's errors have no class of their own
        raise BadInput(_("This is no certificate and no key that the desk can read."), field="file") from error
    users = [str(user) for user in certificate.user_ids]
    until = certificate.expiration
    told: dict[str, Any] = {
        "name": next(iter(users), STANDARD), "fingerprint": str(certificate.fingerprint).lower(),
        "addresses": tuple(addresses_of(certificate)),
        "until": until.astimezone(UTC) if isinstance(until, datetime) else None,
    }  # fmt: skip
    text = file.decode("ascii", "ignore")
    if not secret:
        return Key(kind=Kind.KNOWN, public=text, **told)
    try:
        sequoia.Tsk.from_bytes(file).decryptor(word or None)
    except Exception as error:  # as above
        raise BadInput(_("The private key cannot be read with this passphrase."), field="word") from error
    return Key(kind=Kind.PGP, public=str(certificate), secret=keyring.secret(text, word), **told)
