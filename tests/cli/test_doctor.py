"""`firstline doctor` says what is wrong and what to do, and changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from firstline import cli
from firstline.cli import doctor
from firstline.core.outbox.owe import owe
from tests import world


def _run() -> int | str | None:
    with pytest.raises(SystemExit) as ending:
        cli.main(["doctor"])
    return ending.value.code


def test_a_desk_in_order_has_nothing_to_do(db: None, capsys: pytest.CaptureFixture[str]):
    world.desk()
    before = world.everything()

    assert _run() == 0
    assert "error" not in capsys.readouterr().out
    assert world.everything() == before


def test_no_desk_is_found_and_how_to_make_one(db: None):
    assert ("warning", "There is no desk yet.", "Make one: firstline setup (or firstline demo).") in list(
        doctor.findings(world.NINE)
    )


def test_a_wrong_setting_ends_in_failure(db: None, settings: Any, capsys: pytest.CaptureFixture[str]):
    settings.SECRET_KEY = "short"

    assert _run() == 1
    assert "error    FIRSTLINE_SECRET_KEY is too short." in capsys.readouterr().out


def test_owed_work_that_nobody_does_is_found(db: None):
    owe("somewhere.task", {}, now=world.NINE)

    late = [said for _level, said, _hint in doctor.findings(world.NINE + timedelta(minutes=17))]
    assert "Owed work waits for 17 minutes." in late
