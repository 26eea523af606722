"""What the receiving team asks, in the form of a hand-over and in the story its people read."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from firstline.core.people.models import Person, Team
from firstline.core.tickets.models import Ticket
from tests import world
from tests.api.calling import Program, problem
from tests.web.console.staff import operator, signed_in

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
PHOTO = {"answer_photo": "on"}


@pytest.fixture
def pos() -> Team:
    team = world.team("POS support", line=3)
    asks = [
        {"key": "till", "type": "number", "label": {"en": "Till number"}, "required": True},
        {"key": "photo", "type": "checkbox", "label": {"en": "A photo is attached"}},
    ]
    world.practice(team, asks=asks)
    return team


@pytest.fixture
def pavlo(pos: Team) -> Person:
    return world.person("Pavlo", team=pos)


def _path(ticket: Ticket) -> str:
    return f"/console/tickets/{ticket.number}/hand-over"


def test_choosing_a_team_shows_what_it_asks(pos: Team):
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    blank = client.get(_path(ticket), headers=HTMX).content.decode()
    chosen = client.get(_path(ticket), {"to": str(pos.pk)}, headers=HTMX).content.decode()

    assert "Till number" not in blank
    assert "Till number" in chosen


def test_without_what_is_asked_it_is_not_offered_and_the_field_says_so(pos: Team):
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    answer = client.post(_path(ticket), {"to": pos.pk, "why": "Till.", "keep_control": "on"}, headers=HTMX)

    assert answer.status_code == 422
    assert "answer_till_error" in answer.content.decode()
    assert world.told(ticket) == ["registered", "taken"]


def test_the_receiving_team_reads_what_was_filled_in(pos: Team, pavlo: Person):
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    client.post(
        _path(ticket), {"to": pos.pk, "why": "Till.", "answer_till": "3", "keep_control": "on", **PHOTO}, headers=HTMX
    )

    page = signed_in(pavlo).get(f"/console/tickets/{ticket.number}").content.decode()
    assert "Till number: 3\nA photo is attached: yes" in page


def test_by_api_what_is_asked_is_refused_by_its_field_and_then_taken(pos: Team):
    olga, _client = operator()
    ticket, program = world.ticket(held_by=olga), Program(olga)

    refused = program.post(f"tickets/{ticket.number}/hand-over", {"team": pos.pk})
    done = program.post(f"tickets/{ticket.number}/hand-over", {"team": pos.pk, "filled": {"till": 3}})

    assert problem(refused) == (422, "bad_input", "till")
    assert done.status_code == 200


FILE = {"key": "shot", "type": "file", "label": {"en": "A photo of its screen"}, "required": True}


def test_a_photo_that_is_asked_for_is_sent_from_the_form_and_stands_on_the_ticket(pos: Team, pavlo: Person):
    world.practice(pos, asks=[FILE])
    olga, client = operator()
    ticket = world.ticket(held_by=olga)
    given = {"to": pos.pk, "why": "Till.", "keep_control": "on"}

    form = client.get(_path(ticket), {"to": str(pos.pk)}, headers=HTMX).content.decode()
    without = client.post(_path(ticket), given, headers=HTMX)
    done = client.post(
        _path(ticket), given | {"answer_shot": SimpleUploadedFile("till 3.png", b"png", "image/png")}, headers=HTMX
    )

    assert 'hx-encoding="multipart/form-data"' in form
    assert 'type="file" name="answer_shot"' in form
    assert without.status_code == 422
    assert "answer_shot_error" in without.content.decode()
    assert done.status_code == 200
    page = signed_in(pavlo).get(f"/console/tickets/{ticket.number}").content.decode()
    assert "A photo of its screen: till 3.png" in page
    assert "For POS support: till 3.png" in page


def test_by_api_the_photo_comes_with_the_hand_over(pos: Team):
    world.practice(pos, asks=[FILE])
    olga, _client = operator()
    ticket, program = world.ticket(held_by=olga), Program(olga)
    shot = {"name": "till.png", "content_type": "image/png", "base64": "cG5n"}

    refused = program.post(f"tickets/{ticket.number}/hand-over", {"team": pos.pk, "filled": {"shot": "till.png"}})
    broken = program.post(
        f"tickets/{ticket.number}/hand-over", {"team": pos.pk, "files": {"shot": shot | {"base64": "?"}}}
    )
    done = program.post(f"tickets/{ticket.number}/hand-over", {"team": pos.pk, "files": {"shot": shot}})

    assert problem(refused) == (422, "bad_input", "shot")
    assert broken.status_code == 422
    assert done.status_code == 200
    assert ticket.messages.latest("pk").attachments.get().name == "till.png"
