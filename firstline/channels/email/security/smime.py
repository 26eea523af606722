"""S/MIME (RFC 8551, RFC 5652): what was encrypted to the desk is opened, and signatures are checked."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs7

from firstline.channels.email.security import ber, triple_des
from firstline.channels.email.security.ber import Node, Unreadable
from firstline.channels.email.security.certificates import names
from firstline.channels.email.security.keys import Keys
from firstline.core.intake.inbound import Security

STANDARD = "S/MIME"
_SIGNED, _ENVELOPED = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.3"
_DIGEST_OF_CONTENT = "1.2.840.113549.1.9.4"
_PSS = "1.2.840.113549.1.1.10"
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "1.3.14.3.2.26": hashes.SHA1,
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}
_LONGEST_CHAIN = 8
_MOST_SIGNERS = 10


class Closed(Exception):
    """What was encrypted cannot be opened; its text says why."""


@dataclass
class _Signer:
    """Who signed, what over, and how."""

    certificate: x509.Certificate | None
    digest: type[hashes.HashAlgorithm] | None
    attributes: Node | None
    algorithm: str
    signature: bytes


def is_enveloped(raw: bytes) -> bool:
    """Return whether the bytes are something encrypted; False when they are something signed, or nothing known."""
    try:
        return ber.name_of(ber.read(raw).parts[0]) == _ENVELOPED
    except (Unreadable, IndexError):
        return False


def opened(raw: bytes, keys: Keys) -> bytes:
    """Return what was encrypted to one of the desk's certificates; raises Closed."""
    try:
        strict = ber.written(ber.read(raw))
    except Unreadable:
        raise Closed("What was encrypted is broken.") from None
    if not keys.smime:
        raise Closed("The desk has no key to open it with.")
    for certificate, private in keys.smime:
        with contextlib.suppress(ValueError, TypeError, IndexError, UnsupportedAlgorithm):
            own = load_pem_private_key(private.encode(), None)
            if isinstance(own, rsa.RSAPrivateKey):
                return _decrypted(strict, x509.load_pem_x509_certificate(certificate.encode()), own)
    raise Closed("None of the desk's keys opens it, or it is encrypted in a way that is not supported.")


def _decrypted(raw: bytes, certificate: x509.Certificate, own: rsa.RSAPrivateKey) -> bytes:
    if triple_des.is_used(raw):
        return triple_des.opened(raw, certificate, own)
    return pkcs7.pkcs7_decrypt_der(raw, certificate, own, [])


def content_of(raw: bytes) -> bytes:
    """Return what was signed, where the signature holds it; b"" where it stands apart, or is unreadable."""
    try:
        content = _signed_data(raw).parts[2].parts
        return content[1].octets if len(content) > 1 else b""
    except (Unreadable, IndexError):
        return b""


def checked(signature: bytes, content: bytes, keys: Keys, now: datetime) -> Security:
    """Return what a signature over the content is worth.

    now   at which the certificates must be valid
    """
    try:
        data = _signed_data(signature)
        certificates = list(_certificates(data))
        signers = [_signer(each, certificates) for each in data.parts[-1].parts[:_MOST_SIGNERS]]
    except (Unreadable, IndexError):
        return Security(STANDARD, "unchecked", why="The signature cannot be read.")
    if not signers or any(each.certificate is None or each.digest is None for each in signers):
        return Security(STANDARD, "unchecked", why="The signature lacks a certificate, or is of an unknown kind.")
    addresses = tuple(dict.fromkeys(found for each in signers for found in addresses_of(each.certificate)))
    if not all(_fits(each, content) for each in signers):
        return Security(STANDARD, "broken", addresses, why="What was sent is not what was signed.")
    why = next((why for each in signers if (why := _doubt(each, certificates, keys, now))), "")
    return Security(STANDARD, "untrusted" if why else "valid", addresses, why=why)


def _signed_data(raw: bytes) -> Node:
    info = ber.read(raw)
    if ber.name_of(info.parts[0]) != _SIGNED:
        raise Unreadable
    return info.parts[1].parts[0]


def _certificates(data: Node) -> Iterator[x509.Certificate]:
    for part in data.parts[3:-1]:
        if part.tag == 0xA0:
            for each in part.parts[:50]:
                with contextlib.suppress(ValueError):
                    yield x509.load_der_x509_certificate(ber.written(each))


def _signer(info: Node, certificates: list[x509.Certificate]) -> _Signer:
    who, digest, *rest = info.parts[1:]
    attributes = rest.pop(0) if rest[0].tag == 0xA0 else None
    return _Signer(
        certificate=next((each for each in certificates if names(who, each)), None),
        digest=_HASHES.get(ber.name_of(digest.parts[0])),
        attributes=attributes,
        algorithm=ber.name_of(rest[0].parts[0]),
        signature=rest[1].octets,
    )


def _fits(signer: _Signer, content: bytes) -> bool:
    if signer.digest is None or signer.certificate is None:
        return False
    over = content
    if signer.attributes is not None:
        if _digest(signer.digest(), content) != _attribute(signer.attributes, _DIGEST_OF_CONTENT):
            return False
        over = ber.written(signer.attributes, ber.SET)
    with contextlib.suppress(InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        _verify(signer.certificate.public_key(), signer, over, signer.digest())
        return True
    return False


def _verify(key: object, signer: _Signer, over: bytes, digest: hashes.HashAlgorithm) -> None:
    if isinstance(key, rsa.RSAPublicKey):
        pss = padding.PSS(padding.MGF1(digest), padding.PSS.AUTO)
        key.verify(signer.signature, over, pss if signer.algorithm == _PSS else padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signer.signature, over, ec.ECDSA(digest))
    elif isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signer.signature, over)
    else:
        raise UnsupportedAlgorithm("a key of an unknown kind")


def _digest(digest: hashes.HashAlgorithm, content: bytes) -> bytes:
    made = hashes.Hash(digest)
    made.update(content)
    return made.finalize()


def _attribute(attributes: Node, name: str) -> bytes:
    for each in attributes.parts:
        if len(each.parts) == 2 and ber.name_of(each.parts[0]) == name and each.parts[1].parts:
            return each.parts[1].parts[0].octets
    return b""


def _doubt(signer: _Signer, certificates: list[x509.Certificate], keys: Keys, now: datetime) -> str:
    """Return why a signature that fits is not trusted, "" if it is."""
    if signer.digest is hashes.SHA1:
        return "It is signed with SHA-1, which can be forged."
    anchors = [anchor for pem in keys.trusted for anchor in _loaded(pem)]
    at = signer.certificate
    for _step in range(_LONGEST_CHAIN):
        if at is None:
            break
        if not at.not_valid_before_utc <= now <= at.not_valid_after_utc:
            return "A certificate is not valid now."
        if at in anchors:
            return ""
        at = next((each for each in [*anchors, *certificates] if each != at and _issued(each, at)), None)
    return "The desk does not know who vouches for the signer."


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    with contextlib.suppress(ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound):
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    return False


def _loaded(pem: str) -> list[x509.Certificate]:
    with contextlib.suppress(ValueError):
        return x509.load_pem_x509_certificates(pem.encode())
    return []


def addresses_of(certificate: x509.Certificate | None) -> list[str]:
    """Return the mail addresses a certificate names, in both places where they may stand."""
    if certificate is None:
        return []
    found: list[str] = []
    with contextlib.suppress(x509.ExtensionNotFound, ValueError):
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found += names.get_values_for_type(x509.RFC822Name)
    with contextlib.suppress(ValueError):
        found += [str(each.value) for each in certificate.subject.get_attributes_for_oid(x509.NameOID.EMAIL_ADDRESS)]
    return found
