"""A country and a year, of which the public holidays are wanted."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from firstline.core.sla import national


class CountryForm(forms.Form):
    """Which country's holidays of which year; countries go by their code and the package's name."""

    country = forms.ChoiceField(label=_("Country"))
    year = forms.IntegerField(label=_("Year"), min_value=national.FIRST, max_value=national.LAST)

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # Django's own arguments, passed through
        self.fields["country"] = forms.ChoiceField(label=_("Country"), choices=[("", ""), *national.names()])

    @staticmethod
    def called(code: str) -> str:
        """Return what a country is called."""
        return dict(national.names()).get(code, code)
