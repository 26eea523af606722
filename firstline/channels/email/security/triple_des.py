"""Mail encrypted by triple DES, as old programs do it still: opened, and said to be weak (RFC 8551, 2.7)."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import padding as filling
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from firstline.channels.email.security import ber
from firstline.channels.email.security.ber import Node, Unreadable
from firstline.channels.email.security.certificates import names

_NAME = "1.2.840.113549.3.7"
_KEY, _BLOCK = 24, 64


def is_used(raw: bytes) -> bool:
    """Return whether what was encrypted was so by triple DES."""
    try:
        return ber.name_of(_content(_enveloped(raw)).parts[1].parts[0]) == _NAME
    except (Unreadable, IndexError):
        return False


def opened(raw: bytes, certificate: x509.Certificate, own: rsa.RSAPrivateKey) -> bytes:
    """Return what was encrypted to this certificate; raises ValueError where nothing was, or not so."""
    data = _enveloped(raw)
    content = _content(data)
    kind, start = content.parts[1].parts
    if ber.name_of(kind) != _NAME:
        raise ValueError("another cipher")
    for recipient in _recipients(data):
        if len(recipient.parts) == 4 and names(recipient.parts[1], certificate):
            key = own.decrypt(recipient.parts[3].octets, padding.PKCS1v15())
            return _decrypted(key, start.octets, content.parts[2].octets)
    raise ValueError("not for this certificate")


def _decrypted(key: bytes, start: bytes, sealed: bytes) -> bytes:
    if len(key) != _KEY:
        raise ValueError("not a key of this cipher")
    at = Cipher(TripleDES(key), modes.CBC(start)).decryptor()
    filled = filling.PKCS7(_BLOCK).unpadder()
    return filled.update(at.update(sealed) + at.finalize()) + filled.finalize()


def _enveloped(raw: bytes) -> Node:
    return ber.read(raw).parts[1].parts[0]


def _recipients(data: Node) -> list[Node]:
    return _first(data.parts, ber.SET).parts


def _content(data: Node) -> Node:
    return _first(list(reversed(data.parts)), ber.SEQUENCE)


def _first(parts: list[Node], tag: int) -> Node:
    for part in parts:
        if part.tag == tag:
            return part
    raise Unreadable
