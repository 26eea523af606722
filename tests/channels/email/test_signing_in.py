"""Mailboxes that are signed in to with a token: asked of a local authority, checked by a real Dovecot."""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bench.mail_servers import Dovecot
from firstline.channels.email import imap, signing_in
from firstline.commands.setup import mailboxes
from firstline.core.intake.models import Mailbox
from tests import world

pytestmark = pytest.mark.django_db(transaction=True)

USER = "desk@oauth.example"


class Authority:
    """Gives tokens to those who know the secret, and tells Dovecot whose they are."""

    def __init__(self, port: int, certificate: Path | None = None) -> None:
        self.asked: list[dict[str, str]] = []
        self.server = HTTPServer(("127.0.0.1", port), self._handler())
        self.port = self.server.server_port
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.port}"
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer nobody any more."""
        self.server.shutdown()
        self.server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(*authority.told(self.path))

            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._say(*authority.given({name: values[0] for name, values in parse_qs(form).items()}))

            def _say(self, status: int, answer: dict[str, Any]) -> None:
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                pass

        return Handler

    def told(self, path: str) -> tuple[int, dict[str, Any]]:
        """Answer Dovecot's question about a token, and msal's about where tokens are given."""
        parts = urlsplit(path)
        if parts.path.endswith("/openid-configuration"):
            return 200, {
                "issuer": f"{self.url}/tenant/v2.0", "token_endpoint": f"{self.url}/token",
                "authorization_endpoint": f"{self.url}/authorize",
            }  # fmt: skip
        good = parse_qs(parts.query).get("token") == ["good"]
        return 200, {"active": good, "username": USER if good else ""}

    def given(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer a request for a token."""
        self.asked.append(form)
        if "right" not in (form.get("client_secret"), form.get("refresh_token")):
            return 400, {"error": "invalid_client", "error_description": "AADSTS7000215: no such secret\r\nTrace"}
        return 200, {"access_token": "good", "expires_in": 3600, "token_type": "Bearer"}


@pytest.fixture
def authority(dovecot: Dovecot) -> Iterator[Authority]:
    """Return an authority where Dovecot asks for it."""
    made = Authority(dovecot.introspection)
    yield made
    made.close()


def _set_up(dovecot: Dovecot, secret: str, **given: Any) -> Mailbox:
    return mailboxes.set_up_mailbox(
        desk_id=world.desk().pk, address=USER, by_id=None, now=world.NINE, fetching="imap", host="127.0.0.1",
        port=dovecot.imap, security="none", username=USER, secret=secret, **given,
    )  # fmt: skip


def _google(authority: Authority, refresh_token: str) -> str:
    return json.dumps(
        {"type": "authorized_user", "client_id": "desk", "client_secret": "hush", "refresh_token": refresh_token,
         "token_uri": f"{authority.url}/token"}
    )  # fmt: skip


def test_google_gives_a_token_with_which_the_mailbox_is_read_and_is_not_asked_again(
    dovecot: Dovecot, authority: Authority
):
    dovecot.deliver(USER, b"Subject: one\r\n\r\ntext\r\n")
    mailbox = _set_up(dovecot, _google(authority, "right"), sign_in="google")

    for _ in range(2):
        with imap.opened(mailbox) as folder:
            assert len(folder.new()) >= 1

    assert [each["grant_type"] for each in authority.asked] == ["refresh_token"]


def test_a_refused_secret_is_told_without_the_secret(dovecot: Dovecot, authority: Authority):
    mailbox = _set_up(dovecot, _google(authority, "wrong"), sign_in="google")

    with pytest.raises(signing_in.NotSignedIn) as refused, imap.opened(mailbox):
        pass

    assert "hush" not in str(refused.value)
    assert "wrong" not in str(refused.value)


def test_what_is_no_file_of_google_is_refused_in_words(dovecot: Dovecot, authority: Authority):
    mailbox = _set_up(dovecot, "just a password", sign_in="google")

    with pytest.raises(signing_in.NotSignedIn, match="JSON file"), imap.opened(mailbox):
        pass


@pytest.fixture
def microsoft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """Return an authority that speaks https, as msal demands."""
    certificate = tmp_path / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", certificate, "-out", tmp_path / "certificate.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    certificate.write_bytes(certificate.read_bytes() + (tmp_path / "certificate.pem").read_bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "certificate.pem"))
    made = Authority(0, certificate)
    yield made
    made.close()


def test_microsoft_gives_a_token_with_which_the_mailbox_is_read(
    dovecot: Dovecot, authority: Authority, microsoft: Authority
):
    dovecot.deliver(USER, b"Subject: two\r\n\r\ntext\r\n")
    at = {"client_id": "desk", "tenant": "tenant", "authority": f"{microsoft.url}/tenant"}
    mailbox = _set_up(dovecot, "right", sign_in="microsoft", sign_in_settings=at)

    for _ in range(2):
        with imap.opened(mailbox) as folder:
            assert len(folder.new()) >= 1

    assert [each["scope"] for each in microsoft.asked] == ["https://outlook.office365.com/.default"]


def test_microsoft_says_why_it_gives_no_token(dovecot: Dovecot, microsoft: Authority):
    at = {"client_id": "desk", "tenant": "tenant", "authority": f"{microsoft.url}/tenant"}
    mailbox = _set_up(dovecot, "wrong", sign_in="microsoft", sign_in_settings=at)

    with pytest.raises(signing_in.NotSignedIn, match=r"AADSTS7000215: no such secret$"), imap.opened(mailbox):
        pass
