"""Bringing somebody onto a desk: all of it or nothing."""

from __future__ import annotations

import pytest

from firstline.commands.setup import staffing
from firstline.core.kernel.refusals import NotAllowed, Refused
from firstline.core.people.models import Invitation
from tests import world

pytestmark = pytest.mark.django_db


def bring_in(by: int | None, **given: object) -> object:
    asked = {"name": "Nina", "email": "nina@example.org", "role": "operator", "team_id": world.front().pk, **given}
    return staffing.bring_in(by_id=by, now=world.NINE, **asked)  # type: ignore[arg-type]


def test_somebody_new_gets_a_role_and_an_invitation():
    manager = world.person("Maria", role=world.Role.DESK_MANAGER, over=world.front().desk)

    bring_in(manager.pk)

    invitation = Invitation.objects.get()
    assert (invitation.person.name, invitation.email) == ("Nina", "nina@example.org")
    assert [grant.role for grant in invitation.person.grants.all()] == ["operator"]


def test_who_signs_in_already_is_not_invited():
    nina = world.person("Nina")
    world.account(nina)
    manager = world.person("Maria", role=world.Role.DESK_MANAGER, over=world.front().desk)

    bring_in(manager.pk)

    assert not Invitation.objects.exists()
    assert nina.grants.get().role == "operator"


@pytest.mark.parametrize("given", [{"role": "administrator", "team_id": None}, {"team_id": None}, {"email": "x"}])
def test_what_cannot_be_is_refused_and_writes_nothing(given: dict[str, object]):
    manager = world.person("Maria", role=world.Role.DESK_MANAGER, over=world.front().desk)

    with world.refused(Refused):
        bring_in(manager.pk, **given)


def test_another_desks_manager_may_not():
    world.front()
    stranger = world.person("Hanna", role=world.Role.DESK_MANAGER, over=world.desk("hr"))

    with world.refused(NotAllowed):
        bring_in(stranger.pk)
