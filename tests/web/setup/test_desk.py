"""The desk's own page: shown as it is, changed, refused beside the field."""

from __future__ import annotations

import pytest
from django.test import Client

from firstline.core.people.models import Desk
from tests import world

pytestmark = pytest.mark.django_db

GIVEN = {
    "name": "IT desk", "model": "virtual", "time_zone": "Europe/Kyiv", "own": "uk", "languages": ["en", "uk"],
    "mail_from": "", "currency": "uah", "close_after_days": "5", "reopen_within_days": "0",
}  # fmt: skip


def test_a_desk_is_changed_and_says_so(client: Client):
    answer = client.post("/console/setup/it/desk", GIVEN, follow=True)

    changed = Desk.objects.get()
    assert (changed.name, changed.model, changed.time_zone) == ("IT desk", "virtual", "Europe/Kyiv")
    assert (changed.languages, changed.close_after_days, changed.reopen_within_days) == (["uk", "en"], 5, 0)
    assert changed.currency == "UAH"
    assert "Saved." in answer.content.decode()


def test_what_a_desk_cannot_be_is_said_beside_the_field_and_changes_nothing(client: Client):
    before = world.everything()

    answer = client.post("/console/setup/it/desk", {**GIVEN, "close_after_days": "91", "name": "", "currency": "EU1"})

    assert answer.status_code == 422
    assert sorted(answer.context["form"].errors) == ["close_after_days", "currency", "name"]
    assert world.everything() == before
