"""Give a program a key to the API, or end one."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta

from django.utils import timezone

from firstline.commands.setup import tokens
from firstline.core.kernel.refusals import BadInput, NotThere, _
from firstline.core.people.contacts import mail_key
from firstline.core.people.models import ContactPoint
from firstline.core.people.tokens import SCOPES

LONGEST = 3653
EXAMPLE = """example:
  firstline token give olga@example.org --name "Monitoring" --scope tickets:read --scope tickets:register
  firstline token end 7"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.epilog = EXAMPLE
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="give|end")
    give = verbs.add_parser("give", help="make a token; it is shown once")
    give.add_argument("mail", help="mail address of the person it speaks for")
    give.add_argument("--name", required=True, help="what it is for")
    give.add_argument("--scope", action="append", choices=SCOPES, required=True, help="may be given several times")
    give.add_argument("--days", type=int, help="how long it lives, at most ten years; for ever if left out")
    end = verbs.add_parser("end", help="end a token")
    end.add_argument("id", type=int, help="its number, shown when it was given")


def run(options: argparse.Namespace) -> int:
    """Give or end a token; returns the exit status."""
    now = timezone.now()
    if options.verb == "end":
        tokens.end_token(token_id=options.id, by_id=None, now=now)
        print(f"Token {options.id} has ended.")
        return 0
    token, secret = tokens.give_token(
        person_id=_person(options.mail), by_id=None, name=options.name, scopes=options.scope, now=now,
        expires_at=_expiry(options.days, now),
    )  # fmt: skip
    print(f"Token {token.pk} (kept nowhere, so copy it now): {secret}")
    return 0


def _person(mail: str) -> int:
    points = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, key=mail_key(mail), ended_at=None)
    person_id = points.values_list("person_id", flat=True).first()
    if person_id is None:
        raise NotThere(_("Nobody has the address %(mail)s."), mail=mail)
    return person_id


def _expiry(days: int | None, now: datetime) -> datetime | None:
    if days is None:
        return None
    if not 1 <= days <= LONGEST:
        raise BadInput(_("A token lives from 1 to %(most)d days."), most=LONGEST)
    return now + timedelta(days=days)
