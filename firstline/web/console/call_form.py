"""The form of a call: who, about what, how urgent, and whether it is solved already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from firstline.commands.calls import CHANNELS, Call, Newcomer
from firstline.core.kernel.refusals import Refused
from firstline.core.kernel.texts import pick
from firstline.core.people.models import Person
from firstline.core.people.queries import home_desk, known_to, search_people
from firstline.core.people.rights import Scope
from firstline.core.services import queries as services
from firstline.core.services.models import Category, Service
from firstline.web import naming
from firstline.web.portal.forms import AskingForm, FilesField, text_field

NEWCOMER = {"name": "new_name", "phone": "new_phone", "email": "new_mail"}


class CallForm(AskingForm):
    """What is taken down while somebody speaks; everything but who and what is decided by the service."""

    channel = forms.ChoiceField(
        label=_("How"), choices=[(str(key), naming.CHANNELS[key].word) for key in CHANNELS], widget=forms.RadioSelect
    )
    person = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**62)
    who = forms.CharField(label=_("Who"), required=False, max_length=200)
    new_name = forms.CharField(label=_("Name"), required=False, max_length=200)
    new_phone = forms.CharField(label=_("Phone"), required=False, max_length=40, widget=forms.TextInput())
    new_mail = forms.CharField(label=_("Mail address"), required=False, max_length=254)
    service = forms.TypedChoiceField(label=_("Service"), required=False, coerce=int, empty_value=None)
    text = text_field(_("What happened"), rows=4)
    subject = forms.CharField(label=_("Subject"), required=False, max_length=300)
    uploads = FilesField(help_text="")
    impact = forms.TypedChoiceField(
        label=_("Whom it stops"), required=False, coerce=int, empty_value=None, choices=list(naming.IMPACTS.items())
    )
    urgency = forms.TypedChoiceField(
        label=_("How urgent"), required=False, coerce=int, empty_value=None, choices=list(naming.URGENCIES.items())
    )
    category = forms.TypedChoiceField(label=_("Category"), required=False, coerce=int, empty_value=None)
    take = forms.BooleanField(label=_("I take it"), required=False)
    solved = forms.BooleanField(label=_("Solved right away"), required=False)
    how = text_field(_("What was done"), rows=3, required=False)
    cause = forms.CharField(label=_("Cause"), required=False, max_length=40)

    def __init__(self, given: Any = None, files: Any = None, *, scope: Scope, service: Service | None, **more: Any):
        version = services.form_of(service.pk) if service else None
        more["initial"] = {**_defaults(service), **(more.get("initial") or {})}
        super().__init__(given, files, asked=version.fields if version else (), **more)
        self.scope, self.chosen = scope, service
        self.candidates: list[Person] = []
        self.caller: int | Newcomer | None = None
        language = get_language() or "en"
        offered = [(one.pk, pick(one.name, language)) for one in served(scope)]
        self.fields["service"].choices = [("", _("Not known yet")), *offered]  # type: ignore[attr-defined]
        categories = [(one.pk, pick(one.name, language)) for one in _categories(scope)]
        self.fields["category"].choices = [("", "—"), *categories]  # type: ignore[attr-defined]
        for name in ("new_name", "how"):
            self.fields[name].conditional = True  # type: ignore[attr-defined]  # needed once it is asked
        if not scope.teams:
            del self.fields["take"], self.fields["solved"], self.fields["how"], self.fields["cause"]

    def clean(self) -> None:
        """Find out who called, and ask what was done if it is solved."""
        super().clean()
        self.caller = self._caller()
        if self.cleaned_data.get("solved") and not self.cleaned_data.get("how", "").strip():
            self.add_error("how", gettext("Say what was done; the requester reads it."))

    def call(self) -> Call:
        """Return what was filled in, as the command takes it."""
        filled = self.cleaned_data
        assert self.caller is not None
        return Call(
            key=filled["key"], channel=filled["channel"], desk_id=desk_of(self.scope, self.chosen), caller=self.caller,
            text=filled["text"], subject=filled["subject"], service_id=self.chosen.pk if self.chosen else None,
            category_id=filled["category"], impact=filled["impact"], urgency=filled["urgency"], answers=self.answers,
            take=bool(filled.get("take")), how=filled["how"] if filled.get("solved") else None,
            cause=filled.get("cause", ""), files=self.attached(),
        )  # fmt: skip

    def refuse(self, refusal: Refused) -> None:
        """Say a refusal beside its field; what concerns a newcomer's address beside that."""
        if isinstance(self.caller, Newcomer) and refusal.field in NEWCOMER:
            self.add_error(NEWCOMER[refusal.field], refusal.in_words(gettext))
        else:
            super().refuse(refusal)

    def _caller(self) -> int | Newcomer | None:
        """Return who called, or None with the reason beside the field."""
        filled = self.cleaned_data
        if filled.get("person") and known_to(self.scope).filter(pk=filled["person"]).exists():
            return int(filled["person"])
        if filled.get("new_name"):
            language = (get_language() or "en")[:2]
            return Newcomer(filled["new_name"], filled.get("new_phone", ""), filled.get("new_mail", ""), language)
        who = filled.get("who", "").strip()
        self.candidates = search_people(self.scope, who)
        if len(self.candidates) == 1:
            return self.candidates[0].pk
        self.add_error("who", _unclear(who, self.candidates))
        return None


def served(scope: Scope) -> QuerySet[Service]:
    """Return the services for which a person of this scope registers requests."""
    offered = services.offered(public=False)
    return offered if scope.administrator else offered.filter(desk_id__in=scope.desks_worked | scope.desks_managed)


def desk_of(scope: Scope, service: Service | None) -> int:
    """Return the desk a call is for: its service's, else the one this person works on; 0 if there is none."""
    if service:
        return service.desk_id
    own = sorted(scope.desks_worked | scope.desks_managed)
    first = None if own else home_desk()
    return own[0] if own else first.pk if first else 0


def newcomer(typed: str) -> Mapping[str, str]:
    """Return what was typed as the beginning of a newcomer: a number, an address or a name."""
    text = typed.strip()
    if "@" in text:
        return {"new_mail": text}
    digits = sum(character.isdigit() for character in text)
    return {"new_phone": text} if digits >= 3 and digits * 2 >= len(text) else {"new_name": text}


def _unclear(who: str, candidates: list[Person]) -> str:
    if candidates:
        return gettext("Several people are like that. Choose one of them.")
    if who:
        return gettext("Nobody is known by that. Write their name below, and they will be.")
    return gettext("Say who it is for: a phone number, a mail address or some letters of the name.")


def _defaults(service: Service | None) -> dict[str, Any]:
    if service is None:
        return {"impact": 3, "urgency": 3}
    return {"impact": service.impact, "urgency": service.urgency, "category": service.category_id}


def _categories(scope: Scope) -> QuerySet[Category]:
    categories = Category.objects.filter(ended_at=None)
    if not scope.administrator:
        categories = categories.filter(desk_id__in=scope.desks_worked | scope.desks_managed)
    return categories.order_by("desk_id", "key")
