"""One's own particulars: name, language, time zone, and which letters are wanted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from firstline.commands import people
from firstline.core.kernel.refusals import BadInput
from firstline.core.people.models import Person
from firstline.web.context import LANGUAGES
from firstline.web.http import SignedIn
from firstline.web.middleware import LANGUAGE_COOKIE
from firstline.web.zones import zone_choices

# What requesters are written about; what is not ticked is not sent.
LETTERS = [
    ("registered", _("My request has been received")),
    ("replied", _("There is an answer")),
    ("resolved", _("My request is solved")),
    ("closed", _("My request is closed")),
]


class ProfileForm(forms.Form):
    """What a person may change about themselves."""

    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Language of pages and letters"), choices=LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("Promises are told in it. Empty means the desk's own.")
    )
    letters = forms.MultipleChoiceField(
        label=_("Write to me when"), choices=LETTERS, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["letters"].conditional = True  # type: ignore[attr-defined]  # "optional" would say nothing here
        self.fields["time_zone"].choices = [("", "–"), *zone_choices()]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(http: SignedIn) -> HttpResponse:
    """Show one's particulars, and change them."""
    form = ProfileForm(http.POST if http.method == "POST" else None, initial=_present(http.person))
    if form.is_valid() and _changed(http.person, form):
        messages.success(http, gettext("Your particulars are changed."))
        response = redirect("portal:profile")
        response.delete_cookie(LANGUAGE_COOKIE)  # the person's own language speaks from here on
        return response
    return render(http, "portal/profile.html", {"form": form}, status=422 if form.errors else 200)


def _changed(person: Person, form: ProfileForm) -> bool:
    """Change the person; False if it was refused, with the reason in the form."""
    given = form.cleaned_data
    wishes = {**person.notices.get("mail", {}), **{kind: kind in given["letters"] for kind, _word in LETTERS}}
    try:
        people.change_person(
            person_id=person.pk, by_id=person.pk, now=timezone.now(), name=given["name"], language=given["language"],
            time_zone=given["time_zone"], notices={**person.notices, "mail": wishes},
        )  # fmt: skip
    except BadInput as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.in_words(gettext))
        return False
    return True


def _present(person: Person) -> dict[str, Any]:
    wishes = person.notices.get("mail", {})
    return {
        "name": person.name,
        "language": person.language,
        "time_zone": person.time_zone,
        "letters": [kind for kind, _word in LETTERS if wishes.get(kind, True)],
    }
