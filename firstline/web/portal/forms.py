"""The portal's forms: a service's request with its typed, conditional fields, and the small ones of a request."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from firstline.commands.conversation import File
from firstline.commands.turning_away import TOO_LARGE, turn_away
from firstline.core.intake.models import Envelope
from firstline.core.kernel.refusals import BadInput, Refused
from firstline.core.kernel.texts import pick
from firstline.core.kernel.written import TEXT_LIMIT
from firstline.core.people import contacts
from firstline.core.services import forms as fields_of

PREFIX = "answer_"


class Files(forms.ClearableFileInput):
    """A control that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, together no larger than the limit, which is named."""

    def __init__(self, **more: Any) -> None:
        # A field may be made once for all, and is read in the language of each page.
        more.setdefault("help_text", lazy(_what_helps, str)())
        widget = Files(attrs={"data-limit": settings.ATTACHMENT_LIMIT})
        super().__init__(required=False, widget=widget, label=_("Pictures or files"), **more)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Return the files; raises ValidationError naming the limit if they are too large."""
        one = super().clean
        files = [one(file) for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if sum(file.size or 0 for file in files) > settings.ATTACHMENT_LIMIT:
            limit = settings.ATTACHMENT_LIMIT // (1024 * 1024)
            turn_away(channel=Envelope.Channel.FORM, why=TOO_LARGE, now=timezone.now())
            raise forms.ValidationError(
                gettext("These files are larger than %(limit)s MB together. Leave some out, or make them smaller.")
                % {"limit": limit}
            )
        return files


def _what_helps() -> str:
    limit = settings.ATTACHMENT_LIMIT // (1024 * 1024)
    return gettext("A picture of the screen helps most. Up to %(limit)s MB together.") % {"limit": limit}


def text_field(label: Any, *, rows: int = 6, required: bool = True, **more: Any) -> forms.CharField:
    """Return a field for free words, kept exactly as they were typed."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, strip=False, max_length=TEXT_LIMIT, required=required, **more)


class Sending(forms.Form):
    """What every form that sends something carries: its own key, so that twice sent is once done."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *given: Any, **more: Any) -> None:
        more["initial"] = {"key": secrets.token_urlsafe(18), **(more.get("initial") or {})}
        super().__init__(*given, **more)

    def attached(self) -> list[File]:
        """Return the attached files with their bytes."""
        sent: Sequence[UploadedFile[Any]] = self.cleaned_data.get("uploads") or []
        return [File(file.name or "file", file.content_type or "", file.read()) for file in sent]

    def refuse(self, refusal: Refused) -> None:
        """Say a command's refusal beside the field it names, or above all fields."""
        name = {"files": "uploads"}.get(refusal.field or "", refusal.field or "")
        known = next((one for one in (name, PREFIX + name) if one in self.fields), None)
        self.add_error(known, refusal.in_words(gettext))


class AnswerForm(Sending):
    """A requester's further words."""

    text = text_field(_("Your message"), rows=4)
    uploads = FilesField()


class WhyForm(forms.Form):
    """A reason that may be left out."""

    why = text_field(_("What should we know?"), rows=3, required=False)


class RatingForm(forms.Form):
    """One to five, and a comment if they have one."""

    score = forms.TypedChoiceField(coerce=int, choices=[(n, str(n)) for n in range(1, 6)])
    comment = text_field(_("Anything to add?"), rows=3, required=False)


class PeopleForm(forms.Form):
    """The address of somebody who shall follow the request."""

    mail = forms.CharField(label=_("Mail address"), max_length=254, widget=forms.EmailInput)

    def clean_mail(self) -> str:
        """Return the address; raises ValidationError saying what an address looks like."""
        return checked_address(self.cleaned_data["mail"])


class Row(NamedTuple):
    """A field of a form as its page draws it; `when` is the condition under which it is asked."""

    field: BoundField
    when: Mapping[str, str] | None
    condition: str


class AskingForm(Sending):
    """A form that asks a service's own typed, conditional questions besides its other fields."""

    def __init__(self, *given: Any, asked: Sequence[Mapping[str, Any]] = (), **more: Any) -> None:
        super().__init__(*given, **more)
        self.asked = asked
        self.answers: dict[str, Any] = {}
        language = get_language() or "en"
        for field in asked:
            shown = self.fields[PREFIX + field["key"]] = drawn(field, language)
            # Needed once it is asked, so it must not be called optional.
            shown.conditional = bool(field.get("required") and field.get("when"))  # type: ignore[attr-defined]

    def rows(self) -> Iterator[Row]:
        """Yield the service's own fields in their order."""
        by_key = {field["key"]: field for field in self.asked}
        for field in self.asked:
            when = field.get("when")
            yield Row(
                self[PREFIX + field["key"]],
                when and {"field": PREFIX + when["field"], "is": str(when["is"])},
                _condition(by_key, when),
            )

    def clean(self) -> None:
        """Check the service's own fields, each beside itself."""
        for field in self.asked:
            if not fields_of.asked(field, self.answers):
                continue
            name = PREFIX + field["key"]
            try:
                self.answers |= fields_of.checked_answers([{**field, "when": None}], {field["key"]: self._given(name)})
            except BadInput as refusal:
                if name not in self.errors:
                    self.add_error(name, refusal.in_words(gettext))

    def _given(self, name: str) -> Any:
        return self.cleaned_data.get(name, "")


class RequestForm(AskingForm):
    """A request to one service, or (without fields) to the desk at large."""

    text = text_field(_("What happened?"), help_text=_("What did you do, what did you expect, what came instead?"))
    uploads = FilesField()
    # Only machines see and fill this one.
    website = forms.CharField(required=False, label=_("Leave this empty"))

    def __init__(self, *given: Any, guest: bool = True, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["text"].widget.attrs |= _OFFERS
        self.guest = guest
        if guest:
            self.fields["name"] = forms.CharField(label=_("Your name"), max_length=200)
            self.fields["mail"] = forms.CharField(
                label=_("Mail address for our answer"), max_length=254,
                widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            )  # fmt: skip
            self.fields["name"].widget.attrs["autocomplete"] = "name"

    def clean_mail(self) -> str:
        """Return the address; raises ValidationError saying what an address looks like."""
        return checked_address(self.cleaned_data["mail"])


# While somebody writes, answers that may spare them the request are offered beside the form.
_OFFERS = {
    "hx-post": reverse_lazy("portal:suggestions"),
    "hx-params": "text",
    "hx-trigger": "input changed delay:600ms",
    "hx-target": "#answers",
    "hx-sync": "this:replace",
}


def checked_address(given: str) -> str:
    """Return a mail address without outer blanks; raises ValidationError saying what one looks like."""
    try:
        contacts.mail_key(given)
    except BadInput as refusal:
        raise forms.ValidationError(refusal.in_words(gettext)) from refusal
    return given.strip()


def drawn(field: Mapping[str, Any], language: str) -> forms.Field:
    """Return the Django field that draws one field of a service's form; what is given is checked by the service."""
    common: dict[str, Any] = {
        "label": pick(field["label"], language),
        "help_text": pick(field.get("help") or {}, language),
        "required": bool(field.get("required")) and not field.get("when"),
    }
    kind = field["type"]
    choices = [(str(choice["value"]), pick(choice["label"], language)) for choice in field.get("choices", [])]
    if kind == "checkbox":
        return forms.BooleanField(**common)
    if kind == "file":
        return forms.FileField(max_length=255, **common)
    if kind == "many":
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    if kind == "choice":
        few = len(choices) <= 5
        blank = [] if few else [("", "")]
        return forms.ChoiceField(
            choices=[*blank, *choices], widget=forms.RadioSelect if few else forms.Select, **common
        )
    if kind == "long_text":
        return text_field(common.pop("label"), rows=4, **common)
    return forms.CharField(widget=_INPUTS.get(kind, forms.TextInput)(), max_length=field.get("limit", 300), **common)


class _DateInput(forms.DateInput):
    input_type = "date"


class _NumberInput(forms.TextInput):
    def __init__(self) -> None:
        super().__init__(attrs={"inputmode": "decimal"})


class _PhoneInput(forms.TextInput):
    input_type = "tel"


_INPUTS: dict[str, type[forms.Widget]] = {
    "date": _DateInput,
    "email": forms.EmailInput,
    "number": _NumberInput,
    "phone": _PhoneInput,
}


def _condition(by_key: Mapping[str, Mapping[str, Any]], when: Mapping[str, Any] | None) -> str:
    if not when:
        return ""
    language = get_language() or "en"
    other = by_key[when["field"]]
    named = {str(choice["value"]): pick(choice["label"], language) for choice in other.get("choices", [])}
    value = named.get(str(when["is"]), str(when["is"]))
    return gettext("Only if “%(field)s” is “%(value)s”") % {"field": pick(other["label"], language), "value": value}
