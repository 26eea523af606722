"""Mail that others collected, against what other readers made of it; skipped where that data was not laid.

Compared word for word once markup is removed. Four things are not held against either reader: a letter
that the other lost (U+FFFD), NUL, which no text of ours keeps, the line ends of a file sent unencoded, and a path
before a file's name, which we cut.
"""

import hashlib
import json
import re

import pytest

from firstline.channels.email import mailboxes
from firstline.channels.email.bounds import Bounds
from firstline.channels.email.htmltext import text_of
from firstline.channels.email.parse import understand

# Why each differs: docs/features/mail-in.md.
DIFFERENT = {
    "zammad": {
        ("mail016.box", "body"),
        ("mail025.box", "body"),
        ("mail047.box", "body"),
        ("mail066.box", "body"),
    },
    "stalwart": {
        ("legacy/017.eml", "greenball.png"),
        ("legacy/017.eml", "blueball.png"),
        ("legacy/049.eml", "text"),
        ("malformed/001.eml", "text"),
        ("malformed/003.eml", "None"),
        ("malformed/009.eml", "text"),
        ("malformed/009.eml", "None"),
        ("malformed/019.eml", "text"),
        ("malformed/021.eml", "text"),
        ("thirdparty/002.eml", "text"),
        ("thirdparty/002.eml", "None"),
    },
}


def same(want, got):
    want, got = (re.sub(r"[\s\0]+", "", each or "") for each in (want, got))
    return re.fullmatch(re.escape(want).replace("\ufffd", "."), got, re.DOTALL) is not None


def same_addresses(want, got):
    return len(want) == len(got) and all(
        same(name, each.name) and address == each.address for (name, address), each in zip(want, got, strict=True)
    )


def digests(data):
    return {hashlib.sha1(each).hexdigest() for each in (data, data.replace(b"\r\n", b"\n"))}


def read(text):
    return [(each.name, each.address) for each in mailboxes.read(text.encode(), Bounds())]


def zammad_fields(want, mail):
    """Yield the name of every field and whether ours equals theirs."""
    yield "subject", same(want.get("subject"), mail.subject)
    sender = mail.from_[0] if mail.from_ else None
    if "from_email" in want:
        yield "from", sender is not None and sender.address == want["from_email"]
    if "from_display_name" in want:
        yield "name", sender is not None and sender.name == want["from_display_name"]
    for name, got in (("to", mail.to), ("cc", mail.cc), ("reply-to", mail.reply_to)):
        if want.get(name):
            yield name, same_addresses(read(want[name]), got)
    if want.get("body") is not None:
        is_html = want.get("content_type") == "text/html" or (mail.html and want.get("content_type") != "text/plain")
        body = text_of(want["body"]) if is_html else want["body"]
        said = "" if body.strip() == "no visible content" else body  # their words for nothing
        yield "body", same(said, text_of(mail.html) if mail.html else mail.text)
    for file in want.get("attachments", []):
        if not file["is_synthetic_original_html_or_text"]:
            name, digest = file["filename"], file["sha1"]
            yield name, any(same(name, each.name) and digest in digests(each.data) for each in mail.files)


def stalwart_fields(want, mail):
    yield "subject", same(want["subject"], mail.subject)
    yield "message_id", (want["message_id"] or "") == mail.message_id
    for name, got in (("from", mail.from_), ("to", mail.to), ("cc", mail.cc)):
        yield name, same_addresses([(each[0] or "", each[1]) for each in want[name] if each[1]], got)
    texts = [part for part in want["parts"] if part["is_text_body"] and "text" in part]
    if texts:
        said = [text_of(part["text"]) if part["kind"] == "Html" else part["text"] for part in texts]
        yield "text", same("".join(said), mail.text)
    htmls = [part for part in want["parts"] if part["is_html_body"] and part["kind"] == "Html"]
    if htmls:
        yield "html", same("".join(text_of(part["text"]) for part in htmls), text_of(mail.html))
    for part in want["parts"]:
        if part["is_attachment"] and ("sha1" in part or part["kind"] == "Text"):
            yield str(part["filename"]), any(stalwart_file(part, each) for each in mail.files)


def stalwart_file(part, file):
    name = part["filename"] or ""
    # They keep a path before the name, less its backslashes; we cut it.
    if name and not same(name, file.name) and not (name.startswith("C:TEMP") and name.endswith(file.name)):
        return False
    if "sha1" in part:
        return part["sha1"] in digests(file.data)
    return any(same(part["text"], file.data.decode(codec, "replace")) for codec in ("utf-8", "latin-1"))


@pytest.mark.parametrize(("reader", "fields"), [("zammad", zammad_fields), ("stalwart", stalwart_fields)])
def test_what_others_read_is_read_by_us(shared_data, reader, fields):
    folder = shared_data / "mail" / reader
    expected = json.loads((folder / "expected.json").read_text())

    seen = [
        (name, field, equal)
        for name, want in expected.items()
        if want
        for field, equal in fields(want, understand((folder / name).read_bytes()))
    ]

    assert {(name, field) for name, field, equal in seen if not equal} == DIFFERENT[reader]


def test_of_all_fields_at_least_ninety_seven_in_a_hundred_are_equal(shared_data):
    total = equal = 0
    for reader, fields in (("zammad", zammad_fields), ("stalwart", stalwart_fields)):
        folder = shared_data / "mail" / reader
        for name, want in json.loads((folder / "expected.json").read_text()).items():
            results = [right for _, right in fields(want, understand((folder / name).read_bytes()))] if want else []
            total, equal = total + len(results), equal + sum(results)

    assert equal >= 0.97 * total


FOLDERS = ["raw", "tnef", "pgp", "smime", "bounces", "reply", "stalwart", "zammad", "zammad_trigger"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_mail_is_understood_without_exception_and_is_clean(shared_data, folder):
    files = [path for path in sorted((shared_data / "mail" / folder).rglob("*")) if path.suffix not in (".json", ".md")]

    faults = [f"{path.name}: {fault}" for path in files if path.is_file() for fault in faults_of(path.read_bytes())]

    assert faults == []


def faults_of(raw):
    mail = understand(raw)
    people = [*mail.from_, *mail.to, *mail.cc, *mail.reply_to]
    words = [mail.subject, mail.text, mail.html, *(each.name for each in people), *(each.name for each in mail.files)]
    if "=?" in mail.subject:
        yield f"the subject is not decoded: {mail.subject}"
    if any("\0" in each or re.search("[\ud800-\udfff]", each) for each in words):
        yield "a text holds NUL or half a letter"
    if any(set(each.name) & set("/\\") or not each.name for each in mail.files):
        yield "a file's name is a path, or empty"


def test_secured_mail_is_marked(shared_data):
    marks = {}
    for path in sorted((shared_data / "mail").glob("*/rt/*")):
        mail = understand(path.read_bytes())
        marks[f"{path.parent.parent.name}/{path.name}"] = (mail.signed, mail.encrypted)

    unmarked = [name for name, (signed, encrypted) in marks.items() if not (signed or encrypted)]
    assert unmarked == []
    assert all(encrypted == ("encrypted" in name) for name, (_, encrypted) in marks.items())


def test_the_files_in_outlooks_wrappers_come_out(shared_data):
    head = b"From: a@b.example\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\r\n"
    folder = shared_data / "mail" / "tnef"

    names = {path.stem: [each.name for each in understand(head + path.read_bytes()).files] for path in folder.glob("*")}

    assert names["two-files"] == ["AUTHORS", "README"]
    assert names["umlaut"] == ["TBZ PARIV GmbH.jpg", "image003.jpg", "UmlautAnhang-äüö.txt", "message.rtf"]
    assert names["bad_checksum"] == ["image001.png", "winmail.dat"]
    assert names["garbage-at-end"] == ["winmail.dat"]
