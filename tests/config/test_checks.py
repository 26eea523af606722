"""Every mistake in the settings is said by its own check, with a hint; right settings are not complained about."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import run_checks

SMTP: dict[str, Any] = {
    "host": "mail.example.org", "port": 25, "user": "desk", "password": "x", "starttls": False, "tls": False,
}  # fmt: skip


def _said() -> list[str | None]:
    return [message.id for message in run_checks(tags=["firstline"])]


def test_settings_as_they_come_are_in_order():
    assert _said() == []


def test_a_desk_behind_a_proxy_is_in_order(settings: Any):
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://desk.example.org", ["desk.example.org"]
    settings.SMTP = SimpleNamespace(**SMTP | {"starttls": True})
    settings.MAIL_FROM = "Desk <desk@example.org>"

    assert _said() == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"DATA": Path("/nowhere")}, ["firstline.E001"]),
        ({"SECRET_KEY": "short"}, ["firstline.E002"]),
        ({"PUBLIC_URL": "desk.example.org"}, ["firstline.E003"]),
        ({"PUBLIC_URL": "http://localhost/desk"}, ["firstline.E003"]),
        ({"PUBLIC_URL": "https://desk.example.org"}, ["firstline.E004"]),
        ({"ALLOWED_HOSTS": ["*"]}, ["firstline.W005"]),
        ({"PUBLIC_URL": "http://desk.example.org", "ALLOWED_HOSTS": [".example.org"]}, ["firstline.W006"]),
        ({"DEBUG": True, "PUBLIC_URL": "https://a.example", "ALLOWED_HOSTS": ["a.example"]}, ["firstline.E007"]),
        ({"MAIL_FROM": "Service desk"}, ["firstline.E008"]),
        ({"SMTP": SimpleNamespace(**SMTP | {"tls": True})}, ["firstline.W009"]),
        ({"SMTP": SimpleNamespace(**SMTP), "MAIL_FROM": "desk@example.org"}, ["firstline.W010"]),
        ({"ATTACHMENT_LIMIT": 0}, ["firstline.E011"]),
        ({"LOGGING": {"level": "loud"}}, ["firstline.W012"]),
    ],
)  # fmt: skip
def test_a_mistake_is_said(settings: Any, wrong: dict[str, Any], said: list[str]):
    for name, value in wrong.items():
        setattr(settings, name, value)

    found = run_checks(tags=["firstline"])

    assert [message.id for message in found] == said
    assert all(message.hint for message in found)
