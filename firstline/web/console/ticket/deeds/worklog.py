"""Logging time spent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.commands import worklog
from firstline.web import wording
from firstline.web.console.ticket.deed import Action, Deed, DeedForm
from firstline.web.console.ticket.deeds.fields import When, Words


class WorkForm(DeedForm):
    """How long, when it began, on what."""

    hours = forms.IntegerField(label=_("Hours"), min_value=0, max_value=24, initial=0)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=59, initial=15)
    began_at = When(label=_("Began"), required=False, help_text=_("If left empty, it ended just now."))
    note = Words(label=_("On what"), rows=2, required=False)

    def clean(self) -> dict[str, Any]:
        """Put the time together."""
        cleaned = super().clean() or {}
        spent = timedelta(hours=cleaned.get("hours") or 0, minutes=cleaned.get("minutes") or 0)
        return {**cleaned, "spent_for": spent, "began_at": cleaned.get("began_at") or self.deed.now - spent}


def _log(deed: Deed) -> str:
    worklog.log_work(**deed.who, began_at=deed["began_at"], spent_for=deed["spent_for"], note=deed["note"])
    return gettext("%(time)s logged.") % {"time": wording.span(deed["spent_for"])}


ACTIONS = (Action("work", _("Log work"), "timer", _log, _("Log work"), form=WorkForm),)
