"""The manager of the desk "it", and what their pages are asked by."""

from __future__ import annotations

import pytest
from django.test import Client

from firstline.core.people.models import Person
from tests import world
from tests.web.console.staff import signed_in


@pytest.fixture
def maria(db: None) -> Person:
    return world.person("Maria", role=world.Role.DESK_MANAGER, over=world.front().desk)


@pytest.fixture
def client(maria: Person) -> Client:
    """Return the browser of the desk's manager, signed in."""
    return signed_in(maria)


@pytest.fixture
def stranger(db: None) -> Client:
    """Return the browser of another desk's manager."""
    return signed_in(world.person("Hanna", role=world.Role.DESK_MANAGER, over=world.desk("hr")))
