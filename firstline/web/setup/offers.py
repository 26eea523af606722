"""Choices among what a desk has: its tiers, services, teams, customers and people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import get_language

from firstline.core.kernel.texts import pick
from firstline.core.people.models import Organisation, Person
from firstline.core.people.queries import organisations_known_to, sites_known_to
from firstline.core.people.rosters import teams_at
from firstline.core.services.models import Service, Tier
from firstline.web.setup.access import Manager


class OfDesk(forms.TypedChoiceField):
    """One of the desk's things by its id, or none; its name says of which kind."""

    def __init__(self, *, empty: Any = "–", required: bool = False, **more: Any) -> None:
        super().__init__(coerce=int, empty_value=None, required=required, **more)
        self.empty = empty


def fill(form: forms.Form, http: Manager) -> None:
    """Offer what the desk has now in every such field of a form."""
    for name, field in form.fields.items():
        if isinstance(field, OfDesk):
            rows = _ROWS[name](http)
            field.choices = [("", field.empty), *((row.pk, _called(row)) for row in rows)]


def organisations(http: Manager) -> QuerySet[Organisation]:
    """Return the customers that whoever asks knows of, by name; another desk's are not there."""
    return organisations_known_to(http.scope).order_by("name", "pk")


def _tiers(http: Manager) -> Iterable[Model]:
    return Tier.objects.filter(desk=http.desk, ended_at=None).order_by("position", "pk")


def _services(http: Manager) -> Iterable[Model]:
    return Service.objects.filter(desk=http.desk, ended_at=None).order_by("position", "pk")


def _staff(http: Manager) -> Iterable[Model]:
    working = Person.objects.filter(grants__team__desk=http.desk, grants__ended_at=None, ended_at=None)
    return working.distinct().order_by("name", "pk")


def _called(row: Model) -> str:
    return pick(row.name, get_language() or "en") if isinstance(row, Service) else str(row)


_ROWS: dict[str, Callable[[Manager], Iterable[Model]]] = {
    "tier": _tiers,
    "service": _services,
    "team": lambda http: teams_at(http.desk.pk),
    "organisation": organisations,
    "site": lambda http: sites_known_to(http.scope).order_by("name", "pk"),
    "person": _staff,
}
