"""`firstline intake` takes mail from files and pipes, and prints what it says; read only, nothing comes of it."""

import io
import json
import sys

import pytest

from firstline import cli
from firstline.commands.setup import mailboxes
from firstline.core.intake.models import Envelope
from firstline.core.intake.store import bytes_of
from firstline.core.outbox.models import Job, Letter
from firstline.core.tickets.models import Ticket
from firstline.worker.loop import Worker
from tests import world

LETTER = (
    "From: Анна <anna@example.com>\r\nTo: desk@example.com\r\nSubject: Принтер\r\nMessage-ID: <1@example.com>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nНе печатает\r\n"
).encode()


def ran(*words):
    with pytest.raises(SystemExit) as left:
        cli.main(["intake", "mail", *map(str, words)])
    return left.value.code


def test_a_line_of_json_says_what_the_mail_says(tmp_path, capsys):
    (tmp_path / "a.eml").write_bytes(LETTER)

    status = ran("--json", "--read-only", tmp_path)

    line = json.loads(capsys.readouterr().out)
    assert status == 0
    assert line["subject"] == "Принтер"
    assert line["from"] == {"name": "Анна", "address": "anna@example.com"}
    assert line["to"] == [{"name": "", "address": "desk@example.com"}]
    assert (line["message_id"], line["text"].strip(), line["attachments"]) == ("1@example.com", "Не печатает", [])
    assert "outcome" not in line


def test_without_json_a_line_is_short(tmp_path, capsys):
    (tmp_path / "a.eml").write_bytes(LETTER)

    ran("--read-only", tmp_path / "a.eml")

    assert capsys.readouterr().out == f"{tmp_path}/a.eml: Принтер, from anna@example.com\n"


def test_a_mail_past_the_bounds_is_named_and_the_next_is_read(tmp_path, capsys):
    (tmp_path / "a.eml").write_bytes(b"To: " + b"a@b.example," * 3000 + b"\r\n\r\n")
    (tmp_path / "b.eml").write_bytes(LETTER)

    status = ran("--read-only", tmp_path)

    first, second = capsys.readouterr().out.splitlines()
    assert status == 1
    assert first == f"{tmp_path}/a.eml: would be parked: A header of the mail names more than 2000 addresses."
    assert second.endswith("Принтер, from anna@example.com")


def test_a_path_that_is_not_there_is_one_sentence(tmp_path, capsys):
    assert ran(tmp_path / "none.eml") == 2
    assert capsys.readouterr().err == f"firstline: There is no file or folder {tmp_path}/none.eml.\n"


@pytest.fixture
def mailbox(transactional_db):
    world.front()
    return mailboxes.set_up_mailbox(desk_id=world.desk().pk, address="desk@example.com", by_id=None, now=world.NINE)


def taken(capsys, *words):
    """Return the lines of JSON that were printed."""
    ran("--json", *words)
    printed = capsys.readouterr()
    assert printed.out, printed.err
    return [json.loads(line) for line in printed.out.splitlines()]


def test_mail_of_a_folder_is_kept_and_settled_once(mailbox, tmp_path, capsys):
    (tmp_path / "a.eml").write_bytes(LETTER)
    (tmp_path / "b.eml").write_bytes(b"To: " + b"a@b.example," * 3000 + b"\r\n\r\n")

    first, hostile = taken(capsys, tmp_path)
    again, _ = taken(capsys, tmp_path, "--mailbox", "Desk@example.com")

    ticket = Ticket.objects.get()
    assert (first["outcome"], first["ticket"], first["answered"], first["parked"]) == (
        "registered", ticket.number, True, "",
    )  # fmt: skip
    assert (hostile["outcome"], hostile["ticket"]) == ("parked", None)
    assert "2000 addresses" in hostile["parked"]
    assert (again["outcome"], again["ticket"], again["subject"]) == ("duplicate", ticket.number, "Принтер")
    assert Envelope.objects.filter(mailbox=mailbox).count() == 2
    while Worker("one").do_due():
        pass
    assert Letter.objects.filter(ticket_id=ticket.pk, kind="registered").count() == 1


def test_mail_is_taken_from_an_mbox_and_a_maildir(mailbox, tmp_path, capsys):
    between = b"From anna@example.com Mon Mar  2 09:00:00 2026\n"
    other = LETTER.replace(b"<1@", b"<2@") + b"\r\n>From here on it is quiet\r\n"
    (tmp_path / "old.mbox").write_bytes(between + LETTER + b"\n" + between + other + b"\n")
    for name in ("cur", "new", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
        (tmp_path / "Maildir" / name / f"{name}.1:2,S").write_bytes(LETTER.replace(b"<1@", b"<%s@" % name.encode()))
    (tmp_path / "Maildir" / "dovecot-uidlist").write_bytes(b"3 V1 N1\n")

    lines = taken(capsys, tmp_path)

    assert sorted(line["message_id"] for line in lines) == [
        "1@example.com", "2@example.com", "cur@example.com", "new@example.com",
    ]  # fmt: skip
    assert {line["outcome"] for line in lines} == {"registered"}
    second = next(line for line in lines if line.get("number") == 2)
    assert "From here on" in second["text"]
    assert ">From" not in second["text"]


def test_what_is_read_only_is_not_kept(mailbox, tmp_path, capsys):
    (tmp_path / "a.eml").write_bytes(LETTER)

    line = taken(capsys, tmp_path, "--read-only")[0]

    assert "outcome" not in line
    assert Envelope.objects.count() == 0


def test_a_mailbox_that_is_not_there_is_refused_with_those_that_are(mailbox, tmp_path, capsys):
    (tmp_path / "a.eml").write_bytes(LETTER)

    assert ran(tmp_path, "--mailbox", "sales@example.com") == 2

    assert "there are: desk@example.com" in capsys.readouterr().err


def test_a_desk_without_mailboxes_takes_mail_for_any_address_that_is_named(transactional_db, tmp_path, capsys):
    world.front()
    (tmp_path / "a.eml").write_bytes(LETTER)

    line = taken(capsys, tmp_path, "--mailbox", "desk@example.com")[0]

    assert (line["outcome"], Envelope.objects.get().recipient) == ("registered", "desk@example.com")


class Stdin:
    """A standard input with these bytes."""

    def __init__(self, content):
        self.buffer = io.BytesIO(content)


def piped(monkeypatch, content, *words):
    monkeypatch.setattr(sys, "stdin", Stdin(content))
    with pytest.raises(SystemExit) as left:
        cli.main(["intake", "pipe", *words])
    return left.value.code


def test_a_pipe_ends_well_only_when_the_mail_is_kept(mailbox, monkeypatch):
    assert piped(monkeypatch, LETTER, "--mailbox", "desk@example.com") == 0
    assert piped(monkeypatch, LETTER, "--mailbox", "desk@example.com") == 0

    envelope = Envelope.objects.get()
    assert bytes_of(envelope.blob) == LETTER
    assert Job.objects.get().payload == {"envelope": envelope.pk}


def test_a_pipe_that_cannot_keep_lets_the_mail_server_try_again(mailbox, monkeypatch, settings, tmp_path, capsys):
    (tmp_path / "blobs").write_text("a file where a folder should be")
    settings.DATA = tmp_path

    assert piped(monkeypatch, LETTER + b"x" * 100_000, "--mailbox", "desk@example.com") == 75
    assert Envelope.objects.count() == 0


def test_a_pipe_says_what_will_never_be_taken(mailbox, monkeypatch, settings, capsys):
    settings.MAIL_LIMIT = 100

    assert piped(monkeypatch, LETTER, "--mailbox", "desk@example.com") == 69
    assert piped(monkeypatch, LETTER, "--mailbox", "sales@example.com") == 67
    assert "larger than" in capsys.readouterr().err
