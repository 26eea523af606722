"""Which certificate a signature or an encrypted key speaks of (RFC 5652, 5.3 and 6.2.1)."""

from __future__ import annotations

import contextlib

from cryptography import x509

from firstline.channels.email.security import ber
from firstline.channels.email.security.ber import Node


def names(who: Node, certificate: x509.Certificate) -> bool:
    """Return whether an identifier, by issuer and number or by the key's own mark, is that of the certificate."""
    if who.tag != ber.SEQUENCE:
        with contextlib.suppress(x509.ExtensionNotFound, ValueError):
            own = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
            return own.value.digest == who.octets
        return False
    issuer, serial = who.parts
    same = certificate.serial_number == int.from_bytes(serial.data, "big", signed=True)
    return same and certificate.issuer.public_bytes() == ber.written(issuer)
