"""Ticking the steps of the service's instruction."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.commands import instructions
from firstline.web.console.ticket.deed import Action, Deed, DeedForm


class StepForm(DeedForm):
    """Which version was on the screen, and whether the step is done or was not after all."""

    instruction = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**53)
    undo = forms.BooleanField(widget=forms.HiddenInput, required=False)


def _tick(deed: Deed) -> str:
    named = {"instruction_id": deed["instruction"], "step": deed.row}
    if deed["undo"]:
        instructions.untick_step(**deed.who, **named)
        return gettext("The step is open again.")
    instructions.tick_step(**deed.who, **named)
    return gettext("The step is done.")


ACTIONS = (Action("step", _("Done"), "circle-check", _tick, _("A step of the instruction"), form=StepForm, rows=True),)
