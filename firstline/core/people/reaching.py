"""By which mail address a person is told of something, if they want to be told."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F

from firstline.core.people.models import ContactPoint, Grant, Person

_WORKING = (Grant.Role.OPERATOR, Grant.Role.SPECIALIST, Grant.Role.TEAM_LEAD)


def mail_addresses(person_ids: Iterable[int], kind: str) -> dict[int, str]:
    """Return the live mail address of each person who may be told of `kind`, by person id.

    Left out: those who ended, were erased or merged, who want no such mail, and whose every address bounced.
    """
    points = ContactPoint.objects.filter(
        person_id__in=set(person_ids), kind=ContactPoint.Kind.EMAIL, ended_at=None, bounced_at=None,
        person__ended_at=None, person__erased_at=None, person__merged_into=None,
    ).select_related("person")  # fmt: skip
    best: dict[int, str] = {}
    for point in points.order_by(F("verified_at").asc(nulls_last=True), "id"):
        if wants(point.person, kind):
            best.setdefault(point.person_id, point.value)
    return best


def wants(person: Person, kind: str) -> bool:
    """Whether the person wants mail of this kind; what they did not say no to is wanted."""
    chosen = person.notices.get("mail", {}) if isinstance(person.notices, dict) else {}
    if isinstance(chosen, bool):
        return chosen
    return chosen.get(kind) is not False


def members(team_id: int) -> list[int]:
    """Return the persons who work in a team."""
    grants = Grant.objects.filter(team_id=team_id, ended_at=None, role__in=_WORKING)
    return sorted(set(grants.values_list("person_id", flat=True)))
