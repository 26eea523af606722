"""Signed and encrypted mail is opened and checked with the desk's keys; every doubt is told, nothing is lost."""

import base64
import os
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7

from firstline.channels.email.reader import Reader
from firstline.channels.email.security import ber, folder, pgp
from firstline.channels.email.security.keys import Keys
from firstline.channels.email.security.opening import opened

NOW = datetime(2026, 4, 7, 10, tzinfo=UTC)
HEAD = b"From: Ann <ann@b.example>\r\nSubject: Printer\r\nMIME-Version: 1.0\r\n"
CMS = b"Content-Transfer-Encoding: base64\r\nContent-Type: application/pkcs7-mime; smime-type="
BODY = b"Content-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n\r\n> old\r\n"


def certificate(name, key, *, issuer=None, signed_by=None, ca=False, until=NOW + timedelta(days=9)):
    own = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(own).issuer_name(issuer.subject if issuer else own)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(NOW - timedelta(days=9)).not_valid_after(until)
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    if not ca:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(name)]), critical=False)
    return builder.sign(signed_by or key, hashes.SHA256())


def pem(what):
    return what.public_bytes(Encoding.PEM).decode()


class Shop:
    """An authority, Ann who has a certificate of it, and the desk."""

    def __init__(self):
        self.root_key = ec.generate_private_key(ec.SECP256R1())
        self.root = certificate("Root", self.root_key, ca=True)
        self.key = rsa.generate_private_key(65537, 2048)
        self.ann = certificate("ann@b.example", self.key, issuer=self.root, signed_by=self.root_key)
        self.desk_key = rsa.generate_private_key(65537, 2048)
        self.desk = certificate("help@desk.example", self.desk_key)

    def keys(self, *, trusted=True):
        private = self.desk_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return Keys(smime=((pem(self.desk), private),), trusted=(pem(self.root),) if trusted else ())

    def signed(self, body=BODY, *, by=None, digest=None, options=(pkcs7.PKCS7Options.DetachedSignature,)):
        builder = pkcs7.PKCS7SignatureBuilder().set_data(body)
        builder = builder.add_signer(by or self.ann, self.key, digest or hashes.SHA256())
        return HEAD + builder.sign(Encoding.SMIME, list(options)).removeprefix(b"MIME-Version: 1.0\n")

    def encrypted(self, body=BODY, *, to=None):
        builder = pkcs7.PKCS7EnvelopeBuilder().set_data(body).add_recipient(to or self.desk)
        return builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])


@pytest.fixture(scope="module")
def shop():
    return Shop()


def enveloped(der):
    kind = (
        b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return HEAD + kind + base64.encodebytes(der)


def test_a_signature_of_one_the_desk_trusts_is_valid(shop):
    mail = opened(shop.signed(), shop.keys(), NOW)

    assert (mail.security.signature, mail.security.signers, mail.security.why) == ("valid", ("ann@b.example",), "")
    assert (mail.signed, mail.text.split()) == (True, ["Hello", ">", "old"])


def test_a_signer_nobody_vouches_for_is_not_trusted(shop):
    found = opened(shop.signed(), shop.keys(trusted=False), NOW).security

    assert (found.signature, found.why) == ("untrusted", "The desk does not know who vouches for the signer.")


def test_a_changed_word_breaks_the_signature(shop):
    found = opened(shop.signed().replace(b"Hello", b"Hallo"), shop.keys(), NOW).security

    assert (found.signature, found.why) == ("broken", "What was sent is not what was signed.")


def test_somebody_elses_signature_does_not_vouch_for_the_sender(shop):
    found = opened(shop.signed().replace(b"<ann@", b"<bob@"), shop.keys(), NOW).security

    assert (found.signature, found.why) == ("untrusted", "Whoever signed is not the sender.")


def test_a_certificate_that_has_ended_is_not_trusted(shop):
    found = opened(shop.signed(), shop.keys(), NOW + timedelta(days=30)).security

    assert (found.signature, found.why) == ("untrusted", "A certificate is not valid now.")


def test_a_signature_that_holds_its_content_shows_it(shop):
    der = pkcs7.PKCS7SignatureBuilder().set_data(BODY).add_signer(shop.ann, shop.key, hashes.SHA384())
    raw = der.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])

    mail = opened(HEAD + CMS + b"signed-data\r\n\r\n" + base64.encodebytes(raw), shop.keys(), NOW)

    assert (mail.security.signature, mail.reply_text, mail.subject) == ("valid", "Hello", "Printer")


def test_what_is_encrypted_to_the_desk_is_opened(shop):
    mail = opened(enveloped(shop.encrypted()), shop.keys(), NOW)

    assert (mail.security.opened, mail.reply_text, mail.files) == (True, "Hello", ())
    assert (mail.subject, mail.from_[0].address, mail.encrypted) == ("Printer", "ann@b.example", True)


def test_the_signature_inside_counts(shop):
    inner = shop.signed().removeprefix(HEAD)

    mail = opened(enveloped(shop.encrypted(inner)), shop.keys(), NOW)

    assert (mail.security.opened, mail.security.signature, mail.text.split()[0]) == (True, "valid", "Hello")


def tlv(tag, *parts):
    data = b"".join(parts)
    told = len(data).to_bytes((len(data).bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([len(data)]) if len(data) < 128 else bytes([0x80 | len(told)]) + told) + data


def by_triple_des(shop, body=BODY, *, to=None):
    """Return what an old program sends: encrypted by triple DES to a certificate."""
    key, start, filled = os.urandom(24), os.urandom(8), body + bytes([8 - len(body) % 8]) * (8 - len(body) % 8)
    at = Cipher(TripleDES(key), modes.CBC(start)).encryptor()
    made = to or shop.desk
    who = tlv(0x30, made.issuer.public_bytes(), tlv(0x02, made.serial_number.to_bytes(20, "big").lstrip(b"\0")))
    rsa_name, cipher = bytes.fromhex("06092a864886f70d0101010500"), bytes.fromhex("06082a864886f70d0307")
    sealed = made.public_key().encrypt(key, padding.PKCS1v15())
    recipient = tlv(0x30, b"\x02\x01\0", who, tlv(0x30, rsa_name), tlv(0x04, sealed))
    kind = bytes.fromhex("06092a864886f70d010701")
    content = tlv(0x30, kind, tlv(0x30, cipher, tlv(0x04, start)), tlv(0x80, at.update(filled) + at.finalize()))
    data = tlv(0x30, b"\x02\x01\0", tlv(0x31, recipient), content)
    return tlv(0x30, bytes.fromhex("06092a864886f70d010703"), tlv(0xA0, data))


def test_what_an_old_program_encrypted_is_opened_and_said_to_be_weak(shop):
    mail = opened(enveloped(by_triple_des(shop)), shop.keys(), NOW)
    strong = opened(enveloped(shop.encrypted()), shop.keys(), NOW)
    signed = opened(enveloped(by_triple_des(shop, shop.signed().removeprefix(HEAD))), shop.keys(), NOW)
    other = certificate("x@b.example", rsa.generate_private_key(65537, 2048))
    others = opened(enveloped(by_triple_des(shop, to=other)), shop.keys(), NOW)

    assert (mail.security.opened, mail.security.weak, mail.reply_text) == (True, True, "Hello")
    assert (strong.security.weak, others.security.opened) == (False, False)
    assert (signed.security.signature, signed.security.weak) == ("valid", True)


def test_what_is_encrypted_to_others_is_kept_whole(shop):
    other = certificate("x@b.example", rsa.generate_private_key(65537, 2048))

    mail = opened(enveloped(shop.encrypted(to=other)), shop.keys(), NOW)

    assert (mail.security.opened, mail.text, [each.name for each in mail.files]) == (False, "", ["smime.p7m"])
    assert mail.security.why.startswith("None of the desk's keys opens it")
    assert opened(enveloped(shop.encrypted()), Keys(), NOW).security.why == "The desk has no key to open it with."


def loosely(raw):
    """Return strict bytes as mail programs write them: without lengths, octets in pieces."""
    node = ber.read(raw)

    def written(each):
        if not each.parts:
            return ber.written(each)
        return bytes([each.tag, 0x80]) + b"".join(map(written, each.parts)) + b"\0\0"

    return written(node)


def test_the_loose_encoding_of_mail_programs_is_read(shop):
    mail = opened(enveloped(loosely(shop.encrypted())), shop.keys(), NOW)

    assert mail.reply_text == "Hello"


@pytest.mark.parametrize(
    "der",
    [b"", b"0", b"\x30\x80" * 5_000, b"\x30\x84\xff\xff\xff\xff", b"\x30\x82\x01\x00" + b"\x05\x00" * 128, b"x" * 999],
)
def test_garbage_in_the_place_of_a_signature_is_told_and_never_raised(shop, der):
    for kind in (b"signed-data", b"enveloped-data"):
        head = HEAD + b"Content-Type: application/pkcs7-mime; smime-type=" + kind
        mail = opened(
            head + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(der), shop.keys(), NOW
        )
        assert mail.security is not None
        assert not mail.security.opened
        assert mail.security.signature in ("", "unchecked")


def test_a_mail_that_is_neither_is_understood_as_ever(shop):
    mail = opened(HEAD + BODY, shop.keys(), NOW)

    assert (mail.security, mail.reply_text) == (None, "Hello")


def test_mail_of_others_is_told_as_what_it_is(shared_data):
    verdicts = {}
    for path in sorted((shared_data / "mail").glob("*/rt/*")):
        found = opened(path.read_bytes(), Keys(), datetime(2010, 2, 10, tzinfo=UTC)).security
        verdicts[path.name] = (found.standard, found.signature)

    assert {verdict for name, verdict in verdicts.items() if name.endswith(".eml") and "encrypted" not in name} == {
        ("S/MIME", "untrusted")  # signed with SHA-1 in 2010: whole, and no proof today
    }
    assert {verdict for name, verdict in verdicts.items() if name.endswith(".txt") and "encrypted" not in name} == {
        ("PGP", "unchecked")
    }
    assert {verdict[1] for name, verdict in verdicts.items() if "encrypted" in name} == {""}


def test_the_keys_of_a_folder_are_told_apart_by_their_names(shop, tmp_path):
    ((certificate, private),) = shop.keys().smime
    texts = {"desk.crt": certificate, "desk.key": private, "root.pem": pem(shop.root), "notes.txt": "x"}
    texts |= {"desk.asc": "-----BEGIN PGP PRIVATE KEY BLOCK-----", "desk.pass": "word\n", "ann.asc": "a public key"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)

    assert folder.read(tmp_path) == Keys(
        smime=((certificate, private),),
        trusted=(pem(shop.root),),
        pgp=(("-----BEGIN PGP PRIVATE KEY BLOCK-----", "word"),),
        known=("a public key",),
    )


def test_a_child_with_keys_opens_what_is_encrypted(shop):
    reader = Reader(keys=shop.keys())

    mail = reader.understand(enveloped(shop.encrypted()))
    reader.leave()

    assert (mail.security.opened, mail.reply_text) == (True, "Hello")


# --- PGP


@pytest.fixture(scope="module")
def pgp_keys():
    sequoia = pytest.importorskip("pysequoia")
    return sequoia, sequoia.Tsk.generate("Ann <ann@b.example>"), sequoia.Tsk.generate("Help <help@desk.example>")


def keys_of(ann, desk):
    return Keys(pgp=((str(desk), ""),), known=(str(ann.extract_certificate()),))


def signed_apart(sequoia, ann, body=BODY):
    signature = sequoia.sign(ann.signer(), body, mode=sequoia.SignatureMode.DETACHED)
    parts = [body, b"Content-Type: application/pgp-signature\r\n\r\n" + signature]
    head = b'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=e\r\n\r\n'
    return HEAD + head + b"".join(b"--e\r\n" + part + b"\r\n" for part in parts) + b"--e--\r\n"


def test_a_pgp_signature_apart_is_checked(pgp_keys):
    sequoia, ann, desk = pgp_keys
    raw = signed_apart(sequoia, ann)

    assert opened(raw, keys_of(ann, desk), NOW).security.signature == "valid"
    assert opened(raw.replace(b"Hello", b"Hallo"), keys_of(ann, desk), NOW).security.signature == "broken"
    assert opened(raw, keys_of(desk, desk), NOW).security.signature == "unchecked"
    assert opened(raw.replace(b"<ann@", b"<bob@"), keys_of(ann, desk), NOW).security.signature == "untrusted"


def test_a_text_signed_in_place_is_checked_and_read_without_its_armour(pgp_keys):
    sequoia, ann, desk = pgp_keys
    text = sequoia.sign(ann.signer(), b"Hello\n- one", mode=sequoia.SignatureMode.CLEAR)

    mail = opened(HEAD + b"Content-Type: text/plain\r\n\r\n" + text, keys_of(ann, desk), NOW)

    assert (mail.security.signature, mail.reply_text) == ("valid", "Hello\n- one")


def test_pgp_mail_to_the_desk_is_opened_and_its_signature_checked(pgp_keys):
    sequoia, ann, desk = pgp_keys
    sealed = sequoia.encrypt(recipients=[desk.extract_certificate()], bytes=BODY, signer=ann.signer())
    head = (
        b"Content-Type: multipart/encrypted; boundary=e\r\n\r\n--e\r\nContent-Type: application/pgp-encrypted\r\n\r\n"
    )
    raw = HEAD + head + b"Version: 1\r\n--e\r\nContent-Type: application/octet-stream\r\n\r\n" + sealed + b"\r\n--e--"

    mail = opened(raw, keys_of(ann, desk), NOW)
    unknown = opened(raw, keys_of(desk, desk), NOW)

    assert (mail.security.opened, mail.security.signature, mail.reply_text) == (True, "valid", "Hello")
    assert (unknown.security.opened, unknown.security.signature, unknown.reply_text) == (True, "unchecked", "Hello")
    assert opened(raw, keys_of(ann, ann), NOW).security.why == "None of the desk's keys opens it."


def test_pgp_in_the_text_is_opened_in_place(pgp_keys):
    sequoia, ann, desk = pgp_keys
    sealed = sequoia.encrypt(recipients=[desk.extract_certificate()], bytes=b"Hello")

    mail = opened(HEAD + b"Content-Type: text/plain\r\n\r\nSee:\r\n" + sealed + b"\r\n", keys_of(ann, desk), NOW)

    assert (mail.security.opened, mail.text.split()) == (True, ["See:", "Hello"])


def test_without_the_library_pgp_stays_closed_and_says_so(pgp_keys, monkeypatch):
    sequoia, ann, desk = pgp_keys
    monkeypatch.setitem(__import__("sys").modules, "pysequoia", None)

    found = opened(signed_apart(sequoia, ann), keys_of(ann, desk), NOW).security

    assert (found.signature, found.why) == ("unchecked", pgp._NOT_HERE)
