"""A file with a key is read as what it is, or refused in a sentence beside the field at fault."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from firstline.channels.email import key_files, keyring
from firstline.channels.email.security.keys import Keys, read, written
from firstline.core.kernel.refusals import BadInput
from firstline.core.mail.models import MailKey
from tests.channels.email.test_security import certificate, pem

WORD = "correct horse"


@pytest.fixture(scope="module")
def own() -> Any:
    """Return a private key and its certificate."""
    key = rsa.generate_private_key(65537, 2048)
    return key, certificate("help@desk.example", key)


def private(key: Any, word: str = "") -> bytes:
    kept = BestAvailableEncryption(word.encode()) if word else NoEncryption()
    made: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, kept)
    return made


@pytest.mark.parametrize("word", ["", WORD])
def test_a_certificate_with_its_key_in_one_file_two_or_a_bundle_opens_mail(own: Any, word: str):
    key, made = own
    kept = BestAvailableEncryption(word.encode()) if word else NoEncryption()
    bundle = pkcs12.serialize_key_and_certificates(b"help", key, made, None, kept)

    found = [
        key_files.read(pem(made).encode() + private(key, word), word=word),
        key_files.read(pem(made).encode(), private=private(key, word), word=word),
        key_files.read(made.public_bytes(Encoding.DER), private=private(key, word), word=word),
        key_files.read(bundle, word=word),
    ]

    assert {each.kind for each in found} == {"smime"}
    assert {each.fingerprint for each in found} == {found[0].fingerprint}
    assert [each.addresses for each in found] == [("help@desk.example",)] * 4
    assert found[0].until == made.not_valid_after_utc
    assert "PRIVATE" not in found[0].public


def test_a_certificate_alone_is_believed_with_its_chain(own: Any):
    _key, made = own
    chain = pem(made).encode() * 2

    found = [key_files.read(each) for each in (chain, made.public_bytes(Encoding.DER))]

    assert [(each.kind, each.secret) for each in found] == [("trusted", "")] * 2
    assert found[0].public.count("BEGIN CERTIFICATE") == 2


def test_pgp_keys_open_mail_or_name_a_correspondent():
    sequoia = pytest.importorskip("pysequoia")
    key = sequoia.Tsk.generate("Ann <ann@b.example>")

    secret = key_files.read(str(key).encode())
    public = key_files.read(str(key.extract_certificate()).encode())

    assert (secret.kind, public.kind, secret.fingerprint) == ("pgp", "known", public.fingerprint)
    assert (secret.name, secret.addresses) == ("Ann <ann@b.example>", ("ann@b.example",))
    assert ("PRIVATE KEY BLOCK" in secret.secret, "PRIVATE" in secret.public) == (True, False)


def test_what_cannot_be_used_is_refused_beside_its_field(own: Any):
    key, made = own
    other, curve = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())
    locked = pkcs12.serialize_key_and_certificates(b"help", key, made, None, BestAvailableEncryption(WORD.encode()))
    text = pem(made).encode()
    cases: list[tuple[dict[str, Any], str]] = [
        ({"file": b"hello"}, "file"),
        ({"file": b"x" * 200_000}, "file"),
        ({"file": b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"}, "file"),
        ({"file": text, "private": b"nothing"}, "private"),
        ({"file": text, "private": private(other)}, "private"),
        ({"file": pem(certificate("c@desk.example", curve)).encode(), "private": private(curve)}, "private"),
        ({"file": text, "private": private(key, WORD), "word": "wrong"}, "word"),
        ({"file": locked, "word": "wrong"}, "word"),
    ]

    for given, field in cases:
        with pytest.raises(BadInput) as refused:
            key_files.read(**given)
        assert refused.value.field == field, given


def test_keys_come_to_the_child_as_they_were_given():
    keys = Keys(smime=(("a", "b"),), trusted=("c",), pgp=(("d", "e"), ("f", "")), known=("g",))

    assert read(written(keys)) == keys


def test_a_desks_keys_stand_beside_those_of_the_machine(tmp_path: Any, own: Any):
    _key, made = own
    (tmp_path / "root.pem").write_text("root")
    rows = [MailKey(kind="trusted", public=pem(made)), MailKey(kind="known", public="ann")]

    found = keyring.gathered(rows, str(tmp_path))

    assert (found.trusted, found.known, keyring.gathered([], "")) == ((pem(made), "root"), ("ann",), Keys())
