"""Who wrote: a person by their address; a new one belongs to whoever owns the domain, or is a guest."""

from __future__ import annotations

from firstline.commands import people
from firstline.commands.mail.arrival import Arrival, sound
from firstline.commands.people import Found
from firstline.core.intake.inbound import Address
from firstline.core.intake.models import Origin
from firstline.core.kernel import tongues
from firstline.core.people.models import Person

# What stands for whoever sends mail without an address that could be answered: one person of the whole installation.
NOBODY = "Unknown sender"
_SOURCE, _NO_ADDRESS = "mail", "no address"
_NAME_LIMIT = 200


def met(arrival: Arrival) -> Found:
    """Return the person who wrote, made if they are new."""
    if arrival.sender is not None:
        return Found(arrival.sender, made=False)
    if not arrival.sender_key:
        return _nobody(arrival)
    language = tongues.guessed(f"{arrival.subject}\n{arrival.new_text}", arrival.desk.languages)
    return find(arrival.mail.from_[0], arrival, language)


def find(address: Address, arrival: Arrival, language: str) -> Found:
    """Return the person of an address, made if they are new; raises BadContact where it is none."""
    name = " ".join(sound(address.name).split())[:_NAME_LIMIT]
    return people.find_or_make_person(
        name=name, email=sound(address.address), language=language, by_id=None, now=arrival.now
    )


def _nobody(arrival: Arrival) -> Found:
    named = {"source": _SOURCE, "kind": Origin.Kind.PERSON, "external_id": _NO_ADDRESS}
    origin = Origin.objects.filter(**named).first()
    if origin:
        return Found(Person.objects.get(pk=origin.row_id), made=False)
    person = people.make_person(name=NOBODY, by_id=None, now=arrival.now)
    Origin.objects.create(**named, row_id=person.pk)
    return Found(person, made=True)
