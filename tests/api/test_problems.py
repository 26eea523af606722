"""Whatever goes wrong comes back as one shape, in JSON, with a sentence and the field at fault."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from firstline.api.v1 import api
from firstline.core.intake.models import Count
from firstline.core.intake.store import path_of
from firstline.core.people.models import Person
from firstline.core.tickets.models import Attachment, Ticket
from tests import world
from tests.api.calling import Program, of, problem

pytestmark = pytest.mark.django_db

MEGABYTE = 1024 * 1024


@pytest.fixture
def rita(db: None) -> Person:
    world.front()
    return world.person("Rita")


def with_file(size: int) -> dict[str, Any]:
    data = base64.b64encode(bytes(size)).decode()
    return {"text": "See the file.", "files": [{"name": "film.mp4", "base64": data}]}


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b"text", b"{'text': 1}", b"[" * 100_000, b'{"a": ' + b"9" * 5000])
def test_what_is_not_json_is_refused_as_malformed(rita: Person, raw: bytes):
    assert problem(Program(rita).post("tickets", raw)) == (400, "malformed", None)


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b'"text"', b"5", b"NaN"])
def test_json_that_is_no_object_is_refused(rita: Person, raw: bytes):
    assert problem(Program(rita).post("tickets", raw))[0] in (400, 422)


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({}, "text", "Please fill this in"),
        ({"text": None}, "text", "This must be a text"),
        ({"text": "a\x00b"}, "text", "NUL character"),
        ({"text": "\ud83d"}, "text", "half of a character"),
        ({"text": "x" * 200_001}, "text", "at most 200000 characters"),
        ({"text": "x", "subject": "s" * 301}, "subject", "at most 300 characters"),
        ({"text": "x", "priority": 1}, "priority", "There is no such field"),
        ({"text": "x", "impact": 0}, "impact", "at least 1"),
        ({"text": "x", "impact": 5}, "impact", "at most 4"),
        ({"text": "x", "impact": "1"}, "impact", "whole number"),
        ({"text": "x", "impact": 1.5}, "impact", "whole number"),
        ({"text": "x", "urgency": 10**40}, "urgency", ""),
        ({"text": "x", "kind": "wish"}, "kind", "'incident', 'request' or 'question'"),
        ({"text": "x", "channel": "pigeon"}, "channel", "'api', 'phone' or 'walk_in'"),
        ({"text": "x", "take": "yes"}, "take", "true or false"),
        ({"text": "x", "answers": []}, "answers", "must be an object"),
        ({"text": "x", "files": {}}, "files", "must be a list"),
        ({"text": "x", "files": [{"name": "a", "base64": "?"}]}, "files", "not base64"),
        ({"text": "x", "files": [{"base64": ""}]}, "files.0.name", "Please fill this in"),
        ({"text": "x", "files": [{"name": "a", "base64": ""}] * 21}, "files", "at most 20 items"),
        ({"text": "x", "requester": {"nickname": "Rita"}}, "requester.nickname", "There is no such field"),
        ({"text": "x", "requester": {"id": 2**70}}, "requester.id", ""),
        ({"text": "x", "resolved": {"how": ""}}, "resolved.how", "at least 1"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_a_body_of_the_wrong_shape_names_field_and_fault(rita: Person, body: Any, field: str, sentence: str):
    answer = Program(rita).post("tickets", body)

    assert problem(answer) == (422, "bad_input", field)
    assert sentence in answer.json()["message"]
    assert Ticket.objects.count() == 0


def test_every_field_at_fault_is_named(rita: Person):
    answer = Program(rita).post("tickets", {"text": 1, "impact": 9, "colour": "red"})

    assert {each["field"] for each in answer.json()["fields"]} == {"text", "impact", "colour"}


def test_a_contact_that_is_none_is_refused_in_words(rita: Person):
    olga = Program(world.person("Olga", team=world.front()))

    answer = olga.post("tickets", {"text": "x", "requester": {"mail": "nobody"}})

    assert answer.status_code == 422
    assert "not a mail address" in answer.json()["message"]


def test_a_file_of_fifty_megabytes_is_refused_naming_the_limit(rita: Person):
    answer = Program(rita).post("tickets", with_file(50 * MEGABYTE))

    assert problem(answer) == (413, "too_large", "files")
    assert "25 MB" in answer.json()["message"]
    assert list(Count.objects.values_list("channel", "why", "refused")) == [("api", "too large", 1)]


def test_a_file_just_over_the_limit_is_refused_naming_it_and_one_below_is_kept(rita: Person):
    over = Program(rita).post("tickets", with_file(25 * MEGABYTE + 1))
    below = Program(rita).post("tickets", with_file(MEGABYTE))

    assert problem(over) == (422, "bad_input", "files")
    assert "film.mp4 is larger than 25 MB" in over.json()["message"]
    of(below, 201)


@pytest.mark.parametrize("path", ["", "nothing", "tickets/", "../", "../v2/tickets", "../../api/", "tickets/1001/walk"])
def test_an_address_that_leads_nowhere_answers_in_json(rita: Person, path: str):
    assert problem(Program(rita).get(path)) == (404, "not_there", None)


def test_a_method_that_an_address_does_not_know_is_refused_naming_those_it_does(rita: Person):
    answer = Program(rita).client.delete("/api/v1/tickets")

    assert problem(answer) == (405, "method_not_allowed", None)
    assert answer["Allow"] == "GET, POST"


def test_a_fault_of_our_own_is_answered_without_its_particulars(rita: Person):
    program = Program(rita)
    number = of(program.post("tickets", with_file(MEGABYTE)), 201)["number"]
    file = Attachment.objects.get()
    path_of(file.blob_id).unlink()

    answer = program.get(f"tickets/{number}/files/{file.pk}")

    assert problem(answer) == (500, "failed", None)
    assert file.blob_id not in answer.content.decode()


def test_a_busy_database_asks_to_come_again():
    answer = api.on_exception(RequestFactory().get("/api/v1/me"), OperationalError("database is locked"))

    assert problem(answer) == (503, "busy", None)
    assert answer["Retry-After"] == "1"


def test_an_answer_is_for_its_caller_alone_and_starts_no_session(rita: Person):
    answer = Program(rita).get("me")

    assert (answer["Cache-Control"], answer["Content-Type"]) == ("no-store", "application/json; charset=utf-8")
    assert not answer.cookies


def test_the_description_is_openapi_3_1_and_declares_problems_everywhere():
    described = json.loads(Program(None).get("openapi.json").content)

    assert described["openapi"].startswith("3.1")
    declared = [{*operation["responses"]} for methods in described["paths"].values() for operation in methods.values()]
    assert all({"200", "400", "401", "403", "404", "413", "422", "503"} <= statuses for statuses in declared)
