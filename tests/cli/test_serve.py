"""Serving: a port that is taken is refused in words, and letters lead where one listens."""

from __future__ import annotations

import socket

import pytest
from django.conf import LazySettings

from firstline.cli import pages, serve
from firstline.core.kernel.refusals import BadInput


def test_a_port_that_is_taken_is_refused_with_what_to_do():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        with pytest.raises(BadInput, match="choose another with --port"):
            pages.must_be_free("127.0.0.1", other.getsockname()[1])


def test_an_address_of_no_machine_of_ours_is_refused():
    with pytest.raises(BadInput, match="Cannot listen"):
        pages.must_be_free("192.0.2.1", 8000)


@pytest.mark.parametrize(
    ("host", "port", "address"),
    [
        ("127.0.0.1", 8000, "http://127.0.0.1:8000"),
        ("0.0.0.0", 8123, "http://127.0.0.1:8123"),
        ("desk.example", 80, "http://desk.example:80"),
        ("::1", 8000, "http://[::1]:8000"),
        ("::", 8000, "http://[::1]:8000"),
    ],
)
def test_letters_lead_where_one_listens(
    host: str, port: int, address: str, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("FIRSTLINE_URL", raising=False)

    serve.name_own_address(host, port)

    assert address == settings.PUBLIC_URL


def test_letters_lead_where_the_setting_says(settings: LazySettings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FIRSTLINE_URL", "https://desk.example")
    settings.PUBLIC_URL = "https://desk.example"

    serve.name_own_address("0.0.0.0", 8000)

    assert settings.PUBLIC_URL == "https://desk.example"
