"""People: made, found again by address, number or name, changed, reached."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from firstline.commands import people
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.people import queries
from firstline.core.people.contacts import BadContact
from firstline.core.people.models import ContactPoint, OrganisationDomain, Person
from firstline.core.people.rights import scope_of
from tests import world
from tests.commands.conftest import Stage


def _make(stage: Stage, **given: object) -> Person:
    given = {"name": "Nina", "by_id": stage.olga.pk, "now": world.NINE, **given}
    return people.make_person(**given)  # type: ignore[arg-type]


def test_an_operator_enters_a_person_with_an_address_and_a_number(stage: Stage):
    person = _make(stage, email="Nina@Example.com", phone="8 (912) 345-67-89", language="ru")

    points = set(person.contact_points.values_list("kind", "value", "key"))
    assert points == {
        ("email", "Nina@Example.com", "nina@example.com"), ("phone", "8 (912) 345-67-89", "+79123456789"),
    }  # fmt: skip
    told = journal.told(f"person:{person.pk}")
    assert [(entry.kind, entry.by_id) for entry in told] == [("person made", stage.olga.pk)]


def test_the_journal_holds_digests_of_what_a_person_is_called_and_never_the_words(stage: Stage):
    person = _make(stage, email="nina@example.com")

    facts = journal.told(f"person:{person.pk}")[0].facts
    assert "nina" not in str(facts).lower()
    assert journal.texts({facts["name"]}) == {facts["name"]: "Nina"}


@pytest.mark.parametrize("mail", ["x@northwind.example", "x@shop.northwind.example"])
def test_an_unknown_address_joins_the_organisation_that_owns_its_domain(stage: Stage, mail: str):
    owner = world.organisation()
    OrganisationDomain.objects.create(organisation=owner, domain="northwind.example")

    assert _make(stage, email=mail).organisation == owner


def test_an_address_of_somebody_else_is_refused(stage: Stage):
    _make(stage, email="nina@example.com")

    with world.refused(people.ContactTaken, "belongs to somebody else"):
        _make(stage, name="Nora", email="NINA@example.com")


@pytest.mark.parametrize(
    ("given", "field"),
    [({"name": " "}, "name"), ({"name": "x" * 201}, "name"), ({"language": "de"}, "language"),
     ({"name": "a\x00b"}, "name")],
)  # fmt: skip
def test_what_cannot_be_stored_is_refused_with_its_field(stage: Stage, given: dict[str, str], field: str):
    with world.refused(BadInput):
        _make(stage, **given)

    with pytest.raises(BadInput) as refusal:
        _make(stage, **given)
    assert refusal.value.field == field


@pytest.mark.parametrize("given", [{"email": "no address"}, {"phone": "12"}])
def test_what_is_no_address_and_no_number_is_refused(stage: Stage, given: dict[str, str]):
    with world.refused(BadContact):
        _make(stage, **given)


def test_a_requester_enters_nobody(stage: Stage):
    with world.refused(NotAllowed):
        _make(stage, by_id=stage.rita.pk)


def test_a_manager_of_an_organisation_enters_its_people_and_no_others(stage: Stage):
    own, other = world.organisation(), world.organisation("Other")
    chief = world.person("Mira", role=world.Role.ORGANISATION_MANAGER, over=own)

    assert _make(stage, by_id=chief.pk, organisation_id=own.pk).organisation == own
    with world.refused(NotAllowed):
        _make(stage, by_id=chief.pk, organisation_id=other.pk)


@pytest.mark.parametrize(
    "asked", [{"email": "NINA@example.com"}, {"phone": "0079123456789"}, {"name": "Nina"}],
)  # fmt: skip
def test_a_person_is_found_again_by_address_number_or_name(stage: Stage, asked: dict[str, str]):
    person = _make(stage, email="nina@example.com", phone="+7 912 345-67-89")

    found = people.find_or_make_person(by_id=stage.olga.pk, now=world.NINE, **asked)  # type: ignore[arg-type]

    assert found == people.Found(person, made=False)


def test_a_name_that_two_people_have_finds_neither(stage: Stage):
    _make(stage)
    _make(stage)

    assert people.find_or_make_person(by_id=stage.olga.pk, now=world.NINE, name="Nina").made


def test_staff_finding_somebody_adds_what_was_not_known(stage: Stage):
    person = _make(stage, email="nina@example.com")

    people.find_or_make_person(by_id=stage.olga.pk, now=world.NINE, email="nina@example.com", phone="+49 30 1234")

    assert queries.by_contact("phone", "+49301234") == person
    assert journal.told(f"person:{person.pk}")[-1].kind == "contact added"


def test_a_guest_who_types_anothers_address_adds_nothing_to_them(stage: Stage):
    person = _make(stage, email="nina@example.com")
    before = world.everything()

    found = people.find_or_make_person(
        by_id=None, now=world.NINE, name="Mallory", email="nina@example.com", phone="+49 30 666"
    )

    assert found == people.Found(person, made=False)
    assert world.everything() == before


def test_a_guest_without_a_name_is_called_by_their_address(stage: Stage):
    found = people.find_or_make_person(by_id=None, now=world.NINE, email="guest@example.net")

    assert (found.made, found.person.name) == (True, "guest@example.net")


def test_people_change_their_own_name_language_and_wishes(stage: Stage):
    rita = stage.rita

    people.change_person(
        person_id=rita.pk, by_id=rita.pk, now=world.NINE, language="uk", notices={"mail": {"replied": False}}
    )

    rita.refresh_from_db()
    assert (rita.language, rita.notices) == ("uk", {"mail": {"replied": False}})
    assert journal.told(f"person:{rita.pk}")[-1].facts == {"language": "uk", "notices": {"mail": {"replied": False}}}


def test_people_do_not_make_themselves_important(stage: Stage):
    with world.refused(NotThere):
        people.change_person(person_id=stage.rita.pk, by_id=stage.rita.pk, now=world.NINE, vip=True)


def test_a_change_to_what_is_so_already_tells_nothing(stage: Stage):
    before = world.everything()

    people.change_person(person_id=stage.rita.pk, by_id=stage.olga.pk, now=world.NINE, name="Rita")

    assert world.everything() == before


def test_people_of_another_desks_customer_are_not_there(stage: Stage):
    other = world.organisation("Tailwind (demo)")
    world.contract(other, with_desk=world.desk("other"))
    stranger = world.person("Stranger", organisation=other)

    with world.refused(NotThere):
        people.change_person(person_id=stranger.pk, by_id=stage.olga.pk, now=world.NINE, name="Known")
    assert queries.search_people(scope_of(stage.olga.pk), "Stranger") == []
    assert queries.person_card(scope_of(stage.olga.pk), stranger.pk) is None


def test_an_ended_contact_is_free_for_somebody_else(stage: Stage):
    person = _make(stage, phone="+49 30 1234")
    point = person.contact_points.get()

    people.end_contact(contact_id=point.pk, by_id=stage.olga.pk, now=world.now(minutes=1))
    other = _make(stage, name="Nora", phone="+49 30 1234")

    assert queries.by_contact("phone", "+49301234") == other
    assert ContactPoint.objects.get(pk=point.pk).ended_at == world.now(minutes=1)


def test_nobody_adds_an_address_to_a_colleague_as_a_requester(stage: Stage):
    nina = _make(stage)

    with world.refused(NotThere):
        people.add_contact(
            person_id=nina.pk, kind="email", value="evil@example.com", by_id=stage.rita.pk, now=world.NINE
        )


@pytest.mark.parametrize(
    "words", ["Іван", "іван", "ІВАН", "петр іва", "ivan@exam", "IVAN@", "45-67-89", "+38 (044) 345 67 89", "6789"],
)  # fmt: skip
def test_the_picker_finds_by_words_of_a_name_beginnings_of_an_address_and_ends_of_a_number(stage: Stage, words: str):
    ivan = _make(stage, name="Іван Петренко", email="ivan@example.com", phone="+38 044 345-67-89")
    _make(stage, name="Nina", email="nina.ivan@example.com", phone="+38 044 345-67-80")

    assert queries.search_people(scope_of(stage.olga.pk), words) == [ivan]


@pytest.mark.parametrize("words", ["", " ", "I", "%", "__", "zz", "' OR 1=1 --"])
def test_the_picker_finds_nobody_by_too_little_or_by_wildcards(stage: Stage, words: str):
    _make(stage, name="Ivan", email="ivan@example.com")

    assert queries.search_people(scope_of(stage.olga.pk), words) == []


@pytest.mark.django_db(transaction=True)
def test_two_guests_with_one_address_at_once_are_one_person():
    found: list[people.Found] = []

    def ask() -> None:
        found.append(people.find_or_make_person(by_id=None, now=world.NINE, name="Nina", email="nina@example.com"))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(each.made for each in found) == [False, False, False, True]
    assert {each.person for each in found} == set(Person.objects.filter(name="Nina"))
