"""Pages with a form: shown, sent, refused beside the field, or done with a word that says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.core.kernel.refusals import NotThere, Refused
from firstline.core.kernel.refusals import _ as sentence
from firstline.core.people import contacts
from firstline.web.context import LANGUAGES
from firstline.web.setup import frame
from firstline.web.setup.access import Manager
from firstline.web.setup.lists import Deed, Link

Kept = TypeVar("Kept", bound=Model)


class LanguagesWidget(forms.MultiWidget):
    """One control for each language, its code before it."""

    template_name = "setup/_languages.html"
    use_fieldset = True

    def __init__(self, rows: int = 1) -> None:
        one = forms.TextInput if rows == 1 else lambda: forms.Textarea({"rows": rows})
        super().__init__({code: one() for code, _name in LANGUAGES})

    def decompress(self, value: dict[str, str] | None) -> list[str]:
        return [(value or {}).get(code, "") for code, _name in LANGUAGES]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for one, (code, called) in zip(context["widget"]["subwidgets"], LANGUAGES, strict=True):
            one["attrs"] |= {"lang": code, "aria-label": called, "required": False}
            one["code"] = code
        return context


class LanguagesField(forms.MultiValueField):
    """A text in each language of the desk's people; cleaned it is {"en": ..., "uk": ...} without empty ones."""

    def __init__(self, *, rows: int = 1, max_length: int = 200, required: bool = True, **more: Any) -> None:
        fields = [forms.CharField(required=False, max_length=max_length) for _code in LANGUAGES]
        super().__init__(fields, widget=LanguagesWidget(rows), required=required, require_all_fields=False, **more)

    def compress(self, values: list[str]) -> dict[str, str]:
        return {code: text for (code, _name), text in zip(LANGUAGES, values, strict=False) if text}


class MailField(forms.CharField):
    """A mail address, refused beside its field if mail cannot come to it."""

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        try:
            return text if not text or contacts.mail_key(text) else ""
        except contacts.BadContact as refusal:
            raise forms.ValidationError(refusal.in_words(gettext)) from refusal


def given(http: Manager) -> Any:
    """Return what was sent, or None while a form is only looked at: the first argument of a form."""
    return http.POST if http.method == "POST" else None


def done(form: forms.Form, deed: Callable[[dict[str, Any]], object]) -> bool:
    """Do `deed` with what a valid form holds; False if the form or the deed refused, with the reason beside its field.

    That the thing itself has gone (NotThere without a field of the form) is left to the page around.
    """
    if not form.is_valid():
        return False
    try:
        deed(form.cleaned_data)
    except Refused as refusal:
        if isinstance(refusal, NotThere) and refusal.field not in form.fields:
            raise
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.in_words(gettext))
        return False
    return True


def worked(
    http: Manager, place: str, form: forms.Form, deed: Callable[..., object], *, word: str = "", **page_words: Any
) -> HttpResponse:
    """Show a form, or do `deed` with what was sent in it and lead to the page `place`.

    deed   a command that lacks only who asks, when, and the form's values, by their names
    """
    asked = {"by_id": http.person.pk, "now": timezone.now()}
    if done(form, lambda values: deed(**asked, **values)):
        return saved(http, place, word=word)
    return page(http, place, form, **page_words)


def saved(http: Manager, name: str, *args: object, word: str = "") -> HttpResponse:
    """Say that it is saved, and lead to the page of that name."""
    messages.success(http, word or gettext("Saved."))
    return HttpResponseRedirect(frame.address(http, name, *args))


def page(
    http: Manager, place: str, form: forms.Form, *, title: Any, about: Any = "", back: str | None = "", save: Any = "",
    deeds: Sequence[Deed] = (), links: Sequence[Link] = (), template: str = "setup/form.html", **context: Any,
) -> HttpResponse:  # fmt: skip
    """Return a page with a form; 422 with what is wrong beside each field once it was sent.

    back    the name of the page that it leads back to; `place` itself if it is left out, and nowhere if that is None
    save    the word on its button
    deeds   what else can be done to the thing, each posted by its own button
    """
    whole = {
        "form": form, "title": title, "about": about, "save": save or _("Save"), "deeds": deeds, "links": links,
        "back": "" if back is None else frame.address(http, back or place), **context,
    }  # fmt: skip
    return frame.page(http, place, template, whole, status=422 if form.errors else 200)


def found(rows: QuerySet[Kept], pk: int) -> Kept:
    """Return the row of that id among those this page may touch; raises NotThere."""
    row = rows.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise NotThere(sentence("There is no such page."))
    return row
