"""A small desk at work, and its people signed in."""

from __future__ import annotations

from django.test import Client

from firstline.core.people.models import Person, Team
from tests import world

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(person: Person) -> Client:
    """Return a browser in which the person has signed in."""
    client = Client()
    client.force_login(world.account(person), backend=BACKEND)
    return client


def operator(name: str = "Olga", team: Team | None = None) -> tuple[Person, Client]:
    """Return somebody on the first line, and their browser."""
    person = world.person(name, team=team or world.front())
    return person, signed_in(person)
