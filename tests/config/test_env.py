"""Settings in the environment are read, or refused in one sentence that names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from firstline.config import env, secret
from firstline.core.kernel.refusals import BadInput


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("smtp://mail.example.org", env.Smtp("mail.example.org", 25, "", "", False, False)),
        ("smtps://a%40b:p%3Aw@mail.example.org", env.Smtp("mail.example.org", 465, "a@b", "p:w", False, True)),
        ("smtp://u:p@[::1]:587?starttls", env.Smtp("::1", 587, "u", "p", True, False)),
    ],
)
def test_a_mail_server_is_read_from_its_address(monkeypatch: pytest.MonkeyPatch, url: str, told: env.Smtp):
    monkeypatch.setenv("FIRSTLINE_SMTP", url)

    assert env.smtp() == told


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FIRSTLINE_SMTP", "mail.example.org", "FIRSTLINE_SMTP must look like"),
        ("FIRSTLINE_SMTP", "smtp://mail.example.org:mail", "FIRSTLINE_SMTP has a port"),
        ("DATABASE_URL", "mysql://localhost/desk", "DATABASE_URL begins with mysql://"),
        ("DATABASE_URL", "postgresql://localhost:0x/desk", "DATABASE_URL has a port"),
        ("DATABASE_URL", "postgresql://localhost/desk?prepare_threshold=x", "DATABASE_URL has a prepare_threshold"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
):
    monkeypatch.setenv(name, value)

    with pytest.raises(env.BadSetting, match=said):
        env.smtp() if name == "FIRSTLINE_SMTP" else env.database(Path("/tmp"))


@pytest.mark.parametrize(
    ("words", "threshold"), [("", 2), ("?prepare_threshold=7", 7), ("?prepare_threshold=none", None)]
)
def test_statements_are_kept_ready_unless_a_pooler_cannot_bear_it(
    monkeypatch: pytest.MonkeyPatch, words: str, threshold: int | None
):
    monkeypatch.setenv("DATABASE_URL", f"postgresql://localhost/desk{words}")

    assert env.database(Path("/tmp"))["OPTIONS"] == {"prepare_threshold": threshold}


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("FIRSTLINE_SECRET_KEY_FILE", str(tmp_path / "key"))

    assert secret.key(tmp_path) == "from a file"


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FIRSTLINE_SECRET_KEY_FILE", "/nowhere/key")

    with pytest.raises(env.BadSetting, match="FIRSTLINE_SECRET_KEY_FILE names /nowhere/key"):
        env.text("FIRSTLINE_SECRET_KEY")


def test_a_secret_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path):
    made = secret.key(tmp_path / "data")

    assert secret.key(tmp_path / "data") == made
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(env.BadSetting, match="cannot be used"):
        secret.key(tmp_path / "file" / "data")


@pytest.mark.parametrize(("said", "meant"), [("yes", True), ("ON", True), ("0", False), ("", True)])
def test_yes_and_no_are_read(monkeypatch: pytest.MonkeyPatch, said: str, meant: bool):
    monkeypatch.setenv("FIRSTLINE_DEBUG", said)

    assert env.flag("FIRSTLINE_DEBUG", default=True) is meant


def test_where_mail_is_listened_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FIRSTLINE_LISTEN_SMTP", "[::1]:25")
    monkeypatch.setenv("FIRSTLINE_LISTEN_LMTP", "/run/firstline.sock")
    monkeypatch.setenv("FIRSTLINE_LISTEN_PEERS", "10.0.0.0/8, 192.0.2.1")

    found = env.listening()

    assert (found.smtp, found.lmtp, found.at_all) == (("::1", 25), "/run/firstline.sock", True)
    assert [str(network) for network in found.peers] == ["10.0.0.0/8", "192.0.2.1/32"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FIRSTLINE_LISTEN_SMTP", "2525"),
        ("FIRSTLINE_LISTEN_LMTP", "localhost:99999"),
        ("FIRSTLINE_LISTEN_PEERS", "everybody"),
    ],
)
def test_a_place_that_cannot_be_is_refused_in_words(name: str, value: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(name, value)

    with pytest.raises(BadInput, match=name):
        env.listening()


def test_nothing_is_listened_for_unless_a_setting_says_where():
    assert not env.listening().at_all
