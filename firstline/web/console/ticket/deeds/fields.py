"""Fields that several forms of actions share."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.core.people.models import Person, Team
from firstline.core.people.queries import known_to, search_people
from firstline.core.people.rights import Scope

if TYPE_CHECKING:
    _TeamChoice = forms.ModelChoiceField[Team]
    _PersonChoice = forms.ModelChoiceField[Person]
else:  # Django's fields take no types while they run
    _TeamChoice = _PersonChoice = forms.ModelChoiceField


class TeamField(_TeamChoice):
    """A team of the desk, with its line before its name."""

    def __init__(self, **more: Any) -> None:
        super().__init__(Team.objects.none(), empty_label=_("Choose a team"), **more)

    def label_from_instance(self, obj: Any) -> str:
        """Return "L2 Support engineers"."""
        return f"L{obj.line} · {obj.name}"


class MemberField(_PersonChoice):
    """One of a team's people."""

    def __init__(self, **more: Any) -> None:
        super().__init__(Person.objects.none(), empty_label=_("Choose a person"), **more)


class Words(forms.CharField):
    """Some lines of text; how long they may be is the command's business."""

    def __init__(self, **more: Any) -> None:
        rows = more.pop("rows", 4)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), strip=False, **more)


class When(forms.DateTimeField):
    """A date and time on the reader's wall clock."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), **more)

    def clean(self, value: Any) -> datetime | None:
        """Return the instant, aware."""
        cleaned: datetime | None = super().clean(value)
        return cleaned


class _Picker(forms.TextInput):
    """A text in which somebody is looked up while it is typed; who was chosen is sent beside it."""

    template_name = "console/ticket/_picker.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return "#12" where somebody was chosen, else what was typed."""
        chosen = str(data.get(f"{name}_id") or "")
        return f"#{chosen}" if chosen.isdigit() else super().value_from_datadict(data, files, name)


class WhoField(forms.CharField):
    """Somebody, named by mail address, phone number or name; several who fit are told apart by more letters."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=320, widget=_Picker(), **more)


def person_in(scope: Scope, words: str) -> Person:
    """Return the one person the words name; raises ValidationError saying whom they could mean."""
    text = words.strip()
    if text.startswith("#") and text[1:].isdigit():
        known = known_to(scope).filter(pk=int(text[1:19])).first()
        found = [known] if known else []
    else:
        found = search_people(scope, text)
    if not found:
        raise ValidationError(gettext("Nobody is found by this. Try a mail address, a phone number or a name."))
    exact = [person for person in found if person.name.casefold() == text.casefold()]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    names = ", ".join(str(person) for person in found[:5])
    raise ValidationError(gettext("Several people fit: %(names)s. Write more of the name, or the mail address.") % {
        "names": names
    })  # fmt: skip
