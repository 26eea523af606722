"""What each colleague takes: how much at once, in which languages, with which skills, of which site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from firstline.commands.setup import rota
from firstline.core.duty.models import Ability
from firstline.core.people.models import Person
from firstline.core.people.rosters import workers_of
from firstline.web.context import LANGUAGES
from firstline.web.setup import forms as forming
from firstline.web.setup import frame, lists
from firstline.web.setup.access import Manager, managed


class WordsField(forms.CharField):
    """Short words with commas between; cleaned they are a list."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, max_length=1000, **more)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return [word for word in (each.strip() for each in str(super().clean(value)).split(",")) if word]


class SpokenField(forms.MultipleChoiceField):
    """Some of the languages that Firstline speaks."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, choices=LANGUAGES, **more)


class AbilityForm(forms.Form):
    """What one colleague takes."""

    capacity = forms.IntegerField(
        label=_("Tickets in hand at once"), required=False, min_value=0, max_value=1000,
        help_text=_("Who holds so many is given no more. Left empty, there is no bound."),
    )  # fmt: skip
    languages = SpokenField(label=_("Languages"), help_text=_("In which they help requesters; none ticked: any."))
    skills = WordsField(
        label=_("Skills"), help_text=_("With commas between, such as linux, pos. Services and teams can need them.")
    )
    own_site_only = forms.BooleanField(
        label=_("Only tickets of their own site"), required=False,
        help_text=_("Tickets of no site are theirs too."),
    )  # fmt: skip


@require_safe
@managed
def listed(http: Manager) -> HttpResponse:
    """Show who works in the desk's teams, and what each takes."""
    people = list(workers_of(http.desk.pk).select_related("ability"))
    return lists.page(
        http, "abilities", title=_("Who takes what"), rows=[_row(http, person) for person in people],
        about=_("Take next, and work that is given out, go by this: nobody gets what they cannot do or have no room "
                "for."),
        empty=lists.Empty(_("Nobody works here yet"), icon="users"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def change(http: Manager, pk: int) -> HttpResponse:
    """Say what a colleague takes."""
    person = forming.found(workers_of(http.desk.pk).select_related("ability"), pk)
    ability = _ability(person)
    form = AbilityForm(
        forming.given(http), initial={name: getattr(ability, name) for name in AbilityForm.base_fields}
    )  # fmt: skip
    now, by = timezone.now(), http.person.pk
    if forming.done(form, lambda values: rota.set_ability(person_id=pk, by_id=by, now=now, **values)):
        return forming.saved(http, "abilities")
    return forming.page(http, "abilities", form, title=person.name)


def spoken(languages: list[str]) -> str:
    """Return the languages by their own names."""
    return ", ".join(dict(LANGUAGES).get(code, code) for code in languages)


def _ability(person: Person) -> Ability:
    """Return what somebody takes; without a word about it, anything and any number."""
    return getattr(person, "ability", None) or Ability(person=person)


def _row(http: Manager, person: Person) -> lists.Row:
    ability = _ability(person)
    room = ability.capacity
    about: list[lists.Words] = [
        ngettext("%(n)s ticket at once", "%(n)s tickets at once", room) % {"n": room} if room is not None else "",
        spoken(ability.languages), ", ".join(ability.skills), _("own site only") if ability.own_site_only else "",
    ]  # fmt: skip
    return lists.Row(
        title=person.name, href=frame.address(http, "ability", person.pk), avatar=person.name,
        about=[words for words in about if words] or [_("anything, any number")],
    )  # fmt: skip


urlpatterns = [
    path("abilities", listed, name="abilities"),
    path("abilities/<int:pk>", change, name="ability"),
]
