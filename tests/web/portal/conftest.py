"""A small desk with a printer service, and ways to read its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from firstline.core.services.models import Service
from tests import world

FORM: list[dict[str, Any]] = [
    {
        "key": "device",
        "type": "choice",
        "label": {"en": "Device"},
        "required": True,
        "choices": [{"value": "printer", "label": {"en": "Printer"}}, {"value": "other", "label": {"en": "Else"}}],
    },
    {
        "key": "which",
        "type": "text",
        "label": {"en": "Which one?"},
        "required": True,
        "when": {"field": "device", "is": "other"},
    },
    {"key": "since", "type": "date", "label": {"en": "Since when?"}},
]


@pytest.fixture
def service(db: None) -> Service:
    """Return a service whose form has a condition, on a desk that promises an answer."""
    cache.clear()
    world.front()
    world.agreement()
    return world.service("printer", name={"en": "Printer", "uk": "Принтер"}, form=FORM)


@pytest.fixture
def client(db: None) -> Client:
    return Client()


@pytest.fixture
def words() -> Callable[[Any], str]:
    """Return the words of a page, tags and runs of blanks gone."""

    def told(response: Any) -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())

    return told


@pytest.fixture
def filled(client: Client) -> Callable[..., dict[str, Any]]:
    """Return what a guest's form posts, with its own key, and whatever a test changes in it."""

    def fields(**changed: Any) -> dict[str, Any]:
        given = {
            "key": "form-key-1",
            "text": "It prints nothing.",
            "answer_device": "printer",
            "name": "Greta",
            "mail": "greta@example.org",
        }
        return {name: value for name, value in (given | changed).items() if value is not None}

    return fields
