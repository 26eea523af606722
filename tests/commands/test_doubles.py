"""One person entered twice is made one again."""

from __future__ import annotations

from firstline.commands import doubles, people
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import BadInput, NotThere
from firstline.core.people import queries
from firstline.core.people.models import Account, Person
from firstline.core.tickets.queries import asked_by
from tests import world
from tests.commands.conftest import Stage


def _merge(stage: Stage, double: Person, into: Person, **given: int) -> Person:
    by = given.get("by_id", stage.olga.pk)
    return doubles.merge_people(double_id=double.pk, into_id=into.pk, by_id=by, now=world.now(hours=1))


def test_addresses_and_requests_of_the_double_become_the_kept_ones(stage: Stage):
    double = world.person("Rita again", mail="rita2@example.net")
    ticket = world.ticket(requester=double)

    _merge(stage, double, stage.rita)

    assert queries.by_contact("email", "rita2@example.net") == stage.rita
    assert ticket in asked_by(stage.rita.pk)
    assert world.newest(ticket).facts == {"requester_id": stage.rita.pk, "double": double.pk}
    double.refresh_from_db()
    assert (double.merged_into, double.ended_at) == (stage.rita, world.now(hours=1))


def test_both_chains_tell_of_it(stage: Stage):
    double = world.person("Rita again", mail=None)

    _merge(stage, double, stage.rita)

    facts: dict[str, list[int]] = {"contacts": [], "tickets": []}
    assert journal.told(f"person:{double.pk}")[-1].facts == {"into": stage.rita.pk, **facts}
    assert journal.told(f"person:{stage.rita.pk}")[-1].facts == {"double": double.pk, **facts}


def test_the_doubles_sign_in_is_taken_over_unless_the_kept_has_one(stage: Stage):
    double, other = world.person("Rita again"), world.person("Rita once more")
    first, second = world.account(double), world.account(other)

    _merge(stage, double, stage.rita)
    _merge(stage, other, stage.rita)

    assert Account.objects.get(person=stage.rita) == first
    assert not Account.objects.get(pk=second.pk).is_active


def test_somebody_with_a_role_is_not_merged_away(stage: Stage):
    with world.refused(doubles.StaffStays):
        _merge(stage, stage.oleg, stage.rita)


def test_people_of_two_organisations_are_not_made_one(stage: Stage):
    other = world.person("Rita elsewhere", organisation=world.organisation("Elsewhere"))

    with world.refused(doubles.OtherOrganisation):
        _merge(stage, other, stage.rita)


def test_a_person_is_not_merged_into_themselves(stage: Stage):
    with world.refused(BadInput):
        _merge(stage, stage.rita, stage.rita)


def test_a_requester_merges_nobody(stage: Stage):
    double = world.person("Rita again")

    with world.refused(NotThere):
        _merge(stage, double, stage.rita, by_id=stage.rita.pk)


def test_a_person_merged_already_is_not_there_any_more(stage: Stage):
    double = world.person("Rita again")
    _merge(stage, double, stage.rita)

    with world.refused(NotThere):
        _merge(stage, double, stage.rita)
    with world.refused(NotThere):
        people.change_person(person_id=double.pk, by_id=stage.olga.pk, now=world.NINE, name="Back")
