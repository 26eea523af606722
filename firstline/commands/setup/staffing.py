"""Bringing somebody onto a desk in one go: known or made, given a role, and invited to sign in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from firstline.commands import people
from firstline.commands.setup import accounts, grants
from firstline.core.people.models import Account, Person


@transaction.atomic
def bring_in(
    *, name: str, email: str, role: str, by_id: int | None, now: datetime, team_id: int | None = None,
    desk_id: int | None = None, language: str = "en", invited: bool = True,
) -> Person:  # fmt: skip
    """Let somebody work on a desk: whoever has the address, or somebody new of that name.

    invited  they get a letter that lets them choose a password, unless they sign in already
    raises   what finding or making people, giving roles and inviting refuse; then nothing is written
    """
    found = people.find_or_make_person(name=name, email=email, language=language, by_id=by_id, now=now)
    person = found.person
    grants.grant_role(person_id=person.pk, role=role, team_id=team_id, desk_id=desk_id, by_id=by_id, now=now)
    if invited and not Account.objects.filter(person=person).exists():
        accounts.invite(person_id=person.pk, by_id=by_id, now=now, email=email)
    return person
