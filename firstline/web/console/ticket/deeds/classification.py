"""What a ticket is about: its priority, kind, service, category, requester, subject and tags."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.commands import classification
from firstline.core.kernel.texts import pick
from firstline.core.services.models import Category, Service
from firstline.web import naming
from firstline.web.console.ticket.deed import Action, Deed, DeedForm
from firstline.web.console.ticket.deeds.fields import WhoField, Words, person_in


class PriorityForm(DeedForm):
    """Impact and urgency, from which the matrix gives the priority, and the reason."""

    impact = forms.TypedChoiceField(
        label=_("Whom it stops"), choices=list(naming.IMPACTS.items()), coerce=int, widget=forms.RadioSelect
    )
    urgency = forms.TypedChoiceField(
        label=_("How badly"), choices=list(naming.URGENCIES.items()), coerce=int, widget=forms.RadioSelect
    )
    why = Words(label=_("Why"), rows=2)

    def first(self, deed: Deed) -> dict[str, Any]:
        """Show what it is now."""
        return {"impact": deed.ticket.impact, "urgency": deed.ticket.urgency}


class ClassificationForm(DeedForm):
    """Kind, service and category."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(naming.KINDS.items()))
    service = forms.TypedChoiceField(label=_("Service"), coerce=int, empty_value=None, required=False)
    category = forms.TypedChoiceField(label=_("Category"), coerce=int, empty_value=None, required=False)

    def first(self, deed: Deed) -> dict[str, Any]:
        """Show what it is now."""
        ticket = deed.ticket
        return {"kind": ticket.kind, "service": ticket.service_id or "", "category": ticket.category_id or ""}

    def offer(self, deed: Deed) -> None:
        """Offer what the desk has."""
        self.fields["service"].choices = _named(Service, deed.ticket.desk_id)  # type: ignore[attr-defined]
        self.fields["category"].choices = _named(Category, deed.ticket.desk_id)  # type: ignore[attr-defined]


class RequesterForm(DeedForm):
    """Whose need it really is."""

    who = WhoField(label=_("Requester"), help_text=_("Mail address, phone number or name."))

    def clean_who(self) -> Any:
        """Return the person."""
        return person_in(self.deed.scope, self.cleaned_data["who"])


class SubjectForm(DeedForm):
    """What it is about, in one line."""

    subject = forms.CharField(label=_("Subject"), max_length=300)

    def first(self, deed: Deed) -> dict[str, Any]:
        """Show what it is now."""
        return {"subject": deed.ticket.subject}


class TagForm(DeedForm):
    """Tags to put on or take off."""

    add = forms.CharField(label=_("Add a tag"), max_length=60, required=False)
    remove = forms.ChoiceField(label=_("Take one off"), required=False)

    def offer(self, deed: Deed) -> None:
        """Offer the tags it has."""
        names = deed.ticket.taggings.filter(ended_at=None).order_by("tag__name").values_list("tag__name", flat=True)
        self.fields["remove"].choices = [("", "-"), *((name, name) for name in names)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("add")) == bool(cleaned.get("remove")):
            raise ValidationError(gettext("Write a tag to add, or choose one to take off."))
        return cleaned


def _named(model: type[Service] | type[Category], desk_id: int) -> list[tuple[Any, str]]:
    language = translation.get_language() or "en"
    rows = model._default_manager.filter(desk_id=desk_id, ended_at=None).order_by("pk")
    named = sorted(((row.pk, pick(row.name, language)) for row in rows), key=lambda each: each[1].casefold())
    return [("", gettext("none")), *named]


def _prioritise(deed: Deed) -> str:
    ticket = classification.set_priority(
        **deed.who, impact=deed["impact"], urgency=deed["urgency"], why=deed["why"]
    )  # fmt: skip
    return gettext("The priority is %(priority)s now.") % {"priority": naming.PRIORITIES[ticket.priority]}


def _reclassify(deed: Deed) -> str:
    classification.reclassify(
        **deed.who, kind=deed["kind"], service_id=deed["service"], category_id=deed["category"]
    )  # fmt: skip
    return gettext("Classified. Its promises follow what it is now.")


def _change_requester(deed: Deed) -> str:
    classification.change_requester(**deed.who, requester_id=deed["who"].pk)
    return gettext("It is the request of %(person)s now.") % {"person": deed["who"]}


def _retitle(deed: Deed) -> str:
    classification.retitle(**deed.who, subject=deed["subject"])
    return gettext("The subject is changed.")


def _tag(deed: Deed) -> str:
    if deed["add"]:
        classification.tag(**deed.who, name=deed["add"])
        return gettext("Tagged.")
    classification.untag(**deed.who, name=deed["remove"])
    return gettext("The tag is taken off.")


ACTIONS = (
    Action("priority", _("Set the priority"), "flag", _prioritise, _("Priority"),
           _("Another priority may bring another promise; the time already used still counts."), PriorityForm, "KeyP"),
    Action("classification", _("Classify"), "layers", _reclassify, _("What it is about"), form=ClassificationForm),
    Action("requester", _("Change the requester"), "user", _change_requester, _("Whose request it is"),
           form=RequesterForm),
    Action("subject", _("Change the subject"), "pencil", _retitle, _("Subject"), form=SubjectForm),
    Action("tag", _("Tag"), "tag", _tag, _("Tags"), form=TagForm, letter="KeyT"),
)  # fmt: skip
