"""Finding people and desks."""

from __future__ import annotations

from firstline.core.people import contacts
from firstline.core.people.models import ContactPoint, Desk, Person


def home_desk() -> Desk | None:
    """Return the desk whose name the pages carry: the first that was made and has not ended."""
    return Desk.objects.filter(ended_at=None).order_by("pk").first()


def by_contact(kind: str, value: str) -> Person | None:
    """Return the person whom a mail address, phone number or messenger id reaches; raises BadContact."""
    points = ContactPoint.objects.filter(kind=kind, key=contacts.key_of(kind, value), ended_at=None)
    point = points.select_related("person__merged_into").first()
    if point is None:
        return None
    return point.person.merged_into or point.person
