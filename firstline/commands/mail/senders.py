"""Who wrote: a person by their address; a new one belongs to whoever owns the domain, or is a guest."""

from __future__ import annotations

from firstline.commands import people
from firstline.commands.mail.arrival import Arrival, sound
from firstline.core.intake.inbound import Address
from firstline.core.intake.models import Origin
from firstline.core.kernel import tongues
from firstline.core.people import contacts, queries
from firstline.core.people.models import ContactPoint, Person

# What stands for whoever sends mail without an address that could be answered: one person of the whole installation.
NOBODY = "Unknown sender"
_SOURCE, _NO_ADDRESS = "mail", "no address"
_NAME_LIMIT = 200


def address_of(arrival: Arrival) -> str:
    """Return the address the mail says it comes from, as addresses are compared; "" where it names none."""
    return key_of(arrival.mail.from_[0].address) if arrival.mail.from_ else ""


def key_of(address: str) -> str:
    """Return an address as it is compared, or "" where it is none."""
    try:
        return contacts.mail_key(sound(address))
    except contacts.BadContact:
        return ""


def known(arrival: Arrival) -> Person | None:
    """Return the person the mail says it comes from, if the desk knows them and they are still here."""
    key = address_of(arrival)
    person = queries.by_contact(ContactPoint.Kind.EMAIL, key) if key else None
    return person if person is not None and person.ended_at is None else None


def met(arrival: Arrival) -> Person:
    """Return the person who wrote, made if they are new."""
    key = address_of(arrival)
    if not key:
        return _nobody(arrival)
    language = tongues.guessed(f"{arrival.subject}\n{arrival.new_text}", arrival.desk.languages)
    return find(arrival.mail.from_[0], arrival, language)


def find(address: Address, arrival: Arrival, language: str) -> Person:
    """Return the person of an address, made if they are new; raises BadContact where it is none."""
    name = " ".join(sound(address.name).split())[:_NAME_LIMIT]
    found = people.find_or_make_person(
        name=name, email=sound(address.address), language=language, by_id=None, now=arrival.now
    )
    return found.person


def _nobody(arrival: Arrival) -> Person:
    named = {"source": _SOURCE, "kind": Origin.Kind.PERSON, "external_id": _NO_ADDRESS}
    origin = Origin.objects.filter(**named).first()
    if origin:
        return Person.objects.get(pk=origin.row_id)
    person = people.make_person(name=NOBODY, by_id=None, now=arrival.now)
    Origin.objects.create(**named, row_id=person.pk)
    return person
