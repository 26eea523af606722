"""Letters are signed for the desk's domain."""

from __future__ import annotations

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from firstline.channels.email.signing import signed
from firstline.config.env import Dkim

MAIL = (
    b"From: Desk <desk@firstline.example>\r\nTo: rita@example.org\r\nSubject: =?utf-8?q?=D0=9F?=\r\n"
    b"Message-ID: <1@firstline.example>\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\n\r\nHello.\r\n"
)


@pytest.fixture(scope="module")
def pair() -> tuple[Dkim, bytes]:
    """Return a key, and what the name service says of its public half."""
    made = rsa.generate_private_key(65537, 2048)
    private = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = made.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])
    return Dkim("firstline.example", "firstline", private), record


def test_a_signature_holds_and_breaks_with_the_words(pair: tuple[Dkim, bytes]):
    key, record = pair

    mail = signed(MAIL, "desk@Firstline.example", key)

    assert dkim.verify(mail, dnsfunc=lambda *_args, **_more: record)
    assert not dkim.verify(mail.replace(b"Hello", b"Hallo"), dnsfunc=lambda *_args, **_more: record)


def test_without_a_key_or_for_another_domain_a_mail_stays_as_it_is(pair: tuple[Dkim, bytes]):
    assert signed(MAIL, "desk@firstline.example", None) == MAIL
    assert signed(MAIL, "desk@elsewhere.example", pair[0]) == MAIL
