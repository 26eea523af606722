"""Invitations, passwords set and set anew."""

from __future__ import annotations

import pytest

from firstline.commands.setup import accounts
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.outbox.models import Letter
from firstline.core.people.models import Account, ContactPoint, Invitation
from tests import world
from tests.commands.conftest import Stage

GOOD = "a long enough phrase"


def _invited(stage: Stage) -> Invitation:
    return accounts.invite(person_id=stage.rita.pk, by_id=stage.olga.pk, now=world.NINE)


def test_an_invitation_keeps_only_the_digest_of_its_token(stage: Stage):
    invitation = _invited(stage)
    token = accounts.invitation_token(invitation)

    assert len(token) >= 43
    assert token not in str(world.everything())
    assert invitation.digest == accounts.digest_of(token)
    assert journal.told(f"person:{stage.rita.pk}")[-1].facts == {"invitation": invitation.pk}


def test_the_letter_of_an_invitation_is_owed_and_does_not_hold_its_link(stage: Stage):
    invitation = _invited(stage)

    letter = Letter.objects.get()
    assert (letter.kind, letter.address, letter.facts) == (
        "invitation",
        invitation.email,
        {"invitation": invitation.pk, "days": 7},
    )


def test_the_invited_choose_a_password_and_own_their_address(stage: Stage):
    invitation = _invited(stage)

    account = accounts.accept_invitation(
        token=accounts.invitation_token(invitation), password=GOOD, now=world.now(days=1)
    )

    assert (account.email, account.check_password(GOOD)) == (invitation.email, True)
    assert ContactPoint.objects.get(person=stage.rita).verified_at == world.now(days=1)


def test_a_link_works_once_and_for_a_week(stage: Stage):
    token = accounts.invitation_token(_invited(stage))

    with world.refused(accounts.NoLongerValid):
        accounts.accept_invitation(token=token, password=GOOD, now=world.now(days=8))
    accounts.accept_invitation(token=token, password=GOOD, now=world.now(days=1))
    with world.refused(accounts.NoLongerValid):
        accounts.accept_invitation(token=token, password="another long phrase", now=world.now(days=1))
    with world.refused(accounts.NoLongerValid):
        accounts.accept_invitation(token="x" * 43, password=GOOD, now=world.now(days=1))


@pytest.mark.parametrize("password", ["", "short", "password123"])
def test_a_weak_password_is_refused_and_the_link_stays_good(stage: Stage, password: str):
    token = accounts.invitation_token(_invited(stage))

    with world.refused(accounts.WeakPassword):
        accounts.accept_invitation(token=token, password=password, now=world.now(days=1))
    assert accounts.accept_invitation(token=token, password=GOOD, now=world.now(days=1)).pk


def test_nobody_is_invited_at_somebody_elses_address(stage: Stage):
    other = world.person("Otto")

    with world.refused(NotAllowed):
        accounts.invite(person_id=stage.rita.pk, email="otto@example.org", by_id=stage.olga.pk, now=world.NINE)
    assert other.contact_points.get().value == "otto@example.org"


def test_somebody_without_an_address_is_not_invited(stage: Stage):
    silent = world.person("Sam", mail=None)

    with world.refused(BadInput):
        accounts.invite(person_id=silent.pk, by_id=stage.olga.pk, now=world.NINE)


def test_a_requester_invites_nobody(stage: Stage):
    with world.refused(NotThere):
        accounts.invite(person_id=stage.olga.pk, by_id=stage.rita.pk, now=world.NINE)


def test_a_forgotten_password_is_set_anew_for_two_hours(stage: Stage):
    world.account(stage.rita)

    first = accounts.request_password_reset(email=" RITA@example.org", now=world.NINE)
    again = accounts.request_password_reset(email="rita@example.org", now=world.now(minutes=1))

    assert first is not None
    assert again is not None
    with world.refused(accounts.NoLongerValid):
        accounts.accept_invitation(token=accounts.invitation_token(first), password=GOOD, now=world.now(hours=3))
    accounts.accept_invitation(token=accounts.invitation_token(again), password=GOOD, now=world.now(hours=1))
    assert Account.objects.get(person=stage.rita).check_password(GOOD)
    with world.refused(accounts.NoLongerValid):
        accounts.accept_invitation(token=accounts.invitation_token(first), password=GOOD, now=world.now(hours=1))


def test_whoever_does_not_sign_in_gets_no_letter_and_no_word(stage: Stage):
    before = world.everything()

    assert accounts.request_password_reset(email="rita@example.org", now=world.NINE) is None
    assert world.everything() == before


def test_only_administrators_set_accounts_at_once(stage: Stage):
    with world.refused(NotAllowed):
        accounts.set_account(
            person_id=stage.rita.pk, email="rita@example.org", password=GOOD, by_id=stage.lead.pk, now=world.NINE
        )


def test_two_people_do_not_sign_in_with_one_address(stage: Stage):
    world.account(stage.rita)

    with world.refused(accounts.AccountTaken):
        accounts.set_account(
            person_id=stage.oleg.pk, email="Rita@example.org", password=GOOD, by_id=None, now=world.NINE
        )
