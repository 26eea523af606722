"""Make the first desk: its administrator, hours, languages, first line, promise and general service."""

from __future__ import annotations

import argparse
import getpass
import re
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from firstline.cli.prepare import prepare
from firstline.commands.setup import foundation
from firstline.core.kernel.refusals import BadInput, _

_EXAMPLE = """examples:
  firstline setup                                   asks for everything
  firstline setup --empty                           a desk with sensible defaults, nothing asked
  firstline setup --empty --name "Anna Berg" --mail anna@example.org --desk "IT desk" \\
      --time-zone Europe/Berlin --languages en,uk --hours "mon-thu 08:00-17:00, fri 08:00-14:00"

The password comes from the prompt or from --password-file (- is standard input), else one is made and shown once.
"""
YEARS = 10
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_STRETCH = re.compile(r"(\w{3})(?:-(\w{3}))?((?:\s+\d\d:\d\d-\d\d:\d\d)+)")
_DEFAULTS = {
    "name": "Administrator",
    "mail": "admin@desk.example",
    "desk": "Service desk",
    "time_zone": "UTC",
    "languages": "en,ru,uk",
    "hours": "mon-fri 09:00-18:00",
    "holidays": "",
}
_QUESTIONS = {
    "name": "Your name",
    "mail": "Your mail address, with which you sign in",
    "desk": "Name of the desk",
    "time_zone": "Time zone (IANA name, such as Europe/Berlin)",
    "languages": "Languages of the desk, its own first",
    "hours": "Working hours",
    "holidays": "Country whose public holidays are free, such as DE or US (empty for none)",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of `firstline setup`."""
    parser.epilog = _EXAMPLE
    parser.add_argument("--empty", action="store_true", help="ask nothing: defaults where no option says otherwise")
    parser.add_argument("--name", help="the first administrator's name")
    parser.add_argument("--mail", help="the address the administrator signs in with")
    parser.add_argument("--desk", help="the desk's name")
    parser.add_argument("--time-zone", help="IANA time zone of the desk and its hours")
    parser.add_argument("--languages", help="en, ru and uk in the desk's order, separated by commas")
    parser.add_argument("--hours", help='when it is open, as in "mon-fri 09:00-13:00 14:00-18:00, sat 10:00-14:00"')
    parser.add_argument("--holidays", help="country, or part of one, whose holidays are free: US, DE, DE-BY")
    parser.add_argument("--password-file", metavar="FILE", help="file that holds the password; - is standard input")
    parser.add_argument("--team", help="name of the first-line team")


def run(options: argparse.Namespace) -> int:
    """Found the desk and say how to sign in; return the exit status."""
    asks = not options.empty and sys.stdin.isatty()
    prepare()
    answers = {name: _answer(name, getattr(options, name), asks) for name in _DEFAULTS}
    password, made = _password(options.password_file, asks)
    now = datetime.now(UTC)
    plan = foundation.Plan(
        administrator=answers["name"], email=answers["mail"], password=password, desk=answers["desk"],
        time_zone=answers["time_zone"], languages=[part.strip() for part in answers["languages"].split(",")],
        rules={"hours": hours(answers["hours"]), "holidays": free_days(answers["holidays"], now.year)},
        team=options.team or "",
    )  # fmt: skip
    founded = foundation.found_desk(plan=plan, now=now)
    shown = f", password {password}" if made else ""
    print(f"The desk '{founded.desk}' stands. Sign in as {plan.email}{shown}")
    if answers["holidays"]:
        free = len(plan.rules["holidays"])
        print(f"Its calendar is free on {free} public holidays until the end of {now.year + YEARS - 1}.")
    print("Now: firstline serve")
    return 0


def hours(written: str) -> dict[str, Any]:
    """Return weekly hours from words such as "mon-fri 09:00-18:00, sat 10:00-14:00"; raises BadInput."""
    week: dict[str, Any] = {}
    for part in written.split(","):
        match = _STRETCH.fullmatch(part.strip().lower())
        days = _days(match[1], match[2] or match[1]) if match else []
        if not match or not days:
            raise BadInput(_("Write the hours as in: mon-fri 09:00-18:00, sat 10:00-14:00."), field="hours")
        for day in days:
            week[day] = [list(stretch.split("-")) for stretch in match[3].split()]
    return week


def free_days(country: str, year: int) -> list[str]:
    """Return the public holidays of a country (DE) or a part of one (DE-BY) for ten years from `year`.

    None if no country is named; raises BadInput if nothing is known of it.
    """
    if not country.strip():
        return []
    # Takes a third of a second and much memory, so it is loaded only here.
    import holidays

    code, _between, part = country.strip().upper().partition("-")
    try:
        days = holidays.country_holidays(code, subdiv=part or None, years=range(year, year + YEARS))
    except (NotImplementedError, KeyError) as error:
        text = _("No holidays are known for %(country)s; write a country as US or DE, or a part of one as DE-BY.")
        raise BadInput(text, field="holidays", country=country[:20]) from error
    return sorted(day.isoformat() for day in days)


def _days(first: str, last: str) -> list[str]:
    if first not in _DAYS or last not in _DAYS:
        return []
    return list(_DAYS[_DAYS.index(first) : _DAYS.index(last) + 1])


def _answer(name: str, given: str | None, asks: bool) -> str:
    if given is not None:
        return given
    default = _DEFAULTS[name]
    return (_asked(f"{_QUESTIONS[name]} [{default}]: ", input).strip() or default) if asks else default


def _asked(question: str, ask: Callable[[str], str]) -> str:
    try:
        return ask(question)
    except EOFError as error:
        raise BadInput(_("Set-up was broken off; nothing has been made.")) from error


def _password(file: str | None, asks: bool) -> tuple[str, bool]:
    """Return the administrator's password, and whether it was made here and so must be shown."""
    if file is not None:
        return _read(file), False
    if asks:
        typed = _asked("Password (10 characters or more; empty makes one): ", getpass.getpass)
        if typed:
            return typed, False
    return secrets.token_urlsafe(12), True


def _read(file: str) -> str:
    try:
        return (sys.stdin.read() if file == "-" else Path(file).read_text()).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(_("The password file %(file)s cannot be read."), file=file) from error
