"""What a whole mail comes to: body, files, marks, and refusals past the bounds."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest

from firstline.channels.email.bounds import Bounds, TooMuch
from firstline.channels.email.parse import understand

HEAD = b"From: Ann <a@b.example>\r\nSubject: s\r\nMIME-Version: 1.0\r\n"


def multipart(how, *parts, boundary=b"edge"):
    lines = [b"Content-Type: multipart/%s; boundary=%s\r\n" % (how.encode(), boundary)]
    lines += [b"\r\n--" + boundary + b"\r\n" + part for part in parts]
    return b"".join(lines) + b"\r\n--" + boundary + b"--\r\n"


PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\nHello"
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hello</p><img src='cid:pic@x'>"
PICTURE = b"Content-Type: image/png\r\nContent-ID: <pic@x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo="


def test_the_plain_and_the_html_form_of_one_body_stand_beside_each_other():
    mail = understand(HEAD + multipart("alternative", PLAIN, HTML))

    assert (mail.text, mail.html.startswith("<p>Hello"), mail.files) == ("Hello", True, ())


def test_html_alone_gives_text_too():
    mail = understand(HEAD + b"Content-Type: text/html\r\n\r\n<p>One<br>two</p><script>no</script><p>three&nbsp;four")

    assert mail.text == "One\ntwo\n\nthree four"


def test_a_picture_the_html_shows_is_inline_and_byte_for_byte():
    mail = understand(HEAD + multipart("related", HTML, PICTURE))

    assert [(each.name, each.inline, each.content_id, each.data) for each in mail.files] == [
        ("image.png", True, "pic@x", b"\x89PNG\r\n\x1a\n")
    ]


def test_text_parts_in_a_row_are_one_body():
    assert understand(HEAD + multipart("mixed", PLAIN, PICTURE, PLAIN)).text == "Hello\nHello"


def test_a_named_text_and_a_nested_message_are_files():
    note = b"Content-Type: text/plain; name=../../etc/passwd\r\n\r\nx"
    nested = b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\n--edge is not a boundary\r\n"

    mail = understand(HEAD + multipart("mixed", PLAIN, note, nested))

    assert mail.text == "Hello"
    assert [(each.name, each.data) for each in mail.files] == [
        ("passwd", b"x"),
        ("message.eml", b"Subject: inner\r\n\r\n--edge is not a boundary\r\n"),
    ]


def test_files_of_one_name_are_told_apart():
    mail = understand(HEAD + multipart("mixed", PLAIN, PICTURE, PICTURE))

    assert [each.name for each in mail.files] == ["image.png", "image1.png"]


@pytest.mark.parametrize("label", ["koi8-r", "windows-1251", "utf-8", "us-ascii", "iso-8859-1", "x-unknown", ""])
@pytest.mark.parametrize("really", ["koi8-r", "cp1251", "utf-8"])
def test_a_russian_body_is_read_whatever_its_label_says(label, really):
    if {label, really} == {"koi8-r", "windows-1251"} or (label, really) in (
        ("koi8-r", "cp1251"),
        ("windows-1251", "koi8-r"),
    ):
        pytest.skip("both are possible in those bytes: the label is believed")
    words = "Здравствуйте! Не работает принтер в бухгалтерии, помогите пожалуйста."

    mail = understand(HEAD + f"Content-Type: text/plain; charset={label}\r\n\r\n".encode() + words.encode(really))

    assert mail.text == words


@pytest.mark.parametrize("before", [b"\r\n\r\n", b" " * 200 + b"\n", b"---- Original email message ----\r\n"])
def test_what_forwarders_put_before_the_header_does_not_hide_it(before):
    assert understand(before + b"Subject: s\r\nFrom: a@b.example\r\n\r\nx").subject == "s"


@pytest.mark.parametrize("really", ["euc-jp", "shift_jis", "iso-2022-jp", "utf-8"])
def test_japanese_is_read_though_its_label_names_another_way_of_writing_it(really):
    words = "送信先のメールボックスが一杯です"

    mail = understand(HEAD + b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + words.encode(really))

    assert mail.text == words


def test_a_few_broken_letters_do_not_change_the_charset_but_a_wrong_label_does():
    head = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"

    assert understand(head + "Привет".encode() + b"\xd0").text == "Привет\ufffd"
    assert understand(head + "Die Frösche".encode("latin-1")).text == "Die Frösche"


def test_german_in_latin_1_stays_german():
    body = "Die Hasen klagten über ihre mißliche Lage".encode("latin-1")

    assert understand(HEAD + b"\r\n" + body).text == "Die Hasen klagten über ihre mißliche Lage"


def test_nul_and_lone_surrogates_go_with_a_note():
    mail = understand(HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\na\0b\xed\xa0\x80c")

    assert "\0" not in mail.text
    assert mail.text.encode()
    assert "NUL characters were taken out of the body." in mail.trouble


def test_flowing_lines_are_joined_and_the_mark_of_a_signature_is_not():
    raw = HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\none \r\ntwo\r\n> q \r\n> r\r\n-- \r\nAnn"

    assert understand(raw).text == "one two\n> q r\n-- \nAnn"


def test_uuencoded_files_leave_the_text():
    raw = HEAD + b"\r\nSee:\r\nbegin 644 hi.txt\r\n%:&5L;&\\\r\n`\r\nend\r\nbye"

    mail = understand(raw)

    assert mail.text.split() == ["See:", "bye"]
    assert [(each.name, each.data) for each in mail.files] == [("hi.txt", b"hello")]


def test_words_that_only_begin_like_a_file_stay():
    assert understand(HEAD + b"\r\nbegin 644 something\r\nand never end").text.startswith("begin 644 something")


def test_a_signed_mail_keeps_its_signature_and_is_marked():
    signature = b"Content-Type: application/pgp-signature\r\n\r\n-----BEGIN PGP SIGNATURE-----"

    mail = understand(HEAD + multipart("signed", PLAIN, signature))

    assert (mail.signed, mail.encrypted, mail.text) == (True, False, "Hello")
    assert [each.name for each in mail.files] == ["signature.asc"]


def test_an_encrypted_mail_is_kept_whole_and_marked():
    mail = understand(
        HEAD + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nMIIB"
    )

    assert (mail.encrypted, mail.signed, mail.text) == (True, False, "")
    assert [(each.name, each.data) for each in mail.files] == [("smime.p7m", base64.b64decode("MIIB"))]


def test_an_invitation_alone_is_shown_as_text():
    ics = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Move\\, then\r\n  rest\r\nLOCATION:Hall\r\nEND:VEVENT\r\n"

    mail = understand(HEAD + b"Content-Type: text/calendar\r\n\r\n" + ics)

    assert mail.text == "Move, then rest\nHall"
    assert [each.name for each in mail.files] == ["invitation.ics"]


def test_dates_are_instants_and_nonsense_is_none():
    assert understand(b"Date: Tue, 7 Apr 2026 10:00:01 +0300\r\n\r\n").sent_at == datetime(
        2026, 4, 7, 7, 0, 1, tzinfo=UTC
    )
    assert understand(b"Date: yesterday\r\n\r\n").sent_at is None
    assert understand(b"Date: Tue, 7 Apr 99999 10:00:01 +0300\r\n\r\n").sent_at is None


def test_a_mail_cut_short_gives_what_there_is():
    mail = understand((HEAD + multipart("mixed", PLAIN, PICTURE))[:-30])

    assert mail.text == "Hello"
    assert "The parts had no end: the mail may be cut short." in mail.trouble


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\0" * 50, b"no header at all", bytes(range(256)) * 4, b"From:\r\n--\r\n"]
)
def test_bytes_that_are_no_mail_are_no_exception(raw):
    assert understand(raw).message_id == ""


@pytest.mark.parametrize(
    ("raw", "bounds", "why"),
    [
        (b"X: " + b"a" * 200 + b"\r\n\r\n", Bounds(header_bytes=100), "header of the mail is longer"),
        (HEAD + multipart("mixed", *[PLAIN] * 5), Bounds(parts=4), "more than 4 parts"),
        (
            HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 9,
            Bounds(depth=5),
            "nested deeper than 5",
        ),
        (b"To: " + b"a@b.example," * 9 + b"\r\n\r\n", Bounds(addresses=8), "more than 8 addresses"),
        (HEAD + b"\r\n" + b"a" * 100, Bounds(inflated_bytes=50), "larger than 50 bytes"),
    ],
)
def test_a_mail_past_a_bound_is_refused(raw, bounds, why):
    with pytest.raises(TooMuch, match=why):
        understand(raw, bounds)


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n\r\n",
        b"Subject: " + b"=?a?q?" * 50_000 + b"\r\n\r\n",
        b"To: " + b'\\"' * 100_000 + b"\r\n\r\n",
        b"To: " + b"a," * 150_000 + b"\r\n\r\n",
        HEAD + b"Content-Type: multipart/mixed" + b";" * 300_000 + b"\r\n\r\n",
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--\n" * 1_000_000,
        HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 200_000,
        HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"a \r\n" * 500_000,
        HEAD + b"Content-Type: text/html\r\n\r\n" + b'<a "' * 300_000,
        HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"YQ==" * 500_000,
    ],
    ids=[
        "words",
        "broken words",
        "quotes",
        "commas",
        "semicolons",
        "dashes",
        "deep html",
        "flowing",
        "open quotes",
        "base64",
    ],
)
def test_hostile_mail_is_read_in_passing(raw):
    assert hashlib.sha256(understand(raw).text.encode()).digest()
