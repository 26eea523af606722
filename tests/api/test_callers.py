"""Who is let in: live tokens with the scope an operation names, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from firstline.api.v1 import api
from firstline.commands.setup import tokens
from firstline.core.kernel.refusals import BadInput, NotAllowed
from firstline.core.people.models import Person, Token
from firstline.core.people.tokens import READ, REGISTER, REPLY, SCOPES, WORK
from tests import world
from tests.api.calling import Program, of, problem

pytestmark = pytest.mark.django_db

SCHEMA: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
OPERATIONS = [
    (method, path.removeprefix("/api/v1/").format(number=1001, id=1), operation)
    for path, methods in SCHEMA["paths"].items()
    for method, operation in methods.items()
]
NEEDS = {
    "register_ticket": REGISTER,
    **dict.fromkeys(
        (
            "list_tickets",
            "get_ticket",
            "list_messages",
            "get_file",
            "get_timeline",
            "get_clocks",
            "compare_tiers",
            "list_incidents",
            "get_incident",
            "list_proposals",
            "get_figures",
        ),
        READ,
    ),
    **dict.fromkeys(("reply", "confirm", "reopen"), REPLY),
    **dict.fromkeys(("note", "take", "take_next", "hand_over", "accept", "decline", "resolve"), WORK),
    **dict.fromkeys(
        (
            "declare_proposal",
            "dismiss_proposal",
            "declare_incident",
            "attach",
            "release",
            "change_commander",
            "tell_status",
            "resolve_incident",
            "end_incident",
        ),
        WORK,
    ),
}


@pytest.fixture
def rita(db: None) -> Person:
    return world.person("Rita")


def call(program: Program, method: str, path: str) -> Any:
    return program.get(path) if method == "get" else program.post(path, {})


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=lambda each: str(each)[:40])
def test_nobody_comes_in_without_a_token(method: str, path: str, operation: dict[str, Any]):
    answer = call(Program(None), method, path)

    assert problem(answer) == (401, "not_known", None)
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=lambda each: str(each)[:40])
def test_a_token_without_the_scope_an_operation_needs_is_told_which(
    rita: Person, method: str, path: str, operation: dict[str, Any]
):
    needed = NEEDS.get(operation["operationId"])
    if needed is None:
        assert operation["operationId"] in {"me", "list_services", "list_teams", "list_calendars"}
        of(call(Program(rita, READ), method, path))
        return

    answer = call(Program(rita, *(scope for scope in SCOPES if scope != needed)), method, path)

    assert problem(answer) == (403, "scope_missing", None)
    assert needed in answer.json()["message"]


@pytest.mark.parametrize("secret", ["wrong", "fl_wrong", "", "ключ", "a" * 5000])
def test_a_wrong_token_is_refused(db: None, secret: str):
    program = Program(None, secret=secret or " ")

    assert problem(program.get("me")) == (401, "not_known", None)


def test_a_token_ends_when_it_is_ended_when_it_expires_and_when_its_person_ends(rita: Person):
    now = timezone.now()
    ended, expired, orphan = Program(rita), Program(rita), Program(world.person("Sam"))
    tokens.end_token(token_id=ended.token.pk, by_id=rita.pk, now=now)
    Token.objects.filter(pk=expired.token.pk).update(expires_at=now)
    Person.objects.filter(name="Sam").update(ended_at=now)

    assert [problem(program.get("me"))[0] for program in (ended, expired, orphan)] == [401, 401, 401]


def test_a_tokens_use_is_remembered_at_most_once_a_minute(rita: Person):
    program = Program(rita)
    of(program.get("me"))
    first = Token.objects.get(pk=program.token.pk).used_at

    of(program.get("me"))
    again = Token.objects.get(pk=program.token.pk).used_at
    Token.objects.update(used_at=first - timedelta(minutes=2))  # type: ignore[operator]
    of(program.get("me"))

    assert again == first
    assert Token.objects.get(pk=program.token.pk).used_at > first  # type: ignore[operator]


def test_the_secret_is_kept_nowhere(rita: Person):
    _token, secret = tokens.give_token(person_id=rita.pk, by_id=rita.pk, name="mine", scopes=[READ], now=world.NINE)

    assert secret not in str(world.everything())


def test_a_token_needs_known_scopes_and_an_end_that_lies_ahead(rita: Person):
    given: dict[str, Any] = {"person_id": rita.pk, "by_id": rita.pk, "name": "mine", "now": world.NINE}

    for scopes in ([], ["all"]):
        with pytest.raises(BadInput, match="needs scopes"):
            tokens.give_token(**given, scopes=scopes)
    with pytest.raises(BadInput, match="lies ahead"):
        tokens.give_token(**given, scopes=[READ], expires_at=world.NINE)
    assert Token.objects.count() == 0


def test_only_an_administrator_gives_and_ends_tokens_of_others(rita: Person):
    olga, ada = world.person("Olga", team=world.front()), world.person("Ada", role="administrator")
    given: dict[str, Any] = {"person_id": rita.pk, "name": "hers", "scopes": [READ], "now": world.NINE}

    with pytest.raises(NotAllowed):
        tokens.give_token(**given, by_id=olga.pk)
    token, _secret = tokens.give_token(**given, by_id=ada.pk)
    with pytest.raises(NotAllowed):
        tokens.end_token(token_id=token.pk, by_id=olga.pk, now=world.NINE)


def test_me_says_whose_token_it_is(rita: Person):
    said = of(Program(rita, READ).get("me"))

    assert (said["id"], said["name"], said["scopes"], said["works"]) == (rita.pk, "Rita", [READ], False)


def test_services_are_the_public_ones_and_in_the_callers_language(rita: Person):
    service = world.service("printing")
    service.name = {"en": "Printing", "ru": "Печать"}
    service.save()
    hidden = world.service("vault")
    hidden.public = False
    hidden.save()

    russian = of(Program(rita).get("services", Accept_Language="ru"))
    staff = of(Program(world.person("Olga", team=world.front())).get("services"))

    assert [(each["key"], each["name"]) for each in russian] == [("printing", "Печать")]
    assert {each["key"] for each in staff} == {"printing", "vault"}


def test_teams_are_named_to_those_who_work_with_them(rita: Person):
    world.team("Systems", line=3)
    olga = world.person("Olga", team=world.front())

    assert of(Program(rita).get("teams")) == []
    assert [(team["name"], team["line"]) for team in of(Program(olga).get("teams"))] == [
        ("Service desk", 1), ("Systems", 3)
    ]  # fmt: skip
