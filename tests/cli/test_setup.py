"""`firstline setup` founds one desk, says how to sign in, and refuses a second one."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import pty
import re
import select
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from firstline import cli
from firstline.cli import setup
from firstline.core.kernel.refusals import BadInput
from firstline.core.people.models import Account, Desk
from firstline.core.sla.queries import main_calendar
from tests import world


def _run(*words: str) -> int | str | None:
    with pytest.raises(SystemExit) as ending:
        cli.main(["setup", *words])
    return ending.value.code


def test_an_empty_desk_has_defaults_and_a_password_that_is_shown_once(db: None, capsys: pytest.CaptureFixture[str]):
    assert _run("--empty") == 0

    said = capsys.readouterr().out
    password = re.search(r"password (\S+)", said)
    assert password is not None
    assert Account.objects.get(email="admin@desk.example").check_password(password[1])
    desk = Desk.objects.get()
    assert (desk.key, desk.name, desk.languages) == ("desk", "Service desk", ["en", "ru", "uk"])


def test_every_answer_can_be_given_as_an_option(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "password"
    file.write_text("a long enough phrase\n")

    status = _run(
        "--empty", "--name", "Anna", "--mail", "anna@example.org", "--desk", "IT desk", "--time-zone", "Europe/Berlin",
        "--languages", "uk, en", "--hours", "mon-thu 08:00-12:00 13:00-17:00, fri 08:00-14:00", "--team", "Front",
        "--holidays", "DE-BE", "--password-file", str(file),
    )  # fmt: skip

    assert status == 0
    assert "a long enough phrase" not in capsys.readouterr().out
    assert Account.objects.get(email="anna@example.org").check_password("a long enough phrase")
    desk = Desk.objects.get()
    assert (desk.name, desk.time_zone, desk.languages) == ("IT desk", "Europe/Berlin", ["uk", "en"])
    assert desk.teams.get().name == "Front"
    calendar = main_calendar(desk.pk)
    assert calendar is not None
    assert [len(day) for day in calendar.hours] == [2, 2, 2, 2, 1, 0, 0]
    assert len(calendar.holidays) >= 90


def test_a_second_desk_is_refused_and_the_first_stays(db: None, capsys: pytest.CaptureFixture[str]):
    _run("--empty")
    before = world.everything()

    assert _run("--empty", "--desk", "Other") == 1
    assert "There is a desk already" in capsys.readouterr().err
    assert world.everything() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--mail", "nobody"], "not a mail address"), (["--time-zone", "Europe/Kiyv"], "did you mean Europe/Kyiv?"),
     (["--languages", "en,de"], "en, ru, uk"), (["--hours", "always"], "mon-fri 09:00-18:00"),
     (["--holidays", "Atlantis"], "No holidays are known for Atlantis"), (["--holidays", "DE-XX"], "DE-XX"),
     (["--password-file", "/nowhere/at/all"], "cannot be read")],
)  # fmt: skip
def test_a_wrong_answer_is_said_in_one_sentence_and_founds_nothing(
    db: None, capsys: pytest.CaptureFixture[str], words: list[str], said: str
):
    assert _run("--empty", *words) == 2

    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not Desk.objects.exists()


def test_a_weak_password_from_standard_input_is_refused(
    db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("sys.stdin", io.StringIO("short"))

    assert _run("--empty", "--password-file", "-") == 2
    assert "at least 10 characters" in capsys.readouterr().err


def _at_a_terminal(answers: list[str], folder: Path) -> str:
    """Answer the questions of `firstline setup` at a terminal of its own, and return all that was shown."""
    mine, its = pty.openpty()
    environment = {**os.environ, "FIRSTLINE_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "firstline.config.settings"}
    environment.pop("DATABASE_URL", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "firstline", "setup"], stdin=its, stdout=its, stderr=its, env=environment,
        start_new_session=True, preexec_fn=_own_terminal,
    )  # fmt: skip
    os.close(its)
    shown, left = b"", list(answers)
    with contextlib.suppress(OSError):  # the terminal is gone when the process is
        while select.select([mine], [], [], 30)[0] and (piece := os.read(mine, 4096)):
            shown += piece
            # One at a time: what is typed before a password is asked for is thrown away.
            if shown.endswith(b": ") and left:
                os.write(mine, left.pop(0).encode())
    process.kill()
    process.wait(timeout=10)
    os.close(mine)
    return shown.decode()


def _own_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_at_a_terminal_everything_is_asked_and_an_empty_line_takes_the_default(tmp_path: Path):
    shown = _at_a_terminal(
        ["Anna\n", "anna@example.org\n", "\n", "Europe/Kyiv\n", "\n", "\n", "\n", "a long enough phrase\n"], tmp_path
    )

    assert "Your name [Administrator]: " in shown
    assert "Time zone (IANA name, such as Europe/Berlin) [UTC]: " in shown
    assert "The desk 'Service desk' stands. Sign in as anna@example.org" in shown
    assert "password" not in shown.rpartition("stands.")[2]


def test_breaking_off_makes_nothing(tmp_path: Path):
    assert "Set-up was broken off; nothing has been made." in _at_a_terminal(["Anna\n", "\x04"], tmp_path)


def test_hours_are_read_as_people_write_them():
    assert setup.hours("Mon-Tue 09:00-18:00, sat 22:00-06:00") == {
        "mon": [["09:00", "18:00"]], "tue": [["09:00", "18:00"]], "sat": [["22:00", "06:00"]],
    }  # fmt: skip


def test_holidays_of_a_country_and_of_a_part_of_it_are_known_for_ten_years():
    country, part = set(setup.free_days("de", 2026)), set(setup.free_days("DE-BY", 2026))

    assert {"2026-10-03", "2035-12-25"} <= country < part
    assert "2026-01-06" in part - country
    assert setup.free_days(" ", 2026) == []


@pytest.mark.parametrize("written", ["", "mon", "mon 9-18", "xyz 09:00-18:00", "fri-mon 09:00-18:00", "mon 09:00"])
def test_hours_that_say_nothing_are_refused(written: str):
    with pytest.raises(BadInput):
        setup.hours(written)
