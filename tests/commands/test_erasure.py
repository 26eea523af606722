"""A person is forgotten, and the chains still hold."""

from __future__ import annotations

from firstline.commands import erasure, people
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import NotAllowed, NotThere
from firstline.core.people import queries
from firstline.core.people.models import Account, Person
from tests import world
from tests.commands.conftest import Stage


def _known(stage: Stage) -> Person:
    return people.make_person(
        name="Nina Known", email="nina@example.com", phone="+49 30 1234", by_id=stage.olga.pk, now=world.NINE
    )


def _erase(person: Person, **given: int | None) -> None:
    erasure.erase_person(person_id=person.pk, by_id=given.get("by_id"), now=world.now(hours=1))


def test_name_addresses_and_sign_in_are_gone_and_the_chain_holds(stage: Stage):
    nina = _known(stage)
    world.account(nina)

    _erase(nina)

    nina.refresh_from_db()
    assert (nina.name, nina.erased_at) == (f"[{nina.pk}]", world.now(hours=1))
    assert queries.by_contact("email", "nina@example.com") is None
    assert not Account.objects.get(person=nina).is_active
    assert "nina" not in str(world.everything()).lower()
    assert "1234" not in str(list(nina.contact_points.values()))
    told = journal.told(f"person:{nina.pk}")
    assert [entry.kind for entry in told] == ["person made", "erased"]
    assert set(journal.texts({told[0].facts["name"], told[0].facts["email"]}).values()) == {None}


def test_somebody_who_waits_for_an_answer_is_not_forgotten(stage: Stage):
    with world.refused(erasure.StillNeeded, "waits for an answer"):
        _erase(stage.rita)


def test_somebody_with_a_role_is_not_forgotten(stage: Stage):
    with world.refused(erasure.StillNeeded, "has a role"):
        _erase(stage.bella)


def test_only_administrators_erase(stage: Stage):
    nina = _known(stage)

    with world.refused(NotAllowed):
        _erase(nina, by_id=stage.lead.pk)


def test_a_person_erased_already_is_not_there(stage: Stage):
    nina = _known(stage)
    _erase(nina)

    with world.refused(NotThere):
        _erase(nina)
