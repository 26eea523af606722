"""`firstline intake mail` prints what a mail says, and registers nothing."""

import json

import pytest

from firstline import cli

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

    status = ran("--json", tmp_path)

    line = json.loads(capsys.readouterr().out)
    assert status == 0
    assert line["subject"] == "Принтер"
    assert line["from"] == {"name": "Анна", "address": "anna@example.com"}
    assert line["to"] == [{"name": "", "address": "desk@example.com"}]
    assert (line["message_id"], line["text"].strip(), line["attachments"]) == ("1@example.com", "Не печатает", [])
    assert "outcome" not in line


def test_without_json_a_line_is_short(tmp_path, capsys):
    (tmp_path / "a.eml").write_bytes(LETTER)

    ran(tmp_path / "a.eml")

    assert capsys.readouterr().out == f"{tmp_path}/a.eml: Принтер, from anna@example.com\n"


def test_a_mail_past_the_bounds_is_named_and_the_next_is_read(tmp_path, capsys):
    (tmp_path / "a.eml").write_bytes(b"To: " + b"a@b.example," * 3000 + b"\r\n\r\n")
    (tmp_path / "b.eml").write_bytes(LETTER)

    status = ran(tmp_path)

    first, second = capsys.readouterr().out.splitlines()
    assert status == 1
    assert first == f"{tmp_path}/a.eml: would be parked: A header of the mail names more than 2000 addresses."
    assert second.endswith("Принтер, from anna@example.com")


def test_a_path_that_is_not_there_is_one_sentence(tmp_path, capsys):
    assert ran(tmp_path / "none.eml") == 2
    assert capsys.readouterr().err == f"firstline: There is no file or folder {tmp_path}/none.eml.\n"
