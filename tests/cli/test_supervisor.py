"""`firstline report supervisor` tells what a supervisor's page shows."""

from __future__ import annotations

import argparse
import json

import pytest

from firstline.cli import Parser, report
from firstline.core.kernel.refusals import BadInput
from tests import world

pytestmark = pytest.mark.django_db


def _options(*words: str) -> argparse.Namespace:
    parser = Parser(prog="firstline report")
    report.add_arguments(parser)
    return parser.parse_args(["supervisor", *words])


def test_the_figures_of_a_desk_as_json_and_in_words(capsys: pytest.CaptureFixture[str]):
    world.agreement()
    olga = world.person("Olga", team=world.front())
    world.ticket(held_by=olga)
    world.ticket(of=world.desk("other"))

    report.run(_options("--desk", "it", "--json"))
    told = json.loads(capsys.readouterr().out)
    report.run(_options("--desk", "it"))
    words = capsys.readouterr().out

    assert (told["load"]["open"], len(told["quality"])) == (1, 12)
    assert [(row["person"]["name"], row["open"]) for row in told["load_by_person"]] == [("Olga", 1)]
    assert words.splitlines()[1].split()[:2] == ["all", "1"]


def test_all_desks_are_told_together(capsys: pytest.CaptureFixture[str]):
    world.agreement()
    world.ticket()
    world.ticket(of=world.desk("other"))

    report.run(_options("--json", "--weeks", "4"))

    assert json.loads(capsys.readouterr().out)["load"]["open"] == 2


@pytest.mark.parametrize("words", [("--desk", "nowhere"), ("--weeks", "0"), ("--weeks", "53")])
def test_what_cannot_be_told_is_refused(words: tuple[str, ...]):
    world.front()

    with pytest.raises(BadInput):
        report.run(_options(*words))
