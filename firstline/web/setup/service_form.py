"""What a service's form asks: its fields in their order, with types, choices and conditions, in versions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from firstline.commands.setup import catalogue
from firstline.core.kernel.refusals import BadInput
from firstline.core.kernel.texts import pick
from firstline.core.services.models import FormVersion, Service
from firstline.web.setup import form_fields, lists
from firstline.web.setup import forms as forming
from firstline.web.setup.access import Manager, managed

# Room for as many new fields on each page.
ROOM = 3
TYPES = {
    "text": _("A line of text"),
    "long_text": _("Several lines of text"),
    "choice": _("One of several choices"),
    "many": _("Any of several choices"),
    "checkbox": _("Yes or no"),
    "number": _("A number"),
    "date": _("A date"),
    "email": _("A mail address"),
    "phone": _("A phone number"),
}
PARTS = ("place", "label", "type", "key", "required", "help", "choices", "limit", "when", "is", "gone")


class FieldsForm(forms.Form):
    """The fields of a form, each as a row, with room for further ones."""

    def __init__(self, data: Any = None, *, version: FormVersion | None) -> None:
        super().__init__(data)
        self.before: list[dict[str, Any]] = version.fields if version else []
        # In which row each key of what was filled in stands.
        self.keys: dict[str, int] = {}
        self.count = len(self.before) + ROOM
        others: list[tuple[str, Any]] = [("", _("always"))]
        others += [(field["key"], _words(field["label"])) for field in self.before if field["type"] != "many"]
        for at in range(self.count):
            self._add(at, self.before[at] if at < len(self.before) else {}, others)

    def _add(self, at: int, field: dict[str, Any], others: list[tuple[Any, Any]]) -> None:
        made = {**_asked(at, field), **_answers(field), "when": _depends(field, others), "is": self._is(field)}
        if field:
            made["gone"] = forms.BooleanField(label=_("Ask it no longer"), required=False)
        self.fields |= {f"{part}_{at}": made[part] for part in PARTS if part in made}

    def _is(self, field: dict[str, Any]) -> forms.Field:
        """Return the value of a condition, in the words of the field that it asks of."""
        when, said = field.get("when") or {}, ""
        on = next((each for each in self.before if each["key"] == when.get("field")), None)
        if on:
            language = get_language() or "en"
            said = form_fields.said_of(on, str(when["is"]), language, gettext("yes"), gettext("no"))
        return forms.CharField(label=pgettext_lazy("condition", "is"), required=False, max_length=200, initial=said)

    def rows(self) -> list[dict[str, BoundField]]:
        """Return each row's fields by their part."""
        return [{part: self[f"{part}_{at}"] for part in PARTS if f"{part}_{at}" in self.fields}
                for at in range(self.count)]  # fmt: skip

    def asked(self) -> list[dict[str, Any]]:
        """Return the fields of the new version, in their order; raises BadInput naming the row's part."""
        filled = [self._row(at) for at in range(self.count)]
        kept = sorted((row for row in filled if row["label"] and not row["gone"]), key=lambda row: row["place"])
        made: list[dict[str, Any]] = []
        for row in kept:
            made.append(self._field(row, made))
        return made

    def row_of(self, key: str | None) -> str:
        """Return the part of the form beside which a refusal of the field with this key stands."""
        return f"label_{self.keys[key]}" if key in self.keys else ""

    def _row(self, at: int) -> dict[str, Any]:
        row = {part: self.cleaned_data.get(f"{part}_{at}") for part in PARTS}
        return {**row, "at": at, "place": row["place"] if row["place"] is not None else at + 1}

    def _field(self, row: dict[str, Any], before: list[dict[str, Any]]) -> dict[str, Any]:
        at, kind = row["at"], row["type"]
        old = self.before[at] if at < len(self.before) else {}
        key = row["key"] or form_fields.key_from(row["label"], at, [each["key"] for each in before])
        self.keys[key] = at
        field: dict[str, Any] = {"key": key, "type": kind, "label": row["label"], "required": bool(row["required"])}
        field |= {"help": row["help"]} if row["help"] else {}
        field |= {"limit": row["limit"]} if row["limit"] and kind in ("text", "long_text") else {}
        if form_fields.has_choices(kind):
            field["choices"] = form_fields.choices_from(row["choices"], old.get("choices") or ())
        if row["when"]:
            field["when"] = {"field": row["when"], "is": self._condition(row, before)}
        return field

    def _condition(self, row: dict[str, Any], before: list[dict[str, Any]]) -> str:
        on = next((each for each in before if each["key"] == row["when"]), None)
        # One that comes later, or is asked no longer, is refused where fields are checked, with its reason.
        return form_fields.value_of(on, row["is"]) if on else row["is"]


def _asked(at: int, field: dict[str, Any]) -> dict[str, forms.Field]:
    """Return what a field is called, where it stands, and whether it is needed."""
    return {
        "place": forms.IntegerField(label=_("Place"), min_value=0, max_value=999, initial=at + 1, required=False),
        "label": forming.LanguagesField(
            label=gettext("Field %(n)d") % {"n": at + 1}, required=False, initial=field.get("label") or {}
        ),
        "key": forms.CharField(
            label=_("Name for programs"), required=False, max_length=40, initial=field.get("key", ""),
            help_text=_("Made of the label if it is empty. Small letters, digits and _."),
        ),
        "required": forms.BooleanField(label=_("Needed to go on"), required=False, initial=field.get("required")),
        "help": forming.LanguagesField(
            label=_("Help below it"), required=False, max_length=500, initial=field.get("help") or {}
        ),
    }  # fmt: skip


def _answers(field: dict[str, Any]) -> dict[str, forms.Field]:
    """Return what may be answered."""
    return {
        "type": forms.ChoiceField(
            label=_("What is answered"), choices=list(TYPES.items()), initial=field.get("type")
        ),
        "choices": forming.LanguagesField(
            label=_("Choices, one a line"), rows=3, required=False, max_length=5000,
            initial=form_fields.lines_of(field.get("choices") or ()),
            help_text=_("The same line in each language is the same choice."),
        ),
        "limit": forms.IntegerField(
            label=_("At most so many characters"), required=False, min_value=1, max_value=20_000,
            initial=field.get("limit"),
        ),
    }  # fmt: skip


def _depends(field: dict[str, Any], others: list[tuple[str, Any]]) -> forms.Field:
    on = (field.get("when") or {}).get("field", "")
    return forms.ChoiceField(label=_("Asked if this field"), choices=others, required=False, initial=on)


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def edit(http: Manager, pk: int) -> HttpResponse:
    """Write what a service's form asks; saved, it is a new version, and what was answered keeps its own."""
    service = forming.found(Service.objects.filter(desk=http.desk, ended_at=None), pk)
    versions = list(service.forms.select_related("made_by").order_by("-version")[:10])
    form = FieldsForm(forming.given(http), version=versions[0] if versions else None)

    def publish(_values: dict[str, Any]) -> None:
        try:
            catalogue.publish_form(service_id=pk, fields=form.asked(), by_id=http.person.pk, now=timezone.now())
        except BadInput as refusal:
            refusal.field = form.row_of(refusal.field) or None
            raise

    if forming.done(form, publish):
        return forming.saved(http, "service-form", pk, word=gettext("The form asks this from now on."))
    links = [lists.Link(_("Look at it"), reverse("portal:ask", args=[service.key]), "eye")] if service.public else []
    return forming.page(
        http, "services", form, title=gettext("What “%(service)s” asks") % {"service": _words(service.name)},
        about=_("Besides what happened, which every form asks. What was answered keeps the version it answered."),
        save=_("Publish"), template="setup/service_form.html", links=links,
        versions=[_version(each) for each in versions],
    )  # fmt: skip


def _version(version: FormVersion) -> dict[str, Any]:
    return {
        "number": version.version,
        "at": formats.date_format(timezone.localtime(version.made_at), "SHORT_DATETIME_FORMAT"),
        "by": version.made_by.name if version.made_by else "",
        "fields": [f"{_words(each['label'])}: {TYPES[each['type']]}" for each in version.fields],
    }


def _words(texts: dict[str, str]) -> str:
    return pick(texts, get_language() or "en")


urlpatterns = [path("services/<int:pk>/form", edit, name="service-form")]
