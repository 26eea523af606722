"""Tokens are given and ended at the command line."""

from __future__ import annotations

import re

import pytest

from firstline.cli import main
from firstline.core.people.models import Token
from tests import world
from tests.api.calling import Program, of, problem

pytestmark = pytest.mark.django_db

GIVE = ("token", "give", "rita@example.org", "--name", "Monitoring", "--scope", "tickets:read")


def run(*words: str) -> int | str | None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    return stopped.value.code


def test_a_token_is_shown_once_works_and_ends(capsys: pytest.CaptureFixture[str]):
    world.person("Rita")

    assert run(*GIVE, "--days", "30") == 0
    shown = re.fullmatch(r"Token (\d+) \(kept nowhere, so copy it now\): (\S+)\n", capsys.readouterr().out)
    assert shown is not None
    program = Program(None, secret=shown[2])
    assert of(program.get("me"))["token"] == "Monitoring"
    assert run("token", "end", shown[1]) == 0
    assert problem(program.get("me"))[0] == 401


@pytest.mark.parametrize("days", ["0", "-1", "99999999999"])
def test_a_life_that_is_none_is_refused(days: str, capsys: pytest.CaptureFixture[str]):
    world.person("Rita")

    assert run(*GIVE, "--days", days) == 2
    assert "from 1 to 3653 days" in capsys.readouterr().err
    assert Token.objects.count() == 0


def test_an_address_nobody_has_is_refused(capsys: pytest.CaptureFixture[str]):
    assert run(*GIVE) == 1
    assert "Nobody has the address rita@example.org" in capsys.readouterr().err


def test_a_token_that_is_not_there_cannot_end():
    assert run("token", "end", "7") == 1
