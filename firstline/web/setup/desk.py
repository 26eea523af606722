"""The desk itself: its name, languages, time zone, and its periods."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from firstline.commands.setup import desks
from firstline.core.people.models import Desk
from firstline.web.context import LANGUAGES
from firstline.web.setup.access import Manager, managed
from firstline.web.setup.forms import done, given, page, saved
from firstline.web.zones import zone_choices

MODELS = [
    (Desk.Model.CENTRAL, _("Central: one first line for all sites")),
    (Desk.Model.LOCAL, _("Local: each site has its own first line")),
    (Desk.Model.VIRTUAL, _("Virtual: whichever site is on shift answers")),
]


class DeskForm(forms.Form):
    """What can be changed about a desk."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=200)
    model = forms.ChoiceField(label=_("Where its first line is"), choices=MODELS, widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Letters and promises are told in it."))
    own = forms.ChoiceField(
        label=_("Its own language"), choices=LANGUAGES,
        help_text=_("Whoever is not known to read another is written to in it."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages it speaks besides"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple, required=False
    )
    mail_from = forms.CharField(
        label=_("Sender of its letters"), required=False, max_length=320,
        help_text=_("Such as: Service desk <help@example.org>"),
    )  # fmt: skip
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$", label=_("Currency"), max_length=3,
        help_text=_("Three letters, such as EUR. What work costs is told in it."),
    )  # fmt: skip
    close_after_days = forms.IntegerField(
        label=_("Silence closes a solved ticket after"), min_value=1, max_value=90, help_text=_("Working days.")
    )
    reopen_within_days = forms.IntegerField(
        label=_("A reply reopens a closed ticket within"), min_value=0, max_value=365,
        help_text=_("Days. A later reply is registered as a new ticket, linked to the old one."),
    )  # fmt: skip

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["time_zone"].choices = zone_choices()  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        """Take small letters too."""
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        """Put the desk's own language first of those it speaks."""
        values = super().clean() or {}
        own = values.pop("own", "")
        return {**values, "languages": [own, *(code for code in values.get("languages", []) if code != own)]}


@require_http_methods(["GET", "HEAD", "POST"])
@managed
def change(http: Manager) -> HttpResponse:
    """Show the desk, and change it."""
    form = DeskForm(given(http), initial=_present(http.desk))
    if done(form, lambda values: desks.change_desk(
        desk_id=http.desk.pk, by_id=http.person.pk, now=timezone.now(), **values
    )):  # fmt: skip
        return saved(http, "desk")
    return page(http, "desk", form, title=_("Desk"), back=None)


def _present(desk: Desk) -> dict[str, Any]:
    present = {name: getattr(desk, name) for name in DeskForm.base_fields if name != "own"}
    return {**present, "own": desk.languages[0] if desk.languages else "en"}


urlpatterns = [path("desk", change, name="desk")]
